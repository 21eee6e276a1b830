"""Is the lab what it says? Types of NAT are asked by STUN, servers are asked for relays."""
import json
import pathlib
import subprocess
from concurrent.futures import ThreadPoolExecutor

import nat
import network
from hosts import run
from laboratory import Laboratory
from turnserver import PASSWORD, PORT, TLS_PORT, USER

HERE = pathlib.Path(__file__).parent
ASK_S, REFUSED_S = 20, 2


SERVER_ROWS = [
    # The site's NAT, the port, how to ask, and whether there is a relay to be had.
    ("restricted", PORT, [], True), ("restricted", PORT, ["-t"], True),
    ("udp-blocked", PORT, [], False), ("udp-blocked", PORT, ["-t"], True),
    ("tls-only", PORT, ["-t"], False), ("tls-only", TLS_PORT, ["-t", "-S"], True),
    ("tls-only", TLS_PORT, ["-t"], False), ("none", TLS_PORT, ["-t"], False),
]


def nats():
    """Returns 0 when all is as it should be. The sites are looked at side by side."""
    with Laboratory("4") as lab, ThreadPoolExecutor() as both:
        done = both.map(lambda name: _check_site(lab, name), "ab")
        return 1 if sum(done) else 0


def _check_site(lab, name):
    """Returns how much is wrong."""
    site = lab.site(name)
    wrong = sum(_check_kind(site, kind) for kind in nat.TYPES)
    wrong += sum(_check_rebinding(site, kind)
                 for kind in ("full-cone", "restricted", "symmetric"))
    # What a server gives does not depend on the site.
    return wrong + sum(_check_server(site, *row) for row in SERVER_ROWS["ab".index(name)::2])


def _say(good, site, text):
    print(f"{'ok  ' if good else 'FAIL'} {site.name} {text}", flush=True)
    return not good


def _probe(site):
    return json.loads(run(site.host.prefix() + ["/usr/bin/python3", str(HERE / "natprobe.py"),
                                                *network.SERVER4]))


def _check_kind(site, kind):
    site.set_nat(kind)
    found, should = _probe(site), nat.KINDS[kind]
    good = (found["mapping"], found["filtering"]) == (should.mapping, should.filtering)
    if should.mapping:
        good = good and (found["mapped"][0] == site.address) != should.translates
        good = good and found["kept"] == should.keeps_port
    return _say(good, site, f"{kind}: mapping {found['mapping']}, filtering"
                f" {found['filtering']}")


def _check_rebinding(site, kind):
    """A rebinding gives a new port, or a new address."""
    site.set_nat(kind)
    before = _probe(site)["mapped"]
    site.rebind_port()
    port = _probe(site)
    site.rebind_address()
    address = _probe(site)["mapped"]
    good = not port["kept"] and port["mapped"][0] == before[0] and address[0] != before[0]
    return _say(good, site, f"rebinding of {kind}: {before}, {port['mapped']}, {address}")


def _check_server(site, kind, port, options, should):
    """A relay over each transport from behind a NAT that lets it pass, and from no other."""
    site.set_nat(kind)
    command = ["timeout", str(ASK_S if should else REFUSED_S), "turnutils_uclient", "-y", "-c",
               "-n", "1", "-u", USER, "-w", PASSWORD, "-p", str(port), *options,
               network.SERVER4[0]]
    done = subprocess.run(site.host.prefix() + command, capture_output=True, text=True,
                          check=False)
    good = ("Total lost packets 0" in done.stdout) == should
    return _say(good, site, f"{kind}, port {port} {' '.join(options)}:"
                f" {'a relay' if should else 'none'}")
