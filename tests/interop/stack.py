# SPDX-License-Identifier: LGPL-2.1-or-later
"""Calls with a WebRTC stack behind HTTP, the same for each: it takes what we publish, we play from it,
it publishes to us and plays from us, with audio, video and both, as stack.py's Endpoint or another
that has its functions. All in a network of the test's own."""
import os
import sys
import urllib.error
import urllib.request

import network
from peer import (NPM, Gst, Program, Side, ciphers, find_stats, local_ports, wait_until)
from launch import TIMEOUT_SECONDS, free_port

BOTH = ("audio", "video")
KINDS = [("audio",), ("video",), BOTH]
N_FRAMES = 25
# With --long, calls of both media last longer than consent (RFC 7675, 5.1: 30 s): 45 s.
# network.py may start the script again.
is_long = "--long" in sys.argv or "GST_ICE_INTEROP_LONG" in os.environ
if "--long" in sys.argv:
    sys.argv.remove("--long")
    os.environ["GST_ICE_INTEROP_LONG"] = "yes"
N_ROUNDS = 30 if is_long else 1

SOURCE = {
    "audio": "audiotestsrc is-live=true ! opusenc ! rtpopuspay",
    "video": """videotestsrc is-live=true ! video/x-raw,width=160,height=120,framerate=25/1 !
        vp8enc deadline=1 cpu-used=8 keyframe-max-dist=25 ! rtpvp8pay""",
}
DECODER = {
    "audio": "rtpopusdepay ! opusdec",
    "video": "rtpvp8depay ! vp8dec",
}
COUNTER = "fakesink name={kind} sync=false async=false signal-handoffs=true"
CAPS = {
    "audio": "application/x-rtp,media=audio,encoding-name=OPUS,clock-rate=48000",
    "video": "application/x-rtp,media=video,encoding-name=VP8,clock-rate=90000",
}


def send(kinds, settings="", names="ice"):
    """Our icesinks for these kinds of media; the first has the settings."""
    return "\n".join(f"{SOURCE[kind]} ! icesink media={kind}" +
                     (f" name={names} {settings}" if kind == kinds[0] else "") for kind in kinds)


def receive(kinds, settings="", names="ice"):
    return "\n".join(f"icesrc media={kind}" + (f" name={names} {settings}" if kind == kinds[0] else "") +
                     f" ! {DECODER[kind]} ! {COUNTER.format(kind=kind)}" for kind in kinds)


class Counts:
    """How many frames each counter of a pipeline has got."""

    def __init__(self, pipeline):
        self.n = {}
        for kind in SOURCE:
            sink = pipeline.get_by_name(kind)
            if sink is not None:
                self.n[kind] = 0
                sink.connect("handoff", self._count, kind)

    def _count(self, _sink, _buffer, _pad, kind):
        self.n[kind] += 1

    def wait(self, kind, n=N_FRAMES, problems=lambda: None):
        """Waits for n more."""
        end = self.n[kind] + n
        wait_until(lambda: self.n[kind] >= end or problems(),
                   f"{end} frames of {kind}: {self.n}, {problems()}")
        assert self.n[kind] >= end, f"{self.n} frames of {kind}: {problems()}"


class Ours(Side):
    """Our end of a call."""

    def __init__(self, test, pipeline):
        super().__init__(test, pipeline)
        self.counts = Counts(self.pipeline)
        self.pipeline.set_state(Gst.State.PLAYING)

    def wait(self, kind, n=N_FRAMES):
        self.counts.wait(kind, n, self.problems)

    def offer(self, complete=True):
        """Returns an offer, with all candidates or with those that there are."""
        assert self.needed.wait(TIMEOUT_SECONDS), "never asked to negotiate"
        self.needed.clear()
        offer = self.session.emit("create-offer")
        return self._complete("create-offer") if complete else offer

    def answer(self, complete=True):
        return self._complete("create-answer") if complete else self.session.emit("create-answer")

    def _complete(self, action):
        wait_until(lambda: self.session.get_property("ice-gathering-state").value_nick == "complete",
                   "gathered")
        return self.session.emit(action)

    def take(self, sdp):
        assert self.session.emit("set-remote-description", sdp), f"{self.problems()}: {sdp}"

    def add_candidate(self, mline, candidate):
        self.session.emit("add-ice-candidate", mline, candidate)

    def close(self):
        self.pipeline.set_state(Gst.State.NULL)

    def problems(self):
        """Returns the words of all errors and warnings."""
        return [message.parse_error()[0].message if message.type == Gst.MessageType.ERROR else
                message.parse_warning()[0].message for message in self.take_messages()
                if message.type in (Gst.MessageType.ERROR, Gst.MessageType.WARNING)]

    def agreed(self):
        """Returns how many transports there are, and the suites."""
        return len(local_ports(self.session)), ciphers(self.session)

    def wait_restarted(self, before):
        """Waits for a path that is not the one of before; a lite end has the same always."""
        def is_over():
            if self.ice.get_property("ice-lite"):
                return any(find_stats(self.session, r"restarts\W+uint\W+([1-9])"))
            return local_ports(self.session) not in (set(), before)
        wait_until(lambda: is_over() or self.problems(), "restarted")

    def wait_ended(self):
        """Waits for the end of stream, without an error before."""
        wait_until(lambda: any(message.type == Gst.MessageType.EOS
                               for message in self.take_messages()) or self.problems(), "an end")
        assert self.problems() == [], self.problems()


def open_port(pipeline, name):
    return pipeline.get_by_name(name).get_property("port")


class Screen:
    """Decodes what a peer has got and sends on, at two UDP ports."""

    def __init__(self, test):
        self.pipeline = Gst.parse_launch("\n".join(
            f"""udpsrc name={kind}-port port=0 address=127.0.0.1 caps="{CAPS[kind]}" !
            {DECODER[kind]} ! {COUNTER.format(kind=kind)}""" for kind in SOURCE))
        self.counts = Counts(self.pipeline)
        test.addCleanup(self.pipeline.set_state, Gst.State.NULL)
        self.pipeline.set_state(Gst.State.PLAYING)
        self.ports = [open_port(self.pipeline, f"{kind}-port") for kind in SOURCE]


class Camera:
    """What a peer sends, at two UDP ports of it."""

    def __init__(self, test, ports):
        pipeline = Gst.parse_launch("\n".join(
            f"{SOURCE[kind]} pt={111 if kind == 'audio' else 96} ! "
            f"udpsink host=127.0.0.1 port={port} sync=false" for kind, port in zip(SOURCE, ports)))
        test.addCleanup(pipeline.set_state, Gst.State.NULL)
        pipeline.set_state(Gst.State.PLAYING)


class Endpoint(Program):
    """A stack of npm's, by npm/endpoint.mjs."""

    def __init__(self, test, stack):
        self.screen = Screen(test)
        super().__init__(test.addCleanup, "node", NPM / "endpoint.mjs", stack, *self.screen.ports)
        self.wait_for("listening on ports")
        line = self.text().splitlines()[0]
        port, *feeds = [int(word) for word in line.split()[-3:]]
        Camera(test, feeds)
        self.uri = f"http://127.0.0.1:{port}"
        self.n_peers = 0

    def ask(self, method, path, body=""):
        """Returns the location and what is answered."""
        request = urllib.request.Request(self.uri + path, body.encode(), method=method)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as reply:
                return reply.headers["Location"], reply.read().decode()
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.read().decode()}") from error

    def wait(self, kind, n=N_FRAMES):
        self.screen.counts.wait(kind, n)

    def call(self, uri, kinds, direction):
        """Offers to a WHIP or WHEP endpoint; returns the peer, and how often it tried."""
        peer, tries = self.ask("POST", f"/call/{direction}/{'+'.join(kinds)}", uri)
        return peer, int(tries)

    def restart(self, peer):
        self.ask("POST", peer.replace("peer", "restart"))

    def close_peer(self, peer):
        self.ask("DELETE", peer)

    def offer(self, kinds, direction):
        return self.ask("POST", f"/offer/{direction}/{'+'.join(kinds)}")

    def take(self, peer, answer):
        self.ask("PUT", peer, answer)

    def answer(self, offer):
        return self.ask("POST", "/both", offer)[1]


class Calls:
    """The calls; a test case has endpoint() and what its stack can't."""
    kinds = KINDS
    transports = 1                # of audio and video in one call
    suite = "AEAD_AES_128_GCM"
    its_restarts = our_restarts = True
    listener = ""                 # settings of ours when we listen

    def settings(self, uri=None):
        ours = f"network-interfaces={network.INTERFACE}"
        if uri is not None:
            return f"{ours} signalling-uri={uri}" if uri else ours
        self.port = free_port()
        return f"{ours} {self.listener} signalling-uri=http://127.0.0.1:{self.port}/cam?mode=listener"

    def check(self, ours, kinds, side, n_rounds=1):
        """Frames arrive at a side, over one path for each transport, and nobody complains."""
        for _ in range(n_rounds):
            for kind in kinds:
                side.wait(kind)
        self.assertEqual(ours.agreed(), (1 if len(kinds) == 1 else self.transports,
                                                   {self.suite}))
        self.assertEqual(ours.problems(), [])

    def call_it(self, kinds, pipeline, path):
        endpoint = self.endpoint()
        ours = Ours(self, pipeline(kinds, self.settings(f"{endpoint.uri}/{path}")))
        receiver = endpoint if path == "whip" else ours
        self.check(ours, kinds, receiver, N_ROUNDS)
        if self.our_restarts and len(kinds) > 1:
            before = local_ports(ours.session)
            ours.session.emit("restart-ice")
            ours.wait_restarted(before)
            self.check(ours, kinds, receiver)

    def both_ways(self):
        """Both ends send and receive, by an application's signals."""
        endpoint = self.endpoint()
        ours = Ours(self, send(BOTH, self.settings("")) + "\n" + receive(BOTH, names="other"))
        return ours, endpoint

    def we_offer(self):
        ours, endpoint = self.both_ways()
        ours.take(endpoint.answer(ours.offer()))
        self.check(ours, BOTH, endpoint)
        self.check(ours, BOTH, ours)

    def it_offers(self):
        ours, endpoint = self.both_ways()
        peer, offer = endpoint.offer(BOTH, "sendrecv")
        ours.take(offer)
        endpoint.take(peer, ours.answer())
        self.check(ours, BOTH, endpoint)
        self.check(ours, BOTH, ours)

    def let_call(self, endpoint, ours, kinds, direction):
        """Returns the peer that calls us."""
        peer, tries = endpoint.call(f"http://127.0.0.1:{self.port}/cam", kinds, direction)
        if tries > 1:
            print(f"{tries} tries: {ours.problems()}")
            ours.messages.clear()
        return peer

    def be_called(self, kinds, pipeline, direction):
        endpoint = self.endpoint()
        ours = Ours(self, pipeline(kinds, self.settings()))
        ours.wait_listening()
        peer = self.let_call(endpoint, ours, kinds, direction)
        receiver = ours if direction == "sendonly" else endpoint
        self.check(ours, kinds, receiver, N_ROUNDS)
        if self.its_restarts and len(kinds) > 1:
            before = local_ports(ours.session)
            endpoint.restart(peer)
            ours.wait_restarted(before)
            self.check(ours, kinds, receiver)
        endpoint.close_peer(peer)
        if direction == "sendonly":
            ours.wait_ended()


def make_test(way, *arguments):
    def test(self):
        way(self, *arguments)
    return test


def add_lite_tests(case):
    """Those in which the stack calls; ours is lite, on one port."""
    case.kinds = [BOTH]
    case.listener = f"ice-lite=true udp-mux-port={free_port()}"
    return add_tests(case, ("it_publishes", "it_plays"))


def add_tests(case, names=("we_publish", "we_play", "it_publishes", "it_plays")):
    """Gives a test case of Calls a test for each kind of media and each way."""
    for kinds in [BOTH] if is_long else case.kinds:
        what = "_and_".join(kinds)
        ways = {
            "we_publish": (case.call_it, kinds, send, "whip"),
            "we_play": (case.call_it, kinds, receive, "whep"),
            "it_publishes": (case.be_called, kinds, receive, "sendonly"),
            "it_plays": (case.be_called, kinds, send, "recvonly"),
        }
        for name in names:
            setattr(case, f"test_{name}_{what}", make_test(*ways[name]))
    return case
