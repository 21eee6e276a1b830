#!/usr/bin/env python3
# GStreamer ICE transport
# SPDX-License-Identifier: LGPL-2.1-or-later
"""One call that lasts: 10,000 packets of 1,200 bytes a second in lists of 8, on loopback.

soak.py STREAM [SECONDS]

In a network namespace of its own. Nothing may get lost but what the kernel counts as dropped,
memory may not grow once the call is ten seconds old, and all requests for consent but the last
few are answered. Exits with 1 if not."""

import json
import subprocess
import sys

from packets import describe, isolate, leave_out_ipv6

RATE = 10000
LENGTH = 8
# A merged packet, and what is queued for a moment.
GROWTH_KIB = 4096
UNANSWERED = 3


def start(stream, *arguments):
    return subprocess.Popen([stream, *map(str, arguments)], text=True, stdout=subprocess.PIPE)


def wait_for(process, word):
    for line in process.stdout:
        if line.startswith(word):
            return line.split()[-1]
    raise SystemExit(f"soak.py: an end did not say {word!r}")


def goal(what, met):
    print(f"GOAL {what}: {'met' if met else 'not met'}")
    return met


def judge(sent, got):
    missing = sent["pushed"] - got["received"]
    dropped = got.get("kernel-drops", 0)
    # On loopback a list travels as one message, and counts once.
    good = goal(f"{sent['pushed']} packets sent, {got['received']} received, {dropped} messages "
                f"dropped by the kernel, {got['packets-dropped']} packets by icesrc; no other loss",
                0 <= missing <= dropped * LENGTH)
    for name, end in (("sender", sent), ("receiver", got)):
        asked, answered = end["consent-requests-sent"], end["consent-responses-received"]
        good &= goal(f"{name}: {answered} of {asked} requests for consent answered",
                     answered >= asked - UNANSWERED)
        good &= goal(f"{name}: nothing befell the call: {end['events'] or 'nothing'}",
                     not end["events"])
        good &= goal(f"{name}: {end['kib-settled']} KiB after ten seconds, {end['kib-most']} KiB "
                     "at most", end["kib-most"] <= end["kib-settled"] + GROWTH_KIB)
    return good


def main():
    isolate()
    stream, seconds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 600
    leave_out_ipv6()
    describe(1)
    receiver = start(stream, "receive", "lo")
    port = wait_for(receiver, "listening")
    sender = start(stream, "send", f"http://127.0.0.1:{port}/stream", "lo", RATE, LENGTH, seconds)
    sent, got = (json.loads(process.communicate(timeout=seconds + 60)[0].splitlines()[-1])
                 for process in (sender, receiver))
    return 0 if judge(sent, got) else 1


if __name__ == "__main__":
    sys.exit(main())
