#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""browser.py PAGE SCREENSHOT: a Chromium plays what icesink sends, and publishes to icesrc, by
the page in docs/examples/browser."""
import functools
import http.server
import json
import pathlib
import socket
import sys
import threading
import time
import unittest

import gi

gi.require_version("Gst", "1.0")
from gi.repository import Gst  # noqa: E402

import chromium  # noqa: E402
from peer import AUDIO, VIDEO, End, ciphers  # noqa: E402
from launch import free_port  # noqa: E402; peer says where it is

Gst.init(None)
PAGE = SCREENSHOT = None
N_FRAMES = 25
SECONDS = 40
# Names stand for addresses until a camera is allowed: names.py has those.
PLAIN_ADDRESSES = "--disable-features=WebRtcHideLocalIpsWithMdns"

SEND = """audiotestsrc is-live=true ! opusenc ! rtpopuspay !
    icesink name=ice media=audio signalling-uri=http://127.0.0.1:{port}/cam?mode=listener
    videotestsrc is-live=true pattern=red ! video/x-raw,width=320,height=240,framerate=25/1 !
    vp8enc deadline=1 cpu-used=8 keyframe-max-dist=25 ! rtpvp8pay ! icesink media=video"""
RECEIVE = """icesrc name=ice media=audio signalling-uri=http://127.0.0.1:{port}/cam?mode=listener ! rtpopusdepay ! opusdec !
    fakesink name=audio async=false signal-handoffs=true
    icesrc media=video ! rtpvp8depay ! vp8dec !
    fakesink name=video async=false signal-handoffs=true"""

# Whether a <video> shows red. It may do so long after the frame was decoded.
IS_RED = """(() => {
    const video = document.querySelector("#video"), canvas = document.createElement("canvas");
    canvas.width = canvas.height = 1;
    const context = canvas.getContext("2d");
    context.drawImage(video, 0, 0, 1, 1);
    const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
    return red > 200 && green < 60 && blue < 60;
})()"""
AUDIO_PACKETS = """(async () => [...(await call.connection.getStats()).values()]
    .filter(each => each.type === "inbound-rtp" && each.kind === "audio")
    .reduce((sum, each) => sum + each.packetsReceived, 0))()"""
# Answers an offer of somebody else, with a camera and a microphone and all candidates.
ANSWER = """(async () => {{
    const {{gathered}} = await import("./call.js");
    const connection = new RTCPeerConnection(), video = document.querySelector("#video");
    window.call = {{connection}};
    video.srcObject = new MediaStream();
    connection.ontrack = event => video.srcObject.addTrack(event.track);
    await connection.setRemoteDescription({{type: "offer", sdp: {offer}}});
    const media = await navigator.mediaDevices.getUserMedia({{audio: true, video: true}});
    for (const track of media.getTracks())
        connection.addTrack(track, media);
    await connection.setLocalDescription();
    await gathered(connection);
    return connection.localDescription.sdp;
}})()"""
FRAMES = AUDIO_PACKETS.replace("audio", "video").replace("packetsReceived", "framesDecoded")
TRANSPORTS = """(async () => [...(await call.connection.getStats()).values()]
    .filter(each => each.type === "transport").length)()"""


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Pipeline:
    def __init__(self, test, description):
        self.port = free_port()
        self.counts = {}
        self.pipeline = self.parse(description)
        self._allow(test)
        for name in "audio", "video":
            sink = self.pipeline.get_by_name(name)
            if sink is not None:
                sink.connect("handoff", self._count, name)
        test.addCleanup(self.pipeline.set_state, Gst.State.NULL)
        self.pipeline.set_state(Gst.State.PLAYING)
        self._wait_for_listener()

    def parse(self, description):
        return Gst.parse_launch(description.format(port=self.port))

    def _allow(self, test):
        """Lets the test's page call, where no token lets any."""
        if not hasattr(test, "server"):
            return
        elements = self.pipeline.iterate_recurse()
        while (found := elements.next())[0] == Gst.IteratorResult.OK:
            if found[1].get_factory().get_name() in ("icesink", "icesrc"):
                found[1].set_property("allow-origin",
                                      f"http://127.0.0.1:{test.server.server_port}")
                return

    def _count(self, _sink, _buffer, _pad, name):
        self.counts[name] = self.counts.get(name, 0) + 1

    def _wait_for_listener(self):
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except ConnectionRefusedError:
                time.sleep(0.02)
        raise AssertionError("nobody listens")

    def wait(self, name, n):
        deadline = time.monotonic() + SECONDS
        while self.counts.get(name, 0) < n:
            assert time.monotonic() < deadline, f"{self.counts} of {n} {name}"
            time.sleep(0.02)

    def ciphers(self):
        """Returns how the packets of the m-lines are protected."""
        return ciphers(self.pipeline.get_by_name("ice").get_property("session"))

    def errors(self):
        bus = self.pipeline.get_bus()
        found = []
        while (message := bus.pop_filtered(Gst.MessageType.ERROR | Gst.MessageType.WARNING)):
            found.append(str(message.get_structure()))
        return found


class BrowserTest(unittest.TestCase):
    """Has a server for the page and opens it."""

    def setUp(self):
        handler = functools.partial(Handler, directory=PAGE)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)

    def open(self, *options):
        browser = chromium.Chromium(*options)
        self.addCleanup(browser.close)
        browser.open(f"http://127.0.0.1:{self.server.server_port}/index.html")
        return browser

    def call(self, browser, port, policy, what):
        options = json.dumps({"configuration": {"bundlePolicy": policy}})
        browser.run(f"""(async () => {{
            const {{Call}} = await import("./call.js");
            const call = window.call = new Call("http://127.0.0.1:{port}/cam", {options});
            {what}
        }})()""")


def lite(pipeline):
    """Our listener is lite, on one UDP port."""
    return pipeline.replace("name=ice", f"name=ice ice-lite=true udp-mux-port={free_port()}")


class Calls(BrowserTest):
    def play(self, policy, *options, pipeline=SEND):
        sender = Pipeline(self, pipeline)
        browser = self.open(*options)
        self.call(browser, sender.port, policy, "await call.play(document.querySelector('#video'))")
        browser.wait(f"(async () => await call.countFrames() >= {N_FRAMES})()", SECONDS)
        browser.wait(f"(async () => await {AUDIO_PACKETS} >= {N_FRAMES})()", SECONDS)
        browser.wait(IS_RED, SECONDS)
        self.assertEqual(browser.run(TRANSPORTS), 1)
        browser.screenshot(SCREENSHOT)
        self.assertEqual(sender.ciphers(), {"AEAD_AES_128_GCM"})
        self.assertEqual(sender.errors(), [])

    def publish(self, policy, pipeline=RECEIVE):
        receiver = Pipeline(self, pipeline)
        browser = self.open(PLAIN_ADDRESSES)
        self.call(browser, receiver.port, policy, """await call.publish(
            await navigator.mediaDevices.getUserMedia({audio: true, video: true}));""")
        receiver.wait("video", N_FRAMES)
        receiver.wait("audio", N_FRAMES)
        self.assertEqual(browser.run(TRANSPORTS), 1)
        self.assertEqual(receiver.ciphers(), {"AEAD_AES_128_GCM"})
        browser.run("call.close()")
        self.assertEqual(receiver.errors(), [])

    def test_plays_with_the_default_policy(self):
        self.play("balanced", PLAIN_ADDRESSES)

    def test_plays_in_max_bundle(self):
        self.play("max-bundle", PLAIN_ADDRESSES)

    def test_publishes_with_the_default_policy(self):
        self.publish("balanced")

    def test_publishes_in_max_bundle(self):
        self.publish("max-bundle")

    def test_plays_from_a_lite_listener(self):
        self.play("balanced", PLAIN_ADDRESSES, pipeline=lite(SEND))

    def test_publishes_to_a_lite_listener(self):
        self.publish("max-bundle", lite(RECEIVE))

    def answer_our_offer(self, policy, n_transports):
        """Both ends send audio and video."""
        end = End(self, pipeline=AUDIO + VIDEO, encryption="dtls-srtp", interface=None,
                  settings=f"bundle-policy={policy}")
        browser = self.open(PLAIN_ADDRESSES)
        offer = end.offer()
        self.assertEqual("a=group" in offer, policy != "none")
        answer = browser.run(ANSWER.format(offer=json.dumps(offer)))
        self.assertEqual(answer.count("a=candidate") > 0 and answer.count("a=sendrecv"), 2, answer)
        end.take(answer)
        browser.wait(f"(async () => await {AUDIO_PACKETS} >= {N_FRAMES})()", SECONDS)
        browser.wait(f"(async () => await {FRAMES} >= {N_FRAMES})()", SECONDS)
        end.wait_stat("packets-received", N_FRAMES, "audio")
        end.wait_seen(N_FRAMES)
        self.assertEqual(browser.run(TRANSPORTS), n_transports)
        self.assertEqual([end.cipher(0), end.cipher(1)], ["AEAD_AES_128_GCM"] * 2)
        self.assertEqual(end.complaints(), [])

    def test_answers_our_offer_without_a_group(self):
        """Each m-line has a path of its own."""
        self.answer_our_offer("none", 2)

    def test_takes_the_group_of_our_offer(self):
        self.answer_our_offer("max-compat", 1)

    def test_takes_the_only_transport_of_our_offer(self):
        self.answer_our_offer("max-bundle", 1)


def main():
    global PAGE, SCREENSHOT
    if chromium.find_program() is None:
        print("skipped: there is no Chromium (tests/install interop)")
        return 77
    PAGE, SCREENSHOT = sys.argv.pop(1), pathlib.Path(sys.argv.pop(1))
    print(chromium.version())
    return 0 if unittest.main(exit=False, verbosity=2).result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
