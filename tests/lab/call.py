"""One call between the sites, by two gst-launch-1.0 processes, and what came of it.

Each end sends the same number of packets and counts those that it gets; media goes both
ways on one m-line. Site a calls, site b listens. Signalling has a cable of its own, or with a
room both meet at a rendezvous server, over the same way as the media.
"""
import os
import pathlib
import time

import turnserver
from network import INTERFACE, SIGNALLING
from process import Process

SIGNALLING_PORT = 8080
PACKET_MS = 20
# LATE_S: a packet that comes so long after it was due is none of this call.
LISTEN_S, CALL_S, STALL_S, CLOSE_S, LATE_S = 15, 40, 5, 1.5, 1


def sender(n_packets):
    """RTP of 20 ms each, as audio has it, at the pace of a microphone."""
    return (f"audiotestsrc is-live=true num-buffers={n_packets} samplesperbuffer=160"
            " ! audio/x-raw,rate=8000,channels=1 ! mulawenc ! rtppcmupay"
            " seqnum-offset=0").split()


def receiver(files):
    """Says one line for each packet; identity takes lists apart.

    multifilesink puts a new file in the place of what it writes to, even of /dev/null.
    """
    return ["identity", "!", "multifilesink", "name=got", f"location={files}-%d", "max-files=1",
            "post-messages=true", "async=false"]


GST_LAUNCH = ("gst-launch-1.0", "-m")
# The same, and it restarts ICE when it gets a SIGUSR1.
PLAYER = ("/usr/bin/python3", str(pathlib.Path(__file__).parent / "player.py"))


CAPS = "application/x-rtp,media=audio,encoding-name=PCMU,clock-rate=8000,payload=0"


def pipeline(uri, n_packets, settings, program, files, sends=True, receives=True):
    # What is measured here is ICE; DTLS would take its time on top.
    ice = [f"network-interfaces={INTERFACE}", "encryption=none", *settings]
    # The source keeps the time. A sink that does too waits for the latency of the pipeline
    # with the first packet, and that wait would be measured.
    # What is set at one element is the session's.
    session = [f"signalling-uri={uri}", *ice]
    line = list(program)
    if sends:
        line += [*sender(n_packets), "!", "icesink", "media=audio", "sync=false", *session]
    if receives:
        # Who calls without anything to send says by its caps what it wants.
        own = [] if sends else [*session, f"caps={CAPS}"]
        line += ["icesrc", "media=audio", "name=ice", *own, "!", *receiver(files)]
    return line


def uris():
    """Returns where site b listens, and how site a calls it there."""
    listen = f"http://{SIGNALLING['b']}:{SIGNALLING_PORT}/lab"
    return f"http://:{SIGNALLING_PORT}/lab", listen


class Call:
    """Two ends; started in turn, then watched, ended, and told about."""

    def __init__(self, lab, settings_a, settings_b, n_packets, name="call", program=GST_LAUNCH,
                 level=None, room=None, hearers="ab"):
        self.lab, self.n_packets, self.hearers = lab, n_packets, hearers
        listen, call = (room, room) if room else uris()
        folder = pathlib.Path(lab.folder)
        self.files = {site: folder / f"got-{site}" for site in "ab"}
        self.marks = {server: server.mark() for server in lab.servers if server.processes}
        env = dict(os.environ, **({"GST_ICE_UDP": level} if level else {}))
        line = pipeline(listen, n_packets, settings_b, GST_LAUNCH, self.files["b"],
                        "a" in hearers, "b" in hearers)
        self.b = Process(lab.site("b").host, line, folder / f"{name}-b.log", env)
        self.failure = None
        self.a = None
        if not self.b.wait(lambda p: {"listening", "waiting"} & set(p.times), LISTEN_S):
            self.failure = "b does not listen"
            return
        line = pipeline(call, n_packets, settings_a, program, self.files["a"],
                        "b" in hearers, "a" in hearers)
        self.a = Process(lab.site("a").host, line, folder / f"{name}-a.log", env)

    def ends(self):
        return {name: end for name, end in (("a", self.a), ("b", self.b)) if end}

    def receivers(self):
        """Returns the ends that media goes to: both, or one."""
        return {name: end for name, end in self.ends().items() if name in self.hearers}

    def connected(self, timeout_s=CALL_S):
        """Waits until those that are to have got a packet."""
        if self.failure:
            return False
        until = time.monotonic() + timeout_s
        for end in self.receivers().values():
            end.wait(lambda p: p.times["packet"] or p.failed(), until - time.monotonic())
        return all(end.times["packet"] for end in self.receivers().values())

    def finish(self, stall_s=STALL_S):
        """Waits for the last packet at both ends, or until none comes any more."""
        if self.connected():
            for site, end in self.receivers().items():
                self._drain(site, end, stall_s)
        elif not self.failure:
            self.failure = "no packet at " + " and ".join(
                name for name, end in self.receivers().items() if not end.times["packet"])
        self.gently = all([end.stop() for end in self.ends().values()])

    def _drain(self, site, end, stall_s):
        """Waits for the last packet that was sent; where it was lost, until it was sent."""
        until = time.monotonic() + self.n_packets * PACKET_MS / 1000 + CALL_S
        while time.monotonic() < until:
            had = len(end.times["packet"])
            left_s = (self.n_packets - 1 - self._last_number(site, had)) * PACKET_MS / 1000
            if left_s <= 0 or end.ended():
                return
            since_s = time.monotonic() - end.times["packet"][-1]
            if since_s > min(stall_s, left_s + LATE_S):
                return
            end.wait(lambda p: len(p.times["packet"]) > had, LATE_S / 4)

    def _last_number(self, site, n_received):
        """Returns the RTP sequence number of the packet that came last, -1: not known."""
        try:
            with open(f"{self.files[site]}-{n_received - 1}", "rb") as file:
                header = file.read(4)
        except FileNotFoundError:
            # The next one came meanwhile.
            return -1
        return int.from_bytes(header[2:4], "big") if len(header) == 4 else -1

    def result(self):
        """Returns what came of it, as JSON takes it."""
        result = {"ok": self.failure is None, "why": self.failure, "ended_gently": self.gently}
        started = self.a.times.get("start") if self.a else None
        for name, end in self.ends().items():
            own = {"received": len(end.times["packet"]), "sent": self.n_packets,
                   "troubles": end.troubles[:10], "exit": end.code()}
            if started:
                own["ms"] = self._times(end, started)
            own["pairs"] = [f"{self._kind(local)}>{self._kind(remote)}"
                            for _, local, remote in end.pairs]
            own["candidates"] = sorted({c.split(" typ ")[1].split(" ")[0]
                                        for c in end.candidates if " typ " in c})
            result[name] = own
        if result["ok"]:
            self._judge(result)
        result["turn"] = self.turn()
        return result

    @staticmethod
    def _kind(candidate):
        return candidate.get("candidate-type", "?")

    @staticmethod
    def _times(end, started):
        def ms(moment):
            return None if moment is None else round((moment - started) * 1000, 1)
        packets = end.times["packet"]
        return {"connected": ms(end.times.get("connected")),
                "pairs": [ms(moment) for moment, *_ in end.pairs],
                "first": ms(packets[0] if packets else None)}

    def _judge(self, result):
        a, b = result["a"], result["b"]
        result["first_ms"] = max(a["ms"]["first"], b["ms"]["first"])
        result["pair"] = (a["pairs"] or ["?"])[-1]
        result["relayed"] = any("relay" in (end["pairs"] or [""])[-1] for end in (a, b))
        result["all_delivered"] = a["received"] == b["received"] == self.n_packets
        if not result["all_delivered"]:
            result["ok"] = False
            result["why"] = (f"{a['received']} and {b['received']} of {self.n_packets}"
                             " packets came")

    def turn(self):
        """How media went to the relays, and whether allocations were given back."""
        until = time.monotonic() + CLOSE_S
        while True:
            seen = [turnserver.sessions(server.text(mark))
                    for server, mark in self.marks.items()]
            n_open = sum(s["open"] for s in seen)
            if n_open == 0 or time.monotonic() > until:
                break
            time.sleep(0.05)
        legs = sorted(leg for s in seen for leg, n in s["carried"] if n > self.n_packets / 2)
        return {"allocations": sum(s["allocated"] for s in seen), "left_open": n_open,
                "legs": legs}
