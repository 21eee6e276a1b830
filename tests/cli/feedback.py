#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a peer says by RTCP reaches what is before an icesink, without an element for RTCP."""
import threading
import unittest

from launch import main, wait_until
from side import Gst, Side, call

# No key frame comes by itself.
SENDER = """
    videotestsrc is-live=true ! video/x-raw,width=160,height=120,framerate=30/1 !
        vp8enc name=encoder deadline=1 keyframe-max-dist=100000 ! rtpvp8pay name=payloader !
        {before} icesink name=ice network-interfaces=lo {settings}
"""
RECEIVER = """
    rtpbin name=bin rtp-profile=avpf do-retransmission={retransmission} latency=200
    icesrc name=ice media=video network-interfaces=lo {settings} ! identity name=wire !
        bin.recv_rtp_sink_0
    icesrc media=video component=rtcp ! bin.recv_rtcp_sink_0
    bin.send_rtcp_src_0 ! icesink media=video component=rtcp sync=false async=false
    rtpvp8depay name=depayloader ! fakesink name=sink sync=false async=false signal-handoffs=true
"""


class Watch:
    """Counts the custom events that go up through a pad."""

    def __init__(self, pad):
        self.seen, self.lock = [], threading.Lock()
        pad.add_probe(Gst.PadProbeType.EVENT_UPSTREAM, self.on_probe)

    def on_probe(self, _pad, info):
        structure = info.get_event().get_structure()
        if structure is not None:
            with self.lock:
                self.seen.append(structure.copy())
        return Gst.PadProbeReturn.OK

    def find(self, name):
        with self.lock:
            return [each for each in self.seen if each.has_name(name)]


class Loss:
    """Takes three packets away, each when it comes for the first time."""

    def __init__(self, pad):
        self.lost, self.back = set(), set()
        pad.add_probe(Gst.PadProbeType.BUFFER | Gst.PadProbeType.BUFFER_LIST, self.on_probe)

    def on_probe(self, _pad, info):
        if info.type & Gst.PadProbeType.BUFFER:
            buffers = [info.get_buffer()]
        else:
            found = info.get_buffer_list()
            buffers = [found.get(i) for i in range(found.length())]
        numbers = {int.from_bytes(each.extract_dup(2, 2), "big") for each in buffers}
        self.back |= numbers & self.lost
        if len(self.lost) == 3 or numbers & self.lost or min(numbers) % 20 > 0:
            return Gst.PadProbeReturn.OK
        self.lost |= numbers
        return Gst.PadProbeReturn.DROP


class Receiver(Side):
    def __init__(self, test, settings="", retransmission="false"):
        super().__init__(test, RECEIVER.format(settings=settings, retransmission=retransmission))
        self.n_frames = 0
        self.get("bin").connect("pad-added", self.on_pad_added)
        self.get("sink").connect("handoff", self.on_handoff)

    def on_pad_added(self, _bin, pad):
        if pad.get_name().startswith("recv_rtp_src_"):
            pad.link(self.get("depayloader").get_static_pad("sink"))

    def on_handoff(self, *_):
        self.n_frames += 1

    def wait_frames(self, n):
        wait_until(lambda: self.n_frames >= n, f"{n} frames, but {self.n_frames}")

    def ask_key_unit(self):
        self.get("depayloader").get_static_pad("sink").push_event(Gst.Event.new_custom(
            Gst.EventType.CUSTOM_UPSTREAM, Gst.Structure.new_empty("GstForceKeyUnit")))


class Feedback(unittest.TestCase):
    def connect(self, before="", settings="", retransmission="false"):
        sender = Side(self, SENDER.format(before=before, settings=settings))
        receiver = Receiver(self, settings, retransmission)
        asked = Watch(sender.get("encoder").get_static_pad("src"))
        offer, answer = call(sender, receiver)
        receiver.wait_frames(5)
        return sender, receiver, asked, (offer, answer)

    def check_key_units(self, settings):
        sender, receiver, asked, described = self.connect(settings=settings)
        for sdp in described:
            self.assertIn(" nack pli\r\n", sdp)
            self.assertIn(" ccm fir\r\n", sdp)
        # The stream begins with a key frame.
        self.assertEqual(asked.find("GstForceKeyUnit"), [])
        receiver.ask_key_unit()
        wait_until(lambda: asked.find("GstForceKeyUnit"), "asked for a key unit")
        event, = asked.find("GstForceKeyUnit")
        self.assertEqual(event.get_value("running-time"), Gst.CLOCK_TIME_NONE)
        self.assertIs(event.get_value("all-headers"), True)
        self.assertEqual(event.get_value("count"), 1)
        self.assertEqual(sender.element_messages("ice-error"), [])

    def test_pli_becomes_a_key_unit_request(self):
        self.check_key_units("")

    def test_the_same_in_the_clear(self):
        self.check_key_units("encryption=none")

    def test_the_same_on_component_2(self):
        self.check_key_units("encryption=sdes rtcp-mux=false")

    def check_retransmission(self, settings):
        _, receiver, asked, (offer, answer) = self.connect(
            "rtprtxqueue ! identity !", settings, "true")
        self.assertIn(" nack\r\n", offer)
        self.assertIn(" nack\r\n", answer)
        loss = Loss(receiver.get("wire").get_static_pad("src"))
        wait_until(lambda: len(loss.back) >= 3, f"what was lost: {loss.lost}, {loss.back}")
        self.assertEqual(asked.find("GstRTPRetransmissionRequest"), [])

    def test_nack_becomes_a_retransmission_in_the_clear(self):
        self.check_retransmission("encryption=none")

    def test_nack_is_promised_only_where_packets_are_kept(self):
        *_, described = self.connect()
        for sdp in described:
            self.assertNotIn(" nack\r\n", sdp)


if __name__ == "__main__":
    main(["rtpbin", "rtprtxqueue"])
