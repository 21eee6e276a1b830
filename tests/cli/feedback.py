#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a peer says by RTCP reaches what is before an icesink, without an element for RTCP."""
import struct
import threading
import time
import unittest

from launch import main, wait_until
from side import Gst, Side, call

AUDIO = """
    audiotestsrc is-live=true samplesperbuffer=160 ! audio/x-raw,rate=8000 ! mulawenc !
        rtppcmupay name=audio-payloader ! icesink name=audio {settings}
"""
# No key frame comes by itself.
SENDER = """
    videotestsrc is-live=true ! video/x-raw,width=160,height=120,framerate=30/1 !
        vp8enc name=encoder deadline=1 keyframe-max-dist=100000 ! rtpvp8pay name=payloader !
        {before} icesink name=ice network-interfaces=lo {settings}
"""
RTPBIN_SENDER = """
    rtpbin name=bin rtp-profile=avpf
    videotestsrc is-live=true ! video/x-raw,width=160,height=120,framerate=30/1 !
        vp8enc name=encoder deadline=1 keyframe-max-dist=100000 ! rtpvp8pay !
        bin.send_rtp_sink_0
    bin.send_rtp_src_0 ! icesink name=ice media=video network-interfaces=lo
    bin.send_rtcp_src_0 ! icesink media=video component=rtcp sync=false async=false
    icesrc media=video component=rtcp ! bin.recv_rtcp_sink_0
"""
PLAIN_RECEIVER = """
    icesrc name=ice media=video network-interfaces=lo !
        rtpvp8depay name=depayloader ! fakesink name=sink sync=false async=false signal-handoffs=true
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
        self.lost, self.back, self.n = set(), set(), 0
        pad.add_probe(Gst.PadProbeType.BUFFER | Gst.PadProbeType.BUFFER_LIST, self.on_probe)

    def on_probe(self, _pad, info):
        if info.type & Gst.PadProbeType.BUFFER:
            buffers = [info.get_buffer()]
        else:
            found = info.get_buffer_list()
            buffers = [found.get(i) for i in range(found.length())]
        numbers = {int.from_bytes(each.extract_dup(2, 2), "big") for each in buffers}
        self.n += len(numbers)
        self.back |= numbers & self.lost
        if len(self.lost) == 3 or numbers & self.lost or min(numbers) % 20 > 0:
            return Gst.PadProbeReturn.OK
        self.lost |= numbers
        return Gst.PadProbeReturn.DROP


class Times:
    """What an icesink sends, and when: of the newest packet."""

    def __init__(self, sink, rate):
        self.rate, self.ssrc, self.rtp, self.running = rate, 0, 0, 0
        sink.get_static_pad("sink").add_probe(
            Gst.PadProbeType.BUFFER | Gst.PadProbeType.BUFFER_LIST, self.on_probe)

    def on_probe(self, _pad, info):
        buffer = info.get_buffer() if info.type & Gst.PadProbeType.BUFFER else \
            info.get_buffer_list().get(0)
        self.rtp, self.ssrc = struct.unpack("!II", buffer.extract_dup(4, 8))
        self.running = buffer.pts / 1e9
        return Gst.PadProbeReturn.OK


def find_element(pipeline, factory, component):
    elements = pipeline.iterate_recurse()
    while (found := elements.next())[0] == Gst.IteratorResult.OK:
        if found[1].get_factory().get_name() == factory and \
                found[1].get_property("component").value_nick == component:
            return found[1]
    return None


def get_count(side, name):
    """Returns a count of the first m-line."""
    stats = side.session.get_property("stats")
    mline = stats.get_value("mline-0")
    return mline.get_value(name)


def find_cname(buffer):
    """Returns the CNAME in a compound packet (RFC 3550, 6.5.1)."""
    data = buffer.extract_dup(0, buffer.get_size())
    while len(data) >= 4 and data[1] != 202:
        data = data[4 * (int.from_bytes(data[2:4], "big") + 1):]
    return data[10:10 + data[9]].decode() if len(data) > 10 else None


class PlainReceiver(Side):
    def __init__(self, test, pipeline=PLAIN_RECEIVER):
        super().__init__(test, pipeline)
        self.n_frames = 0
        self.get("sink").connect("handoff", self.on_handoff)

    def on_handoff(self, *_):
        self.n_frames += 1

    def wait_frames(self, n):
        wait_until(lambda: self.n_frames >= n, f"{n} frames, but {self.n_frames}")

    def ask_key_unit(self):
        self.get("depayloader").get_static_pad("sink").push_event(Gst.Event.new_custom(
            Gst.EventType.CUSTOM_UPSTREAM, Gst.Structure.new_empty("GstForceKeyUnit")))


class Receiver(PlainReceiver):
    """With rtpbin."""

    def __init__(self, test, settings="", retransmission="false", more=""):
        super().__init__(test, RECEIVER.format(settings=settings,
                                               retransmission=retransmission) + more)
        self.left = set()
        self.get("bin").connect("pad-added", self.on_pad_added)
        self.get("bin").connect("on-bye-ssrc", lambda _bin, _session, ssrc: self.left.add(ssrc))

    def on_pad_added(self, _bin, pad):
        if pad.get_name().startswith("recv_rtp_src_0_"):
            pad.link(self.get("depayloader").get_static_pad("sink"))

    def get_source(self, session, ssrc):
        """Returns what rtpbin knows of a source."""
        source = self.get("bin").emit("get-internal-session", session).emit(
            "get-source-by-ssrc", ssrc)
        return source.get_property("stats") if source else None

    def get_cname(self, session, ssrc):
        source = self.get("bin").emit("get-internal-session", session).emit(
            "get-source-by-ssrc", ssrc)
        return source.get_property("sdes").get_string("cname")

    def has_report(self, session, ssrc):
        stats = self.get_source(session, ssrc)
        return stats is not None and stats.get_value("have-sr")


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

    def connect_keeping(self, settings):
        sender, receiver, asked, (offer, answer) = self.connect("rtprtxqueue ! identity !",
                                                                settings, "true")
        self.assertIn(" nack\r\n", offer)
        self.assertIn(" nack\r\n", answer)
        return sender, receiver, asked, Loss(receiver.get("wire").get_static_pad("src"))

    def test_nack_becomes_a_retransmission(self):
        *_, asked, loss = self.connect_keeping("encryption=none")
        wait_until(lambda: len(loss.back) >= 3, "what was lost")
        # rtprtxqueue has done it.
        self.assertEqual(asked.find("GstRTPRetransmissionRequest"), [])

    def test_srtp_is_sent_again_as_it_was(self):
        """What the test takes away was opened before: to come again it has to be the same."""
        sender, receiver, *_ = self.connect_keeping("")
        wait_until(lambda: get_count(receiver, "srtp-packets-refused-replay") >= 3,
                   "what was lost")
        self.assertEqual(get_count(receiver, "srtp-packets-refused"),
                         get_count(receiver, "srtp-packets-refused-replay"))
        self.assertEqual(get_count(sender, "srtp-packets-unprotectable"), 0)

    def test_icesrc_asks_by_itself(self):
        sender = Side(self, SENDER.format(before="", settings=""))
        receiver = PlainReceiver(self)
        asked = Watch(sender.get("encoder").get_static_pad("src"))
        call(sender, receiver)
        receiver.wait_frames(5)
        receiver.ask_key_unit()
        wait_until(lambda: asked.find("GstForceKeyUnit"), "asked for a key unit")

    def test_rtpbin_before_icesink_acts_alone(self):
        sender = Side(self, RTPBIN_SENDER)
        receiver = Receiver(self)
        names = set()
        find_element(receiver.pipeline, "icesrc", "rtcp").get_static_pad("src").add_probe(
            Gst.PadProbeType.BUFFER, lambda _pad, info: (
                names.add(find_cname(info.get_buffer())), Gst.PadProbeReturn.OK)[1])
        call(sender, receiver)
        receiver.wait_frames(5)
        # From here on: icesink asks for one itself where the path came after the stream's beginning.
        asked, own = (Watch(sender.get(name).get_static_pad(pad))
                      for name, pad in (("encoder", "src"), ("ice", "sink")))
        receiver.ask_key_unit()
        wait_until(lambda: asked.find("GstForceKeyUnit"), "asked for a key unit")
        self.assertEqual(own.find("GstForceKeyUnit"), [])
        wait_until(lambda: names, "reports")
        self.assertEqual(names, {sender.get("bin").get_property("sdes").get_string("cname")})

    def check_time(self, sender, receiver, session, times):
        """The report's NTP and RTP time are those of one moment of the sender's pipeline."""
        wait_until(lambda: receiver.has_report(session, times.ssrc), "a report")
        report = receiver.get_source(session, times.ssrc)
        clock = sender.pipeline.get_clock()
        zero = time.time() - (clock.get_time() - sender.pipeline.get_base_time()) / 1e9
        said = report.get_value("sr-ntptime") / 2 ** 32 - 2208988800 - zero
        ticks = (report.get_value("sr-rtptime") - times.rtp) & 0xffffffff
        ticks -= (ticks & 0x80000000) * 2
        self.assertAlmostEqual(said, times.running + ticks / times.rate, delta=0.02)
        self.assertGreater(report.get_value("sr-packet-count"), 0)
        self.assertGreater(report.get_value("sr-octet-count"), 0)

    def test_reports_keep_sound_and_picture_together(self):
        sender = Side(self, SENDER.format(before="", settings="") + AUDIO.format(settings=""))
        receiver = Receiver(self, more="""
            icesrc media=audio ! bin.recv_rtp_sink_1
            icesrc media=audio component=rtcp ! bin.recv_rtcp_sink_1
            bin.send_rtcp_src_1 ! icesink media=audio component=rtcp sync=false async=false
        """)
        streams = [Times(sender.get("ice"), 90000), Times(sender.get("audio"), 8000)]
        call(sender, receiver)
        receiver.wait_frames(5)
        for session, times in enumerate(streams):
            self.check_time(sender, receiver, session, times)
        # One CNAME is what tells that the two belong together.
        self.assertEqual(len({receiver.get_cname(n, times.ssrc)
                              for n, times in enumerate(streams)} - {None}), 1)
        # What its receiver reports say of us, by W3C's names.
        wait_until(lambda: "round-trip-time" in sender.session.get_property("stats").to_string(),
                   "receiver reports")
        sender.pipeline.set_state(Gst.State.NULL)
        wait_until(lambda: receiver.left == {times.ssrc for times in streams}, "goodbyes")

    def test_nack_is_promised_only_where_packets_are_kept(self):
        *_, described = self.connect()
        for sdp in described:
            self.assertNotIn(" nack\r\n", sdp)


if __name__ == "__main__":
    main(["rtpbin", "rtprtxqueue"])
