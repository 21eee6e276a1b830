#!/usr/bin/env python3
# GStreamer ICE transport
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A minute of everything at once: state changes at random, junk at the UDP ports, HTTP
connections that stay half open, offers that nobody stands behind, peers that are killed. The
process must neither end nor hang, give its descriptors back, and take calls afterwards.

chaos.py                      the test; GST_ICE_CHAOS_SEED repeats what a failure has named,
                              GST_ICE_CHAOS_SECONDS is how long it takes (60)
chaos.py victim SEED PORT...  the process that it is done to; it ends when its input does"""
import glob
import os
import random
import select
import shutil
import socket
import struct
import subprocess
import sys
import threading
import time
import unittest

from launch import Launch, audio, free_port, main

SECONDS = float(os.environ.get("GST_ICE_CHAOS_SECONDS", "60"))
SEED = int(os.environ.get("GST_ICE_CHAOS_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
PATIENCE_SECONDS = 40

CAPS = 'caps="application/x-rtp,media=audio,encoding-name=PCMU,clock-rate=8000,payload=0"'
LISTEN = "network-interfaces=lo signalling-uri=http://127.0.0.1:{port}/call?mode=listener"
CALL = "network-interfaces=lo signalling-uri=http://127.0.0.1:{port}/call"
RECEIVE = f"icesrc {CAPS} {{uri}} {{more}} ! fakesink sync=false"
SEND = audio(-1, "true") + " ! icesink {uri} {more}"

# What listens, and the kind of its peer.
VICTIMS = [
    (RECEIVE.format(uri="name=ice " + LISTEN, more=""), "sender"),
    (RECEIVE.format(uri="name=ice " + LISTEN, more="context=chaos ice-lite=true"),
     "sender"),
    (SEND.format(uri="name=ice " + LISTEN, more=""), "receiver"),
    (SEND.format(uri="name=ice " + LISTEN, more="wait-for-connection=false ice-tcp=true"), "receiver"),
]
PEERS = {
    "sender": SEND.format(uri=CALL, more=""),
    "receiver": RECEIVE.format(uri=CALL, more=""),
}


# The victim.


class Victim:
    """Pipelines to which something is done."""

    def __init__(self, seed, ports):
        import gi
        gi.require_version("Gst", "1.0")
        from gi.repository import Gst
        Gst.init(None)
        self.gst = Gst
        self.random = random.Random(seed)
        self.pipelines = [Gst.parse_launch(launch.format(port=port))
                          for (launch, _), port in zip(VICTIMS, ports)]

    def say(self, *words):
        print(*words, flush=True)

    def set_all(self, state):
        for pipeline in self.pipelines:
            pipeline.set_state(state)

    def set_state(self, pipeline):
        state = self.random.choice([self.gst.State.NULL, self.gst.State.READY,
                                    self.gst.State.PAUSED] + 5 * [self.gst.State.PLAYING])
        self.say(pipeline.get_name(), "to", state.value_nick)
        pipeline.set_state(state)

    def end(self, pipeline):
        """EOS blocks in any pipeline that is not PLAYING yet: the source's thread is in the sink,
        which waits for that."""
        if pipeline.get_state(0)[:2] != (self.gst.StateChangeReturn.SUCCESS, self.gst.State.PLAYING):
            return
        self.say(pipeline.get_name(), "EOS")
        pipeline.send_event(self.gst.Event.new_eos())

    def flush(self, pipeline):
        self.say(pipeline.get_name(), "flush")
        ice = pipeline.get_by_name("ice")
        ice.send_event(self.gst.Event.new_flush_start())
        ice.send_event(self.gst.Event.new_flush_stop(True))

    def restart(self, pipeline):
        self.say(pipeline.get_name(), "restart")
        pipeline.get_by_name("ice").emit("restart-ice")

    def add_candidate(self, pipeline):
        self.say(pipeline.get_name(), "candidate")
        port, junk = self.random.randrange(1 << 16), self.random.random()
        pipeline.get_by_name("ice").emit(
            "add-ice-candidate", self.random.randrange(3),
            f"candidate:1 1 UDP {port} 127.0.0.1 {port} typ host" if junk < 0.8 else f"candidate:{junk}")

    def look(self, pipeline):
        """Reads all that there is to read."""
        self.say(pipeline.get_name(), "look")
        ice = pipeline.get_by_name("ice")
        for name in ("stats", "selected-pair", "ice-connection-state", "ice-gathering-state"):
            ice.get_property(name)
        if (session := ice.get_property("session")) is not None:
            session.get_property("stats")

    def take_messages(self):
        """What ended starts again."""
        ends = self.gst.MessageType.ERROR | self.gst.MessageType.EOS
        for pipeline in self.pipelines:
            while (message := pipeline.get_bus().pop()) is not None:
                if message.type & ends and self.random.random() < 0.7:
                    self.say(pipeline.get_name(), message.type.first_value_nick)
                    pipeline.set_state(self.gst.State.NULL)
                    pipeline.set_state(self.gst.State.PLAYING)

    def calm(self):
        """Returns how many descriptors are open when nothing runs."""
        for pipeline in self.pipelines:
            self.say(pipeline.get_name(), "calm")
            result = pipeline.set_state(self.gst.State.NULL)
            assert result == self.gst.StateChangeReturn.SUCCESS, f"{pipeline}: {result}"
            pipeline.get_bus().set_flushing(True)
            pipeline.get_bus().set_flushing(False)
        # What is closed on another thread is closed soon.
        deadline = time.monotonic() + 2
        n = len(os.listdir("/proc/self/fd"))
        while time.monotonic() < deadline:
            n = min(n, len(os.listdir("/proc/self/fd")))
            time.sleep(0.05)
        return n

    def run(self):
        actions = 6 * [self.set_state] + [self.end, self.flush, self.restart, self.add_candidate, self.look]
        # Threads, and what each of them has, are made once.
        self.set_all(self.gst.State.PLAYING)
        before = self.calm()
        self.set_all(self.gst.State.PLAYING)
        self.say("ready")
        while not select.select([sys.stdin], [], [], self.random.random() * 0.15)[0]:
            self.random.choice(actions)(self.random.choice(self.pipelines))
            self.take_messages()
        sys.stdin.readline()
        after = self.calm()
        self.set_all(self.gst.State.PLAYING)
        self.say("descriptors", before, after)
        sys.stdin.read()
        self.calm()
        self.say("end")


# What is done to it from outside.


def find_udp_ports(pid):
    """Returns the local UDP ports of a process, with their families."""
    inodes, ports = set(), []
    for link in glob.glob(f"/proc/{pid}/fd/*"):
        try:
            target = os.readlink(link)
        except OSError:
            continue
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    for table, family in (("udp", socket.AF_INET), ("udp6", socket.AF_INET6)):
        with open(f"/proc/{pid}/net/{table}", encoding="ascii") as lines:
            ports += [(family, int(fields[1].split(":")[1], 16))
                      for fields in [line.split() for line in lines][1:] if fields[9] in inodes]
    return ports


def junk(rng):
    """Returns a datagram: noise, or what begins like STUN, DTLS, RTP or RTCP."""
    body = rng.randbytes(rng.randrange(0, 1200))
    stun = struct.pack("!HHI", rng.choice([1, 0x101, 0x111, 0x11]), len(body) & 0xfffc, 0x2112a442)
    heads = [b"", stun + rng.randbytes(12), b"\x16\xfe\xfd" + bytes(8) + struct.pack("!H", len(body)),
             bytes([0x80, rng.choice([0, 96])]), bytes([0x80, rng.choice([200, 201, 205])])]
    return rng.choice(heads) + body


class Outside:
    def __init__(self, pid, ports):
        self.pid, self.ports = pid, ports
        self.stop = threading.Event()
        self.threads = [threading.Thread(target=self.guard, args=(function, i), daemon=True)
                        for i, function in enumerate((self.send_junk, self.half_open, self.offer, self.call))]
        self.failures = []
        self.n_junk = self.n_connections = self.n_offers = self.n_killed = 0
        for thread in self.threads:
            thread.start()

    def close(self):
        self.stop.set()
        for thread in self.threads:
            thread.join()

    def guard(self, function, i):
        try:
            function(random.Random(SEED * 10 + i))
        except BaseException as error:  # pylint: disable=broad-except
            self.failures.append(error)
            raise

    def send_junk(self, rng):
        sockets = {family: socket.socket(family, socket.SOCK_DGRAM)
                   for family in (socket.AF_INET, socket.AF_INET6)}
        hosts = {socket.AF_INET: "127.0.0.1", socket.AF_INET6: "::1"}
        while not self.stop.wait(rng.random() * 0.05):
            for family, port in find_udp_ports(self.pid):
                for _ in range(rng.randrange(10)):
                    try:
                        sockets[family].sendto(junk(rng), (hosts[family], port))
                        self.n_junk += 1
                    except OSError:
                        pass  # It has just been closed.
        for each in sockets.values():
            each.close()

    def half_open(self, rng):
        request = b"POST /call HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/sdp\r\n" \
            b"Content-Length: 5000\r\n\r\nv=0\r\n"
        opened = []
        while not self.stop.wait(rng.random() * 0.05):
            try:
                opened.append(socket.create_connection(("127.0.0.1", rng.choice(self.ports)), 5))
                opened[-1].send(request[:rng.randrange(len(request))] if rng.random() < 0.8
                                else rng.randbytes(100))
                self.n_connections += 1
            except OSError:
                pass  # Nobody listens now, or hangs up at once.
            while len(opened) > 60:
                one = opened.pop(rng.randrange(len(opened)))
                if rng.random() < 0.5:  # By RST.
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                one.close()
        for each in opened:
            each.close()

    def offer(self, rng):
        """Offers that are odd, or that nobody stands behind."""
        corpus = os.path.join(os.path.dirname(__file__), "..", "fuzz", "corpus", "sdp", "*")
        offers = []
        for name in sorted(glob.glob(corpus)):
            with open(name, "rb") as file:
                offers.append(file.read())
        while not self.stop.wait(rng.random() * 0.3):
            body = bytearray(rng.choice(offers))
            if rng.random() < 0.3 and body:
                body[rng.randrange(len(body))] = rng.randrange(256)
            head = f"POST /call HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/sdp\r\n" \
                f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            try:
                with socket.create_connection(("127.0.0.1", rng.choice(self.ports)), 5) as connection:
                    connection.settimeout(rng.random())
                    connection.sendall(head.encode() + body)
                    connection.recv(4096)
                    self.n_offers += 1
            except OSError:
                pass

    def call(self, rng):
        """Peers that are killed at any time."""
        running = []
        while not self.stop.wait(rng.random()):
            i = rng.randrange(len(self.ports))
            running.append(subprocess.Popen(
                ["gst-launch-1.0", *PEERS[VICTIMS[i][1]].replace('"', "").format(port=self.ports[i]).split()],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
            if len(running) > 3:
                one = running.pop(rng.randrange(len(running)))
                one.kill()
                one.wait()
                self.n_killed += 1
        for one in running:
            one.kill()
            one.wait()


# The test.


class Run:
    """The victim as a process."""

    def __init__(self, ports):
        self.process = subprocess.Popen(
            [sys.executable, __file__, "victim", str(SEED), *map(str, ports)], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env=dict(os.environ, G_DEBUG="fatal-warnings"))
        self.lines, self.spoken = [], threading.Condition()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            with self.spoken:
                self.lines.append(line.strip())
                self.spoken.notify()
        with self.spoken:
            self.lines.append(None)
            self.spoken.notify()

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.reader.join()
        self.process.stdin.close()
        self.process.stdout.close()

    def explain(self, what):
        """Returns what goes with a failure: how to repeat it, and where it stands."""
        lines = [what, f"GST_ICE_CHAOS_SEED={SEED}, status {self.process.poll()}, its last words:",
                 *map(str, self.lines[-8:])]
        if self.process.poll() is None and shutil.which("gdb"):
            lines.append(subprocess.run(
                ["gdb", "-p", str(self.process.pid), "-batch", "-ex", "thread apply all bt 25"],
                text=True, errors="replace", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                stdin=subprocess.DEVNULL, check=False, timeout=60).stdout)
        return "\n".join(lines)

    def wait_line(self, begin):
        """Waits for a line of that begin, as long as there are any; returns its words."""
        n = 0
        with self.spoken:
            while True:
                for line in self.lines[n:]:
                    if line is None:
                        raise AssertionError(self.explain(f"it ended before '{begin}'"))
                    if line.startswith(begin):
                        return line.split()
                n = len(self.lines)
                if not self.spoken.wait(PATIENCE_SECONDS):
                    raise AssertionError(self.explain(f"it hangs before '{begin}'"))

    def last(self, seconds, outside):
        """Lets it go on for a time, and looks that it does."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            with self.spoken:
                moved = self.spoken.wait(min(left, PATIENCE_SECONDS))
                if self.lines[-1] is None or (not moved and left > PATIENCE_SECONDS):
                    raise AssertionError(self.explain("it ended" if moved else "it hangs"))
            if outside.failures:
                raise outside.failures[0]


class Chaos(unittest.TestCase):
    def test_nothing_ends_the_process_or_hangs_it(self):
        ports = [free_port() for _ in VICTIMS]
        run = Run(ports)
        self.addCleanup(run.close)
        run.wait_line("ready")
        outside = Outside(run.process.pid, ports)
        try:
            run.last(SECONDS, outside)
        finally:
            outside.close()
        run.process.stdin.write("stop\n")
        run.process.stdin.flush()
        before, after = map(int, run.wait_line("descriptors")[1:])
        print(f"seed {SEED}: {outside.n_junk} datagrams, {outside.n_connections} connections, "
              f"{outside.n_offers} offers answered, {outside.n_killed} peers killed, "
              f"{len(run.lines)} things done, {before} and {after} descriptors")
        self.assertLessEqual(after, before + 4, f"GST_ICE_CHAOS_SEED={SEED}")
        self.assertGreater(min(outside.n_junk, outside.n_connections, outside.n_offers,
                               outside.n_killed), 0)

        for port, (_, peer) in zip(ports, VICTIMS):
            with self.subTest(port=port):
                caller = Launch(PEERS[peer].format(port=port))
                self.addCleanup(caller.close)
                try:
                    caller.wait_for("encrypted")
                except AssertionError as error:
                    raise AssertionError(run.explain(str(error))) from error
        run.process.stdin.close()
        run.wait_line("end")
        self.assertEqual(run.process.wait(PATIENCE_SECONDS), 0, run.explain("its status"))


if __name__ == "__main__":
    if sys.argv[1:2] == ["victim"]:
        Victim(int(sys.argv[2]), sys.argv[3:]).run()
    else:
        main([])
