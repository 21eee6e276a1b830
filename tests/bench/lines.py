#!/usr/bin/env python3
# GStreamer ICE transport
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What many calls in one process cost, as in a bridge: icesrc and icesink of one context beside
nicesrc and nicesink, in echo.

lines.py PROGRAM [ROUNDS [N...]]

In a network namespace of its own, on loopback; single packets of 160 bytes, the calls in turn.
All kinds of a table run in turn, in every other round in reverse; figures are medians of the
rounds. A packet is lost when it is not back five seconds after the last was sent. The last column:
so many seconds after the calls were connected, all packets came back at once for the first time."""
import os
import statistics
import subprocess
import sys

from packets import describe, goal, isolate, leave_out_ipv6

# What is measured, and packets a second of each call: a machine of two processors has no time
# for 1,000 calls of 50.
KINDS = {"nice": ("nice", 0), "ice": ("ice", 0), "ice, context-wait 1": ("ice", 1)}
RATES = {100: 50, 500: 50, 1000: 25}
FIELDS = ["ns", "threads", "kib", "sent", "echoed", "back", "settled"]
# The program's, which it says when a second in which all came back at once never was.
NEVER = 60


def measure(program, kind, lines):
    name, wait = KINDS[kind]
    done = subprocess.run([program, name, str(lines), str(RATES.get(lines, 50)), str(wait)],
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=240)
    if done.returncode != 0:
        raise SystemExit(f"{kind}, {lines} calls: {done.stderr}")
    return dict(zip(FIELDS, map(float, done.stdout.split())))


def table(program, rounds, lines):
    figures = {kind: [] for kind in KINDS}
    for number in range(rounds):
        for kind in KINDS if number % 2 == 0 else reversed(KINDS):
            figures[kind].append(measure(program, kind, lines))

    def median(kind, field):
        return statistics.median(figure[field] for figure in figures[kind])

    print(f"\n{lines} calls in one process, {RATES.get(lines, 50)} packets a second each, echo\n")
    print("| kind | CPU ns a packet | min to max | of nice's | threads | KiB a call | lost |"
          " settled after, s |")
    print("|---|---|---|---|---|---|---|---|")
    for kind in KINDS:
        ns = [figure["ns"] for figure in figures[kind]]
        lost = sum(figure["sent"] - figure["back"] for figure in figures[kind])
        print(f"| {kind} | {median(kind, 'ns'):.0f} | {min(ns):.0f} to {max(ns):.0f} |"
              f" {median(kind, 'ns') / median('nice', 'ns'):.2f} | {median(kind, 'threads'):.0f} |"
              f" {median(kind, 'kib'):.0f} |"
              f" {lost:.0f} of {sum(figure['sent'] for figure in figures[kind]):.0f} |"
              f" {median(kind, 'settled'):.0f}{' or never' * (median(kind, 'settled') >= NEVER)} |")
    print()
    for kind, limit in (("ice", 0.8), ("ice, context-wait 1", 0.55)):
        goal(f"{lines} calls, {kind}, CPU of nice's", median(kind, "ns") / median("nice", "ns"),
             limit, at_most=True)
    goal(f"{lines} calls, threads", median("ice", "threads"), os.cpu_count() + 6, at_most=True)
    goal(f"{lines} calls, KiB a call", median("ice", "kib"), 100, at_most=True)
    sys.stdout.flush()


def main():
    isolate()
    program, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5
    leave_out_ipv6()
    describe(rounds)
    for lines in map(int, sys.argv[3:] or RATES):
        table(program, rounds, lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
