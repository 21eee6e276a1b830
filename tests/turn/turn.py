#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Calls through a real TURN server, coturn, on loopback: UDP, TCP and TLS, credentials that are
refused, signed and fetched, and what is left behind."""
import http.server
import json
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "cli"))
from launch import Launch, audio, free_port, main  # noqa: E402

USER, PASSWORD, ESCAPED, SECRET = "me", "p:/@%", "p%3A%2F%40%25", "north"


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(77)


def servers(*uris):
    """Returns the property for several URIs, as one writes it in a shell."""
    return "turn-servers='<" + ", ".join(f'"{uri}"' for uri in uris) + ">'"


class Coturn:
    """A TURN server that runs, on ports of its own; its log in a file."""

    def __init__(self, folder, *options):
        self.port, self.tls_port = free_port(), free_port()
        self.log = folder / f"turn-{self.port}.log"
        command = ["turnserver", "-n", "--no-cli", "--log-file", "stdout", "--simple-log",
                   "--verbose", "--realm", "turn.test", "--cert", folder / "cert.pem",
                   "--pkey", folder / "key.pem", "--listening-port", self.port,
                   "--tls-listening-port", self.tls_port, "--pidfile", folder / f"{self.port}.pid",
                   "--userdb", folder / f"{self.port}.db", "-L", "127.0.0.1",
                   "--allow-loopback-peers", "--no-dtls", *options]
        with open(self.log, "w") as log:
            self.process = subprocess.Popen([str(word) for word in command], stdout=log,
                                            stderr=subprocess.STDOUT)

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


class Service(http.server.BaseHTTPRequestHandler):
    """Gives servers away, or what ANSWERS has for the path."""
    answers = {}
    over = threading.Event()

    def do_GET(self):
        path = self.path.split("?")[0]
        if path == "/silent":
            self.over.wait()
            return
        if path == "/broken":
            self.send_error(500)
            return
        body = self.answers.get(path)
        if body is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", len(body))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            pass

    def log_message(self, *args):
        pass


class Turn(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp())
        make_certificate(cls.folder)
        cls.turn = Coturn(cls.folder, "--lt-cred-mech", "--user", f"{USER}:{PASSWORD}")
        cls.rest = Coturn(cls.folder, "--use-auth-secret", "--static-auth-secret", SECRET)
        cls.service = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
        cls.service_uri = f"http://127.0.0.1:{cls.service.server_address[1]}"
        threading.Thread(target=cls.service.serve_forever, daemon=True).start()

    @classmethod
    def tearDownClass(cls):
        Service.over.set()
        cls.service.shutdown()
        cls.service.server_close()
        cls.turn.close()
        cls.rest.close()
        shutil.rmtree(cls.folder)

    def call(self, properties, n=100):
        """Begins a call whose sender has properties; returns both ends."""
        port = free_port()
        receiver = Launch("icesrc network-interfaces=lo connect-timeout=20000 "
                          f"signalling-uri=http://:{port}/c ! fakesink")
        self.addCleanup(receiver.close)
        receiver.wait_for("listening")
        sender = Launch(f"{audio(n, 'true')} ! icesink network-interfaces=lo {properties} "
                        f"signalling-uri=http://127.0.0.1:{port}/c", "-m")
        self.addCleanup(sender.close)
        return sender, receiver

    def assert_relayed(self, properties, n=100):
        sender, receiver = self.call(f"ice-transport-policy=relay {properties}", n)
        sender.wait_for("Progress: (ice) connected relay/udp")
        self.assertEqual(sender.wait(), 0, str(sender))
        self.assertEqual(receiver.wait(), 0, str(receiver))
        return sender

    def uri(self, options="", password=ESCAPED):
        return f"turn://{USER}:{password}@127.0.0.1:{self.turn.port}{options}"

    def test_udp_and_nothing_else_leaves(self):
        sender = self.assert_relayed(f"turn-server={self.uri('?transport=udp')}")
        candidates = [line for line in sender.lines if "candidate:" in line]
        self.assertTrue(candidates)
        for line in candidates:
            self.assertIn("typ\\ relay", line)
            self.assertIn("raddr\\ 0.0.0.0\\ rport\\ 0", line)

    def test_tcp(self):
        self.assert_relayed(f"turn-server={self.uri('?transport=tcp')}")

    def test_of_several_servers_one_is_enough(self):
        dead = f"turn://a:b@127.0.0.1:{free_port()}"
        self.assert_relayed(servers(dead, self.uri()))

    def test_tls(self):
        sender = self.assert_relayed(
            f"turn-server=turns://{USER}:{ESCAPED}@localhost:{self.turn.tls_port} "
            f"tls-ca-file={self.folder / 'cert.pem'}")
        pair = sender.wait_for("ice-selected-pair")
        self.assertIn(f"turns:localhost:{self.turn.tls_port}", pair)

    def test_who_is_not_trusted_gets_nothing(self):
        sender, _ = self.call(
            f"turn-server=turns://{USER}:{ESCAPED}@localhost:{self.turn.tls_port}")
        text = sender.wait_for("is not trusted")
        self.assertIn("authority", text)
        self.assertNotIn(ESCAPED, str(sender.lines))

    def test_certificate_for_another_name(self):
        sender, _ = self.call(
            f"turn-server=turns://{USER}:{ESCAPED}@127.0.0.1:{self.turn.tls_port} "
            f"tls-ca-file={self.folder / 'cert.pem'}")
        self.assertIn("another name", sender.wait_for("is not trusted"))

    def test_wrong_password_is_named(self):
        sender, _ = self.call(f"turn-server={self.uri(password='wrong')}")
        text = sender.wait_for("refused the credentials (401)")
        self.assertIn(f"turn:127.0.0.1:{self.turn.port} ", text)
        self.assertEqual(sender.wait(), 0, str(sender))
        self.assertEqual(sum("(401)" in line for line in sender.lines
                             if line.startswith("WARNING")), 1, str(sender))

    def test_refused_port_and_unknown_host_are_named(self):
        sender, _ = self.call(
            servers(f"turn://a:b@127.0.0.1:{free_port()}?transport=tcp",
                    "turn://a:b@nowhere.invalid?transport=udp"), 250)
        sender.wait_for("can't be reached")
        sender.wait_for("can't be found")
        self.assertEqual(sender.wait(), 0, str(sender))

    def test_quota_is_named(self):
        turn = Coturn(self.folder, "--lt-cred-mech", "--user", f"{USER}:{PASSWORD}",
                      "--user-quota", "1")
        self.addCleanup(turn.close)
        server = f"turn-server=turn://{USER}:{ESCAPED}@127.0.0.1:{turn.port}?transport=udp"
        first, _ = self.call(f"ice-transport-policy=relay {server}", 1500)
        first.wait_for("Progress: (ice) connected relay/udp")
        second, _ = self.call(server, 250)
        self.assertIn(f"turn:127.0.0.1:{turn.port}", second.wait_for("(486)"))
        self.assertEqual(second.wait(), 0, str(second))

    def test_server_that_dies_while_it_is_asked_is_named(self):
        cut = Cut(self.turn.port)
        self.addCleanup(cut.close)
        sender = self.assert_relayed(
            servers(f"turn://{USER}:{ESCAPED}@127.0.0.1:{cut.port}?transport=tcp",
                    f"turn://{USER}:{ESCAPED}@localhost:{self.turn.port}?transport=udp"), 250)
        self.assertGreater(cut.n_cut, 0)
        self.assertEqual(len([line for line in sender.lines if line.startswith("WARNING")
                              and f"127.0.0.1:{cut.port}" in line]), 1, str(sender))

    def test_no_path_says_what_the_servers_said(self):
        sender, _ = self.call(f"ice-transport-policy=relay connect-timeout=4000 "
                              f"turn-server={self.uri(password='wrong')}")
        self.assertNotEqual(sender.wait(), 0, str(sender))
        self.assertNotIn("wrong@", str(sender.lines))

    def test_shared_secret(self):
        self.assert_relayed(f"turn-server=turn://bob@127.0.0.1:{self.rest.port} "
                            f"turn-shared-secret={SECRET}")

    def test_fetched_servers(self):
        Service.answers["/turn"] = json.dumps({
            "username": USER, "password": PASSWORD, "ttl": 86400,
            "uris": [f"turn:127.0.0.1:{self.turn.port}?transport=udp"]}).encode()
        self.assert_relayed(f"ice-servers-uri={self.service_uri}/turn?key=hidden")

    def test_services_of_no_use(self):
        Service.answers.update({"/bad": b"nonsense", "/huge": b"[" * 10_000_000})
        for path, what in (("none", "404"), ("broken", "500"), ("bad", "no JSON"),
                           ("huge", "longer than"), ("silent", "does not answer")):
            with self.subTest(path=path):
                sender, _ = self.call(f"ice-servers-uri={self.service_uri}/{path}?key=hidden",
                                      400 if path == "silent" else 100)
                self.assertIn(what, sender.wait_for("ice-servers-uri"))
                self.assertEqual(sender.wait(), 0, str(sender))
                self.assertNotIn("hidden", str(sender.lines))

    def test_allocations_are_freed(self):
        def count(text):
            return len(re.findall(text, self.turn.text()))
        new, freed = count(": new, realm"), count("refreshed, .*lifetime=0")
        self.assert_relayed(f"turn-server={self.uri('?transport=udp')}", 50)
        n_new, n_freed = count(": new, realm") - new, count("refreshed, .*lifetime=0") - freed
        self.assertGreater(n_new, 0)
        self.assertEqual(n_freed, n_new, self.turn.text())


if __name__ == "__main__":
    for tool in ("turnserver", "openssl"):
        if shutil.which(tool) is None:
            skip(f"{tool} is not installed")
    main()
