"""dnsmasq at the lab's sites: names that only SRV records lead to."""
import shutil
import subprocess
import time

import sandbox
import turnserver
from hosts import LabError
from network import DEAD4

PROGRAM, PACKAGE = "dnsmasq", "dnsmasq-base"
START_S = 10
# Of these, _stun._udp, _turn._udp, _turn._tcp and _turns._tcp; none has an address.
PLACES = {
    "srv.lab.test": [(turnserver.NAME, 10, 0)],
    # The first is silent; of the next two one is, and weighs nothing.
    "silent.lab.test": [("dead.lab.test", 10, 5), (turnserver.NAME, 20, 100)],
    "weights.lab.test": [("dead.lab.test", 10, 0), (turnserver.NAME, 10, 65535)],
}
SERVICES = {"_stun._udp": turnserver.PORT, "_turn._udp": turnserver.PORT,
            "_turn._tcp": turnserver.PORT, "_turns._tcp": turnserver.TLS_PORT}


def is_installed():
    return shutil.which(PROGRAM) is not None


def records():
    lines = [f"host-record=dead.lab.test,{DEAD4}"]
    for name, places in PLACES.items():
        for service, port in SERVICES.items():
            lines += [f"srv-host={service}.{name},{target},{port},{priority},{weight}"
                      for target, priority, weight in places]
    return "\n".join(lines) + "\n"


class Dns:
    """A server on the loopback of each host, as one that passes on has it."""

    def __init__(self, hosts, folder):
        settings = folder / "dnsmasq.conf"
        settings.write_text(records())
        self.processes = [
            host.popen([PROGRAM, "--keep-in-foreground", f"--conf-file={settings}", "--port=53",
                        "--listen-address=127.0.0.1", "--bind-interfaces", "--no-resolv",
                        "--no-hosts", "--local=/test/", "--user=root", "--pid-file="],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for host in hosts]
        for host in hosts:
            self._wait(host)
        sandbox.set_resolver("127.0.0.1")

    def _wait(self, host):
        until = time.monotonic() + START_S
        while "127.0.0.1:53" not in host.shell("ss -Hlnu || true"):
            if time.monotonic() > until or any(p.poll() is not None for p in self.processes):
                raise LabError("dnsmasq does not start")
            time.sleep(0.05)

    def stop(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait()
        sandbox.set_resolver(None)
