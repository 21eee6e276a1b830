# GStreamer ICE transport
# SPDX-License-Identifier: LGPL-2.1-or-later
"""docs/examples/publish.py, with 20 viewers that come and go."""
import signal
import subprocess
import sys
import unittest

from launch import TIMEOUT_SECONDS, wait_until
from rendezvous import Server, skip

try:
    import gi

    gi.require_version("Gst", "1.0")
    gi.require_version("Soup", "3.0")
    from gi.repository import Gst
except (ImportError, ValueError) as error:
    skip(f"python3-gi or a typelib is not installed: {error}")

N_VIEWERS = 20
ENOUGH_BUFFERS = 30
PUBLISH = sys.argv.pop()
SOURCE = ("audiotestsrc is-live=true samplesperbuffer=160 ! audio/x-raw,rate=8000 ! mulawenc"
          " ! rtppcmupay")


class Viewer:
    """A pipeline with an icesrc in the room."""

    def __init__(self, uri, number):
        self.n_buffers, self.ended = 0, None
        self.pipeline = Gst.parse_launch(
            f"icesrc session-name=viewer-{number} network-interfaces=lo signalling-uri={uri}"
            " ! rtppcmudepay ! fakesink name=sink sync=false async=false signal-handoffs=true")
        self.pipeline.get_by_name("sink").connect("handoff", self.on_handoff)
        self.pipeline.set_state(Gst.State.PLAYING)

    def on_handoff(self, *_):
        self.n_buffers += 1

    def poll(self):
        message = self.pipeline.get_bus().pop_filtered(Gst.MessageType.ERROR
                                                       | Gst.MessageType.EOS)
        if message and message.type == Gst.MessageType.ERROR:
            raise AssertionError(message.parse_error()[0].message)
        if message:
            self.ended = True

    def stop(self):
        self.pipeline.set_state(Gst.State.NULL)


class TestViewers(unittest.TestCase):
    def setUp(self):
        self.server = Server(self)
        self.uri = self.server.uri("stage")
        self.publisher = subprocess.Popen(
            [sys.executable, PUBLISH, self.uri, "--source", SOURCE,
             "--settings", "network-interfaces=lo"], stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.publisher.stdout.close)
        self.addCleanup(self.publisher.wait)
        self.addCleanup(self.publisher.kill)
        self.read_until("publishing")

    def read_until(self, wanted):
        for line in self.publisher.stdout:
            if line.strip() == wanted:
                return
        self.fail(f"the publisher ended before it said: {wanted}")

    def join(self, numbers):
        viewers = [Viewer(self.uri, number) for number in numbers]
        for viewer in viewers:
            self.addCleanup(viewer.stop)
        return viewers

    def wait(self, viewers, condition, what):
        def check():
            for viewer in viewers:
                viewer.poll()
            return all(condition(viewer) for viewer in viewers)

        wait_until(check, what)

    def test_each_of_20_viewers_has_a_call_of_its_own(self):
        viewers = self.join(range(N_VIEWERS))
        self.wait(viewers, lambda v: v.n_buffers >= ENOUGH_BUFFERS, "media for all")
        self.read_until(f"{N_VIEWERS} viewers")

        # Half of them leave: the others see nothing of it.
        for viewer in viewers[::2]:
            viewer.stop()
        stay = viewers[1::2]
        self.read_until(f"{len(stay)} viewers")
        seen = {viewer: viewer.n_buffers for viewer in stay}
        self.wait(stay, lambda v: v.n_buffers >= seen[v] + ENOUGH_BUFFERS, "media for the rest")

        # One more comes, late.
        self.wait(self.join([N_VIEWERS]), lambda v: v.n_buffers >= ENOUGH_BUFFERS,
                  "media for the late one")
        # The publisher leaves, and all get EOS.
        self.publisher.send_signal(signal.SIGTERM)
        self.wait(stay, lambda v: v.ended, "EOS")
        self.assertEqual(self.publisher.wait(TIMEOUT_SECONDS), 0)


if __name__ == "__main__":
    Gst.init(None)
    unittest.main()
