"""Candidates that a user asks for, or that need a word said for them: calls that prove it.

Each scene is one call, or one look at what an end offers, in a laboratory of its own.
"""
import re

from call import Call
from hosts import LabError
from laboratory import Laboratory
from network import SIGNALLING
from process import Process

N_PACKETS = 50
OFFER_S = 15


def one_to_one(site):
    """Has the router forward everything to the host, ports unchanged, as a cloud's NAT does."""
    site.router.nft(f"""table inet forward
delete table inet forward
table inet forward {{
  chain admit {{ type nat hook prerouting priority dstnat - 10;
    iifname "wan" meta l4proto udp dnat ip to {site.address}
  }}
}}
table inet lab
delete table inet lab
table inet lab {{
  chain translate {{ type nat hook postrouting priority srcnat;
    oifname "wan" ip saddr {site.lan} masquerade
  }}
}}
""")


def play(lab, settings_a, settings_b, name):
    call = Call(lab, settings_a, settings_b, N_PACKETS, name)
    call.finish()
    return call, call.result()


def addresses_of(candidates):
    """Returns addresses and types, as ("10.1.0.2", "host")."""
    found = set()
    for candidate in candidates:
        words = candidate.split(" ")
        found.add((words[4], words[7]))
    return found


def external_address():
    """Behind a 1:1 NAT, without any server, to a peer behind a NAT of the usual kind."""
    with Laboratory("4") as lab:
        lab.set_nats("restricted", "restricted")
        site = lab.site("a")
        one_to_one(site)
        call, result = play(lab, [f"external-address={site.outside}"], [], "external")
        offered = addresses_of(call.a.candidates)
        yield "external-address connects", result["ok"], result["why"]
        yield "external-address stands for the private one", offered == {
            (site.outside, "host")}, offered
        text = " ".join(call.a.candidates)
        yield "nothing tells the private one", site.address not in text, text
        yield "the pair is host's", result.get("pair", "").startswith("host>"), result.get("pair")

        settings = [f"external-address={site.outside}/{site.address}", "keep-private-host=true"]
        call, result = play(lab, settings, [], "kept")
        offered = addresses_of(call.a.candidates)
        yield "keep-private-host connects", result["ok"], result["why"]
        yield "keep-private-host tells both", offered == {
            (site.address, "host"), (site.outside, "srflx")}, offered

        soon = "connect-timeout=3000"
        _, result = play(lab, ["external-address=203.0.113.250", soon], [soon], "wrong")
        yield "an address that is not ours is of no use", not result["ok"], result.get("pair")


def try_to_offer(lab, settings, name):
    """Returns the process of an end of site a that has tried."""
    line = ["gst-launch-1.0", "-m", "audiotestsrc", "is-live=true", "!", "mulawenc", "!",
            "rtppcmupay", "!", "icesink", "connect-timeout=2000", *settings,
            f"signalling-uri=http://{SIGNALLING['a']}:9/nobody"]
    end = Process(lab.site("a").host, line, lab.folder / f"{name}.log")
    end.wait(lambda p: p.ended(), OFFER_S)
    end.stop()
    if end.code() < 0:
        raise LabError(f"ended by signal {-end.code()}")
    return end


def offer(lab, settings, name):
    """Returns what an end of site a offers, as lines of candidates."""
    return try_to_offer(lab, settings, name).candidates


def no_address():
    """Interfaces that candidates can't be gathered on: the error says why."""
    with Laboratory("4") as lab:
        host = lab.site("a").host
        lab.set_nats("none", "none")
        host.ip("link add down7 type veth peer name down8",
                "link add bare7 type veth peer name bare8", "link set bare8 up",
                "link set bare7 addrgenmode none", "link set bare7 up",
                "link add own7 type veth peer name own8", "link set own7 addrgenmode none",
                "link set own7 up", "addr add 169.254.7.1/16 dev own7")
        end = try_to_offer(lab, ["network-interfaces=nosuch7,down7,bare7,own7"], "nowhere")
        for says in ("nosuch7 does not exist", "down7 is down", "bare7 has no IP address",
                     "own7 has link-local addresses only"):
            yield f"{says}", any(says in trouble for trouble in end.troubles), end.troubles


def many_addresses():
    """A host with bridges, tunnels, old addresses and more of them than libnice can bear."""
    with Laboratory("dual") as lab:
        host = lab.site("a").host
        lab.set_nats("none", "none")
        # The signalling cable is one more interface; an address that lasts no more is old.
        host.ip("link add br-1234 type bridge", "link set br-1234 up",
                "addr add 172.18.0.1/16 dev br-1234",
                "link add bond7 type veth peer name bond8", "link set bond7 up",
                "link set bond8 up", "addr add 10.77.0.2/24 dev bond7",
                "addr add 2001:db8:77::5/64 dev bond7",
                "addr add 2001:db8:77::4/64 dev bond7 preferred_lft 0",
                "addr add 2001:db8:78::4/64 dev bond7 preferred_lft 0",
                "link add tun7 type veth peer name tun8", "link set tun7 up",
                "addr add 10.8.0.2/24 dev tun7")
        found = {address for address, _ in addresses_of(offer(lab, [], "default"))}
        wanted = {lab.site("a").address, lab.site("a").lan6 + "2", SIGNALLING["a"], "10.77.0.2",
                  "2001:db8:77::5", "2001:db8:78::4"}
        yield "what is offered by default", found == wanted, found ^ wanted
        found = {address for address, _ in addresses_of(
            offer(lab, ["network-interfaces=br-1234, eth0"], "named"))}
        wanted = {lab.site("a").address, lab.site("a").lan6 + "2", "172.18.0.1"}
        yield "what is offered of interfaces that are named", found == wanted, found ^ wanted

        host.ip(*(f"addr add 10.78.{n}.2/24 dev bond7" for n in range(100)))
        candidates = offer(lab, [], "crowd")
        priorities = [int(candidate.split(" ")[3]) for candidate in candidates]
        yield "of 100 addresses 16 are used", len(addresses_of(candidates)) == 16, candidates
        yield "each with a priority of its own", len(set(priorities)) == len(candidates), priorities
        call, result = play(lab, [], [], "crowd-call")
        yield "which do not keep a call from being made", result["ok"], result["why"]

        # libnice has public addresses in the other order, those that it ends with included.
        host.ip(*(f"addr add 198.18.{n}.2/24 dev bond7" for n in range(100)))
        candidates = offer(lab, [], "public")
        yield "and of 200", len(addresses_of(candidates)) == 16, candidates


def dialects():
    """Old dialects of ICE, which no server and no peer but our own speaks: through two NATs by STUN."""
    with Laboratory("4") as lab:
        for dialect in ("oc2007r2", "wlm2009"):
            lab.set_nats("restricted", "restricted")
            settings = [f"compatibility={dialect}", *lab.settings(["stun"])]
            call, result = play(lab, settings, settings, dialect)
            yield f"{dialect} connects", result["ok"], result["why"]
            for name in "ab":
                yield f"{dialect}: {name} gets what was sent, and no check", \
                    result[name]["received"] == N_PACKETS, result[name]
            found = {kind for _, kind in addresses_of(call.a.candidates)}
            yield f"{dialect}: what the peer is told of", found == {"host", "srflx"}, found

        soon = "connect-timeout=3000"
        _, result = play(lab, ["compatibility=oc2007r2", *lab.settings(["stun"]), soon],
                         [*lab.settings(["stun"]), soon], "mixed")
        yield "two dialects don't understand each other", not result["ok"], result.get("pair")


SCENES = (external_address, many_addresses, no_address, dialects)


def main(options):
    """Returns 0 when all is as it should be."""
    n_wrong = 0
    for scene in SCENES:
        if not re.search(options.only, scene.__name__):
            continue
        for what, good, found in scene():
            print(f"{'ok  ' if good else 'FAIL'} {what}{'' if good else f': {found}'}", flush=True)
            n_wrong += not good
    return 1 if n_wrong else 0
