#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Calls with werift, WebRTC in TypeScript."""
import unittest

import network
from launch import main
from peer import need_npm
from stack import Calls, Endpoint, add_lite_tests, add_tests


class Stack(Calls):
    def endpoint(self):
        return Endpoint(self, "werift")


@add_tests
class Werift(Stack, unittest.TestCase):
    """A full agent of ours."""
    test_we_offer_both_ways = Calls.we_offer
    test_it_offers_both_ways = Calls.it_offers


@add_lite_tests
class Lite(Stack, unittest.TestCase):
    """Ours is lite, on one port."""


if __name__ == "__main__":
    need_npm()
    network.enter()
    main(["opusenc", "rtpopuspay"])
