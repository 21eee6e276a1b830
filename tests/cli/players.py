"""Players by URI: whep: for playbin and uridecodebin, whip: for sinks."""
import re
import subprocess
import unittest

import gi
gi.require_version("Gst", "1.0")
# pylint: disable=wrong-import-position
from gi.repository import GLib, Gst  # noqa: E402

WAIT_S = 60
VIDEO = "videotestsrc is-live=true ! vp8enc deadline=1 keyframe-max-dist=5 ! rtpvp8pay ! icesink "
AUDIO = "audiotestsrc is-live=true ! mulawenc ! rtppcmupay ! icesink "
LISTEN = ("network-interfaces=lo signalling-uri=http://127.0.0.1:0/cam?mode=listener"
          " wait-for-connection=false async=false ")


class Camera:
    """A gst-launch-1.0 that listens; uri is what players call."""

    def __init__(self, *lines):
        self.process = subprocess.Popen(["gst-launch-1.0", "-m", *" ".join(lines).split()],
                                        text=True, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for said in self.process.stdout:
            found = re.search(r"http://(127\.0\.0\.1:[1-9]\d*/\w+)", said)
            if found:
                self.uri = "whep://" + found[1]
                return
        raise AssertionError("it does not listen")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()


class Player:
    """A pipeline with a playing element; counts the frames of each kind that were decoded."""

    def __init__(self, uri):
        self.frames, self.pads, self.loop = {}, [], GLib.MainLoop()
        self.pipeline = Gst.Pipeline()
        self.decoder = Gst.ElementFactory.make("uridecodebin")
        self.decoder.set_property("uri", uri)
        self.decoder.connect("pad-added", self.on_pad)
        self.decoder.connect("no-more-pads", lambda _: self.pads.append("no more"))
        self.decoder.connect("source-setup", self.on_source)
        self.pipeline.add(self.decoder)

    def on_source(self, _, source):
        source.set_property("network-interfaces", "lo")
        source.set_property("latency", 20)

    def on_pad(self, _, pad):
        kind = pad.get_current_caps().get_structure(0).get_name()
        self.pads.append(kind)
        sink = Gst.ElementFactory.make("fakesink")
        sink.set_property("sync", False)
        sink.set_property("async", False)
        sink.set_property("signal-handoffs", True)
        sink.connect("handoff", self.on_frame, kind)
        self.pipeline.add(sink)
        sink.sync_state_with_parent()
        pad.link(sink.get_static_pad("sink"))

    def on_frame(self, _sink, _frame, _pad, kind):
        self.frames[kind] = self.frames.get(kind, 0) + 1

    def play(self, kinds):
        """Returns the first error, None when frames of all kinds came."""
        error = []

        def look():
            message = self.pipeline.get_bus().pop_filtered(Gst.MessageType.ERROR
                                                           | Gst.MessageType.EOS)
            if message:
                error.append(str(message.get_structure()))
            if message or ("no more" in self.pads
                           and all(self.frames.get(kind, 0) > 5 for kind in kinds)):
                self.loop.quit()
            return True

        late = GLib.timeout_add_seconds(WAIT_S, lambda: (error.append("too late"),
                                                         self.loop.quit())[1])
        looking = GLib.timeout_add(20, look)
        self.pipeline.set_state(Gst.State.PLAYING)
        self.loop.run()
        GLib.source_remove(looking)
        if "too late" not in error:
            GLib.source_remove(late)
        self.pipeline.set_state(Gst.State.NULL)
        return error[0] if error else None


class Players(unittest.TestCase):
    def test_audio_and_video_are_decoded(self):
        with Camera(AUDIO, LISTEN, VIDEO, "wait-for-connection=false async=false") as camera:
            player = Player(camera.uri)
            self.assertIsNone(player.play(["audio/x-raw", "video/x-raw"]))
            self.assertEqual(sorted(player.pads), ["audio/x-raw", "no more", "video/x-raw"])

    def test_what_the_peer_has_not_is_not_waited_for(self):
        with Camera(VIDEO, LISTEN) as camera:
            player = Player(camera.uri)
            self.assertIsNone(player.play(["video/x-raw"]))
            self.assertEqual(player.pads.count("no more"), 1)
            self.assertNotIn("audio/x-raw", player.pads)

    def test_playbin_plays(self):
        # gst-launch-1.0 does not reach the source, so both ends have the usual interfaces.
        with Camera(VIDEO, LISTEN.replace("network-interfaces=lo", "")) as camera:
            done = subprocess.run(
                ["gst-launch-1.0", "playbin", f"uri={camera.uri}", "audio-sink=fakesink",
                 "video-sink=fakesink num-buffers=10 sync=false"], text=True, check=False,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                timeout=WAIT_S)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("Got EOS", done.stdout)

    def test_nobody_there_is_an_error(self):
        source = Gst.Element.make_from_uri(Gst.URIType.SRC, "whep://127.0.0.1:9/cam", None)
        source.set_property("connect-timeout", 300)
        pipeline = Gst.Pipeline()
        pipeline.add(source)
        pipeline.set_state(Gst.State.PLAYING)
        message = pipeline.get_bus().timed_pop_filtered(WAIT_S * Gst.SECOND, Gst.MessageType.ERROR)
        pipeline.set_state(Gst.State.NULL)
        self.assertIsNotNone(message)

    def test_sinks_by_uri(self):
        sink = Gst.Element.make_from_uri(Gst.URIType.SINK, "whip://host:8080/room?x=1", None)
        self.assertEqual(sink.get_factory().get_name(), "icesink")
        self.assertEqual(sink.get_property("signalling-uri"), "http://host:8080/room?x=1")
        self.assertEqual(sink.get_uri(), "whip://host:8080/room?x=1")
        sink.set_uri("WHIPS://host/room")
        self.assertEqual(sink.get_property("signalling-uri"), "https://host/room")
        self.assertEqual(sink.get_uri(), "whips://host/room")

    def test_bad_uris_change_nothing(self):
        source = Gst.Element.make_from_uri(Gst.URIType.SRC, "wheps://host/cam", None)
        for uri in ("whep://", "whep:///cam", "whep://:8080/cam", "http://host/cam", "whep", ""):
            with self.assertRaises(GLib.Error, msg=uri):
                source.set_uri(uri)
        self.assertEqual(source.get_property("signalling-uri"), "https://host/cam")


if __name__ == "__main__":
    Gst.init(None)
    unittest.main()
