#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""plots.py ROOT: docs/plots has what docs/make-plots draws from the reports' tables, each picture
follows the figures of its tables, and tables that can't be drawn are refused."""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as xml

PERFORMANCE, NAT = "performance-report.md", "nat-report.md"
# Of each picture a heading, and the first row after it whose figure another takes the place of.
CHANGES = [
    ("send", PERFORMANCE, "### send, lists of 8, the device", "| ice |"),
    ("receive", PERFORMANCE, "### receive, 100,000 single", "| nice |"),
    ("encryption", PERFORMANCE, "### receive, encrypted, lists of 8", "| webrtc |"),
    ("viewers", PERFORMANCE, "## Many viewers", "| bare |"),
    ("calls", PERFORMANCE, "### 500 calls in one process", "| ice, context-wait 1 |"),
    ("one-port", PERFORMANCE, "500 calls on one port", "| lite |"),
    ("start", PERFORMANCE, "## Time to connect", "| webrtcbin calls webrtcbin "),
    ("nat-pairs", NAT, "## Calls between all types", "| none | host>host"),
    ("gaps", NAT, "## Changes during a call", "| the direct path is cut, TURN remains | 20 |"),
]
# Pages that are not as the programs print them, and what is said of them.
FAULTS = [
    (NAT, r"## Calls between all types of NAT(.*?)Medians:", "## Calls", 'no table "Calls between'),
    (NAT, r"\| a calls b \| none", "| a calls b | no NAT", "no table .* a calls b"),
    (NAT, r"\| symmetric \| prflx", "| asymmetric | prflx", "the rows are not none"),
    (NAT, r"srflx>prflx udp \d+", "srflx>prflx udp", 'the cell "srflx>prflx udp" does not have the form'),
    (NAT, r"597 / 1286", "597", 'the cell "597" does not have the form'),
    (PERFORMANCE, "### send, lists of 1, the device", "### send, singly, the device", "no table"),
    (PERFORMANCE, r"\| ns a packet \|", "| CPU ns |", "no table"),
    (PERFORMANCE, r"\| ice/mmsg \|", "| ice/magic |", 'too many or too few: "ice/magic", "ice/mmsg"'),
    (PERFORMANCE, r"\| udp \|.*\n", "", 'too many or too few: "udp"'),
    (PERFORMANCE, r"\| null \| \d+ \|", "| null |", "has 4 cells, not 5"),
    (PERFORMANCE, r"\| udp \|", "| nice |", "two rows have one name"),
    (PERFORMANCE, r"(?<=\| ns a packet \| min to max \| net \| nice / this \|\n\|---\|---\|---\|---\|---\|\n)(\|.*\n)*",
     "", "it has no rows"),
    (PERFORMANCE, "(## Many viewers\n(?:.*\n)*?)(## Many calls on)", lambda found: found[1] * 2 + found[2],
     "2 tables"),
]


class Plots(unittest.TestCase):
    docs = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.copy = pathlib.Path(folder.name)
        for page in (PERFORMANCE, NAT):
            shutil.copy(self.docs / page, self.copy)
        shutil.copytree(self.docs / "plots", self.copy / "plots")

    def run_script(self, *arguments):
        return subprocess.run([self.docs / "make-plots", *arguments], text=True, check=False, timeout=60,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def change(self, page, pattern, replacement):
        text = (self.docs / page).read_text(encoding="utf-8")
        text, n_changes = re.subn(pattern, replacement, text, count=1, flags=re.S if "(.*?)" in pattern else 0)
        self.assertEqual(n_changes, 1, f"{page} has no {pattern}")
        (self.copy / page).write_text(text, encoding="utf-8")

    def test_pictures_are_of_the_tables(self):
        done = self.run_script("--check")
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_changed_figure(self):
        for name, page, heading, row in CHANGES:
            with self.subTest(name):
                self.change(page, f"({re.escape(heading)}.*\\n(?:.*\\n)*?{re.escape(row)} *)", r"\g<1>9")
                done = self.run_script("--check", self.copy)
                self.assertEqual(done.returncode, 1, done.stdout)
                self.assertEqual(re.findall(r"([a-z-]+)\.svg is not what", done.stdout), [name])
                self.assertEqual(self.run_script(self.copy).returncode, 0)
                self.assertEqual(self.run_script("--check", self.copy).returncode, 0)
                for folder in ("", "plots"):
                    for path in (self.docs / folder).glob("*report.md" if not folder else "*.svg"):
                        shutil.copy(path, self.copy / folder)

    def test_each_picture_is_tried(self):
        self.assertEqual({name for name, *_ in CHANGES}, {path.stem for path in (self.copy / "plots").iterdir()})

    def test_faulty_tables(self):
        for page, pattern, replacement, said in FAULTS:
            with self.subTest(said):
                self.change(page, pattern, replacement)
                done = self.run_script("--check", self.copy)
                self.assertEqual(done.returncode, 2, done.stdout)
                self.assertRegex(done.stdout, f"make-plots: {page}.*{said}")
                shutil.copy(self.docs / page, self.copy)

    def test_pictures_that_are_missing_or_too_many(self):
        (self.copy / "plots/gaps.svg").rename(self.copy / "plots/other.svg")
        done = self.run_script("--check", self.copy)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, "gaps.svg is not what")
        self.assertRegex(done.stdout, "other.svg: docs/make-plots does not draw it")

    def test_pictures_are_xml_and_shown(self):
        pages = "".join(path.read_text(encoding="utf-8") for path in self.docs.glob("*.md"))
        for path in (self.copy / "plots").iterdir():
            with self.subTest(path.name):
                self.assertEqual(xml.parse(path).getroot().tag, "{http://www.w3.org/2000/svg}svg")
                self.assertIn(f"](plots/{path.name})", pages)
                self.assertLess(path.stat().st_size, 32 * 1024)


if __name__ == "__main__":
    Plots.docs = pathlib.Path(sys.argv.pop(1)) / "docs"
    unittest.main()
