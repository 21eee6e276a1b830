#!/usr/bin/python3
"""imports.py ROOT: every Python file finds the modules of this tree that it imports.

Each file is read by a Python of its own as if another file had imported it, so nothing in it runs
but its imports and definitions. Modules from elsewhere may be missing: the tests that need them
skip.
"""
import concurrent.futures
import os
import pathlib
import subprocess
import sys

READ = """
import runpy, sys
path, ours = sys.argv[1], set(sys.argv[2].split())
sys.path[0], sys.argv = sys.argv[3], [path]
try:
    runpy.run_path(path, run_name="imported")
except ImportError as error:
    if error.name in ours:
        sys.exit(f"{path}: {error}")
except (Exception, SystemExit):
    pass
"""


def read(path, ours):
    """Returns what is wrong, nothing when all is well."""
    command = [sys.executable, "-c", READ, str(path), " ".join(ours), str(path.parent)]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL,
                          timeout=60, env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"})
    return done.stderr.splitlines()[-1] if done.returncode else ""


def main():
    root = pathlib.Path(sys.argv[1])
    paths = sorted(path for folder in ("tests", "docs", "ext")
                   for path in (root / folder).rglob("*.py"))
    if not paths:
        sys.exit("imports.py: no Python file found")
    ours = sorted({path.stem for path in paths})
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        faults = [fault for fault in pool.map(lambda path: read(path, ours), paths) if fault]
    print("\n".join(faults) or f"{len(paths)} files")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
