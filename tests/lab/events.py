"""What befalls a call that is on, and how long media stays away, on the far end's clock."""
import contextlib
import json
import signal
import statistics
import time
from dataclasses import dataclass, replace

import turnserver
from call import GST_LAUNCH, PACKET_MS, PLAYER, Call
from hosts import LabError
from laboratory import Laboratory
from linecall import happen
from rendezvous import Rendezvous

BEFORE_S, AFTER_S, SHORT_S = 2, 12, 5
# For an event that is not over at once.
LASTING_S = 4
# Credentials that end so long after a call began; it is on by then.
EXPIRING_S = 5


@dataclass(frozen=True)
class Event:
    """One row of the table. Goals are milliseconds without packets, the median's and the
    worst's; with lossless the goal is that no packet is lost."""
    name: str
    a: str
    b: str
    site: str
    what: str
    median_ms: int | None = None
    worst_ms: int | None = None
    lossless: bool = False
    servers: tuple = ("stun", "udp")
    after_s: int = AFTER_S
    relay_allowed: bool = True
    short: bool = False            # also in the short form
    unbroken: bool = False         # the path may not be given up
    level: str | None = None       # of GST_ICE_UDP, at both ends; None: what there is
    before: str | None = None      # what befalls site b before the call
    settings: tuple = ()           # of both ends, beside servers
    hearers: str = "ab"            # the sites that media goes to
    before_s: float = BEFORE_S     # how long the call is on when it happens
    lasting: bool = False          # it takes a while, and what counts is the time after it
    rendezvous: bool = False       # they meet at gst-ice-rendezvous, beyond the NATs


def _rebindings():
    for what in ("rebind-port", "rebind-address"):
        for kind, other in (("full-cone", "full-cone"), ("restricted", "restricted"),
                            ("symmetric", "full-cone")):
            for site in "ab":
                a, b = (kind, other) if site == "a" else (other, kind)
                yield Event(f"{what} of {kind} at {site}, the other {other}", a, b, site, what,
                            1000, 2500, short=(what, kind, site) == ("rebind-port", "restricted", "a"))


EVENTS = [
    Event("restart-ice, nothing broken", "restricted", "restricted", "a", "restart-ice",
          lossless=True, short=True),
    Event("second address at a", "restricted", "restricted", "a", "second-address",
          lossless=True),
    Event("another address at a, the old one gone", "restricted", "restricted", "a", "move",
          500, 1500, short=True),
    Event("another address at b, the old one gone", "restricted", "restricted", "b", "move",
          500, 1500, short=True),
    # Counted from the last change on: on a busy machine 20 changes take longer than 2 s.
    Event("address at a changes every 100 ms for 2 s, then no more", "restricted", "restricted", "a",
          "flap", 1500, 2000, short=True, lasting=True),
    *_rebindings(),
    # Who only sends hears nothing that could stop; who only receives can't restart by HTTP.
    *(replace(event, name=f"{event.name}, media to {hearers} only", hearers=hearers, short=False,
              median_ms=600, worst_ms=1500)
      for event in _rebindings() for hearers in "ba"),
    # The NAT forgets the WebSocket as well: the peer has to take its place again. Site b is
    # first in the room, and makes the offers.
    *(Event(f"rebind-port at {site}, signalling by rendezvous", "restricted", "restricted", site,
            "rebind-port", 1000, 2000, rendezvous=True, short=site == "b") for site in "ab"),
    Event("direct path cut at a, TURN remains", "restricted", "restricted", "a", "cut-direct",
          4000, 7000, short=True),
    # An end that only sends has nothing but answers, and no more than one of them yet.
    *(Event(f"direct path cut at a {before_s} s after it began, media to b only", "restricted",
            "restricted", "a", "cut-direct", 1700, 2000, hearers="b", before_s=before_s)
      for before_s in (0.02, 0.3, 1)),
    *(Event(f"TURN server of the path dies {before_s} s after it began, media to b only", "symmetric",
            "symmetric", "-", "turn-dies", 1700, 2000, servers=("udp", "second"), hearers="b",
            before_s=before_s) for before_s in (0.02, 0.3)),
    Event("TURN server of the path dies, a second one is there", "symmetric", "symmetric", "-",
          "turn-dies", 4000, 7000, servers=("udp", "second"), short=True),
    Event("TURN credentials expire", "symmetric", "symmetric", "-", "expire", lossless=True,
          servers=("second",)),
    # What works alone beside checks that get no answer is nominated soon.
    *(Event(f"{name}, TCP candidates", "none", "none", "a", what, *goals, lossless=lossless,
            servers=("tcp",), before="cut-udp", settings=("ice-tcp=true",))
      for name, what, goals, lossless in (
          ("restart-ice", "restart-ice", (), True),
          ("direct path cut at a, TURN remains", "cut-direct", (1000, 2000), False))),
    # libnice gives up after 50 s, but media speaks for the path.
    Event("STUN answers dropped, media passes, libnice's own calls", "restricted", "restricted",
          "a", "cut-answers", servers=("stun",), lossless=True, after_s=75, unbroken=True, level="none"),
    Event("20 % loss each way for 120 s, direct", "restricted", "restricted", "ab", "lose-20",
          after_s=120, relay_allowed=False, unbroken=True),
    Event("20 % loss each way for 120 s, relayed", "symmetric", "symmetric", "ab", "lose-20",
          servers=("udp",), after_s=120, unbroken=True, short=True),
    Event("20 % loss each way for 120 s, relayed over TCP", "symmetric", "symmetric", "ab",
          "lose-20", servers=("tcp",), after_s=120, unbroken=True),
]


def dying_server(lab, call):
    """Returns the one that relays media for a, or for b if a is not relayed."""
    _, *pair = call.a.pairs[-1]
    relays = [end["address"] for end in pair if end.get("candidate-type") == "relay"]
    for server in lab.servers:
        if relays and relays[0] in server.addresses:
            return server
    raise LabError(f"no relay in the pair {pair}")


def befall(lab, call, event):
    if event.what == "expire":
        return
    if event.what == "restart-ice":
        call.a.signal(signal.SIGUSR1)
        return
    if event.what == "turn-dies":
        call.a.wait(lambda p: p.pairs, BEFORE_S)
        dying_server(lab, call).stop()
        return
    for site in event.site:
        happen(lab, site, event.what)


def second_server(lab, seconds):
    user, password = turnserver.rest_credentials(seconds)
    return lab.uri("udp", "turn2", user, password)


def run_event(lab, event, name, program):
    """Returns what came of one event in one call; program is gst-ice-rendezvous."""
    with contextlib.ExitStack() as stack:
        room = stack.enter_context(Rendezvous(lab, program)).room if event.rendezvous else None
        return run_event_in(lab, event, name, room)


def run_event_in(lab, event, name, room):
    lab.set_nats(event.a, event.b)
    for server in lab.servers:
        if not server.processes:
            server.start()
    seconds = EXPIRING_S if event.what == "expire" else 3600
    settings = lab.settings([second_server(lab, seconds) if s == "second" else s
                             for s in event.servers]) + list(event.settings)
    if event.before:
        happen(lab, "b", event.before)
    n_seconds = BEFORE_S + event.after_s + (LASTING_S if event.lasting else 0)
    call = Call(lab, settings, settings, n_seconds * 1000 // PACKET_MS, name,
                PLAYER if event.what == "restart-ice" else GST_LAUNCH, event.level, room, event.hearers)
    result = {"event": event.name, "log": name}
    if not call.connected():
        call.finish()
        return result | {"ok": False, "why": call.failure}
    n_before = event.before_s * 1000 // PACKET_MS
    for end in call.receivers().values():
        end.wait(lambda p: len(p.times["packet"]) >= n_before, BEFORE_S * 3)
    when = began = time.monotonic()
    befall(lab, call, event)
    if event.lasting:
        when = time.monotonic()
        result["lasted_ms"] = round((when - began) * 1000)
    # Some packets may have been missing since it began.
    call.finish(stall_s=event.after_s + time.monotonic() - began)
    result.update({"gap_ms": {}, "lost": {}, "pairs": {}, "new_pairs": {}, "said": {}})
    for site, end in call.ends().items():
        packets = end.times["packet"]
        if site in event.hearers:
            result["gap_ms"][site] = longest_gap(packets, when, call.n_packets)
            result["lost"][site] = call.n_packets - len(packets)
        result["pairs"][site] = [f"{local.get('candidate-type')}>{remote.get('candidate-type')}"
                                 for _, local, remote in end.pairs]
        result["new_pairs"][site] = sum(at > when for at, *_ in end.pairs)
        result["said"][site] = [f"{(at - when) * 1000:.0f} ms: {text}"
                                for at, text in end.progress if at > when] + end.troubles[:5]
    if event.what == "restart-ice":
        result["left_open"] = call.turn()["left_open"]
    fault = judge(event, result)
    return result | {"ok": fault is None, "why": fault}


def longest_gap(packets, since, n_packets):
    """Returns milliseconds, or None when media did not come back."""
    later = [max(moment, since) for moment in packets[1:] if moment >= since]
    if len(packets) < n_packets and (not later or later[-1] - since < BEFORE_S):
        return None
    earlier = [since] + later[:-1]
    return round(max((b - a for a, b in zip(earlier, later)), default=0) * 1000)


def judge(event, result):
    """Returns what is wrong, or None; medians are another matter."""
    if None in result["gap_ms"].values():
        return f"media never came back: {result['gap_ms']}"
    if event.lossless and any(result["lost"].values()):
        return f"packets were lost: {result['lost']}"
    if event.what == "restart-ice" and not all(result["new_pairs"].values()):
        return f"no new pair after the restart: {result['new_pairs']}"
    if event.what == "cut-answers" and any("connected" in text for said in
                                           result["said"].values() for text in said):
        return f"a pair was selected that had no answer: {result['said']}"
    if result.get("left_open"):
        return f"{result['left_open']} allocations were left behind"
    worst = max(result["gap_ms"].values())
    if event.worst_ms and worst > event.worst_ms:
        return f"{worst} ms without packets, {event.worst_ms} at most"
    if event.unbroken and any(state in text for said in result["said"].values()
                              for text in said for state in ("disconnected", "checking")):
        return f"the path was given up: {result['said']}"
    if not event.relay_allowed and any("relay" in pair for pairs in result["pairs"].values()
                                       for pair in pairs):
        return f"a relay where a direct path works: {result['pairs']}"
    return None


def sum_up(event, results):
    """Returns a line of Markdown."""
    gaps = [max(r["gap_ms"].values()) for r in results
            if "gap_ms" in r and None not in r["gap_ms"].values()]
    lost = [max(r["lost"].values()) for r in results if "lost" in r]
    good = sum(r["ok"] for r in results)
    if not gaps:
        return f"| {event.name} | never | never | | 0 of {len(results)} |"
    goal = "0 lost" if event.lossless else f"{event.median_ms} / {event.worst_ms}"
    return (f"| {event.name} | {statistics.median(gaps):.0f} / {max(gaps)} |"
            f" {statistics.median(lost):.0f} / {max(lost)} | {goal} |"
            f" {good} of {len(results)} |")


def main(options):
    chosen = [event for event in EVENTS if options.only in event.name
              and (options.rendezvous or not event.rendezvous)]
    if options.short:
        chosen = [replace(event, after_s=SHORT_S) for event in chosen if event.short]
    if options.part is not None:
        chosen = chosen[options.part::options.labs]
    if options.after:
        chosen = [replace(event, after_s=options.after) if event.after_s == AFTER_S else event
                  for event in chosen]
    out = open(options.results, "w", encoding="utf-8") if options.results else None
    rows, failed = [], 0
    with Laboratory("4", options.logs) as lab:
        for number, event in enumerate(chosen):
            results = []
            for n_run in range(options.runs):
                result = run_event(lab, event, f"{number:02d}-{n_run:02d}", options.rendezvous)
                results.append(result)
                print(f"{'ok  ' if result['ok'] else 'FAIL'} {event.name}: gap"
                      f" {result.get('gap_ms')} ms, lost {result.get('lost')}"
                      f"{'' if result['ok'] else ': ' + str(result['why'])}", flush=True)
                if out:
                    out.write(json.dumps(result) + "\n")
                    out.flush()
            failed += not all(result["ok"] for result in results)
            rows.append(sum_up(event, results))
    print("| event | gap ms, median / worst | lost packets | goal | as wanted |")
    print("| --- | --- | --- | --- | --- |")
    print("\n".join(rows))
    return 1 if failed or not rows else 0
