#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""ice-servers-uri: credentials that a service gives away over HTTP, to a real coturn."""
import base64
import datetime
import hashlib
import hmac
import http.server
import json
import pathlib
import re
import signal
import threading
import time

from turntest import Launch, PASSWORD, SECRET, TurnTest, USER, main, wait_until

PLAYER = pathlib.Path(__file__).parent.parent / "lab" / "player.py"


class Player(Launch):
    """As gst-launch-1.0, and restarts ICE at SIGUSR1."""

    program = ("/usr/bin/python3", str(PLAYER))

    def __init__(self, pipeline, _options=""):
        super().__init__(pipeline)


class Service(http.server.BaseHTTPRequestHandler):
    """Gives away what ANSWERS has for the path: bytes, or what returns some."""
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
        if path in ("/loop", "/elsewhere"):
            self.send_response(302)
            self.send_header("Location", "/loop" if path == "/loop" else "/turn")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = self.answers.get(path)
        if callable(body):
            body = body()
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


class Services(TurnTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
        cls.uri = f"http://127.0.0.1:{cls.service.server_address[1]}"
        threading.Thread(target=cls.service.serve_forever, daemon=True).start()
        Service.answers["/turn"] = json.dumps({
            "username": USER, "password": PASSWORD, "ttl": 86400,
            "uris": [f"turn:127.0.0.1:{cls.turn.port}?transport=udp"]}).encode()

    @classmethod
    def tearDownClass(cls):
        Service.over.set()
        cls.service.shutdown()
        cls.service.server_close()
        super().tearDownClass()

    def assert_fine(self, path):
        sender = self.assert_relayed(f"ice-servers-uri={self.uri}{path}?key=hidden")
        self.assertFalse([line for line in sender.lines if line.startswith("WARNING")])

    def test_fetched_servers(self):
        self.assert_fine("/turn")

    def test_redirected(self):
        self.assert_fine("/elsewhere")

    def test_expires_on(self):
        """Azure: the time of expiry, and URIs without a scheme."""
        end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=2)
        Service.answers["/azure"] = json.dumps({
            "iceServers": [{"urls": [f"127.0.0.1:{self.turn.port}"], "username": USER,
                            "credential": PASSWORD, "routeType": "any"}],
            "expiresOn": end.strftime("%Y-%m-%dT%H:%M:%S.123Z")}).encode()
        self.assert_fine("/azure")

    def assert_of_no_use(self, path, what, n=100):
        """One warning, and a TURN server that was configured is used all the same."""
        sender = self.assert_relayed(f"ice-servers-uri={self.uri}/{path}?key=hidden "
                                     f"turn-server={self.turn.uri('?transport=udp')}", n)
        self.assert_one_warning(sender, f"ice-servers-uri, {self.uri}/{path},", what)
        self.assertEqual(sum(line.startswith("WARNING") for line in sender.lines), 1, str(sender))
        self.assertNotIn("hidden", str(sender.lines))
        return sender

    def test_services_of_no_use(self):
        Service.answers.update({"/bad": b"nonsense", "/huge": b"[" * 10_000_000,
                                "/empty": b'{"iceServers": []}'})
        for path, what in (("none", "404"), ("broken", "500"), ("bad", "no JSON"),
                           ("huge", "longer than 64 KiB"), ("loop", "redirect"),
                           ("empty", "names no STUN or TURN server")):
            with self.subTest(path=path):
                self.assert_of_no_use(path, what)

    def test_stun_server_that_comes_too_late_is_named(self):
        """libnice takes none once it gathers, and no TURN server tells the address."""
        Service.answers["/stun"] = json.dumps(
            {"iceServers": [{"urls": f"stun:127.0.0.1:{self.turn.port}"}]}).encode()
        sender, _ = self.call(f"ice-servers-uri={self.uri}/stun", 150)
        self.assertEqual(sender.wait(), 0, str(sender))
        self.assert_one_warning(sender, f"stun:127.0.0.1:{self.turn.port}", "not used until")

    def test_service_that_never_answers(self):
        """Gathering ends before the service is given up, and long before it would answer."""
        sender = self.assert_of_no_use("silent", "does not answer", 400)
        complete = [n for n, line in enumerate(sender.lines)
                    if "GstIceGatheringState)complete" in line]
        warning = [n for n, line in enumerate(sender.lines) if line.startswith("WARNING")]
        self.assertTrue(complete, str(sender))
        self.assertLess(complete[0], warning[0], str(sender))

    def allocated_by(self, name):
        """Returns the users whose names begin with name and that have had an allocation."""
        return set(re.findall(rf": new, realm=<turn.test>, username=<\d+:({name}\w*)>",
                              self.rest.text()))

    def signed(self, user, seconds, ttl):
        """Returns an answer: credentials that coturn takes for so long."""
        name = f"{int(time.time()) + seconds}:{user}"
        digest = hmac.new(SECRET.encode(), name.encode(), hashlib.sha1).digest()
        return json.dumps({
            "username": name, "password": base64.b64encode(digest).decode(), "ttl": ttl,
            "uris": [f"turn:127.0.0.1:{self.rest.port}?transport=udp"]}).encode()

    def test_what_has_expired_is_fetched_anew_for_a_restart(self):
        """The renewal in time found no service, and the next try is far away."""
        answers, n_asked = ["early", None], []

        def answer():
            n_asked.append(None)
            user = answers.pop(0)
            return user and self.signed(user, 2 if user == "early" else 600, "2")

        Service.answers["/expiring"] = answer
        sender, _ = self.call(f"ice-transport-policy=relay ice-servers-uri={self.uri}/expiring",
                              3000, Player)
        sender.wait_for("connected")
        sender.wait_for("404")
        over = time.time() + 3
        wait_until(lambda: time.time() > over, "expired, by coturn's clock of seconds")
        answers.append("late")
        sender.process.send_signal(signal.SIGUSR1)
        wait_until(lambda: self.allocated_by("late"), "allocated anew")
        self.assertEqual(len(n_asked), 3)
        self.assertIsNone(sender.process.poll(), str(sender))

    def test_what_is_fetched_anew_is_used_by_a_restart(self):
        n_asked = []

        def answer():
            n_asked.append(None)
            return self.signed(f"user{len(n_asked)}", 600, "2")

        Service.answers["/short"] = answer
        sender, _ = self.call(f"ice-transport-policy=relay ice-servers-uri={self.uri}/short",
                              3000, Player)
        sender.wait_for("connected")
        wait_until(lambda: self.allocated_by("user"), "allocated")
        # The answer to the second question was read when the third one comes.
        wait_until(lambda: len(n_asked) >= 3, "asked again, twice")
        self.assertEqual(self.allocated_by("user"), {"user1"})
        sender.process.send_signal(signal.SIGUSR1)
        wait_until(lambda: self.allocated_by("user") > {"user1"}, "allocated anew")
        self.assertIsNone(sender.process.poll(), str(sender))


if __name__ == "__main__":
    main()
