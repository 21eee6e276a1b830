# SPDX-License-Identifier: LGPL-2.1-or-later
"""gst-launch-1.0 as a user runs it, and what the tests of this folder share."""
import queue
import random
import shlex
import shutil
import socket
import subprocess
import sys
import threading
import time
import unittest

TIMEOUT_SECONDS = 40

VIDEO = "videotestsrc is-live={live} num-buffers={n} ! video/x-raw,width=160,height=120 ! " \
    "vp8enc deadline=1 ! rtpvp8pay"
AUDIO = "audiotestsrc is-live={live} num-buffers={n} samplesperbuffer=160 ! mulawenc ! rtppcmupay"


def video(n, live="false"):
    return VIDEO.format(n=n, live=live)


def audio(n, live="false"):
    return AUDIO.format(n=n, live=live)


def is_free(port, kind):
    with socket.socket(socket.AF_INET6, kind) as s:
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        try:
            s.bind(("::", port))
        except OSError:
            return False
    return True


def free_port():
    """Returns a port that nobody has now, for TCP and UDP.

    It is none of those that the kernel gives to who asks for any (ip_local_port_range), so nobody
    gets it before the listener takes it.
    """
    ports = (random.randrange(20000, 32768) for _ in range(1000))
    return next(port for port in ports
                if is_free(port, socket.SOCK_STREAM) and is_free(port, socket.SOCK_DGRAM))


class Launch:
    """A gst-launch-1.0 that runs; its lines come as they are printed."""
    program = ("gst-launch-1.0",)

    def __init__(self, pipeline, options=""):
        self.command = [*self.program, *shlex.split(options), *shlex.split(pipeline)]
        self.lines, self.new_lines = [], queue.Queue()
        self.process = subprocess.Popen(self.command, text=True, errors="replace",
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.new_lines.put(line.rstrip("\n"))
        self.new_lines.put(None)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.reader.join()
        self.process.stdout.close()

    def _next_line(self, deadline):
        line = self.new_lines.get(timeout=max(0.0, deadline - time.monotonic()))
        if line is not None:
            self.lines.append(line)
        return line

    def wait_for(self, text):
        """Waits until a line contains text, and returns it."""
        deadline = time.monotonic() + TIMEOUT_SECONDS
        for line in self.lines:
            if text in line:
                return line
        try:
            while (line := self._next_line(deadline)) is not None:
                if text in line:
                    return line
        except queue.Empty:
            pass
        raise AssertionError(f"no '{text}' from {self}")

    def wait(self):
        """Waits until the process ends by itself, and returns its status."""
        deadline = time.monotonic() + TIMEOUT_SECONDS
        try:
            while self._next_line(deadline) is not None:
                pass
        except queue.Empty:
            raise AssertionError(f"no end of {self}") from None
        return self.process.wait(TIMEOUT_SECONDS)

    def interrupt(self):
        """What Ctrl-C does; returns the status."""
        self.process.send_signal(2)
        return self.wait()

    def tell(self):
        """Returns what was said so far, without waiting."""
        while not self.new_lines.empty():
            self._next_line(time.monotonic())
        return str(self)

    def __str__(self):
        return shlex.join(self.command) + "\n    " + "\n    ".join(self.lines)


def wait_all(launches, receiver, text):
    """Has the receiver wait for text; if it does not come, all of launches say what they said."""
    try:
        receiver.wait_for(text)
    except AssertionError as error:
        others = [launch.tell() for launch in launches if launch is not receiver]
        raise AssertionError("\n".join([str(error), *others])) from None


def wait_until(condition, what):
    """Looks at condition(), something that another thread changes, until it is true."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    tick = threading.Event()
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"never {what}")
        tick.wait(0.02)


def missing_elements(names):
    """Returns those GStreamer elements of names that this machine does not have."""
    if shutil.which("gst-inspect-1.0") is None:
        return ["gst-inspect-1.0"]
    # Not --exists: that wants a plugin of GStreamer's own version.
    return [name for name in names if subprocess.run(
        ["gst-inspect-1.0", name], check=False, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL).returncode]


def main(elements=()):
    """Runs the tests of the calling script; 77 when this machine can't."""
    missing = missing_elements(["icesrc", "vp8enc", "rtpvp8pay", "mulawenc", *elements])
    if missing:
        print("missing: " + ", ".join(missing))
        sys.exit(77)
    unittest.main(verbosity=2)
