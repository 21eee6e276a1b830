"""coturn in the lab's public segment, and what its log says of who came how."""
import hashlib
import hmac
import base64
import re
import subprocess
import time

from hosts import LabError, run

NAME, SECOND_NAME = "turn.lab.test", "turn2.lab.test"
REALM = "lab.test"
# What URIs must escape, in both.
USER, PASSWORD = "lab/user", "p@ss:w/rd"
SECRET = "lab-secret"
PORT, TLS_PORT = 3478, 443
START_S = 20


def make_certificates(folder, names):
    """An authority of the lab's own, and a certificate of it that holds all names."""
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30"]
    kinds = ",".join(("DNS:" if re.search("[g-z]", name) else "IP:") + name for name in names)
    run(["openssl", "req", "-x509", *curve, "-subj", "/CN=gst-ice lab",
         "-keyout", f"{folder}/ca-key.pem", "-out", f"{folder}/ca.pem"])
    run(["openssl", "req", *curve[:-2], "-subj", f"/CN={names[0]}",
         "-keyout", f"{folder}/key.pem", "-out", f"{folder}/request.pem"])
    (folder / "names").write_text(f"subjectAltName={kinds}\n")
    run(["openssl", "x509", "-req", "-days", "30", "-in", f"{folder}/request.pem",
         "-CA", f"{folder}/ca.pem", "-CAkey", f"{folder}/ca-key.pem", "-CAcreateserial",
         "-extfile", f"{folder}/names", "-out", f"{folder}/certificate.pem"])


def rest_credentials(seconds, user="lab"):
    """Returns a user and a password of the TURN REST scheme that are good for so long."""
    name = f"{int(time.time()) + seconds}:{user}"
    digest = hmac.new(SECRET.encode(), name.encode(), hashlib.sha1).digest()
    return name, base64.b64encode(digest).decode()


ALLOCATED = re.compile(r"session (\d+): new, realm")
PEER_USAGE = re.compile(r"session (\d+): peer usage: .* rp=(\d+), .* sp=(\d+),")
CLOSED = re.compile(r"session (\d+): closed .* local (\S+), remote (\S+), reason: (.*)")
CONNECTED = re.compile(r"tcp or tls connected to: (\S+)")


def sessions(log):
    """Returns what a part of a log says: how many allocations were made and are still open,
    and for each that ended by which transport the client came and how many packets its
    peers exchanged with it."""
    by_tcp = set(CONNECTED.findall(log.replace("[", "").replace("]", "")))
    allocated = set(ALLOCATED.findall(log))
    usage = {session: int(rp) + int(sp) for session, rp, sp in PEER_USAGE.findall(log)}
    carried, closed = [], set()
    for session, local, remote, _reason in CLOSED.findall(log):
        if session not in allocated:
            continue
        closed.add(session)
        leg = "udp"
        # Some lines have brackets around IPv6, some have none.
        if remote.replace("[", "").replace("]", "") in by_tcp:
            leg = "tls" if _host(remote) == _host(local) else "tcp"
        carried.append((leg, usage.get(session, 0)))
    return {"allocated": len(allocated), "open": len(allocated - closed), "carried": carried}


def _host(address):
    return address.rpartition(":")[0]


class TurnServer:
    """One coturn; with_secret makes it take REST credentials instead of the fixed user.

    The fixed user's coturn answers RFC 5780 when it has two IPv4 addresses.
    """

    def __init__(self, host, name, addresses, folder, with_secret=False):
        self.host, self.name, self.addresses = host, name, addresses
        self.folder, self.with_secret = folder, with_secret
        self.log = folder / f"{name}.log"
        self.processes = []

    def start(self):
        v4 = [a for a in self.addresses if ":" not in a]
        v6 = [a for a in self.addresses if ":" in a]
        command = ["turnserver", "-n", "--no-cli", "--log-file", "stdout", "--simple-log",
                   "--verbose", "--realm", REALM, "--no-tls", "--no-dtls",
                   "--listening-port", str(PORT), "--pidfile", f"{self.folder}/{self.name}.pid",
                   "--userdb", f"{self.folder}/{self.name}.db"]
        for address in self.addresses:
            command += ["-L", address]
        for relay in v4[:1] + v6[:1]:
            command += ["-E", relay]
        if v6:
            # libnice asks for no family, and coturn would relay IPv4 only.
            command += ["--allocation-default-address-family=keep"]
        if self.with_secret:
            command += ["--use-auth-secret", "--static-auth-secret", SECRET]
        else:
            command += ["--lt-cred-mech", "--user", f"{USER}:{PASSWORD}"]
        with open(self.log, "ab") as log:
            self._spawn(command, log, subprocess.STDOUT)
        for address in self.addresses:
            self._spawn(["/usr/bin/python3", f"{_here()}/tlsfront.py", address, str(TLS_PORT),
                         str(PORT), f"{self.folder}/certificate.pem", f"{self.folder}/key.pem"],
                        subprocess.PIPE, subprocess.DEVNULL)
        self._wait()

    def _spawn(self, command, out, err):
        self.processes.append(self.host.popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=err))

    def _wait(self):
        """Until all addresses are served; coturn says nothing when it is ready."""
        until = time.monotonic() + START_S
        while not self._ready():
            if time.monotonic() > until or self.processes[0].poll() is not None:
                raise LabError(f"{self.name} does not start:\n{self.log.read_text()[-2000:]}")
            time.sleep(0.05)
        for front in self.processes[1:]:
            if front.stdout.readline() != b"ready\n":
                raise LabError(f"{self.name}: no TLS on port {TLS_PORT}")

    def _ready(self):
        if b"DB connection success" not in self.log.read_bytes():
            return False
        sockets = run(self.host.prefix() + ["ss", "-Hlun", f"sport = :{PORT}"])
        return all(f"{a}:{PORT}" in sockets or f"[{a}]:{PORT}" in sockets
                   for a in self.addresses)

    def stop(self):
        for process in self.processes:
            process.kill()
            process.wait()
        self.processes = []

    def restart(self):
        """All allocations are lost."""
        self.stop()
        self.start()

    def mark(self):
        """Returns where the log is now."""
        return self.log.stat().st_size

    def text(self, since=0):
        with open(self.log, "rb") as log:
            log.seek(since)
            return log.read().decode(errors="replace")


def _here():
    return __file__.rpartition("/")[0] or "."
