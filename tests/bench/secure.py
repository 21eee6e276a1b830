#!/usr/bin/env python3
# GStreamer ICE transport
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The CPU time that an encrypted packet costs its sender: icesink beside webrtcbin, both with
DTLS-SRTP.

secure.py PROGRAM [ROUNDS]

In a network namespace of its own; packets of 1,200 bytes go by the loopback device, where
those of that length are dropped as they come in. All kinds in turn, in every other round in
reverse; a figure is the median of the rounds, without what the pushing alone costs (null)."""
import subprocess
import sys

from packets import describe, goal, isolate, run, table

KINDS = ["null", "webrtc", "ice"]


def measure(program, kind, length):
    subprocess.run(["nft", "delete", "table", "netdev", "bench"], check=False,
                   stderr=subprocess.DEVNULL)
    done = subprocess.run([program, kind, str(length)], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=60)
    if done.returncode != 0:
        raise SystemExit(f"{kind} {length}: {done.stderr}")
    return float(done.stdout.split()[-1])


def main():
    isolate()
    program, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5
    # libnice gathers on no loopback address.
    run("ip", "link", "add", "bench0", "type", "ifb")
    run("ip", "address", "add", "10.77.9.1/24", "dev", "bench0")
    run("ip", "link", "set", "bench0", "up")
    describe(rounds)
    for length in (40, 8):
        figures = {kind: [] for kind in KINDS}
        for number in range(rounds):
            for kind in KINDS if number % 2 == 0 else reversed(KINDS):
                figures[kind].append(measure(program, kind, length))
        nets = table(f"send, encrypted, lists of {length}", figures, True, "webrtc")
        goal(f"send, encrypted, lists of {length}, of webrtcbin's", nets["ice"] / nets["webrtc"],
             0.7, at_most=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
