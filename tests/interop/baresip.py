#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Calls with baresip, which has an ICE of its own: it does the SIP, and this test does just enough of it."""
import pathlib
import socket
import struct
import tempfile
import unittest
import uuid
import wave

import network
from peer import End, Program, need
from launch import main, wait_until

CONFIG = """
sip_listen {address}:{port}
net_interface {interface}
audio_source aufile,{folder}/tone.wav
audio_player aubridge,nil
audio_alert aubridge,nil
rtcp_mux {rtcp_mux}
module aufile.so
module aubridge.so
module g711.so
module ice.so
module srtp.so
module dtls_srtp.so
module_tmp account.so
module_app menu.so
ice_debug yes
"""
ACCOUNT = "<sip:baresip@{address}:{port}>;regint=0;answermode=auto;medianat=ice;{options}\n"
MODULES = "/usr/lib/baresip/modules"


class Message:
    """A SIP message (RFC 3261), as far as two ends on one line need it."""

    def __init__(self, text):
        head, _, self.body = text.partition("\r\n\r\n")
        self.start, *lines = head.split("\r\n")
        self.headers = [(name.strip().lower(), value.strip()) for name, _, value in
                        (line.partition(":") for line in lines)]

    def get(self, name):
        short = {"from": "f", "to": "t", "via": "v", "call-id": "i", "contact": "m"}.get(name)
        return next(value for key, value in self.headers if key in (name, short))

    def method(self):
        return self.get("cseq").split()[1]


class Phone:
    """Our SIP: one transaction after the other, over UDP."""

    def __init__(self, test):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        test.addCleanup(self.socket.close)
        self.socket.settimeout(20)
        self.socket.bind((network.ADDRESS, 0))
        self.address = "%s:%d" % self.socket.getsockname()
        self.uri, self.tag = f"<sip:gst@{self.address}>", uuid.uuid4().hex
        self.call_id, self.n = f"{uuid.uuid4().hex}@{network.ADDRESS}", 0

    def receive(self, wanted):
        """Returns the next message that wanted() is true of; all else is passed over."""
        while True:
            text, self.peer = self.socket.recvfrom(65536)
            message = Message(text.decode())
            if wanted(message):
                return message

    def send(self, lines, body=""):
        if body:
            lines.append("Content-Type: application/sdp")
        lines += [f"Contact: {self.uri}", "Max-Forwards: 70", f"Content-Length: {len(body)}"]
        self.socket.sendto(("\r\n".join(lines) + "\r\n\r\n" + body).encode(), self.peer)

    def request(self, method, to, n, body=""):
        self.send([f"{method} sip:baresip@{self.peer[0]}:{self.peer[1]} SIP/2.0",
                   f"Via: SIP/2.0/UDP {self.address};branch=z9hG4bK{method}{self.tag[:8]}{n}",
                   f"From: {self.uri};tag={self.tag}", f"To: {to}", f"Call-ID: {self.call_id}",
                   f"CSeq: {n} {method}"], body)

    def invite(self, port, sdp):
        """Calls baresip, and returns its answer's SDP."""
        self.peer = (network.ADDRESS, port)
        self.request("INVITE", f"<sip:baresip@{network.ADDRESS}:{port}>", 1, sdp)
        done = self.receive(lambda m: m.start.startswith("SIP/2.0 ") and m.start[8] != "1")
        self.request("ACK", done.get("to"), 1)
        if not done.start.startswith("SIP/2.0 200"):
            raise AssertionError(f"{done.start} to {sdp}")
        return done.body

    def be_invited(self):
        """Waits until baresip calls, and returns its INVITE."""
        return self.receive(lambda m: m.start.startswith("INVITE "))

    def accept(self, invite, sdp):
        self.send(["SIP/2.0 200 OK", f"Via: {invite.get('via')}", f"From: {invite.get('from')}",
                   f"To: {invite.get('to')};tag={self.tag}", f"Call-ID: {invite.get('call-id')}",
                   f"CSeq: {invite.get('cseq')}"], sdp)
        self.receive(lambda m: m.start.startswith("ACK "))


def write_tone(path):
    """Writes what baresip plays: longer than a test."""
    with wave.open(str(path), "wb") as tone:
        tone.setparams((1, 2, 8000, 0, "NONE", None))
        tone.writeframes(b"".join(struct.pack("<h", 1000 * (i // 10 % 2)) for i in range(8000)) * 60)


class Baresip(Program):
    def __init__(self, add_cleanup, port, rtcp_mux, options, call=None):
        folder = pathlib.Path(tempfile.mkdtemp())
        words = {"address": network.ADDRESS, "interface": network.INTERFACE, "port": port,
                 "rtcp_mux": rtcp_mux, "options": options, "folder": folder}
        write_tone(folder / "tone.wav")
        (folder / "config").write_text(f"module_path {MODULES}\n" + CONFIG.format(**words))
        (folder / "accounts").write_text(ACCOUNT.format(**words))
        command = ["baresip", "-f", folder]
        if call is not None:
            command += ["-e", f"/dial sip:gst@{call}"]
        super().__init__(add_cleanup, *command, folder=folder)

    def close(self):
        # Asked to end, it waits for the other end to say goodbye.
        self.process.kill()
        super().close()


class Calls(unittest.TestCase):
    def free_port(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.bind((network.ADDRESS, 0))
            return s.getsockname()[1]

    def end(self, settings, encryption):
        return End(self, settings, encryption=encryption, interface=network.INTERFACE)

    def assert_talks(self, end, baresip):
        end.wait_heard(50)
        self.assertEqual(end.complaints(), [])
        self.assertEqual(end.pair()[::2], ("host", "host"))
        baresip.wait_for("incoming rtp for 'audio' established")
        baresip.wait_for("connectivity check is complete")

    def be_called(self, rtcp_mux="no", options="", settings="", encryption="none"):
        """Has baresip call us, and returns its offer."""
        phone, end = Phone(self), self.end(settings, encryption)
        baresip = Baresip(self.addCleanup, self.free_port(), rtcp_mux, options, phone.address)
        invite = phone.be_invited()
        phone.accept(invite, end.answer(invite.body))
        self.assert_talks(end, baresip)
        return invite.body

    def call(self, rtcp_mux="no", options="", settings="", encryption="none"):
        """Calls baresip, and returns our end, the process and its answer."""
        phone, end, port = Phone(self), self.end(settings, encryption), self.free_port()
        baresip = Baresip(self.addCleanup, port, rtcp_mux, options)
        baresip.wait_for("baresip is ready")
        return end, baresip, phone.invite(port, end.offer())

    def test_it_calls_with_two_components(self):
        self.assertNotIn("a=rtcp-mux", self.be_called())

    def test_it_calls_with_one_port(self):
        self.assertIn("a=rtcp-mux", self.be_called("yes"))

    def test_it_calls_a_lite_end(self):
        """With one component, and with two."""
        for rtcp_mux in ("yes", "no"):
            with self.subTest(rtcp_mux=rtcp_mux):
                self.be_called(rtcp_mux, settings=f"ice-lite=true udp-mux-port={self.free_port()}")

    def test_encryption(self):
        for encryption, words, profile in (("sdes", "srtp-mand", "RTP/SAVP"),
                                           ("dtls-srtp", "dtls_srtp", "UDP/TLS/RTP/SAVPF")):
            with self.subTest(encryption=encryption, who="it calls"):
                offer = self.be_called("yes", f"mediaenc={words}", "", encryption)
                self.assertIn(f" {profile} ", offer)
            with self.subTest(encryption=encryption, who="it is called"):
                end, baresip, answer = self.call("yes", f"mediaenc={words}", "", encryption)
                end.take(answer)
                self.assert_talks(end, baresip)
                if encryption == "dtls-srtp":
                    self.assertEqual(end.cipher(), "AEAD_AES_128_GCM")

    def test_it_is_called_with_two_components(self):
        end, baresip, answer = self.call(settings="rtcp-mux=false")
        end.take(answer)
        self.assert_talks(end, baresip)

    def test_it_is_called_with_one_port(self):
        end, baresip, answer = self.call("yes")
        end.take(answer)
        self.assert_talks(end, baresip)

    def test_mismatch_says_what_to_do(self):
        """It looks for RTCP's candidate at the port after RTP's, as it does not know of rtcp-mux."""
        end, _, answer = self.call()
        self.assertIn("a=ice-mismatch", answer)
        self.assertFalse(end.session.emit("set-remote-description", answer))
        wait_until(lambda: any("rtcp-mux=false" in text for text in end.complaints()), "said so")


if __name__ == "__main__":
    need("baresip")
    network.enter()
    main()
