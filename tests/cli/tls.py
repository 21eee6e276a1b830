#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Signalling over TLS, with an authority that only tls-ca-file knows: https: before a
listener, wss:, and the service of ice-servers-uri."""
import http.server
import json
import pathlib
import socket
import ssl
import subprocess
import tempfile
import threading
import unittest

from launch import Launch, audio, free_port, main
from rendezvous import Server

ON_LOOPBACK = "network-interfaces=lo media=audio"
RECEIVE = "rtppcmudepay ! fakesink async=false"


def make_certificate(folder):
    """Returns a file with a key and a certificate that it has signed itself."""
    path = pathlib.Path(folder, "both.pem")
    done = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-keyout", "-", "-out", "-", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
    path.write_bytes(done.stdout)
    return path


class Front:
    """What does TLS before a listener, as a reverse proxy would."""

    def __init__(self, test, certificate, port):
        self.back = port
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        test.addCleanup(self.listener.close)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=self._carry, args=[client], daemon=True).start()

    def _carry(self, client):
        try:
            client = self.context.wrap_socket(client, server_side=True)
            back = socket.create_connection(("127.0.0.1", self.back))
        except OSError:
            client.close()
            return
        threading.Thread(target=self._copy, args=[back, client], daemon=True).start()
        self._copy(client, back)

    @staticmethod
    def _copy(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            sink.close()


class Service(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", self.server.elsewhere)
            self.end_headers()
            return
        self.server.asked.set()
        text = json.dumps({"iceServers": [{"urls": ["stun:127.0.0.1:9"]}]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


class TestTls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.certificate = make_certificate(cls.folder.name)
        cls.trusting = f"{ON_LOOPBACK} tls-ca-file={cls.certificate}"

    def launch(self, pipeline):
        launch = Launch(pipeline, "-e")
        self.addCleanup(launch.close)
        return launch

    def listen(self):
        port = free_port()
        receiver = self.launch(f"icesrc {ON_LOOPBACK} signalling-uri=http://:{port}/cam !"
                               f" {RECEIVE}")
        receiver.wait_for("listening")
        return receiver, Front(self, self.certificate, port).port

    def test_call_by_https(self):
        receiver, port = self.listen()
        uri = f"https://localhost:{port}/cam"
        stranger = self.launch(f"{audio(25)} ! icesink {ON_LOOPBACK} signalling-uri={uri}")
        self.assertIn("an authority that is not trusted here", stranger.wait_for("ERROR"))
        other_name = self.launch(f"{audio(25)} ! icesink {self.trusting}"
                                 f" signalling-uri=https://127.0.0.1:{port}/cam")
        self.assertIn("is for another name", other_name.wait_for("ERROR"))

        sender = self.launch(f"{audio(25)} ! icesink {self.trusting} signalling-uri={uri}")
        self.assertEqual([sender.wait(), receiver.wait()], [0, 0], f"{sender}\n{receiver}")

    def test_listener_by_https(self):
        port = free_port()
        uri = f"signalling-uri=https://localhost:{port}/cam"
        bare = self.launch(f"icesrc {ON_LOOPBACK} {uri}?mode=listener ! {RECEIVE}")
        self.assertIn("tls-certificate-file", bare.wait_for("ERROR"))

        receiver = self.launch(f"icesrc {ON_LOOPBACK} {uri}?mode=listener"
                               f" tls-certificate-file={self.certificate} ! {RECEIVE}")
        receiver.wait_for("listening on https://localhost")
        stranger = self.launch(f"{audio(25)} ! icesink {ON_LOOPBACK} {uri}")
        self.assertIn("an authority that is not trusted here", stranger.wait_for("ERROR"))
        sender = self.launch(f"{audio(25)} ! icesink {self.trusting} {uri}")
        self.assertEqual([sender.wait(), receiver.wait()], [0, 0], f"{sender}\n{receiver}")

    def test_call_by_wss(self):
        server = Server(self, f"--tls-cert={self.certificate}")
        uri = f"wss://localhost:{server.port}/room"
        stranger = self.launch(f"icesrc {ON_LOOPBACK} signalling-uri={uri} ! {RECEIVE}")
        self.assertIn("an authority that is not trusted here", stranger.wait_for("ERROR"))

        receiver = self.launch(f"icesrc {self.trusting} signalling-uri={uri} ! {RECEIVE}")
        sender = self.launch(f"{audio(25)} ! icesink {self.trusting} signalling-uri={uri}")
        self.assertEqual([sender.wait(), receiver.wait()], [0, 0], f"{sender}\n{receiver}")

    def serve(self, tls):
        service = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
        service.asked = threading.Event()
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate)
            service.socket = context.wrap_socket(service.socket, server_side=True)
        threading.Thread(target=service.serve_forever, daemon=True).start()
        self.addCleanup(service.server_close)
        self.addCleanup(service.shutdown)
        return service

    def test_servers_are_not_fetched_by_http_instead_of_https(self):
        plain, secure = self.serve(False), self.serve(True)
        secure.elsewhere = f"http://localhost:{plain.server_port}/"
        uri = f"ice-servers-uri=https://localhost:{secure.server_port}/moved"
        launch = self.launch(f"icesrc {self.trusting} signalling-uri=http://:0/ {uri} ! {RECEIVE}")
        self.assertIn("not encrypted", launch.wait_for("ice-servers-uri"))
        self.assertFalse(plain.asked.is_set())

    def test_servers_by_https(self):
        service = self.serve(True)
        uri = f"ice-servers-uri=https://localhost:{service.server_port}/"

        stranger = self.launch(f"icesrc {ON_LOOPBACK} signalling-uri=http://:0/ {uri} ! {RECEIVE}")
        self.assertIn("not trusted here", stranger.wait_for("ice-servers-uri"))
        self.assertFalse(service.asked.is_set())
        self.launch(f"icesrc {self.trusting} signalling-uri=http://:0/ {uri} ! {RECEIVE}"
                    ).wait_for("listening")
        self.assertTrue(service.asked.wait(20), "the service was never asked")

    def test_file_that_is_none(self):
        launch = self.launch(f"icesrc {ON_LOOPBACK} signalling-uri=https://localhost:9/"
                             f" tls-ca-file=/nowhere.pem ! {RECEIVE}")
        self.assertIn("tls-ca-file=/nowhere.pem can't be used", launch.wait_for("ERROR"))


if __name__ == "__main__":
    main()
