#!/usr/bin/env python3
# GStreamer ICE transport
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The memory that a call takes with each kind of encryption: the resident set of a process
that has 100 calls with itself, media flowing both on its way out and in.

securememory.py [ROUNDS]

Kinds in turn, in every other round in reverse, each in a process of its own; a figure is for
one end of a call, the median of the rounds."""
import pathlib
import statistics
import subprocess
import sys

sys.path.insert(1, str(pathlib.Path(__file__).parent.parent / "cli"))

N_CALLS = 100
KINDS = ["none", "sdes", "dtls-srtp"]
SENDER = ("fakesrc is-live=true do-timestamp=true sizetype=fixed sizemax=160 filltype=zero "
          "format=time datarate=8000 ! audio/x-mulaw,rate=8000,channels=1 ! rtppcmupay ! "
          "icesink name=ice network-interfaces=lo encryption={}")
RECEIVER = ('icesrc name=ice network-interfaces=lo encryption={} caps="application/x-rtp,'
            'media=audio,encoding-name=PCMU,clock-rate=8000,payload=0" ! fakesink sync=false')
LIMIT_KIB = 24


def resident_kib():
    with open("/proc/self/status", encoding="ascii") as status:
        return int(next(line for line in status if line.startswith("VmRSS")).split()[1])


def measure(kind):
    """Prints KiB of an end. In a process of its own."""
    from side import Side, call

    class Test:
        """What a Side wants of a test."""
        def addCleanup(self, *_):
            pass

    def connect():
        sender, receiver = Side(Test(), SENDER.format(kind)), Side(Test(), RECEIVER.format(kind))
        call(sender, receiver)
        receiver.wait_stat("packets-received", 5)
        return sender, receiver

    # What the process loads once does not count.
    calls = [connect() for _ in range(10)]
    before = resident_kib()
    calls += [connect() for _ in range(N_CALLS)]
    for _sender, receiver in calls:
        receiver.wait_stat("packets-received", 100)
    print((resident_kib() - before) / (2 * N_CALLS), flush=True)
    for side in sum(calls, ()):
        side.pipeline.set_state(side.pipeline.get_state(0)[1].NULL)


def main():
    if sys.argv[1:2] == ["--kind"]:
        measure(sys.argv[2])
        return 0
    from packets import describe, goal
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    figures = {kind: [] for kind in KINDS}
    for number in range(rounds):
        for kind in KINDS if number % 2 == 0 else reversed(KINDS):
            done = subprocess.run([sys.executable, __file__, "--kind", kind], text=True,
                                  stdout=subprocess.PIPE, check=True, timeout=240)
            figures[kind].append(float(done.stdout))
    describe(rounds)
    print("\n| encryption | KiB of one end of a call | min to max |")
    print("|---|---|---|")
    for kind, each in figures.items():
        print(f"| {kind} | {statistics.median(each):.1f} | {min(each):.1f} to {max(each):.1f} |")
    plain = statistics.median(figures["none"])
    for kind in KINDS[1:]:
        goal(f"{kind}, KiB above none", statistics.median(figures[kind]) - plain, LIMIT_KIB,
             at_most=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
