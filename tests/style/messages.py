#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""messages.py ROOT [--list]: docs/troubleshooting.md has a row for each message of the sources.

A message is a text that an error of ours is made of: in a call that names a code of GstIceError,
in one of GST_ELEMENT_ERROR or GST_ELEMENT_WARNING, or in one of a function that makes an error of
a text it is given. The page has it between backticks, at the beginning of a table's row, with …
for what differs from time to time; it may end early with one.
"""
import pathlib
import re
import sys

from csource import functions

PAGE = "docs/troubleshooting.md"
TOPS = ("gst", "ext")
# A program of its own, which does not speak to users of the elements.
OTHERS = {"rendezvous", "doctor"}
CODE = re.compile(r"GST_ICE_ERROR(_[A-Z_]+)?$")
ELEMENT = {"GST_ELEMENT_ERROR", "GST_ELEMENT_WARNING"}
MAKERS = {"g_set_error", "g_set_error_literal", "g_error_new", "g_error_new_literal",
          "g_error_new_valist"}
TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\])\'|[A-Za-z_]\w*|\S', re.S)
# What printf puts a value for.
HOLE = re.compile(r"%[-+ #0]*(?:\d+|\*)?(?:\.(?:\d+|\*))?(?:hh|h|ll|l|z|j|t)?[a-zA-Z]|%(?=$|[ ,.:;)])")
FEWEST_LETTERS = 6


class Source:
    """The tokens of a file, each with the innermost parenthesis that it stands in."""
    def __init__(self, path):
        self.path = path
        self.tokens = [t for t in TOKEN.findall(path.read_text()) if not t.startswith(("/*", "//"))]
        self.opened, self.closed, stack = [], {}, []
        for n, token in enumerate(self.tokens):
            self.opened.append(stack[-1] if stack else None)
            if token == "(":
                stack.append(n)
            elif token == ")" and stack:
                self.closed[stack.pop()] = n

    def texts(self, start, end):
        """Returns the texts between two tokens; a text is what strings stand side by side."""
        found, after_text = [], False
        for n in range(start, end):
            token = self.tokens[n]
            if token.startswith('"'):
                if not after_text:
                    found.append("")
                found[-1] += token[1:-1].replace('\\"', '"').replace("\\n", " ")
                after_text = True
            elif after_text and re.match(r"[A-Z]\w*$", token):
                found[-1] += "u"  # As in "%" G_GUINT64_FORMAT " bytes".
            else:
                after_text = False
        return found

    def calls_with(self, wanted):
        """Yields the opening parenthesis of each call that has, or is to, a wanted name."""
        seen = set()
        for n, token in enumerate(self.tokens):
            if not wanted(token):
                continue
            is_call = n + 1 in self.closed and n + 1 not in seen
            start = n + 1 if is_call else self.opened[n]
            if start in self.closed and start not in seen:
                seen.add(start)
                yield start

    def messages_at(self, start):
        end = self.closed[start]
        if self.tokens[start - 1] in ELEMENT:
            # The message is in the first parenthesis, details for programmers in the second.
            start = next(n for n in range(start + 1, end) if self.tokens[n] == "(")
            end = self.closed[start]
        texts = [text for text in self.texts(start, end) if text]
        # What comes after the first is another message, as of ?:, or one of its values.
        return texts[:1] + [text for text in texts[1:] if is_sentence(text)]


def is_sentence(text):
    return bool(re.match(r"[A-Z%]", text)) and len(text.split()) > 3


def carriers(source):
    """Returns the functions of a file that make an error of a text which they are given."""
    found = {}
    for name, function in functions(source.path).items():
        body = function.body
        for call in re.finditer(r"\b(\w+) \(([^;]*?GST_ICE_ERROR_[A-Z_]+[^;]*)\)", body, re.S):
            if call[1] in MAKERS and '""' not in call[2]:
                found[name] = function.static
    return found


def messages(root):
    """Returns the messages, each with the file that has it first."""
    paths = [path for top in TOPS for path in sorted((root / top).rglob("*.c"))
             if OTHERS.isdisjoint(path.relative_to(root).parts)]
    sources = [Source(path) for path in paths]
    made_by = {source: carriers(source) for source in sources}
    public = {name for names in made_by.values() for name, static in names.items() if not static}
    found = {}
    for source in sources:
        names = ELEMENT | public | set(made_by[source])
        for start in source.calls_with(lambda t, names=names: CODE.match(t) or t in names):
            for text in source.messages_at(start):
                text = " ".join(HOLE.sub("…", text.replace("%%", "\0")).replace("\0", "%").split())
                if len(re.sub(r"\W", "", text)) >= FEWEST_LETTERS:
                    found.setdefault(text, source.path.relative_to(root))
    return found


def rows(page):
    """Returns what the page has, each as a pattern that its messages begin with."""
    found = []
    for line in page.read_text().splitlines():
        for text in re.findall(r"`([^`]+)`", line.split(" | ")[0]) if line.startswith("| `") else []:
            if len(re.sub(r"\W", "", text)) >= FEWEST_LETTERS:
                found.append(re.compile(re.escape(text).replace("…", ".*")))
    return found


def main():
    root = pathlib.Path(sys.argv[1])
    found = messages(root)
    if "--list" in sys.argv:
        print("\n".join(f"{path}: {text}" for text, path in found.items()))
        return 0
    known = rows(root / PAGE)
    missing = [f"{path}: {text}" for text, path in found.items()
               if not any(row.match(text) for row in known)]
    unknown = [row.pattern for row in known if not any(row.match(text) for text in found)]
    for text in missing:
        print(f"{PAGE} lacks: {text}")
    for pattern in unknown:
        print(f"{PAGE} has what no source says: {pattern}")
    if not missing and not unknown:
        print(f"{PAGE} has the {len(found)} messages of the sources")
    return bool(missing or unknown)


if __name__ == "__main__":
    sys.exit(main())
