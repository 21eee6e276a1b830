"""A world of its own for one run: namespaces that nobody else sees and that end with it.

The program starts itself again under unshare(1). The mount namespace keeps /run/netns and
/etc/hosts private, so names can't clash with those of another run; the process namespace
ends every process of the lab with the program, however that ended.
"""
import os
import pathlib
import shutil
import signal
import subprocess
import sys

SKIPPED = 77
INSIDE = "GST_ICE_LAB_INSIDE"
TOOLS = {
    "unshare": "util-linux", "nsenter": "util-linux", "mount": "mount", "ip": "iproute2",
    "nft": "nftables", "turnserver": "coturn", "openssl": "openssl",
    "gst-launch-1.0": "gstreamer1.0-tools",
}
# What the lab asks of the kernel: a NAT of the hardest kind, in a namespace.
PROBE_RULES = """
table inet probe {
  map hole { type inet_service : inet_service; flags dynamic,timeout; timeout 10s; }
  chain out { type nat hook postrouting priority srcnat; oifname "lo" masquerade fully-random; }
}
"""
CA_FILE = "/etc/ssl/certs/ca-certificates.crt"


def skip(reason):
    """Ends the program as a test that can't run here; meson shows the last line."""
    print(f"no laboratory: {reason}", flush=True)
    sys.exit(SKIPPED)


def enter():
    """Goes on inside, or skips. What follows runs as root of the lab, whoever called."""
    if os.environ.get(INSIDE):
        _settle()
        return
    # Debian's administrators' tools are not in everybody's path.
    os.environ["PATH"] = os.environ.get("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin"
    missing = sorted({package for tool, package in TOOLS.items() if not shutil.which(tool)})
    if missing:
        skip("not installed: " + " ".join(missing))
    unshare = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]
    if os.geteuid() != 0:
        unshare += ["--user", "--map-root-user"]
    tried = subprocess.run(unshare + ["true"], capture_output=True, text=True, check=False)
    if tried.returncode != 0:
        skip("neither root nor user namespaces: " + tried.stderr.strip())
    os.environ[INSIDE] = "yes"
    os.execvp(unshare[0], unshare + [sys.executable] + sys.argv)


def _settle():
    # The first process of a namespace gets only the signals that it asked for.
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    for command in (["mount", "-t", "tmpfs", "tmpfs", "/run"],
                    ["ip", "netns", "add", "probe"],
                    ["nsenter", "--net=/run/netns/probe", "nft", "-f", "-"],
                    ["ip", "netns", "del", "probe"]):
        done = subprocess.run(command, input=PROBE_RULES, capture_output=True, text=True,
                              check=False)
        if done.returncode != 0:
            skip(f"{' '.join(command)}: {done.stderr.strip().splitlines()[:1]}")


def _stop(number, _frame):
    sys.exit(128 + number)


def set_hosts(names):
    """Names of servers, for everyone in the lab; there is no DNS."""
    lines = ["127.0.0.1 localhost", "::1 localhost"]
    lines += [f"{address} {name}" for name, address in names]
    _cover("/etc/hosts", "\n".join(lines) + "\n")
    set_resolver(None)


def set_resolver(address):
    """Who answers questions of DNS; None: nobody."""
    _cover("/etc/resolv.conf", f"nameserver {address}\n" if address else "")


def trust(authority):
    """Makes this certificate the only authority of the system's store."""
    _cover(CA_FILE, authority)


def _cover(path, text):
    """Has everyone in the lab find this text there, now and when it is called again."""
    cover = pathlib.Path("/run") / pathlib.Path(path).name
    covered = cover.exists()
    cover.write_text(text)
    if not covered and pathlib.Path(path).exists():
        subprocess.run(["mount", "--bind", str(cover), path], check=True)
