# GStreamer ICE transport
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Calls between gst-launch-1.0 processes through a server that speaks gst-plugins-rs' protocol
and nothing of ours."""
import sys
import unittest

from launch import Launch, main
from wscall import RECEIVE, SEND

try:
    from signallingserver import SignallingServer
except ImportError as error:
    print(error)
    sys.exit(77)


class TestOtherServer(unittest.TestCase):
    def setUp(self):
        self.server = SignallingServer(self)

    def launch(self, pipeline, room, more="num-buffers=200"):
        process = Launch(pipeline.format(uri=self.server.uri(room), more=more), "-e")
        self.addCleanup(process.close)
        return process

    def expect_end(self, *ends):
        for end in ends:
            self.assertEqual(end.wait(), 0, end)

    def test_calls_in_either_order(self):
        for receiver_first in (True, False):
            with self.subTest(receiver_first=receiver_first):
                if receiver_first:
                    receiver = self.launch(RECEIVE, "a")
                    receiver.wait_for("waiting for a publisher")
                sender = self.launch(SEND, "a")
                if not receiver_first:
                    sender.wait_for("waiting for a viewer")
                    receiver = self.launch(RECEIVE, "a")
                self.expect_end(sender, receiver)
                self.assertEqual(self.server.mistakes, [])
        self.assertEqual(self.server.seen,
                         {"setPeerStatus", "list", "startSession", "peer", "endSession"})

    def test_viewers_come_and_go(self):
        sender = self.launch(SEND, "a", "")
        receivers = [self.launch(RECEIVE, "a") for _ in range(3)]
        sender.wait_for("3 viewers")
        self.assertEqual(receivers[0].interrupt(), 0)
        sender.wait_for("has left: 2 viewers")
        self.assertEqual(sender.interrupt(), 0)
        self.expect_end(*receivers[1:])
        self.assertEqual(self.server.mistakes, [])

    def test_rooms_are_kept_apart_by_the_peers(self):
        receiver = self.launch(RECEIVE, "a")
        receiver.wait_for("waiting for a publisher")
        self.launch(SEND, "b").wait_for("waiting for a viewer")
        sender = self.launch(SEND, "a")
        self.expect_end(sender, receiver)
        self.assertEqual(self.server.mistakes, [])


if __name__ == "__main__":
    main()
