"""The cases of the matrix, as data, and what is expected of each."""
from dataclasses import dataclass

import nat
from network import DEAD4

ALL = ("stun", "udp", "tcp", "tls")
DEAD_STUN = f"stun://{DEAD4}:3478"
DEAD_TURN = f"turn://lab:lab@{DEAD4}:3478?transport=udp"


@dataclass(frozen=True)
class Case:
    """One call. expect is host, direct, relay, failure or best: what nat.py says there is.

    loss is in percent, each way at both sites. legs are the transports to the TURN server
    that media may take when it is relayed; empty: any. says are regular expressions, each
    of which an error or warning at site a must match. n_packets is what each end sends, 0: as
    many as in the other cases. own_a and own_b are more properties, of one site's elements. With dns names are looked up at dnsmasq.
    """
    a: str
    b: str
    servers: tuple = ALL
    expect: str = "best"
    family: str = "4"
    policy: str = "all"
    loss: int = 0
    legs: tuple = ()
    says: tuple = ()
    n_packets: int = 0
    note: str = ""
    dns: bool = False
    own_a: tuple = ()
    own_b: tuple = ()

    @property
    def name(self):
        parts = [f"{self.a} x {self.b}"]
        if self.servers != ALL:
            kinds = [s if s in ALL else "dead" if DEAD4 in s else "bad" for s in self.servers]
            parts.append("+".join(kinds) or "no server")
        if self.family != "4":
            parts.append("dual stack" if self.family == "dual" else "IPv6")
        if self.policy != "all":
            parts.append(f"policy {self.policy}")
        if self.loss:
            parts.append(f"{self.loss} % loss")
        return ", ".join(parts + ([self.note] if self.note else []))

    @property
    def best(self):
        """Returns the kind of path that the report counts the case under."""
        if self.expect == "failure":
            return "none"
        if self.expect == "best":
            return nat.best_path(self.a, self.b)
        if self.expect != "relay":
            return "host" if self.expect == "host" else "reflexive"
        return f"relay-{self.legs[0]}" if self.legs else "relay-udp"


SHORT = [
    Case("none", "none", servers=(), expect="host"),
    Case("none", "restricted", servers=(), expect="direct"),
    Case("symmetric", "none", servers=(), expect="direct"),
    Case("restricted", "restricted", servers=("stun",), expect="direct"),
    Case("full-cone", "symmetric", servers=("stun",), expect="direct"),
    Case("symmetric", "symmetric", servers=("udp",), expect="relay", legs=("udp",)),
    Case("udp-blocked", "udp-blocked", servers=("tcp",), expect="relay", legs=("tcp",)),
    Case("tls-only", "tls-only", servers=("tls",), expect="relay", legs=("tls",)),
    Case("none", "none"),
    Case("full-cone", "full-cone"),
    Case("addr-restricted", "symmetric"),
    Case("addr-restricted", "restricted"),
    Case("restricted", "restricted"),
    Case("rewrite", "addr-restricted"),
    Case("rewrite", "symmetric"),
    Case("symmetric", "symmetric"),
    Case("udp-blocked", "restricted", legs=("tcp", "tls", "udp")),
    Case("none", "udp-blocked"),
    Case("tls-only", "none"),
    Case("symmetric", "tls-only"),
    Case("none", "none", policy="relay", expect="relay"),
    Case("restricted", "restricted", policy="relay", expect="relay", servers=("stun", "udp")),
    Case("restricted", "symmetric", servers=(DEAD_STUN, DEAD_TURN, "udp"), expect="relay"),
    Case("none", "none", servers=(), expect="host", family="6"),
    Case("restricted", "restricted", servers=("stun", "udp"), expect="direct", family="6"),
    Case("udp-blocked", "none", servers=("tcp",), expect="relay", legs=("tcp",), family="6"),
    Case("symmetric", "symmetric", expect="direct", family="dual"),
    Case("tls-only", "none", expect="relay", legs=("tls",), family="dual"),
]

# Every type against every type, with all servers; more than one run says how sure it is.
LONG = [Case(a, b) for a in nat.TYPES for b in nat.TYPES]

# So many packets that not all leave in the moment that the first end connects.
LOSS = [Case("restricted", "restricted", servers=("stun", "udp"), loss=30, n_packets=250)
        for _ in range(16)]

# The same with a STUN server and one of the TURN servers dead.
DEAD = [Case(a, b, servers=(DEAD_STUN, DEAD_TURN, "udp", "tcp", "tls"))
        for a in nat.TYPES for b in nat.TYPES]

# What a user may have got wrong, or a server may have: said, and no more harm than need be.
WRONG_PASSWORD = "turn://lab%2Fuser:wrong@203.0.113.10:3478?transport=udp"
EXPIRED = "turn://1:x@203.0.113.12:3478?transport=udp"
REFUSING = "turn://lab%2Fuser:x@203.0.113.10:9?transport=tcp"
UNKNOWN = "stun://nowhere.lab.test:3478"
OTHER_NAME = "turns://lab%2Fuser:p%40ss%3Aw%2Frd@other.lab.test:443?transport=tcp"
CLEAR_ON_TLS = "turn://lab%2Fuser:p%40ss%3Aw%2Frd@203.0.113.10:443?transport=tcp"
BAD = [
    Case("restricted", "restricted", servers=("stun", WRONG_PASSWORD), expect="direct",
         says=("203.0.113.10.*401|401.*203.0.113.10",), note="wrong password"),
    Case("restricted", "restricted", servers=("stun", EXPIRED), expect="direct",
         says=("203.0.113.12.*401|401.*203.0.113.12",), note="expired credentials"),
    Case("restricted", "restricted", servers=("stun", REFUSING), expect="direct",
         says=("203.0.113.10",), note="nobody at the port"),
    Case("restricted", "restricted", servers=(UNKNOWN, "udp"), expect="direct",
         says=("nowhere.lab.test",), note="unknown host"),
    Case("restricted", "restricted", servers=("stun", OTHER_NAME), expect="direct",
         says=("other.lab.test.*certificate|certificate.*other.lab.test",),
         note="certificate of another name"),
    Case("restricted", "restricted", servers=("stun", CLEAR_ON_TLS), expect="direct",
         note="clear text where TLS is spoken"),
    Case("symmetric", "symmetric", servers=(WRONG_PASSWORD, UNKNOWN), expect="failure",
         says=("ERROR.*401", "ERROR.*nowhere.lab.test"), note="nothing left"),
]

# A bridge: a lite end at a public address, with one port for UDP and TCP, and no server.
LITE_PORT = {"tls-only": 443}
LITE = [Case(a, "none", servers=(), expect="host" if a == "none" else "direct", note="lite",
             own_a=("ice-tcp=true",) if nat.KINDS[a].mapping is None else (),
             own_b=("ice-lite=true", f"udp-mux-port={LITE_PORT.get(a, 8189)}", "ice-tcp=true"))
        for a in nat.TYPES]

SHORT += [case for case in LITE if case.a in ("symmetric", "tls-only")]

# Servers that only SRV records lead to (RFC 8489, 8.1), and one without, at the default port.
WHO = "lab%2Fuser:p%40ss%3Aw%2Frd"
SRV = [
    Case("restricted", "restricted", servers=("stun:srv.lab.test",), expect="direct", dns=True,
         note="STUN by SRV"),
    Case("symmetric", "symmetric", servers=(f"turn://{WHO}@srv.lab.test?transport=udp",),
         expect="relay", legs=("udp",), dns=True, note="TURN by SRV"),
    Case("udp-blocked", "udp-blocked", servers=(f"turn://{WHO}@srv.lab.test?transport=tcp",),
         expect="relay", legs=("tcp",), dns=True, note="TURN over TCP by SRV"),
    Case("tls-only", "tls-only", servers=(f"turns://{WHO}@srv.lab.test",), expect="relay",
         legs=("tls",), dns=True, note="TURN over TLS by SRV"),
    Case("symmetric", "symmetric", servers=(f"turn://{WHO}@silent.lab.test?transport=udp",),
         expect="relay", legs=("udp",), dns=True, note="the first of SRV is silent"),
    Case("restricted", "restricted", servers=("stun:silent.lab.test",), expect="direct", dns=True,
         note="the first STUN server of SRV is silent"),
    Case("symmetric", "symmetric", servers=(f"turn://{WHO}@weights.lab.test?transport=udp",),
         expect="relay", legs=("udp",), dns=True, note="by weight"),
    Case("symmetric", "symmetric", servers=(f"turn://{WHO}@turn.lab.test?transport=udp",),
         expect="relay", legs=("udp",), dns=True, note="no SRV"),
]

SETS = {"srv": SRV, "lite": LITE, "short": SHORT, "long": LONG, "loss": LOSS, "dead": DEAD, "bad": BAD}


def select(name, pattern=""):
    """Returns the cases of a set whose name contains pattern, those of a family together."""
    chosen = [case for case in SETS[name] if pattern in case.name]
    return sorted(chosen, key=lambda case: ("4", "6", "dual").index(case.family))
