# GStreamer ICE transport
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Servers and clients for the tests of gst-ice-rendezvous."""
import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

try:
    import websockets
    import websockets.exceptions
except ImportError:
    print("python3-websockets is not installed")
    sys.exit(77)

# Version 14 has other names than version 10, which Debian 12 has.
HEADERS = ("additional_headers" if int(websockets.__version__.split(".")[0]) >= 14
           else "extra_headers")
PROGRAM = os.environ.get("GST_ICE_RENDEZVOUS", "gst-ice-rendezvous")
# Everything that is waited for comes well before; slow where valgrind runs.
TIMEOUT = 10 * float(os.environ.get("RENDEZVOUS_TIME_FACTOR", "1"))


class Server:
    """A gst-ice-rendezvous at a port of its own choice."""

    def __init__(self, *options, env=None, wait=True):
        self.log_file = tempfile.TemporaryFile("w+")
        command = os.environ.get("RENDEZVOUS_WRAPPER", "").split()
        self.process = subprocess.Popen(
            command + [PROGRAM, "--port=0", "--log-level=debug", *options],
            stdout=subprocess.PIPE, stderr=self.log_file, text=True,
            env=dict(os.environ, G_DEBUG="fatal-warnings", **(env or {})))
        self.port = None
        if wait:
            line = self.process.stdout.readline()
            assert line.startswith("port "), (line, self.log())
            self.port = int(line.split()[1])

    def log(self):
        self.log_file.flush()
        with open(f"/proc/self/fd/{self.log_file.fileno()}") as log:
            return log.read()

    def events(self, name=None):
        """Every line of the log is JSON."""
        events = [json.loads(l) for l in self.log().splitlines() if l.startswith("{")]
        return [e for e in events if name is None or e["event"] == name]

    def get(self, path, headers=None, method="GET", data=None):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data=data,
                                         headers=headers or {}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def metric(self, name):
        for line in self.get("/metrics")[1].splitlines():
            if line.startswith("gst_ice_rendezvous_" + name + " "):
                return int(line.split()[1])
        raise KeyError(name)

    def rejected(self, reason):
        """How often something was turned away for this reason."""
        for line in self.get("/metrics")[1].splitlines():
            if line.startswith('gst_ice_rendezvous_rejected_total{reason="%s"}' % reason):
                return int(line.split()[1])
        raise KeyError(reason)

    def memory(self):
        """Resident bytes."""
        with open(f"/proc/{self.process.pid}/statm") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def stop(self, expect=0):
        # A second signal would end it at once.
        if self.process.poll() is None and not self.events("stopping"):
            self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(TIMEOUT)
        finally:
            self.process.kill()
            self.process.stdout.close()
        log = self.log()
        self.log_file.close()
        assert expect is None or status == expect, (status, log)
        return log

    def kill(self):
        self.process.kill()
        self.stop(expect=None)


class Redis:
    """A redis-server at a free port, which stays the same over restarts."""

    def __init__(self):
        if not shutil.which("redis-server"):
            raise unittest.SkipTest("redis-server is not installed")
        self.directory = tempfile.mkdtemp()
        self.port = None
        for _ in range(20):
            self.port = free_port()
            if self.start():
                return
        raise AssertionError("redis-server does not start")

    @property
    def uri(self):
        return f"redis://127.0.0.1:{self.port}/1"

    def start(self):
        self.process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "",
             "--appendonly", "no", "--dir", self.directory],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for line in self.process.stdout:
            if "Ready to accept connections" in line:
                return True
        self.process.wait()
        return False

    def command(self, *words):
        """One command on a connection of its own; returns the reply as it comes."""
        words = [w if isinstance(w, bytes) else w.encode() for w in words]
        with socket.create_connection(("127.0.0.1", self.port), TIMEOUT) as s:
            for command in [[b"SELECT", b"1"], words]:
                s.sendall(b"*%d\r\n" % len(command)
                          + b"".join(b"$%d\r\n%s\r\n" % (len(w), w) for w in command))
                reply = s.recv(65536)
        return reply.decode()

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def close(self):
        self.stop()
        shutil.rmtree(self.directory)


class Proxy:
    """A way to Redis that can be cut, for one instance alone."""

    def __init__(self, port):
        self.target = port
        self.writers = set()
        self.server = None
        self.port = 0

    async def open(self):
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", self.port)
        self.port = self.server.sockets[0].getsockname()[1]

    async def cut(self):
        self.server.close()
        for writer in self.writers:
            writer.transport.abort()
        await self.server.wait_closed()

    async def serve(self, reader, writer):
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        self.writers |= {writer, far_writer}
        await asyncio.gather(self.pass_on(reader, far_writer), self.pass_on(far_reader, writer))
        self.writers -= {writer, far_writer}

    @staticmethod
    async def pass_on(reader, writer):
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass
        writer.transport.abort()


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Client:
    """A peer. Messages that nobody asked for yet stay in its box."""

    def __init__(self, socket):
        self.socket = socket
        self.box = []
        self.id = None
        self.welcome = None

    @classmethod
    async def join(cls, server, room="", headers=None, query="", ssl=None, **options):
        scheme = "wss" if ssl else "ws"
        options[HEADERS] = headers
        socket = await websockets.connect(
            f"{scheme}://127.0.0.1:{server.port}/{room}{query}", ssl=ssl,
            max_size=None, max_queue=None, open_timeout=TIMEOUT, ping_interval=None, close_timeout=TIMEOUT,
            compression=None, **options)
        self = cls(socket)
        self.welcome = await self.expect("welcome")
        self.id = self.welcome["peerId"]
        return self

    async def send(self, type, **fields):
        await self.socket.send(json.dumps(dict(type=type, **fields)))

    async def receive(self, timeout=None):
        return json.loads(await asyncio.wait_for(self.socket.recv(), timeout or TIMEOUT))

    async def expect(self, type, where=lambda m: True, timeout=None):
        """The next message of this type, whatever comes in between."""
        for message in self.box:
            if message["type"] == type and where(message):
                self.box.remove(message)
                return message
        while True:
            message = await self.receive(timeout)
            if message["type"] == type and where(message):
                return message
            self.box.append(message)

    async def expect_close(self, code):
        """Reads on until the server closes, which it does with this code."""
        try:
            while True:
                self.box.append(await self.receive())
        except websockets.ConnectionClosed:
            assert self.socket.close_code == code, (self.socket.close_code, code)
        return self.socket.close_reason

    async def nothing_but(self, *types):
        """What was sent before an answer to list has come; none is of another type."""
        await self.send("list")
        await self.expect("list")
        others = [m for m in self.box if m["type"] not in types]
        assert not others, others

    async def status(self, *roles, meta=None):
        await self.send("setPeerStatus", roles=list(roles), meta=meta)
        await self.synchronise()

    async def synchronise(self):
        await self.send("list")
        await self.expect("list")

    async def producers(self):
        await self.send("list")
        return (await self.expect("list"))["producers"]

    async def wait_producers(self, ids):
        """Asks until the list is as wanted; bounded."""
        end = time.monotonic() + 2 * TIMEOUT
        while time.monotonic() < end:
            found = {p["id"] for p in await self.producers()}
            if found == set(ids):
                return
            await asyncio.sleep(0.05)
        raise AssertionError((found, ids))

    async def start(self, peer_id, offer=None):
        """Starts a session with a producer; returns its id."""
        await self.send("startSession", peerId=peer_id, offer=offer)
        return (await self.expect("sessionStarted"))["sessionId"]

    async def close(self):
        await self.socket.close()


async def call(producer, consumer):
    """Sets up a call between the two; returns the session's id."""
    session = await consumer.start(producer.id)
    started = await producer.expect("startSession")
    assert started == {"type": "startSession", "peerId": consumer.id, "sessionId": session,
                       "offer": None}, started
    await producer.send("peer", sessionId=session, sdp={"type": "offer", "sdp": "v=0 o"})
    assert (await consumer.expect("peer"))["sdp"] == {"type": "offer", "sdp": "v=0 o"}
    await consumer.send("peer", sessionId=session, sdp={"type": "answer", "sdp": "v=0 a"})
    assert (await producer.expect("peer"))["sdp"] == {"type": "answer", "sdp": "v=0 a"}
    return session


async def until(check, what="condition"):
    """Waits until check() is true; bounded."""
    end = time.monotonic() + 2 * TIMEOUT
    while not check():
        assert time.monotonic() < end, what
        await asyncio.sleep(0.02)


def room_token(secret, room, expiry):
    """As docs/rendezvous.md has it, by other means than the server's."""
    mac = hmac.new(secret.encode(), f"{room}:{expiry}".encode(), hashlib.sha256).hexdigest()
    return f"{expiry}:{mac}"


@contextlib.contextmanager
def make_certificate():
    """Options for a server with a certificate of its own."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                        "-subj", "/CN=localhost", "-keyout", f"{folder}/key.pem", "-out",
                        f"{folder}/cert.pem"], check=True, stderr=subprocess.DEVNULL)
        yield f"--tls-cert={folder}/cert.pem", f"--tls-key={folder}/key.pem"


def turn_password(secret, username):
    mac = hmac.new(secret.encode(), username.encode(), hashlib.sha1).digest()
    return base64.b64encode(mac).decode()


class TestCase(unittest.IsolatedAsyncioTestCase):
    """A test with a server of self.options; every server has to stop cleanly."""
    options = ()

    def setUp(self):
        self.server = self.start(*self.options) if self.options is not None else None

    def start(self, *options, **more):
        server = Server(*options, **more)
        # After the clients, whose clean-ups are registered later, have gone.
        self.addCleanup(lambda: server.log_file.closed or server.stop())
        return server

    async def join(self, room="", server=None, **more):
        client = await Client.join(server or self.server, room, **more)
        self.addAsyncCleanup(client.close)
        return client

    async def refused(self, status, room="", server=None, **more):
        try:
            await Client.join(server or self.server, room, **more)
        except websockets.exceptions.InvalidHandshake as error:
            response = getattr(error, "response", None)
            self.assertEqual(response.status_code if response else error.status_code, status)
        else:
            self.fail(f"{room} was let in")
