#!/usr/bin/python3
# GStreamer ICE transport
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The messages, and who gets them."""
import json
import unittest

from rdv import TIMEOUT, TestCase, call, turn_password


class Protocol(TestCase):
    async def test_welcome_names_the_peer(self):
        a, b = await self.join(), await self.join()
        self.assertEqual(a.welcome, {"type": "welcome", "peerId": a.id,
                                     "resumeSecret": a.welcome["resumeSecret"]})
        self.assertRegex(a.welcome["resumeSecret"], "^[0-9a-f]{32}$")
        self.assertNotEqual(a.welcome["resumeSecret"], b.welcome["resumeSecret"])
        self.assertNotEqual(a.id, b.id)

    async def test_list_has_producers_with_meta(self):
        producer, viewer = await self.join(), await self.join()
        self.assertEqual(await viewer.producers(), [])
        meta = {"name": "caméra", "n": 1.5, "deep": [{"a": None}, True]}
        await producer.status("producer", meta=meta)
        self.assertEqual(await viewer.producers(), [{"id": producer.id, "meta": meta}])

    async def test_list_consumers(self):
        consumer, producer = await self.join(), await self.join()
        await consumer.status("consumer")
        await producer.send("listConsumers")
        reply = await producer.expect("listConsumers")
        self.assertEqual(reply["consumers"], [{"id": consumer.id, "meta": None}])

    async def test_listeners_hear_of_status_and_leaving(self):
        listener, producer = await self.join(), await self.join()
        await listener.status("listener")
        await listener.expect("peerStatusChanged", lambda m: m["peerId"] == listener.id)
        await producer.status("producer", meta={"a": 1})
        self.assertEqual(await listener.expect("peerStatusChanged"), {
            "type": "peerStatusChanged", "roles": ["producer"], "meta": {"a": 1},
            "peerId": producer.id})
        await producer.close()
        self.assertEqual(await listener.expect("peerStatusChanged"), {
            "type": "peerStatusChanged", "roles": [], "meta": {"a": 1}, "peerId": producer.id})

    async def test_same_status_is_told_once(self):
        listener, producer = await self.join(), await self.join()
        await listener.status("listener")
        await producer.status("producer", meta={"a": 1})
        await producer.status("producer", meta={"a": 1})
        await listener.synchronise()
        told = [m for m in listener.box if m.get("peerId") == producer.id]
        self.assertEqual(len(told), 1)

    async def test_call_by_the_consumer(self):
        producer, consumer = await self.join(), await self.join()
        await producer.status("producer")
        session = await call(producer, consumer)
        ice = {"candidate": "candidate:1 1 UDP 1 192.0.2.1 9 typ host", "sdpMLineIndex": 1,
               "sdpMid": "x"}
        await consumer.send("peer", sessionId=session, ice=ice)
        self.assertEqual(await producer.expect("peer"),
                         {"type": "peer", "sessionId": session, "ice": ice})
        await producer.send("peer", sessionId=session, ice={"candidate": "", "sdpMLineIndex": 0})
        self.assertEqual((await consumer.expect("peer"))["ice"]["candidate"], "")

    async def test_offer_in_start_session(self):
        producer, consumer = await self.join(), await self.join()
        await producer.status("producer")
        session = await consumer.start(producer.id, offer="v=0 mine")
        started = await producer.expect("startSession")
        self.assertEqual((started["offer"], started["sessionId"]), ("v=0 mine", session))
        await producer.send("peer", sessionId=session, sdp={"type": "answer", "sdp": "v=0"})
        self.assertEqual((await consumer.expect("peer"))["sdp"]["type"], "answer")

    async def test_call_by_the_producer(self):
        producer, consumer = await self.join(), await self.join()
        await producer.status("producer")
        await consumer.status("consumer")
        await producer.send("startSession", peerId=consumer.id)
        session = (await producer.expect("startSession"))["sessionId"]
        self.assertEqual(await consumer.expect("sessionStarted"), {
            "type": "sessionStarted", "peerId": producer.id, "sessionId": session})

    async def test_end_session_by_either(self):
        producer, consumer = await self.join(), await self.join()
        await producer.status("producer")
        for ender, other in (producer, consumer), (consumer, producer):
            session = await call(producer, consumer)
            await ender.send("endSession", sessionId=session)
            self.assertEqual(await other.expect("endSession"),
                             {"type": "endSession", "sessionId": session})
            # It is over: nothing is forwarded, and that is no error.
            await other.send("peer", sessionId=session, ice={"candidate": "", "sdpMLineIndex": 0})
            await other.synchronise()
            await ender.nothing_but()

    async def test_leaving_ends_sessions(self):
        producer, viewer, other = await self.join(), await self.join(), await self.join()
        await producer.status("producer")
        first, second = await call(producer, viewer), await call(producer, other)
        await viewer.close()
        self.assertEqual((await producer.expect("endSession"))["sessionId"], first)
        await producer.close()
        self.assertEqual((await other.expect("endSession"))["sessionId"], second)

    async def test_producer_that_stops_producing_ends_its_sessions(self):
        producer, viewer = await self.join(), await self.join()
        await producer.status("producer")
        session = await call(producer, viewer)
        await producer.status("listener")
        self.assertEqual((await viewer.expect("endSession"))["sessionId"], session)

    async def test_end_with_reason_needs_version_1_1(self):
        producer, old, new = await self.join(), await self.join(), await self.join()
        await new.send("setProtocolVersion", version="v1_1")
        await producer.status("producer")
        for viewer, type in (old, "endSession"), (new, "endSessionV1_1"):
            session = await call(producer, viewer)
            await producer.send("endSessionV1_1", sessionId=session, error={"code": 1})
            self.assertEqual((await viewer.expect(type)).get("error"),
                             {"code": 1} if viewer is new else None)

    async def test_texts_as_other_clients_write_them(self):
        """webrtcsink (serde's members and order) and gstwebrtc-api (what browsers' toJSON() gives)."""
        producer, viewer = await self.join(), await self.join()
        await producer.socket.send('{"type":"setProtocolVersion","version":"v1_0"}')
        await producer.socket.send(
            '{"type":"setPeerStatus","roles":["producer"],"meta":{"display-name":"x"}}')
        await producer.synchronise()
        await viewer.socket.send('{"type":"setPeerStatus","roles":["listener"]}')
        listed, = await viewer.producers()
        self.assertEqual(listed, {"id": producer.id, "meta": {"display-name": "x"}})
        await viewer.socket.send('{"type":"startSession","peerId":"%s"}' % producer.id)
        session = (await viewer.expect("sessionStarted"))["sessionId"]
        started = await producer.expect("startSession")
        self.assertEqual(set(started), {"type", "peerId", "sessionId", "offer"})
        bodies = (
            (producer, viewer, {"sdp": {"type": "offer", "sdp": "v=0\r\n"}}),
            (viewer, producer, {"sdp": {"type": "answer", "sdp": "v=0\r\n"}}),
            (viewer, producer, {"ice": {"candidate": "candidate:1 1 udp 1 192.0.2.1 9 typ host",
                                        "sdpMid": "0", "sdpMLineIndex": 0,
                                        "usernameFragment": "abcd"}}),
            (viewer, producer, {"ice": {"candidate": "", "sdpMid": "0", "sdpMLineIndex": 0,
                                        "usernameFragment": None}}),
            (producer, viewer, {"ice": {"candidate": "candidate:1 1 TCP 1 192.0.2.1 9 typ host"
                                        " tcptype active", "sdpMLineIndex": 0}}))
        for sender, receiver, body in bodies:
            await sender.socket.send(json.dumps({"type": "peer", "sessionId": session, **body}))
            self.assertEqual(await receiver.expect("peer"),
                             {"type": "peer", "sessionId": session, **body})
        await viewer.socket.send('{"type":"endSession","sessionId":"%s"}' % session)
        self.assertEqual(await producer.expect("endSession"),
                         {"type": "endSession", "sessionId": session})
        # Neither knows other messages, which webrtcsink takes for errors of the server.
        await producer.nothing_but("welcome", "list")
        await viewer.nothing_but("welcome", "list", "peerStatusChanged")

    async def test_version_is_first_or_an_error(self):
        peer = await self.join()
        await peer.send("setProtocolVersion", version="v1_0")
        await peer.nothing_but()
        await peer.send("setProtocolVersion", version="v1_1")
        await peer.expect("error")

    async def test_refusals(self):
        producer, viewer, stranger = await self.join(), await self.join(), await self.join()
        await producer.status("producer")
        session = await call(producer, viewer)
        sdp = {"type": "offer", "sdp": "v=0"}
        for peer, message in (
                (viewer, {"type": "startSession", "peerId": "nobody"}),
                (viewer, {"type": "startSession", "peerId": stranger.id}),
                (producer, {"type": "startSession", "peerId": producer.id}),
                (viewer, {"type": "peer", "sessionId": session, "sdp": sdp}),
                (stranger, {"type": "peer", "sessionId": session, "sdp": sdp}),
                (stranger, {"type": "endSession", "sessionId": session}),
                (viewer, {"type": "setPeerStatus", "roles": ["producer", "consumer"]}),
                (viewer, {"type": "setPeerStatus", "roles": ["producer"]})):
            await peer.socket.send(json.dumps(message))
            error = await peer.expect("error")
            self.assertEqual(set(error), {"type", "details"}, message)
        # The call goes on all the same.
        await viewer.nothing_but()
        await producer.nothing_but()

    async def test_twenty_viewers(self):
        producer = await self.join("stage")
        await producer.status("producer")
        viewers = [await self.join("stage") for _ in range(20)]
        sessions = {await call(producer, v) for v in viewers}
        self.assertEqual(len(sessions), 20)
        self.assertEqual(self.server.metric("sessions"), 20)


class Rooms(TestCase):
    async def test_peers_see_their_room_only(self):
        a, b, default = await self.join("a"), await self.join("b"), await self.join()
        listener = await self.join("b")
        await listener.status("listener")
        await a.status("producer")
        self.assertEqual(await b.producers(), [])
        self.assertEqual(await default.producers(), [])
        await b.send("startSession", peerId=a.id)
        await b.expect("error")
        await listener.synchronise()
        self.assertEqual({m.get("peerId") for m in listener.box}, {listener.id})
        self.assertEqual(self.server.metric("rooms"), 3)

    async def test_name_is_the_decoded_path_without_slashes_around(self):
        names = "room42", "/room42", "room42/", "%72oom42"
        peers = [await self.join(name) for name in names]
        await peers[0].status("producer")
        for peer in peers:
            self.assertEqual(len(await peer.producers()), 1)
        other = await self.join("room%2F42")
        self.assertEqual(await other.producers(), [])

    async def test_one_producer_until_it_leaves(self):
        first, second = await self.join("r"), await self.join("r")
        await first.status("producer")
        await second.send("setPeerStatus", roles=["producer"])
        self.assertIn("producer", (await second.expect("error"))["details"])
        self.assertEqual([p["id"] for p in await second.producers()], [first.id])
        await first.close()
        await second.wait_producers([])
        await second.status("producer")
        self.assertEqual([p["id"] for p in await second.producers()], [second.id])

    async def test_more_producers_where_wanted(self):
        server = self.start("--producers-per-room=2")
        peers = [await self.join("r", server) for _ in range(3)]
        await peers[0].status("producer")
        await peers[1].status("producer")
        await peers[1].nothing_but()
        await peers[2].send("setPeerStatus", roles=["producer"])
        await peers[2].expect("error")


class IceServers(TestCase):
    options = ("--stun-uri=stun:stun.example:3478", "--turn-uri=turn:t.example:3478?transport=udp",
               "--turn-uri=turns:t.example:443?transport=tcp", "--turn-ttl=600")

    def start(self, *options, **more):
        return super().start(*options, env={"GST_ICE_RENDEZVOUS_TURN_SECRET": "north"}, **more)

    async def test_welcome_has_credentials_of_the_shared_secret(self):
        peer = await self.join()
        stun, turn = peer.welcome["iceServers"]
        self.assertEqual(stun, {"urls": ["stun:stun.example:3478"]})
        self.assertEqual(turn["urls"], ["turn:t.example:3478?transport=udp",
                                        "turns:t.example:443?transport=tcp"])
        self.assertTrue(turn["username"].endswith(":" + peer.id))
        self.assertEqual(turn["credential"], turn_password("north", turn["username"]))
        self.assertEqual(peer.welcome["iceServersTtl"], 600)
        self.assertNotIn(turn["credential"], self.server.log())
        self.assertNotIn("north", self.server.log())

    async def test_credentials_can_be_asked_for_again(self):
        peer = await self.join()
        await peer.send("getIceServers")
        reply = await peer.expect("iceServers")
        self.assertEqual(reply["iceServers"][1]["urls"], peer.welcome["iceServers"][1]["urls"])
        self.assertEqual(reply["iceServersTtl"], 600)


if __name__ == "__main__":
    unittest.main(verbosity=2)
