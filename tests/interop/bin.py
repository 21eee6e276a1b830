# SPDX-License-Identifier: LGPL-2.1-or-later
"""webrtcbin as a peer, in this process, and behind HTTP as stack.py's Endpoint."""
import http.server
import re
import threading
import urllib.request

import gi

gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import Gst, GstSdp, GstWebRTC  # noqa: E402

from launch import TIMEOUT_SECONDS, wait_until  # noqa: E402
from stack import CAPS, COUNTER, DECODER, N_FRAMES, SOURCE, Counts  # noqa: E402

DIRECTIONS = {"/whip": "recvonly", "/whep": "sendonly", "/both": "sendrecv"}
TYPES = {"audio": 111, "video": 96}


def to_description(kind, text):
    _, message = GstSdp.SDPMessage.new_from_text(text)
    return GstWebRTC.WebRTCSessionDescription.new(getattr(GstWebRTC.WebRTCSDPType, kind), message)


class WebrtcBin:
    """One connection, which sends and decodes. Its m-lines are made in the order of add()."""

    def __init__(self, test, policy="max-compat", trickle=None):
        self.pipeline = Gst.parse_launch(f"webrtcbin name=bin latency=20 bundle-policy={policy}")
        self.bin = self.pipeline.get_by_name("bin")
        self.n = dict.fromkeys(SOURCE, 0)
        self.candidates, self.trickle = [], trickle
        self.bin.connect("pad-added", self._on_pad)
        self.bin.connect("on-ice-candidate", self._on_candidate)
        test.addCleanup(self.close)
        self.pipeline.set_state(Gst.State.PLAYING)

    def close(self):
        self.pipeline.set_state(Gst.State.NULL)

    def add(self, kind, direction):
        """Adds an m-line with a source, or one that only receives."""
        wanted = getattr(GstWebRTC.WebRTCRTPTransceiverDirection, direction.upper())
        if direction == "recvonly":
            self.bin.emit("add-transceiver", wanted, Gst.Caps.from_string(CAPS[kind]))
            return
        source = Gst.parse_bin_from_description(
            f"{SOURCE[kind]} pt={TYPES[kind]} ! {CAPS[kind]} ! queue", True)
        self.pipeline.add(source)
        pad = self.bin.request_pad_simple("sink_%u")
        assert source.get_static_pad("src").link(pad) == Gst.PadLinkReturn.OK
        pad.get_property("transceiver").set_property("direction", wanted)
        source.sync_state_with_parent()
        # What is sent is known from the caps.
        wait_until(lambda: pad.get_current_caps() is not None, f"{kind} flows")

    def add_data_channel(self):
        return self.bin.emit("create-data-channel", "data", None)

    def _on_candidate(self, _bin, mline, candidate):
        self.candidates.append((mline, candidate))
        if self.trickle is not None and candidate:
            self.trickle(mline, candidate)

    def _on_pad(self, _bin, pad):
        if pad.direction != Gst.PadDirection.SRC:
            return
        kind = pad.get_current_caps().get_structure(0).get_string("media")
        sink = Gst.parse_bin_from_description(
            f"{DECODER[kind]} ! fakesink name=counter sync=false async=false signal-handoffs=true", True)
        sink.get_by_name("counter").connect("handoff", self._count, kind)
        self.pipeline.add(sink)
        sink.sync_state_with_parent()
        pad.link(sink.get_static_pad("sink"))

    def _count(self, _sink, _buffer, _pad, kind):
        self.n[kind] += 1

    def wait(self, kind, n=N_FRAMES):
        end = self.n[kind] + n
        wait_until(lambda: self.n[kind] >= end, f"{end} frames of {kind} at webrtcbin: {self.n}")

    def _ask(self, action, *arguments):
        promise = Gst.Promise.new()
        self.bin.emit(action, *arguments, promise)
        promise.wait()
        reply = promise.get_reply()
        if reply is not None and reply.has_field("error"):
            raise AssertionError(f"webrtcbin, {action}: {reply.get_value('error')}")
        return reply

    def _describe(self, kind):
        """Returns what webrtcbin says, with all candidates if it doesn't trickle."""
        description = self._ask(f"create-{kind}", None).get_value(kind)
        self._ask("set-local-description", description)
        if self.trickle is not None:
            return description.sdp.as_text()
        wait_until(lambda: self.bin.get_property("ice-gathering-state").value_nick == "complete",
                   "webrtcbin gathered")
        return self.bin.get_property("local-description").sdp.as_text()

    def offer(self):
        return self._describe("offer")

    def answer(self, offer):
        self._ask("set-remote-description", to_description("OFFER", offer))
        return self._describe("answer")

    def take(self, answer):
        self._ask("set-remote-description", to_description("ANSWER", answer))

    def add_candidate(self, mline, candidate):
        self.bin.emit("add-ice-candidate", mline, candidate)
