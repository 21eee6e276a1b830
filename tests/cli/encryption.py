#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Encrypted calls, and what becomes of those that a peer would have otherwise."""
import base64
import re
import unittest
import urllib.request

from launch import TIMEOUT_SECONDS, Launch, audio, free_port, main, wait_until
from side import Gst, Side, call

SENDER = ("audiotestsrc is-live=true samplesperbuffer=160 ! mulawenc ! rtppcmupay ! "
          "icesink name=ice network-interfaces=lo {}")
RECEIVER = ('icesrc name=ice network-interfaces=lo {} caps="application/x-rtp,media=audio,'
            'encoding-name=PCMU,clock-rate=8000,payload=0" ! fakesink name=sink sync=false '
            "signal-handoffs=true")


class Encryption(unittest.TestCase):
    def sides(self, settings="", receiver_settings=None):
        if receiver_settings is None:
            receiver_settings = settings
        sender = Side(self, SENDER.format(settings))
        receiver = Side(self, RECEIVER.format(receiver_settings))
        receiver.payloads = []
        receiver.get("sink").connect("handoff", lambda _sink, buffer, _pad: receiver.payloads
                                     .append(buffer.extract_dup(12, buffer.get_size() - 12)))
        return sender, receiver

    def exchange(self, sender, receiver, change_offer=str, change_answer=str):
        """Offer and answer as the two changes make them. Returns whether each was taken."""
        sender.play(receiver)
        receiver.play(sender)
        self.assertTrue(sender.needed.wait(TIMEOUT_SECONDS))
        offer = change_offer(sender.session.emit("create-offer"))
        if not receiver.session.emit("set-remote-description", offer):
            return False, False
        answer = change_answer(receiver.session.emit("create-answer"))
        return True, sender.session.emit("set-remote-description", answer)

    def transport(self, side):
        # The binding lends what is inside; a copy outlives it.
        stats = side.session.get_property("stats")
        return stats.get_value("mline-0").copy()

    def error_of(self, side):
        def find():
            return [m.parse_error()[0].message for m in side.take_messages()
                    if m.type == Gst.MessageType.ERROR]
        wait_until(find, "an error")
        self.assertEqual(len(find()), 1)
        return find()[0]

    def warning_of(self, side):
        def find():
            return [m.parse_warning()[0].message for m in side.take_messages()
                    if m.type == Gst.MessageType.WARNING]
        wait_until(find, "a warning")
        return find()[0]

    def assert_silent(self, sender, receiver):
        self.assertEqual(receiver.payloads, [])
        self.assertEqual(sender.stat("packets-sent"), 0)

    def test_dtls_is_what_is_meant(self):
        sender, receiver = self.sides()
        offer, answer = call(sender, receiver)
        wait_until(lambda: len(receiver.payloads) >= 20, "packets")
        self.assertIn("UDP/TLS/RTP/SAVPF", offer)
        self.assertIn("a=setup:actpass", offer)
        self.assertIn("a=setup:passive", answer)
        for end, sdp, other in ((sender, offer, receiver), (receiver, answer, sender)):
            stats = self.transport(end)
            self.assertEqual(stats.get_value("dtls-state"), "connected")
            self.assertEqual(stats.get_value("srtp-cipher"), "AEAD_AES_128_GCM")
            self.assertIn("a=fingerprint:sha-256 " + stats.get_value("local-fingerprint"), sdp)
            self.assertEqual(self.transport(other).get_value("remote-fingerprint"),
                             stats.get_value("local-fingerprint"))
            # The names of RFC 5289 and of DTLS 1.2 on the wire.
            self.assertEqual(stats.get_value("dtls-cipher"),
                             "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")
            self.assertEqual(stats.get_value("tls-version"), "FEFD")
        self.assertEqual(self.transport(sender).get_value("dtls-role"), "client")
        self.assertEqual(self.transport(receiver).get_value("dtls-role"), "server")

    def test_sdes_has_its_keys_in_the_description(self):
        sender, receiver = self.sides("encryption=sdes")
        offer, answer = call(sender, receiver)
        wait_until(lambda: len(receiver.payloads) >= 20, "packets")
        self.assertIn("RTP/SAVP ", offer)
        self.assertEqual(re.findall(r"a=crypto:\d (\w+) inline:", offer), [
            "AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32", "AEAD_AES_128_GCM",
            "AEAD_AES_256_GCM"])
        self.assertEqual(re.findall(r"a=crypto:(\d \w+) inline:", answer), ["3 AEAD_AES_128_GCM"])
        self.assertEqual(self.transport(sender).get_value("encryption"), "sdes")

    def test_the_short_tag_is_chosen_where_only_that_is_offered(self):
        sender, receiver = self.sides("encryption=sdes")
        taken = self.exchange(sender, receiver,
                              lambda sdp: re.sub(r"a=crypto:[134] .*\r\n", "", sdp))
        self.assertEqual(taken, (True, True))
        wait_until(lambda: len(receiver.payloads) >= 20, "packets")
        self.assertEqual(self.transport(receiver).get_value("srtp-cipher"),
                         "AES_CM_128_HMAC_SHA1_32")

    def test_media_is_what_was_sent(self):
        sender, receiver = self.sides()
        call(sender, receiver)
        wait_until(lambda: len(receiver.payloads) >= 20, "packets")
        self.assertEqual({len(payload) for payload in receiver.payloads}, {160})
        # A tone in mu-law: both signs, and few of the values that noise would have.
        self.assertLess(len(set(b"".join(receiver.payloads[:20]))), 200)

    def test_another_certificate_ends_the_call_before_a_packet_leaves(self):
        def forge(sdp):
            return re.sub(r"(a=fingerprint:sha-256 )(..)", lambda m: m[1] + (
                "00" if m[2] != "00" else "01"), sdp)
        sender, receiver = self.sides()
        self.exchange(sender, receiver, change_answer=forge)
        self.assertIn("another certificate", self.error_of(sender))
        self.assert_silent(sender, receiver)

    def test_offers_that_are_not_encrypted_as_asked_are_refused(self):
        no_fingerprint = re.compile(r"a=fingerprint.*\r\n")
        for change, why in (
                (lambda sdp: sdp.replace("UDP/TLS/RTP/SAVPF", "RTP/AVP"), "has the profile RTP/AVP"),
                (lambda sdp: no_fingerprint.sub("", sdp), "has no a=fingerprint"),
                (lambda sdp: re.sub(r"a=rtcp-mux(-only)?\r\n", "", sdp), "a=rtcp-mux"),
                (lambda sdp: re.sub("a=fingerprint.*", "a=fingerprint:md5 00:11", sdp),
                 "has no a=fingerprint")):
            with self.subTest(why=why):
                sender, receiver = self.sides()
                self.assertEqual(self.exchange(sender, receiver, change), (False, False))
                self.assertIn(why, self.warning_of(receiver))
                self.assert_silent(sender, receiver)

    def test_answers_that_are_not_encrypted_as_asked_are_refused(self):
        sender, receiver = self.sides()
        taken = self.exchange(sender, receiver, change_answer=lambda sdp: re.sub(
            r"a=fingerprint.*\r\n", "", sdp.replace("UDP/TLS/RTP/SAVPF", "RTP/AVP")))
        self.assertEqual(taken, (True, False))
        self.assertIn("has the profile RTP/AVP", self.warning_of(sender))
        self.assert_silent(sender, receiver)

    def test_nobody_is_talked_into_less_in_mid_call(self):
        sender, receiver = self.sides()
        call(sender, receiver)
        wait_until(lambda: len(receiver.payloads) >= 20, "packets")
        sender.session.emit("restart-ice")
        offer = sender.session.emit("create-offer")
        self.assertFalse(receiver.session.emit("set-remote-description", re.sub(
            r"a=fingerprint.*\r\n", "", offer.replace("UDP/TLS/RTP/SAVPF", "RTP/AVP"))))
        n = len(receiver.payloads)
        wait_until(lambda: len(receiver.payloads) >= n + 20, "the call goes on")

    def test_keys_outlive_a_restart(self):
        sender, receiver = self.sides()
        call(sender, receiver)
        wait_until(lambda: len(receiver.payloads) >= 20, "packets")
        sender.session.emit("restart-ice")
        offer = sender.session.emit("create-offer")
        self.assertTrue(receiver.session.emit("set-remote-description", offer))
        self.assertTrue(sender.session.emit("set-remote-description",
                                            receiver.session.emit("create-answer")))
        wait_until(lambda: len(sender.element_messages("ice-selected-pair")) >= 2, "another pair")
        n = len(receiver.payloads)
        wait_until(lambda: len(receiver.payloads) >= n + 20, "packets after it")
        self.assertEqual(self.transport(receiver).get_value("srtp-packets-refused"), 0)

    def test_other_keys_are_taken_in_mid_call_without_a_gap(self):
        """Issue 16, 5: what still comes with the old ones is opened as well."""
        other = base64.b64encode(bytes(range(28))).decode()
        sender, receiver = self.sides("encryption=sdes")
        call(sender, receiver)
        wait_until(lambda: len(receiver.payloads) >= 20, "packets")
        sender.session.emit("restart-ice")
        offer = re.sub(r"(a=crypto:3 AEAD_AES_128_GCM inline:)\S+", r"\g<1>" + other,
                       sender.session.emit("create-offer"))
        self.assertIn(other, offer)
        self.assertTrue(receiver.session.emit("set-remote-description", offer))
        answer = receiver.session.emit("create-answer")
        self.assertIn("a=crypto:3 AEAD_AES_128_GCM inline:", answer)
        self.assertTrue(sender.session.emit("set-remote-description", answer))
        wait_until(lambda: len(sender.element_messages("ice-selected-pair")) >= 2, "another pair")
        n = len(receiver.payloads)
        wait_until(lambda: len(receiver.payloads) >= n + 20, "packets after it")
        self.assertEqual(self.transport(receiver).get_value("srtp-packets-refused"), 0)

    def test_keys_that_cannot_be_used_are_refused_by_their_name(self):
        for parameter in ("UNENCRYPTED_SRTP", "UNENCRYPTED_SRTCP", "UNAUTHENTICATED_SRTP", "KDR=2"):
            with self.subTest(parameter=parameter):
                sender, receiver = self.sides("encryption=sdes")
                self.assertEqual(self.exchange(sender, receiver, lambda sdp, added=parameter: re.sub(
                    r"(a=crypto:.*)\r\n", r"\1 " + added + "\r\n", sdp)), (False, False))
                self.assertIn(parameter.split("=", maxsplit=1)[0] + " is not taken",
                              self.warning_of(receiver))
                self.assert_silent(sender, receiver)

    def test_an_mki_is_sent_and_checked(self):
        """Issue 16, 5: as Teams' gateways write it; an answer has the same."""
        sender, receiver = self.sides("encryption=sdes")
        answers = []
        self.exchange(sender, receiver, lambda sdp: re.sub(
            r"(a=crypto:1 .*)\r\n", r"\1|2^31|1:1\r\n", re.sub(r"a=crypto:[234] .*\r\n", "", sdp)),
            lambda sdp: answers.append(sdp) or sdp)
        self.assertRegex(answers[0], r"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:\S+\|2\^31\|1:1\r")
        # The sender was not told that it sends an MKI, so that nothing of it is the peer's.
        wait_until(lambda: self.transport(receiver).get_value("srtp-packets-refused") >= 20,
                   "packets without an MKI")
        self.assertEqual(receiver.payloads, [])

    def test_a_handshake_that_never_comes_is_an_error(self):
        # Each is made to believe that the other begins.
        sender, receiver = self.sides("connect-timeout=3000")
        self.exchange(sender, receiver, lambda sdp: sdp.replace("setup:actpass", "setup:active"),
                      lambda sdp: sdp.replace("setup:passive", "setup:active"))
        self.assertIn("DTLS handshake", self.error_of(sender))
        self.assert_silent(sender, receiver)

    def post(self, uri, sender):
        """Returns the answer to the sender's offer."""
        sender.pipeline.set_state(Gst.State.PLAYING)
        self.assertTrue(sender.needed.wait(TIMEOUT_SECONDS))
        sender.session.emit("create-offer")
        wait_until(lambda: sender.session.get_property("ice-gathering-state").value_nick ==
                   "complete", "gathered")
        request = urllib.request.Request(uri, sender.session.emit("create-offer").encode(),
                                         {"Content-Type": "application/sdp"})
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as reply:
            return reply.read().decode()

    def test_a_listener_outlives_a_handshake_that_fails(self):
        """A warning says why; the next peer has its call."""
        uri = f"http://127.0.0.1:{free_port()}/call"
        stranger, receiver = self.sides("", f"signalling-uri={uri}?mode=listener")
        sender = Side(self, SENDER.format(""))
        receiver.pipeline.set_state(Gst.State.PLAYING)
        receiver.wait_listening()
        answer = self.post(uri, stranger)
        self.assertTrue(stranger.session.emit("set-remote-description", re.sub(
            r"(fingerprint:sha-256 ..:)..", r"\g<1>00", answer)))
        self.assertIn("DTLS handshake", self.warning_of(receiver))
        answer = self.post(uri, sender)
        self.assertTrue(sender.session.emit("set-remote-description", answer))
        wait_until(lambda: len(receiver.payloads) >= 20, "packets")

    def test_dtls_needs_rtcp_mux(self):
        sender = Launch(f"{audio(1)} ! icesink rtcp-mux=false")
        self.addCleanup(sender.close)
        sender.wait_for("needs rtcp-mux")

    def test_keys_do_not_go_to_other_hosts_in_the_clear(self):
        for uri in ("http://192.0.2.1:8080/x", "ws://192.0.2.1:8080/x"):
            with self.subTest(uri=uri):
                sender = Launch(f"{audio(1)} ! icesink encryption=sdes signalling-uri={uri}")
                self.addCleanup(sender.close)
                sender.wait_for("in the clear")

    def test_what_is_not_encrypted_must_be_asked_for_at_both_ends(self):
        sender, receiver = self.sides("", "encryption=none")
        self.assertEqual(self.exchange(sender, receiver), (False, False))
        self.assertIn("set encryption to the same at both ends", self.warning_of(receiver))
        self.assert_silent(sender, receiver)


if __name__ == "__main__":
    main([])
