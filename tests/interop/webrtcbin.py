#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Calls with GStreamer's webrtcbin: WHIP and WHEP both ways in each of its bundle policies, and with an
application's signals."""
import unittest

import network
from launch import main
from peer import Gst
from stack import BOTH, Calls, Ours, add_lite_tests, add_tests, make_test, receive, send
from binpeer import BinEndpoint, WebrtcBin


class Stack(Calls):
    # It has none (1.22).
    its_restarts = our_restarts = False
    # By its answer to us; libsrtp's first.
    suite = "AES_CM_128_HMAC_SHA1_80"
    policy = "max-compat"

    def endpoint(self):
        return BinEndpoint(self, self.policy)


@add_tests
class MaxCompat(Stack, unittest.TestCase):
    pass


@add_tests
class MaxBundle(Stack, unittest.TestCase):
    kinds = [BOTH]
    policy = "max-bundle"


@add_tests
class NoBundle(Stack, unittest.TestCase):
    kinds = [BOTH]
    policy = "none"
    transports = 2


@add_lite_tests
class Lite(Stack, unittest.TestCase):
    """Ours is lite, on one port."""


class Signals(unittest.TestCase):
    """Both ends send and receive audio and video; the test is the application that signals."""

    def sides(self, policy="max-compat", trickle=False, kinds=BOTH):
        ours = Ours(self, send(kinds, f"network-interfaces={network.INTERFACE}") +
                    "\n" + receive(kinds, names="other"))
        theirs = WebrtcBin(self, policy, ours.add_candidate if trickle else None)
        if trickle:
            ours.session.connect("on-ice-candidate", lambda _, mline, text: text and
                                 theirs.add_candidate(mline, text))
        return ours, theirs

    def assert_flows(self, ours, theirs, kinds=BOTH):
        for side in (ours, theirs):
            for kind in kinds:
                side.wait(kind)
        self.assertEqual(ours.problems(), [])

    def we_offer(self, policy, trickle, n_transports):
        ours, theirs = self.sides(policy, trickle)
        offer = ours.offer(complete=not trickle)
        theirs.add_offered(offer, "sendrecv")
        ours.take(theirs.answer(offer))
        self.assert_flows(ours, theirs)
        self.assertEqual(ours.agreed(), (n_transports, {Stack.suite}))

    def it_offers(self, policy, trickle, n_transports):
        ours, theirs = self.sides(policy, trickle)
        for kind in BOTH:
            theirs.add(kind, "sendrecv")
        ours.take(theirs.offer())
        theirs.take(ours.answer(complete=not trickle))
        self.assert_flows(ours, theirs)
        self.assertEqual(ours.agreed(), (n_transports, {Stack.suite}))


    def order(self, offer):
        return [line.split()[0][2:] for line in offer.splitlines() if line.startswith("m=")]

    def with_a_data_channel(self, policy, order):
        """It is refused; the rest goes on."""
        ours, theirs = self.sides(policy)
        theirs.add_data_channel()
        for i, kind in enumerate(order):
            if kind != "application":
                theirs.add(kind, "sendrecv", mline=i)
        offer = theirs.offer()
        self.assertEqual(self.order(offer), order)
        ours.take(offer)
        answer = ours.answer()
        self.assertEqual(answer.count("m=application 0"), 1)
        theirs.take(answer)
        self.assert_flows(ours, theirs)

    def test_data_channel_first(self):
        """In a group, webrtcbin (1.22) would go on with an m-line that it has gathered nothing for."""
        self.with_a_data_channel("none", ["application", "audio", "video"])

    def test_re_offers(self):
        """Each side offers twice in mid-call."""
        ours, theirs = self.sides()
        for kind in BOTH:
            theirs.add(kind, "sendrecv")
        for _ in range(2):
            ours.take(theirs.offer())
            theirs.take(ours.answer())
            self.assert_flows(ours, theirs)
            theirs.take_offer(ours.session.emit("create-offer"))
            ours.take(theirs.answer())
            self.assert_flows(ours, theirs)

    def test_it_adds_video(self):
        ours, theirs = self.sides()
        theirs.add("audio", "sendrecv")
        ours.take(theirs.offer())
        theirs.take(ours.answer())
        self.assert_flows(ours, theirs, ("audio",))
        theirs.add("video", "sendrecv")
        ours.take(theirs.offer())
        theirs.take(ours.answer())
        self.assert_flows(ours, theirs)

    def test_we_add_video(self):
        """Our icesink joins in mid-call, and webrtcbin receives."""
        ours = Ours(self, send(("audio",), f"network-interfaces={network.INTERFACE}"))
        theirs = WebrtcBin(self)
        ours.take(theirs.answer(ours.offer()))
        theirs.wait("audio")
        video = Gst.parse_bin_from_description(send(("video",), names="second"), False)
        ours.pipeline.add(video)
        video.sync_state_with_parent()
        ours.take(theirs.answer(ours.offer()))
        theirs.wait("video")
        theirs.wait("audio")
        self.assertEqual(ours.problems(), [])


POLICIES = {"max-compat": 1, "max-bundle": 1, "none": 2}
for _policy, _n in POLICIES.items():
    for _trickle in (False, True):
        _name = f"{_policy.replace('-', '_')}_{'trickle' if _trickle else 'complete'}"
        for _way in (Signals.we_offer, Signals.it_offers):
            setattr(Signals, f"test_{_way.__name__}_{_name}",
                    make_test(_way, _policy, _trickle, _n))
for _policy in POLICIES:
    setattr(Signals, f"test_data_channel_last_{_policy.replace('-', '_')}",
            make_test(Signals.with_a_data_channel, _policy, ["audio", "video", "application"]))


if __name__ == "__main__":
    network.enter()
    main(["opusenc", "rtpopuspay", "webrtcbin", "nicesrc"])
