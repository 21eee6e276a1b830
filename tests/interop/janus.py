#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Calls with Janus, whose echotest plugin sends back what it gets. Its agent is libnice, as ours; its
way of using it, DTLS and RTCP are its own."""
import glob
import json
import pathlib
import tempfile
import unittest
import urllib.request
import uuid

import network
from peer import AUDIO, VIDEO, End, Program, need, skip
from launch import free_port, main

FOLDERS = "/usr/lib/*/janus/"
CONFIG = """
general: {{
  configs_folder = "{folder}"
  plugins_folder = "{folder}/plugins"
  transports_folder = "{folder}/transports"
  events_folder = "{folder}"
  loggers_folder = "{folder}"
  protected_folders = []
}}
nat: {{
  ice_enforce_list = "{interface}"
  ice_lite = {lite}
}}
"""
HTTP_CONFIG = """
general: {{
  http = true
  https = false
  ip = "127.0.0.1"
  port = {port}
}}
"""
WEBSOCKET_CONFIG = """
general: {{
  ws = true
  wss = false
  ws_ip = "127.0.0.1"
  ws_port = {port}
}}
"""
ANSWER_SECONDS = 20


def shared_object(folder, name):
    return next(iter(glob.glob(f"{FOLDERS}{folder}/{name}.so")), None)


class Janus(Program):
    """The server, with one plugin and two ways to talk to it, and nothing of the system's settings."""

    def __init__(self, add_cleanup, lite=False, plugin="echotest"):
        folder, port, websocket_port = pathlib.Path(tempfile.mkdtemp()), free_port(), free_port()
        for kind, name in (("plugins", f"libjanus_{plugin}"), ("transports", "libjanus_http"),
                           ("transports", "libjanus_websockets")):
            (folder / kind).mkdir(exist_ok=True)
            (folder / kind / f"{name}.so").symlink_to(shared_object(kind, name))
        (folder / "janus.jcfg").write_text(CONFIG.format(
            folder=folder, interface=network.INTERFACE, lite=str(lite).lower()))
        (folder / "janus.transport.http.jcfg").write_text(HTTP_CONFIG.format(port=port))
        (folder / "janus.transport.websockets.jcfg").write_text(
            WEBSOCKET_CONFIG.format(port=websocket_port))
        super().__init__(add_cleanup, "janus", "--disable-colors",
                         f"--configs-folder={folder}", f"--config={folder / 'janus.jcfg'}",
                         folder=folder)
        self.plugin = f"janus.plugin.{plugin}"
        self.uri = f"http://127.0.0.1:{port}/janus"
        self.websocket_uri = f"ws://127.0.0.1:{websocket_port}"
        self.wait_for("HTTP webserver started")

    def ask(self, path="", **request):
        """Posts a request, or without one waits for an event."""
        body = None
        if request:
            body = json.dumps({"transaction": uuid.uuid4().hex, **request}).encode()
        with urllib.request.urlopen(self.uri + path, body, timeout=ANSWER_SECONDS) as reply:
            reply = json.load(reply)
        if reply["janus"] == "error":
            raise AssertionError(f"{request}: {reply}")
        return reply

    def attach(self):
        """Returns the paths of a session and of a handle of the plugin in it."""
        session = f"/{self.ask(janus='create')['data']['id']}"
        handle = self.ask(session, janus="attach", plugin=self.plugin)["data"]["id"]
        return session, f"{session}/{handle}"

    def tell(self, session, handle, body, **request):
        """Returns the event that the plugin answers with."""
        self.ask(handle, janus="message", body=body, **request)
        for _ in range(10):
            event = self.ask(session)
            if event["janus"] == "event":
                return event
        raise AssertionError(f"no answer to {body}: {self.text()}")

    def answer(self, session, handle, offer, **body):
        """Returns the answer to offer, which comes with body."""
        event = self.tell(session, handle, body or {"audio": True, "video": True},
                          jsep={"type": "offer", "sdp": offer, "trickle": False})
        return event["jsep"]["sdp"]


class Calls(unittest.TestCase):
    def call(self, pipeline, lite=False):
        """Everything comes back, decrypted and, if it is video, decoded."""
        janus = Janus(self.addCleanup, lite)
        end = End(self, pipeline=pipeline, encryption="dtls-srtp", interface=network.INTERFACE)
        session, handle = janus.attach()
        offer = end.offer()
        answer = janus.answer(session, handle, offer)
        self.assertEqual("a=ice-lite" in answer, lite)
        end.take(answer)
        if "name=heard" in pipeline:
            end.wait_heard(50)
        if "name=seen" in pipeline:
            end.wait_seen(25)
        self.assertIn("The DTLS handshake has been completed", janus.text())
        self.assertEqual(end.cipher(), "AEAD_AES_128_GCM")
        self.assertEqual(end.complaints(), [])
        self.assertEqual(end.pair()[0], "host")

    def test_audio(self):
        self.call(AUDIO)

    def test_audio_with_a_lite_server(self):
        self.call(AUDIO, True)

    def test_video(self):
        self.call(VIDEO)

    def test_audio_and_video(self):
        self.call(AUDIO + VIDEO)

    def test_audio_and_video_with_a_lite_server(self):
        self.call(AUDIO + VIDEO, True)


def need_janus(*plugins):
    need("janus")
    for kind, names in (("plugins", plugins), ("transports", ("http", "websockets"))):
        for name in names:
            if shared_object(kind, f"libjanus_{name}") is None:
                skip(f"Janus has no {name}")


if __name__ == "__main__":
    need_janus("echotest")
    network.enter()
    main()
