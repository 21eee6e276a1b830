#!/usr/bin/python3
# GStreamer ICE transport
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Bad input: whatever one peer does, the server and the others go on."""
import asyncio
import base64
import json
import os
import socket
import struct
import unittest

import websockets

from rdv import TIMEOUT, Client, TestCase, call, until


class Raw:
    """A WebSocket on a plain socket, for what a library would not send."""

    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer

    @classmethod
    async def join(cls, server, room="", extra=b"", receive_buffer=None):
        s = socket.socket()
        if receive_buffer:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        s.setblocking(False)
        await asyncio.get_running_loop().sock_connect(s, ("127.0.0.1", server.port))
        reader, writer = await asyncio.open_connection(sock=s, limit=4096)
        key = base64.b64encode(os.urandom(16)).decode()
        writer.write((f"GET /{room} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
                      f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
                      "Sec-WebSocket-Version: 13\r\n\r\n").encode() + extra)
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), TIMEOUT)
        assert b" 101 " in head.split(b"\r\n")[0], head
        return cls(reader, writer)

    def send(self, opcode, payload=b"", final=True, masked=True, length=None):
        self.writer.write(frame(opcode, payload, final, masked, length))

    async def receive(self):
        """Returns opcode and payload."""
        first, second = await asyncio.wait_for(self.reader.readexactly(2), TIMEOUT)
        length = second & 0x7f
        if length == 126:
            length, = struct.unpack(">H", await self.reader.readexactly(2))
        elif length == 127:
            length, = struct.unpack(">Q", await self.reader.readexactly(8))
        return first & 0xf, await asyncio.wait_for(self.reader.readexactly(length), TIMEOUT)

    async def expect_close(self, code):
        while True:
            opcode, payload = await self.receive()
            if opcode == 8:
                assert payload[:2] == struct.pack(">H", code), (payload, code)
                return payload[2:].decode()

    async def close(self):
        self.writer.close()
        try:
            await self.writer.wait_closed()
        except OSError:
            pass


def frame(opcode, payload=b"", final=True, masked=True, length=None):
    length = len(payload) if length is None else length
    head = bytes([(0x80 if final else 0) | opcode])
    bit = 0x80 if masked else 0
    if length < 126:
        head += bytes([bit | length])
    elif length < 65536:
        head += bytes([bit | 126]) + struct.pack(">H", length)
    else:
        head += bytes([bit | 127]) + struct.pack(">Q", length)
    if not masked:
        return head + payload
    mask = b"\x11\x22\x33\x44"
    return head + mask + bytes(b ^ mask[i & 3] for i, b in enumerate(payload))


class BadMessages(TestCase):
    async def test_malformed_is_told_and_the_connection_goes_on(self):
        peer = await self.join()
        for text in ("", "{", "nonsense", "[]", "3", "null", "{\"type\":3}", "{}", "{'type':'list'}",
                     "{\"type\":\"list\"} x", "/* c */ {\"type\":\"list\"}", "{\"type\":\"list\"\0}"):
            await peer.socket.send(text)
            error = await peer.expect("error")
            self.assertTrue(error["details"].startswith("Malformed"), (text, error))
        await peer.synchronise()

    async def test_unknown_type_is_told(self):
        peer = await self.join()
        await peer.send("dance")
        self.assertIn("Unknown", (await peer.expect("error"))["details"])
        await peer.synchronise()

    async def test_fields_of_the_wrong_kind(self):
        for message in (
                {"type": "setPeerStatus"}, {"type": "setPeerStatus", "roles": "producer"},
                {"type": "setPeerStatus", "roles": ["king"]}, {"type": "setPeerStatus", "roles": [1]},
                {"type": "setPeerStatus", "roles": [], "meta": "x" * 5000},
                {"type": "setProtocolVersion", "version": "v9"},
                {"type": "startSession"}, {"type": "startSession", "peerId": {}},
                {"type": "startSession", "peerId": "x" * 1000},
                {"type": "startSession", "peerId": "x", "offer": {}},
                {"type": "peer"}, {"type": "peer", "sessionId": "x"},
                {"type": "peer", "sessionId": "x", "sdp": "v=0"},
                {"type": "peer", "sessionId": "x", "sdp": {"type": "pranswer", "sdp": ""}},
                {"type": "peer", "sessionId": "x", "ice": {"candidate": "c"}},
                {"type": "peer", "sessionId": "x", "ice": {"candidate": "c", "sdpMLineIndex": -1}},
                {"type": "peer", "sessionId": "x", "ice": {"candidate": 1, "sdpMLineIndex": 1}}):
            peer = await Client.join(self.server)
            await peer.socket.send(json.dumps(message))
            await peer.expect("error")
            await peer.synchronise()
            await peer.close()

    async def test_depth_is_bounded(self):
        peer = await self.join()
        for text in ("[" * 60000, '{"a":' * 12000, '{"type":"x","a":"\\"",' + '"b":' + '[{"c":' * 9000):
            await peer.socket.send(text)
            self.assertIn("deep", (await peer.expect("error"))["details"])
        await peer.synchronise()

    async def test_too_many_errors_close(self):
        peer = await self.join()
        for _ in range(40):
            await peer.socket.send("nonsense")
        self.assertEqual(await peer.expect_close(1008), "too many errors")

    async def test_lone_surrogate_does_not_reach_the_other_as_bad_text(self):
        producer, viewer = await self.join(), await self.join()
        await producer.status("producer")
        session = await call(producer, viewer)
        await viewer.socket.send('{"type":"peer","sessionId":"%s","ice":{"candidate":"\\ud800",'
                                 '"sdpMLineIndex":0}}' % session)
        await viewer.synchronise()
        await producer.synchronise()

    async def test_one_megabyte(self):
        bystander, peer = await self.join(), await self.join()
        await peer.socket.send("x" * (1 << 20))
        self.assertEqual(await peer.expect_close(1009), "message too big")
        await bystander.synchronise()
        await until(lambda: self.server.metric("peers") == 1)

    async def test_one_megabyte_in_fragments(self):
        raw = await Raw.join(self.server)
        raw.send(1, b"x" * 1000, final=False)
        for _ in range(1000):
            raw.send(0, b"x" * 1000, final=False)
        await raw.expect_close(1009)
        await raw.close()

    async def test_frame_that_claims_more_than_there_is(self):
        for length in (70000, 1 << 40, (1 << 64) - 1):
            raw = await Raw.join(self.server)
            raw.send(1, b"", length=length)
            await raw.expect_close(1009)
            await raw.close()

    async def test_fragments_make_one_message(self):
        raw = await Raw.join(self.server, extra=frame(1, b'{"type":', final=False))
        raw.send(9, b"ping in between")
        raw.send(0, b'"li', final=False)
        raw.send(0, b'st"}')
        self.assertEqual(json.loads((await raw.receive())[1])["type"], "welcome")
        self.assertEqual(await raw.receive(), (10, b"ping in between"))
        self.assertEqual(json.loads((await raw.receive())[1])["type"], "list")
        raw.send(8, struct.pack(">H", 1000))
        await raw.expect_close(1000)
        await raw.close()

    async def test_bad_frames(self):
        for code, send in (
                (1002, lambda r: r.send(1, b"{}", masked=False)),
                (1002, lambda r: r.send(0, b"{}")),
                (1002, lambda r: r.send(3, b"{}")),
                (1002, lambda r: r.send(9, b"x" * 126)),
                (1002, lambda r: r.send(9, b"x", final=False)),
                (1002, lambda r: (r.send(1, b"x", final=False), r.send(1, b"x"))),
                (1002, lambda r: r.writer.write(b"\xff\xff\xff\xff\xff\xff")),
                (1003, lambda r: r.send(2, b"binary")),
                (1007, lambda r: r.send(1, b"\xff\xfe"))):
            raw = await Raw.join(self.server)
            send(raw)
            await raw.expect_close(code)
            await raw.close()
        await (await self.join()).synchronise()

    async def test_hanging_up_ends_the_session(self):
        producer, raw = await self.join(), await Raw.join(self.server)
        await producer.status("producer")
        raw.send(1, json.dumps({"type": "startSession", "peerId": producer.id}).encode())
        await producer.expect("startSession")
        raw.writer.transport.abort()
        await producer.expect("endSession")


class Resources(TestCase):
    async def test_connections_leave_no_descriptor(self):
        folder = f"/proc/{self.server.process.pid}/fd"
        await (await Client.join(self.server)).close()
        before = len(os.listdir(folder))
        for _ in range(20):
            await (await Client.join(self.server)).close()
            await (await Raw.join(self.server)).close()
            await self.refused(404, "x" * 200)
        await until(lambda: len(os.listdir(folder)) <= before)


class Rates(TestCase):
    options = "--rate=50", "--burst=100"

    async def test_ten_thousand_messages_close(self):
        bystander, peer = await self.join(), await self.join()
        try:
            for _ in range(10000):
                await peer.socket.send('{"type":"list"}')
        except websockets.ConnectionClosed:
            pass
        self.assertEqual(await peer.expect_close(1008), "too many messages")
        # The burst, what came by the rate, and the error: not ten thousand.
        self.assertLess(len(peer.box), 2000)
        self.assertIn("error", {m["type"] for m in peer.box})
        await bystander.synchronise()

    async def test_a_little_too_fast_is_told(self):
        peer = await self.join()
        for _ in range(130):
            await peer.socket.send('{"type":"list"}')
        self.assertIn("Too many", (await peer.expect("error"))["details"])


class SlowReader(TestCase):
    options = "--max-queue=70000", "--rate=100000", "--burst=100000"

    async def test_slow_reader_is_closed_with_a_reason(self):
        producer = await self.join()
        await producer.status("producer")
        raw = await Raw.join(self.server, receive_buffer=4096)
        raw.reader._transport.pause_reading()
        raw.send(1, json.dumps({"type": "startSession", "peerId": producer.id}).encode())
        session = (await producer.expect("startSession"))["sessionId"]
        sdp = {"type": "offer", "sdp": "x" * 60000}
        ended = None
        for _ in range(300):
            await producer.send("peer", sessionId=session, sdp=sdp)
            await producer.synchronise()
            ended = [m for m in producer.box if m["type"] == "endSession"]
            if ended:
                break
        self.assertTrue(ended)
        self.assertTrue(self.server.events("peer-left")[0]["reason"] == "reads too slowly")
        # Once it reads on, it learns why.
        raw.reader._transport.resume_reading()
        self.assertEqual(await raw.expect_close(1008), "reads too slowly")
        await raw.close()

    async def test_pings_of_a_slow_reader_do_not_pile_up(self):
        raw = await Raw.join(self.server, receive_buffer=4096)
        raw.reader._transport.pause_reading()
        for _ in range(400):
            raw.writer.write(frame(9, b"x" * 125) * 100)
            await asyncio.wait_for(raw.writer.drain(), TIMEOUT)
        await (await self.join()).synchronise()
        raw.writer.transport.abort()


class Timeouts(TestCase):
    options = "--answer-timeout=1", "--idle-timeout=3"

    async def test_peer_that_never_answers(self):
        producer, viewer = await self.join(), await self.join()
        await producer.status("producer")
        session = await viewer.start(producer.id)
        self.assertIn("answer", (await viewer.expect("error"))["details"])
        self.assertEqual((await viewer.expect("endSession"))["sessionId"], session)
        self.assertEqual((await producer.expect("endSession"))["sessionId"], session)
        await producer.expect("startSession")
        # An answered one stays.
        await call(producer, viewer)
        await viewer.start(producer.id)
        await viewer.expect("endSession")
        self.assertEqual(self.server.metric("sessions"), 1)

    async def test_dead_peer_is_closed_and_a_quiet_one_not(self):
        quiet = await self.join()
        raw = await Raw.join(self.server)
        pings = 0
        while True:
            opcode, payload = await raw.receive()
            if opcode == 9:
                pings += 1
            if opcode == 8:
                break
        self.assertGreaterEqual(pings, 1)
        self.assertEqual(payload[2:], b"no sign of life")
        await quiet.synchronise()
        await raw.close()


class Capacity(TestCase):
    options = "--max-rooms=2", "--max-peers-per-room=2", "--max-peers=3"

    async def test_full(self):
        a, b = await self.join("a"), await self.join("a")
        await self.refused(503, "a")
        c = await self.join("b")
        await self.refused(503, "c")
        await self.refused(503, "b")
        await b.close()
        await until(lambda: self.server.metric("peers") == 2)
        await self.refused(503, "c")
        await self.join("a")


if __name__ == "__main__":
    unittest.main(verbosity=2)
