#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""names.py PAGE: a Chromium that may use no camera, and so tells its addresses to nobody: names in
multicast DNS stand in the offer, which the browser itself answers for. In a network of its own."""
import re
import subprocess
import sys
import unittest

import chromium
import network
from browser import AUDIO_PACKETS, N_FRAMES, SECONDS, SEND, BrowserTest, Gst, Pipeline
import browser
from launch import wait_until

# Chromium finds the address that it hides by way of the default route. Nobody is there.
GATEWAY = "192.0.2.254"
LOG = "iceniceresolver"
NAME = re.compile(r"[0-9a-f-]{36}\.local")


class Log:
    """What is said of names."""

    def __init__(self):
        self.lines = []

    def __call__(self, category, _level, _file, _function, _line, _object, message, *_):
        if category.get_name() == LOG:
            self.lines.append(message.get())

    def has(self, line):
        return line in self.lines


class Names(BrowserTest):
    def setUp(self):
        super().setUp()
        self.log = Log()
        Gst.debug_set_active(True)
        Gst.debug_set_threshold_from_string(f"{LOG}:DEBUG", False)
        Gst.debug_add_log_function(self.log)

    def test_name_that_the_browser_hides_behind_is_looked_up(self):
        sender = Pipeline(self, SEND)
        page = self.open()
        self.call(page, sender.port, "balanced",
                  "await call.play(document.querySelector('#video'))")
        offer = page.run("call.connection.localDescription.sdp")
        names = set(NAME.findall(offer))
        self.assertEqual(len(names), 1, offer)
        self.assertNotIn(network.ADDRESS, offer)
        line = f"{names.pop()} has 1 addresses"
        wait_until(lambda: self.log.has(line), line)
        page.wait(f"(async () => await call.countFrames() >= {N_FRAMES})()", SECONDS)
        page.wait(f"(async () => await {AUDIO_PACKETS} >= {N_FRAMES})()", SECONDS)
        self.assertEqual(sender.errors(), [])


def main():
    if chromium.find_program() is None:
        print("skipped: there is no Chromium (tests/install interop)")
        return 77
    network.enter()
    subprocess.run(["ip", "route", "add", "default", "via", GATEWAY], check=True)
    # It stands for the user who allows the camera.
    chromium.OPTIONS.remove("--use-fake-ui-for-media-stream")
    browser.PAGE = sys.argv.pop(1)
    print(chromium.version())
    return 0 if unittest.main(exit=False, verbosity=2).result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
