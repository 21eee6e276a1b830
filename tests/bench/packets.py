#!/usr/bin/env python3
# GStreamer ICE transport
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The CPU time that a packet costs: icesink and icesrc beside nicesink and nicesrc, udpsink
and udpsrc, and bare system calls.

packets.py CELL [ROUNDS]

In a network namespace of its own. All cells of a table run in turn, in every other round in
reverse; a figure is the median of the rounds, and a ratio is of medians.

send: packets of 1,200 bytes leave by a device (ifb) that drops them; what the pushing alone
costs, into a GstBaseSink that does nothing (null), is taken away. receive: on one processor, where the receiver runs only when 512
packets wait; the CPU time of all threads but the sender's. paced: single packets, 100,000 a
second, on loopback, the receiver where the kernel likes. latency: from the push to the
arrival, both in one process, on loopback."""

import os
import platform
import statistics
import subprocess
import sys
import time

GOALS = {
    ("send", 40, True): [("nice", 12), ("udp", 11)],
    ("send", 40, False): [("nice", 3.8), ("udp", 3.5)],
    ("send", 8, True): [("nice", 5)],
    ("send", 8, False): [("nice", 2.7)],
    ("send", 1, True): [("nice", 1), ("udp", 1)],
}


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def new_device(segments):
    """An ifb that has both ends' addresses, anew for each cell: a cell takes one away."""
    subprocess.run(["ip", "link", "del", "bench0"], check=False, stderr=subprocess.DEVNULL)
    run("ip", "link", "add", "bench0", "type", "ifb")
    run("ip", "address", "add", "10.77.9.1/32", "dev", "bench0")
    run("ip", "address", "add", "10.77.9.2/32", "dev", "bench0", "label", "bench0:to")
    run("ip", "link", "set", "bench0", "up", "mtu", "1500")
    if not segments:
        run("ethtool", "-K", "bench0", "tx-udp-segmentation", "off")


def measure(cell, what, kind, length, segments=True):
    """Nanoseconds a packet. A kind may name a level: "ice/gso"."""
    kind, _, level = kind.partition("/")
    environment = dict(os.environ, GST_ICE_UDP=level or "all")
    if what == "send":
        new_device(segments)
    done = subprocess.run([cell, what, kind, str(length)], env=environment, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    if done.returncode != 0:
        raise SystemExit(f"{what} {kind} {length}: {done.stderr}")
    return float(done.stdout.split()[-1])


def rounds_of(cell, rounds, what, kinds, length, segments=True):
    figures = {kind: [] for kind in kinds}
    for number in range(rounds):
        for kind in kinds if number % 2 == 0 else reversed(kinds):
            figures[kind].append(measure(cell, what, kind, length, segments))
    return figures


def goal(what, ratio, limit, at_most=False):
    met = ratio <= limit if at_most else ratio >= limit
    bound = "at most" if at_most else "at least"
    print(f"GOAL {what}: {ratio:.2f}, {bound} {limit}: {'met' if met else 'not met'}")


def table(title, figures, net, against, unit="ns a packet"):
    print(f"\n{title}\n\n| kind | {unit} | min to max | net | {against} / this |")
    print("|---|---|---|---|---|")
    medians = {kind: statistics.median(values) for kind, values in figures.items()}
    base = medians.get("null", 0) if net else 0
    nets = {kind: median - (0 if kind.split(",")[0] in ("raw", "gso") else base)
            for kind, median in medians.items() if kind != "null"}
    for kind, values in figures.items():
        row = f"| {kind} | {medians[kind]:.0f} | {min(values):.0f} to {max(values):.0f} |"
        if kind in nets:
            row += f" {nets[kind]:.0f} | {nets[against] / nets[kind]:.2f} |"
        else:
            row += " | |"
        print(row)
    print(flush=True)
    return nets


def send(cell, rounds, length, segments):
    who = "the device" if segments else "the kernel"
    kinds = ["null", "raw", "gso", "udp", "nice", "ice/mmsg", "ice"]
    nets = table(f"send, lists of {length}, {who} segments",
                 rounds_of(cell, rounds, "send", kinds, length, segments), True, "nice")
    name = f"send, lists of {length}, {who} segments, against "
    for other, limit in GOALS.get(("send", length, segments), []):
        goal(name + other, nets[other] / nets["ice"], limit)
    if length == 40:
        goal(name + "the bare loop", nets["ice"] / nets["gso"], 1.3, at_most=True)


def receive(cell, rounds, length):
    kinds = ["raw", "udp", "nice", "ice/none", "ice/mmsg", "ice"]
    nets = table(f"receive, backlogged, lists of {length}; ice: super-packets, GRO",
                 rounds_of(cell, rounds, "receive", kinds, length), False, "nice")
    if length == 40:
        goal("receive, no GRO, against nice", nets["nice"] / nets["ice/mmsg"], 3)
        goal("receive, no GRO, against udp", nets["udp"] / nets["ice/mmsg"], 3)
    goal(f"receive, GRO, super-packets of {length}, against nice", nets["nice"] / nets["ice"],
         6 if length == 40 else 5.5)


def paced(cell, rounds):
    nets = table("receive, 100,000 single packets a second",
                 rounds_of(cell, rounds, "paced", ["udp", "nice", "ice"], 100000), False, "nice")
    goal("receive, 100,000 a second, against nice", nets["nice"] / nets["ice"], 3.4)


def latency(cell, rounds):
    """Microseconds, each figure from runs of its own."""
    for percent in (50, 99):
        title = f"latency at 50 single packets a second, us, {percent} % of them are faster"
        nets = table(title, rounds_of(cell, rounds, "latency", ["udp", "nice", "ice"], percent),
                     False, "nice", "us")
        if percent == 50:
            goal("latency, p50 over nice's, us", nets["ice"] - nets["nice"], 20, at_most=True)
        else:
            goal("latency, p99 of nice's", nets["ice"] / nets["nice"], 1.3, at_most=True)


def describe(rounds):
    with open("/proc/cpuinfo", encoding="utf-8") as cpus:
        model = next(line.split(":")[1].strip() for line in cpus if line.startswith("model name"))
    print(f"{time.strftime('%Y-%m-%d')}, Linux {platform.release()}, {model}, "
          f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, {rounds} rounds")


def isolate():
    """Starts the program again in a network namespace of its own."""
    if os.geteuid() != 0:
        print("needs root, for a network namespace")
        sys.exit(77)
    if "BENCH_INSIDE" not in os.environ:
        os.environ["BENCH_INSIDE"] = "1"
        os.execvp("unshare", ["unshare", "--net", sys.executable, *sys.argv])
    run("ip", "link", "set", "lo", "up")


def leave_out_ipv6():
    """The same addresses for all: ICE would prefer the longer ones."""
    with open("/proc/sys/net/ipv6/conf/all/disable_ipv6", "w", encoding="utf-8") as switch:
        switch.write("1")


def main():
    isolate()
    leave_out_ipv6()
    cell, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5
    describe(rounds)
    ethtool = subprocess.run(["which", "ethtool"], check=False,
                             stdout=subprocess.DEVNULL).returncode == 0
    for length in (40, 8, 1):
        send(cell, rounds, length, True)
        if ethtool and length > 1:
            send(cell, rounds, length, False)
    for length in (40, 8):
        receive(cell, rounds, length)
    paced(cell, rounds)
    latency(cell, rounds)
    print(f"load at the end: {os.getloadavg()[0]:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
