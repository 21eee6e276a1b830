"""The cases of the matrix, as data, and what is expected of each."""
from dataclasses import dataclass

import nat
from network import DEAD4

ALL = ("stun", "udp", "tcp", "tls")
DEAD_STUN = f"stun://{DEAD4}:3478"
DEAD_TURN = f"turn://lab:lab@{DEAD4}:3478?transport=udp"


@dataclass(frozen=True)
class Case:
    """One call. expect is host, direct, relay or best; best is what nat.py says there is.

    loss is in percent, each way at both sites. legs are the transports to the TURN server
    that media may take when it is relayed; empty: any.
    """
    a: str
    b: str
    servers: tuple = ALL
    expect: str = "best"
    family: str = "4"
    policy: str = "all"
    loss: int = 0
    legs: tuple = ()
    note: str = ""

    @property
    def name(self):
        parts = [f"{self.a} x {self.b}"]
        if self.servers != ALL:
            parts.append("+".join(s if s in ALL else "dead" for s in self.servers) or "no server")
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
    Case("restricted", "restricted", loss=10),
    Case("restricted", "symmetric", servers=(DEAD_STUN, DEAD_TURN, "udp"), expect="relay"),
    Case("none", "none", servers=(), expect="host", family="6"),
    Case("restricted", "restricted", servers=("stun", "udp"), expect="direct", family="6"),
    Case("udp-blocked", "none", servers=("tcp",), expect="relay", legs=("tcp",), family="6"),
    Case("symmetric", "symmetric", expect="direct", family="dual"),
    Case("tls-only", "none", expect="relay", legs=("tls",), family="dual"),
]

# Every type against every type, with all servers; more than one run says how sure it is.
LONG = [Case(a, b) for a in nat.TYPES for b in nat.TYPES]

LOSS = [Case("restricted", "restricted", servers=("stun", "udp"), loss=30) for _ in range(16)]

DEAD = [Case(a, b, servers=(DEAD_STUN, DEAD_TURN, "udp", "tcp", "tls"), legs=())
        for a, b in (("none", "none"), ("restricted", "symmetric"), ("tls-only", "restricted"))]

SETS = {"short": SHORT, "long": LONG, "loss": LOSS, "dead": DEAD}


def select(name, pattern=""):
    """Returns the cases of a set whose name contains pattern, those of a family together."""
    chosen = [case for case in SETS[name] if pattern in case.name]
    return sorted(chosen, key=lambda case: ("4", "6", "dual").index(case.family))
