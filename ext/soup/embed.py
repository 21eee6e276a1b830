#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""embed.py NAME FILE HEADER: makes a C array of a file's bytes."""
import pathlib
import sys

name, source, header = sys.argv[1:]
data = pathlib.Path(source).read_bytes()
lines = ["".join(f"0x{byte:02x}, " for byte in data[at:at + 16]).rstrip()
         for at in range(0, len(data), 16)]
pathlib.Path(header).write_text(
    f"static const unsigned char {name}[] = {{\n" + "\n".join(lines) + "\n};\n")
