#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""viewerpage.py SCREENSHOT: one gst-launch-1.0 line, two browsers that open its address, and an
icesrc beside them: each sees the picture, and who leaves takes it from nobody."""
import re
import subprocess
import sys
import time
import unittest
import urllib.error
import urllib.request

import chromium

try:
    import gi

    gi.require_version("Gst", "1.0")
    from gi.repository import Gst
except (ImportError, ValueError):
    Gst = None

SCREENSHOT = None
START_S, FRAMES_S = 30, 30
# The encoder as it is: key frames come when they are asked for.
LINE = ("gst-launch-1.0 -m videotestsrc is-live=true pattern=red ! "
        "video/x-raw,width=320,height=240,framerate=25/1 ! vp8enc deadline=1 ! rtpvp8pay ! icesink "
        "serve-page={page} signalling-uri=http://127.0.0.1:0/cam?mode=listener {more} "
        "audiotestsrc is-live=true ! opusenc ! rtpopuspay ! icesink")
PLAYER = ("gst-launch-1.0 -m icesrc signalling-uri={uri} caps=application/x-rtp,media=video,"
          "encoding-name=VP8,clock-rate=90000,payload=96 ! rtpvp8depay ! vp8dec ! "
          "fakesink sync=false num-buffers={frames}")
SWITCH = """input-selector name=switch ! icesink serve-page=true {more}
        signalling-uri=http://127.0.0.1:0/cam?mode=listener
    videotestsrc is-live=true pattern=red ! {raw} ! vp8enc deadline=1 ! rtpvp8pay ! switch.sink_0
    videotestsrc is-live=true pattern=green ! {raw} ! vp9enc deadline=1 cpu-used=8 ! rtpvp9pay !
        switch.sink_1"""
RAW = "video/x-raw,format=I420,width=320,height=240,framerate=25/1"
# Much sooner than Chromium takes a path that is silent for a lost one.
AGAIN_S = 15
PLAIN_ADDRESSES = "--disable-features=WebRtcHideLocalIpsWithMdns"
IS_RED = """(() => {
    const video = document.querySelector("video"), canvas = document.createElement("canvas");
    canvas.width = canvas.height = 1;
    const context = canvas.getContext("2d");
    context.drawImage(video, 0, 0, 1, 1);
    const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
    return red > 200 && green < 60 && blue < 60;
})()"""
IS_GREEN = IS_RED.replace("red > 200 && green < 60", "red < 60 && green > 200")
STATE = 'document.querySelector("#state").textContent'
PLAYS = f"/^connected .*video 320 x 240, [1-9].* % lost/.test({STATE})"


class Camera:
    def __init__(self, page="true", more=""):
        self.process = subprocess.Popen(LINE.format(page=page, more=more).split(), text=True,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT)
        for said in self.process.stdout:
            found = re.search(r"http://127\.0\.0\.1:[1-9]\d*/cam", said)
            if found:
                self.uri = found[0]
                return
        raise AssertionError("it does not listen")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()


class Switch:
    """A camera whose stream goes over from VP8 to VP9."""

    def __init__(self, more=""):
        self.uri, self.n_come, self.gone = None, 0, []
        self.pipeline = Gst.parse_launch(SWITCH.format(raw=RAW, more=more))
        self.select("sink_0")

    def __enter__(self):
        self.pipeline.set_state(Gst.State.PLAYING)
        self.wait(lambda: self.uri is not None, "it listens")
        return self

    def __exit__(self, *_):
        self.pipeline.set_state(Gst.State.NULL)

    def select(self, pad):
        switch = self.pipeline.get_by_name("switch")
        switch.set_property("active-pad", switch.get_static_pad(pad))

    def take(self, message):
        if message.type == Gst.MessageType.PROGRESS:
            found = re.search(r"http://127\.0\.0\.1:[1-9]\d*/cam", message.parse_progress()[2])
            self.uri = found[0] if found else self.uri
        self.n_come += message.has_name("ice-consumer-added")
        if message.has_name("ice-consumer-removed"):
            self.gone.append(message.get_structure().get_string("reason"))

    def wait(self, condition, what):
        while not condition():
            message = self.pipeline.get_bus().timed_pop(Gst.SECOND * START_S)
            if message is None:
                raise AssertionError(f"not so: {what}")
            self.take(message)

    def list_gone(self):
        """Returns why viewers have gone so far."""
        while (message := self.pipeline.get_bus().pop()) is not None:
            self.take(message)
        return self.gone


def get(uri, accept="text/html,*/*;q=0.8"):
    """Returns status, headers and body of a GET."""
    request = urllib.request.Request(uri, headers={"Accept": accept})
    try:
        with urllib.request.urlopen(request, timeout=START_S) as response:
            return response.status, response.headers, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


@unittest.skipUnless(chromium.find_program(), "Chromium is not installed")
class Browsers(unittest.TestCase):
    def play(self, uri, frames=50):
        return subprocess.Popen(PLAYER.format(uri=uri, frames=frames).split(), text=True,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT)

    def test_two_browsers_and_an_icesrc_at_once(self):
        with Camera() as camera, chromium.Chromium(PLAIN_ADDRESSES) as first, \
                chromium.Chromium(PLAIN_ADDRESSES) as second:
            for browser in (first, second):
                browser.open(camera.uri)
            player = self.play(camera.uri)
            for browser in (first, second):
                browser.wait(PLAYS, FRAMES_S)
                browser.wait(IS_RED, FRAMES_S)
            first.screenshot(SCREENSHOT)
            said, _ = player.communicate(timeout=60)
            self.assertEqual(player.returncode, 0, said)
            self.assertIn("Got EOS", said)
            # Who leaves takes nothing from who stays.
            second.open("about:blank")
            frames = first.run('document.querySelector("video").getVideoPlaybackQuality()'
                               '.totalVideoFrames')
            first.wait('document.querySelector("video").getVideoPlaybackQuality()'
                       f'.totalVideoFrames > {frames} + 25', FRAMES_S)
            self.assertIsNone(camera.process.poll())

    def test_who_comes_late_waits_for_no_key_frame_of_the_encoder(self):
        with Camera() as camera, chromium.Chromium(PLAIN_ADDRESSES) as browser:
            first = self.play(camera.uri)
            first.communicate(timeout=60)
            start = time.monotonic()
            browser.open(camera.uri)
            browser.wait(IS_RED, FRAMES_S)
            # The encoder's own are 128 frames apart: 5 s.
            self.assertLess(time.monotonic() - start, 4)

    @unittest.skipUnless(Gst, "python3-gi or GStreamer's typelib is not installed")
    def test_another_format(self):
        """Who has agreed on it goes on, and the page of who has not calls again."""
        Gst.init(None)
        for more, n_gone in (("", 1), ("formats=application/x-rtp,media=video", 0)):
            with Switch(more) as camera, chromium.Chromium(PLAIN_ADDRESSES) as browser:
                browser.open(camera.uri)
                browser.wait(IS_RED, FRAMES_S)
                camera.wait(lambda camera=camera: camera.n_come > 0, "a viewer is there")
                camera.select("sink_1")
                browser.wait(IS_GREEN, AGAIN_S)
                self.assertEqual(len(camera.list_gone()), n_gone, camera.gone)

    def test_a_token_goes_behind_the_address(self):
        with Camera(more="auth-token=secret") as camera, \
                chromium.Chromium(PLAIN_ADDRESSES) as browser:
            browser.open(camera.uri)
            browser.wait(f'{STATE}.startsWith("401")', FRAMES_S)
            browser.open("about:blank")
            browser.open(camera.uri + "#token=secret")
            browser.wait(IS_RED, FRAMES_S)


class Page(unittest.TestCase):
    def test_page_is_for_browsers_that_ask(self):
        with Camera() as camera:
            status, headers, body = get(camera.uri)
            self.assertEqual(status, 200)
            self.assertEqual(headers["Content-Type"], "text/html; charset=utf-8")
            self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
            self.assertIn("<video", body)
            for uri, accept in ((camera.uri, "application/sdp"), (camera.uri + "x", "text/html")):
                self.assertNotEqual(get(uri, accept)[0], 200, uri)

    def test_there_is_none_without_the_property(self):
        with Camera("false") as camera:
            self.assertEqual(get(camera.uri)[0], 204)


if __name__ == "__main__":
    SCREENSHOT = sys.argv.pop(1)
    unittest.main()
