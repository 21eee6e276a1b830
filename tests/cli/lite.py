#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""ICE-lite ends: one UDP port for several calls, and who is answered by whom."""
import unittest

from launch import Launch, audio, free_port, main

CAPS = 'caps="application/x-rtp,media=audio,encoding-name=PCMU,clock-rate=8000,payload=0"'
RECEIVER = f"icesrc network-interfaces=lo {CAPS} session-name={{name}} " \
    "signalling-uri=http://:{port}/call {settings} ! fakesink sync=false async=false"
SENDER = audio("{n}", "true") + " ! icesink network-interfaces=lo session-name={name} " \
    "signalling-uri=http://127.0.0.1:{port}/call {settings}"


def receiver(port, settings="", name="receiver"):
    return RECEIVER.format(port=port, settings=settings, name=name)


def sender(port, settings="", name="sender", n=50):
    return SENDER.format(port=port, settings=settings, name=name, n=n)


def count_sockets(process, port):
    """Returns how many UDP sockets of that port the process has."""
    inodes = set()
    for table in ("udp", "udp6"):
        with open(f"/proc/{process.pid}/net/{table}", encoding="ascii") as lines:
            for fields in [line.split() for line in lines][1:]:
                if int(fields[1].split(":")[1], 16) == port:
                    inodes.add(fields[9])
    return len(inodes)


class Lite(unittest.TestCase):
    def launch(self, pipeline):
        launched = Launch(pipeline)
        self.addCleanup(launched.close)
        return launched

    def assert_call(self, receiving, sending):
        """Both ends run until the sender's end, without an error."""
        sending.wait_for("connected host/udp")
        receiving.wait_for("encrypted")
        self.assertEqual(sending.wait(), 0, str(sending))
        self.assertEqual(receiving.wait(), 0, str(receiving))

    def test_lite_listener_is_called(self):
        port, mux = free_port(), free_port()
        receiving = self.launch(receiver(port, f"ice-lite=true udp-mux-port={mux}"))
        receiving.wait_for("listening")
        sending = self.launch(sender(port))
        self.assertRegex(sending.wait_for("connected"), rf"→ \S+:{mux}$")
        self.assert_call(receiving, sending)

    def test_lite_caller_is_answered(self):
        port = free_port()
        receiving = self.launch(receiver(port))
        receiving.wait_for("listening")
        self.assert_call(receiving, self.launch(sender(port, "ice-lite=true")))

    def test_two_lite_ends_have_one_full_agent(self):
        port = free_port()
        receiving = self.launch(receiver(port, "ice-lite=true"))
        receiving.wait_for("listening")
        self.assert_call(receiving, self.launch(sender(port, "ice-lite=true")))

    def test_calls_share_a_port(self):
        ports, mux = [free_port(), free_port(), free_port()], free_port()
        settings = f"ice-lite=true udp-mux-port={mux}"
        receiving = self.launch(" ".join(
            receiver(port, settings, f"call-{port}") for port in ports))
        receiving.wait_for("listening")
        sending = [self.launch(sender(port, n=100)) for port in ports]
        for each in sending:
            self.assertRegex(each.wait_for("connected"), rf"→ \S+:{mux}$")
        self.assertEqual(count_sockets(receiving.process, mux), 2)
        for each in sending:
            self.assertEqual(each.wait(), 0, str(each))
        self.assertEqual(receiving.wait(), 0, str(receiving))

    def test_shared_port_needs_lite(self):
        sending = self.launch(sender(free_port(), "udp-mux-port=5000"))
        sending.wait_for("udp-mux-port needs ice-lite=true")
        self.assertNotEqual(sending.wait(), 0)

    def test_different_contexts_cannot_share_a_port(self):
        ports, mux = [free_port(), free_port()], free_port()
        receiving = self.launch(" ".join(
            receiver(port, f"ice-lite=true udp-mux-port={mux} context=c{port}", f"call-{port}")
            for port in ports))
        receiving.wait_for("listening")
        # The first is there until the test ends.
        self.launch(sender(ports[0], n=100000))
        receiving.wait_for("encrypted")
        self.launch(sender(ports[1]))
        receiving.wait_for("give them the same context")


if __name__ == "__main__":
    main()
