#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""icesrc plays from janus-whep-server, a WHEP server of the protocol's own people, with Janus behind
it: Janus' streaming plugin answers offers, its videoroom makes them (406)."""
import base64
import hmac
import json
import pathlib
import re
import subprocess
import tempfile
import time
import unittest

import network
from janus import Janus, need_janus
from launch import free_port, main, wait_until
from peer import NPM, VIDEO, End, Gst, Program, Side, need, need_npm

N_FRAMES = 25
SECRET = "north"
SOURCE = """videotestsrc is-live=true ! video/x-raw,width=160,height=120,framerate=30/1 !
    vp8enc deadline=1 keyframe-max-dist=15 ! rtpvp8pay pt=96 ! udpsink host=127.0.0.1 port={port}"""
SEND = VIDEO[:VIDEO.index("icesrc")]
PLAY = """icesrc name=ice media=video network-interfaces={interface} signalling-uri={uri} {settings} !
    rtpvp8depay ! vp8dec ! fakesink name=seen sync=false async=false signal-handoffs=true"""


class WhepServer(Program):
    def __init__(self, add_cleanup, janus, endpoint, options, *pem):
        super().__init__(add_cleanup, "node", NPM / "whep-server.mjs", janus.websocket_uri,
                         json.dumps(endpoint), json.dumps(options), *pem)
        self.wait_for("listening on port")
        port = re.search(r"listening on port (\d+)", self.text())[1]
        scheme = "https" if pem else "http"
        self.uri = f"{scheme}://127.0.0.1:{port}/whep/endpoint/{endpoint['id']}"


class TurnServer(Program):
    """A coturn that knows no users: whoever has the secret makes them up."""

    def __init__(self, add_cleanup):
        folder, port = pathlib.Path(tempfile.mkdtemp()), free_port()
        super().__init__(add_cleanup, "turnserver", "-n", "--no-cli", "--log-file", "stdout",
                         "--simple-log", "--verbose", "--realm", "turn.test", "--use-auth-secret",
                         "--static-auth-secret", SECRET, "--listening-port", port, "-L",
                         network.ADDRESS, "--no-tls", "--no-dtls", "--pidfile", folder / "pid",
                         "--userdb", folder / "db", folder=folder)
        user = f"{int(time.time()) + 3600}:viewer"
        key = hmac.digest(SECRET.encode(), user.encode(), "sha1")
        self.server = {"uri": f"turn:{network.ADDRESS}:{port}?transport=udp", "username": user,
                       "credential": base64.b64encode(key).decode()}


class Player(Side):
    def __init__(self, test, server, settings=""):
        super().__init__(test, PLAY.format(interface=network.INTERFACE, uri=server.uri,
                                           settings=settings))
        self.n_seen = 0
        self.get("seen").connect("handoff", self.on_seen)
        self.pipeline.set_state(Gst.State.PLAYING)

    def on_seen(self, _sink, _frame, _pad):
        self.n_seen += 1

    def wait_seen(self):
        wait_until(lambda: self.n_seen >= N_FRAMES or self.problems(), f"{N_FRAMES} frames")

    def problems(self):
        return [message.parse_error()[0].message if message.type == Gst.MessageType.ERROR else
                message.parse_warning()[0].message for message in self.take_messages()
                if message.type in (Gst.MessageType.ERROR, Gst.MessageType.WARNING)]

    def progress(self):
        return [message.parse_progress()[2] for message in self.take_messages()
                if message.type == Gst.MessageType.PROGRESS]


def make_certificate(folder):
    """Returns a file with a key and a certificate of its own for 127.0.0.1."""
    key, certificate, both = (folder / name for name in ("key.pem", "cert.pem", "both.pem"))
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key,
                    "-out", certificate, "-days", "2", "-subj", "/CN=whep.test", "-addext",
                    "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
    both.write_text(key.read_text() + certificate.read_text())
    return both


class Whep(unittest.TestCase):
    def stream(self):
        """Returns a Janus that has a stream, number 1."""
        janus = Janus(self.addCleanup, plugin="streaming")
        _, handle = janus.attach()
        reply = janus.ask(handle, janus="message", body={
            "request": "create", "type": "rtp", "id": 1, "media": [
                {"type": "video", "mid": "v", "port": 0, "pt": 96, "codec": "vp8"}]})
        port = reply["plugindata"]["data"]["stream"]["ports"][0]["port"]
        source = Gst.parse_launch(SOURCE.format(port=port))
        self.addCleanup(source.set_state, Gst.State.NULL)
        source.set_state(Gst.State.PLAYING)
        return janus

    def publish(self):
        """Returns a Janus in whose room 1 our icesink shows a picture, and its number there."""
        janus = Janus(self.addCleanup, plugin="videoroom")
        end = End(self, pipeline=SEND, encryption="dtls-srtp", interface=network.INTERFACE)
        session, handle = janus.attach()
        janus.ask(handle, janus="message", body={"request": "create", "room": 1, "videocodec": "vp8"})
        joined = janus.tell(session, handle, {"request": "join", "ptype": "publisher", "room": 1})
        end.take(janus.answer(session, handle, end.offer(), request="publish"))
        return janus, joined["plugindata"]["data"]["id"]

    def play(self, server, settings=""):
        player = Player(self, server, settings)
        player.wait_seen()
        self.assertEqual(player.problems(), [], server.text())
        return player

    def leave(self, player, server):
        """The end of its DTLS may overtake its DELETE: the first of them ends the session."""
        player.pipeline.set_state(Gst.State.NULL)
        wait_until(lambda: "Terminating WHEP session" in server.text() or
                   "PeerConnection closed" in server.text(), "ended")

    def test_it_answers_an_offer(self):
        server = WhepServer(self.addCleanup, self.stream(), {"id": "cam", "mountpoint": 1}, {})
        player = self.play(server)
        self.assertNotIn(f"{server.uri} has an offer of its own", player.progress())
        self.leave(player, server)

    def test_it_makes_an_offer(self):
        janus, feed = self.publish()
        server = WhepServer(self.addCleanup, janus,
                            {"id": "cam", "plugin": "videoroom", "room": 1, "feed": feed}, {})
        player = self.play(server)
        self.assertIn(f"{server.uri} has an offer of its own", player.progress())
        self.leave(player, server)

    def test_by_https(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        server = WhepServer(self.addCleanup, self.stream(), {"id": "cam", "mountpoint": 1}, {},
                            make_certificate(folder))
        stranger = Player(self, server)
        wait_until(stranger.problems, "an error")
        self.assertIn("certificate", stranger.problems()[0])
        self.leave(self.play(server, f"tls-ca-file={folder / 'cert.pem'}"), server)

    def play_relayed(self, janus, endpoint):
        """The server's Link headers are all that the player knows of TURN."""
        turn = TurnServer(self.addCleanup)
        server = WhepServer(self.addCleanup, janus, endpoint, {"iceServers": [turn.server]})
        player = self.play(server, "ice-transport-policy=relay")
        pair = player.ice.get_property("selected-pair")
        self.assertEqual(pair.get_value("local").get_value("candidate-type"), "relay")
        stats = player.session.get_property("stats")
        self.assertEqual(stats.get_value("mline-0").copy().get_value("dtls-state"), "connected")
        self.leave(player, server)
        turn.wait_for("lifetime=0")

    def test_relayed_by_its_answers_links(self):
        self.play_relayed(self.stream(), {"id": "cam", "mountpoint": 1})

    def test_relayed_by_its_offers_links(self):
        janus, feed = self.publish()
        self.play_relayed(janus, {"id": "cam", "plugin": "videoroom", "room": 1, "feed": feed})

    def test_it_refuses_candidates(self):
        # It compares the ETag with one that it never sets (1.1.0).
        server = WhepServer(self.addCleanup, self.stream(), {"id": "cam", "mountpoint": 1},
                            {"strictETags": True, "debug": "verb"})
        player = self.play(server)
        server.wait_for("/resource[trickle]/")
        self.assertEqual(player.problems(), [])
        self.leave(player, server)

    def test_it_wants_a_token(self):
        server = WhepServer(self.addCleanup, self.stream(),
                            {"id": "cam", "mountpoint": 1, "token": "s3cret"}, {})
        refused = Player(self, server)
        wait_until(refused.problems, "an error")
        self.assertIn("set auth-token", refused.problems()[0])
        self.leave(self.play(server, "auth-token=s3cret"), server)


if __name__ == "__main__":
    need_janus("streaming", "videoroom")
    need("turnserver", "openssl")
    need_npm()
    network.enter()
    main()
