#!/usr/bin/env python3
# GStreamer ICE transport
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The time to the first packet of an encrypted call beside one of encryption=none, on loopback and
over a path of 50 ms there and back.

firstpacket.py PROGRAM [RUNS]

The path is a tun device in a network namespace of its own. What is sent to FAR comes back after
the delay as from FAR, so that both ends, on one host, are far from each other."""
import fcntl
import heapq
import os
import select
import struct
import subprocess
import sys
import threading
import time

NEAR, FAR = "10.99.0.1", "10.99.0.2"
ROUND_TRIP_MS = 50
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 1, 0x1000


def run(*command):
    subprocess.run(command, check=True)


class Mirror(threading.Thread):
    """Swaps the two addresses of each packet, which no checksum minds, and sends it back late."""

    def __init__(self, name):
        super().__init__(daemon=True)
        self.tun = os.open("/dev/net/tun", os.O_RDWR)
        fcntl.ioctl(self.tun, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TUN | IFF_NO_PI))

    def run(self):
        waiting, number = [], 0
        while True:
            timeout = max(0, waiting[0][0] - time.monotonic()) if waiting else None
            if select.select([self.tun], [], [], timeout)[0]:
                packet = os.read(self.tun, 65535)
                if packet[0] >> 4 == 4:
                    packet = packet[:12] + packet[16:20] + packet[12:16] + packet[20:]
                    number += 1
                    heapq.heappush(waiting, (time.monotonic() + ROUND_TRIP_MS / 2000, number,
                                             packet))
            while waiting and waiting[0][0] <= time.monotonic():
                os.write(self.tun, heapq.heappop(waiting)[2])


def main():
    if "--inside" not in sys.argv:
        command = ["unshare", "--user", "--map-root-user", "--net", sys.executable, *sys.argv,
                   "--inside"]
        if not os.path.exists("/dev/net/tun") or subprocess.run(
                command[:4] + ["true"], check=False, stderr=subprocess.DEVNULL).returncode:
            print("skipped: no network namespaces, or no tun devices")
            return 77
        return subprocess.run(command, check=False).returncode

    program = sys.argv[1]
    runs = sys.argv[2] if len(sys.argv) > 3 else "20"
    run("ip", "link", "set", "lo", "up")
    run(program, runs, "first-packet", "0", "lo", "127.0.0.1")
    mirror = Mirror("far")
    run("ip", "address", "add", f"{NEAR}/24", "dev", "far")
    run("ip", "link", "set", "far", "up")
    mirror.start()
    run(program, runs, "first-packet", str(ROUND_TRIP_MS), "far", FAR, FAR)
    return 0


if __name__ == "__main__":
    sys.exit(main())
