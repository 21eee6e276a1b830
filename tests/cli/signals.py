#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Calls by signals alone: what elements tell, and what they do to packets."""
import threading
import unittest

from launch import main, wait_until
from side import Gst, Side, call

SOURCE = "audiotestsrc is-live=true samplesperbuffer=160 ! mulawenc ! rtppcmupay pt={pt} ! "
SINK = "icesink name=ice network-interfaces=lo "
SRC = "icesrc name=ice network-interfaces=lo "
SENDER = SOURCE.format(pt=96) + SINK
RECEIVER = SRC + 'caps="application/x-rtp,media=audio,encoding-name=PCMU,clock-rate=8000' \
    ',payload={pt}" ! fakesink name=sink sync=false signal-handoffs=true'


class Signals(unittest.TestCase):
    def receiver(self, pt):
        side = Side(self, RECEIVER.format(pt=pt))
        side.payload_types = []
        side.get("sink").connect("handoff", lambda _sink, buffer, _pad:
                                 side.payload_types.append(buffer.extract_dup(1, 1)[0] & 0x7f))
        return side

    def test_everything_is_told(self):
        sender, receiver = Side(self, SENDER), self.receiver(96)
        told = {side: [] for side in (sender, receiver)}
        for side in told:
            side.ice.connect("on-ice-candidate",
                             lambda _, mline, text, s=side: told[s].append((mline, text)))
        call(sender, receiver)
        for side in told:
            wait_until(lambda s=side: s.element_messages("ice-selected-pair"), "connected")
            wait_until(lambda s=side: (0, "") in told[s], "gathered")
            self.assertTrue(told[side][0][1].startswith("candidate:"))
            self.check_side(side)

    def check_side(self, side):
        wait_until(lambda: side.ice.get_property("ice-connection-state").value_nick in
                   ("connected", "completed"), "connected")
        for name in ("ice-candidate", "ice-gathering-state", "ice-connection-state"):
            messages = side.element_messages(name)
            self.assertTrue(messages, name)
            self.assertEqual(messages[0].get_value("mline"), 0)
        pair = side.ice.get_property("selected-pair")
        for end in ("local", "remote"):
            candidate = pair.get_value(end)
            self.assertEqual(candidate.get_value("candidate-type"), "host")
            self.assertIn(candidate.get_value("address"), ("127.0.0.1", "::1"))
        wait_until(lambda: side.session.get_property("ice-connection-state").value_nick in
                   ("connected", "completed"), "connected")
        self.assertEqual(side.session.get_property("stats").get_name(), "ice-session")

    def test_packets_are_counted(self):
        sender, receiver = Side(self, SENDER), self.receiver(96)
        call(sender, receiver)
        receiver.wait_stat("packets-received", 20)
        self.assertGreaterEqual(sender.stat("packets-sent"), 20)
        self.assertGreater(sender.stat("bytes-sent"), 20 * 160)
        self.assertEqual(sender.stat("packets-discarded-on-send"), 0)
        self.assertEqual(receiver.stat("packets-dropped"), 0)

    def test_loss_and_jitter_are_counted(self):
        """One packet of ten is lost on its way, from the receiver's sight."""
        sender = Side(self, SENDER.replace("icesink", "identity name=loss ! icesink"))
        numbers = [0]

        def lose(_pad, _info):
            numbers[0] += 1
            return Gst.PadProbeReturn.DROP if numbers[0] % 10 == 0 else Gst.PadProbeReturn.OK

        sender.pipeline.get_by_name("loss").get_static_pad("src").add_probe(
            Gst.PadProbeType.BUFFER, lose)
        receiver = self.receiver(96)
        call(sender, receiver)
        receiver.wait_stat("packets-lost", 5)
        stats = receiver.ice.get_property("stats")
        sources = stats.get_value("inbound-rtp")
        self.assertEqual(sources.n_fields(), 1)
        self.assertGreaterEqual(sources.get_value("source-0").get_value("packets-received"), 45)
        self.assertLess(receiver.stat("packets-lost"), receiver.stat("packets-received") / 5)
        self.assertEqual(receiver.stat("packets-duplicated"), 0)
        self.assertGreater(receiver.stat("jitter"), 0)
        self.assertLess(receiver.stat("jitter"), 1)
        self.assertIsNone(sender.ice.get_property("stats").get_value("packets-lost"))

    def test_sender_takes_the_payload_type_of_the_one_who_offers(self):
        sender, receiver = Side(self, SENDER), self.receiver(111)
        call(receiver, sender)
        wait_until(lambda: len(receiver.payload_types) >= 20, "packets received")
        self.assertEqual(set(receiver.payload_types), {111})
        self.assertEqual(receiver.get("sink").get_static_pad("sink").get_current_caps()
                         .get_structure(0).get_value("payload"), 111)

    def test_receiver_takes_the_payload_type_of_the_one_who_offers(self):
        sender, receiver = Side(self, SENDER), self.receiver(111)
        call(sender, receiver)
        wait_until(lambda: len(receiver.payload_types) >= 20, "packets received")
        self.assertEqual(set(receiver.payload_types), {96})

    def test_key_unit_is_asked_for_when_packets_were_dropped(self):
        sender, receiver = Side(self, SENDER + "wait-for-connection=false"), self.receiver(96)
        asked = threading.Event()

        def on_event(_pad, info):
            if info.get_event().has_name("GstForceKeyUnit"):
                asked.set()
            return Gst.PadProbeReturn.OK

        sender.ice.get_static_pad("sink").add_probe(Gst.PadProbeType.EVENT_UPSTREAM, on_event)
        sender.pipeline.set_state(Gst.State.PLAYING)
        sender.wait_stat("packets-discarded-on-send", 5)
        call(sender, receiver)
        wait_until(asked.is_set, "asked for a key unit")
        receiver.wait_stat("packets-received", 5)

    def test_complete_descriptions_need_no_candidates(self):
        sender, receiver = Side(self, SENDER), self.receiver(96)
        for side in (sender, receiver):
            side.pipeline.set_state(Gst.State.PLAYING)
        wait_until(sender.needed.is_set, "ready")
        sender.session.emit("create-offer")
        self.wait_gathered(sender)
        self.assertTrue(receiver.session.emit("set-remote-description",
                                              sender.session.emit("create-offer")))
        self.wait_gathered(receiver)
        self.assertTrue(sender.session.emit("set-remote-description",
                                            receiver.session.emit("create-answer")))
        receiver.wait_stat("packets-received", 5)

    def wait_gathered(self, side):
        wait_until(lambda: side.session.get_property("ice-gathering-state").value_nick ==
                   "complete", "gathered")

    def test_offer_in_a_handler_does_not_wait(self):
        sender, receiver = Side(self, SENDER), self.receiver(96)
        offers = []
        sender.session.connect("on-negotiation-needed", lambda session: offers.append(
            session.emit("create-offer")))
        sender.play(receiver)
        receiver.play(sender)
        wait_until(lambda: offers, "offered")
        self.assertTrue(receiver.session.emit("set-remote-description", offers[0]))
        answer = receiver.session.emit("create-answer")
        self.assertTrue(sender.session.emit("set-remote-description", answer))
        receiver.wait_stat("packets-received", 5)

    def test_sessions_are_shared_by_name(self):
        name = "session-name=shared"
        one = Side(self, SENDER + name)
        other = Side(self, SRC + "media=audio " + name + " ! rtppcmudepay ! fakesink")
        self.assertEqual(one.session, other.session)
        self.assertNotEqual(one.session, self.receiver(96).session)


if __name__ == "__main__":
    main()
