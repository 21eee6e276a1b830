#!/usr/bin/env python3
# GStreamer ICE transport
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The CPU time that an encrypted packet costs: icesink and icesrc beside webrtcbin, beside
themselves without encryption, and beside bare loops of OpenSSL and system calls.

secure.py PROGRAM [ROUNDS]

In a network namespace of its own; packets of 1,200 bytes. All kinds in turn, in every other
round in reverse; a figure is the median of the rounds.

send: of all threads; packets go by the loopback device, where those of that length are dropped
as they come in. The net is without what the pushing alone costs (null); the bare loops (gso, and
gso with AES-128-GCM or with AES-128-CTR and HMAC-SHA1) push nothing. receive: of all threads but
the one that sends, as many packets at once as a receive buffer holds; evp is OpenSSL alone,
opening a packet in place."""
import os
import subprocess
import sys

from packets import describe, goal, isolate, run, table

# What is run, and which suites it may agree on.
GCM = "AEAD_AES_128_GCM"
HMAC = "AES_CM_128_HMAC_SHA1_80"
KINDS = {
    "null": ("null", GCM), "webrtc": ("webrtc", GCM), "ice, none": ("plain", GCM),
    "ice, GCM": ("ice", GCM), "ice, HMAC": ("sdes", HMAC), "gso": ("gso", GCM),
    "gso, GCM": ("gso-gcm", GCM), "gso, HMAC": ("gso-hmac", GCM),
    "evp, GCM": ("evp-gcm", GCM), "evp, HMAC": ("evp-hmac", GCM),
}


def measure(program, what, kind, length):
    name, suite = KINDS[kind]
    subprocess.run(["nft", "delete", "table", "netdev", "bench"], check=False,
                   stderr=subprocess.DEVNULL)
    done = subprocess.run([program, what, name, str(length)], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=60,
                          env=dict(os.environ, GST_ICE_SRTP_SUITES=suite))
    if done.returncode != 0:
        raise SystemExit(f"{what} {kind} {length}: {done.stderr}")
    return float(done.stdout.split()[-1])


def rounds_of(program, rounds, what, kinds, length):
    figures = {kind: [] for kind in kinds}
    for number in range(rounds):
        for kind in kinds if number % 2 == 0 else reversed(kinds):
            figures[kind].append(measure(program, what, kind, length))
    return figures


def send(program, rounds, length):
    kinds = ["null", "webrtc", "ice, none", "ice, GCM", "ice, HMAC", "gso", "gso, GCM",
             "gso, HMAC"]
    title = f"send, encrypted, lists of {length}"
    nets = table(title, rounds_of(program, rounds, "send", kinds, length), True, "webrtc")
    if length == 40:
        goal(f"{title}, GCM, against webrtcbin", nets["webrtc"] / nets["ice, GCM"], 17)
        goal(f"{title}, HMAC, against webrtcbin", nets["webrtc"] / nets["ice, HMAC"], 9)
    goal(f"{title}, GCM, of the bare loop's", nets["ice, GCM"] / nets["gso, GCM"], 1.2,
         at_most=True)


def receive(program, rounds, length):
    kinds = ["webrtc", "ice, none", "ice, GCM", "ice, HMAC", "evp, GCM", "evp, HMAC"]
    title = f"receive, encrypted, lists of {length}, GRO"
    nets = table(title, rounds_of(program, rounds, "receive", kinds, length), False, "webrtc")
    if length == 40:
        goal(f"{title}, GCM, against webrtcbin", nets["webrtc"] / nets["ice, GCM"], 8)
    for suite in ("GCM", "HMAC"):
        goal(f"{title}, {suite}, of the same in the clear and bare EVP",
             nets[f"ice, {suite}"] / (nets["ice, none"] + nets[f"evp, {suite}"]), 1.15,
             at_most=True)


def main():
    isolate()
    program, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5
    # libnice gathers on no loopback address.
    run("ip", "link", "add", "bench0", "type", "ifb")
    run("ip", "address", "add", "10.77.9.1/24", "dev", "bench0")
    run("ip", "link", "set", "bench0", "up")
    describe(rounds)
    for length in (40, 8):
        send(program, rounds, length)
    for length in (40, 8):
        receive(program, rounds, length)
    print(f"load at the end: {os.getloadavg()[0]:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
