#!/usr/bin/env python3
"""includes.py ROOT: no file includes a header that its line in layers.txt does not name."""
import pathlib
import re
import sys

TOPS = ("gst", "ext")
ANYONE = {
    "config.h", "glib.h", "glib-object.h", "glib/gi18n-lib.h", "errno.h", "fcntl.h", "limits.h",
    "math.h", "stdarg.h", "stdint.h", "stdio.h", "stdlib.h", "string.h", "time.h", "unistd.h",
}


def read_rules(path):
    """Returns what each folder, or file, may include."""
    rules = {}
    for line in path.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            where, allowed = line.split(":")
            rules[where] = allowed.split()
    return rules


def allows(rule, folder, header, owner):
    if header in owner:
        return owner[header] == folder or owner[header] + "/" in rule
    return any(("<" + header + ">").startswith(name) for name in rule)


def check(path, root, rules, owner):
    """Yields what is wrong with the includes of one file."""
    name = str(path.relative_to(root))
    folder = str(path.parent.relative_to(root))
    rule = rules.get(name) or rules.get(folder)
    if rule is None:
        yield f"{name}: its folder has no line in tests/style/layers.txt"
        return
    for n, line in enumerate(path.read_text().splitlines(), 1):
        match = re.match(r'\s*#\s*include\s*[<"]([^>"]+)[>"]', line)
        if not match or match[1] in ANYONE:
            continue
        header = match[1]
        if ".." in header or pathlib.PurePath(header).parts[0] in TOPS and header not in owner \
                and (root / header).exists():
            yield f"{name}:{n}: include {header} by its name, not by a path"
        elif not allows(rule, folder, header, owner):
            where = owner[header] + "/" if header in owner else ""
            yield f"{name}:{n}: {folder} may not include {where}{header}"


def main():
    root = pathlib.Path(sys.argv[1])
    rules = read_rules(root / "tests/style/layers.txt")
    owner = {header.name: str(header.parent.relative_to(root))
             for top in TOPS for header in (root / top).rglob("*.h")}
    files = sorted(path for top in TOPS for path in (root / top).rglob("*.[ch]"))
    bad = [line for path in files for line in check(path, root, rules, owner)]
    print("\n".join(bad) if bad else f"{len(files)} files include only what they may")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
