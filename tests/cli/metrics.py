#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Metrics of a process, as Prometheus reads them."""
import select
import socket
import unittest
import urllib.error
import urllib.request

from launch import Launch, audio, free_port, main, wait_until

CAPS = 'caps="application/x-rtp,media=audio,encoding-name=PCMU,clock-rate=8000,payload=0"'
RECEIVER = f"icesrc network-interfaces=lo {CAPS} session-name={{name}} " \
    "signalling-uri=http://:{port}/call {settings} ! fakesink sync=false async=false"
SENDER = audio(100000, "true") + " ! icesink network-interfaces=lo " \
    "signalling-uri=http://127.0.0.1:{port}/call"


def receiver(port, settings, name="receiver"):
    return RECEIVER.format(port=port, settings=settings, name=name)


def read(uri):
    """Returns what is told, as a dictionary by name and labels."""
    with urllib.request.urlopen(uri, timeout=10) as answer:
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4"), \
            answer.headers["Content-Type"]
        lines = answer.read().decode().splitlines()
    helped, typed, values = set(), set(), {}
    for line in lines:
        if line.startswith("# HELP "):
            helped.add(line.split()[2])
        elif line.startswith("# TYPE "):
            assert line.split()[3] in ("counter", "gauge"), line
            typed.add(line.split()[2])
        else:
            name, value = line.rsplit(" ", 1)
            assert name not in values, line
            # Each family is said what it is before, and stands together.
            assert name.split("{")[0] in helped & typed, line
            values[name] = float(value)
    return values


def send_until_cut(client):
    """Returns how many bytes the other end, and the system between, took until the connection's end."""
    sent = 0
    client.setblocking(False)
    try:
        while not select.select([client], [client], [], 20)[0]:
            sent += client.send(bytes(1 << 16))
        while client.recv(1 << 16):
            pass
    except ConnectionError:
        pass
    return sent


class Metrics(unittest.TestCase):
    def launch(self, pipeline):
        launched = Launch(pipeline)
        self.addCleanup(launched.close)
        return launched

    def test_calls_on_a_shared_port(self):
        """Two listeners share the port of their calls, and that of the metrics."""
        ports, mux, told = [free_port(), free_port()], free_port(), free_port()
        uri = f"http://127.0.0.1:{told}/metrics"
        settings = f"ice-lite=true udp-mux-port={mux} metrics-uri={uri} context=bridge"
        receiving = self.launch(" ".join(
            receiver(port, settings, f"call-{port}") for port in ports))
        receiving.wait_for("listening")
        wait_until(lambda: read(uri)['gst_ice_sessions{state="new"}'] == 2, "two sessions")
        sending = [self.launch(SENDER.format(port=port)) for port in ports]
        connected = ('gst_ice_sessions{state="connected"}', 'gst_ice_sessions{state="completed"}')
        wait_until(lambda: sum(read(uri)[state] for state in connected) == 2, "connected")
        wait_until(lambda: read(uri)["gst_ice_packets_received_total"] >= 20, "packets")
        values = read(uri)
        self.assertEqual(values[f'gst_ice_port_calls{{port="{mux}"}}'], 2)
        self.assertGreaterEqual(values[f'gst_ice_port_checks_total{{port="{mux}"}}'], 2)
        self.assertEqual(values[f'gst_ice_port_kernel_drops_total{{port="{mux}"}}'], 0)
        self.assertEqual(sum(value for name, value in values.items()
                             if name.startswith("gst_ice_secured_total{")), 2)
        self.assertGreater(values["gst_ice_bytes_received_total"],
                           values["gst_ice_packets_received_total"] * 100)
        self.assertEqual(values["gst_ice_packets_sent_total"], 0)
        self.assertEqual(values["gst_ice_packets_lost"], 0)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.sendto(b"\x80" + bytes(50), ("127.0.0.1", mux))
        wait_until(lambda: read(uri)[f'gst_ice_port_strangers_total{{port="{mux}"}}'] == 1,
                   "a stranger")
        # What a call has counted stays when it is gone.
        before = read(uri)["gst_ice_packets_received_total"]
        for each in sending:
            each.close()
        self.assertGreaterEqual(read(uri)["gst_ice_packets_received_total"], before)

    def test_only_get_is_answered(self):
        port, told = free_port(), free_port()
        self.launch(receiver(port, f"metrics-uri=http://:{told}")).wait_for("listening")
        uri = f"http://127.0.0.1:{told}"
        self.assertIn("gst_ice_packets_sent_total", read(uri + "/metrics"))
        for path, method, status in (("/metrics", "POST", 405), ("/", "GET", 404),
                                     ("/metrics/x", "GET", 404)):
            with self.assertRaises(urllib.error.HTTPError) as failure:
                urllib.request.urlopen(urllib.request.Request(
                    uri + path, data=b"x" if method == "POST" else None, method=method),
                    timeout=10)
            self.assertEqual(failure.exception.code, status, path)

    def ask(self, port, request):
        """Returns status and text of the answer to the bytes of a request."""
        with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
            client.sendall(request)
            answer = b"".join(iter(lambda: client.recv(65536), b""))
        head, _, text = answer.partition(b"\r\n\r\n")
        return int(head.split()[1]), text.decode()

    def test_a_request_has_no_body(self):
        """No byte of a body is kept, whatever announces it."""
        told = free_port()
        self.launch(receiver(free_port(), f"metrics-uri=http://:{told}")).wait_for("listening")
        start = "{} /metrics HTTP/1.1\r\nHost: localhost\r\n{}\r\n"
        for method, header, body, status, text in (
                ("GET", "Content-Length: 1\r\n", b"x", 413, "leave it out"),
                ("GET", "Transfer-Encoding: chunked\r\n", b"1\r\nx\r\n0\r\n\r\n", 413, "leave it out"),
                ("POST", "Content-Length: 4000000\r\n", bytes(4000000), 405, "ask by GET"),
                ("PUT", "Transfer-Encoding: chunked\r\n", b"0\r\n\r\n", 405, "ask by GET")):
            with self.subTest(method=method, header=header):
                answer = self.ask(told, start.format(method, header).encode() + body)
                self.assertEqual(answer[0], status)
                self.assertIn(text, answer[1])
        self.assertEqual(self.ask(told, start.format("GET", "").encode())[0], 200)
        # What never ends is cut.
        with socket.create_connection(("127.0.0.1", told), timeout=20) as client:
            client.sendall(start.format("POST", "Content-Length: 999999999\r\n").encode())
            self.assertLess(send_until_cut(client), 100 << 20)

    def test_pages_of_other_names_read_nothing(self):
        """A page whose own name leads to 127.0.0.1 (DNS rebinding) is of our origin, and names itself."""
        told = free_port()
        self.launch(receiver(free_port(), f"metrics-uri=http://:{told}")).wait_for("listening")
        request = "GET /metrics HTTP/1.1\r\nHost: {}\r\n\r\n"
        for host, status in (("evil.example", 403), (f"evil.example:{told}", 403), ("", 403),
                             ("localhost", 200), (f"127.0.0.1:{told}", 200), (f"[::1]:{told}", 200)):
            with self.subTest(host=host):
                answer = self.ask(told, request.format(host).encode())
                self.assertEqual(answer[0], status)
                self.assertEqual("gst_ice_sessions" in answer[1], status == 200)

    def test_half_open_connections_make_room(self):
        """Of those that send no request, 64 may be there, and no one for longer than 10 s."""
        told = free_port()
        self.launch(receiver(free_port(), f"metrics-uri=http://:{told}")).wait_for("listening")
        silent = [socket.create_connection(("127.0.0.1", told), timeout=20) for _ in range(70)]
        for client in silent:
            self.addCleanup(client.close)
        self.assertIn("gst_ice_packets_sent_total", read(f"http://127.0.0.1:{told}/metrics"))
        # The oldest has made room, and the youngest has to go as well.
        self.assertEqual(silent[0].recv(1), b"")
        self.assertEqual(silent[-1].recv(1), b"")

    def test_who_asks_too_often_waits(self):
        told = free_port()
        self.launch(receiver(free_port(), f"metrics-uri=http://:{told}")).wait_for("listening")
        request = b"GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n"
        refused = next((text for status, text in (self.ask(told, request) for _ in range(3000))
                        if status == 429), None)
        self.assertIn("less often", refused or "none was refused")

    def test_bad_uri_is_an_error(self):
        for uri in ("ftp://127.0.0.1:1/", "http://127.0.0.1/metrics", "http://nowhere.test:9464/"):
            launched = self.launch(receiver(free_port(), f"metrics-uri={uri}"))
            launched.wait_for("must be like")
            self.assertNotEqual(launched.wait(), 0)

    def test_port_in_use_is_an_error(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            uri = f"http://127.0.0.1:{taken.getsockname()[1]}/metrics"
            launched = self.launch(receiver(free_port(), f"metrics-uri={uri}"))
            launched.wait_for("can't be listened on")
            self.assertNotEqual(launched.wait(), 0)


if __name__ == "__main__":
    main()
