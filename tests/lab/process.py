"""A program in a site, and when it said what.

Each line gets the time at which it was read. gst-launch-1.0 writes a line at once, so this
is the time of the event but for the scheduler.
"""
import re
import signal
import subprocess
import threading
import time

END_S = 5
# What gst-launch-1.0 -m says of an element's message or progress.
PROGRESS = re.compile(r"Progress: \([^)]*\) (?:audio: |video: )?(.*)")
PAIR = re.compile(r'"([^"]+)" \(element\): ice-selected-pair')
FIELD = r"{}\\=\\\([^)]*\)([^\\]+)"
CANDIDATE = re.compile(r"\(element\): ice-candidate, candidate=\(string\)\"candidate:(.*?)\"")
PACKET = '"got" (element)'
STARTED = "Setting pipeline to PAUSED"


class Process:
    """Started at once. Times are seconds of the monotonic clock."""

    def __init__(self, host, command, log, env=None):
        self.log = log
        self.times = {"packet": []}
        self.pairs, self.candidates, self.progress, self.troubles = [], [], [], []
        self._changed = threading.Condition()
        self._process = host.popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, env=env)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        with open(self.log, "w", encoding="utf-8") as log:
            for raw in self._process.stdout:
                now = time.monotonic()
                line = raw.decode(errors="replace").rstrip("\n")
                log.write(f"{now:.6f} {line}\n")
                with self._changed:
                    self._note(now, line)
                    self._changed.notify_all()
        with self._changed:
            self.times.setdefault("end", time.monotonic())
            self._changed.notify_all()

    def _note(self, now, line):
        if PACKET in line:
            self.times["packet"].append(now)
        elif line.startswith(STARTED):
            self.times.setdefault("start", now)
        elif match := PROGRESS.match(line):
            self.progress.append((now, match[1]))
            word = match[1].split(" ", 1)[0]
            self.times.setdefault(word, now)
        elif PAIR.search(line):
            self._note_pair(now, line)
        elif match := CANDIDATE.search(line):
            self.candidates.append(match[1].replace("\\", ""))
        elif line.startswith(("ERROR", "WARNING")) or "-CRITICAL **" in line \
                or "-WARNING **" in line:
            self.troubles.append(line)

    def _note_pair(self, now, line):
        ends = []
        for side in line.split("remote=", 1):
            found = {name: re.search(FIELD.format(name), side)
                     for name in ("candidate-type", "address", "port", "protocol",
                                  "relay-protocol")}
            ends.append({name: match[1] for name, match in found.items() if match})
        if len(ends) == 2 and (not self.pairs or self.pairs[-1][1:] != tuple(ends)):
            self.pairs.append((now, *ends))

    def wait(self, condition, timeout_s):
        """Waits until condition(self) holds or the process has ended. Returns whether."""
        until = time.monotonic() + timeout_s
        with self._changed:
            while not condition(self):
                left = until - time.monotonic()
                if left <= 0 or "end" in self.times:
                    return condition(self)
                self._changed.wait(left)
        return True

    def failed(self):
        """Whether it said an error; a warning is none."""
        return any(trouble.startswith("ERROR") for trouble in self.troubles)

    def ended(self):
        return "end" in self.times

    def signal(self, number):
        self._process.send_signal(number)

    def stop(self):
        """Ends it as a user would, and when that takes too long, for good. Returns which."""
        gently = True
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(END_S)
            except subprocess.TimeoutExpired:
                gently = False
                self._process.kill()
        self._process.wait()
        self._reader.join(END_S)
        return gently

    def code(self):
        return self._process.returncode
