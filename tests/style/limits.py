#!/usr/bin/env python3
"""limits.py ROOT: files and functions stay short enough to be read at one go, and each source
file of the product begins with what it is for."""
import pathlib
import re
import sys

MAX_C, MAX_H, MAX_FUNCTION, MAX_README = 800, 150, 80, 140


def lines_of(path):
    return path.read_text().splitlines()


def functions(lines):
    """Yields name, first line and length of each function.

    indent.sh sees to it that a body is what stands between a { and a } alone in the
    first column; a structure's } has its ; or its name after it.
    """
    start = None
    for n, line in enumerate(lines):
        if line == "{":
            start = n
        elif line.startswith("}"):
            if line == "}" and start is not None:
                yield name_before(lines, start), start + 1, n - start + 1
            start = None


def name_before(lines, start):
    """Returns the name of the function whose body starts there."""
    head = []
    for line in reversed(lines[:start]):
        if not line or line.startswith(("}", "#")) or line.endswith(("*/", ";")):
            break
        head.insert(0, line)
    match = re.search(r"(\w+)\)?\s*\(", " ".join(head))
    if match and match[1] == "GST_START_TEST":
        match = re.search(r"\((\w+)\)", " ".join(head))
    return match[1] if match else "?"


def check(path, name):
    """Yields what is too long in one file."""
    lines = lines_of(path)
    limit = MAX_C if path.suffix == ".c" else MAX_H
    if len(lines) > limit:
        yield f"{name}: {len(lines)} lines, {limit} at most"
    if path.suffix != ".c":
        return
    for function, line, length in functions(lines):
        if length > MAX_FUNCTION and not function.endswith("_class_init"):
            yield f"{name}:{line}: {function} has {length} lines, {MAX_FUNCTION} at most"


def says_what_it_is_for(lines):
    """Returns whether a comment follows the licence's, before anything else."""
    try:
        end = next(n for n, line in enumerate(lines) if line.endswith("*/"))
    except StopIteration:
        return False
    rest = [line for line in lines[end + 1:] if line]
    return bool(rest) and rest[0].startswith("/*")


def main():
    root = pathlib.Path(sys.argv[1])
    bad, n_files = [], 0
    for path in sorted(path for top in ("gst", "ext") for path in (root / top).rglob("*.c")):
        if not says_what_it_is_for(lines_of(path)):
            bad.append(f"{path.relative_to(root)}: says nowhere at its beginning what it is for")
    for top in ("gst", "ext", "tests", "docs"):
        for path in sorted((root / top).rglob("*.[ch]")):
            n_files += 1
            bad += check(path, path.relative_to(root))
    readme = root / "README.md"
    if readme.exists() and len(lines_of(readme)) > MAX_README:
        bad.append(f"README.md: {len(lines_of(readme))} lines, {MAX_README} at most")
    print("\n".join(bad) if bad else f"{n_files} files are short enough")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
