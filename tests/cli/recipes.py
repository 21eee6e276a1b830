#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""recipes.py ROOT: each block of docs/recipes.md, and of the README, runs as it stands there.

Of a section, all gst-launch-1.0 lines run together: each connects, is interrupted or sees the other
end, and ends without an error. Cameras, screens and hosts are replaced by what a test has.
"""
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

from launch import TIMEOUT_SECONDS, Launch, free_port, main, missing_elements, wait_all, wait_until
from rendezvous import Server

ROOT = pathlib.Path(sys.argv.pop(1) if len(sys.argv) > 1 else "../..")
PAGES = ("docs/recipes.md", "README.md")
CAMERA = "videotestsrc is-live=true ! video/x-raw,width=160,height=120"
# What is no part of a recipe, but of where it runs.
STAND_INS = (
    (r"\bv4l2src\b", CAMERA),
    (r"\bautoaudiosrc\b", "audiotestsrc is-live=true"),
    (r"\brtspsrc [^!]*", f"{CAMERA} ! openh264enc ! rtph264pay config-interval=-1 "),
    (r"\bautovideosink\b", "fakesink name=screen"),
    (r"\bautoaudiosink\b", "fakesink"),
    (r"\bplaybin\b", "playbin video-sink=fakesink audio-sink=fakesink"),
    (r"\b(icesrc|icesink)\b", r"\1 network-interfaces=lo"),
)
# The elements that not every machine has.
PARTICULAR = ("openh264enc", "rtph264depay", "rtpdtmfmux", "rtpdtmfsrc", "webmmux", "matroskademux",
              "rtpbin", "opusenc", "rtpjitterbuffer", "playbin")


class Section:
    """What stands under a heading, with its blocks of code: language and text."""
    def __init__(self, title, text):
        self.title = title
        self.blocks = re.findall(r"^```(\w+)\n(.*?)^```$", text, re.M | re.S)

    def of(self, language):
        return [text for name, text in self.blocks if name == language]

    def launch_lines(self):
        lines = "".join(self.of("sh")).replace("\\\n", " ").splitlines()
        return [line.split("gst-launch-1.0", 1)[1] for line in lines if "gst-launch-1.0" in line]


def sections(page):
    parts = re.split(r"^###? (.*)$", (ROOT / page).read_text(), flags=re.M)
    return [Section(*pair) for pair in zip(parts[1::2], parts[2::2])]


class Recipes(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.port, self.turn_port, self.server = free_port(), None, None

    def made_to_run(self, text):
        """Returns text with stand-ins for the devices and hosts in it."""
        for name, stand_in in STAND_INS:
            text = re.sub(name, lambda m, s=stand_in: m.expand(s), text)
        text = re.sub(r"\breceiver\.example\b", "127.0.0.1", text)
        text = re.sub(r"((?:http|whep)://[\w.]*):8080/", rf"\1:{self.port}/", text)
        text = re.sub(r"(stun://|@)turn\.example", lambda m: f"{m[1]}127.0.0.1:{self.turn()}", text)
        if "wss://meet.example" in text:
            self.server = self.server or Server(self)
            text = text.replace("wss://meet.example", self.server.uri("")[:-1])
        return re.sub(r"\blocation=(\w+\.webm)", rf"location={self.folder}/\1", text)

    def turn(self):
        """Returns the port of a coturn with the settings of the page, which is started at first."""
        if self.turn_port is None:
            if shutil.which("turnserver") is None:
                self.skipTest("there is no turnserver")
            self.turn_port = free_port()
            config = next(text for section in sections("docs/recipes.md")
                          for text in section.of("ini") if "lt-cred-mech" in text)
            path = self.folder / "turnserver.conf"
            path.write_text(config.replace("3478", str(self.turn_port)))
            process = subprocess.Popen(
                ["turnserver", "-c", path, "--no-cli", "--no-tls", "--no-dtls",
                 "--log-file", "stdout", "--simple-log", "-L", "127.0.0.1", "--allow-loopback-peers",
                 "--pidfile", self.folder / "pid", "--userdb", self.folder / "db"],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            self.addCleanup(process.stdout.close)
            self.addCleanup(process.wait)
            self.addCleanup(process.terminate)
            for line in process.stdout:
                if "DB connection success" in line:
                    break
        return self.turn_port

    def start(self, line, anywhere=False):
        line = self.made_to_run(line)
        launch = Launch(line.replace("network-interfaces=lo", "") if anywhere else line)
        self.addCleanup(launch.close)
        return launch

    def run_lines(self, lines):
        # A player's source can't be told to stay on loopback.
        anywhere = "playbin" in lines[-1]
        receiver, *callers = [self.start(line, anywhere) for line in lines]
        for launch in (receiver, *callers):
            launch.wait_for("connected ")
        if "name=screen" in " ".join(receiver.command):
            wait_all([receiver, *callers], receiver, "Redistribute latency")
        recording = self.folder / "call.webm"
        if str(recording) in " ".join(receiver.command):
            wait_until(lambda: recording.exists() and recording.stat().st_size > 5000, "recorded")
        for launch in callers:
            self.assertEqual(launch.interrupt(), 0, str(launch))
        # RTCP of rtpbin goes on when the media ends, and one who serves waits for the next.
        ends_by_itself = "icesrc" in receiver.command and "rtpbin" not in receiver.command
        self.assertEqual(receiver.wait() if ends_by_itself else receiver.interrupt(), 0,
                         str(receiver))

    def run_python(self, text):
        text = re.sub(r"\b(icesrc|icesink)\b", r"\1 network-interfaces=lo", text)
        run = subprocess.run([sys.executable, "-c", text], text=True, capture_output=True,
                             timeout=TIMEOUT_SECONDS, check=False)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn(" is here", run.stdout)
        self.assertNotIn("Traceback", run.stderr)

    def run_c(self, text, lines):
        source, program = self.folder / "call.c", self.folder / "call"
        source.write_text(self.made_to_run(text))
        flags = subprocess.run(["pkg-config", "--cflags", "--libs", "gstreamer-1.0"], text=True,
                               capture_output=True, check=True).stdout
        subprocess.run([*shlex.split(os.environ.get("CC", "cc")), "-Wall", "-Werror", source, "-o",
                        program, *shlex.split(flags)], check=True, timeout=TIMEOUT_SECONDS)
        receiver = self.start(lines[0])
        receiver.wait_for("listening")
        run = subprocess.run([program], text=True, capture_output=True, timeout=TIMEOUT_SECONDS,
                             check=False)
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.assertEqual(receiver.wait(), 0, str(receiver))

    def need(self, section):
        text = " ".join(text for _, text in section.blocks)
        missing = missing_elements([name for name in PARTICULAR if self.uses(text, name)])
        if missing:
            self.skipTest("missing: " + ", ".join(missing))

    def uses(self, text, name):
        return name in text or (name == "openh264enc" and "rtspsrc" in text)

    def before_film(self):
        """Makes the file that is played."""
        subprocess.run(shlex.split(
            "gst-launch-1.0 -q videotestsrc num-buffers=60 ! video/x-raw,width=160,height=120 ! "
            f"vp8enc deadline=1 ! webmmux ! filesink location={self.folder}/film.webm"), check=True,
            timeout=TIMEOUT_SECONDS)

    def run_film(self, lines):
        self.before_film()
        receiver, caller = [self.start(line) for line in lines]
        self.assertEqual((caller.wait(), receiver.wait()), (0, 0), f"{receiver}\n{caller}")

    def check_recording(self):
        run = subprocess.run(shlex.split(
            f"gst-launch-1.0 -q filesrc location={self.folder}/call.webm ! matroskademux ! vp8dec ! "
            "fakesink"), text=True, capture_output=True, timeout=TIMEOUT_SECONDS, check=False)
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.assertGreater((self.folder / "call.webm").stat().st_size, 1000)

    def run_section(self, section):
        self.need(section)
        lines = section.launch_lines()
        for text in section.of("python"):
            self.run_python(text)
        if section.of("c"):
            self.run_c(section.of("c")[0], lines)
        elif "film.webm" in " ".join(lines):
            self.run_film(lines)
        elif lines:
            self.run_lines(lines)
        if "call.webm" in " ".join(lines):
            self.check_recording()


def add_tests():
    for page in PAGES:
        for n, section in enumerate(sections(page)):
            if section.launch_lines() or section.of("python"):
                name = re.sub(r"\W+", "_", f"test_{page}_{n}_{section.title}".lower())
                setattr(Recipes, name, lambda self, s=section: self.run_section(s))


add_tests()

if __name__ == "__main__":
    main()
