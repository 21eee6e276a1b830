#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Calls with libdatachannel, by way of node-datachannel."""
import unittest

import network
from launch import main
from peer import need_npm
from stack import Calls, Endpoint, add_lite_tests, add_tests


class Stack(Calls):
    # It has no restarts.
    its_restarts = our_restarts = False

    def endpoint(self):
        return Endpoint(self, "libdatachannel")


@add_tests
class Libdatachannel(Stack, unittest.TestCase):
    """A full agent of ours."""


@add_lite_tests
class Lite(Stack, unittest.TestCase):
    """Ours is lite, on one port."""


if __name__ == "__main__":
    need_npm()
    network.enter()
    main(["opusenc", "rtpopuspay"])
