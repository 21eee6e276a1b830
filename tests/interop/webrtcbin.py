#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Calls with GStreamer's webrtcbin: WHIP and WHEP both ways in each of its bundle policies, and with an
application's signals."""
import unittest

import network
from launch import main
from stack import KINDS, Calls, add_lite_tests, add_tests
from binpeer import BinEndpoint


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
    kinds = KINDS[2:]
    policy = "max-bundle"


@add_tests
class NoBundle(Stack, unittest.TestCase):
    kinds = KINDS[2:]
    policy = "none"
    transports = 2


@add_lite_tests
class Lite(Stack, unittest.TestCase):
    """Ours is lite, on one port."""


if __name__ == "__main__":
    network.enter()
    main(["opusenc", "rtpopuspay", "webrtcbin", "nicesrc"])
