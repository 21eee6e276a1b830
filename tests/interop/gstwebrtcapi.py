#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""gstwebrtc-api, the pages of gst-plugins-rs' webrtcsink, in a Chromium: it meets our elements at our
rendezvous server, in max-bundle as it has it by itself, and in the others."""
import functools
import http.server
import json
import threading
import unittest

import chromium
from browser import PLAIN_ADDRESSES, SECONDS, Handler
from launch import main
from peer import NPM, local_ports, need_npm, skip
from rendezvous import Server
from side import Gst
from stack import BOTH, N_FRAMES, N_ROUNDS, Ours, receive, send

# Resolves with the producer's id, or with nothing when the connection is there.
CONNECT = """(async () => {{
    const {{default: API}} = await import("/gstwebrtc-api/dist/gstwebrtc-api-3.0.0.esm.js");
    const api = window.api = new API({{signalingServerUrl: "{uri}", meta: {{name: "page"}},
        webrtcConfig: {{iceServers: [], bundlePolicy: "{policy}"}}}});
    window.errors = [];
    const add = console.error;
    console.error = (...words) => {{ errors.push(words.join(" ")); add(...words); }};
    await new Promise(resolve => api.registerConnectionListener(
        {{connected: resolve, disconnected() {{ errors.push("disconnected"); }}}}));
}})()"""
CONSUME = """(async () => {{
    while (!api.getAvailableProducers().length)
        await new Promise(resolve => setTimeout(resolve, 20));
    const producer = api.getAvailableProducers()[0].id, options = {options};
    const session = window.session = options ?
        api.createConsumerSessionWithOfferOptions(producer, options) :
        api.createConsumerSession(producer);
    session.addEventListener("error", event => errors.push(`${{event.message}}: ${{event.error}}`));
    session.addEventListener("closed", () => window.closed = true);
    session.connect();
    const video = document.createElement("video");
    session.addEventListener("streamsChanged", () => {{
        video.srcObject = session.streams[0]; video.muted = true; video.play();
    }});
}})()"""
PRODUCE = """(async () => {
    const stream = await navigator.mediaDevices.getUserMedia({audio: true, video: true});
    const session = window.session = api.createProducerSession(stream);
    session.addEventListener("error", event => errors.push(`${event.message}: ${event.error}`));
    session.addEventListener("clientConsumerAdded", event => window.client = event.detail);
    session.start();
})()"""
FRAMES = """(async () => [...(await session.rtcPeerConnection.getStats()).values()]
    .filter(each => each.type === "inbound-rtp" && each.kind === "{kind}")
    .reduce((sum, each) => sum + (each.framesDecoded || each.packetsReceived || 0), 0))()"""


class Pages(unittest.TestCase):
    def setUp(self):
        handler = functools.partial(Handler, directory=NPM / "node_modules")
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        origin = f"http://127.0.0.1:{server.server_port}"
        self.rendezvous = Server(self, f"--allow-origin={origin}")
        self.browser = chromium.Chromium(PLAIN_ADDRESSES)
        self.addCleanup(self.browser.close)
        self.browser.open(f"{origin}/")

    def connect(self, policy):
        self.browser.run(CONNECT.format(uri=self.rendezvous.uri("room"), policy=policy))

    def wait_frames(self, n_rounds=1):
        for _ in range(n_rounds):
            for kind in BOTH:
                count = FRAMES.format(kind=kind)
                least = self.browser.run(count) + N_FRAMES
                self.browser.wait(f"(async () => await {count} >= {least})()", SECONDS)

    def assert_well(self, ours):
        self.assertEqual(ours.problems(), [])
        self.assertEqual(self.browser.run("errors"), [])
        self.assertEqual(ours.agreed(), (1, {"AEAD_AES_128_GCM"}))

    def consume(self, policy, options):
        """The page plays what our icesinks send."""
        ours = Ours(self, send(BOTH, f"signalling-uri={self.rendezvous.uri('room')}"))
        self.connect(policy)
        self.browser.run(CONSUME.format(options=json.dumps(options)))
        self.browser.wait("window.session.rtcPeerConnection", SECONDS)
        self.wait_frames(N_ROUNDS)
        self.assert_well(ours)
        return ours

    def test_consumer(self):
        self.consume("max-bundle", None)

    def test_consumer_beside_an_icesrc(self):
        """Each has a call of its own; one that leaves is not noticed by the other."""
        ours = self.consume("max-bundle", None)
        beside = Ours(self, receive(BOTH, f"signalling-uri={self.rendezvous.uri('room')}"))
        for kind in BOTH:
            beside.wait(kind)
        self.wait_frames()
        beside.pipeline.set_state(Gst.State.NULL)
        self.wait_frames()
        self.assertEqual((ours.problems(), self.browser.run("errors")), ([], []))

    def test_consumer_restarts(self):
        ours = self.consume("max-bundle", None)
        before = local_ports(ours.session)
        ours.session.emit("restart-ice")
        ours.wait_restarted(before)
        self.wait_frames()
        self.assert_well(ours)

    def test_consumer_with_two_transports_at_most(self):
        self.consume("balanced", None)

    def test_consumer_that_offers(self):
        """With a data channel, which our answer refuses."""
        self.consume("max-bundle", {"offerToReceiveAudio": True, "offerToReceiveVideo": True})

    def produce(self, policy):
        """Our icesrcs play what the page publishes."""
        self.connect(policy)
        self.browser.run(PRODUCE)
        ours = Ours(self, receive(BOTH, f"signalling-uri={self.rendezvous.uri('room')}"))
        for _ in range(N_ROUNDS):
            for kind in BOTH:
                ours.wait(kind)
        self.assert_well(ours)
        self.browser.run("session.close()")
        ours.wait_ended()

    def test_producer(self):
        self.produce("max-bundle")

    def test_producer_with_two_transports_at_most(self):
        self.produce("balanced")


if __name__ == "__main__":
    if chromium.find_program() is None:
        skip("there is no Chromium (tests/install interop)")
    need_npm()
    main(["opusenc", "rtpopuspay"])
