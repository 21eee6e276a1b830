#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""rtpbin sends and receives audio and video, with RTCP beside RTP or on component 2."""
import re
import unittest

from launch import audio, main, video, wait_until
from side import Side, call

MEDIA_OF_SESSION = {"0": "audio", "1": "video"}
MEDIA = """
    {source} ! bin.send_rtp_sink_{n}
    bin.send_rtp_src_{n} ! icesink name={name} media={media} {settings}
    bin.send_rtcp_src_{n} ! icesink name={media}-rtcp-out media={media} component=rtcp sync=false
    icesrc name={media}-rtp-in media={media} ! bin.recv_rtp_sink_{n}
    icesrc name={media}-rtcp-in media={media} component=rtcp ! bin.recv_rtcp_sink_{n}
    {depayloader} name={media}-depayloader ! fakesink sync=false
"""


def pipeline(settings):
    settings = "network-interfaces=lo " + settings
    return "rtpbin name=bin " + MEDIA.format(
        source=audio(-1, "true"), n=0, name="ice", media="audio", settings=settings,
        depayloader="rtppcmudepay") + MEDIA.format(
        source=video(-1, "true"), n=1, name="video-rtp-out", media="video", settings="",
        depayloader="rtpvp8depay")


class RtpSide(Side):
    def __init__(self, test, settings):
        super().__init__(test, pipeline(settings))
        self.shown = set()
        self.get("bin").connect("pad-added", self.on_pad_added)

    def on_pad_added(self, _bin, pad):
        """recv_rtp_src_SESSION_SSRC_PT is linked; the others are by their names."""
        if not pad.get_name().startswith("recv_rtp_src_"):
            return
        media = MEDIA_OF_SESSION[pad.get_name().split("_")[3]]
        pad.link(self.get(f"{media}-depayloader").get_static_pad("sink"))
        self.shown.add(media)


class RtpBin(unittest.TestCase):
    def connect(self, settings):
        sides = [RtpSide(self, settings) for _ in range(2)]
        offer, answer = call(*sides)
        for side in sides:
            for media in ("audio", "video"):
                side.wait_stat("packets-received", 20, f"{media}-rtp-in")
                side.wait_stat("packets-received", 1, f"{media}-rtcp-in")
            wait_until(lambda s=side: len(s.shown) == 2, "both shown")
        for side, sdp in zip(sides, (offer, answer)):
            self.assertEqual(re.findall("a=ssrc.*\r\n", sdp), list(self.sources(side)))
        return offer, answer

    def sources(self, side):
        """Returns what side's descriptions have to say of its sources: that of its RTCP (RFC 5576)."""
        cname = side.get("bin").get_property("sdes").get_string("cname")
        for name in ("ice", "video-rtp-out"):
            caps = side.get(name).get_static_pad("sink").get_current_caps().get_structure(0)
            yield f"a=ssrc:{caps.get_uint('ssrc').value} cname:{cname}\r\n"

    def test_rtcp_beside_rtp(self):
        offer, answer = self.connect("")
        for sdp in (offer, answer):
            self.assertEqual(sdp.count("a=rtcp-mux\r\n"), 2)
            self.assertLess(sdp.index("m=audio"), sdp.index("m=video"))

    def test_rtcp_on_component_2(self):
        offer, answer = self.connect("rtcp-mux=false encryption=sdes")
        for sdp in (offer, answer):
            self.assertNotIn("a=rtcp-mux", sdp)


if __name__ == "__main__":
    main(["rtpbin"])
