#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""URIs: whep: for playbin and uridecodebin, whip: for who looks a sink up."""
import unittest

from launch import AUDIO, VIDEO, Launch, free_port, main, missing_elements, wait_until
from side import Gst
from gi.repository import GLib

LISTEN = " ! icesink network-interfaces=lo signalling-uri=http://127.0.0.1:{port}/cam?mode=listener"
SENDERS = {
    "audio and video": (VIDEO + LISTEN + " " + AUDIO + " ! icesink", {"audio", "video"}),
    "video": (VIDEO + LISTEN, {"video"}),
    "audio": (AUDIO + LISTEN, {"audio"}),
}


def set_up_source(_bin, source):
    source.get_by_name("video").set_property("network-interfaces", "lo")


class Player:
    """A player element that counts what each of its two sinks gets."""
    def __init__(self, test, factory, uri):
        self.count, self.element = {"audio": 0, "video": 0}, Gst.ElementFactory.make(factory)
        self.element.set_property("uri", uri)
        self.element.connect("source-setup", set_up_source)
        for kind in self.count:
            sink = Gst.ElementFactory.make("fakesink")
            sink.set_property("signal-handoffs", True)
            sink.connect("handoff", self.on_handoff, kind)
            self.element.set_property(f"{kind}-sink", sink)
        test.addCleanup(self.element.set_state, Gst.State.NULL)

    def on_handoff(self, _sink, _buffer, _pad, kind):
        self.count[kind] += 1

    def play(self):
        self.element.set_state(Gst.State.PLAYING)

    def wait_frames(self, kinds):
        wait_until(lambda: all(self.count[kind] > 5 for kind in kinds), f"{kinds}: {self.count}")

    def complaints(self):
        bus = self.element.get_bus()
        return bus.pop_filtered(Gst.MessageType.ERROR | Gst.MessageType.WARNING)


class Uris(unittest.TestCase):
    def serve(self, what):
        port = free_port()
        sender = Launch(SENDERS[what][0].format(port=port, live="true", n=-1))
        self.addCleanup(sender.close)
        sender.wait_for("listening")
        return sender, f"whep://127.0.0.1:{port}/cam"

    def play(self, factory, what):
        sender, uri = self.serve(what)
        player = Player(self, factory, uri)
        player.play()
        player.wait_frames(SENDERS[what][1])
        # That a medium is not there is nothing to complain of.
        self.assertIsNone(player.complaints())
        player.element.set_state(Gst.State.NULL)
        self.assertEqual(sender.interrupt(), 0, str(sender))

    def test_playbin_plays_both(self):
        self.play("playbin", "audio and video")

    def test_playbin_plays_one(self):
        for what in ("audio", "video"):
            with self.subTest(what):
                self.play("playbin", what)

    def test_playbin3_plays_both(self):
        if missing_elements(["playbin3"]):
            self.skipTest("there is no playbin3")
        self.play("playbin3", "audio and video")

    def test_playbin_plays_again(self):
        player = None
        for _ in range(2):
            sender, uri = self.serve("audio and video")
            player = player or Player(self, "playbin", uri)
            player.element.set_property("uri", uri)
            player.count = dict.fromkeys(player.count, 0)
            player.play()
            player.wait_frames(("audio", "video"))
            player.element.set_state(Gst.State.NULL)
            sender.interrupt()

    def test_uridecodebin_has_a_pad_for_each(self):
        sender, uri = self.serve("audio and video")
        decoder, done = Gst.ElementFactory.make("uridecodebin"), []
        pipeline = Gst.Pipeline()
        pipeline.add(decoder)
        self.addCleanup(pipeline.set_state, Gst.State.NULL)
        decoder.set_property("uri", uri)
        decoder.connect("source-setup", set_up_source)
        decoder.connect("no-more-pads", done.append)
        pipeline.set_state(Gst.State.PLAYING)
        wait_until(lambda: done, "no more pads")
        self.assertEqual(len(decoder.srcpads), 2)
        sender.interrupt()

    def test_pads_are_rtp(self):
        sender, uri = self.serve("audio and video")
        source, pads = Gst.Element.make_from_uri(Gst.URIType.SRC, uri, "source"), []
        set_up_source(None, source)
        pipeline = Gst.Pipeline()
        pipeline.add(source)
        self.addCleanup(pipeline.set_state, Gst.State.NULL)
        source.connect("pad-added", lambda _, pad: pads.append(pad))
        source.set_property("latency", 40)
        self.assertEqual(source.get_property("latency"), 40)
        pipeline.set_state(Gst.State.PLAYING)
        wait_until(lambda: len(pads) == 2 and all(pad.has_current_caps() for pad in pads),
                   "two pads with caps")
        self.assertEqual({pad.get_name() for pad in pads}, {"audio", "video"})
        for pad in pads:
            caps = pad.get_current_caps().get_structure(0)
            self.assertEqual((caps.get_name(), caps.get_value("media")),
                             ("application/x-rtp", pad.get_name()))
        pipeline.set_state(Gst.State.READY)
        self.assertEqual(source.srcpads, [])
        sender.interrupt()

    def test_uris_stand_for_http(self):
        for kind, uri, shown, expected in (
                (Gst.URIType.SRC, "whep://a.example/b", "whep://a.example/b", "http://a.example/b"),
                (Gst.URIType.SRC, "wheps://a:1/", "wheps://a:1/", "https://a:1/"),
                (Gst.URIType.SINK, "whip://a.example/b", "whip://a.example/b", "http://a.example/b"),
                # Secrets are not read back.
                (Gst.URIType.SINK, "WHIPS://u:p@a/b?c=d", "whips://a/b", "https://a/b")):
            with self.subTest(uri):
                element = Gst.Element.make_from_uri(kind, uri, None)
                self.assertEqual(element.get_uri(), shown)
                ice = element.get_by_name("video") if kind == Gst.URIType.SRC else element
                self.assertEqual(ice.get_property("signalling-uri"), expected)
                with self.assertRaises(GLib.Error):
                    element.set_uri("rtsp://a/b")
                self.assertEqual(element.get_uri(), shown)

    def test_a_sink_that_was_looked_up_calls(self):
        port = free_port()
        receiver = Launch(f"icesrc network-interfaces=lo signalling-uri=http://:{port}/x ! "
                          "rtppcmudepay ! fakesink")
        self.addCleanup(receiver.close)
        receiver.wait_for("listening")
        pipeline = Gst.parse_launch(AUDIO.format(live="true", n=50) + " name=pay")
        self.addCleanup(pipeline.set_state, Gst.State.NULL)
        sink = Gst.Element.make_from_uri(Gst.URIType.SINK, f"whip://127.0.0.1:{port}/x", None)
        sink.set_property("network-interfaces", "lo")
        pipeline.add(sink)
        pipeline.get_by_name("pay").link(sink)
        pipeline.set_state(Gst.State.PLAYING)
        self.assertIsNotNone(pipeline.get_bus().timed_pop_filtered(40 * Gst.SECOND,
                                                                   Gst.MessageType.EOS))
        pipeline.set_state(Gst.State.NULL)
        self.assertEqual(receiver.wait(), 0, str(receiver))


if __name__ == "__main__":
    main(["playbin", "uridecodebin", "rtpjitterbuffer"])
