#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Calls with libdatachannel, by way of node-datachannel."""
import unittest

import network
from launch import main
from peer import need_npm
from stack import Calls, Endpoint, add_tests


@add_tests
class Libdatachannel(Calls, unittest.TestCase):
    # It has no restarts.
    its_restarts = our_restarts = False

    def endpoint(self):
        return Endpoint(self, "libdatachannel")


if __name__ == "__main__":
    need_npm()
    network.enter()
    main(["opusenc", "rtpopuspay"])
