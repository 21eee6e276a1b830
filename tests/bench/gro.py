#!/usr/bin/env python3
# GStreamer ICE transport
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Does a call live where the kernel merges packets and holds them back to do so?

gro.py STREAM NICEPEER [--seconds N] [--lossy-seconds N] [--calls none/all,mmsg/all]

    a --- router --- b        a sends 40,000 packets a second in lists of 8

a's device cuts nothing, so that single packets travel; b's merges them, and keeps what may
grow for 300 us (gro_flush_timeout). That is the worst for ICE: a STUN message that follows
media becomes its last piece, and a socket is chosen for the whole by its first byte. Then
the same with packets dropped at random in the router, 20 % each way.

A call passes when nothing befalls it (no other state, no other pair, no restart), and, without
the router's loss, requests for consent are answered. Its ends name levels of GST_ICE_UDP:
none is a peer of ours on libnice's calls and keepalives, mmsg one that sends single packets;
nice is no peer of ours, but libnice's agent with consent of its own (RFC 7675), which it loses
when it is not answered for 10 s. It does not take part with loss: it asks every five seconds and
does not ask again."""

import argparse
import json
import os
import pathlib
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "lab"))
# pylint: disable=wrong-import-position
import sandbox  # noqa: E402
from hosts import Host, cable, run  # noqa: E402

RATE, LENGTH = 40000, 8
FLUSH_NS = 300000
DEVICE = "eth0"
SENDER, RECEIVER = "10.77.1.1", "10.77.2.1"
LOSS = 20
# In the time that a request takes to be answered, another may have left.
ANSWERED = 0.8


def build():
    """Returns the two ends and what is between them."""
    a, router, b = (Host(name, False) for name in ("a", "router", "b"))
    cable(a, DEVICE, router, "to-a")
    cable(b, DEVICE, router, "to-b")
    for host, device, address in ((a, DEVICE, SENDER), (router, "to-a", "10.77.1.254"),
                                  (b, DEVICE, RECEIVER), (router, "to-b", "10.77.2.254")):
        host.ip(f"addr add {address}/24 dev {device}")
    a.ip("route add default via 10.77.1.254")
    b.ip("route add default via 10.77.2.254")
    router.shell("echo 1 > /proc/sys/net/ipv4/ip_forward")
    a.shell(f"ethtool -K {DEVICE} tso off tx-udp-segmentation off gro off")
    router.shell("ethtool -K to-a gro off; ethtool -K to-b tso off tx-udp-segmentation off gro off")
    b.shell(f"ethtool -K {DEVICE} gro on")
    # sysfs shows the devices of the namespace that mounted it.
    run(["ip", "netns", "exec", "b", "sh", "-ec",
         f"echo {FLUSH_NS} > /sys/class/net/{DEVICE}/gro_flush_timeout"])
    return a, router, b


def lose(router, percent):
    router.nft("table ip loss\ndelete table ip loss\n")
    if percent:
        router.nft(f"""table ip loss {{
  chain through {{ type filter hook forward priority filter;
    ip protocol udp numgen random mod 100 < {percent} drop
  }}
}}""")


def messages_received(host):
    """How often the kernel gave UDP sockets something: merged packets count once."""
    names, numbers = [line.split()[1:] for line in host.shell("cat /proc/net/snmp").splitlines()
                      if line.startswith("Udp:")]
    return int(dict(zip(names, numbers))["InDatagrams"])


def start(host, level, *arguments):
    environment = dict(os.environ, GST_ICE_UDP=level)
    return host.popen([str(argument) for argument in arguments], env=environment, text=True,
                      stdout=-1)


def wait_for(process, word):
    for line in process.stdout:
        if line.startswith(word):
            return line.split()[-1]
    raise SystemExit(f"gro.py: an end did not say {word!r}")


def start_sender(host, level, programs, uri, seconds):
    stream, nicepeer = programs
    if level == "nice":
        return start(host, "", nicepeer, uri, SENDER, RATE, LENGTH, seconds)
    return start(host, level, stream, "send", uri, DEVICE, RATE, LENGTH, seconds)


def call(ends, levels, programs, seconds):
    """Returns what both ends say, and how many packets a message of the kernel's had."""
    a, b = ends
    before = messages_received(b)
    receiver = start(b, levels[1], programs[0], "receive", DEVICE)
    port = wait_for(receiver, "listening")
    sender = start_sender(a, levels[0], programs, f"http://{RECEIVER}:{port}/stream", seconds)
    said = [json.loads(process.communicate(timeout=seconds + 60)[0].splitlines()[-1])
            for process in (sender, receiver)]
    merged = said[1]["received"] / max(1, messages_received(b) - before)
    return said[0], said[1], merged


def lost(end):
    """Returns how many packets an end has counted as dropped."""
    return end.get("kernel-drops", 0) + end["packets-dropped"]


def judge(sent, got, percent):
    """Returns what is wrong with a call."""
    wrong = []
    for name, end in (("sender", sent), ("receiver", got)):
        if end["events"]:
            wrong.append(f"{name}: {'; '.join(end['events'])}")
        if end.get("state", "ready") != "ready":
            wrong.append(f"{name}: the agent is {end['state']}")
        asked, answered = (end.get(f"consent-{what}", 0)
                           for what in ("requests-sent", "responses-received"))
        if answered < asked * (0 if percent else ANSWERED) or (asked and not answered):
            wrong.append(f"{name}: {answered} of {asked} requests answered")
    if got["received"] < sent["pushed"] * (1 - 2 * percent / 100) / 2:
        wrong.append(f"{got['received']} of {sent['pushed']} packets came")
    return wrong


def report(levels, percent, seconds, result):
    sent, got, merged = result
    wrong = judge(sent, got, percent)
    answers = [f"{end['consent-responses-received']} of {end['consent-requests-sent']}"
               if "consent-requests-sent" in end else "libnice's" for end in (sent, got)]
    print(f"| {levels[0]} | {levels[1]} | {percent} | {seconds} | {sent['pushed']} | "
          f"{sent['pushed'] - got['received']} | {lost(got)} | {merged:.1f} | "
          f"{got.get('consent-requests-received', 0)} | {answers[0]} | {answers[1]} | "
          f"{'; '.join(wrong) or 'alive'} |", flush=True)
    return not wrong


def arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stream", type=pathlib.Path)
    parser.add_argument("nicepeer", type=pathlib.Path)
    parser.add_argument("--seconds", type=int, default=60, help="without loss; 0: not at all")
    parser.add_argument("--lossy-seconds", type=int, default=120)
    parser.add_argument("--calls", default="none/all,nice/all,mmsg/all,all/all,none/gso",
                        help="levels of the sender and the receiver")
    return parser.parse_args()


def main():
    options = arguments()
    sandbox.enter()
    if not shutil.which("ethtool"):
        sandbox.skip("not installed: ethtool")
    run(["gst-inspect-1.0", "icesink"])
    a, router, b = build()
    programs = (options.stream.resolve(), options.nicepeer.resolve())
    good = True
    print("| sender | receiver | loss % | seconds | packets sent | missing | of them counted as "
          "dropped | packets a message | requests glued to media, answered | sender's requests "
          "answered | receiver's | |\n" + 12 * "|---" + "|", flush=True)
    for percent, seconds in ((0, options.seconds), (LOSS, options.lossy_seconds)):
        lose(router, percent)
        for levels in options.calls.split(",") if seconds else []:
            levels = levels.split("/")
            if percent and levels[0] == "nice":
                continue
            result = call((a, b), levels, programs, seconds)
            good = report(levels, percent, seconds, result) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
