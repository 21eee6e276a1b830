#!/usr/bin/env python3
# GStreamer ICE transport
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Calls of each kind at GST_DEBUG=*:9, with every secret of theirs known to the test, which looks
for them in the log, in all messages, in what -v shows, in dot files and in statistics.

secrecy.py      the tests
secrecy.py end  the process with both ends; reads their properties in JSON, writes what it said"""
import base64
import hashlib
import hmac
import http.server
import json
import os
import pathlib
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse

from turntest import Coturn, audio, free_port, make_certificate, skip
from rendezvous import Server

TIMEOUT_SECONDS = 60
RECEIVER = "icesrc name=ice ! fakesink sync=false async=false"
SENDER = audio(-1, "true") + " ! icesink name=ice"


# The process with both ends.


class Ends:
    def __init__(self, properties):
        import gi
        gi.require_version("Gst", "1.0")
        from gi.repository import Gst
        Gst.init(None)
        self.gst, self.said = Gst, []
        self.pipelines = {name: Gst.parse_launch(launch)
                          for name, launch in (("receiver", RECEIVER), ("sender", SENDER))}
        for name, pipeline in self.pipelines.items():
            pipeline.add_property_deep_notify_watch(None, True)
            ice = pipeline.get_by_name("ice")
            for key, value in properties[name].items():
                if isinstance(ice.find_property(key).default_value, (int, bool)):
                    Gst.util_set_object_arg(ice, key, value)
                else:
                    ice.set_property(key, value)

    def take_messages(self):
        for pipeline in self.pipelines.values():
            while (message := pipeline.get_bus().pop()) is not None:
                structure = message.get_structure()
                self.said.append(f"{message.type.first_value_nick} "
                                 f"{structure.to_string() if structure else ''}")
                if message.type == self.gst.MessageType.ERROR:
                    raise AssertionError(self.said[-1])

    def wait(self, condition, what):
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while not condition():
            self.take_messages()
            assert time.monotonic() < deadline, f"never {what}: {self.said[-20:]}"
            time.sleep(0.02)

    def stats(self, name):
        ice = self.pipelines[name].get_by_name("ice")
        return ice.get_property("stats"), ice.get_property("session").get_property("stats")

    def n_received(self):
        return self.stats("receiver")[0].get_value("packets-received")

    def run(self):
        playing, null = self.gst.State.PLAYING, self.gst.State.NULL
        self.pipelines["receiver"].set_state(playing)
        self.wait(lambda: any("listening" in line or "waiting" in line for line in self.said), "ready")
        self.pipelines["sender"].set_state(playing)
        self.wait(lambda: self.n_received() > 5, "received")
        self.pipelines["sender"].get_by_name("ice").emit("restart-ice")
        self.wait(lambda: self.stats("sender")[1].get_value("restarts") > 0, "restarted")
        so_far = self.n_received()
        self.wait(lambda: self.n_received() > so_far + 5, "received more")
        shown = [str(stats) for name in self.pipelines for stats in self.stats(name)]
        dots = [self.gst.debug_bin_to_dot_data(pipeline, self.gst.DebugGraphDetails.ALL)
                for pipeline in self.pipelines.values()]
        for pipeline in reversed(self.pipelines.values()):
            pipeline.set_state(null)
        self.take_messages()
        print("\n" + json.dumps({"messages": self.said, "statistics": shown, "dot files": dots}))


# The test.


class Tap:
    """A way to a TCP server that keeps what passes."""

    def __init__(self, test, port):
        self.server_port, self.up, self.down = port, bytearray(), bytearray()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        test.addCleanup(self.listener.close)
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                client = self.listener.accept()[0]
                server = socket.create_connection(("127.0.0.1", self.server_port))
            except OSError:
                return
            for ends in ((client, server, self.up), (server, client, self.down)):
                threading.Thread(target=self.carry, args=ends, daemon=True).start()

    @staticmethod
    def carry(source, sink, kept):
        try:
            while data := source.recv(65536):
                kept += data
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def find(self, pattern):
        """Returns what passed in the clear of this pattern."""
        text = (bytes(self.up) + bytes(self.down)).decode("latin-1").replace("\\/", "/")
        return set(re.findall(pattern, text))


class Service(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        text = json.dumps(self.server.answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


def make_secret():
    """Returns what no log has by chance, and what has to be written otherwise in a URI."""
    return secrets.token_hex(8) + "/@%+" + secrets.token_hex(4)


def quote(text):
    return urllib.parse.quote(text, safe="")


def forms(secret):
    """How a text may have a secret."""
    raw = secret.encode()
    return {secret, quote(secret), base64.b64encode(raw).decode(), raw.hex(), raw.hex().upper(),
            raw[:8].hex(" "), raw[8:16].hex(" ")}


def keys_of(user, password, realm="turn.test"):
    """Returns what TURN makes of a password (RFC 8489, 9.2.2), and the password."""
    return {password, hashlib.md5(f"{user}:{realm}:{password}".encode()).hexdigest()}


class Secrecy(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        make_certificate(cls.folder)
        cls.password, cls.shared = make_secret(), make_secret()
        cls.turn = Coturn(cls.folder, "--lt-cred-mech", "--user", f"me:{cls.password}")
        cls.addClassCleanup(cls.turn.close)
        cls.rest = Coturn(cls.folder, "--use-auth-secret", "--static-auth-secret", cls.shared)
        cls.addClassCleanup(cls.rest.close)

    def make_call(self, receiver, sender, **more):
        """Returns what was said, by where."""
        both = {"network-interfaces": "lo", **more}
        log = self.folder / "log"
        done = subprocess.run(
            [sys.executable, __file__, "end"], text=True, timeout=3 * TIMEOUT_SECONDS,
            input=json.dumps({"receiver": both | receiver, "sender": both | sender}),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
            env=dict(os.environ, GST_DEBUG="*:9", GST_DEBUG_FILE=str(log), GST_DEBUG_NO_COLOR="1"))
        self.assertEqual(done.returncode, 0, done.stderr[-3000:])
        said = {where: "\n".join(lines)
                for where, lines in json.loads(done.stdout.splitlines()[-1]).items()}
        said["log"] = log.read_text(errors="replace")
        said["output"] = done.stderr + "\n".join(done.stdout.splitlines()[:-1])
        self.assertTrue("icetransport" in said["log"] and "icesink" in said["log"])
        return said

    def assert_secret(self, said, known):
        self.assertGreater(len(known), 0)
        for where, text in said.items():
            self.assertNotIn("PRIVATE KEY", text, where)
        for secret in known:
            self.assertGreater(len(secret), 15, known)
            for where, text in said.items():
                for form in forms(secret):
                    at = text.find(form)
                    self.assertEqual(at, -1, f"{where}: {text[max(0, at - 300):at + 100]}")

    def make_http_call(self, receiver, sender, **more):
        """By HTTP with a token. Returns what was said, and what is secret."""
        port, token = free_port(), make_secret().replace("%", "-").replace("@", "-")
        tap = Tap(self, port)
        said = self.make_call(
            receiver | {"signalling-uri": f"http://127.0.0.1:{port}/call?mode=listener"},
            sender | {"signalling-uri": f"http://127.0.0.1:{tap.port}/call"},
            **{"auth-token": token}, **more)
        passwords = tap.find(r"a=ice-pwd:([^\s\\]+)")
        # Of two ends, and of two after a restart.
        self.assertGreaterEqual(len(passwords), 4)
        sessions = {path.rsplit("/", 1)[-1] for path in tap.find(r"(?i)\nlocation: (\S+)")}
        self.assertEqual(len(sessions), 1)
        return said, {token} | passwords | sessions, tap

    def test_http(self):
        said, known, _ = self.make_http_call({}, {})
        self.assert_secret(said, known)

    def test_sdes(self):
        said, known, tap = self.make_http_call({}, {}, encryption="sdes")
        keys = tap.find(r"inline:([A-Za-z0-9+/=]+)")
        self.assertGreaterEqual(len(keys), 5)
        self.assert_secret(said, known | keys | {base64.b64decode(key)[:16].hex() for key in keys})

    def test_https(self):
        port, token = free_port(), secrets.token_hex(16)
        said = self.make_call(
            {"signalling-uri": f"https://localhost:{port}/call?mode=listener",
             "tls-certificate-file": str(self.folder / "cert.pem"),
             "tls-private-key-file": str(self.folder / "key.pem")},
            {"signalling-uri": f"https://localhost:{port}/call",
             "tls-ca-file": str(self.folder / "cert.pem")}, **{"auth-token": token})
        key = (self.folder / "key.pem").read_text().splitlines()[1:-1]
        self.assert_secret(said, {token} | {line for line in key if len(line) > 15})

    def test_name_and_password_in_the_uri(self):
        """A listener of ours does not ask for them; a proxy before it may."""
        port, password = free_port(), make_secret()
        said = self.make_call(
            {"signalling-uri": f"http://127.0.0.1:{port}/call?mode=listener"},
            {"signalling-uri": f"http://caller:{quote(password)}@127.0.0.1:{port}/call"})
        self.assert_secret(said, {password})

    def test_turn(self):
        """One end has a password, the other the secret that passwords are made of."""
        taps = [Tap(self, server.port) for server in (self.turn, self.rest)]
        said, known, _ = self.make_http_call(
            {"turn-server": f"turn://me:{quote(self.password)}@127.0.0.1:{taps[0].port}?transport=tcp"},
            {"turn-server": f"turn://bob@127.0.0.1:{taps[1].port}?transport=tcp",
             "turn-shared-secret": self.shared, "ice-transport-policy": "relay"})
        known |= keys_of("me", self.password) | {self.shared}
        users = taps[1].find(r"(\d{10}:bob)")
        self.assertGreater(len(users), 0)
        for user in users:
            digest = hmac.new(self.shared.encode(), user.encode(), hashlib.sha1).digest()
            known |= keys_of(user, base64.b64encode(digest).decode())
        self.assert_secret(said, known)

    def test_servers_of_a_service(self):
        service = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
        service.answer = {"iceServers": [{
            "urls": [f"turn:127.0.0.1:{self.turn.port}?transport=tcp"], "username": "me",
            "credential": self.password}]}
        threading.Thread(target=service.serve_forever, daemon=True).start()
        self.addCleanup(service.server_close)
        self.addCleanup(service.shutdown)
        key = secrets.token_hex(16)
        said, known, _ = self.make_http_call(
            {}, {"ice-servers-uri": f"http://127.0.0.1:{service.server_port}/?key={key}",
                 "ice-transport-policy": "relay"})
        self.assert_secret(said, known | {key} | keys_of("me", self.password))

    def test_rendezvous(self):
        token, file = secrets.token_hex(16), self.folder / "secret"
        file.write_text(self.shared)
        server = Server(self, f"--token={token}", f"--turn-uri=turn:127.0.0.1:{self.rest.port}",
                        f"--turn-secret-file={file}")
        for query in ("", f"?token={token}"):
            with self.subTest(query=query):
                tap = Tap(self, server.port)
                more = {} if query else {"auth-token": token}
                said = self.make_call({}, {"max-consumers": "1"}, **more, **{
                    "media": "audio", "signalling-uri": f"ws://127.0.0.1:{tap.port}/room{query}"})
                passwords = tap.find(r"a=ice-pwd:([A-Za-z0-9+/]+)")
                resume = tap.find(r'"resumeSecret"\s*:\s*"([0-9a-f]+)"')
                credentials = tap.find(r'"credential"\s*:\s*"([^"]+)"')
                for found in (passwords, resume, credentials):
                    self.assertGreaterEqual(len(found), 2)
                self.assert_secret(said, {token, self.shared} | passwords | resume | credentials)


if __name__ == "__main__":
    if sys.argv[1:] == ["end"]:
        Ends(json.load(sys.stdin)).run()
    else:
        for tool in ("turnserver", "openssl"):
            if shutil.which(tool) is None:
                skip(f"{tool} is not installed")
        unittest.main(verbosity=2)
