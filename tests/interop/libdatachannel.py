#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Calls with libdatachannel, by way of node-datachannel."""
import unittest

import network
from launch import main
from peer import need_npm
from stack import BOTH, Calls, Endpoint, Ours, add_lite_tests, add_tests, receive


class Stack(Calls):
    # It has no restarts.
    its_restarts = our_restarts = False

    def endpoint(self):
        return Endpoint(self, "libdatachannel")


@add_tests
class Libdatachannel(Stack, unittest.TestCase):
    """A full agent of ours."""
    test_we_offer_both_ways = Calls.we_offer

    def test_data_channel_first(self):
        """It is refused, with the transport that stands for the group; the rest goes on."""
        endpoint = self.endpoint()
        ours = Ours(self, receive(BOTH, self.settings()))
        ours.wait_listening()
        self.let_call(endpoint, ours, ("application", *BOTH), "sendonly")
        self.assertRegex(endpoint.text(), r"(?s)m=application [1-9].*m=audio.*m=application 0 ")
        for kind in BOTH:
            ours.wait(kind)


@add_lite_tests
class Lite(Stack, unittest.TestCase):
    """Ours is lite, on one port."""


if __name__ == "__main__":
    need_npm()
    network.enter()
    main(["opusenc", "rtpopuspay"])
