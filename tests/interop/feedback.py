#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""feedback.py PAGE EXAMPLE: what a Chromium says of packets by RTCP reaches the encoder, and what
rtpbin says reaches the Chromium's."""
import importlib.util
import json
import struct
import sys
import threading
import unittest

import browser
import chromium
from browser import ANSWER, N_FRAMES, PLAIN_ADDRESSES, SECONDS, Gst
from launch import wait_until
from peer import End

EXAMPLE = None
TWCC = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
# What is sent with feedback that the application asks for in its caps.
OFFER = """
    rtpbin name=bin rtp-profile=avpf
    videotestsrc is-live=true ! video/x-raw,width=320,height=240,framerate=25/1 !
        vp8enc deadline=1 cpu-used=8 keyframe-max-dist=25 ! rtpvp8pay !
        application/x-rtp,rtcp-fb-nack-pli=true,{feedback} ! bin.send_rtp_sink_0
    bin.send_rtp_src_0 ! icesink name=ice media=video {{settings}}
    bin.send_rtcp_src_0 ! icesink media=video component=rtcp sync=false async=false
    icesrc name=rtcp media=video component=rtcp ! bin.recv_rtcp_sink_0
"""
# Without any element for RTCP; no key frame comes by itself.
PLAIN_SEND = """videotestsrc is-live=true ! video/x-raw,width=320,height=240,framerate=25/1 !
    vp8enc name=encoder deadline=1 cpu-used=8 keyframe-max-dist=100000 ! rtpvp8pay !
    icesink name=ice signalling-uri=http://127.0.0.1:{port}/cam?mode=listener"""
PLAIN_RECEIVE = """icesrc name=ice media=video
        signalling-uri=http://127.0.0.1:{port}/cam?mode=listener ! rtpvp8depay name=depayloader !
    vp8dec ! fakesink name=video async=false signal-handoffs=true"""
STATS = """(async () => [...(await call.connection.getStats()).values()]
    .find(each => each.type === "{type}"{more}))()"""
INBOUND = STATS.format(type="inbound-rtp", more="")
OUTBOUND = STATS.format(type="outbound-rtp", more="")
REPORTED = STATS.format(type="remote-outbound-rtp", more="")
PAIR = STATS.format(type="candidate-pair", more=" && each.availableOutgoingBitrate")
# PT and FMT of RTCP (RFC 4585, 6.1).
TWCC_FEEDBACK, REMB_FEEDBACK = (205, 15), (206, 15)


def find_feedback(data):
    """Yields PT and FMT of each packet in a compound one."""
    while len(data) >= 4:
        first, kind, length = struct.unpack("!BBH", data[:4])
        yield kind, first & 31
        data = data[4 * (length + 1):]


class Watch:
    """Counts what passes a pad."""

    def __init__(self, pad, kind, what):
        self.what, self.n, self.lock = what, 0, threading.Lock()
        pad.add_probe(kind, self.on_probe)

    def on_probe(self, _pad, info):
        with self.lock:
            self.n += self.what(info)
        return Gst.PadProbeReturn.OK


def is_key_request(info):
    structure = info.get_event().get_structure()
    return structure is not None and structure.has_name("GstForceKeyUnit")


def count_rtcp(wanted):
    def count(info):
        if info.type & Gst.PadProbeType.BUFFER_LIST:
            found = info.get_buffer_list()
            buffers = [found.get(i) for i in range(found.length())]
        else:
            buffers = [info.get_buffer()]
        return sum(list(find_feedback(each.extract_dup(0, each.get_size()))).count(wanted)
                   for each in buffers)
    return count


def find_element(pipeline, factory, component):
    elements = pipeline.iterate_recurse()
    while (found := elements.next())[0] == Gst.IteratorResult.OK:
        if found[1].get_factory().get_name() == factory and \
                found[1].get_property("component").value_nick == component:
            return found[1]
    return None


class Example(browser.Pipeline):
    """A pipeline of docs/examples/feedback.py."""

    def __init__(self, test, what):
        self.what = what
        super().__init__(test, "")

    def parse(self, _description):
        sink = "fakesink name=video async=false signal-handoffs=true"
        return EXAMPLE.parse(self.what, f"http://127.0.0.1:{self.port}/cam?mode=listener", sink)


def lose_one(sink):
    """Takes the next packets that come to @sink away."""
    sink.get_static_pad("sink").add_probe(
        Gst.PadProbeType.BUFFER | Gst.PadProbeType.BUFFER_LIST, lambda pad, info:
        (pad.remove_probe(info.id), Gst.PadProbeReturn.DROP)[1])


class Feedback(browser.BrowserTest):
    def test_browser_asks_our_encoder_for_a_key_frame(self):
        """Without that it would show nothing more: there are no others."""
        sender = Example(self, "send")
        asked = Watch(sender.pipeline.get_by_name("encoder").get_static_pad("src"),
                      Gst.PadProbeType.EVENT_UPSTREAM, is_key_request)
        player = self.open(PLAIN_ADDRESSES)
        self.call(player, sender.port, "balanced",
                  "await call.play(document.querySelector('#video'), ['video'])")
        player.wait(f"(async () => await call.countFrames() >= {N_FRAMES})()", SECONDS)
        self.assertEqual((asked.n, player.run(INBOUND)["pliCount"]), (0, 0))
        lose_one(find_element(sender.pipeline, "icesink", "rtp"))
        player.wait(f"(async () => (await {INBOUND}).keyFramesDecoded > 1)()", SECONDS)
        seen = player.run(INBOUND)
        print(f"PLI {seen['pliCount']}, GstForceKeyUnit {asked.n}, "
              f"key frames {seen['keyFramesDecoded']}")
        # One that comes while a key frame is on its way does not make another.
        self.assertTrue(1 <= asked.n <= seen["pliCount"], (asked.n, seen))
        self.assertEqual(seen["firCount"], 0)
        self.assertEqual(sender.errors(), [])

    def test_icesink_alone_hears_the_browser_and_reports_to_it(self):
        sender = browser.Pipeline(self, PLAIN_SEND)
        asked = Watch(sender.pipeline.get_by_name("encoder").get_static_pad("src"),
                      Gst.PadProbeType.EVENT_UPSTREAM, is_key_request)
        player = self.open(PLAIN_ADDRESSES)
        self.call(player, sender.port, "balanced",
                  "await call.play(document.querySelector('#video'), ['video'])")
        player.wait(f"(async () => await call.countFrames() >= {N_FRAMES})()", SECONDS)
        before = asked.n
        lose_one(find_element(sender.pipeline, "icesink", "rtp"))
        player.wait(f"(async () => (await {INBOUND}).keyFramesDecoded > {1 + before})()", SECONDS)
        self.assertGreater(asked.n, before)
        player.wait(f"(async () => (await {REPORTED})?.reportsSent > 0)()", SECONDS)
        self.assertEqual(sender.errors(), [])

    def test_we_ask_the_browser_for_a_key_frame(self):
        self.ask(Example(self, "receive"))

    def test_icesrc_alone_asks_the_browser_for_a_key_frame(self):
        self.ask(browser.Pipeline(self, PLAIN_RECEIVE))

    def ask(self, receiver):
        publisher = self.publish_to(receiver)
        before = publisher.run(OUTBOUND)
        depayloader = receiver.pipeline.get_by_name("depayloader")
        depayloader.get_static_pad("sink").push_event(Gst.Event.new_custom(
            Gst.EventType.CUSTOM_UPSTREAM, Gst.Structure.new_empty("GstForceKeyUnit")))
        publisher.wait(f"""(async () => {{
            const now = await {OUTBOUND};
            return now.pliCount > {before["pliCount"]} &&
                now.keyFramesEncoded > {before["keyFramesEncoded"]};
        }})()""", SECONDS)
        self.assertEqual(receiver.errors(), [])

    def test_browser_hears_how_its_packets_arrive(self):
        receiver = Example(self, "receive")
        said = Watch(find_element(receiver.pipeline, "icesink", "rtcp").get_static_pad("sink"),
                     Gst.PadProbeType.BUFFER | Gst.PadProbeType.BUFFER_LIST,
                     count_rtcp(TWCC_FEEDBACK))
        publisher = self.publish_to(receiver)
        wait_until(lambda: said.n >= 3, "transport-wide feedback")
        # It begins with 300 kbit/s, and without feedback has no more.
        publisher.wait(f"(async () => (await {PAIR})?.availableOutgoingBitrate > 300000)()", SECONDS)
        self.assertEqual(receiver.errors(), [])

    def publish_to(self, receiver):
        publisher = self.open(PLAIN_ADDRESSES)
        self.call(publisher, receiver.port, "balanced", """await call.publish(
            await navigator.mediaDevices.getUserMedia({video: true}))""")
        receiver.wait("video", N_FRAMES)
        return publisher

    def offer(self, feedback, *kept):
        """Our offer asks for @feedback; @kept is in the answer. Returns our end."""
        end = End(self, pipeline=OFFER.format(feedback=feedback), encryption="dtls-srtp",
                  interface=None)
        other = self.open(PLAIN_ADDRESSES)
        answer = other.run(ANSWER.format(offer=json.dumps(end.offer())))
        for line in kept:
            self.assertIn(line, answer)
        end.take(answer)
        return end, other

    def test_transport_wide_feedback_by_our_offer(self):
        end, _ = self.offer(f"rtcp-fb-transport-cc=true,extmap-7={TWCC}",
                            f"a=extmap:7 {TWCC}", " transport-cc", " nack pli")
        session = end.get("bin").emit("get-session", 0)
        wait_until(lambda: (found := session.get_property("twcc-stats")) is not None and
                   found.get_value("packets-recv") > 0, "statistics from the browser")
        self.assertEqual(end.complaints(), [])

    def test_estimate_of_the_bandwidth_by_our_offer(self):
        end, _ = self.offer("rtcp-fb-goog-remb=true", " goog-remb", " nack pli")
        said = Watch(end.get("rtcp").get_static_pad("src"),
                     Gst.PadProbeType.BUFFER | Gst.PadProbeType.BUFFER_LIST,
                     count_rtcp(REMB_FEEDBACK))
        wait_until(lambda: said.n >= 1, "REMB from the browser")
        self.assertEqual(end.complaints(), [])


def main():
    global EXAMPLE
    if chromium.find_program() is None:
        print("skipped: there is no Chromium (tests/install interop)")
        return 77
    browser.PAGE, path = sys.argv.pop(1), sys.argv.pop(1)
    spec = importlib.util.spec_from_file_location("example", path)
    EXAMPLE = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(EXAMPLE)
    print(chromium.version())
    suite = unittest.defaultTestLoader.loadTestsFromName(
        sys.argv[1] if len(sys.argv) > 1 else "Feedback", sys.modules[__name__])
    return 0 if unittest.TextTestRunner(verbosity=2).run(suite).wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
