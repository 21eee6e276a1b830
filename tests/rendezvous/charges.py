#!/usr/bin/python3
# GStreamer ICE transport
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is charged to whom: bytes sent for one peer, replies, sessions, meta, handshakes, origins."""
import asyncio
import contextlib
import os
import socket
import ssl
import time
import unittest

from limits import Raw
from rdv import TIMEOUT, Client, TestCase, call, make_certificate, until


class FanOut(TestCase):
    # Five listeners get 5 * (128 + 1002) bytes for one status: 36 of them use up the burst.
    options = ("--fanout-burst=200000", "--fanout-rate=1000", "--rate=100000", "--burst=100000")

    async def listen(self, room="", n=5):
        listeners = [await self.join(room) for _ in range(n)]
        for listener in listeners:
            await listener.status("listener")
        for listener in listeners:
            await listener.synchronise()
            listener.box.clear()
        return listeners

    async def test_one_peer_pays_for_what_all_listeners_get(self):
        listeners, noisy, quiet = await self.listen(), await self.join(), await self.join()
        begin = time.monotonic()
        for i in range(56):
            await noisy.send("setPeerStatus", roles=["consumer"], meta=str(i % 10) * 1000)
        await noisy.expect("error")
        # A short list is free.
        await noisy.synchronise()
        paid_since = int(1000 * (time.monotonic() - begin)) // 5650
        for listener in listeners:
            await listener.synchronise()
            told = [m for m in listener.box if m.get("peerId") == noisy.id]
            self.assertGreaterEqual(len(told), 36)
            self.assertLessEqual(len(told), 37 + paid_since)
        # Others are not charged, and what was refused has not changed what is seen.
        await quiet.status("consumer")
        await listeners[0].expect("peerStatusChanged", lambda m: m["peerId"] == quiet.id)
        await quiet.send("listConsumers")
        seen = (await quiet.expect("listConsumers"))["consumers"]
        self.assertIn({"id": noisy.id, "meta": told[-1]["meta"]}, seen)
        self.assertGreaterEqual(self.server.rejected("fanout"), 18)

    async def test_who_goes_on_is_closed(self):
        await self.listen()
        noisy = await self.join()
        with contextlib.suppress(Exception):
            for i in range(200):
                await noisy.send("setPeerStatus", roles=["producer"], meta=str(i % 10) * 1000)
        self.assertEqual(await noisy.expect_close(1008), "too many errors")

    async def test_peers_that_come_and_go_are_charged_to_their_room(self):
        server = self.start("--fanout-burst=20000", "--fanout-rate=1")
        listeners = [await self.join("r", server) for _ in range(5)]
        for listener in listeners:
            await listener.status("listener")
        # The room has eight times what a peer has: 28 changes of 5650 bytes.
        n_refused = 0
        for _ in range(40):
            peer = await Client.join(server, "r")
            await peer.status("consumer", meta="x" * 1000)
            n_refused += any(m["type"] == "error" for m in peer.box)
            await peer.close()
        self.assertGreaterEqual(n_refused, 11)
        self.assertLessEqual(n_refused, 13)
        # Another room goes on.
        other = await self.join("other", server)
        await other.status("producer")
        self.assertFalse([m for m in other.box if m["type"] == "error"])

    async def test_lists_are_charged_to_who_asks(self):
        server = self.start("--fanout-burst=20000", "--fanout-rate=1")
        producer, asker = await self.join("r", server), await self.join("r", server)
        await producer.status("producer", meta="x" * 4000)
        # 64 + 64 + 4002 bytes each: five are allowed.
        for _ in range(6):
            await asker.send("list")
        self.assertIn("Too many lists", (await asker.expect("error"))["details"])
        self.assertEqual(len([m for m in asker.box if m["type"] == "list"]), 5)
        # Refused, not closed; and who did not ask is not charged.
        await asker.send("getIceServers")
        await asker.expect("iceServers")
        await producer.synchronise()


class Replies(TestCase):
    """A list may be larger than the queue: it never closes who asked."""
    options = ("--max-queue=65536", "--producers-per-room=100", "--fanout-burst=100000000")

    async def fill(self):
        producers = [await self.join() for _ in range(40)]
        for producer in producers:
            await producer.send("setPeerStatus", roles=["producer"], meta="x" * 4000)
            await producer.send("getIceServers")
            await producer.expect("iceServers")

    async def test_list_larger_than_the_queue(self):
        await self.fill()
        asker = await self.join()
        self.assertEqual(len(await asker.producers()), 40)
        await asker.status("listener")
        self.assertEqual(len(await asker.producers()), 40)

    async def test_slow_reader_gets_every_list_it_asks_for(self):
        await self.fill()
        raw = await Raw.join(self.server, receive_buffer=4096)
        await raw.receive()
        raw.reader._transport.pause_reading()
        for _ in range(60):
            raw.send(1, b'{"type":"list"}')
        # Questions wait at the server, so that what it holds for the reader is bounded.
        await (await self.join()).send("getIceServers")
        await asyncio.wait_for(raw.writer.drain(), TIMEOUT)
        raw.reader._transport.resume_reading()
        for _ in range(60):
            opcode, payload = await raw.receive()
            self.assertEqual((opcode, len(payload) > 160000), (1, True))
        # A sanitizer keeps what was freed.
        if "GST_ICE_SANITIZER" not in os.environ:
            self.assertLess(self.server.memory(), 60 << 20)
        await raw.close()


class Sessions(TestCase):
    options = ("--max-sessions=3",)

    async def test_sessions_are_charged_to_who_starts_them(self):
        producer, greedy, modest = await self.join(), await self.join(), await self.join()
        await producer.status("producer")
        sessions = [await call(producer, greedy) for _ in range(3)]
        await greedy.send("startSession", peerId=producer.id)
        self.assertIn("too many sessions", (await greedy.expect("error"))["details"])
        await call(producer, modest)
        await greedy.send("endSession", sessionId=sessions[0])
        await producer.expect("endSession")
        await call(producer, greedy)
        # The other end gives one back as well.
        await producer.send("endSession", sessionId=sessions[1])
        await greedy.expect("endSession")
        await call(producer, greedy)
        self.assertEqual(self.server.rejected("sessions"), 1)


class Meta(TestCase):
    options = ("--max-room-meta=10000",)

    async def test_meta_of_a_room_is_bounded(self):
        a, b, c = [await self.join() for _ in range(3)]
        await a.status("producer", meta="x" * 4000)
        await b.status("consumer", meta="x" * 4000)
        await c.send("setPeerStatus", roles=["consumer"], meta="x" * 4000)
        self.assertIn("meta", (await c.expect("error"))["details"])
        await c.status("consumer", meta="x" * 1000)
        # Less is always possible, and what is given up is free again.
        await b.status("consumer", meta="y")
        await c.status("consumer", meta="x" * 4000)
        await b.close()
        self.assertEqual([m for m in c.box + a.box if m["type"] == "error"], [])
        self.assertEqual(self.server.rejected("meta"), 1)
        # Another room has its own.
        other = await self.join("other")
        await other.status("producer", meta="x" * 4000)
        self.assertEqual([m for m in other.box if m["type"] == "error"], [])


class Handshakes(TestCase):
    options = ("--handshake-timeout=1",)
    begun = (b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\n",
             b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n123")

    @staticmethod
    async def ended(reader):
        """Reads up to the end; bounded."""
        with contextlib.suppress(ConnectionError):
            await asyncio.wait_for(reader.read(-1), TIMEOUT)

    async def test_unfinished_handshakes_end(self):
        peer = await self.join()
        streams = [await asyncio.open_connection("127.0.0.1", self.server.port) for _ in self.begun]
        for (_, writer), text in zip(streams, self.begun):
            writer.write(text)
        for reader, writer in streams:
            await self.ended(reader)
            writer.close()
        self.assertGreaterEqual(self.server.rejected("handshake"), 3)
        # A peer has its own time limits.
        await peer.synchronise()

    async def test_tls_handshake_that_never_comes_ends(self):
        with make_certificate() as options:
            server = self.start("--handshake-timeout=1", *options)
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        await self.ended(reader)
        writer.close()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        # TLS done, HTTP never begun.
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port, ssl=context)
        await self.ended(reader)
        writer.close()
        await (await self.join("", server, ssl=context)).synchronise()

    async def test_stopping_does_not_wait_for_them(self):
        with make_certificate() as options:
            servers = [self.start("--handshake-timeout=3600", *more) for more in ((), options)]
        sockets = []
        for server in servers:
            for text in self.begun:
                s = socket.create_connection(("127.0.0.1", server.port))
                s.sendall(text)
                sockets.append(s)
        loop = asyncio.get_running_loop()
        for server in servers:
            await loop.run_in_executor(None, server.stop)
        for s in sockets:
            s.close()

    async def test_the_oldest_makes_room(self):
        server = self.start("--handshake-timeout=3600")
        streams = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(1025)]
        await self.ended(streams[0][0])
        await (await self.join("", server)).synchronise()
        for _, writer in streams:
            writer.close()
        await until(lambda: server.rejected("handshake") >= 2)


class Origins(TestCase):
    options = None
    page = {"Origin": "https://page.example"}

    async def test_without_tokens_no_page_may_connect(self):
        server = self.start()
        await self.refused(403, server=server, headers=self.page)
        await self.refused(403, server=server, headers={"Origin": f"http://127.0.0.1:{server.port}"})
        await self.refused(403, server=server, headers={"Origin": "null"})
        await self.join("", server)
        self.assertEqual(server.rejected("origin"), 3)

    async def test_with_a_token_any_page_may(self):
        server = self.start("--token=t")
        await self.join("", server, headers=self.page, query="?token=t")
        await self.refused(401, server=server, headers=self.page)

    async def test_origins_that_are_named(self):
        server = self.start("--allow-origin=https://page.example", "--allow-origin=http://b:8080")
        await self.join("", server, headers=self.page)
        await self.join("", server, headers={"Origin": "HTTP://b:8080"})
        await self.join("", server)
        for origin in "http://page.example", "https://page.example.org", "http://b", "null":
            await self.refused(403, server=server, headers={"Origin": origin})
        server = self.start("--allow-origin=*")
        await self.join("", server, headers=self.page)
        # With a token as well.
        server = self.start("--token=t", "--allow-origin=https://page.example")
        await self.join("", server, headers=self.page, query="?token=t")
        await self.refused(403, server=server, headers={"Origin": "https://b"}, query="?token=t")


if __name__ == "__main__":
    unittest.main(verbosity=2)
