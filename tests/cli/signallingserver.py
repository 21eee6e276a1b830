# GStreamer ICE transport
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What gst-plugins-rs' signalling server does, and no more of it: one room for all paths, no
additions, nothing taken that its types would not take. It is not in Debian; here it is as its
source has it, with the peers' mistakes collected instead of logged."""
import asyncio
import json
import threading
import uuid

import websockets

ROLES = {"producer", "listener", "consumer"}


def check(condition, message):
    if not condition:
        raise ValueError(f"not in the protocol: {json.dumps(message)[:300]}")


def check_peer(message):
    check(isinstance(message.get("sessionId"), str), message)
    check(("sdp" in message) != ("ice" in message), message)
    if "sdp" in message:
        sdp = message["sdp"]
        check(sdp.get("type") in ("offer", "answer") and isinstance(sdp.get("sdp"), str), message)
    else:
        ice = message["ice"]
        check(isinstance(ice.get("candidate"), str), message)
        index = ice.get("sdpMLineIndex")
        check(isinstance(index, int) and 0 <= index < 1 << 32, message)


class Peer:
    def __init__(self, socket):
        self.socket, self.id = socket, str(uuid.uuid4())
        self.roles, self.meta = [], None


class SignallingServer:
    def __init__(self, test):
        self.peers, self.sessions = {}, {}    # by id; a session: producer, consumer
        self.mistakes, self.seen = [], set()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        test.addCleanup(self.stop)
        listening = asyncio.run_coroutine_threadsafe(self.listen(), self.loop).result()
        self.port = listening.sockets[0].getsockname()[1]

    async def listen(self):
        self.listener = await websockets.serve(self.serve, "127.0.0.1", 0, ping_interval=None)
        return self.listener

    def stop(self):
        async def close():
            self.listener.close()
            await self.listener.wait_closed()
        asyncio.run_coroutine_threadsafe(close(), self.loop).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    def uri(self, path):
        return f"ws://127.0.0.1:{self.port}/{path}"

    async def send(self, peer_id, type, **fields):
        if peer_id in self.peers:
            try:
                await self.peers[peer_id].socket.send(json.dumps(dict(type=type, **fields)))
            except websockets.ConnectionClosed:
                pass

    async def serve(self, socket, *_):
        peer = Peer(socket)
        self.peers[peer.id] = peer
        await self.send(peer.id, "welcome", peerId=peer.id)
        try:
            async for text in socket:
                await self.take(peer, json.loads(text))
        except websockets.ConnectionClosed:
            pass
        except Exception as error:
            self.mistakes.append(str(error))
        await self.leave(peer)

    async def leave(self, peer):
        for session in [s for s, ends in self.sessions.items() if peer.id in ends]:
            await self.end(peer, session)
        del self.peers[peer.id]
        await self.tell_listeners(peer, [])

    async def tell_listeners(self, peer, roles):
        for listener in list(self.peers.values()):
            if "listener" in listener.roles:
                await self.send(listener.id, "peerStatusChanged", roles=roles, meta=peer.meta,
                                peerId=peer.id)

    async def take(self, peer, message):
        handlers = {"setPeerStatus": self.take_status, "list": self.take_list,
                    "startSession": self.take_start, "peer": self.take_peer,
                    "endSession": self.take_end}
        check(message.get("type") in handlers, message)
        self.seen.add(message["type"])
        await handlers[message["type"]](peer, message)

    async def take_status(self, peer, message):
        check(set(message["roles"]) <= ROLES, message)
        peer.roles, peer.meta = message["roles"], message.get("meta")
        await self.tell_listeners(peer, peer.roles)

    async def take_list(self, peer, _):
        await self.send(peer.id, "list", producers=[
            {"id": p.id, "meta": p.meta} for p in self.peers.values() if "producer" in p.roles])

    async def take_start(self, peer, message):
        check(isinstance(message.get("peerId"), str), message)
        check(isinstance(message.get("offer"), (str, type(None))), message)
        producer = self.peers.get(message["peerId"])
        if not producer or "producer" not in producer.roles:
            await self.send(peer.id, "error", details="not registered as a producer")
            return
        session = str(uuid.uuid4())
        self.sessions[session] = producer.id, peer.id
        await self.send(peer.id, "sessionStarted", peerId=producer.id, sessionId=session)
        await self.send(producer.id, "startSession", peerId=peer.id, sessionId=session,
                        offer=message.get("offer"))

    async def take_peer(self, peer, message):
        check_peer(message)
        producer, consumer = self.sessions.get(message["sessionId"], (None, None))
        if not producer:
            await self.send(peer.id, "error", details="the session doesn't exist")
            return
        check(message.get("sdp", {}).get("type") != "offer" or peer.id == producer, message)
        await self.send(consumer if peer.id == producer else producer, **message)

    async def take_end(self, peer, message):
        check(isinstance(message.get("sessionId"), str), message)
        if message["sessionId"] in self.sessions:
            await self.end(peer, message["sessionId"])
        else:
            await self.send(peer.id, "error", details="the session doesn't exist")

    async def end(self, peer, session):
        producer, consumer = self.sessions.pop(session)
        await self.send(consumer if peer.id == producer else producer, "endSession",
                        sessionId=session)
