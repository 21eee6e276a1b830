# SPDX-License-Identifier: LGPL-2.1-or-later
"""A pipeline in this process with an element called "ice", whose descriptions are carried
by the test."""
import threading

import gi

gi.require_version("Gst", "1.0")
from gi.repository import Gst  # noqa: E402

from launch import TIMEOUT_SECONDS, wait_until  # noqa: E402

Gst.init(None)


class Side:
    def __init__(self, test, pipeline):
        self.pipeline = Gst.parse_launch(pipeline)
        self.ice = self.pipeline.get_by_name("ice")
        self.bus, self.messages = self.pipeline.get_bus(), []
        self.needed = threading.Event()
        test.addCleanup(self.pipeline.set_state, Gst.State.NULL)
        self.pipeline.set_state(Gst.State.READY)
        self.session = self.ice.get_property("session")
        self.session.connect("on-negotiation-needed", lambda _: self.needed.set())

    def get(self, name):
        return self.pipeline.get_by_name(name)

    def stat(self, field, name="ice"):
        return self.get(name).get_property("stats").get_value(field)

    def play(self, other):
        """Candidates go to other from now on."""
        self.session.connect("on-ice-candidate", lambda _, mline, text: other.session.emit(
            "add-ice-candidate", mline, text))
        self.pipeline.set_state(Gst.State.PLAYING)

    def take_messages(self):
        """Returns all messages so far."""
        while (message := self.bus.pop()) is not None:
            self.messages.append(message)
        return self.messages

    def element_messages(self, name):
        return [message.get_structure() for message in self.take_messages()
                if message.type == Gst.MessageType.ELEMENT and message.has_name(name)]

    def wait_listening(self):
        wait_until(lambda: any(message.parse_progress()[2].startswith("listening")
                               for message in self.take_messages()
                               if message.type == Gst.MessageType.PROGRESS), "listening")

    def wait_stat(self, field, least, name="ice"):
        wait_until(lambda: self.stat(field, name) >= least,
                   f"{field} {least} at {name}: {self.get(name).get_property('stats')}")


def call(caller, callee):
    """Connects two sides: offer and answer now, candidates as they come."""
    caller.play(callee)
    callee.play(caller)
    assert caller.needed.wait(TIMEOUT_SECONDS), "the caller never asked to negotiate"
    offer = caller.session.emit("create-offer")
    assert callee.session.emit("set-remote-description", offer), offer
    answer = callee.session.emit("create-answer")
    assert caller.session.emit("set-remote-description", answer), answer
    return offer, answer
