#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Clients that others wrote for WHIP and WHEP, in a Chromium, with our listeners: whip-whep, by an
author of both protocols, and Eyevinn's."""
import functools
import http.server
import threading
import unittest

import chromium
import network
from browser import N_FRAMES, PLAIN_ADDRESSES, RECEIVE, SECONDS, SEND, Gst, Handler, Pipeline
from peer import NPM, need_npm, skip, wait_until
from launch import free_port, main

TOKEN = "s3cret"
PUBLISH = """(async () => {{
    const {{WHIPClient}} = await import("/whip-whep/whip.js");
    const connection = window.connection = new RTCPeerConnection();
    const stream = await navigator.mediaDevices.getUserMedia({{audio: true, video: true}});
    for (const track of stream.getTracks())
        connection.addTransceiver(track, {{direction: "sendonly", streams: [stream]}});
    window.client = new WHIPClient();
    await client.publish(connection, "http://127.0.0.1:{port}/cam", "{token}");
}})()"""
PLAY = """(async () => {{
    const {{WHEPClient}} = await import("/whip-whep/whep.js");
    const connection = window.connection = new RTCPeerConnection();
    for (const kind of ["audio", "video"])
        connection.addTransceiver(kind, {{direction: "recvonly"}});
    window.client = new WHEPClient();
    await client.view(connection, "http://127.0.0.1:{port}/cam", "{token}");
}})()"""
# Its modules are CommonJS, for which a bundler would be the usual way.
INGEST = """(async () => {{
    const files = {{
        whip: "/@eyevinn/whip-web-client/dist/whip-client.js", events: "/events/events.js",
        "sdp-transform": "/sdp-transform/lib/index.js", "./parser": "/sdp-transform/lib/parser.js",
        "./writer": "/sdp-transform/lib/writer.js", "./grammar": "/sdp-transform/lib/grammar.js",
    }};
    const texts = {{}}, modules = {{}};
    for (const [name, path] of Object.entries(files))
        texts[name] = await (await fetch(path)).text();
    const load = name => {{
        if (!(name in modules)) {{
            const module = modules[name] = {{exports: {{}}}};
            new Function("module", "exports", "require", texts[name])(module, module.exports, load);
        }}
        return modules[name].exports;
    }};
    const {{WHIPClient}} = load("whip");
    window.client = new WHIPClient({{endpoint: "http://127.0.0.1:{port}/cam",
        opts: {{authkey: "{token}", iceServers: [], timeout: 500}}}});
    await client.ingest(await navigator.mediaDevices.getUserMedia({{audio: true, video: true}}));
}})()"""
FRAMES = """(async () => [...(await connection.getStats()).values()]
    .filter(each => each.type === "inbound-rtp" && each.kind === "video")
    .reduce((sum, each) => sum + (each.framesDecoded || 0), 0))()"""


class Clients(unittest.TestCase):
    def setUp(self):
        handler = functools.partial(Handler, directory=NPM / "node_modules")
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.browser = chromium.Chromium(PLAIN_ADDRESSES)
        self.addCleanup(self.browser.close)
        self.browser.open(f"http://127.0.0.1:{server.server_port}/")

    def run_client(self, pipeline, script, settings=""):
        """Returns the listener, called by the client that the script starts."""
        listener = Pipeline(self, pipeline.replace(
            "signalling-uri=", f"auth-token={TOKEN} {settings} signalling-uri="))
        self.browser.run(script.format(port=listener.port, token=TOKEN))
        return listener

    def assert_received(self, listener):
        for name in ("video", "audio"):
            listener.wait(name, listener.counts.get(name, 0) + N_FRAMES)

    def assert_ended(self, listener, goodbye):
        """The client's goodbye is the end of the stream, and nothing was wrong until then."""
        bus, ended = listener.pipeline.get_bus(), []
        bus.set_sync_handler(lambda _bus, message: (
            ended.append(message.type) if message.type in (
                Gst.MessageType.EOS, Gst.MessageType.ERROR, Gst.MessageType.WARNING) else None,
            Gst.BusSyncReply.PASS)[1])
        self.addCleanup(bus.set_sync_handler, None)
        self.browser.run(goodbye)
        wait_until(lambda: ended, "an end")
        self.assertEqual(ended, [Gst.MessageType.EOS])
        self.assertEqual(listener.errors(), [])

    def test_whip_whep_publishes(self):
        listener = self.run_client(RECEIVE, PUBLISH)
        self.assert_received(listener)
        self.assert_ended(listener, "client.stop()")

    def test_whip_whep_restarts(self):
        listener = self.run_client(RECEIVE, PUBLISH)
        self.assert_received(listener)
        before = self.browser.run("connection.remoteDescription.sdp.match(/ice-ufrag:(.*)/)[1]")
        self.browser.run("client.restart()")
        after = self.browser.run("connection.remoteDescription.sdp.match(/ice-ufrag:(.*)/)[1]")
        self.assertNotEqual(before, after)
        self.browser.wait("connection.iceConnectionState === 'connected'", SECONDS)
        self.assert_received(listener)
        self.assertEqual(listener.errors(), [])

    def test_whip_whep_plays(self):
        listener = self.run_client(SEND, PLAY)
        self.browser.wait(f"(async () => await {FRAMES} >= {N_FRAMES})()", SECONDS)
        self.assertEqual(listener.errors(), [])

    def test_lite_listener(self):
        """On one port, one call after the other; whip-whep restarts ICE by PATCH, as above."""
        settings = f"ice-lite=true udp-mux-port={free_port()}"
        listener = self.run_client(RECEIVE, PUBLISH, settings)
        self.assert_received(listener)
        self.browser.run("client.restart()")
        self.browser.wait("connection.iceConnectionState === 'connected'", SECONDS)
        self.assert_received(listener)
        self.assert_ended(listener, "client.stop()")
        listener = self.run_client(SEND, PLAY, settings)
        self.browser.wait(f"(async () => await {FRAMES} >= {N_FRAMES})()", SECONDS)
        self.assertEqual(listener.errors(), [])
        listener = self.run_client(RECEIVE, INGEST, settings)
        self.assert_received(listener)
        self.assert_ended(listener, "client.destroy()")

    def test_eyevinn_publishes(self):
        listener = self.run_client(RECEIVE, INGEST)
        self.assert_received(listener)
        self.assert_ended(listener, "client.destroy()")


if __name__ == "__main__":
    if chromium.find_program() is None:
        skip("there is no Chromium (tests/install interop)")
    need_npm()
    # There an end has one address: whip-whep joins several candidates of a restart with commas.
    network.enter()
    main(["opusdec", "rtpopusdepay"])
