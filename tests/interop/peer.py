# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tests of calls with other stacks share: our end, and programs that somebody else wrote."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path[1:1] = [str(pathlib.Path(__file__).parent.parent / folder) for folder in ("cli", "turn")]
from launch import TIMEOUT_SECONDS, wait_until  # noqa: E402
from side import Gst, Side  # noqa: E402

AUDIO = """
    audiotestsrc is-live=true wave=silence samplesperbuffer=160 ! mulawenc ! rtppcmupay !
        icesink name=ice media=audio {settings}
    icesrc name=audio media=audio ! rtppcmudepay !
        fakesink name=heard sync=false signal-handoffs=true
"""
VIDEO = """
    videotestsrc is-live=true ! video/x-raw,width=160,height=120,framerate=30/1 !
        vp8enc deadline=1 keyframe-max-dist=15 ! rtpvp8pay !
        icesink name={video} media=video {settings}
    icesrc name=video media=video ! rtpvp8depay ! vp8dec !
        fakesink name=seen sync=false signal-handoffs=true
"""


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(77)


def need(*programs):
    for program in programs:
        if shutil.which(program) is None:
            skip(f"{program} is not installed")


NPM = pathlib.Path(__file__).parent / "npm"


def need_npm():
    need("node")
    if not (NPM / "node_modules").is_dir():
        skip("the npm packages are not installed (tests/install npm)")


def to_sdp(*lines):
    return "".join(f"{line}\r\n" for line in lines)


def find_stats(session, pattern):
    """Returns what matches in all structures of a session's stats, its consumers' included."""
    return re.findall(pattern, session.get_property("stats").to_string())


def ciphers(session):
    """Returns how the packets of the m-lines are protected: {"AEAD_AES_128_GCM"}."""
    return set(find_stats(session, r"srtp-cipher\W+string\W+(\w+)"))


def local_ports(session):
    """Returns the local ports of the selected pairs, as texts."""
    return set(find_stats(session, r"local\W+structure\W+ice-candidate.*?port\W+uint\W+(\d+)"))


class Program:
    """A program that runs, with a folder of its own and its log in it; our sanitizer is not in it."""

    def __init__(self, add_cleanup, *command, folder=None):
        self.folder = folder or pathlib.Path(tempfile.mkdtemp())
        self.log = self.folder / "log"
        env = {key: value for key, value in os.environ.items()
               if key not in ("LD_PRELOAD", "ASAN_OPTIONS", "G_DEBUG")}
        with open(self.log, "w") as log:
            self.process = subprocess.Popen([str(word) for word in command], cwd=self.folder,
                                            env=env, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=subprocess.STDOUT)
        add_cleanup(self.close)

    def text(self):
        return self.log.read_text(errors="replace")

    def wait_for(self, text):
        wait_until(lambda: text in self.text() or self.process.poll() is not None, text)
        if text not in self.text():
            raise AssertionError(f"{self.process.args[0]} ended: {self.text()[-2000:]}")

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if os.environ.get("KEEP"): print(self.text())
        shutil.rmtree(self.folder, ignore_errors=True)


class End(Side):
    """Our end of a call: an icesink and an icesrc for each kind of media."""

    def __init__(self, test, settings="", pipeline=AUDIO, encryption="none", interface="lo"):
        settings += f" encryption={encryption}"
        if interface:
            settings += f" network-interfaces={interface}"
        camera = "camera" if "name=ice" in pipeline else "ice"
        super().__init__(test, pipeline.format(settings=settings, video=camera))
        self.n_heard = self.n_seen = 0
        if self.get("heard") is not None:
            self.get("heard").connect("handoff", self.on_heard)
        if self.get("seen") is not None:
            self.get("seen").connect("handoff", self.on_seen)
        self.pipeline.set_state(Gst.State.PLAYING)

    def on_heard(self, _sink, buffer, _pad):
        """Silence and a rectangular tone have two values; what can't be decrypted has a hundred."""
        payload = buffer.extract_dup(0, buffer.get_size())
        if len(payload) == 160 and len(set(payload)) <= 2:
            self.n_heard += 1

    def on_seen(self, _sink, _frame, _pad):
        self.n_seen += 1

    def wait_heard(self, n):
        wait_until(lambda: self.n_heard >= n, f"{n} packets heard, but {self.n_heard}")

    def wait_seen(self, n):
        wait_until(lambda: self.n_seen >= n, f"{n} frames seen, but {self.n_seen}")

    def wait_gathered(self):
        wait_until(lambda: self.session.get_property("ice-gathering-state").value_nick ==
                   "complete", "gathered")

    def offer(self):
        """Returns an offer with all candidates."""
        assert self.needed.wait(TIMEOUT_SECONDS), "never asked to negotiate"
        self.needed.clear()
        self.session.emit("create-offer")
        self.wait_gathered()
        return self.session.emit("create-offer")

    def answer(self, offer):
        """Returns the answer to offer, with all candidates."""
        self.take(offer)
        self.wait_gathered()
        return self.session.emit("create-answer")

    def take(self, sdp):
        assert self.session.emit("set-remote-description", sdp), f"refused: {sdp}"

    def pair(self):
        """Returns types and ports of the selected pair: ("host", 1, "host", 2)."""
        pair = self.ice.get_property("selected-pair")
        ends = [pair.get_value(name) for name in ("local", "remote")]
        return tuple(end.get_value(field) for end in ends for field in ("candidate-type", "port"))

    def cipher(self, mline=0):
        """Returns how the packets of an m-line are protected: "AEAD_AES_128_GCM"."""
        # The binding lends what is inside; a copy outlives it.
        stats = self.session.get_property("stats")
        return stats.get_value(f"mline-{mline}").copy().get_value("srtp-cipher")

    def complaints(self):
        """Returns the words of all errors and warnings."""
        parse = {Gst.MessageType.ERROR: Gst.Message.parse_error,
                 Gst.MessageType.WARNING: Gst.Message.parse_warning}
        return [parse[message.type](message)[0].message for message in self.take_messages()
                if message.type in parse]
