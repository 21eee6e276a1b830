#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Calls through a real TURN server, coturn, on loopback: UDP, TCP and TLS, IPv6, several
servers, packets that are lost, and what is left behind."""
import re
import signal
import time
import urllib.request

from turntest import Coturn, ESCAPED, ESCAPED_USER, Launch, Lossy, PASSWORD
from turntest import SECRET, TurnTest, USER, free_port, main, servers, wait_until

OFFER = """v=0
o=- 1 1 IN IP4 127.0.0.1
s=-
t=0 0
m=audio 9 RTP/AVP 0
c=IN IP4 127.0.0.1
a=ice-ufrag:abcd
a=ice-pwd:abcdefghijklmnopqrstuv
a=rtpmap:0 PCMU/8000
a=rtcp-mux
a=sendonly
a=mid:0
""".replace("\n", "\r\n")


class Turn(TurnTest):
    def test_udp_and_nothing_else_leaves(self):
        sender = self.assert_relayed(f"turn-server={self.turn.uri('?transport=udp')}")
        candidates = [line for line in sender.lines if "candidate:" in line]
        self.assertTrue(candidates)
        for line in candidates:
            self.assertIn("typ\\ relay", line)
            self.assertIn("raddr\\ 0.0.0.0\\ rport\\ 0", line)

    def test_tcp(self):
        self.assert_relayed(f"turn-server={self.turn.uri('?transport=tcp')}")

    def test_of_several_servers_one_is_enough(self):
        dead = f"turn://a:b@127.0.0.1:{free_port()}"
        self.assert_relayed(servers(dead, self.turn.uri()))

    def test_tls(self):
        sender = self.assert_relayed(
            f"turn-server=turns://{ESCAPED_USER}:{ESCAPED}@localhost:{self.turn.tls_port} "
            f"tls-ca-file={self.folder / 'cert.pem'}")
        pair = sender.wait_for("ice-selected-pair")
        self.assertIn(f"turns:localhost:{self.turn.tls_port}", pair)

    def test_consent_is_asked_for_over_a_relay(self):
        """Of an end that only sends: libnice alone takes 50 s to see that nobody answers."""
        tls = (f"turn-server=turns://{ESCAPED_USER}:{ESCAPED}@localhost:{self.turn.tls_port} "
               f"tls-ca-file={self.folder / 'cert.pem'}")
        calls = [self.call("ice-transport-policy=relay auto-restart=false consent-timeout=5000 "
                           + server, 3000)
                 for server in (f"turn-server={self.turn.uri('?transport=udp')}",
                                f"turn-server={self.turn.uri('?transport=tcp')}", tls)]
        for sender, _ in calls:
            sender.wait_for("connected relay/udp")
        # Longer than consent-timeout, and nothing is wrong.
        over = time.monotonic() + 6
        wait_until(lambda: time.monotonic() > over, "later")
        stopped = time.monotonic()
        for _, receiver in calls:
            receiver.process.send_signal(signal.SIGSTOP)
            self.addCleanup(receiver.process.send_signal, signal.SIGCONT)
        for sender, _ in calls:
            sender.wait_for("GstIceConnectionState)disconnected")
            self.assertGreater(time.monotonic() - stopped, 3, str(sender))
            self.assertLess(time.monotonic() - stopped, 20, str(sender))

    def test_ipv6(self):
        # libnice asks for no family, and coturn would relay IPv4.
        turn = Coturn(self.folder, "--lt-cred-mech", "--user", f"{USER}:{PASSWORD}",
                      "-E", "::1", "--allocation-default-address-family=keep", address="::1")
        self.addCleanup(turn.close)
        for transport in ("udp", "tcp"):
            with self.subTest(transport=transport):
                sender = self.assert_relayed(
                    f"turn-server=turn://{ESCAPED_USER}:{ESCAPED}@[::1]:{turn.port}"
                    f"?transport={transport}")
                self.assertIn("connected relay/udp [::1]", "\n".join(sender.lines))

    def test_more_servers_than_libnice_takes(self):
        """One warning for each that is left out; TCP has its place among however many over UDP."""
        dead = [f"turn://a:b@127.0.0.1:{free_port()}?transport=udp" for _ in range(9)]
        sender = self.assert_relayed(servers(*dead, self.turn.uri("?transport=tcp")), 250)
        self.assertRegex(sender.wait_for("ice-selected-pair"),
                         rf"turn:127.0.0.1:{self.turn.port}\W+transport\W+tcp")
        left_out = [line for line in sender.lines if line.startswith("WARNING")
                    and "is not used over UDP: libnice takes 8" in line]
        self.assertEqual(len(left_out), 2, str(sender))
        for uri, line in zip(dead[7:], left_out):
            self.assertIn(uri.replace("//a:b@", ""), line)

    def test_shared_secret(self):
        self.assert_relayed(f"turn-server=turn://bob@127.0.0.1:{self.rest.port} "
                            f"turn-shared-secret={SECRET}")

    def test_an_answer_waits_where_packets_are_lost(self):
        """The answer by HTTP can't be added to: one with nothing but host candidates is of no
        use to a caller elsewhere."""
        way = Lossy(self.turn.port)
        self.addCleanup(way.close)
        port = free_port()
        receiver = Launch(f"icesrc encryption=none network-interfaces=lo stun-server=stun://"
                          f"127.0.0.1:{way.port} signalling-uri=http://:{port}/c ! fakesink")
        self.addCleanup(receiver.close)
        receiver.wait_for("listening")
        request = urllib.request.Request(f"http://127.0.0.1:{port}/c", OFFER.encode(),
                                         {"Content-Type": "application/sdp"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read().decode()
        self.assertTrue(way.n_seen, text)
        self.assertIn(" typ srflx", text)

    def test_allocations_are_freed(self):
        def count(text):
            return len(re.findall(text, self.turn.text()))
        new, freed = count(": new, realm"), count("refreshed, .*lifetime=0")
        self.assert_relayed(f"turn-server={self.turn.uri('?transport=udp')}", 50)
        self.assertGreater(count(": new, realm"), new)
        wait_until(lambda: count("refreshed, .*lifetime=0") - freed == count(": new, realm") - new,
                   "freed")


if __name__ == "__main__":
    main()
