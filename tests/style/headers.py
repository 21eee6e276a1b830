#!/usr/bin/env python3
"""headers.py ROOT BUILD: every header compiles alone, twice, with its folder's flags only.

The flags are those of any C file of the same folder, from BUILD/compile_commands.json: a
header that needs more than its folder's include path fails here.
"""
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys

DROP_WITH_VALUE = {"-o", "-c", "-MF", "-MQ", "-MT"}
DROP = {"-MD", "-MMD"}


def flags_of_folders(root, build):
    """Returns the compile command of each folder, without its input and its outputs."""
    found = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        source = (pathlib.Path(entry["directory"]) / entry["file"]).resolve()
        if source.suffix != ".c" or root not in source.parents:
            continue
        args, words = [], iter(shlex.split(entry["command"]))
        for word in words:
            if word in DROP_WITH_VALUE:
                next(words)
            elif word not in DROP:
                args.append(word)
        found.setdefault(source.parent, args)
    return found


def compile_alone(header, args, build):
    """Returns what the compiler says, nothing when all is well."""
    code = f'#include "{header.name}"\n#include "{header.name}"\n'
    command = args + ["-Werror", "-fsyntax-only", "-x", "c", "-"]
    run = subprocess.run(command, cwd=build, input=code, text=True, capture_output=True)
    return run.stderr if run.returncode else ""


def main():
    root, build = (pathlib.Path(arg).resolve() for arg in sys.argv[1:3])
    flags, checked, bad = flags_of_folders(root, build), 0, []
    for header in sorted(path for top in ("gst", "ext") for path in (root / top).rglob("*.h")):
        args = flags.get(header.parent)
        if args is None:
            print(f"{header.relative_to(root)}: its folder is not built here")
            continue
        if shutil.which(args[0]) is None and not os.path.exists(args[0]):
            print(f"the compiler {args[0]} is not installed")
            return 77
        checked += 1
        said = compile_alone(header, args, build)
        if said:
            bad.append(f"{header.relative_to(root)} does not compile alone:\n{said}")
    print("\n".join(bad) if bad else f"{checked} headers compile alone")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
