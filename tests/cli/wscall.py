# GStreamer ICE transport
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Calls between gst-launch-1.0 processes through gst-ice-rendezvous."""
import unittest

from launch import Launch, main, wait_until
from rendezvous import Server

SEND = ("audiotestsrc is-live=true samplesperbuffer=160 {more} ! audio/x-raw,rate=8000 !"
        " mulawenc ! rtppcmupay ! icesink network-interfaces=lo media=audio signalling-uri={uri}")
RECEIVE = ("icesrc network-interfaces=lo media=audio signalling-uri={uri} ! rtppcmudepay !"
           " fakesink async=false sync=false")


class TestCalls(unittest.TestCase):
    def setUp(self):
        self.server = Server(self)
        self.uri = self.server.uri("room42")

    def launch(self, pipeline, more="", uri=None):
        process = Launch(pipeline.format(uri=uri or self.uri, more=more), "-e")
        self.addCleanup(process.close)
        return process

    def metric(self, name):
        return self.server.metric(name)

    def wait_metric(self, name, value):
        wait_until(lambda: self.metric(name) == value, f"{name} is {value}")

    def test_the_order_does_not_matter(self):
        for receiver_first in (True, False):
            with self.subTest(receiver_first=receiver_first):
                if receiver_first:
                    receiver = self.launch(RECEIVE)
                    receiver.wait_for("waiting for a publisher")
                    sender = self.launch(SEND, "num-buffers=50")
                else:
                    sender = self.launch(SEND, "num-buffers=50")
                    sender.wait_for("waiting for a viewer")
                    receiver = self.launch(RECEIVE)
                self.assertEqual([sender.wait(), receiver.wait()], [0, 0])
                self.wait_metric("peers", 0)

    def test_rooms_are_apart(self):
        receiver = self.launch(RECEIVE, uri=self.server.uri("other"))
        receiver.wait_for("waiting for a publisher")
        self.launch(SEND).wait_for("waiting for a viewer")
        self.assertEqual(self.metric("sessions_total"), 0)

    def test_two_that_do_both_meet(self):
        ends = [self.launch(SEND + " " + RECEIVE) for _ in range(2)]
        for end in ends:
            end.wait_for("connected")
        self.assertEqual(self.metric("sessions"), 1)

    def test_a_call_outlives_the_server(self):
        receiver = self.launch(RECEIVE)
        sender = self.launch(SEND)
        for end in (receiver, sender):
            end.wait_for("encrypted")
        self.server.kill()
        for end in (receiver, sender):
            end.wait_for("trying again")

        # Both come back and take up their session, so that the goodbye arrives.
        self.server.start()
        # One says that the session goes on; candidates may be said again.
        wait_until(lambda: self.metric('messages_total{type="peer"}') >= 1, "no session goes on")
        self.assertEqual(sender.interrupt(), 0)
        self.assertEqual(receiver.wait(), 0)

    def test_nobody_there_is_an_error_in_words(self):
        self.server.kill()
        receiver = self.launch(RECEIVE.replace("icesrc", "icesrc connect-timeout=300"))
        receiver.wait_for("Does the rendezvous server run")
        self.assertEqual(receiver.wait(), 1)


if __name__ == "__main__":
    main()
