"""lab.py call: two command lines of the user's, one in each site.

In both, {stun}, {turn}, {turn-tcp} and {turns} stand for the lab's servers, {listen} for the
URI that site b signals on and {call} for the same as site a sees it; with --rendezvous there
is no cable to signal over, and {room} is where both meet. What a and b say goes to standard
output with the site before each line, or as it is to --output-a and --output-b.
"""
import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time

from call import SIGNALLING_PORT, uris
from hosts import LabError, run
from laboratory import Laboratory
from rendezvous import Rendezvous

LISTEN_S, LEAVE_S = 20, 15
EVENTS = ("rebind-port", "rebind-address", "move", "flap", "second-address", "link-down",
          "link-up")


def happen(lab, site, what):
    """Does to a site what a word says; raises LabError when there is no such thing."""
    place = lab.site(site)
    if what in EVENTS:
        getattr(place, what.replace("-", "_"))()
    elif what.startswith("cut-"):
        place.cut(what[4:])
    elif what.startswith("lose-"):
        place.lose(int(what[5:]))
    elif what == "mend":
        place.clear_trouble()
    else:
        raise LabError(f"no such event: {what}")


def split(lines):
    """Returns the two command lines after the first --."""
    lines = lines[1:] if lines[:1] == ["--"] else lines
    if "--" not in lines:
        sys.exit("lab.py call: -- COMMAND_A... -- COMMAND_B...")
    middle = lines.index("--")
    return lines[:middle], lines[middle + 1:]


def fill(lab, line, room):
    listen, call = uris()
    known = {"{stun}": lab.uri("stun"), "{turn}": lab.uri("udp"), "{turn-tcp}": lab.uri("tcp"),
             "{turns}": lab.uri("tls"), "{listen}": listen, "{call}": call}
    if room:
        known["{room}"] = room
    pattern = re.compile("|".join(re.escape(name) for name in known))
    return [pattern.sub(lambda match: known[match[0]], word) for word in line]


def start(lab, site, line, output):
    """Starts a command; its output is passed on by a thread, or is the file itself."""
    if output:
        with open(output, "wb") as out:
            return lab.site(site).host.popen(line, stdin=subprocess.DEVNULL, stdout=out,
                                             stderr=subprocess.STDOUT), None
    process = lab.site(site).host.popen(line, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT)

    def pass_on():
        for said in process.stdout:
            os.write(1, f"{site}: ".encode() + said)

    reader = threading.Thread(target=pass_on, daemon=True)
    reader.start()
    return process, reader


def wait_listening(lab, process):
    until = time.monotonic() + LISTEN_S
    while time.monotonic() < until and process.poll() is None:
        if run(lab.site("b").host.prefix() + ["ss", "-Hltn", f"sport = :{SIGNALLING_PORT}"]):
            return
        time.sleep(0.02)
    raise LabError("b does not listen")


def leave(process, timeout_s):
    """Waits for the end, and brings it about where it takes too long. Returns the code."""
    for number in (signal.SIGINT, signal.SIGKILL):
        try:
            return process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            process.send_signal(number)
    return process.wait()


def main(options):
    with contextlib.ExitStack() as stack:
        lab = stack.enter_context(Laboratory(options.family))
        lab.set_nats(options.a, options.b)
        room = None
        if options.rendezvous:
            room = stack.enter_context(Rendezvous(lab, options.rendezvous)).room
            lab.network.cut_signalling()
        return play(lab, room, options)


def play(lab, room, options):
    """Runs both lines and what is to befall them. Returns whether one failed."""
    line_a, line_b = split(options.lines)
    events = sorted((float(at), site, what)
                    for at, site, what in (event.split(":") for event in options.event))
    b, reader_b = start(lab, "b", fill(lab, line_b, room), options.output_b)
    if any("{listen}" in word for word in line_b):
        wait_listening(lab, b)
    a, reader_a = start(lab, "a", fill(lab, line_a, room), options.output_a)
    began = time.monotonic()
    for at, site, what in events:
        try:
            a.wait(max(0, began + at - time.monotonic()))
        except subprocess.TimeoutExpired:
            print(f"lab: {what} at site {site}", flush=True)
            happen(lab, site, what)
    codes = [leave(a, max(1, began + options.limit - time.monotonic())), leave(b, LEAVE_S)]
    for reader in (reader_a, reader_b):
        if reader:
            reader.join(1)
    return 1 if any(codes) else 0
