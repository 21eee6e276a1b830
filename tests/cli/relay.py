#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A listening icesrc outlives its publishers, and an icesink passes on what it receives."""
import threading
import unittest

import gi

gi.require_version("Gst", "1.0")
from gi.repository import Gst  # noqa: E402

from launch import free_port, main, wait_until  # noqa: E402

Gst.init(None)

VIDEO = """videotestsrc is-live=true ! video/x-raw,width=160,height=120,framerate=30/1 !
    {codec}enc deadline=1 keyframe-max-dist=100000 ! rtp{codec}pay pt={pt} ssrc={ssrc} !
    icesink name=ice network-interfaces=lo signalling-uri={uri}"""
AUDIO = """audiotestsrc is-live=true samplesperbuffer=160 ! mulawenc ! rtppcmupay !
    icesink network-interfaces=lo signalling-uri={uri}"""
VIEWER = """icesrc name=ice media=video network-interfaces=lo signalling-uri={uri} !
    rtpvp8depay name=depayloader ! vp8dec ! fakesink name=sink sync=false async=false
    signal-handoffs=true"""
FORMAT = "application/x-rtp,media=video,encoding-name={},clock-rate=90000,payload={}"
BOTH = f"{FORMAT.format('VP8', 101)};{FORMAT.format('VP9', 102)}"
VIEWER_OF_BOTH = f"""icesrc name=ice network-interfaces=lo caps="{BOTH}" signalling-uri={{uri}} !
    fakesink name=sink sync=false async=false signal-handoffs=true"""
EDGE = f"""icesrc name=in session-name=edge-in network-interfaces=lo caps="{BOTH}"
        signalling-uri={{base}}/view ! queue !
    icesink name=out session-name=edge-out network-interfaces=lo
        signalling-uri={{base}}/edge?mode=listener"""
SERVER = """icesrc name=in network-interfaces=lo signalling-uri={base}/pub?mode=listener
        keep-listening=true ! queue !
    icesink name=out session-name=out-{port} network-interfaces=lo
        signalling-uri={base}/view?mode=listener"""


class Pipeline:
    def __init__(self, test, description, **settings):
        self.pipeline = Gst.parse_launch(description.format(**settings))
        self.bus, self.messages, self.packets = self.pipeline.get_bus(), [], []
        self.n_frames, self.types, self.lock = 0, set(), threading.Lock()
        self.all = test.pipelines
        self.all.append(self)
        test.addCleanup(self.stop)
        sink = self.pipeline.get_by_name("sink")
        if sink is not None:
            sink.connect("handoff", self.on_handoff)
        self.pipeline.set_state(Gst.State.PLAYING)

    def get(self, name):
        return self.pipeline.get_by_name(name)

    def on_handoff(self, _sink, buffer, _pad):
        with self.lock:
            self.n_frames += 1
            # Of a viewer that does not decode: the payload types of the packets.
            self.types.add(buffer.extract_dup(1, 1)[0] & 0x7f)

    def stop(self):
        self.pipeline.set_state(Gst.State.NULL)

    def find(self, kind):
        """Returns the messages of that kind so far."""
        while (message := self.bus.pop()) is not None:
            self.messages.append(message)
        return [message for message in self.messages if message.type == kind]

    def progress(self):
        return [message.parse_progress()[2] for message in self.find(Gst.MessageType.PROGRESS)]

    def warnings(self):
        return [message.parse_warning()[0].message
                for message in self.find(Gst.MessageType.WARNING)]

    def errors(self):
        return [message.parse_error()[0].message for message in self.find(Gst.MessageType.ERROR)]

    def wait_until(self, condition, what):
        try:
            wait_until(condition, what)
        except AssertionError as error:
            said = "\n".join(pipeline.tell() for pipeline in self.all)
            raise AssertionError(f"{error}\n{said}") from None

    def tell(self):
        """Returns what this pipeline has said and counted."""
        counts = [child.get_property("stats").to_string() for child in self.pipeline.children
                  if child.get_factory().get_name() in ("icesink", "icesrc")]
        return f"{self.errors()}, {self.warnings()}, {self.progress()}, {counts}"

    def wait_frames(self, more):
        goal = self.n_frames + more
        self.wait_until(lambda: self.n_frames >= goal, f"{more} frames")


class Relay(unittest.TestCase):
    def setUp(self):
        self.pipelines = []
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"

    def publish(self, pt=96, ssrc=1, codec="vp8"):
        return Pipeline(self, VIDEO, codec=codec, pt=pt, ssrc=ssrc, uri=f"{self.base}/pub")

    def view(self, line=VIEWER, path="view"):
        return Pipeline(self, line, uri=f"{self.base}/{path}")

    def serve(self):
        server = Pipeline(self, SERVER, base=self.base, port=self.port)
        self.wait_listening(server, "pub", "view")
        return server

    def wait_listening(self, pipeline, *paths):
        """A publisher that comes sooner is told that there is nothing."""
        pipeline.wait_until(
            lambda: {f"listening on {self.base}/{path}" for path in paths} <= set(
                pipeline.progress()), "listening")

    def wait_sent(self, publisher, n):
        publisher.wait_until(lambda: publisher.get("ice").get_property("stats").get_value(
            "packets-sent") > n, f"{n} packets")

    def test_listener_waits_for_the_next_publisher(self):
        listener = Pipeline(self, VIEWER.replace("{uri}", "{uri} keep-listening=true"),
                            uri=f"{self.base}/pub?mode=listener")
        self.wait_listening(listener, "pub")
        for pt, ssrc in ((96, 1), (97, 2), (97, 2)):
            publisher = self.publish(pt, ssrc)
            listener.wait_frames(10)
            caps = listener.get("ice").get_static_pad("src").get_current_caps().get_structure(0)
            self.assertEqual(caps.get_value("payload"), pt)
            publisher.stop()
            wait_until(lambda: "the peer has gone; waiting for the next" in listener.progress(),
                       "waiting for the next")
            listener.messages.clear()
        self.assertEqual(listener.find(Gst.MessageType.EOS), [])
        self.assertEqual(listener.errors(), [])

    def test_without_it_the_stream_ends(self):
        listener = Pipeline(self, VIEWER, uri=f"{self.base}/pub?mode=listener")
        self.wait_listening(listener, "pub")
        publisher = self.publish()
        listener.wait_frames(10)
        publisher.stop()
        wait_until(lambda: listener.find(Gst.MessageType.EOS), "EOS")

    def test_viewer_that_calls_first_plays_when_the_publisher_comes(self):
        server, viewer = self.serve(), self.view()
        wait_until(lambda: any("viewer 1: a call waits for out, which has no caps yet" == text
                               for text in server.progress()), "waits")
        self.publish()
        viewer.wait_frames(10)
        self.assertEqual(viewer.errors() + server.errors(), [])

    def test_nothing_old_is_played(self):
        newest, first = [0], []
        self.serve()
        publisher = self.publish()
        note(publisher.get("ice").get_static_pad("sink"),
             lambda rtp: newest.__setitem__(0, rtp))
        self.wait_sent(publisher, 60)
        viewer = Pipeline(self, VIEWER, uri=f"{self.base}/view")
        note(viewer.get("ice").get_static_pad("src"),
             lambda rtp: first or first.append((newest[0] - rtp) & 0xffffffff))
        # There is no key frame but that which the viewer asks for.
        viewer.wait_frames(10)
        self.assertLess(first[0], 90000 // 2)

    def test_viewer_stays_while_publishers_change(self):
        server, viewer = self.serve(), None
        for pt, ssrc in ((96, 1), (98, 2)):
            publisher = self.publish(pt, ssrc)
            viewer = viewer or self.view()
            viewer.wait_frames(10)
            publisher.stop()
            wait_until(lambda: "the peer has gone; waiting for the next" in server.progress(),
                       "waiting for the next")
        self.assertEqual(viewer.errors() + server.errors(), [])
        self.assertEqual(viewer.find(Gst.MessageType.EOS), [])

    def leave(self, publisher, server):
        publisher.stop()
        wait_until(lambda: "the peer has gone; waiting for the next" in server.progress(),
                   "waiting for the next")
        server.messages.clear()

    def wait_stream(self, viewer, payload, encoding):
        """Has packets of that payload type come, and checks which caps they have."""
        viewer.types.clear()
        viewer.wait_until(lambda: payload in viewer.types, f"packets of {payload}")
        caps = viewer.get("ice").get_static_pad("src").get_current_caps().get_structure(0)
        self.assertEqual(caps.get_string("encoding-name"), encoding)

    def test_next_publisher_has_another_codec(self):
        server = self.serve()
        publisher = self.publish()
        old = self.view()
        old.wait_frames(5)
        both = self.view(VIEWER_OF_BOTH)
        edge = Pipeline(self, EDGE, base=self.base)
        self.wait_listening(edge, "edge")
        both_at_edge = self.view(VIEWER_OF_BOTH, "edge")
        for viewer in (both, both_at_edge):
            self.wait_stream(viewer, 101, "VP8")
        self.leave(publisher, server)

        # Payload type and source may be those of the publisher before.
        publisher = self.publish(codec="vp9", ssrc=2)
        for viewer in (both, both_at_edge):
            self.wait_stream(viewer, 102, "VP9")
        server.wait_until(server.warnings, "a viewer ends")
        self.assertEqual(server.warnings(), [
            "The viewer 1 (127.0.0.1) is gone: out sends VP9 from now on, and the "
            "call was made for VP8; another call gets the new format, if the viewer offers it"])
        old.stop()
        late = self.view(VIEWER.replace("vp8", "vp9"))
        late.wait_frames(5)
        self.leave(publisher, server)

        publisher = self.publish(ssrc=3)
        for viewer in (both, both_at_edge):
            self.wait_stream(viewer, 101, "VP8")
        server.wait_until(server.warnings, "a viewer ends")
        self.assertEqual(len(server.warnings()), 1)
        self.view().wait_frames(5)
        self.assertEqual(edge.warnings() + edge.errors() + server.errors() + both.errors(), [])

    def test_echo_in_one_session(self):
        echo = Pipeline(self, """icesrc network-interfaces=lo ! queue !
            icesink signalling-uri={uri}?mode=listener""", uri=f"{self.base}/echo")
        self.wait_listening(echo, "echo")
        caller = Pipeline(self, VIDEO + "\n" + VIEWER.replace("name=ice", "").replace(
            "signalling-uri={uri}", ""), codec="vp8", pt=96, ssrc=1, uri=f"{self.base}/echo")
        caller.wait_frames(10)
        self.assertEqual(echo.errors() + caller.errors(), [])

    def test_who_is_turned_away_is_told_with_the_reason(self):
        listener = Pipeline(self, VIEWER.replace("{uri}", "{uri} auth-token=right"),
                            uri=f"{self.base}/pub?mode=listener")
        self.wait_listening(listener, "pub")
        for settings, reason in (
                ("auth-token=wrong", "The listener wants another token"),
                ("auth-token=right encryption=none", "encryption=dtls-srtp"),
                ("auth-token=right", "offered are audio PCMU, and ice takes VP8")):
            caller = Pipeline(self, AUDIO + " " + settings, uri=f"{self.base}/pub")
            caller.wait_until(caller.errors, "refused")
            listener.wait_until(
                lambda: any(text.startswith("Refused a call from 127.0.0.1: ") and reason in text
                            for text in listener.warnings()), f"told: {reason}")
            caller.stop()
        # After all of them there is a place for who fits.
        Pipeline(self, VIDEO + " auth-token=right", codec="vp8", pt=96, ssrc=1,
                 uri=f"{self.base}/pub")
        listener.wait_frames(5)

    def test_application_is_waited_for_by_name(self):
        pipeline = Pipeline(self, "icesrc ! rtppcmudepay ! fakesink")
        pipeline.wait_until(lambda: "waiting for the application, as signalling-uri is unset"
                            in pipeline.progress(), "who waits for whom")

    def test_medium_that_the_peer_does_not_send(self):
        gaps = []
        listener = Pipeline(self, """icesrc name=ice media=video network-interfaces=lo
                signalling-uri={uri}?mode=listener ! rtpvp8depay name=depayloader ! fakesink
            icesrc media=audio ! rtppcmudepay ! fakesink name=sink sync=false async=false
                signal-handoffs=true""", uri=f"{self.base}/pub")
        self.wait_listening(listener, "pub")
        listener.get("depayloader").get_static_pad("sink").add_probe(
            Gst.PadProbeType.EVENT_DOWNSTREAM, lambda _pad, info: (
                info.get_event().type == Gst.EventType.GAP and gaps.append(info.get_event()),
                Gst.PadProbeReturn.OK)[1])
        Pipeline(self, AUDIO, uri=f"{self.base}/pub")
        listener.wait_frames(10)
        self.assertIn("The peer offers no video: ice gets nothing from it", listener.warnings())
        wait_until(lambda: len(gaps) >= 2, "GAP events")
        self.assertEqual(listener.errors(), [])


def note(pad, heard):
    """Has heard() told the RTP time of what passes."""
    def on_probe(_pad, info):
        buffer = info.get_buffer() if info.type & Gst.PadProbeType.BUFFER else \
            info.get_buffer_list().get(0)
        heard(int.from_bytes(buffer.extract_dup(4, 4), "big"))
        return Gst.PadProbeReturn.OK
    pad.add_probe(Gst.PadProbeType.BUFFER | Gst.PadProbeType.BUFFER_LIST, on_probe)


if __name__ == "__main__":
    main()
