#!/usr/bin/python3
# GStreamer ICE transport
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A peer that comes back proves who it was, and takes its place with its calls."""
import asyncio
import contextlib
import unittest

from rdv import TestCase, call, until


class Resume(TestCase):
    async def ready(self, room=""):
        """A call between two, heard of by a third."""
        producer, viewer, listener = [await self.join(room) for _ in range(3)]
        await listener.status("listener")
        await producer.status("producer", meta={"a": 1})
        await listener.expect("peerStatusChanged", lambda m: m["peerId"] == producer.id)
        session = await call(producer, viewer)
        await listener.synchronise()
        listener.box.clear()
        return producer, viewer, listener, session

    async def come_back(self, old, sessions, room=""):
        """A new connection takes the place of @old."""
        back = await self.join(room)
        await back.send("resume", peerId=old.id, secret=old.welcome["resumeSecret"])
        self.assertEqual(await back.expect("resumed"), {
            "type": "resumed", "peerId": old.id, "resumeSecret": old.welcome["resumeSecret"],
            "sessions": sessions})
        back.id, back.welcome = old.id, old.welcome
        return back

    async def check(self, producer, viewer, listener, session):
        """The call goes on, and nobody has heard of a break."""
        sdp = {"type": "offer", "sdp": "v=0 restart"}
        await producer.send("peer", sessionId=session, sdp=sdp)
        self.assertEqual((await viewer.expect("peer"))["sdp"], sdp)
        sdp = {"type": "answer", "sdp": "v=0 restarted"}
        await viewer.send("peer", sessionId=session, sdp=sdp)
        self.assertEqual((await producer.expect("peer"))["sdp"], sdp)
        self.assertEqual(await viewer.producers(), [{"id": producer.id, "meta": {"a": 1}}])
        self.assertEqual([m for m in viewer.box if m["type"] == "endSession"], [])
        await listener.synchronise()
        self.assertEqual([m for m in listener.box if m.get("peerId") == producer.id], [])

    async def test_while_the_server_holds_the_old_connection(self):
        """As behind a NAT that forgot: the server hears nothing of it."""
        producer, viewer, listener, session = await self.ready()
        back = await self.come_back(producer, [session])
        self.assertEqual(await producer.expect_close(1001), "taken over")
        await self.check(back, viewer, listener, session)
        # And once more.
        again = await self.come_back(back, [session])
        await self.check(again, viewer, listener, session)

    async def test_after_the_connection_broke(self):
        producer, viewer, listener, session = await self.ready()
        producer.socket.transport.abort()
        await self.wait_left(producer.id)
        back = await self.come_back(producer, [session])
        await self.check(back, viewer, listener, session)

    async def wait_left(self, peer):
        await until(lambda: [e for e in self.server.events("peer-left") if e["peer"] == peer])

    async def test_sessions_that_ended_meanwhile_are_not_named(self):
        producer, viewer, _, session = await self.ready()
        await viewer.send("endSession", sessionId=session)
        await viewer.synchronise()
        await self.come_back(producer, [])

    async def test_sessions_without_an_answer_end(self):
        producer, viewer = await self.join(), await self.join()
        await producer.status("producer")
        session = await viewer.start(producer.id)
        await self.come_back(producer, [])
        self.assertEqual((await viewer.expect("endSession"))["sessionId"], session)

    async def test_the_other_end_comes_back_too(self):
        producer, viewer, listener, session = await self.ready()
        viewer = await self.come_back(viewer, [session])
        await self.check(producer, viewer, listener, session)

    async def test_who_has_no_secret_is_refused(self):
        producer, viewer, listener, session = await self.ready()
        for peer, secret in ((producer.id, viewer.welcome["resumeSecret"]),
                             (producer.id, "0" * 32), ("nobody", "0" * 32)):
            stranger = await self.join()
            await stranger.send("resume", peerId=peer, secret=secret)
            self.assertIn("no place", (await stranger.expect("error"))["details"])
        for message in {"peerId": producer.id}, {"secret": "x"}, {"peerId": 1, "secret": []}:
            stranger = await self.join()
            await stranger.send("resume", **message)
            await stranger.expect("error")
        # Nor from another room, nor oneself, nor once one is somebody.
        stranger = await self.join("other")
        await stranger.send("resume", peerId=producer.id, secret=producer.welcome["resumeSecret"])
        await stranger.expect("error")
        await viewer.send("resume", peerId=viewer.id, secret=viewer.welcome["resumeSecret"])
        await viewer.expect("error")
        stranger = await self.join()
        await stranger.status("listener")
        await stranger.send("resume", peerId=producer.id, secret=producer.welcome["resumeSecret"])
        self.assertIn("before", (await stranger.expect("error"))["details"])
        await self.check(producer, viewer, listener, session)
        self.assertNotIn(producer.welcome["resumeSecret"], self.server.log())

    async def test_a_new_producer_replaces_one_that_broke(self):
        """Killed and started again, it has no secret, and does not wait."""
        producer, viewer, listener, session = await self.ready()
        producer.socket.transport.abort()
        await self.wait_left(producer.id)
        self.assertEqual(await viewer.producers(), [])
        other = await self.join()
        await other.status("producer")
        self.assertEqual((await viewer.expect("endSession"))["sessionId"], session)
        self.assertEqual([p["id"] for p in await viewer.producers()], [other.id])
        await call(other, viewer)
        late = await self.join()
        await late.send("resume", peerId=producer.id, secret=producer.welcome["resumeSecret"])
        await late.expect("error")

    async def test_a_producer_that_stays_away_is_gone(self):
        server = self.start("--resume-timeout=1")
        producer, viewer = await self.join("", server), await self.join("", server)
        await producer.status("producer")
        session = await call(producer, viewer)
        producer.socket.transport.abort()
        self.assertEqual((await viewer.expect("endSession"))["sessionId"], session)
        self.assertEqual(server.metric("peers"), 1)

    async def test_a_viewer_whose_connection_broke(self):
        producer, viewer, listener, session = await self.ready()
        viewer.socket.transport.abort()
        await self.wait_left(viewer.id)
        viewer = await self.come_back(viewer, [session])
        await self.check(producer, viewer, listener, session)
        # It is gone when it stays away, and at once when it says so.
        other = await self.join()
        second = await call(producer, other)
        other.socket.transport.abort()
        await viewer.close()
        self.assertEqual((await producer.expect("endSession"))["sessionId"], session)
        self.assertEqual((await producer.expect("endSession"))["sessionId"], second)

    async def test_without_a_call_a_peer_is_gone_at_once(self):
        server = self.start("--resume-timeout=3600")
        producer, viewer = await self.join("", server), await self.join("", server)
        await producer.status("producer")
        session = await viewer.start(producer.id)
        viewer.socket.transport.abort()
        self.assertEqual((await producer.expect("endSession"))["sessionId"], session)

    async def test_stopping_waits_for_nobody(self):
        server = self.start("--resume-timeout=3600", "--stop-timeout=3600")
        producer, viewer = await self.join("", server), await self.join("", server)
        await producer.status("producer")
        await call(producer, viewer)
        producer.socket.transport.abort()
        await viewer.wait_producers([])
        with contextlib.suppress(Exception):
            await viewer.close()
        await asyncio.to_thread(server.stop)


if __name__ == "__main__":
    unittest.main(verbosity=2)
