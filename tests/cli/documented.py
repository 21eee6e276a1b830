#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""documented.py ROOT: the launch lines of the elements' documentation parse, and run.

The first of icesrc is called by the first of icesink, and so on.
"""
import pathlib
import re
import sys
import unittest

from launch import Launch, free_port, main, wait_all
from side import Gst

ROOT = pathlib.Path(sys.argv.pop(1) if len(sys.argv) > 1 else "../..")
LINE = re.compile(r"\|\[\n \* gst-launch-1\.0 (.*)\n \* \]\|")
# What needs a screen or a sound card.
STAND_INS = {"autovideosink": "fakesink", "autoaudiosink": "fakesink"}


def documented(name):
    """Returns the launch lines of the element's documentation, without the program."""
    return LINE.findall((ROOT / "gst/elements" / f"gst{name}.c").read_text())


def made_to_run(line, port):
    for name, stand_in in STAND_INS.items():
        line = re.sub(rf"\b{name}\b", stand_in, line)
    line = re.sub(r"http://([^:/]*):\d+/", rf"http://\1:{port}/", line)
    line = re.sub(r"\b(icesrc|icesink)\b", r"\1 network-interfaces=lo", line)
    return line


class Documented(unittest.TestCase):
    def test_each_element_has_some(self):
        for name in ("icesrc", "icesink"):
            self.assertGreaterEqual(len(documented(name)), 2, name)

    def test_they_parse(self):
        for line in documented("icesrc") + documented("icesink"):
            with self.subTest(line):
                self.assertIsNotNone(Gst.parse_launch(line))

    def test_they_make_calls(self):
        for listener, caller in zip(documented("icesrc"), documented("icesink")):
            with self.subTest(listener=listener, caller=caller):
                self.run_pair(listener, caller)

    def run_pair(self, listener, caller):
        port = free_port()
        receiver = Launch(made_to_run(listener, port), "-m")
        self.addCleanup(receiver.close)
        receiver.wait_for("listening")
        sender = Launch(made_to_run(caller, port))
        self.addCleanup(sender.close)
        sender.wait_for("connected host/udp")
        # All its sinks have something to show.
        wait_all([receiver, sender], receiver, "async-done")
        self.assertEqual(sender.interrupt(), 0, str(sender))
        self.assertEqual(receiver.wait(), 0, str(receiver))


if __name__ == "__main__":
    main(["opusenc", "rtpopuspay", "videoconvert", "autovideosink", "autoaudiosink"])
