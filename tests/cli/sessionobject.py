#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The object in the property "session": there before a session is, and after it."""
import unittest

from launch import main, wait_until
from side import Gst

SENDER = "audiotestsrc is-live=true samplesperbuffer=160 ! mulawenc ! rtppcmupay ! " \
    "icesink name=ice network-interfaces=lo"
RECEIVER = "icesrc name=ice network-interfaces=lo ! rtppcmudepay ! fakesink name=sink sync=false"

FORMATS = {"audio": "application/x-rtp,media=audio,encoding-name=PCMU,clock-rate=8000,payload=0",
           "video": "application/x-rtp,media=video,encoding-name=VP8,clock-rate=90000,payload=96"}


def make_pipeline(test, text):
    pipeline = Gst.parse_launch(text)
    test.addCleanup(pipeline.set_state, Gst.State.NULL)
    return pipeline


def session_of(pipeline, name="ice"):
    return pipeline.get_by_name(name).get_property("session")


def state_of(session):
    return session.get_property("ice-connection-state").value_nick


def connect(caller, callee):
    """Handlers of two objects, sessions or elements, that carry all from one to the other."""
    def negotiate(_):
        assert callee.emit("set-remote-description", caller.emit("create-offer"))
        assert caller.emit("set-remote-description", callee.emit("create-answer"))
    for one, other in ((caller, callee), (callee, caller)):
        one.connect("on-ice-candidate", lambda _, mline, text, o=other: o.emit(
            "add-ice-candidate", mline, text))
    return negotiate


class SessionObject(unittest.TestCase):
    def setUp(self):
        self.sender = make_pipeline(self, SENDER)
        self.receiver = make_pipeline(self, RECEIVER)

    def received(self):
        stats = self.receiver.get_by_name("ice").get_property("stats")
        return stats.get_value("packets-received") if stats.has_field("packets-received") else 0

    def start_call(self):
        for pipeline in (self.receiver, self.sender):
            pipeline.set_state(Gst.State.PLAYING)
        wait_until(lambda: self.received() >= 20, "20 packets received")

    def test_handlers_of_an_element_that_has_not_started_are_called(self):
        session, other = session_of(self.sender), session_of(self.receiver)
        self.assertEqual((state_of(session), state_of(other)), ("new", "new"))
        session.connect("on-negotiation-needed", connect(session, other))
        self.start_call()
        wait_until(lambda: state_of(session) in ("connected", "completed"), "connected")

    def test_they_are_called_again_after_null(self):
        session, other = session_of(self.sender), session_of(self.receiver)
        session.connect("on-negotiation-needed", connect(session, other))
        for _ in range(2):
            self.start_call()
            for pipeline in (self.sender, self.receiver):
                pipeline.set_state(Gst.State.NULL)
            self.assertEqual(state_of(session), "closed")
            self.assertEqual(session_of(self.sender), session)

    def test_an_element_has_the_actions_too(self):
        sink, src = (pipeline.get_by_name("ice") for pipeline in (self.sender, self.receiver))
        session_of(self.sender).connect("on-negotiation-needed", connect(sink, src))
        self.start_call()

    def test_an_action_without_a_session_is_a_warning(self):
        for name, arguments in (("create-offer", ()), ("create-answer", ()), ("restart-ice", ()),
                                ("set-remote-description", ("v=0",)),
                                ("add-ice-candidate", (0, ""))):
            for thing in (session_of(self.sender), self.sender.get_by_name("ice")):
                with self.subTest(name=name, thing=thing):
                    self.assertFalse(thing.emit(name, *arguments))
                    message = self.sender.get_bus().pop_filtered(Gst.MessageType.WARNING)
                    self.assertIn(f"{name} failed: There is no session",
                                  message.parse_warning()[0].message)

    def test_elements_of_one_session_show_one_object(self):
        for text in ("icesink name=a icesink name=b", "icesink name=a session-name=x "
                     "bin. ( name=bin icesrc name=b session-name=x )"):
            with self.subTest(text):
                pipeline = make_pipeline(self, text)
                session = session_of(pipeline, "a")
                self.assertEqual(session_of(pipeline, "b"), session)
                for state in (Gst.State.READY, Gst.State.NULL, Gst.State.READY):
                    pipeline.set_state(state)
                    self.assertEqual(session_of(pipeline, "a"), session)
                    self.assertEqual(session_of(pipeline, "b"), session)

    def test_elements_of_two_pipelines_show_two(self):
        self.assertNotEqual(session_of(self.sender), session_of(self.receiver))
        for pipeline in (self.sender, self.receiver):
            pipeline.set_state(Gst.State.READY)
        self.assertNotEqual(session_of(self.sender), session_of(self.receiver))

    def test_objects_that_were_asked_for_before_there_was_a_pipeline_all_work(self):
        needed, pipeline = [], Gst.Pipeline()
        self.addCleanup(pipeline.set_state, Gst.State.NULL)
        sources = [Gst.ElementFactory.make("icesrc") for _ in range(2)]
        sessions = [source.get_property("session") for source in sources]
        for session, source, kind in zip(sessions, sources, ("audio", "video")):
            session.connect("on-negotiation-needed", needed.append)
            source.set_property("caps", Gst.Caps.from_string(FORMATS[kind]))
            source.set_property("network-interfaces", "lo")
            sink = Gst.ElementFactory.make("fakesink")
            pipeline.add(source)
            pipeline.add(sink)
            source.link(sink)
        pipeline.set_state(Gst.State.PLAYING)
        wait_until(lambda: len(needed) == 2, "both asked to negotiate")
        for session in sessions:
            offer = session.emit("create-offer")
            self.assertIn("m=audio", offer)
            self.assertIn("m=video", offer)

    def test_an_element_that_moves_to_another_pipeline_shows_its_session(self):
        first = make_pipeline(self, "icesink name=a icesink name=b")
        shared, moved = session_of(first, "a"), first.get_by_name("b")
        first.set_state(Gst.State.READY)
        moved.set_state(Gst.State.NULL)
        self.assertEqual(moved.get_property("session"), shared)
        first.remove(moved)
        self.receiver.add(moved)
        self.receiver.set_state(Gst.State.READY)
        self.assertEqual(session_of(first, "a"), shared)
        self.assertEqual(moved.get_property("session"), session_of(self.receiver))
        self.assertNotEqual(moved.get_property("session"), shared)


if __name__ == "__main__":
    main()
