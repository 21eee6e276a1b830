"""The kinds of NAT, as nftables rules for a router with a "lan" and a "wan" side.

Mapping and filtering are in the words of RFC 4787 (endpoint independent, address
dependent, address and port dependent); natprobe.py finds them out from inside, so the
self-test compares what a type says with what it does.
"""
from dataclasses import dataclass

EIM, APDM = "endpoint independent", "address and port dependent"
EIF, ADF, APDF = "endpoint independent", "address dependent", "address and port dependent"


@dataclass(frozen=True)
class Kind:
    """What one type does. No mapping: UDP does not pass at all."""
    name: str
    mapping: str | None
    filtering: str | None
    translates: bool = True
    keeps_port: bool = True


KINDS = {kind.name: kind for kind in (
    Kind("none", EIM, EIF, translates=False),
    Kind("full-cone", EIM, EIF),
    Kind("addr-restricted", EIM, ADF),
    Kind("restricted", EIM, APDF),
    Kind("rewrite", EIM, APDF, keeps_port=False),
    Kind("symmetric", APDM, APDF, keeps_port=False),
    Kind("udp-blocked", None, None),
    Kind("tls-only", None, None),
)}
TYPES = list(KINDS)


def direct_possible(a, b):
    """Whether UDP can get from site to site without a relay."""
    one, other = KINDS[a], KINDS[b]
    if None in (one.mapping, other.mapping):
        return False
    # A mapping that nobody can foretell is met by one that takes any port of an address
    # it sent to.
    for x, y in ((one, other), (other, one)):
        if x.mapping == APDM and y.filtering == APDF:
            return False
    return True


def best_path(a, b):
    """Returns the best there is: host, reflexive, relay-udp, relay-tcp or relay-tls."""
    pair = {a, b}
    if direct_possible(a, b):
        return "host" if pair == {"none"} else "reflexive"
    if "tls-only" in pair:
        return "relay-tls"
    return "relay-tcp" if "udp-blocked" in pair else "relay-udp"


# The port that a site's socket got outside is written down when it first sends, and what
# comes to that port is then let in: from anybody, or from the addresses sent to. This is
# done with every port that masquerade may choose, so it also translates.
OPEN_TO_ALL = """
  map hole { type inet_service : inet_service; flags dynamic,timeout; timeout 120s; }
  chain note { type filter hook postrouting priority srcnat + 10;
    oifname "wan" meta l4proto udp ct status snat update @hole { udp sport : ct original proto-src }
  }
  chain admit { type nat hook prerouting priority dstnat;
    iifname "wan" meta l4proto udp dnat ip to HOST : udp dport map @hole
  }
"""
OPEN_TO_ADDRESS = """
  map hole { type inet_service . ipv4_addr : inet_service; flags dynamic,timeout; timeout 120s; }
  chain note { type filter hook postrouting priority srcnat + 10;
    oifname "wan" meta l4proto udp ct status snat \\
      update @hole { udp sport . ip daddr : ct original proto-src }
  }
  chain admit { type nat hook prerouting priority dstnat;
    iifname "wan" meta l4proto udp dnat ip to HOST : udp dport . ip saddr map @hole
  }
"""
# STUN in clear text on 443 is cut, as a firewall that looks into packets does.
TLS_ONLY = """
    meta l4proto udp drop
    iifname "lan" tcp dport != 443 drop
    tcp dport 443 @ih,0,16 { 0x0001, 0x0003 } reject with tcp reset"""


def rules(kind, lan, host, ports=None):
    """Returns the table for a router whose host has the address host in the net lan.

    ports is the range that mappings are made in; without one a port is kept where it can be.
    """
    if kind == "rewrite" and not ports:
        # Not where ephemeral ports are, or now and then one would be kept.
        ports = "20000-29999"
    source = "masquerade"
    if kind == "symmetric":
        source = "masquerade fully-random"
    if ports:
        flag = " fully-random" if kind == "symmetric" else ""
        source = f"meta l4proto {{ tcp, udp }} masquerade to :{ports}{flag}"
    maps = {"full-cone": OPEN_TO_ALL, "addr-restricted": OPEN_TO_ADDRESS}.get(kind, "")
    denied = {"udp-blocked": "meta l4proto udp drop", "tls-only": TLS_ONLY}.get(kind, "")
    admitted = {"none": 'iifname "wan" accept', "full-cone": "ct status dnat accept",
                "addr-restricted": "ct status dnat accept"}.get(kind, "")
    translated = f'oifname "wan" ip saddr {lan} {source}' if KINDS[kind].translates else ""
    return f"""
table inet lab
delete table inet lab
table inet lab {{
  {maps.replace("HOST", host)}
  chain to_router {{ type filter hook input priority filter;
    # An answer, even of ICMP, would make a connection out of a packet that nobody asked
    # for, and take the port that a hole is punched with a moment later.
    iifname "wan" icmpv6 type {{ nd-neighbor-solicit, nd-neighbor-advert }} accept
    iifname "wan" ct state new drop
  }}
  chain through {{ type filter hook forward priority filter; policy drop;
    {denied}
    ct state established,related accept
    iifname "lan" accept
    {admitted}
  }}
  chain translate {{ type nat hook postrouting priority srcnat;
    {translated}
  }}
}}
"""
