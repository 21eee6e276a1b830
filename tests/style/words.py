#!/usr/bin/env python3
"""words.py ROOT: no marks left behind, and the version number in meson.build only."""
import pathlib
import re
import sys

KINDS = {".c", ".h", ".py", ".sh", ".build", ".md", ".txt", ""}
TOPS = ("gst", "ext", "tests", "docs")
OTHERS = {"corpus", "node_modules"}
# These two talk about the marks.
EXEMPT = {"tests/style/words.py", "docs/style.md"}
# An issue's number makes a FIXME a promise: FIXME(#12).
MARKS = re.compile(r"\b(TODO|XXX|HACK|FIXME(?!\(#\d+\)))\b")


def texts(root):
    """Yields each text file that people write, with its lines."""
    paths = [root / "meson.build", root / "meson_options.txt", root / "README.md"]
    for top in TOPS:
        paths += sorted((root / top).rglob("*"))
    for path in paths:
        # The fuzzers' corpora and npm's packages are no text of ours.
        if not path.is_file() or path.suffix not in KINDS or not OTHERS.isdisjoint(path.parts):
            continue
        try:
            yield str(path.relative_to(root)), path.read_text().splitlines()
        except UnicodeDecodeError:
            continue


def main():
    root = pathlib.Path(sys.argv[1])
    version = re.search(r"version\s*:\s*'([\d.]+)'", (root / "meson.build").read_text())[1]
    again = re.compile(r"(?<![\d.])" + re.escape(version) + r"(?!\.?\d)")
    bad = []
    for name, lines in texts(root):
        for n, line in enumerate(lines, 1):
            mark = MARKS.search(line)
            if mark and name not in EXEMPT:
                bad.append(f"{name}:{n}: {mark[1]}: do it, or file an issue: FIXME(#12)")
            if name != "meson.build" and again.search(line):
                bad.append(f"{name}:{n}: the version number {version}: only meson.build has it")
    print("\n".join(bad) if bad else f"no marks, one version number: {version}")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
