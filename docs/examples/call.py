#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A call without a signalling-uri: the application carries offer, answer and candidates.

Both ends are in this process, so that there is something to see; in real life send() sends
over the network and deliver() is what arrives.
"""
import argparse
import sys

import gi

gi.require_version("Gst", "1.0")
from gi.repository import GLib, Gst  # noqa: E402

ENOUGH_BUFFERS = 100
TIMEOUT_SECONDS = 30
# An icesink and an icesrc with the same media: one m-line that sends and receives.
PIPELINE = """
    audiotestsrc is-live=true samplesperbuffer=160 ! mulawenc ! rtppcmupay !
        icesink name=ice media=audio
    icesrc media=audio ! rtppcmudepay ! fakesink name=sink sync=false signal-handoffs=true
"""


class Side:
    def __init__(self, name, arguments, on_change):
        self.name, self.peer, self.n_buffers = name, None, 0
        self.is_caller, self.trickle = name == "caller", not arguments.no_trickle
        self.described, self.on_change = False, on_change
        self.pipeline = Gst.parse_launch(PIPELINE)
        self.pipeline.get_by_name("sink").connect("handoff", self.on_handoff)
        bus = self.pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect("message", self.on_message)

        ice = self.pipeline.get_by_name("ice")
        ice.set_property("network-interfaces", arguments.interface)
        self.session = ice.get_property("session")
        # Signals come on the session's thread: the work is done on the main loop's.
        if self.trickle:
            self.session.connect("on-ice-candidate", lambda _, mline, text: self.send(
                "add-ice-candidate", mline, text))
        else:
            self.session.connect("notify::ice-gathering-state", self.on_gathering_state)
        if self.is_caller:
            self.session.connect("on-negotiation-needed",
                                 lambda _: GLib.idle_add(self.offer))

    def send(self, *letter):
        GLib.idle_add(self.peer.deliver, *letter)

    def deliver(self, action, *arguments):
        taken = self.session.emit(action, *arguments)
        is_offer = action == "set-remote-description" and not self.is_caller
        if is_offer and taken and self.trickle:
            self.send_description()

    def send_description(self):
        sdp = self.session.emit("create-offer" if self.is_caller else "create-answer")
        if sdp is not None:
            self.described = True
            self.send("set-remote-description", sdp)

    def offer(self):
        if self.trickle:
            self.send_description()
        else:
            # Gathering begins with the first offer; the one that is sent waits for all.
            self.session.emit("create-offer")

    def on_gathering_state(self, session, _pspec):
        if session.get_property("ice-gathering-state").value_nick == "complete":
            GLib.idle_add(self.send_complete)

    def send_complete(self):
        if not self.described:
            self.send_description()

    def on_handoff(self, _sink, _buffer, _pad):
        self.n_buffers += 1
        if self.n_buffers == ENOUGH_BUFFERS:
            GLib.idle_add(self.on_change)

    def on_message(self, _bus, message):
        if message.type in (Gst.MessageType.ERROR, Gst.MessageType.WARNING):
            is_error = message.type == Gst.MessageType.ERROR
            error, _ = message.parse_error() if is_error else message.parse_warning()
            print(f"{self.name}: {error.message}", file=sys.stderr)
            if is_error:
                self.on_change(failed=True)


class Call:
    def __init__(self, arguments):
        self.loop, self.result = GLib.MainLoop(), 1
        self.sides = [Side(name, arguments, self.on_change) for name in ("caller", "callee")]
        self.sides[0].peer, self.sides[1].peer = reversed(self.sides)

    def on_change(self, failed=False):
        if not failed and all(side.n_buffers >= ENOUGH_BUFFERS for side in self.sides):
            if self.result:
                print(f"{ENOUGH_BUFFERS} buffers came on either side")
            self.result = 0
        if failed or self.result == 0:
            self.loop.quit()

    def on_timeout(self):
        print(f"no call after {TIMEOUT_SECONDS} seconds", file=sys.stderr)
        self.loop.quit()

    def run(self):
        for side in reversed(self.sides):
            side.pipeline.set_state(Gst.State.PLAYING)
        GLib.timeout_add_seconds(TIMEOUT_SECONDS, self.on_timeout)
        self.loop.run()
        for side in self.sides:
            side.pipeline.set_state(Gst.State.NULL)
        return self.result


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-trickle", action="store_true",
                        help="send complete descriptions, no candidates")
    parser.add_argument("--interface", help="gather on this network interface only")
    Gst.init(None)
    return Call(parser.parse_args()).run()


if __name__ == "__main__":
    sys.exit(main())
