# GStreamer ICE transport
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A gst-ice-rendezvous for a test, at a port that it keeps."""
import os
import subprocess
import sys
import urllib.request

from launch import TIMEOUT_SECONDS

PROGRAM = os.environ.get("GST_ICE_RENDEZVOUS", "gst-ice-rendezvous")


def skip(why):
    print(why)
    sys.exit(77)


class Server:
    def __init__(self, test, *options):
        self.options, self.port, self.process = options, 0, None
        self.start()
        test.addCleanup(self.kill)

    def uri(self, room):
        return f"ws://127.0.0.1:{self.port}/{room}"

    def metric(self, name):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics",
                                    timeout=TIMEOUT_SECONDS) as reply:
            for line in reply.read().decode().splitlines():
                if line.startswith(f"gst_ice_rendezvous_{name} "):
                    return int(line.split()[1])
        raise KeyError(name)

    def start(self):
        try:
            self.process = subprocess.Popen(
                [PROGRAM, f"--port={self.port}", "--log-level=error", *self.options],
                stdout=subprocess.PIPE, text=True)
        except FileNotFoundError:
            skip(f"{PROGRAM} is not built")
        line = self.process.stdout.readline()
        assert line.startswith("port "), "the server does not start"
        self.port = int(line.split()[1])

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
