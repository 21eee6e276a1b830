# SPDX-License-Identifier: LGPL-2.1-or-later
"""One gst-launch-1.0 line with icesinks, and those who watch it (issue 17)."""
import os
import re
import signal
import unittest

from launch import Launch, audio, free_port, main, video, wait_until
from side import Gst, Side

VP8 = "application/x-rtp,media=video,encoding-name=VP8,clock-rate=90000,payload={}"
PCMU = "application/x-rtp,media=audio,encoding-name=PCMU,clock-rate=8000"
ENOUGH = 30
ONE_SECOND = 1


class Stream:
    """The RTP that an icesrc pushes."""

    def __init__(self, element):
        self.seqnums, self.types = [], set()
        element.get_static_pad("src").add_probe(
            Gst.PadProbeType.BUFFER | Gst.PadProbeType.BUFFER_LIST, self.on_data)

    def on_data(self, _pad, info):
        if info.type & Gst.PadProbeType.BUFFER:
            packets = [info.get_buffer()]
        else:
            of = info.get_buffer_list()
            packets = [of.get(i) for i in range(of.length())]
        for packet in packets:
            head = packet.extract_dup(0, 4)
            self.types.add(head[1] & 0x7f)
            self.seqnums.append(head[2] << 8 | head[3])
        return Gst.PadProbeReturn.OK

    def lost(self):
        """Returns the numbers that are missing between the lowest and the highest.

        What was sent before the receiver reads a socket of its own may come after what it has read
        there: the first that comes need not be the lowest.
        """
        seqnums = self.seqnums.copy()
        numbers = {(n - seqnums[0] + 0x8000 & 0xffff) - 0x8000 for n in seqnums}
        return sorted(set(range(min(numbers), max(numbers) + 1)) - numbers)


class Viewer:
    """A pipeline of this process that watches."""
    LINE = ("icesrc name={0} network-interfaces=lo media={0} caps=\"{1}\" signalling-uri={2}"
            " ! fakesink sync=false async=false")

    def __init__(self, test, uri, **formats):
        self.pipeline = Gst.parse_launch(" ".join(
            self.LINE.format(media, caps, uri) for media, caps in formats.items()))
        self.streams = {media: Stream(self.pipeline.get_by_name(media)) for media in formats}
        self.bus = self.pipeline.get_bus()
        test.addCleanup(self.leave)
        self.pipeline.set_state(Gst.State.PLAYING)

    def leave(self):
        self.pipeline.set_state(Gst.State.NULL)

    def wait(self, more=ENOUGH):
        for media, stream in self.streams.items():
            least = len(stream.seqnums) + more
            wait_until(lambda stream=stream, least=least: len(stream.seqnums) >= least,
                       f"{least} packets of {media}")

    def messages(self, kind):
        found = []
        while (message := self.bus.pop_filtered(kind)) is not None:
            found.append(message)
        return found

    def ended(self):
        return self.bus.pop_filtered(Gst.MessageType.EOS | Gst.MessageType.ERROR)

    def assert_eos(self, test, seconds):
        """The stream ends within so many seconds."""
        end = self.bus.timed_pop_filtered(int(seconds * Gst.SECOND),
                                          Gst.MessageType.EOS | Gst.MessageType.ERROR)
        test.assertIsNotNone(end, f"no end within {seconds} s")
        test.assertEqual(end.type, Gst.MessageType.EOS)


class Audience(unittest.TestCase):
    def launch(self, sources, settings="", options=""):
        self.uri = f"http://127.0.0.1:{free_port()}/cam"
        first, *others = sources
        line = (f"{first} ! icesink network-interfaces=lo {settings}"
                f" signalling-uri={self.uri}?mode=listener "
                + " ".join(f"{source} ! icesink" for source in others))
        cam = Launch(line, options)
        self.addCleanup(cam.close)
        cam.wait_for("listening")
        return cam

    def launch_viewer(self):
        viewer = Launch(f"icesrc network-interfaces=lo caps=\"{PCMU}\" signalling-uri={self.uri}"
                        " ! fakesink async=false")
        self.addCleanup(viewer.close)
        return viewer

    def test_one_is_killed_and_one_leaves(self):
        cam = self.launch([audio(-1, "true")])
        killed = self.launch_viewer()
        stays, leaves = (Viewer(self, self.uri, audio=PCMU) for _ in range(2))
        cam.wait_for("3 viewers")
        stays.wait()
        leaves.wait()
        os.kill(killed.process.pid, signal.SIGKILL)
        leaves.leave()
        cam.wait_for("has left")
        stays.wait(100)
        self.assertEqual(stays.streams["audio"].lost(), [])
        self.assertIsNone(stays.ended())

        # With nobody there, or only the dead, it goes on, and the next sees it.
        stays.leave()
        late = Viewer(self, self.uri, audio=PCMU)
        late.wait()
        self.assertEqual(late.streams["audio"].lost(), [])
        self.assertNotIn("ERROR", str(cam))

    def test_viewers_hear_that_the_stream_has_ended(self):
        # Six seconds; the first viewer begins them.
        cam = self.launch([audio(300, "true"), video(180, "true")])
        viewers = [Viewer(self, self.uri, audio=PCMU, video=VP8.format(100)) for _ in range(2)]
        for viewer in viewers:
            viewer.wait(1)
        self.assertEqual(cam.wait(), 0)
        for viewer in viewers:
            viewer.assert_eos(self, ONE_SECOND)
            self.assertEqual(viewer.messages(Gst.MessageType.WARNING), [])

    def test_viewer_in_the_clear_asks_whether_the_call_is_over(self):
        # The path would be given up after 60 seconds.
        uri = f"http://127.0.0.1:{free_port()}/cam"
        cam = Side(self, f"{audio(-1, 'true')} ! icesink name=ice network-interfaces=lo"
                   f" encryption=none signalling-uri={uri}?mode=listener")
        cam.pipeline.set_state(Gst.State.PLAYING)
        cam.wait_listening()
        viewer = Viewer(self, f"{uri} encryption=none", audio=PCMU)
        viewer.wait()
        self.assertTrue(cam.ice.emit("remove-consumer", 1))
        viewer.assert_eos(self, 20)

    def test_sound_and_picture_in_their_own_numbers(self):
        cam = self.launch([audio(-1, "true"), video(-1, "true")])
        both = [Viewer(self, self.uri, audio=PCMU, video=VP8.format(number))
                for number in (100, 120)]
        sound = Viewer(self, self.uri, audio=PCMU)
        cam.wait_for("3 viewers")
        for viewer in (*both, sound):
            viewer.wait()
        self.assertEqual([viewer.streams["video"].types for viewer in both], [{100}, {120}])
        for viewer in (*both, sound):
            for stream in viewer.streams.values():
                self.assertEqual(stream.lost(), [])
        # The viewer's caps leave the number open.
        self.assertEqual(sound.streams["audio"].types, both[0].streams["audio"].types)

    def test_calls_are_told_apart(self):
        cam = self.launch([audio(-1, "true")], "name=ice", "-m")
        viewers = [Viewer(self, self.uri, audio=PCMU) for _ in range(2)]
        for viewer in viewers:
            viewer.wait()
        cam.wait_for("2 viewers")
        told = {1: set(), 2: set()}
        for line in cam.lines:
            if (call := re.search(r"consumer=\(uint\)(\d).*call-id=\(string\)([0-9a-f]{8})\b", line)):
                told[int(call[1])].add(call[2])
        self.assertEqual([len(ids) for ids in told.values()], [1, 1])
        self.assertNotEqual(told[1], told[2])

        come = [line for line in cam.lines if "Got message" in line and r"is\ there" in line]
        self.assertEqual(len(come), 2)
        for line in come:
            self.assertRegex(line, r"call-id=\(string\)[0-9a-f]{8}")

        # The statistics, messages and log of a viewer have the id of its own end.
        stats = [viewer.pipeline.get_by_name("audio").get_property("session").get_property("stats")
                 for viewer in viewers]
        ids = {structure.get_string("call-id") for structure in stats}
        self.assertEqual(len(ids - told[1] - told[2]), 2)
        heard = viewers[0].messages(Gst.MessageType.ELEMENT)
        self.assertEqual({message.get_structure().get_string("call-id") for message in heard},
                         {stats[0].get_string("call-id")})

    def test_viewers_at_a_pace(self):
        # 160 bytes each 20 ms are 68 kbit/s with RTP's header and the cipher's.
        cam = self.launch([audio(-1, "true")], "pacing-rate=200000")
        viewers = [Viewer(self, self.uri, audio=PCMU) for _ in range(2)]
        cam.wait_for("2 viewers")
        for viewer in viewers:
            viewer.wait()
            self.assertEqual(viewer.streams["audio"].lost(), [])

    def test_above_the_limit_a_viewer_waits(self):
        cam = self.launch([audio(-1, "true")], "max-consumers=2")
        first = [Viewer(self, self.uri, audio=PCMU) for _ in range(2)]
        cam.wait_for("2 viewers")
        third = self.launch_viewer()
        third.wait_for("waiting for")
        first[0].leave()
        third.wait_for("encrypted")
        first[1].wait()
        self.assertEqual(first[1].streams["audio"].lost(), [])

    def test_application_says_who_may_watch(self):
        uri = f"http://127.0.0.1:{free_port()}/cam"
        cam = Side(self, f"{audio(-1, 'true')} ! icesink name=ice network-interfaces=lo"
                   f" wait-for-connection=false signalling-uri={uri}?mode=listener")
        asked, heard = [], []

        def on_connecting(_ice, number, address, path, headers):
            asked.append((number, address, path, headers.get_value("Content-Type")))
            return len(asked) != 2

        cam.ice.connect("consumer-connecting", on_connecting)
        cam.ice.connect("consumer-added", lambda _, *what: heard.append(what))
        cam.ice.connect("consumer-removed", lambda _, *what: heard.append(what))
        cam.pipeline.set_state(Gst.State.PLAYING)
        cam.wait_listening()
        first = Viewer(self, uri, audio=PCMU)
        wait_until(lambda: heard == [(1, "127.0.0.1")], "heard of the first")
        refused = Viewer(self, uri, audio=PCMU)
        wait_until(refused.ended, "refused")
        second = Viewer(self, uri, audio=PCMU)
        wait_until(lambda: len(heard) == 2, "heard of the second")
        self.assertEqual(asked, [(n, "127.0.0.1", "/cam", "application/sdp") for n in (1, 2, 2)])
        second.wait()

        self.assertTrue(cam.ice.emit("remove-consumer", 1))
        self.assertTrue(cam.ice.emit("remove-consumer", 77))
        wait_until(lambda: len(heard) == 3, "removed")
        self.assertEqual(heard[1:], [(2, "127.0.0.1"), (1, "127.0.0.1", "removed")])
        first.assert_eos(self, ONE_SECOND)
        second.wait()
        self.assertEqual(second.streams["audio"].lost(), [])
        self.assertIsNone(second.ended())
        message, = cam.element_messages("ice-consumer-removed")
        self.assertEqual((message.get_value("consumer"), message.get_value("consumers"),
                          message.get_value("reason")), (1, 1, "removed"))
        first.leave()


if __name__ == "__main__":
    main()
