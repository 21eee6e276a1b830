#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Audio and video in one call with Janus' videoroom: icesinks publish by WHIP, icesrcs play by WHEP.
janus-whep-server is the WHEP server; what it is for WHIP, npm has not, so that Front stands for it."""
import http.server
import re
import threading
import unittest

import network
from janus import Janus, need_janus
from launch import main
from peer import need_npm
from stack import BOTH, N_ROUNDS, Ours, receive, send
from whep import WhepServer


class Front(http.server.BaseHTTPRequestHandler):
    """WHIP before one publisher of room 1: offers, candidates and the end are the plugin's requests."""

    def log_message(self, *_):
        pass

    def read(self):
        return self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()

    def reply(self, status, body="", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def do_POST(self):
        whip = self.server.whip
        answer = whip.janus.answer(whip.session, whip.handle, self.read(), request="publish")
        self.reply(201, answer, Content_Type="application/sdp", ETag='"1"', Location="/publisher")

    def do_PATCH(self):
        whip = self.server.whip
        for part in re.split(r"^(?=m=)", self.read(), flags=re.MULTILINE):
            mid = re.search(r"^a=mid:(\S+)", part, re.MULTILINE)
            for candidate in re.findall(r"^a=(candidate:.*?)\r?$", part, re.MULTILINE):
                whip.janus.ask(whip.handle, janus="trickle",
                               candidate={"candidate": candidate, "sdpMid": mid[1]})
        self.reply(204)

    def do_DELETE(self):
        whip = self.server.whip
        whip.janus.ask(whip.handle, janus="hangup")
        whip.ended.set()
        self.reply(200)


class Whip:
    def __init__(self, test, janus):
        self.janus, self.ended = janus, threading.Event()
        self.session, self.handle = janus.attach()
        janus.ask(self.handle, janus="message", body={"request": "create", "room": 1,
                                                      "audiocodec": "opus", "videocodec": "vp8"})
        joined = janus.tell(self.session, self.handle,
                            {"request": "join", "ptype": "publisher", "room": 1})
        self.feed = joined["plugindata"]["data"]["id"]
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Front)
        server.whip = self
        threading.Thread(target=server.serve_forever, daemon=True).start()
        test.addCleanup(server.server_close)
        test.addCleanup(server.shutdown)
        self.uri = f"http://127.0.0.1:{server.server_port}/whip"


class Both(unittest.TestCase):
    def settings(self, uri):
        return f"network-interfaces={network.INTERFACE} signalling-uri={uri}"

    def call(self, lite, n_rounds):
        janus = Janus(self.addCleanup, lite, "videoroom")
        whip = Whip(self, janus)
        ours = Ours(self, send(BOTH, self.settings(whip.uri)))
        server = WhepServer(self.addCleanup, janus, {
            "id": "cam", "plugin": "videoroom", "room": 1, "feed": whip.feed}, {})
        player = Ours(self, receive(BOTH, self.settings(server.uri)))
        for _ in range(n_rounds):
            for kind in BOTH:
                player.wait(kind)
        for end in (ours, player):
            self.assertEqual(end.problems(), [])
            self.assertEqual(end.agreed(), (1, {"AEAD_AES_128_GCM"}))
        player.close()
        ours.close()
        self.assertTrue(whip.ended.wait(20), "the publisher never said goodbye")

    def test_published_and_played(self):
        self.call(False, N_ROUNDS)

    def test_published_and_played_with_a_lite_server(self):
        self.call(True, 1)


if __name__ == "__main__":
    need_janus("videoroom")
    need_npm()
    network.enter()
    main(["opusenc", "rtpopuspay"])
