"""Hosts: one network namespace each, and the cables between them."""
import pathlib
import subprocess

NETNS = pathlib.Path("/run/netns")
SETTINGS = """cd /proc/sys/net
echo {no_ipv6} > ipv6/conf/all/disable_ipv6
echo {no_ipv6} > ipv6/conf/default/disable_ipv6
echo 0 > ipv6/conf/default/accept_dad
echo 0 > ipv6/conf/all/accept_dad
echo 0 > ipv6/conf/default/accept_ra
echo 0 > ipv6/conf/default/router_solicitations
"""


class LabError(Exception):
    """The laboratory itself is broken; says nothing of the product."""


def run(command, text=None, check=True):
    """Runs a tool to its end. Returns what it printed."""
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=30,
                          check=False)
    if check and done.returncode != 0:
        raise LabError(f"{' '.join(command)}: {done.stderr.strip()}\n{text or ''}")
    return done.stdout


class Host:
    """One namespace; its processes are the caller's to end."""

    def __init__(self, name, ipv6):
        self.name = name
        run(["ip", "netns", "add", name])
        self.shell(SETTINGS.format(no_ipv6=0 if ipv6 else 1))
        self.ip("link set lo up")

    def prefix(self):
        """Returns what to put before a command so that it runs here, under its own pid."""
        return ["nsenter", f"--net={NETNS / self.name}"]

    def shell(self, script):
        return run(self.prefix() + ["sh", "-ec", script])

    def ip(self, *lines, family=()):
        """Runs ip(8) commands in one go."""
        run(["ip", *family, "-n", self.name, "-batch", "-"], "\n".join(lines) + "\n")

    def ip4(self, *lines):
        """The same, where a flush must leave IPv6 alone."""
        self.ip(*lines, family=["-4"])

    def nft(self, rules):
        run(self.prefix() + ["nft", "-f", "-"], rules)

    def popen(self, command, **options):
        return subprocess.Popen(self.prefix() + command, **options)

    def remove(self):
        run(["ip", "netns", "del", self.name], check=False)


def cable(host, interface, other, other_interface):
    """Connects two hosts. libnice ignores veth* and the like, so neither may be called that."""
    run(["ip", "link", "add", interface, "netns", host.name, "type", "veth",
         "peer", "name", other_interface, "netns", other.name])
    host.ip(f"link set {interface} up")
    other.ip(f"link set {other_interface} up")
