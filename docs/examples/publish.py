#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""One publisher, many viewers, through gst-ice-rendezvous.

The application is the producer of a room; each viewer, which may be a

    gst-launch-1.0 icesrc signalling-uri=ws://127.0.0.1:8443/stage ! rtpvp8depay ! …

is a session of its own: a branch of a tee with an icesink, without a signalling-uri, whose
descriptions and candidates this program carries as the server's messages. A viewer that
leaves, or that can't be reached, takes its branch with it and nobody else.
"""
import argparse
import json
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("Soup", "3.0")
from gi.repository import GLib, Gst, Soup  # noqa: E402

SOURCE = """videotestsrc is-live=true ! video/x-raw,width=320,height=240,framerate=15/1 !
    vp8enc deadline=1 cpu-used=8 keyframe-max-dist=30 ! rtpvp8pay"""
# A slow viewer loses packets and holds up nobody; one that comes later, or whose path is not
# there yet, gets those from then on.
BRANCH = """queue leaky=downstream max-size-time=500000000 !
    icesink wait-for-connection=false session-name={name} {settings}"""


class Viewer:
    def __init__(self, publisher, session_id):
        self.publisher, self.id, self.gone = publisher, session_id, False
        self.branch = Gst.parse_bin_from_description(
            BRANCH.format(name=session_id, settings=publisher.settings), True)
        publisher.pipeline.add(self.branch)
        sink = self.branch.iterate_sinks().next()[1]
        self.session = sink.get_property("session")
        # Signals come on the session's thread: the work is done on the main loop's.
        self.session.connect("on-negotiation-needed", lambda _: GLib.idle_add(self.offer))
        self.session.connect("on-ice-candidate", lambda _, mline, text: self.send(
            ice={"candidate": text, "sdpMLineIndex": mline}))
        self.pad = publisher.tee.request_pad_simple("src_%u")
        self.pad.add_probe(Gst.PadProbeType.BUFFER | Gst.PadProbeType.BUFFER_LIST,
                           lambda *_: Gst.PadProbeReturn.DROP if self.gone
                           else Gst.PadProbeReturn.OK)
        self.branch.sync_state_with_parent()
        self.pad.link(self.branch.get_static_pad("sink"))

    def send(self, **content):
        GLib.idle_add(self.publisher.send, dict(type="peer", sessionId=self.id, **content))

    def offer(self):
        sdp = None if self.gone else self.session.emit("create-offer")
        if sdp is not None:
            self.send(sdp={"type": "offer", "sdp": sdp})

    def take(self, message):
        sdp, ice = message.get("sdp"), message.get("ice")
        if sdp and sdp["type"] == "answer":
            self.session.emit("set-remote-description", sdp["sdp"])
        elif ice:
            self.session.emit("add-ice-candidate", ice["sdpMLineIndex"], ice["candidate"])

    def leave(self):
        """The branch is unlinked while nothing passes, and stopped by the main loop."""
        self.gone = True
        self.pad.add_probe(Gst.PadProbeType.IDLE, self.on_idle)

    def on_idle(self, pad, _info):
        pad.unlink(self.branch.get_static_pad("sink"))
        GLib.idle_add(self.stop)
        return Gst.PadProbeReturn.REMOVE

    def stop(self):
        self.branch.set_state(Gst.State.NULL)
        self.publisher.pipeline.remove(self.branch)
        self.publisher.tee.release_request_pad(self.pad)


class Publisher:
    def __init__(self, arguments):
        self.uri, self.token, self.settings = arguments.uri, arguments.token, arguments.settings
        self.loop, self.viewers, self.socket, self.result = GLib.MainLoop(), {}, None, 0
        self.pipeline = Gst.parse_launch(
            f"{arguments.source} ! tee name=tee allow-not-linked=true")
        self.tee = self.pipeline.get_by_name("tee")
        bus = self.pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect("message::error", self.on_error)
        # A branch that fails must not be asked for its flow again, or the tee fails with it.
        bus.enable_sync_message_emission()
        bus.connect("sync-message::error", self.on_sync_error)
        self.soup = Soup.Session()

    # The server.

    def connect(self):
        message = Soup.Message.new("GET", self.uri)
        if self.token:
            message.get_request_headers().replace("Authorization", f"Bearer {self.token}")
        self.soup.websocket_connect_async(message, None, None, GLib.PRIORITY_DEFAULT, None,
                                          self.on_connected)

    def on_connected(self, soup, result):
        try:
            self.socket = soup.websocket_connect_finish(result)
        except GLib.Error as error:
            self.end(f"{self.uri}: {error.message}")
            return
        self.socket.set_keepalive_interval(10)
        self.socket.connect("message", self.on_text)
        self.socket.connect("closed", lambda _: self.end("the server has gone"))

    def send(self, message):
        if self.socket and self.socket.get_state() == Soup.WebsocketState.OPEN:
            self.socket.send_text(json.dumps(message))

    def on_text(self, _socket, _type, data):
        try:
            self.on_message(json.loads(data.get_data()))
        except (ValueError, KeyError, TypeError) as error:
            print(f"a message of no use: {error!r}", file=sys.stderr)

    def on_message(self, message):
        kind, session_id = message["type"], message.get("sessionId")
        if kind == "welcome":
            self.send({"type": "setPeerStatus", "roles": ["producer"], "meta": None})
            print("publishing", flush=True)
        elif kind == "startSession":
            self.viewers[session_id] = Viewer(self, session_id)
            self.tell()
        elif kind == "peer" and session_id in self.viewers:
            self.viewers[session_id].take(message)
        elif kind == "endSession" and session_id in self.viewers:
            self.drop(session_id)
        elif kind == "error":
            self.end(message["details"])

    # The viewers.

    def tell(self):
        print(f"{len(self.viewers)} viewers", flush=True)

    def drop(self, session_id):
        self.viewers.pop(session_id).leave()
        self.tell()

    def find_viewer(self, element):
        for viewer in list(self.viewers.values()):
            if element.has_as_ancestor(viewer.branch):
                return viewer
        return None

    def on_sync_error(self, _bus, message):
        viewer = self.find_viewer(message.src)
        if viewer:
            viewer.gone = True

    def on_error(self, _bus, message):
        viewer, (error, _) = self.find_viewer(message.src), message.parse_error()
        if viewer:
            print(f"viewer lost: {error.message}", file=sys.stderr)
            self.send({"type": "endSession", "sessionId": viewer.id})
            self.drop(viewer.id)
        elif not message.src.get_name().startswith("icesink"):
            self.end(error.message)

    def end(self, reason):
        print(f"end: {reason}", file=sys.stderr)
        self.result = 1
        self.loop.quit()

    def run(self):
        self.pipeline.set_state(Gst.State.PLAYING)
        self.connect()
        for signal in (2, 15):
            GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal, self.loop.quit)
        self.loop.run()
        self.pipeline.set_state(Gst.State.NULL)
        return self.result


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("uri", help="ws://host:port/room, or wss:")
    parser.add_argument("--token", help="bearer token of the server")
    parser.add_argument("--source", default=SOURCE, help="pipeline that makes RTP")
    parser.add_argument("--settings", default="", help="properties of each icesink")
    Gst.init(None)
    return Publisher(parser.parse_args()).run()


if __name__ == "__main__":
    sys.exit(main())
