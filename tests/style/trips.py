#!/usr/bin/env python3
"""trips.py ROOT: what docs/architecture.md lists under "Trips" is how the sources call each other.

A trip is a heading "### NAME: at most N files" and a list. A step is the file, the function that is
entered there, and, where no call names the function, the pointer that it is called by:

    1. `gst/elements/gsticesink.c`: `gst_ice_sink_render`
    2. `gst/packets/gsticeroute.c`: `gst_ice_route_send_packet`
    3. `gst/udp/gsticeudproute.c`: `gst_ice_udp_route_send_packet` by `send_packet`

Each function must be called from the step before, by functions of that step's file only.
"""
import pathlib
import re
import sys
import tempfile

import csource

HEADING = re.compile(r"### (.+): at most (\d+) files$")
STEP = re.compile(r"\d+\. `([\w/]+\.c)`: `(\w+)`(?: by `(\w+)`)?$")


def read_trips(path):
    """Returns the trips of a page: name, limit and steps."""
    trips, inside = [], False
    for line in path.read_text().splitlines():
        if line.startswith("## "):
            inside = line == "## Trips"
        heading, step = HEADING.match(line), STEP.match(line)
        if inside and heading:
            trips.append((heading[1], int(heading[2]), []))
        elif inside and trips and re.match(r"\d+\. ", line):
            trips[-1][2].append(step.groups() if step else (line, "", None))
    return trips


def reach(functions, start):
    """Returns what start and the functions of its file that it calls call, and call by pointer."""
    seen, todo, calls, pointers = set(), [start], set(), set()
    while todo:
        name = todo.pop()
        if name in seen or name not in functions:
            continue
        seen.add(name)
        calls |= functions[name].calls
        pointers |= functions[name].pointer_calls
        # A function that is handed on is called, too: by who takes it.
        todo += [other for other in functions if other not in seen
                 and re.search(rf"\b{other}\b", functions[name].body)]
    return calls, pointers


def is_handed_out(text, name):
    """Returns whether the file puts its function into a table, a class or an argument."""
    return re.search(rf"(?<![\w]){name}\b(?! \()", csource.strip(text)) is not None


def check_trip(root, trip):
    """Yields what is wrong with one trip."""
    name, limit, steps = trip
    files = {step[0] for step in steps}
    if len(steps) < 2:
        yield f"{name}: no steps"
    if len(files) > limit:
        yield f"{name}: {len(files)} files, {limit} at most"
    calls, pointers = set(), set()
    for number, (where, function, pointer) in enumerate(steps, 1):
        if not (root / where).is_file():
            yield f"{name}, step {number}: there is no file {where}"
            return
        functions = csource.functions(root / where)
        if function not in functions:
            yield f"{name}, step {number}: {where} has no function {function}"
        elif number > 1 and pointer is None and function not in calls:
            yield f"{name}, step {number}: {steps[number - 2][0]} does not call {function} from there"
        elif pointer is not None and (pointer not in pointers or not is_handed_out(
                (root / where).read_text(), function)):
            yield f"{name}, step {number}: {function} is not called by {pointer}"
        calls, pointers = reach(functions, function)


def check(root):
    trips = read_trips(root / "docs/architecture.md")
    bad = [line for trip in trips for line in check_trip(root, trip)]
    return bad if trips else ["docs/architecture.md has no trips"]


PLANTED = {
    "a.c": "static void\nhelp (Thing * t)\n{\n  b_take (t);\n}\n\nvoid\na_begin (Thing * t)\n{\n  help (t);\n}\n\n"
           "void\na_other (void)\n{\n  c_other ();\n}\n",
    "b.c": "void\nb_take (Thing * t)\n{\n  t->send (t);\n}\n",
    "c.c": "static void\nc_send (Thing * t)\n{\n}\n\nvoid\nc_init (Thing * t)\n{\n  t->send = c_send;\n}\n"
           "\nvoid\nc_other (void)\n{\n}\n",
}
RIGHT = ["1. `a.c`: `a_begin`", "2. `b.c`: `b_take`", "3. `c.c`: `c_send` by `send`"]
# Which line is put in place of which step, and how many files are allowed.
WRONG = [
    (0, "1. `a.c`: `a_other`", 3), (1, "2. `c.c`: `c_other`", 3), (2, "3. `c.c`: `c_send`", 3),
    (2, "3. `c.c`: `c_send` by `receive`", 3), (2, "3. `c.c`: `c_other` by `send`", 3),
    (1, "2. `b.c`: `b_gone`", 3), (1, "2. `d.c`: `b_take`", 3), (1, "2. by b.c", 3), (0, RIGHT[0], 2),
]


def check_self():
    """Finds each of the wrong lists that are planted, and nothing in the right one."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "docs").mkdir()
        for name, text in PLANTED.items():
            (root / name).write_text(text)
        for place, line, limit in [(0, RIGHT[0], 3)] + WRONG:
            steps = RIGHT[:place] + [line] + RIGHT[place + 1:]
            page = "## Trips\n\n### Out: at most %d files\n\n%s\n" % (limit, "\n".join(steps))
            (root / "docs/architecture.md").write_text(page)
            right = line == RIGHT[0] and limit == 3
            if bool(check(root)) == right:
                sys.exit(f"trips.py does not judge what is planted: {line}, {limit}: {check(root)}")


def main():
    check_self()
    bad = check(pathlib.Path(sys.argv[1]))
    print("\n".join(bad) if bad else "the trips are as docs/architecture.md says")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
