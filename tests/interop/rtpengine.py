#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Two of our ends, each in a call with rtpengine, which has an ICE of its own and passes the media on.

rtpengine.py [--long] [unittest's arguments]"""
import itertools
import json
import pathlib
import re
import socket
import sys
import tempfile
import unittest

from peer import AUDIO, TIMEOUT_SECONDS, VIDEO, End, Gst, Program, need, to_sdp
from launch import free_port, main, wait_until
from turntest import Coturn, make_certificate

ASK_SECONDS = 0.2
LONG_SECONDS = 40
PROTOCOLS = {"none": "RTP/AVP", "sdes": "RTP/SAVP", "dtls-srtp": "UDP/TLS/RTP/SAVPF"}


class Rtpengine(Program):
    """The daemon, told what to do over its ng protocol, with JSON."""

    def __init__(self, add_cleanup):
        self.control = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        add_cleanup(self.control.close)
        self.control.settimeout(ASK_SECONDS)
        port = free_port()
        folder = pathlib.Path(tempfile.mkdtemp())
        super().__init__(add_cleanup, "rtpengine", "--config-file=none", "--table=-1", "--foreground",
                         "--log-stderr", "--log-level=7", "--interface=127.0.0.1",
                         "--num-threads=2", "--port-min=20000", "--port-max=29999",
                         f"--listen-ng=127.0.0.1:{port}", f"--pidfile={folder / 'pid'}",
                         folder=folder)
        self.control.connect(("127.0.0.1", port))
        self.cookies = itertools.count()
        self.ask(command="ping")

    def ask(self, **request):
        """Sends a request until there is a reply; rtpengine answers one cookie once only."""
        request = {key.replace("_", "-"): value for key, value in request.items()}
        cookie = f"c{next(self.cookies)}"
        replies = []

        def replied():
            try:
                self.control.send(f"{cookie} {json.dumps(request)}".encode())
                replies.append(self.control.recv(65536).decode().split(" ", 1))
            except (ConnectionRefusedError, socket.timeout):
                return self.process.poll() is not None
            return replies[-1][0] == cookie
        wait_until(replied, f"a reply to {request}")
        reply = json.loads(replies[-1][1])
        if reply["result"] == "error":
            raise AssertionError(f"{request}: {reply}")
        return reply


class Relay:
    """One call through rtpengine, from the end that offers to the one that answers."""
    ids = itertools.count()

    def __init__(self, test, daemon):
        self.daemon = daemon
        self.names = {"call_id": f"call{next(self.ids)}", "from_tag": "caller"}
        test.addCleanup(daemon.ask, command="delete", delete_delay=0, **self.names)

    def offer(self, sdp, **options):
        return self.daemon.ask(command="offer", sdp=sdp, **self.names, **options)["sdp"]

    def answer(self, sdp, **options):
        return self.daemon.ask(command="answer", sdp=sdp, to_tag="callee", **self.names,
                               **options)["sdp"]


def ports_of(sdp):
    return [int(port) for port in re.findall(r"^m=\w+ (\d+)", sdp, re.M)]


class Through(unittest.TestCase):
    """What makes a call, and what is seen of it."""

    @classmethod
    def setUpClass(cls):
        cls.daemon = Rtpengine(cls.addClassCleanup)

    def call(self, settings="", pipeline=AUDIO, offer_options=None, encryption=("none", "none"),
             callee_settings="", **options):
        """Returns caller, callee, and what rtpengine told each."""
        relay = Relay(self, self.daemon)
        caller, callee = [End(self, f"{settings} {more}", pipeline, name)
                          for name, more in zip(encryption, ("", callee_settings))]
        to_callee = relay.offer(caller.offer(), ICE="force", **options, **(offer_options or {}))
        to_caller = relay.answer(callee.answer(to_callee), ICE="force", **options)
        caller.take(to_caller)
        self.relay = relay
        return caller, callee, to_caller, to_callee

    def assert_flows(self, *ends, names=("audio",), n=50):
        for end in ends:
            for name in names:
                end.wait_stat("packets-received", n, name)
            end.wait_heard(n)
            if "video" in names:
                end.wait_seen(n // 2)
            self.assertEqual(end.complaints(), [])
            for name in names:
                self.assertEqual(end.stat("packets-dropped", name), 0)

    def assert_fast(self, end):
        """Our own sockets carry it, with segmentation both ways and consent of our own."""
        stats = end.get("audio").get_property("stats")
        self.assertEqual(stats.get_value("receive-mode"), "gro", stats.to_string())
        self.assertEqual(stats.get_value("send-mode"), "gso", stats.to_string())
        end.wait_stat("consent-responses-received", 5, "audio")
        self.assertEqual(end.stat("stun-forged", "audio"), 0)


class Calls(Through):
    def test_both_ways_on_the_fast_path(self):
        caller, callee, to_caller, to_callee = self.call()
        self.assert_flows(caller, callee)
        for end, told in ((caller, to_caller), (callee, to_callee)):
            self.assertEqual(end.pair()[::2], ("host", "host"))
            self.assertEqual(end.pair()[3], ports_of(told)[0])
            self.assert_fast(end)

    def test_lite_on_either_side(self):
        for lite in ("forward", "backward", "both"):
            with self.subTest(lite=lite):
                caller, callee, to_caller, to_callee = self.call(
                    offer_options={"ICE-lite": lite})
                self.assertEqual("a=ice-lite" in to_callee, lite != "backward")
                self.assertEqual("a=ice-lite" in to_caller, lite != "forward")
                self.assert_flows(caller, callee)
                self.assert_fast(caller)
                self.assert_fast(callee)

    def test_it_calls_a_lite_end(self):
        """The callee is lite, on one port for audio and video."""
        for encryption in ("none", "dtls-srtp"):
            with self.subTest(encryption=encryption):
                caller, callee, _, _ = self.call(
                    pipeline=AUDIO + VIDEO, encryption=("none", encryption),
                    callee_settings=f"ice-lite=true udp-mux-port={free_port()}",
                    offer_options={"transport-protocol": PROTOCOLS[encryption]})
                self.assert_flows(caller, callee, names=("audio", "video"))

    def test_encryption(self):
        """rtpengine ends what comes from either, with keys of its own; also other keys on each side."""
        for kinds in itertools.product(PROTOCOLS, repeat=2):
            with self.subTest(kinds=kinds):
                caller, callee, _, to_callee = self.call(
                    encryption=kinds,
                    offer_options={"transport-protocol": PROTOCOLS[kinds[1]]})
                self.assertIn(f" {PROTOCOLS[kinds[1]]} ", to_callee)
                self.assert_flows(caller, callee)
                # Of our a=crypto it takes the first, unless the callee's answer has another.
                first = kinds[0] == "sdes" != kinds[1]
                for end, kind in zip((caller, callee), kinds):
                    if kind != "none":
                        self.assertEqual(end.cipher(), "AES_CM_128_HMAC_SHA1_80"
                                         if first and end is caller else "AEAD_AES_128_GCM")
                self.assert_fast(caller)
                self.assert_fast(callee)

    def test_audio_and_video(self):
        caller, callee, to_caller, _ = self.call(pipeline=AUDIO + VIDEO)
        self.assertEqual(len(ports_of(to_caller)), 2)
        self.assert_flows(caller, callee, names=("audio", "video"))

    def test_two_components(self):
        caller, callee, to_caller, to_callee = self.call("rtcp-mux=false")
        for told in (to_caller, to_callee):
            self.assertNotIn("a=rtcp-mux", told)
            self.assertRegex(told, r"a=candidate:\S+ 2 ")
        self.assert_flows(caller, callee)

    def test_restart(self):
        caller, callee, _, _ = self.call()
        self.assert_flows(caller, callee)
        before = caller.pair()
        caller.session.emit("restart-ice")
        to_callee = self.relay.offer(caller.offer(), ICE="force")
        caller.take(self.relay.answer(callee.answer(to_callee), ICE="force"))
        # The callee's side of rtpengine is not touched by it.
        for end, n_restarts in ((caller, 1), (callee, 0)):
            n = end.stat("packets-received", "audio")
            end.wait_stat("packets-received", n + 50, "audio")
            stats = end.session.get_property("stats")
            self.assertEqual(stats.get_value("restarts"), n_restarts)
            self.assertEqual(stats.get_value("ice-connection-state"), "completed")
            self.assertEqual(end.complaints(), [])
        self.assertNotEqual(caller.pair(), before)

    def test_plain_rtp_behind_it(self):
        """A phone without ICE: an end of GStreamer's own UDP elements."""
        relay, caller = Relay(self, self.daemon), End(self)
        offer = relay.offer(caller.offer(), ICE="remove")
        self.assertNotIn("a=candidate", offer)
        phone = Gst.parse_launch(
            "udpsrc name=in address=127.0.0.1 port=0 caps=application/x-rtp ! udpsink name=out "
            f"close-socket=false host=127.0.0.1 port={ports_of(offer)[0]}")
        self.addCleanup(phone.set_state, Gst.State.NULL)
        # It sends from where it receives, or rtpengine follows it to the other port.
        source = phone.get_by_name("in")
        source.set_state(Gst.State.READY)
        phone.get_by_name("out").set_property("socket", source.get_property("used-socket"))
        phone.set_state(Gst.State.PLAYING)
        port = source.get_property("port")
        caller.take(relay.answer(to_sdp(
            "v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", f"m=audio {port} RTP/AVP 0",
            "c=IN IP4 127.0.0.1", "a=rtpmap:0 PCMU/8000"), ICE="force"))
        self.assert_flows(caller)
        self.assert_fast(caller)

    def test_through_turn(self):
        need("turnserver", "openssl")
        folder = pathlib.Path(tempfile.mkdtemp())
        make_certificate(folder)
        turn = Coturn(folder, "--lt-cred-mech", "--user", "me:secret")
        self.addCleanup(turn.close)
        caller, callee, _, _ = self.call(
            f"ice-transport-policy=relay turn-server=turn://me:secret@127.0.0.1:{turn.port}")
        self.assert_flows(caller, callee)
        for end in (caller, callee):
            self.assertEqual(end.pair()[0], "relay")


class Long(Through):
    """Longer than consent lasts (RFC 7675, 5.1: 30 s)."""

    def test_consent(self):
        caller, callee, _, _ = self.call()
        self.assert_flows(caller, callee, n=50 * LONG_SECONDS)
        for end in (caller, callee):
            sent = end.stat("consent-requests-sent", "audio")
            print(f"{sent} consent requests, {end.stat('consent-responses-received', 'audio')} "
                  f"responses, {end.stat('consent-requests-received', 'audio')} of rtpengine's")
            self.assertGreaterEqual(end.stat("consent-responses-received", "audio"), sent - 1)
            self.assert_fast(end)


def load_tests(loader, _tests, _pattern):
    return loader.loadTestsFromTestCase(Long if is_long else Calls)


if __name__ == "__main__":
    need("rtpengine")
    is_long = "--long" in sys.argv
    sys.argv = [word for word in sys.argv if word != "--long"]
    main()
