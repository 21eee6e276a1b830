# GStreamer ICE transport
# SPDX-License-Identifier: LGPL-2.1-or-later
"""One gst-launch-1.0 line with icesinks in a room of gst-ice-rendezvous, and those who watch it."""
import os
import signal
import unittest

from audience import ENOUGH, PCMU, VP8, Viewer
from launch import Launch, audio, main, video, wait_until
from rendezvous import Server
from side import Gst, Side


def consumers(cam):
    """Returns the statistics of each viewer of a Side, by number."""
    there, array = cam.session.get_property("stats").get_array("consumers")
    known = [array.get_nth(i).copy() for i in range(array.n_values)] if there else []
    return {one.get_value("id"): one for one in known}


def progress(cam):
    """Returns the steps that a Side has told."""
    return [message.parse_progress()[2] for message in cam.take_messages()
            if message.type == Gst.MessageType.PROGRESS]


class WsAudience(unittest.TestCase):
    def setUp(self):
        self.server = Server(self)
        self.uri = self.server.uri("stage")

    def launch(self, sources, settings="", options=""):
        first, *others = sources
        cam = Launch(f"{first} ! icesink network-interfaces=lo {settings} signalling-uri={self.uri} "
                     + " ".join(f"{source} ! icesink" for source in others), options)
        self.addCleanup(cam.close)
        cam.wait_for("waiting for a viewer")
        return cam

    def launch_viewer(self, settings=""):
        viewer = Launch(f"icesrc network-interfaces=lo caps=\"{PCMU}\" {settings}"
                        f" signalling-uri={self.uri} ! fakesink async=false")
        self.addCleanup(viewer.close)
        return viewer

    def viewers(self, number, **formats):
        return [Viewer(self, self.uri, **(formats or {"audio": PCMU})) for _ in range(number)]

    def side(self, settings=""):
        """A producer in this process, which the test can ask."""
        cam = Side(self, f"{audio(-1, 'true')} ! icesink name=ice network-interfaces=lo {settings}"
                   f" wait-for-connection=false signalling-uri={self.uri}")
        cam.pipeline.set_state(Gst.State.PLAYING)
        return cam

    def assert_whole(self, *viewers):
        """All of them get packets, have lost none so far, and have not ended."""
        streams = [stream for viewer in viewers for stream in viewer.streams.values()]
        least = [len(stream.seqnums) + ENOUGH for stream in streams]
        wait_until(lambda: all(len(stream.seqnums) >= n for stream, n in zip(streams, least)),
                   f"{ENOUGH} more packets for all")
        wait_until(lambda: not any(stream.lost() for stream in streams),
                   "all without a gap")
        for viewer in viewers:
            self.assertIsNone(viewer.ended())

    def test_one_is_killed_and_one_leaves(self):
        cam = self.launch([audio(-1, "true")])
        killed = self.launch_viewer()
        stays, leaves = self.viewers(2)
        cam.wait_for("3 viewers")
        self.assert_whole(stays, leaves)
        os.kill(killed.process.pid, signal.SIGKILL)
        leaves.leave()
        cam.wait_for("has left: 1 viewer")
        stays.wait(100)
        self.assert_whole(stays)

        # With nobody there it goes on, and the next sees it.
        stays.leave()
        cam.wait_for("has left: 0 viewers")
        late, = self.viewers(1)
        self.assert_whole(late)
        self.assertNotIn("ERROR", cam.tell())
        self.assertNotIn("WARNING", cam.tell())
        self.assertEqual(cam.interrupt(), 0)
        wait_until(late.ended, "the publisher says goodbye")

    def test_20_come_and_half_of_them_leave(self):
        cam = self.launch([audio(-1, "true")])
        viewers = self.viewers(20)
        cam.wait_for("20 viewers")
        self.assert_whole(*viewers)
        for viewer in viewers[::2]:
            viewer.leave()
        cam.wait_for("has left: 10 viewers")
        late, = self.viewers(1)
        stay = [late, *viewers[1::2]]
        self.assert_whole(*stay)
        self.assertEqual(cam.interrupt(), 0)
        for viewer in stay:
            wait_until(viewer.ended, "the publisher says goodbye")

    def test_sound_and_picture_come_and_go(self):
        cam = self.launch([audio(-1, "true"), video(-1, "true")])
        both = self.viewers(2, audio=PCMU, video=VP8.format(96))
        sound, = self.viewers(1)
        cam.wait_for("3 viewers")
        self.assert_whole(sound, *both)
        both[1].leave()
        cam.wait_for("has left: 2 viewers")
        self.assert_whole(sound, both[0])
        late, = self.viewers(1, audio=PCMU, video=VP8.format(96))
        self.assert_whole(sound, both[0], late)
        self.assertNotIn("ERROR", cam.tell())

    def test_who_hears_rtcp_serves_many(self):
        cam = Launch(f"{audio(-1, 'true')} ! icesink network-interfaces=lo signalling-uri={self.uri}"
                     " icesrc component=rtcp ! fakesink async=false")
        self.addCleanup(cam.close)
        cam.wait_for("waiting for a viewer")
        viewers = self.viewers(2)
        cam.wait_for("2 viewers")
        self.assert_whole(*viewers)

    def test_above_the_limit_a_viewer_waits(self):
        cam = self.launch([audio(-1, "true")], "max-consumers=2")
        first = self.viewers(2)
        cam.wait_for("2 viewers")
        given_up = self.launch_viewer("connect-timeout=500")
        cam.wait_for("is refused: As many are there as max-consumers allows")
        self.assertEqual(given_up.wait(), 1)
        given_up.wait_for("takes no further viewer")
        third = self.launch_viewer()
        wait_until(lambda: cam.tell().count("is refused: As many") == 2, "the third is refused, too")
        first[0].leave()
        third.wait_for("encrypted")
        self.assert_whole(first[1])
        self.assertNotIn("3 viewers", cam.tell())

    def test_one_at_a_time_ends_with_its_peer(self):
        cam = self.launch([audio(-1, "true")], "max-consumers=1")
        viewer = self.launch_viewer()
        viewer.wait_for("encrypted")
        other = self.launch_viewer("connect-timeout=500")
        cam.wait_for("is refused: The listener is in a call")
        self.assertEqual(other.wait(), 1)
        viewer.interrupt()
        self.assertEqual(cam.wait(), 0)

    def test_calls_outlive_the_server(self):
        cam = self.launch([audio(-1, "true")])
        viewers = self.viewers(2)
        cam.wait_for("2 viewers")
        self.assert_whole(*viewers)
        self.server.kill()
        cam.wait_for("trying again")
        self.assert_whole(*viewers)
        self.server.start()
        late, = self.viewers(1)
        cam.wait_for("3 viewers")
        self.assert_whole(late, *viewers)
        wait_until(lambda: self.server.metric("sessions") == 3, "the sessions are taken up again")

        # Goodbyes pass by the new server.
        viewers[0].leave()
        cam.wait_for("has left: 2 viewers")
        self.assert_whole(late, viewers[1])

    def test_application_says_who_may_watch(self):
        cam = self.side()
        asked, heard = [], []

        def on_connecting(_ice, number, address, path, headers):
            asked.append((number, address, path, headers))
            return len(asked) != 2

        cam.ice.connect("consumer-connecting", on_connecting)
        cam.ice.connect("consumer-added", lambda _, *what: heard.append(what))
        cam.ice.connect("consumer-removed", lambda _, *what: heard.append(what))
        first, = self.viewers(1)
        wait_until(lambda: len(heard) == 1, "heard of the first")
        # It is refused once, and comes again.
        second, = self.viewers(1)
        wait_until(lambda: len(heard) == 2, "heard of the second")
        self.assertEqual([ask[0] for ask in asked], [1, 2, 2])
        self.assertEqual({ask[2:] for ask in asked}, {("/stage", None)})
        self.assertEqual([text for text in progress(cam) if "is refused" in text],
                         [f"viewer {asked[1][1]} is refused: The application here refuses this viewer"])
        self.assertEqual(heard, [(1, asked[0][1]), (2, asked[2][1])])
        self.assertNotEqual(asked[0][1], asked[2][1])
        self.assert_whole(first, second)
        stats = consumers(cam)
        self.assertEqual(sorted(stats), [1, 2])
        self.assertGreater(stats[2].get_value("mline-0").get_value("packets-sent"), 0)
        self.assertEqual(stats[1].get_value("address"), asked[0][1])

        self.assertTrue(cam.ice.emit("remove-consumer", 1))
        wait_until(lambda: len(heard) == 3, "removed")
        self.assertEqual(heard[2], (1, asked[0][1], "removed"))
        wait_until(first.ended, "the removed one hears of it")
        self.assert_whole(second)
        message, = cam.element_messages("ice-consumer-removed")
        self.assertEqual((message.get_value("consumer"), message.get_value("consumers"),
                          message.get_value("reason")), (1, 1, "removed"))

    def test_a_restart_is_of_one_viewer(self):
        cam = self.side("consent-timeout=4000")
        stuck = self.launch_viewer()
        wait_until(lambda: 1 in consumers(cam), "the first")
        stuck.wait_for("encrypted")
        others = self.viewers(2)
        wait_until(lambda: len(consumers(cam)) == 3, "3 viewers")
        self.assert_whole(*others)
        stuck.process.send_signal(signal.SIGSTOP)
        try:
            wait_until(lambda: consumers(cam)[1].get_value("restarts") > 0, "restarted")
        finally:
            stuck.process.send_signal(signal.SIGCONT)
        wait_until(lambda: consumers(cam)[1].get_value("ice-connection-state")
                   in ("connected", "completed"), "connected again")
        self.assert_whole(*others)
        self.assertEqual([consumers(cam)[n].get_value("restarts") for n in (2, 3)], [0, 0])

        # By the application, it is one of each.
        before = {number: one.get_value("restarts") for number, one in consumers(cam).items()}
        cam.ice.emit("restart-ice")
        wait_until(lambda: all(one.get_value("restarts") > before[number]
                               for number, one in consumers(cam).items()), "all restarted")
        self.assert_whole(*others)


if __name__ == "__main__":
    main()
