#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Calls between two gst-launch-1.0 over HTTP on loopback."""
import pathlib
import tempfile
import unittest
from xml.etree import ElementTree

from launch import Launch, audio, free_port, main, video, wait_until

ON_LOOPBACK = "network-interfaces=lo"


class Calls(unittest.TestCase):
    def setUp(self):
        self.port = free_port()
        self.here = f"{ON_LOOPBACK} signalling-uri=http://:{self.port}/cam"
        self.there = f"{ON_LOOPBACK} signalling-uri=http://127.0.0.1:{self.port}/cam"

    def launch(self, pipeline, options=""):
        launch = Launch(pipeline, options)
        self.addCleanup(launch.close)
        return launch

    def listen(self, pipeline, options=""):
        launch = self.launch(pipeline, options)
        launch.wait_for("listening")
        return launch

    def assert_ends(self, launch):
        self.assertEqual(launch.wait(), 0, str(launch))
        self.assertTrue(any("Got EOS" in line for line in launch.lines), str(launch))

    def test_end_of_file_ends_both(self):
        receiver = self.listen(f"icesrc {self.here} ! rtpvp8depay ! fakesink")
        sender = self.launch(f"{video(30)} ! icesink {self.there}")
        self.assert_ends(sender)
        self.assert_ends(receiver)

    def test_progress_is_shown(self):
        receiver = self.listen(f"icesrc {self.here} ! rtpvp8depay ! fakesink")
        sender = self.launch(f"{video(10)} ! icesink {self.there}")
        for text in ("gathering", "offer sent", "checking", "connected host/udp"):
            self.assertIn("Progress: (ice)", sender.wait_for(text))
        self.assertIn("→", sender.wait_for("connected host/udp"))
        self.assert_ends(receiver)

    def test_timeline(self):
        with tempfile.TemporaryDirectory() as folder:
            drawing, page = pathlib.Path(folder, "here.svg"), pathlib.Path(folder, "there.html")
            receiver = self.listen(f"icesrc timeline={drawing} {self.here} ! rtpvp8depay ! fakesink")
            sender = self.launch(f"{video(10)} ! icesink timeline={page} {self.there}")
            self.assert_ends(sender)
            self.assert_ends(receiver)
            for path in (drawing, page):
                text = path.read_text(encoding="utf-8")
                order = [text.index(what) for what in (
                    "video: gathering", "video: checking", "video: connected host/udp ",
                    "video: encrypted",
                    "video: first packet " + ("received" if path == drawing else "sent"))]
                self.assertEqual(order, sorted(order), text)
                self.assertEqual(text.count("first packet"), 1)
                # A check of the peer may come before its answer, and so before ours begin.
                pair = text.index("video: pair host/udp ")
                self.assertTrue(order[0] < pair < order[2], text)
                # One address may work first, and then another.
                self.assertIn(": works, and is selected (", text)
                self.assertIn("<rect x=", text)
                self.assertGreater(text.index("video: candidate host/udp "), order[0])
            self.assertIn("offer sent", text)
            ElementTree.fromstring(drawing.read_text(encoding="utf-8"))

    def test_timeline_of_a_call_both_ways(self):
        # Each medium has its own first packets; what is not encrypted goes when there is a pair.
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "both.svg")
            both = "{} ! icesink media=audio encryption=none {} icesrc media=audio ! rtppcmudepay ! fakesink"
            one = self.listen(both.format(audio(-1, "true"), f"timeline={path} {self.here}"))
            two = self.launch(both.format(audio(-1, "true"), self.there))
            # While the call goes on.
            first = ("audio: first packet sent", "audio: first packet received")
            wait_until(lambda: path.exists() and
                       all(what in path.read_text(encoding="utf-8") for what in first), str(one))
            self.assertEqual(two.interrupt(), 0, str(two))
            self.assert_ends(one)
            text = path.read_text(encoding="utf-8")
            for what in first:
                self.assertEqual(text.count(what), 1, text)
                self.assertGreater(text.index(what), text.index("audio: connected host/udp "))

    def test_timeline_that_cant_be_written(self):
        receiver = self.listen(f"icesrc timeline=/nowhere/x.svg {self.here} ! rtpvp8depay ! fakesink")
        sender = self.launch(f"{video(10)} ! icesink {self.there}")
        receiver.wait_for("timeline=/nowhere/x.svg can't be written")
        self.assert_ends(sender)
        self.assert_ends(receiver)

    def test_audio_and_video(self):
        receiver = self.listen(
            f"icesrc media=video {self.here} ! rtpvp8depay ! fakesink "
            "icesrc media=audio ! rtppcmudepay ! fakesink", "-m")
        sender = self.launch(f"{video(30)} ! icesink {self.there} {audio(50)} ! icesink", "-m")
        # Audio is the first m-line and has the first path, though video was asked for first.
        first = sender.wait_for("ice-selected-pair")
        self.assertIn('"icesink1"', first)
        self.assertIn("mline=(uint)0", first)
        self.assert_ends(sender)
        self.assert_ends(receiver)

    def test_live_source_and_live_receiver_in_either_pipeline(self):
        both = "{} ! icesink media=audio {} icesrc media=audio ! rtppcmudepay ! fakesink"
        one = self.listen(both.format(audio(-1, "true"), self.here), "-m")
        two = self.launch(both.format(audio(100, "true"), self.there), "-m")
        for launch in (one, two):
            launch.wait_for("connected host/udp")
            # The fakesink has a packet.
            launch.wait_for("async-done")
        self.assertEqual(two.interrupt(), 0, str(two))
        one.wait_for("Got EOS")

    def test_sink_listens_and_source_calls(self):
        sender = self.listen(f"{video(-1, 'true')} ! icesink {self.here}")
        receiver = self.launch(f"icesrc {self.there} ! rtpvp8depay ! "
                               "fakesink num-buffers=20")
        self.assert_ends(receiver)
        self.assertIn("PLAYING", sender.wait_for("PLAYING"))

    def test_listeners_of_a_process_share_a_port(self):
        line = "icesrc {} session-name={} signalling-uri=http://:{}/{} ! rtppcmudepay ! fakesink"
        receiver = self.launch(" ".join(line.format(ON_LOOPBACK, name, self.port, name)
                                        for name in ("one", "two", "three")))
        for _ in range(3):
            receiver.wait_for("listening")
        for name in ("three", "one", "two"):
            sender = self.launch(f"{audio(25)} ! icesink {ON_LOOPBACK}"
                                 f" signalling-uri=http://127.0.0.1:{self.port}/{name}")
            self.assert_ends(sender)
        self.assert_ends(receiver)
        again = self.launch(" ".join(line.format(ON_LOOPBACK, name, self.port, "one")
                                     for name in ("one", "two")))
        self.assertIn(f"The path /one of port {self.port} is in use", again.wait_for("ERROR"))

    def test_caller_may_come_first(self):
        sender = self.launch(f"{video(10)} ! icesink {self.there}")
        sender.wait_for("gathering")
        receiver = self.listen(f"icesrc {self.here} ! rtpvp8depay ! fakesink")
        self.assert_ends(sender)
        self.assert_ends(receiver)

    def test_sender_that_does_not_wait(self):
        receiver = self.listen(f"icesrc {self.here} ! rtpvp8depay ! fakesink num-buffers=20")
        sender = self.launch(
            f"{video(-1, 'true')} ! icesink wait-for-connection=false {self.there}")
        self.assert_ends(receiver)
        self.assertIn("PLAYING", sender.wait_for("PLAYING"))

    def test_nobody_answers_until_the_timeout(self):
        sender = self.launch(f"{video(10)} ! icesink connect-timeout=300 {self.there}")
        self.assertNotEqual(sender.wait(), 0, str(sender))
        errors = [line for line in sender.lines if line.startswith("ERROR: from element")]
        self.assertEqual(len(errors), 1, str(sender))
        self.assertIn("icesink", errors[0])

    def test_token_opens_the_door(self):
        receiver = self.listen(f"icesrc auth-token=sesame {self.here} ! rtpvp8depay ! fakesink")
        stranger = self.launch(f"{video(5)} ! icesink auth-token=barley {self.there}")
        self.assertNotEqual(stranger.wait(), 0, str(stranger))
        friend = self.launch(f"{video(5)} ! icesink auth-token=sesame {self.there}")
        self.assert_ends(friend)
        self.assert_ends(receiver)
        for launch in (receiver, stranger, friend):
            for line in launch.lines:
                self.assertNotIn("sesame", line)
                self.assertNotIn("barley", line)


if __name__ == "__main__":
    main()
