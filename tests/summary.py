#!/usr/bin/env python3
"""summary.py TESTLOG.json: why tests were skipped, how they failed, and 'P F S' at the end.

The log has one JSON object a line: meson writes it. The last line of the output has the
numbers of tests that passed, failed and were skipped, for tests/run to add up.
"""
import json
import sys

PASSED = {"OK", "EXPECTEDFAIL"}
SKIPPED = {"SKIP"}
TAIL = 60


def output_of(test):
    return [line for stream in ("stdout", "stderr")
            for line in (test.get(stream) or "").splitlines() if line.strip()]


def main():
    passed = failed = skipped = 0
    with open(sys.argv[1], encoding="utf-8") as log:
        tests = [json.loads(line) for line in log]
    for test in tests:
        lines = output_of(test)
        if test["result"] in PASSED:
            passed += 1
        elif test["result"] in SKIPPED:
            skipped += 1
            print(f"skipped: {test['name']}: {lines[-1] if lines else 'gave no reason'}")
        else:
            failed += 1
            print(f"failed: {test['name']}: {test['result']}, the end of its output:")
            print("\n".join("  | " + line for line in lines[-TAIL:]))
    print(passed, failed, skipped)


if __name__ == "__main__":
    main()
