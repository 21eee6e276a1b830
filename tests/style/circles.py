#!/usr/bin/env python3
"""circles.py ROOT: files call each other in one direction only, and none shares its struct.

Fails for a group of files whose functions call each other in a loop, and for a header called
*private.h that more than one .c file includes. circles.txt lists those that are known; one that is
listed and is no more fails, too.
"""
import pathlib
import re
import sys
import tempfile

import csource

TOPS = ("gst", "ext")


def read_calls(root):
    """Returns which files the functions of each .c file call."""
    paths = sorted(path for top in TOPS for path in (root / top).rglob("*.c"))
    functions = {path: csource.functions(path) for path in paths}
    # A program's functions and a plugin's may have one name: a file of the same folder first.
    owners = {}
    for path in paths:
        for function in functions[path].values():
            if not function.static:
                owners.setdefault(function.name, []).append(path)
    calls = {}
    for path in paths:
        calls[path] = set()
        for function in functions[path].values():
            for name in function.calls - functions[path].keys():
                near = [o for o in owners.get(name, []) if o.parent == path.parent]
                calls[path].update((near or owners.get(name, []))[:1])
    return calls


def find_circles(calls):
    """Returns the groups of files that reach each other (Tarjan's algorithm)."""
    index, low, stack, circles = {}, {}, [], []

    def visit(path):
        index[path] = low[path] = len(index)
        stack.append(path)
        for other in sorted(calls[path]):
            if other not in index:
                visit(other)
                low[path] = min(low[path], low[other])
            elif other in stack:
                low[path] = min(low[path], index[other])
        if low[path] == index[path]:
            at = stack.index(path)
            group = stack[at:]
            del stack[at:]
            if len(group) > 1:
                circles.append(sorted(group))

    for path in calls:
        if path not in index:
            visit(path)
    return circles


def find_shared(root):
    """Returns the *private.h that several .c files include."""
    users = {}
    for top in TOPS:
        for path in (root / top).rglob("*.c"):
            for header in re.findall(r'#\s*include "(\w+private\.h)"', path.read_text()):
                users.setdefault(header, set()).add(path)
    return sorted(header for header, paths in users.items() if len(paths) > 1)


def find_all(root):
    names = ["circle " + " ".join(path.name for path in circle)
             for circle in find_circles(read_calls(root))]
    return set(names + ["shared " + header for header in find_shared(root)])


PLANTED = {
    "gst/a/one.c": '#include "bothprivate.h"\nvoid\none (void)\n{\n  two ();\n}\n',
    "gst/a/two.c": '#include "bothprivate.h"\nstatic void\nhelp (void)\n{\n  three ();\n}\n\n'
                   "void\ntwo (void)\n{\n  help ();\n}\n",
    "ext/b/three.c": "/* one () in a comment */\nvoid\nthree (void)\n{\n  one ();\n}\n",
    "ext/b/four.c": 'void\nfour (void)\n{\n  say ("one ()");\n  three ();\n}\n',
}


def check_self():
    """Finds what is planted, and nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in PLANTED.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        found = find_all(root)
    expected = {"circle three.c one.c two.c", "shared bothprivate.h"}
    if found != expected:
        sys.exit(f"circles.py does not find what is planted: {found}")


def main():
    check_self()
    root = pathlib.Path(sys.argv[1])
    lines = (root / "tests/style/circles.txt").read_text().splitlines()
    known = {line for line in lines if line and not line.startswith("#")}
    found = find_all(root)
    bad = [f"{name}: calls go down, and a file owns its struct" for name in sorted(found - known)]
    bad += [f"{name}: take it out of circles.txt, it is no more" for name in sorted(known - found)]
    print("\n".join(bad) if bad else f"no circles but {len(known)} that are known")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
