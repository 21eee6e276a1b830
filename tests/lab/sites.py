"""A site: a host, the router before it, its addresses, and what can befall it."""
import json
import pathlib
import subprocess
import time

import nat
from hosts import LabError, run

NUMBER = {"a": 1, "b": 2}
# Ranges for a rebinding to a new port; no ephemeral port lies in them, or it would be kept.
PORTS = ("10000-14999", "15000-19999")
N_HOSTS = 14
FORGET = pathlib.Path(__file__).parent / "forget.py"


class Site:
    """Changes take effect at once, for a call that is on as well."""

    def __init__(self, name, host, router, network):
        self.name, self.host, self.router, self.network = name, host, router, network
        number = NUMBER[name]
        self.number = number
        self.lan = f"10.{number}.0.0/24"
        self.lan6 = f"2001:db8:{number}::"
        self.wan6 = f"2001:db8:ff::10{number}"
        self.routed_base = 16 * (number - 1)
        self.routed = f"198.51.100.{self.routed_base}/28"
        self.kind = None
        self.nth_host = 2
        self.nth_outside = 0
        self.ports = None
        self.outside = None
        router.shell("echo 1 > /proc/sys/net/ipv4/ip_forward")
        if network.ipv4:
            router.ip(f"addr add 10.{number}.0.1/24 dev lan",
                      f"addr add 198.51.100.{self.routed_base + 1}/28 dev lan")

    @property
    def address(self):
        """The host's IPv4 address."""
        if nat.KINDS[self.kind].translates:
            return f"10.{self.number}.0.{self.nth_host}"
        return f"198.51.100.{self.routed_base + self.nth_host}"

    def address6(self):
        """IPv6 is routed, never translated; the router's filter is the type's."""
        net6 = "2001:db8:ff::1"
        self.router.shell("echo 1 > /proc/sys/net/ipv6/conf/all/forwarding")
        self.router.ip(f"addr add {self.lan6}1/64 dev lan", f"addr add {self.wan6}/64 dev wan",
                       f"route add default via {net6}")
        self._address_host6()

    def _address_host6(self):
        if self.network.ipv6:
            self.host.ip(f"addr replace {self.lan6}2/64 dev eth0",
                         f"route replace default via {self.lan6}1")

    def set_nat(self, kind):
        """Another router: of this kind, without memory, and nothing else wrong with it."""
        self.kind, self.ports = kind, None
        self.clear_trouble()
        self.link_up()
        self._load()
        self._forget()

    def _load(self):
        self.router.nft(nat.rules(self.kind, self.lan, self.address, self.ports))

    def _address_host(self, keep=False):
        if not self.network.ipv4:
            return
        gateway = f"10.{self.number}.0.1"
        length = 24
        if not nat.KINDS[self.kind].translates:
            gateway, length = f"198.51.100.{self.routed_base + 1}", 28
        lines = [] if keep else ["addr flush dev eth0"]
        self.host.ip4(*lines, f"addr add {self.address}/{length} dev eth0",
                      f"route replace default via {gateway} src {self.address}")

    def _forget(self):
        """Takes the outside address away: the kernel forgets what it translated to it."""
        if not self.network.ipv4:
            return
        self.outside = f"203.0.113.{101 + 10 * self.nth_outside + self.number}"
        forget = self.router.popen(["/usr/bin/python3", str(FORGET)], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE)
        forget.stdout.readline()
        self.router.ip4("addr flush dev wan", f"addr add {self.outside}/24 dev wan",
                        "route replace default via 203.0.113.1")
        forget.communicate(b"\n")
        if forget.returncode:
            raise LabError(f"forget.py ended with {forget.returncode}")
        self.network.routes_changed()

    # What befalls a site in a call.

    def rebind_port(self):
        """The router forgets its mappings; new ones have other ports."""
        self.ports = PORTS[1] if self.ports == PORTS[0] else PORTS[0]
        self._load()
        self._forget()

    def rebind_address(self):
        """The router forgets its mappings and has another outside address."""
        self.nth_outside = 1 - self.nth_outside
        self._forget()

    def move(self):
        """The host has another address, the old one is gone."""
        self._move(keep=False)

    def flap(self):
        """The host has another address every 100 ms, for 2 s."""
        self.move()
        for _ in range(19):
            time.sleep(0.1)
            self.move()

    def second_address(self):
        """The host gets one more address; the first stays."""
        self._move(keep=True)

    def _move(self, keep):
        self.nth_host = self.nth_host + 1 if self.nth_host < N_HOSTS else 2
        self._address_host(keep)
        self._load()

    def link_down(self):
        self.host.ip("link set eth0 down")

    def link_up(self):
        """Back as it was: an interface that goes down loses its routes, and with IPv6 more."""
        self.host.ip("link set eth0 up")
        self._address_host6()
        self._address_host()

    def cut(self, what):
        """Drops what, both ways: all, udp, tcp, direct (all but the servers), servers, or
        answers (of STUN over UDP, to checks and consent; media passes)."""
        servers4 = ", ".join(a for a in self.network.server_addresses() if ":" not in a)
        servers6 = ", ".join(a for a in self.network.server_addresses() if ":" in a)
        match = {"all": ["drop"], "udp": ["meta l4proto udp drop"],
                 "tcp": ["meta l4proto tcp drop"],
                 "answers": ["meta l4proto udp @th,64,16 0x0101 drop"], "in": ['iifname "wan" drop'],
                 "out": ['iifname "lan" drop']}.get(what)
        if match is None:
            verdict = "accept" if what == "direct" else "drop"
            match = []
            for family, servers in (("ip", servers4), ("ip6", servers6)):
                if servers:
                    match += [f"{family} {end} {{ {servers} }} {verdict}"
                              for end in ("saddr", "daddr")]
            match += ["drop"] if what == "direct" else []
        self._trouble("cut", -10, match)

    def lose(self, percent):
        """Drops packets at random, in each direction by itself."""
        self._trouble("loss", -20, [f"numgen random mod 100 < {percent} drop"] if percent else [])

    def _trouble(self, table, priority, match):
        lines = "\n".join(match)
        self.router.nft(f"""table inet {table}
delete table inet {table}
table inet {table} {{
  chain through {{ type filter hook forward priority filter {priority};
    {lines}
  }}
}}
""")

    def clear_trouble(self):
        for table in ("cut", "loss", "watch"):
            self.router.nft(f"table inet {table}\ndelete table inet {table}\n")

    # What the site sent.

    def watch(self):
        """Begins to count what the host sends: to the servers, and to anyone else."""
        servers = self.network.server_addresses()
        lines = []
        for family, mark in (("ip", "."), ("ip6", ":")):
            own = ", ".join(a for a in servers if mark in a)
            if own:
                lines.append(f'iifname "lan" {family} daddr {{ {own} }} counter name to_servers'
                             " return")
        self.router.nft(f"""table inet watch
delete table inet watch
table inet watch {{
  counter to_servers {{ }}
  counter elsewhere {{ }}
  chain seen {{ type filter hook prerouting priority raw;
    {chr(10).join(lines)}
    iifname "lan" meta l4proto {{ tcp, udp }} counter name elsewhere
  }}
}}
""")

    def watched(self):
        """Returns the packets counted since watch()."""
        text = run(self.router.prefix() + ["nft", "-j", "list", "counters", "table", "inet",
                                           "watch"])
        counters = [entry["counter"] for entry in json.loads(text)["nftables"]
                    if "counter" in entry]
        return {counter["name"]: counter["packets"] for counter in counters}
