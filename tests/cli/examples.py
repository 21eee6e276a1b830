#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""examples.py PROGRAM CALL.PY: the examples make their calls."""
import subprocess
import sys
import unittest

from launch import TIMEOUT_SECONDS, main

PROGRAM, SCRIPT = sys.argv[1:3]
del sys.argv[1:3]


class Examples(unittest.TestCase):
    def run_example(self, *command):
        run = subprocess.run([*command, "--interface=lo"], text=True, capture_output=True,
                             timeout=TIMEOUT_SECONDS, check=False)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("buffers came on either side", run.stdout)
        self.assertEqual(run.stderr, "")

    def test_c(self):
        self.run_example(PROGRAM)

    def test_c_without_trickling(self):
        self.run_example(PROGRAM, "--no-trickle")

    def test_python(self):
        self.run_example(sys.executable, SCRIPT)

    def test_python_without_trickling(self):
        self.run_example(sys.executable, SCRIPT, "--no-trickle")


if __name__ == "__main__":
    main()
