"""Is the lab what it says? Types of NAT are asked by STUN, servers are asked for relays."""
import json
import pathlib
import subprocess

import nat
import network
from hosts import run
from laboratory import Laboratory
from turnserver import PASSWORD, PORT, TLS_PORT, USER

HERE = pathlib.Path(__file__).parent
ASK_S = 20


def nats():
    """Returns 0 when all is as it should be."""
    wrong = 0
    with Laboratory("4") as lab:
        for kind in nat.TYPES:
            for name in "ab":
                wrong += _check_kind(lab, name, kind)
        wrong += _check_rebinding(lab)
        wrong += _check_servers(lab)
    return 1 if wrong else 0


def _probe(site):
    return json.loads(run(site.host.prefix() + ["/usr/bin/python3", str(HERE / "natprobe.py"),
                                                *network.SERVER4]))


def _check_kind(lab, name, kind):
    site = lab.site(name)
    site.set_nat(kind)
    found, should = _probe(site), nat.KINDS[kind]
    good = (found["mapping"], found["filtering"]) == (should.mapping, should.filtering)
    if should.mapping:
        good = good and (found["mapped"][0] == site.address) != should.translates
        good = good and (found["kept"] or not should.keeps_port)
        good = good and (should.keeps_port or not found["kept"])
    print(f"{'ok  ' if good else 'FAIL'} {name} {kind}: mapping {found['mapping']},"
          f" filtering {found['filtering']}", flush=True)
    return not good


def _check_rebinding(lab):
    """A rebinding gives a new port, or a new address."""
    wrong = 0
    for kind in ("full-cone", "restricted", "symmetric"):
        site = lab.site("a")
        site.set_nat(kind)
        before = _probe(site)["mapped"]
        site.rebind_port()
        port = _probe(site)
        site.rebind_address()
        address = _probe(site)["mapped"]
        good = not port["kept"] and port["mapped"][0] == before[0] and address[0] != before[0]
        print(f"{'ok  ' if good else 'FAIL'} rebinding of {kind}: {before}, {port['mapped']},"
              f" {address}", flush=True)
        wrong += not good
    return wrong


def _check_servers(lab):
    """A relay over each transport, from behind each NAT that lets it pass, and no other."""
    rows = [("restricted", PORT, [], True), ("restricted", PORT, ["-t"], True),
            ("udp-blocked", PORT, [], False), ("udp-blocked", PORT, ["-t"], True),
            ("tls-only", PORT, ["-t"], False), ("tls-only", TLS_PORT, ["-t", "-S"], True),
            ("tls-only", TLS_PORT, ["-t"], False), ("none", TLS_PORT, ["-t"], False)]
    wrong = 0
    for kind, port, options, should in rows:
        site = lab.site("a")
        site.set_nat(kind)
        command = ["timeout", str(ASK_S), "turnutils_uclient", "-y", "-c", "-n", "1", "-u", USER,
                   "-w", PASSWORD, "-p", str(port), *options, network.SERVER4[0]]
        if not should:
            command[1] = "2"
        done = subprocess.run(site.host.prefix() + command, capture_output=True, text=True,
                              check=False)
        good = ("Total lost packets 0" in done.stdout) == should
        print(f"{'ok  ' if good else 'FAIL'} {kind}, port {port} {' '.join(options)}:"
              f" {'a relay' if should else 'none'}", flush=True)
        wrong += not good
    return wrong
