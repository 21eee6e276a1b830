#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Calls with werift, WebRTC in TypeScript."""
import unittest

import network
from launch import main
from peer import need_npm
from stack import Calls, Endpoint, add_tests


@add_tests
class Werift(Calls, unittest.TestCase):

    def endpoint(self):
        return Endpoint(self, "werift")


if __name__ == "__main__":
    need_npm()
    network.enter()
    main(["opusenc", "rtpopuspay"])
