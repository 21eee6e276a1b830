#!/usr/bin/env python3
# GStreamer ICE transport
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What calls on one UDP port cost (ice-lite, udp-mux-port), in echo: beside nicesrc and nicesink,
and beside an echo that does no more than recvmmsg and sendmmsg on one socket.

lite.py PROGRAM [--rounds N] [--calls N,N] [--idle N] [--bad CHECKS_A_SECOND] [--short]

In a network namespace of its own, on loopback; single packets of 160 bytes, the calls in turn.
All kinds of a table run in turn, in every other round in reverse; figures are medians of the
rounds. Then the memory of a call, calls without packets whose peers send a check every 5 s, and
checks that are no good beside 200 calls. --short: ten calls, one round, to see that it works."""
import argparse
import os
import statistics
import subprocess
import sys

from packets import describe, goal, isolate, leave_out_ipv6

KINDS = {"nice": ("nice", 0), "bare": ("bare", 0), "lite": ("lite", 0),
         "bare, 1 ms gathered": ("bare", 1), "lite, context-wait 1": ("lite", 1)}
RATES = {100: 50, 500: 50, 1000: 25}
# Of nice's CPU time a packet: at once, and gathered for 1 ms.
OF_NICE = {100: (0.55, 0.4), 500: (0.4, 0.3), 1000: (0.4, 0.3)}
FIELDS = ["ns", "threads", "kib", "sent", "echoed", "back", "settled", "percent", "descriptors",
          "check_us", "bad", "cpu_ns"]
FLOODED = 200


def run(program, kind, calls, rate, wait=0, bad=0):
    done = subprocess.run([program, kind, str(calls), str(rate), str(wait), str(bad)], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=600)
    if done.returncode != 0:
        raise SystemExit(f"{kind}, {calls} calls: {done.stderr}")
    return dict(zip(FIELDS, map(float, done.stdout.split())))


def in_turn(rounds, what):
    """Returns the figures of each kind; what: kind -> how to measure it."""
    figures = {kind: [] for kind in what}
    for number in range(rounds):
        for kind in what if number % 2 == 0 else reversed(what):
            figures[kind].append(what[kind]())
    return figures


def median(figures, field):
    return statistics.median(figure[field] for figure in figures)


def table(program, rounds, calls):
    rate = RATES.get(calls, 50)
    figures = in_turn(rounds, {
        kind: lambda name=name, wait=wait: run(program, name, calls, rate, wait)
        for kind, (name, wait) in KINDS.items()})
    ns = {kind: median(figures[kind], "ns") for kind in KINDS}
    print(f"\n{calls} calls on one port, {rate} packets a second each, echo\n")
    print("| kind | CPU ns a packet | min to max | of nice's | of bare's | threads | KiB a call |"
          " lost |")
    print("|---|---|---|---|---|---|---|---|")
    for kind, runs in figures.items():
        bare = "bare, 1 ms gathered" if KINDS[kind][1] else "bare"
        print(f"| {kind} | {ns[kind]:.0f} | {min(r['ns'] for r in runs):.0f} to"
              f" {max(r['ns'] for r in runs):.0f} | {ns[kind] / ns['nice']:.2f} |"
              f" {ns[kind] / ns[bare]:.2f} | {median(runs, 'threads'):.0f} |"
              f" {median(runs, 'kib'):.0f} |"
              f" {sum(r['sent'] - r['back'] for r in runs):.0f} of"
              f" {sum(r['sent'] for r in runs):.0f} |")
    print()
    at_once, gathered = OF_NICE.get(calls, (1, 1))
    goal(f"{calls} calls, lite of bare", ns["lite"] / ns["bare"], 1.8, at_most=True)
    goal(f"{calls} calls, lite of nice", ns["lite"] / ns["nice"], at_once, at_most=True)
    goal(f"{calls} calls, lite with context-wait 1 of nice",
         ns["lite, context-wait 1"] / ns["nice"], gathered, at_most=True)
    goal(f"{calls} calls, threads", median(figures["lite"], "threads"), os.cpu_count() + 4,
         at_most=True)
    print(f"check to its answer, median: {median(figures['lite'], 'check_us'):.0f} us")
    sys.stdout.flush()


def memory(program, rounds, calls):
    """What a call takes beside its elements, which are made and in NULL in "parts"."""
    rate = RATES.get(calls, 50)
    figures = in_turn(rounds, {
        "parts": lambda: run(program, "parts", calls, 0),
        "lite": lambda: run(program, "lite", calls, rate)})
    parts, lite = figures["parts"], figures["lite"]
    print(f"\n{calls} calls: {median(lite, 'kib'):.1f} KiB a call, of which"
          f" {median(parts, 'kib'):.1f} are its elements in NULL;"
          f" {median(lite, 'descriptors'):.0f} descriptors, of which"
          f" {median(parts, 'descriptors'):.0f} are the pipelines'")
    goal("descriptors beside the pipelines'",
         median(lite, "descriptors") - median(parts, "descriptors"), 16, at_most=True)


def idle(program, rounds, calls):
    figures = in_turn(rounds, {"lite": lambda: run(program, "lite", calls, 0)})["lite"]
    print(f"\n{calls} calls without packets, a check every 5 s each:"
          f" {median(figures, 'percent'):.2f} % of one processor")
    goal(f"{calls} idle calls, percent", median(figures, "percent"), 2, at_most=True)
    sys.stdout.flush()


def flooded(program, rounds, calls, bad):
    """What each bad check costs: what the kernel takes to hand it over ("bare"), and ours."""
    figures = in_turn(rounds, {
        (kind, rate): lambda kind=kind, rate=rate: run(program, kind, calls, 50, 0, rate)
        for kind in ("bare", "lite") for rate in (0, bad)})

    def cost(kind):
        sent = median(figures[kind, bad], "bad")
        more = median(figures[kind, bad], "cpu_ns") - median(figures[kind, 0], "cpu_ns")
        return more / sent

    lost = sum(r["sent"] - r["back"] for r in figures["lite", bad])
    print(f"\n{bad} bad checks a second beside {calls} calls of 50 packets a second:"
          f" {cost('lite'):.0f} ns each, {cost('bare'):.0f} where they are only read;"
          f" {lost:.0f} packets of {sum(r['sent'] for r in figures['lite', bad]):.0f} lost")
    goal("a bad check above the kernel's, us", (cost("lite") - cost("bare")) / 1000, 0.5,
         at_most=True)
    sys.stdout.flush()


def main():
    isolate()
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--calls", default="100,500,1000")
    parser.add_argument("--idle", type=int, default=5000)
    parser.add_argument("--bad", type=int, default=100000)
    parser.add_argument("--short", action="store_true")
    options = parser.parse_args()
    sizes = [int(size) for size in options.calls.split(",") if size]
    if options.short:
        options.rounds, sizes, options.idle, options.bad = 1, [10], 10, 1000
    leave_out_ipv6()
    describe(options.rounds)
    for calls in sizes:
        table(options.program, options.rounds, calls)
    if sizes:
        memory(options.program, options.rounds, sizes[-1])
    if options.idle:
        idle(options.program, options.rounds, options.idle)
    if options.bad:
        flooded(options.program, options.rounds, 10 if options.short else FLOODED, options.bad)
    print(f"load at the end: {os.getloadavg()[0]:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
