#!/usr/bin/env python3
# GStreamer ICE transport
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What encryption costs a bridge of many calls with single packets of 160 bytes.

securecalls.py SECURECALLS [ROUNDS] [CALLS...]

In a network namespace of its own. Encrypted and not in turn, in every other round in reverse; a
figure is the median of the rounds, and the ratio is of medians."""

import statistics
import subprocess
import sys

from packets import describe, goal, isolate, leave_out_ipv6

KINDS = ["none", "dtls-srtp"]
PACKETS_A_SECOND = 50


def measure(program, kind, calls):
    done = subprocess.run([program, kind, str(calls), str(PACKETS_A_SECOND)], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=240)
    if done.returncode != 0:
        raise SystemExit(f"{kind}, {calls} calls: {done.stderr}")
    return list(map(float, done.stdout.split()))


def table(program, rounds, calls):
    figures = {kind: [] for kind in KINDS}
    for number in range(rounds):
        for kind in KINDS if number % 2 == 0 else reversed(KINDS):
            figures[kind].append(measure(program, kind, calls))

    print(f"\n{calls} calls in one process, {PACKETS_A_SECOND} packets a second each, echo\n")
    print("| encryption | CPU ns a packet | min to max | lost |\n|---|---|---|---|")
    for kind in KINDS:
        ns = [figure[0] for figure in figures[kind]]
        sent, back = (sum(figure[field] for figure in figures[kind]) for field in (1, 2))
        print(f"| {kind} | {statistics.median(ns):.0f} | {min(ns):.0f} to {max(ns):.0f} |"
              f" {sent - back:.0f} of {sent:.0f} |")
    plain, encrypted = (statistics.median(figure[0] for figure in figures[kind]) for kind in KINDS)
    print()
    goal(f"{calls} calls, encrypted, of the same in the clear", encrypted / plain, 1.15,
         at_most=True)
    sys.stdout.flush()


def main():
    isolate()
    program, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5
    leave_out_ipv6()
    describe(rounds)
    for calls in map(int, sys.argv[3:] or [500]):
        table(program, rounds, calls)
    return 0


if __name__ == "__main__":
    sys.exit(main())
