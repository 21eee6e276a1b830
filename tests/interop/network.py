# SPDX-License-Identifier: LGPL-2.1-or-later
"""A network of the test's own, for peers that don't do ICE on loopback."""
import os
import shutil
import subprocess
import sys

from peer import skip

INSIDE = "GST_ICE_INTEROP_INSIDE"
INTERFACE, ADDRESS = "eth0", "192.0.2.1"


def enter():
    """Starts the script again, in namespaces where eth0 has 192.0.2.1, or skips it."""
    os.environ["PATH"] = os.environ.get("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin"
    if os.environ.get(INSIDE):
        set_up()
        return
    for tool in ("unshare", "ip"):
        if shutil.which(tool) is None:
            skip(f"{tool} is not installed")
    unshare = ["unshare", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]
    if os.geteuid() != 0:
        unshare += ["--user", "--map-root-user"]
    tried = subprocess.run(unshare + ["true"], capture_output=True, text=True, check=False)
    if tried.returncode != 0:
        skip("neither root nor user namespaces: " + tried.stderr.strip())
    os.environ[INSIDE] = "yes"
    os.execvp(unshare[0], unshare + [sys.executable] + sys.argv)


def set_up():
    for words in ("link set lo up", f"link add {INTERFACE} type veth peer name other",
                  f"addr add {ADDRESS}/24 dev {INTERFACE}", f"link set {INTERFACE} up",
                  "link set other up"):
        done = subprocess.run(["ip", *words.split()], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            skip(f"ip {words}: {done.stderr.strip()}")
