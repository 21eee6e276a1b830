#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""TURN servers that refuse, are not there, or are not who they should be: each is named, with
the cause, in one warning; the others go on; and where none is left, the error has them all."""
import base64
import hashlib
import hmac
import time

from turntest import Coturn, Cut, ESCAPED, ESCAPED_USER, PASSWORD
from turntest import SECRET, TurnTest, USER, free_port, main, servers


def credentials(expiry):
    """Returns what a service would have given away, as it stands in a URI."""
    name = f"{expiry}:bob"
    password = base64.b64encode(hmac.new(SECRET.encode(), name.encode(), hashlib.sha1).digest())
    return {"user": f"{expiry}%3Abob",
            "password": password.decode().replace("/", "%2F").replace("+", "%2B")}


class Refusals(TurnTest):
    def good(self):
        return self.turn.uri("?transport=udp").replace("127.0.0.1", "localhost")

    def tls(self, host="localhost"):
        return f"turns://{ESCAPED_USER}:{ESCAPED}@{host}:{self.turn.tls_port}"

    def assert_named(self, server, *causes, uri, properties="", n=150):
        """A call with that server and a good one is relayed by the good one."""
        sender = self.assert_relayed(f"{servers(uri, self.good())} {properties}", n)
        self.assert_one_warning(sender, server, *causes)
        self.assertEqual(sum(line.startswith("WARNING") for line in sender.lines), 1, str(sender))
        for secret in (ESCAPED, PASSWORD, "inept"):
            self.assertFalse(any(secret in line for line in sender.lines), str(sender))

    def test_wrong_password(self):
        self.assert_named(f"turn:127.0.0.1:{self.turn.port}", "refused the credentials (401)",
                          uri=self.turn.uri("?transport=udp", password="inept"))

    def test_expired_credentials(self):
        self.assert_named(f"turn:127.0.0.1:{self.rest.port}", "refused the credentials (401)",
                          "expired", uri=self.rest.uri("?transport=tcp", **credentials(1000)))

    def test_credentials_that_last(self):
        self.assert_relayed("turn-server="
                            + self.rest.uri("?transport=udp", **credentials(int(time.time()) + 600)))

    def test_refused_port(self):
        port = free_port()
        self.assert_named(f"turn:127.0.0.1:{port}", "can't be reached", "refused",
                          uri=f"turn://a:b@127.0.0.1:{port}?transport=tcp")

    def test_unknown_host(self):
        self.assert_named("turn:nowhere.invalid:3478", "can't be found",
                          uri="turn://a:b@nowhere.invalid?transport=udp")

    def test_who_is_not_trusted(self):
        self.assert_named(f"turns:localhost:{self.turn.tls_port}", "is not trusted", "authority",
                          uri=self.tls())

    def test_certificate_of_another_name(self):
        self.assert_named(f"turns:127.0.0.1:{self.turn.tls_port}", "is not trusted",
                          "another name", uri=self.tls("127.0.0.1"),
                          properties=f"tls-ca-file={self.folder / 'cert.pem'}")

    def test_quota(self):
        turn = Coturn(self.folder, "--lt-cred-mech", "--user", f"{USER}:{PASSWORD}",
                      "--user-quota", "1")
        self.addCleanup(turn.close)
        first, _ = self.call("ice-transport-policy=relay turn-server="
                             + turn.uri("?transport=udp"), 1500)
        first.wait_for("connected relay/udp")
        self.assert_named(f"turn:127.0.0.1:{turn.port}", "quota (486)",
                          uri=turn.uri("?transport=udp"))

    def test_server_that_dies_while_it_is_asked(self):
        cut = Cut(self.turn.port)
        self.addCleanup(cut.close)
        self.assert_named(f"turn:127.0.0.1:{cut.port}", "closed the connection",
                          uri=f"turn://{ESCAPED_USER}:{ESCAPED}@127.0.0.1:{cut.port}"
                          "?transport=tcp", n=250)
        self.assertGreater(cut.n_cut, 0)

    def test_nothing_left(self):
        port = free_port()
        sender, _ = self.call("ice-transport-policy=relay connect-timeout=8000 " + servers(
            self.turn.uri("?transport=udp", password="inept"),
            self.rest.uri("?transport=tcp", **credentials(1000)),
            f"turn://a:b@127.0.0.1:{port}?transport=tcp",
            "turn://a:b@nowhere.invalid?transport=udp", self.tls()))
        self.assertNotEqual(sender.wait(), 0, str(sender))
        error = [line for line in sender.lines if line.startswith("ERROR")]
        self.assertEqual(len(error), 1, str(sender))
        for server, cause in ((f"127.0.0.1:{self.turn.port}", "(401)"),
                              (f"127.0.0.1:{self.rest.port}", "(401)"),
                              (f"127.0.0.1:{port}", "can't be reached"),
                              ("nowhere.invalid", "can't be found"),
                              (f"localhost:{self.turn.tls_port}", "is not trusted")):
            said = [part for part in error[0].split(";") if server in part]
            self.assertEqual(len(said), 1, error[0])
            self.assertIn(cause, said[0])
            self.assert_one_warning(sender, server, cause)


if __name__ == "__main__":
    main()
