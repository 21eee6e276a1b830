"""What style tests know of C: the functions of a file, and what they call.

indent.sh sees to it that a function's body is what stands between a { and a } alone in the first
column, and that a space stands before the parenthesis of a call.
"""
import re

CALL = re.compile(r"\b([A-Za-z_]\w*) ?\(")
POINTER_CALL = re.compile(r"(?:->|\.)(\w+) \(")


class Function:
    def __init__(self, name, static, line, body):
        self.name, self.static, self.line, self.body = name, static, line, body
        self.calls = set(CALL.findall(body))
        self.pointer_calls = set(POINTER_CALL.findall(body))


def strip(text):
    """Returns the text with comments and strings blanked, lines kept."""
    def blank(match):
        kept = "\n" * match[0].count("\n")
        return kept if match[0].startswith("/") else '""'
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', blank, text, flags=re.S)


def head_of(lines, start):
    """Returns the text of the function's head, which ends before line start."""
    head = []
    for line in reversed(lines[:start]):
        if not line.strip() or line.startswith(("}", "#")) or line.rstrip().endswith(";"):
            break
        head.insert(0, line)
    return " ".join(head)


def functions(path):
    """Returns the functions of a .c file by name."""
    lines = strip(path.read_text()).splitlines()
    found, start = {}, None
    for n, line in enumerate(lines):
        if line.rstrip() == "{":
            start = n
        elif line.startswith("}") and start is not None:
            head = head_of(lines, start)
            name = re.search(r"(\w+) \(", head)
            if line.rstrip() == "}" and name:
                found[name[1]] = Function(name[1], bool(re.match(r"\s*static\b", head)), start + 1,
                                          "\n".join(lines[start:n]))
            start = None
    return found
