# SPDX-License-Identifier: LGPL-2.1-or-later
"""webrtcbin as a peer, in this process, and behind HTTP as stack.py's Endpoint."""
import http.server
import re
import threading
import urllib.request
from urllib.parse import urljoin

import gi

gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

from stack import CAPS, DECODER, N_FRAMES, SOURCE  # noqa: E402
from launch import TIMEOUT_SECONDS, wait_until  # noqa: E402; stack says where it is

# webrtcbin (1.22) asks for UPnP, which warns now and then that a port is in use, and its RTP session is
# once in a while changed while it is looked through, a GLib critical. Neither ends its media, nor a test.
GLib.log_set_always_fatal(GLib.LogLevelFlags.LEVEL_ERROR)

DIRECTIONS = {"/whip": "recvonly", "/whep": "sendonly", "/both": "sendrecv"}
TYPES = {"audio": 111, "video": 96}
CODECS = {"audio": "opus", "video": "VP8"}


def to_description(kind, text):
    _, message = GstSdp.SDPMessage.new_from_text(text)
    return GstWebRTC.WebRTCSessionDescription.new(getattr(GstWebRTC.WebRTCSDPType, kind), message)


class WebrtcBin:
    """One connection, which sends and decodes. Its m-lines are made in the order of add()."""

    def __init__(self, test, policy="max-compat", trickle=None):
        self.pipeline = Gst.Pipeline()
        self.bin = Gst.ElementFactory.make("webrtcbin")
        self.bin.set_property("latency", 20)
        Gst.util_set_object_arg(self.bin, "bundle-policy", policy)
        self.pipeline.add(self.bin)
        self.n = dict.fromkeys(SOURCE, 0)
        self.candidates, self.trickle = [], trickle
        self.bin.connect("pad-added", self._on_pad)
        self.bin.connect("on-ice-candidate", self._on_candidate)
        test.addCleanup(self.close)
        self.pipeline.set_state(Gst.State.PLAYING)

    def close(self):
        self.pipeline.set_state(Gst.State.NULL)

    def add(self, kind, direction, payload=None, mline="%u"):
        """Adds an m-line with a source, or one that only receives. In an answer, webrtcbin takes the
        offered payload type only."""
        wanted = getattr(GstWebRTC.WebRTCRTPTransceiverDirection, direction.upper())
        payload = payload or TYPES[kind]
        caps = f"{CAPS[kind]},payload={payload}"
        if direction == "recvonly":
            self.bin.emit("add-transceiver", wanted, Gst.Caps.from_string(caps))
            return
        source = Gst.parse_bin_from_description(f"{SOURCE[kind]} pt={payload} ! {caps} ! queue", True)
        self.pipeline.add(source)
        pad = self.bin.request_pad_simple(f"sink_{mline}")
        assert source.get_static_pad("src").link(pad) == Gst.PadLinkReturn.OK
        pad.get_property("transceiver").set_property("direction", wanted)
        source.sync_state_with_parent()
        # What is sent is known from the caps.
        wait_until(lambda: pad.get_current_caps() is not None, f"{kind} flows")

    def add_offered(self, offer, direction):
        """Adds what an offer has."""
        for part in re.split(r"^m=", offer, flags=re.MULTILINE)[1:]:
            kind = part.split()[0]
            payload = re.search(rf"rtpmap:(\d+) {CODECS.get(kind, 'none')}/", part)
            if payload:
                self.add(kind, direction, payload[1])

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
        """Returns the reply, which lends what is inside."""
        promise = Gst.Promise.new()
        self.bin.emit(action, *arguments, promise)
        promise.wait()
        reply = promise.get_reply()
        if reply is not None and reply.has_field("error"):
            raise AssertionError(f"webrtcbin, {action}: {reply.get_value('error')}")
        return reply

    def _describe(self, kind):
        """Returns what webrtcbin says, with all candidates if it doesn't trickle."""
        reply = self._ask(f"create-{kind}", None)
        description = reply.get_value(kind)
        self._ask("set-local-description", description)
        if self.trickle is not None:
            return description.sdp.as_text()
        wait_until(lambda: self.bin.get_property("ice-gathering-state").value_nick == "complete",
                   "webrtcbin gathered")
        return self.bin.get_property("local-description").sdp.as_text()

    def offer(self):
        return self._describe("offer")

    def take_offer(self, offer):
        self._ask("set-remote-description", to_description("OFFER", offer))

    def answer(self, offer=None):
        if offer is not None:
            self.take_offer(offer)
        return self._describe("answer")

    def take(self, answer):
        self._ask("set-remote-description", to_description("ANSWER", answer))

    def add_candidate(self, mline, candidate):
        self.bin.emit("add-ice-candidate", mline, candidate)


class Front(http.server.BaseHTTPRequestHandler):
    """WHIP and WHEP before a webrtcbin for each call."""

    def log_message(self, *_):
        pass

    def read(self):
        return self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()

    def reply(self, status, body="", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def do_POST(self):
        offer, endpoint = self.read(), self.server.endpoint
        peer = endpoint.add_peer()
        peer.add_offered(offer, DIRECTIONS[self.path])
        self.reply(201, peer.answer(offer), Content_Type="application/sdp", ETag='"0"',
                   Location=f"/peer/{len(endpoint.peers) - 1}")

    def do_PATCH(self):
        peer = self.server.endpoint.peers[int(self.path.split("/")[-1])]
        for part in re.split(r"^(?=m=)", self.read(), flags=re.MULTILINE):
            mid = re.search(r"^a=mid:(\S+)", part, re.MULTILINE)
            for candidate in re.findall(r"^a=(candidate:.*?)\r?$", part, re.MULTILINE):
                peer.add_candidate(int(mid[1]), candidate)
        self.reply(204)

    def do_DELETE(self):
        self.server.endpoint.peers[int(self.path.split("/")[-1])].close()
        self.reply(200)


class BinEndpoint:
    """As stack.py's Endpoint."""

    def __init__(self, test, policy="max-compat"):
        self.test, self.policy, self.peers, self.locations = test, policy, [], {}
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Front)
        self.server.endpoint = self
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        test.addCleanup(self.server.server_close)
        test.addCleanup(self.server.shutdown)
        self.uri = f"http://127.0.0.1:{self.server.server_port}"

    def add_peer(self):
        self.peers.append(WebrtcBin(self.test, self.policy))
        return self.peers[-1]

    def wait(self, kind, n=N_FRAMES):
        wait_until(lambda: self.peers, "a call")
        self.peers[-1].wait(kind, n)

    def call(self, uri, kinds, direction):
        peer = self.add_peer()
        for kind in kinds:
            peer.add(kind, direction)
        request = urllib.request.Request(uri, peer.offer().encode(),
                                         {"Content-Type": "application/sdp"})
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as reply:
            self.locations[peer] = urljoin(uri, reply.headers["Location"])
            peer.take(reply.read().decode())
        return peer, 1

    def close_peer(self, peer):
        request = urllib.request.Request(self.locations[peer], method="DELETE")
        urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS).close()
        peer.close()
