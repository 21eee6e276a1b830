#!/usr/bin/python3
"""Calls through every kind of NAT, in network namespaces. See docs/testing.md.

  lab.py nats                   what each type does, found out by STUN from inside
  lab.py run SET [options]      a set of cases: short, long (8 x 8), loss, dead, bad, lite, srv
  lab.py candidates [--only X]  addresses that are chosen, mapped, or looked up
  lab.py sum FILE...            a table of what several runs wrote with --results
  lab.py doctor PROGRAM [--all] what gst-ice-doctor says of NATs, failures and calls
  lab.py events [options]       what befalls a call, and the gap it leaves
  lab.py call [options] -- COMMAND_A... -- COMMAND_B...
                                two command lines of yours, in site a and site b
"""
import argparse
import json
import pathlib
import subprocess
import sys

import sandbox


def arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("nats")
    doctor = commands.add_parser("doctor")
    doctor.add_argument("program", help="gst-ice-doctor")
    doctor.add_argument("--all", action="store_true", help="calls through 8 x 8 types of NAT")
    scenes = commands.add_parser("candidates")
    scenes.add_argument("--only", default="", help="those whose name contains this")
    cases = commands.add_parser("run")
    cases.add_argument("set", choices=("short", "long", "loss", "dead", "bad", "lite", "srv"))
    sums = commands.add_parser("sum")
    sums.add_argument("files", nargs="+", type=pathlib.Path, help="what --results wrote")
    events = commands.add_parser("events")
    for parts in (cases, events):
        parts.add_argument("--runs", type=int, default=1, help="times that each is done")
        parts.add_argument("--only", default="", help="those whose name contains this")
        parts.add_argument("--results", type=pathlib.Path, help="a file for JSON, one a line")
        parts.add_argument("--logs", type=pathlib.Path, help="a folder for what all said last")
    events.add_argument("--rendezvous", metavar="PROGRAM",
                        help="gst-ice-rendezvous; without it the events that need it are left out")
    events.add_argument("--short", action="store_true", help="some of them, with less time each")
    events.add_argument("--after", type=int, metavar="SECONDS",
                        help="how long each is watched that has no time of its own")
    events.add_argument("--labs", type=int, default=1, help="so many laboratories at once")
    events.add_argument("--part", type=int, default=None, help=argparse.SUPPRESS)
    cases.add_argument("--packets", type=int, default=50, help="packets that each end sends")
    cases.add_argument("--table", action="store_true", help="Markdown for docs/nat-report.md")
    call = commands.add_parser("call")
    call.add_argument("--a", default="restricted", help="type of site a's NAT")
    call.add_argument("--b", default="restricted", help="type of site b's NAT")
    call.add_argument("--family", default="4", choices=("4", "6", "dual"))
    call.add_argument("--event", action="append", default=[], metavar="SECONDS:SITE:WHAT",
                      help="rebind-port, rebind-address, move, cut-direct, ...; may be repeated")
    call.add_argument("--output-a", metavar="FILE", help="where a's words go as they are")
    call.add_argument("--output-b", metavar="FILE", help="where b's words go as they are")
    call.add_argument("--rendezvous", metavar="PROGRAM",
                      help="gst-ice-rendezvous, to run beside the servers; {room} is its URI")
    call.add_argument("--limit", type=float, default=600, help="seconds after which it ends")
    call.add_argument("lines", nargs=argparse.REMAINDER)
    return parser.parse_args()


def fill_registry():
    """Has GStreamer find its plugins now, not in the time of the first call."""
    done = subprocess.run(["gst-inspect-1.0", "icesink"], stdout=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        sys.exit("lab.py: no icesink; GST_PLUGIN_PATH_1_0 must name the folder of libgstice.so")


def nats():
    """Each type, at both sites; fails when one is not what it should be."""
    import selftest
    return selftest.nats()


def run_cases(options):
    import cases
    import dns
    import matrix
    import report
    if options.set == "srv" and not dns.is_installed():
        sandbox.skip(f"not installed: {dns.PACKAGE}")
    chosen = cases.select(options.set, options.only)
    out = open(options.results, "w", encoding="utf-8") if options.results else None

    def say(result):
        matrix.say_line(result)
        for end, lines in ({} if result["ok"] else result["said"]).items():
            print("\n".join(f"    {end}: {line[:160]}" for line in lines), flush=True)
        if out:
            out.write(json.dumps(result) + "\n")
            out.flush()

    results = matrix.run(chosen, options.runs, say, options.logs, options.packets)
    if options.table:
        print(report.table(results))
    print(report.summary(results))
    return 0 if results and all(result["ok"] for result in results) else 1


def run_labs(options):
    """Runs a laboratory for each part of the events, at once; returns the worst status."""
    if options.results:
        sys.exit("lab.py: --results is for one laboratory")
    labs = [subprocess.Popen([sys.executable, *sys.argv, "--part", str(part)],
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            for part in range(options.labs)]
    said = [lab.communicate()[0] for lab in labs]
    print("\n".join(said), flush=True)
    return max(lab.returncode for lab in labs)


def main():
    options = arguments()
    if options.command == "sum":
        import report
        results = report.load(options.files)
        print(report.table(results), report.summary(results), sep="\n\n")
        return 0
    if options.command == "events" and options.labs > 1 and options.part is None:
        return run_labs(options)
    sandbox.enter()
    if options.command == "nats":
        return nats()
    fill_registry()
    if options.command == "run":
        return run_cases(options)
    if options.command == "doctor":
        import doctor
        return doctor.main(options)
    if options.command == "candidates":
        import candidates
        return candidates.main(options)
    if options.command == "events":
        import events
        return events.main(options)
    import linecall
    return linecall.main(options)


if __name__ == "__main__":
    sys.exit(main())
