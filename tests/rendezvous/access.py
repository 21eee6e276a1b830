#!/usr/bin/python3
# GStreamer ICE transport
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tokens, TLS, pages, options, logs and the end."""
import asyncio
import json
import os
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import unittest

from limits import Raw
from rdv import PROGRAM, TIMEOUT, Client, Server, TestCase, call, make_certificate, room_token, until


class Bearer(TestCase):
    options = ("--token=secret-bearer",)

    async def test_header_and_query(self):
        await self.join(headers={"Authorization": "Bearer secret-bearer"})
        await self.join("room", query="?token=secret-bearer")
        await self.refused(401)
        await self.refused(401, headers={"Authorization": "Bearer wrong"})
        await self.refused(401, query="?token=secret-beare")
        await self.refused(401, headers={"Authorization": "Basic secret-bearer"})
        self.assertNotIn("secret-beare", self.server.log())
        self.assertIn('rejected_total{reason="token"} 4', self.server.get("/metrics")[1])


class RoomTokens(TestCase):
    options = None

    async def test_tokens_of_rooms(self):
        with tempfile.NamedTemporaryFile("w") as file:
            file.write("key of all\n")
            file.flush()
            server = self.start(f"--token-secret-file={file.name}")
        soon = int(time.time()) + 60
        good = room_token("key of all", "room42", soon)
        await self.join("room42", server, query=f"?token={good}")
        await self.join("room42/", server, headers={"Authorization": f"Bearer {good}"})
        for room, token in (
                ("room43", good), ("", good), ("room42", good[:-1]), ("room42", good.upper()),
                ("room42", room_token("key of all", "room42", int(time.time()) - 1)),
                ("room42", room_token("other", "room42", soon)),
                ("room42", good.replace(str(soon), str(soon + 1))),
                ("room42", good.split(":")[1]), ("room42", ""), ("room42", ":"),
                ("room42", "99999999999999999999:00")):
            await self.refused(401, room, server, headers={"Authorization": f"Bearer {token}"})
        await self.refused(401, "room42", server)
        self.assertNotIn(good.split(":")[1], server.log())

    async def test_program_makes_tokens(self):
        env = {"GST_ICE_RENDEZVOUS_TOKEN_SECRET": "s"}
        server = self.start(env=env)
        token = subprocess.run([PROGRAM, "--make-token=r", "--token-ttl=60"], check=True, text=True,
                               env=dict(os.environ, **env), stdout=subprocess.PIPE).stdout.strip()
        self.assertEqual(token, room_token("s", "r", token.split(":")[0]))
        await self.join("r", server, query=f"?token={token}")


class Tls(TestCase):
    options = None

    async def test_tls(self):
        with make_certificate() as options:
            # LeakSanitizer of gcc 12 crashes at exit once GnuTLS's modules are loaded (told not to
            # look at TLS variables, it reports GLib's). rendezvous-valgrind looks for leaks here.
            asan = os.environ.get("ASAN_OPTIONS", "")
            server = self.start(*options, env={"ASAN_OPTIONS": f"{asan}:detect_leaks=0"})
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        producer, viewer = [await self.join("r", server, ssl=context) for _ in range(2)]
        await producer.status("producer")
        session = await call(producer, viewer)
        big = {"type": "offer", "sdp": "x" * 60000}
        for _ in range(20):
            await producer.send("peer", sessionId=session, sdp=big)
        for _ in range(20):
            self.assertEqual((await viewer.expect("peer"))["sdp"], big)
        await viewer.close()
        await producer.expect("endSession")


class Pages(TestCase):
    async def test_pages(self):
        peer = await self.join("room")
        await peer.status("producer")
        status, text = self.server.get("/healthz")
        health = json.loads(text)
        self.assertEqual((status, health["status"], health["peers"], health["redis"]),
                         (200, "ok", 1, "unused"))
        text = self.server.get("/metrics")[1]
        for line in ("peers 1", "rooms 1", 'messages_total{type="setPeerStatus"} 1'):
            self.assertIn("\ngst_ice_rendezvous_" + line + "\n", text)
        self.assertNotIn("redis_up", text)

    async def test_what_is_no_page(self):
        self.assertEqual(self.server.get("/healthz", method="HEAD"), (200, ""))
        self.assertEqual(self.server.get("/room")[0], 426)
        self.assertEqual(self.server.get("/healthz/x")[0], 404)
        self.assertEqual(self.server.get("/a%20b")[0], 404)
        self.assertEqual(self.server.get("/" + "x" * 200)[0], 404)
        self.assertEqual(self.server.get("/room", method="POST", data=b"x" * 100000)[0], 405)


class Strangers(TestCase):
    def assert_not_grown(self, before, most):
        # A sanitizer keeps what was freed.
        if "GST_ICE_SANITIZER" not in os.environ:
            self.assertLess(self.server.memory() - before, most)

    async def test_no_page_takes_a_body(self):
        """No byte of a body is kept, whatever page it is for."""
        before = self.server.memory()
        for path in ("/healthz", "/metrics", "/room", "/healthz/x"):
            with socket.create_connection(("127.0.0.1", self.server.port), timeout=TIMEOUT) as client:
                client.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 40000000\r\n\r\n".encode())
                client.sendall(bytes(39999999))
                self.assert_not_grown(before, 8 << 20)
                client.sendall(b"0")
                self.assertEqual(client.recv(100).split(b" ")[1], b"405", path)

    async def test_methods_of_strangers_are_not_kept(self):
        """libsoup keeps each method for ever: these are 16 MB, one connection each."""
        def ask(n):
            with socket.create_connection(("127.0.0.1", self.server.port), timeout=TIMEOUT) as client:
                # What comes after a first request is not read.
                first = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" if n % 2 else b""
                client.sendall(first + b"M%d" % n + b"x" * 16000 + b" /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
                answer = client.recv(100)
            self.assertEqual(answer.split(b" ")[1], b"200" if first else b"405")

        for n in range(100):
            ask(n)
        before = self.server.memory()
        for n in range(100, 1100):
            ask(n)
        self.assert_not_grown(before, 4 << 20)


class Options(TestCase):
    options = None

    def test_wrong_options_say_so(self):
        for option, words in (("--port=70000", "--port"), ("--rate=0", "--rate"),
                              ("--turn-uri=turn:x", "--turn-secret-file"), ("--nonsense", "nonsense"),
                              ("extra", "extra"), ("--token-file=/does/not/exist", "/does/not"),
                              ("--redis=http://x", "redis://"), ("--address=nowhere", "nowhere"),
                              ("--tls-cert=/does/not/exist", "/does/not"), ("--log-level=x", "level"),
                              ("--make-token=r", "secret")):
            result = subprocess.run([PROGRAM, "--port=0", option], text=True, timeout=TIMEOUT,
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            self.assertNotEqual(result.returncode, 0, option)
            self.assertIn(words, result.stderr)

    def test_every_option_is_documented(self):
        top = pathlib.Path(__file__).resolve().parents[2]
        said = subprocess.run([PROGRAM, "--help"], text=True, check=True, timeout=TIMEOUT,
                              stdout=subprocess.PIPE).stdout
        options = set(re.findall(r"--[a-z-]+", said)) - {"--help"}
        self.assertGreater(len(options), 30)
        manual = (top / "ext/rendezvous/gst-ice-rendezvous.1").read_text().replace("\\", "")
        page = (top / "docs/rendezvous.md").read_text()
        for text in manual, page:
            missing = {o for o in options - {"--version"} if not re.search(o + "(?![a-z-])", text)}
            self.assertEqual(missing, set())

    def test_port_in_use_says_so(self):
        first = self.start()
        second = Server(f"--port={first.port}", wait=False)
        self.assertEqual(second.process.wait(TIMEOUT), 1)
        self.assertIn("cannot-start", second.stop(expect=1))


class Logs(TestCase):
    async def test_lines_are_json_without_contents(self):
        producer, viewer = await self.join("r%22%0a"[:4]), await self.join("r%22")
        await producer.status("producer", meta={"private": "hush"})
        session = await viewer.start(producer.id, offer="v=0 hush")
        await viewer.send("peer", sessionId=session,
                          ice={"candidate": "candidate:hush", "sdpMLineIndex": 0})
        await viewer.socket.send('{"type":"hush"}')
        await viewer.expect("error")
        log = self.server.log()
        self.assertNotIn("hush", log)
        for line in log.splitlines():
            self.assertEqual({"ts", "level", "event"} - set(json.loads(line)), set())
        started = self.server.events("session-started")[0]
        self.assertEqual((started["room"], started["session"]), ('r"', session))


class Stopping(TestCase):
    async def test_peers_are_told_and_calls_are_not_ended(self):
        producer, viewer = await self.join(), await self.join()
        await producer.status("producer")
        await call(producer, viewer)
        for signal_number in (signal.SIGTERM,):
            self.server.process.send_signal(signal_number)
        for peer in producer, viewer:
            self.assertEqual(await peer.expect_close(1001), "going away")
            self.assertEqual([m for m in peer.box if m["type"] == "endSession"], [])
        loop = asyncio.get_running_loop()
        self.assertEqual(
            await loop.run_in_executor(None, self.server.process.wait, TIMEOUT), 0)

    async def test_time_is_bounded_and_health_says_so(self):
        server = self.start("--stop-timeout=2")
        raw = await Raw.join(server)
        server.process.send_signal(signal.SIGINT)
        await raw.expect_close(1001)
        status, text = server.get("/healthz")
        self.assertEqual((status, json.loads(text)["status"]), (503, "stopping"))
        await self.refused(503, server=server)
        begin = time.monotonic()
        loop = asyncio.get_running_loop()
        self.assertEqual(await loop.run_in_executor(None, server.process.wait, TIMEOUT), 0)
        self.assertLess(time.monotonic() - begin, 2 + TIMEOUT / 2)
        await raw.close()


if __name__ == "__main__":
    unittest.main(verbosity=2)
