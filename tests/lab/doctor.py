"""lab.py doctor PROGRAM: what gst-ice-doctor says in the lab, beside what is so.

Each type of NAT, found out from inside with all servers at hand; failures that have a cause in
the network, each by one command; and calls from a site to a listener in the other, without a
TURN server. With --all, every type of NAT calls every other.
"""
import json
import subprocess

import nat
from call import uris
from hosts import run
from laboratory import Laboratory
from linecall import leave, wait_listening

RUN_S = 60
# How long a call may look for a path that is not there.
TRY_S = 6
NAMES = {"none": "none", "full-cone": "full cone", "addr-restricted": "restricted cone",
         "restricted": "port-restricted cone", "rewrite": "port-restricted cone",
         "symmetric": "symmetric", "udp-blocked": "unknown", "tls-only": "unknown"}
VERDICTS = {"none": "no-nat", "symmetric": "symmetric-nat", "udp-blocked": "udp-blocked",
            "tls-only": "udp-blocked"}
SOME_CALLS = [("none", "none"), ("symmetric", "symmetric"), ("restricted", "symmetric"),
              ("restricted", "udp-blocked")]
WRONG_ADDRESS = "198.51.100.9"
BLOCKED_PORTS = (50000, 50019)


def main(options):
    with Laboratory("4") as lab:
        pairs = ([(a, b) for a in nat.TYPES for b in nat.TYPES] if options.all else SOME_CALLS)
        wrong = sum(_check_kind(lab, options.program, kind) for kind in nat.TYPES)
        wrong += _check_failures(lab, options.program)
        wrong += sum(_check_call(lab, options.program, a, b) for a, b in pairs)
        return 1 if wrong else 0


def _say(good, text):
    print(f"{'ok  ' if good else 'FAIL'} {text}", flush=True)
    return not good


def _ask(lab, program, *arguments):
    """Returns the report of one run in site a."""
    done = subprocess.run(lab.site("a").host.prefix() + [program, "--json", *arguments],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                          timeout=RUN_S, check=False)
    return json.loads(done.stdout)


def _servers(lab, *kinds):
    return [f"--{'stun' if kind == 'stun' else 'turn'}-server={lab.uri(kind)}" for kind in kinds]


def _check_kind(lab, program, kind):
    lab.site("a").set_nat(kind)
    said = _ask(lab, program, *_servers(lab, "stun", "udp", "tcp", "tls"))
    works = [server["uri"] for server in said["servers"] if server["answered"]]
    # Each with what it takes through such a NAT.
    should = {"udp-blocked": 2, "tls-only": 1}.get(kind, 4)
    good = (said["nat"]["kind"] == NAMES[kind] and len(works) == should and said["good"]
            and said["verdict"] == VERDICTS.get(kind, "cone-nat"))
    return _say(good, f"{kind}: {said['nat']['kind']}, {said['verdict']}, {len(works)} servers: "
                f"{said['text']}")


def _check_failures(lab, program):
    site = lab.site("a")
    site.set_nat("restricted")
    refused = lab.uri("udp", password="some-thing else")
    wrong = _check(lab, program, "turn-refused", f"--turn-server={refused}", secrets=["some-thing else", "some-thing%20else"])
    wrong += _check(lab, program, "wrong-external-address", *_servers(lab, "stun"),
                    f"--external-address={WRONG_ADDRESS}")
    wrong += _check(lab, program, "cone-nat", *_servers(lab, "stun"),
                    f"--external-address={_outside(lab, program)}")

    first, last = BLOCKED_PORTS
    ports = [f"--min-rtp-port={first}", f"--max-rtp-port={last}"]
    wrong += _check(lab, program, "cone-nat", *_servers(lab, "stun"), *ports)
    site.router.nft(f"""table inet range {{
  chain through {{ type filter hook forward priority filter; udp sport {first}-{last} drop; }}
}}
""")
    wrong += _check(lab, program, "ports-blocked", *_servers(lab, "stun"), *ports)
    site.router.nft("delete table inet range\n")

    site.set_nat("udp-blocked")
    wrong += _check(lab, program, "udp-blocked", *_servers(lab, "stun", "udp", "tcp"))
    wrong += _check(lab, program, "udp-blocked", *_servers(lab, "stun", "udp"), code="unreachable")
    return wrong


def _outside(lab, program):
    return _ask(lab, program, *_servers(lab, "stun"))["nat"]["mapped"].rpartition(":")[0]


def _check(lab, program, name, *arguments, code=None, secrets=()):
    said = _ask(lab, program, *arguments)
    told = [secret for secret in secrets if secret in json.dumps(said)]
    return _say(said["verdict"] == (code or name) and not told,
                f"{code or name}: {said['text']} {said['remedy'] or ''}")


def _should_say(a, b):
    """Returns the verdicts that are right for a call from a to b without TURN."""
    if nat.direct_possible(a, b):
        return {"connects"}
    if nat.KINDS[a].mapping is None:
        return {"udp-blocked"}
    if nat.KINDS[b].mapping is None:
        return {"peer-private"}
    return {"both-nats"} if a == "symmetric" else {"peer-symmetric"}


def _check_call(lab, program, a, b):
    lab.set_nats(a, b)
    listen, call = uris()
    sender = ("gst-launch-1.0 -q audiotestsrc is-live=true ! mulawenc ! rtppcmupay ! icesink"
              f" network-interfaces=eth0 stun-server={lab.uri('stun')} signalling-uri={listen}")
    process = lab.site("b").host.popen(sender.split(), stdin=subprocess.DEVNULL,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_listening(lab, process)
        said = _ask(lab, program, *_servers(lab, "stun"), "--network-interfaces=eth0",
                    f"--timeout={TRY_S}", call)
    finally:
        leave(process, 0)
    good = said["verdict"] in _should_say(a, b) and (said["good"] or said["remedy"])
    return _say(good, f"{a} calls {b}: {said['verdict']}: {said['text']}")
