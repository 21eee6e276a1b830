#!/usr/bin/env python3
# GStreamer ICE transport
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a process of an encrypted call has loaded, and what it says: its keys nowhere.

keysecrecy.py             the tests
keysecrecy.py ENCRYPTION  the process: makes a call, and prints in JSON what it has loaded and
                          what is secret"""
import base64
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

from launch import main

KINDS = ["dtls-srtp", "sdes"]
PACKETS = 5


def forms(secret):
    """How a log might have these bytes."""
    return [base64.b64encode(secret).decode(), secret.hex(), secret.hex().upper(),
            secret.hex(" ")]


def make_call(encryption):
    from side import Side, call

    case = unittest.TestCase()
    settings = f"name=ice network-interfaces=lo encryption={encryption}"
    sender = Side(case, f"audiotestsrc is-live=true samplesperbuffer=160 ! mulawenc ! rtppcmupay ! "
                  f"icesink {settings}")
    receiver = Side(case, f'icesrc {settings} caps="application/x-rtp,media=audio,'
                    'encoding-name=PCMU,clock-rate=8000,payload=0" ! fakesink sync=false')
    descriptions = call(sender, receiver)
    receiver.wait_stat("packets-received", PACKETS)
    stats = str(sender.session.get_property("stats")) + str(receiver.session.get_property("stats"))
    with open("/proc/self/maps", encoding="utf-8") as maps:
        loaded = sorted(set(re.findall(r"/\S+\.so\S*", maps.read())))
    result = {"loaded": loaded, "descriptions": descriptions, "stats": stats}
    case.doCleanups()
    print("\n" + json.dumps(result))


class KeySecrecy(unittest.TestCase):
    def run_call(self, encryption, level):
        """Returns what the process says of itself, and its log."""
        with tempfile.TemporaryDirectory() as folder:
            log = os.path.join(folder, "log")
            done = subprocess.run([sys.executable, __file__, encryption], text=True, timeout=120,
                                  stdout=subprocess.PIPE, check=True, env=dict(
                                      os.environ, GST_DEBUG=level, GST_DEBUG_FILE=log,
                                      GST_DEBUG_NO_COLOR="1", GST_DEBUG_DUMP_DOT_DIR=folder))
            with open(log, encoding="utf-8", errors="replace") as text:
                return json.loads(done.stdout.splitlines()[-1]), text.read()

    def test_nothing_of_libsrtp_nss_and_plugins_bad_is_loaded(self):
        foreign = re.compile(r"libsrtp|libnss3|libnssutil|libsoftokn|libfreebl|libgstsrtp|libgstdtls"
                             r"|libgstwebrtc|libgst\w*bad")
        for encryption in KINDS:
            with self.subTest(encryption=encryption):
                said, _ = self.run_call(encryption, "0")
                self.assertTrue([name for name in said["loaded"] if "libgstice" in name])
                self.assertEqual([name for name in said["loaded"] if foreign.search(name)], [])

    def test_no_log_has_a_key(self):
        said, log = self.run_call("sdes", "*:9")
        keys = re.findall(r"inline:([A-Za-z0-9+/=]+)", "".join(said["descriptions"]))
        self.assertGreaterEqual(len(set(keys)), 5)
        self.assertIn("icetransport", log)
        for key in keys:
            for form in [key, *forms(base64.b64decode(key)), *forms(base64.b64decode(key)[:16])]:
                self.assertNotIn(form, log)
                self.assertNotIn(form, said["stats"])

    def test_no_log_has_a_password(self):
        for encryption in KINDS:
            with self.subTest(encryption=encryption):
                said, log = self.run_call(encryption, "*:9")
                passwords = re.findall(r"a=ice-pwd:(\S+)", "".join(said["descriptions"]))
                self.assertGreaterEqual(len(set(passwords)), 2)
                for password in passwords:
                    self.assertNotIn(password, log)
                    self.assertNotIn(password, said["stats"])


if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1] in KINDS:
        make_call(sys.argv[1])
    else:
        main([])
