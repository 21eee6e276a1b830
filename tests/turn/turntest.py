# SPDX-License-Identifier: LGPL-2.1-or-later
"""coturn on loopback, ways to it that are bad, and calls that use it: what the tests of this
folder share."""
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "cli"))
import launch  # noqa: E402
from launch import Launch, audio, free_port, wait_until  # noqa: E402,F401

USER, PASSWORD, ESCAPED, SECRET = "me/@%", "p:/@%", "p%3A%2F%40%25", "north"
ESCAPED_USER = "me%2F%40%25"


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(77)


def servers(*uris):
    """Returns the property for several URIs, as one writes it in a shell."""
    return "turn-servers='<" + ", ".join(f'"{uri}"' for uri in uris) + ">'"


class Coturn:
    """A TURN server that runs, on ports of its own; its log in a file."""

    def __init__(self, folder, *options, address="127.0.0.1"):
        self.port, self.tls_port = free_port(), free_port()
        self.log = folder / f"turn-{self.port}.log"
        command = ["turnserver", "-n", "--no-cli", "--log-file", "stdout", "--simple-log",
                   "--verbose", "--realm", "turn.test", "--cert", folder / "cert.pem",
                   "--pkey", folder / "key.pem", "--listening-port", self.port,
                   "--tls-listening-port", self.tls_port, "--pidfile", folder / f"{self.port}.pid",
                   "--userdb", folder / f"{self.port}.db", "-L", address,
                   "--allow-loopback-peers", "--no-dtls", *options]
        with open(self.log, "w") as log:
            self.process = subprocess.Popen([str(word) for word in command], stdout=log,
                                            stderr=subprocess.STDOUT)
        wait_until(lambda: "DB connection success" in self.text(), f"started: {self.log}")

    def uri(self, options="", user=ESCAPED_USER, password=ESCAPED):
        return f"turn://{user}:{password}@127.0.0.1:{self.port}{options}"

    def text(self):
        return self.log.read_text(errors="replace")

    def close(self):
        self.process.terminate()
        self.process.wait()


def make_certificate(folder):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout",
                    folder / "key.pem", "-out", folder / "cert.pem", "-days", "2", "-subj",
                    "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
                   check=True, capture_output=True)


class Cut:
    """A way to a server that is there for its first answer only."""

    def __init__(self, port):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port, self.server_port = self.listener.getsockname()[1], port
        self.n_cut = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            with client, socket.create_connection(("127.0.0.1", self.server_port)) as server:
                server.sendall(client.recv(2000))
                client.sendall(server.recv(2000))
                self.n_cut += 1

    def close(self):
        self.listener.close()


class Lossy:
    """A way to a server by UDP that drops the first three STUN requests of each sender that is
    libnice: no one else leaves the magic cookie of RFC 5389 out of them."""

    def __init__(self, port):
        self.server = ("127.0.0.1", port)
        self.outside = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.outside.bind(("127.0.0.1", 0))
        self.port = self.outside.getsockname()[1]
        self.n_seen, self.inside = {}, {}
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            packet, sender = self.outside.recvfrom(2000)
            if not packet:
                return
            if packet[4:8] != b"\x21\x12\xa4\x42":
                self.n_seen[sender] = self.n_seen.get(sender, 0) + 1
                if self.n_seen[sender] <= 3:
                    continue
            if sender not in self.inside:
                self.inside[sender] = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                self.inside[sender].connect(self.server)
                threading.Thread(target=self._answer, args=(sender,), daemon=True).start()
            self.inside[sender].send(packet)

    def _answer(self, sender):
        while packet := self.inside[sender].recv(2000):
            self.outside.sendto(packet, sender)

    def close(self):
        self.outside.sendto(b"", self.outside.getsockname())


class TurnTest(unittest.TestCase):
    """Has a coturn with a fixed user, and one that takes what expires."""

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp())
        make_certificate(cls.folder)
        cls.turn = Coturn(cls.folder, "--lt-cred-mech", "--user", f"{USER}:{PASSWORD}")
        cls.rest = Coturn(cls.folder, "--use-auth-secret", "--static-auth-secret", SECRET)

    @classmethod
    def tearDownClass(cls):
        cls.turn.close()
        cls.rest.close()
        shutil.rmtree(cls.folder)

    def call(self, properties, n=100, program=Launch):
        """Begins a call whose sender has properties; returns both ends."""
        port = free_port()
        receiver = Launch("icesrc network-interfaces=lo connect-timeout=20000 "
                          f"signalling-uri=http://:{port}/c ! fakesink")
        self.addCleanup(receiver.close)
        receiver.wait_for("listening")
        sender = program(f"{audio(n, 'true')} ! icesink name=ice network-interfaces=lo "
                         f"{properties} signalling-uri=http://127.0.0.1:{port}/c", "-m")
        self.addCleanup(sender.close)
        return sender, receiver

    def assert_relayed(self, properties, n=100):
        sender, receiver = self.call(f"ice-transport-policy=relay {properties}", n)
        sender.wait_for("connected relay/udp")
        self.assertEqual(sender.wait(), 0, str(sender))
        self.assertEqual(receiver.wait(), 0, str(receiver))
        return sender

    def assert_one_warning(self, end, server, *causes):
        """Once, of server, and it says the causes; end is over."""
        warnings = [line for line in end.lines if line.startswith("WARNING") and server in line]
        self.assertEqual(len(warnings), 1, str(end))
        for cause in causes:
            self.assertIn(cause, warnings[0])


def main():
    for tool in ("turnserver", "openssl"):
        if shutil.which(tool) is None:
            skip(f"{tool} is not installed")
    launch.main()
