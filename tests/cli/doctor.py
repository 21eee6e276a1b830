"""gst-ice-doctor as users call it: options, a call of a listener in each direction, no listener."""
import json
import os
import re
import subprocess
import tempfile
import unittest
import xml.dom.minidom

DOCTOR = os.environ["GST_ICE_DOCTOR"]
WAIT_S = 60
SENDER = ("audiotestsrc is-live=true ! mulawenc ! rtppcmupay ! icesink network-interfaces=lo "
          "signalling-uri=http://127.0.0.1:0/cam?mode=listener")
RECEIVER = ("icesrc network-interfaces=lo signalling-uri=http://127.0.0.1:0/pub?mode=listener "
            "caps=application/x-rtp,media=audio,encoding-name=PCMU,clock-rate=8000,payload=0 "
            "! fakesink")


def doctor(*arguments):
    return subprocess.run([DOCTOR, *arguments], stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=WAIT_S,
                          check=False)


class Listener:
    """A gst-launch-1.0 that listens; uri is where."""

    def __init__(self, line):
        self.process = subprocess.Popen(["gst-launch-1.0", "-m", *line.split()], text=True,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT)
        for said in self.process.stdout:
            found = re.search(r"http://127\.0\.0\.1:[1-9]\d*/\w+", said)
            if found:
                self.uri = found[0]
                return
        raise AssertionError("it does not listen")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()


class Doctor(unittest.TestCase):
    def test_wrong_options_are_one_line(self):
        for arguments in (["--nonsense"], ["ftp://host/x"], ["http://a/", "http://b/"],
                          ["--stun-server=turn://u:p@host"], ["--turn-server=stun://host"],
                          ["--min-rtp-port=9", "--max-rtp-port=8"], ["--timeout=0"],
                          ["--timeline=x.svg"], ["--tls-ca-file=/nowhere"]):
            done = doctor(*arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertEqual(done.stdout, "")
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
            self.assertNotIn("u:p", done.stderr)

    def test_alone_it_looks_at_the_machine(self):
        done = doctor("--json")
        said = json.loads(done.stdout)
        self.assertEqual((done.returncode, said["verdict"]), (0, "not-asked"))
        self.assertIn("GStreamer", said["machine"])

    def check_call(self, line):
        with Listener(line) as listener, tempfile.TemporaryDirectory() as folder:
            done = doctor("--json", "--network-interfaces=lo", f"--timeline={folder}/t.svg",
                          listener.uri)
            drawn = xml.dom.minidom.parse(f"{folder}/t.svg")
        said = json.loads(done.stdout)
        self.assertEqual((done.returncode, said["verdict"]), (0, "connects"), done.stdout)
        self.assertTrue(said["call"]["connected"])
        self.assertIn("nominated", said["call"]["pairs"][0]["what"])
        circles = drawn.getElementsByTagName("circle")
        self.assertEqual(len(circles), len(said["call"]["steps"]))
        texts = [node.firstChild.data for node in drawn.getElementsByTagName("text")]
        pairs = [text for text in texts if text.startswith("pair ")]
        self.assertEqual(len(pairs), len(said["call"]["pairs"]))
        self.assertIn("works, and is nominated", pairs[0])

    def test_who_sends_is_called(self):
        self.check_call(SENDER)

    def test_who_receives_is_called(self):
        self.check_call(RECEIVER)

    def test_nobody_is_there(self):
        done = doctor("http://127.0.0.1:9/cam")
        self.assertEqual(done.returncode, 1)
        self.assertTrue(done.stdout.startswith("The call fails before ICE: "), done.stdout)

    def test_without_keys_there_is_no_path_for_media(self):
        with Listener(SENDER + " encryption=none") as listener:
            done = doctor("--json", "--network-interfaces=lo", "--timeout=5", listener.uri)
        said = json.loads(done.stdout)
        self.assertEqual(done.returncode, 1)
        self.assertIn(said["verdict"], ("no-keys", "no-answer"))


if __name__ == "__main__":
    unittest.main()
