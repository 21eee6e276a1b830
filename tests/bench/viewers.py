#!/usr/bin/env python3
# GStreamer ICE transport
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What one icesink costs that many consumers watch, beside one webrtcbin for each consumer behind
a tee, and beside a bare loop of OpenSSL and system calls.

viewers.py VIEWERS [ROUNDS] [CONSUMERS] [FOR_WEBRTC]

In a network namespace of its own; frames of five packets of 1,200 bytes, DTLS-SRTP with GCM; "on
one port": ice-lite and udp-mux-port. All kinds in turn, in every other round in reverse; a figure
is the median of the rounds, and a ratio is of medians. Then the same picture at 30 frames a second
(1.44 Mbit/s) to all consumers, which receive it, once from sockets of their own, once from one port."""

import statistics
import subprocess
import sys

from packets import describe, goal, isolate, leave_out_ipv6, run

LENGTH = 5
SECONDS = 10


def measure(*arguments):
    subprocess.run(["nft", "delete", "table", "netdev", "bench"], check=False,
                   stderr=subprocess.DEVNULL)
    done = subprocess.run(list(map(str, arguments)), text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=300)
    if done.returncode != 0:
        raise SystemExit(f"{arguments}: {done.stderr}")
    return list(map(float, done.stdout.split()))


def cost(program, rounds, consumers, for_webrtc):
    kinds = {"bare": ["bare", LENGTH], f"icesink, {consumers}": ["cost", consumers, LENGTH],
             f"icesink on one port, {consumers}": ["cost-lite", consumers, LENGTH],
             f"icesink, {for_webrtc}": ["cost", for_webrtc, LENGTH],
             f"webrtcbin, {for_webrtc}": ["webrtc", for_webrtc, LENGTH]}
    figures = {kind: [] for kind in kinds}
    for number in range(rounds):
        for kind in kinds if number % 2 == 0 else reversed(kinds):
            figures[kind].append(measure(program, *kinds[kind]))

    def median(kind, field=0):
        return statistics.median(figure[field] for figure in figures[kind])

    print("\n| kind, consumers | CPU ns a packet and consumer | min to max | of bare |"
          " KiB a consumer | all joined after, s | CPU ms a join |\n|---|---|---|---|---|---|---|")
    for kind, values in figures.items():
        ns = [figure[0] for figure in values]
        rest = (f" {median(kind, 1):.1f} | {median(kind, 2):.2f} | {median(kind, 3):.2f} |"
                if len(values[0]) > 1 else " | | |")
        print(f"| {kind} | {median(kind):.0f} | {min(ns):.0f} to {max(ns):.0f} |"
              f" {median(kind) / median('bare'):.2f} |{rest}")
    many, shared, few, webrtc = (kind for kind in kinds if kind != "bare")
    print()
    goal(f"{consumers} consumers, CPU of the bare loop's", median(many) / median("bare"), 1.5,
         at_most=True)
    goal(f"{for_webrtc} consumers, CPU of webrtcbin's", median(few) / median(webrtc), 0.1,
         at_most=True)
    goal(f"{consumers} consumers, KiB each", median(many, 1), 110, at_most=True)
    goal(f"{consumers} consumers on one port, CPU of the bare loop's",
         median(shared) / median("bare"), 1.3, at_most=True)
    goal(f"{consumers} consumers on one port, KiB each", median(shared, 1), 24, at_most=True)
    goal(f"{consumers} consumers on one port, all joined after, s", median(shared, 2), 2,
         at_most=True)


def deliver(program, mode, consumers):
    sent, got, cores, seconds = measure(program, mode, consumers, SECONDS)
    consumers = f"{consumers} consumers" + " on one port" * (mode == "deliver-lite")
    print(f"\n{consumers}, 30 frames of {LENGTH} packets a second, {seconds:.1f} s: "
          f"{sent:.0f} packets sent, {got:.0f} received, the sender took {cores:.2f} of a "
          "processor")
    goal(f"{consumers}, packets lost", sent - got, 0, at_most=True)
    goal(f"{consumers}, of one processor", cores, 0.5, at_most=True)


def main():
    isolate()
    program, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5
    consumers, for_webrtc = (map(int, sys.argv[3:5]) if len(sys.argv) > 4 else (1000, 50))
    leave_out_ipv6()
    # libnice gathers on no loopback address, for webrtcbin.
    run("ip", "link", "add", "bench0", "type", "ifb")
    run("ip", "address", "add", "10.77.9.1/24", "dev", "bench0")
    run("ip", "link", "set", "bench0", "up")
    describe(rounds)
    cost(program, rounds, consumers, for_webrtc)
    deliver(program, "deliver", consumers)
    deliver(program, "deliver-lite", consumers)
    return 0


if __name__ == "__main__":
    sys.exit(main())
