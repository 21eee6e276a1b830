#!/usr/bin/python3
# GStreamer ICE transport
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Instances that share rooms through Redis."""
import asyncio
import json
import shutil
import signal
import sys
import unittest

from rdv import TIMEOUT, Proxy, Redis, TestCase, call, free_port, until


class Instances(TestCase):
    options = None

    def setUp(self):
        super().setUp()
        self.redis = Redis()
        self.addCleanup(self.redis.close)
        self.one, self.two = self.instance(), self.instance()

    def instance(self, *options):
        return self.start(f"--redis={self.redis.uri}", "--stop-timeout=1", *options)

    async def asyncSetUp(self):
        await self.up(self.one, self.two)

    async def up(self, *servers):
        await until(lambda: all(s.metric("redis_up") == 1 for s in servers), "Redis is up")

    async def test_peers_of_two_instances_meet(self):
        producer, viewer = await self.join("r", self.one), await self.join("r", self.two)
        stranger = await self.join("other", self.two)
        await viewer.status("listener")
        await producer.status("producer", meta={"name": "é"})
        told = await viewer.expect("peerStatusChanged", lambda m: m["peerId"] == producer.id)
        self.assertEqual((told["roles"], told["meta"]), (["producer"], {"name": "é"}))
        self.assertEqual(await viewer.producers(), [{"id": producer.id, "meta": {"name": "é"}}])
        self.assertEqual(await stranger.producers(), [])

        session = await call(producer, viewer)
        ice = {"candidate": "candidate:1", "sdpMLineIndex": 1, "usernameFragment": "u"}
        for a, b in (producer, viewer), (viewer, producer):
            await a.send("peer", sessionId=session, ice=ice)
            self.assertEqual(await b.expect("peer"),
                             {"type": "peer", "sessionId": session, "ice": ice})
        await viewer.send("endSession", sessionId=session)
        self.assertEqual((await producer.expect("endSession"))["sessionId"], session)

        session = await call(producer, viewer)
        await producer.close()
        self.assertEqual((await viewer.expect("endSession"))["sessionId"], session)
        told = await viewer.expect("peerStatusChanged", lambda m: m["roles"] == [])
        self.assertEqual(told["peerId"], producer.id)

    async def test_first_list_has_who_was_there_before(self):
        producer = await self.join("r", self.one)
        await producer.status("producer")
        await self.two_sees(producer)

    async def two_sees(self, producer):
        viewer = await self.join("r", self.two)
        self.assertEqual([p["id"] for p in await viewer.producers()], [producer.id])
        await viewer.close()

    async def test_offer_and_producer_calling(self):
        producer, consumer = await self.join("r", self.one), await self.join("r", self.two)
        await consumer.status("consumer")
        await producer.status("producer")
        await consumer.wait_producers([producer.id])
        session = await consumer.start(producer.id, offer="v=0 x")
        self.assertEqual((await producer.expect("startSession"))["offer"], "v=0 x")
        await consumer.send("endSession", sessionId=session)
        await producer.expect("endSession")
        await producer.send("startSession", peerId=consumer.id)
        session = (await producer.expect("startSession"))["sessionId"]
        self.assertEqual((await consumer.expect("sessionStarted"))["sessionId"], session)

    async def test_one_producer_over_all_instances(self):
        first, second = await self.join("r", self.one), await self.join("r", self.two)
        await first.status("producer")
        await second.wait_producers([first.id])
        await second.send("setPeerStatus", roles=["producer"])
        await second.expect("error")

    async def test_two_producers_at_once(self):
        first, second = await self.join("r", self.one), await self.join("r", self.two)
        await asyncio.gather(first.send("setPeerStatus", roles=["producer"]),
                             second.send("setPeerStatus", roles=["producer"]))
        await self.one_gives_way(first, second)

    async def one_gives_way(self, *producers):
        """One of two producers is refused; all instances agree on the other."""
        tasks = [asyncio.ensure_future(p.expect("error", timeout=3 * TIMEOUT)) for p in producers]
        done, waiting = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
        for task in done:
            self.assertIn("producer already", task.result()["details"])
        self.assertEqual(len(done), 1)
        winner = producers[1] if tasks[0] in done else producers[0]
        for server in self.one, self.two:
            watcher = await self.join("r", server)
            await watcher.wait_producers([winner.id])

    async def test_peer_that_left_on_the_way(self):
        producer, viewer = await self.join("r", self.one), await self.join("r", self.two)
        await producer.status("producer")
        await viewer.wait_producers([producer.id])
        await asyncio.gather(producer.close(), viewer.send("startSession", peerId=producer.id))
        message = await viewer.receive()
        if message["type"] == "sessionStarted":
            await viewer.expect("endSession")
        else:
            self.assertEqual(message["type"], "error")

    async def test_instance_that_dies(self):
        producer, viewer = await self.join("r", self.one), await self.join("r", self.two)
        await viewer.status("listener")
        await producer.status("producer")
        await viewer.wait_producers([producer.id])
        session = await call(producer, viewer)
        self.one.kill()
        told = await viewer.expect("peerStatusChanged", lambda m: m["roles"] == [])
        self.assertEqual(told["peerId"], producer.id)
        self.assertEqual(await viewer.producers(), [])
        # The call is theirs: nobody ends it.
        await viewer.nothing_but("peerStatusChanged")
        # It comes back through the other one, and through a new one.
        for server in self.two, self.instance():
            await self.up(server)
            again = await self.join("r", server)
            await again.status("producer")
            await viewer.wait_producers([again.id])
            await call(again, viewer)
            await again.close()
            await viewer.wait_producers([])

    async def test_stopping_instance_ends_no_call(self):
        producer, viewer = await self.join("r", self.one), await self.join("r", self.two)
        await viewer.status("listener")
        await producer.status("producer")
        await viewer.wait_producers([producer.id])
        await call(producer, viewer)
        self.one.process.send_signal(signal.SIGTERM)
        await producer.expect_close(1001)
        await viewer.expect("peerStatusChanged", lambda m: m["roles"] == [])
        await viewer.nothing_but("peerStatusChanged")

    async def test_frozen_instance_comes_back(self):
        producer, viewer = await self.join("r", self.one), await self.join("r", self.two)
        await producer.status("producer")
        await viewer.wait_producers([producer.id])
        self.one.process.send_signal(signal.SIGSTOP)
        try:
            await viewer.wait_producers([])
        finally:
            self.one.process.send_signal(signal.SIGCONT)
        await viewer.wait_producers([producer.id])

    async def test_frozen_producer_gives_way(self):
        producer, viewer = await self.join("r", self.one), await self.join("r", self.two)
        three = self.instance()
        await self.up(three)
        watcher = await self.join("r", three)
        await producer.status("producer")
        await viewer.wait_producers([producer.id])
        self.one.process.send_signal(signal.SIGSTOP)
        try:
            await viewer.wait_producers([])
            await viewer.status("producer")
            # Its place in the order is before that of one who was away.
            await watcher.wait_producers([viewer.id])
        finally:
            self.one.process.send_signal(signal.SIGCONT)
        await producer.expect("error", timeout=3 * TIMEOUT)
        await producer.wait_producers([viewer.id])
        await viewer.wait_producers([viewer.id])

    async def through_proxy(self):
        proxy = Proxy(self.redis.port)
        await proxy.open()
        self.addAsyncCleanup(proxy.cut)
        server = self.start(f"--redis=redis://127.0.0.1:{proxy.port}/1", "--stop-timeout=1")
        await self.up(server)
        return proxy, server

    async def test_peer_leaves_while_its_instance_is_cut_off(self):
        proxy, three = await self.through_proxy()
        viewer = await self.join("r", self.two)
        stays, leaves = await self.join("r", three), await self.join("other", three)
        other = await self.join("other", self.two)
        await stays.status("producer")
        await leaves.status("producer")
        await viewer.wait_producers([stays.id])
        await other.wait_producers([leaves.id])
        await proxy.cut()
        await until(lambda: three.metric("redis_up") == 0)
        await leaves.close()
        await until(lambda: three.metric("rooms") == 1)
        await proxy.open()
        await other.wait_producers([])
        # A room that is loaded from now on has it neither.
        late = await self.join("other", self.one)
        self.assertEqual(await late.producers(), [])
        await viewer.wait_producers([stays.id])

    async def test_instance_is_cut_off_for_long(self):
        proxy, three = await self.through_proxy()
        producer, viewer = await self.join("r", three), await self.join("r", self.two)
        await producer.status("producer")
        await viewer.wait_producers([producer.id])
        await proxy.cut()
        await viewer.wait_producers([])
        await viewer.status("producer")
        await proxy.open()
        # Who was seen by all before it is the one that stays.
        await producer.expect("error", timeout=3 * TIMEOUT)
        await producer.wait_producers([viewer.id])
        await viewer.wait_producers([viewer.id])

    async def test_nonsense_from_redis(self):
        """As from another program with the same prefix: nobody ends, nobody else's call does."""
        producer, viewer = await self.join("r", self.one), await self.join("r", self.two)
        await producer.status("producer")
        await viewer.wait_producers([producer.id])
        session = await call(producer, viewer)
        keys = [k for k in self.redis.command("KEYS", "gst-ice:instance:*").split("\r\n")
                if k.startswith("gst-ice:")]
        self.assertEqual(len(keys), 2)
        one, two = [k.rsplit(":", 1)[1] for k in keys]
        texts = [b"", b" ", b"x", b"\xff\xfe", b"a" * 100000, b"* ", b"* 1 r", b"* x\ny", b"\n\n",
                 b"* 18446744073709551616 r\np i s"]
        for other in one, two, "nobody":
            for text in ("+", "+1 p", "+1 p {", "+1 p []", '+x p {"roles":3}', "- ", "- p", "p p p p",
                         "peer", "peer s", f"peer {session} {viewer.id} x none\n{{}}",
                         f"end {session} {viewer.id} x other\n", f"none s {viewer.id} x r\n",
                         "producer s p q r\n{}", "end a b c d e f\n", "\n", "peer\n\n\n"):
                texts.append(f"{other} {text}".encode())
        for key in [*keys, "gst-ice:room:r", "gst-ice:room:", "gst-ice:room:none", "gst-ice:instances"]:
            for text in texts:
                self.redis.command("PUBLISH", key, text)
        for value in "", "x", f"{one} 1 {{", f"{one} 1 []", "a b c":
            self.redis.command("HSET", "gst-ice:room:late", f"p{value}", value)
        newcomer = await self.join("late", self.one)
        self.assertEqual(await newcomer.producers(), [])
        await viewer.wait_producers([producer.id])
        ice = {"candidate": "after", "sdpMLineIndex": 0}
        await producer.send("peer", sessionId=session, ice=ice)
        await viewer.expect("peer", lambda m: m.get("ice") == ice)
        await call(producer, viewer)

    async def test_redis_restarts(self):
        producer, viewer = await self.join("r", self.one), await self.join("r", self.two)
        here = await self.join("r", self.two)
        await producer.status("producer")
        await viewer.wait_producers([producer.id])
        session = await call(producer, viewer)
        self.redis.stop()
        await until(lambda: self.one.metric("redis_up") + self.two.metric("redis_up") == 0)
        # Rooms go on within an instance.
        await here.status("consumer")
        await viewer.send("startSession", peerId=here.id)
        await viewer.expect("startSession")
        newcomer = await self.join("new", self.one)
        await newcomer.status("producer")
        self.assertTrue(self.redis.start())
        await self.up(self.one, self.two)
        await viewer.wait_producers([producer.id])
        ice = {"candidate": "after", "sdpMLineIndex": 0}
        await producer.send("peer", sessionId=session, ice=ice)
        self.assertEqual((await viewer.expect("peer"))["ice"], ice)
        other = await self.join("new", self.two)
        await other.wait_producers([newcomer.id])
        for server in self.one, self.two:
            downs = [e for e in server.events("redis-down") if e["level"] == "error"]
            self.assertEqual(len(downs), 1, downs)

    async def test_redis_away_for_long(self):
        producer, viewer = await self.join("r", self.one), await self.join("r", self.two)
        await viewer.status("listener")
        await producer.status("producer")
        await viewer.wait_producers([producer.id])
        self.redis.stop()
        await viewer.expect("peerStatusChanged", lambda m: m["roles"] == [])
        # Both rooms have a producer now; when they are one again, one gives way.
        await viewer.status("producer")
        self.assertTrue(self.redis.start())
        await self.one_gives_way(producer, viewer)

    async def test_redis_that_hangs(self):
        producer = await self.join("r", self.one)
        self.redis.process.send_signal(signal.SIGSTOP)
        try:
            # Its first messages wait for the others' peers, but not for ever.
            peer = await self.join("new", self.one)
            await until(lambda: self.one.metric("redis_up") == 0)
            await peer.synchronise()
            await producer.synchronise()
        finally:
            self.redis.process.send_signal(signal.SIGCONT)
        await self.up(self.one, self.two)


class NoRedis(TestCase):
    options = None

    async def test_down_at_start(self):
        server = self.start(f"--redis=redis://u:hidden-password@127.0.0.1:{free_port()}")
        producer, viewer = await self.join("r", server), await self.join("r", server)
        await producer.status("producer")
        await call(producer, viewer)
        await until(lambda: server.events("redis-down"))
        self.assertEqual(json.loads(server.get("/healthz")[1])["redis"], "down")
        self.assertNotIn("hidden", server.log())

    async def test_comes_later(self):
        redis = Redis()
        self.addCleanup(redis.close)
        redis.stop()
        one, two = [self.start(f"--redis=redis://localhost:{redis.port}/1") for _ in range(2)]
        producer, viewer = await self.join("r", one), await self.join("r", two)
        await producer.status("producer")
        await until(lambda: one.events("redis-down") and two.events("redis-down"))
        self.assertTrue(redis.start())
        await viewer.wait_producers([producer.id])
        await call(producer, viewer)


if __name__ == "__main__":
    if not shutil.which("redis-server"):
        print("redis-server is not installed")
        sys.exit(77)
    unittest.main(verbosity=2)
