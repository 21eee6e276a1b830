#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""RTCP feedback: rtpbin beside icesink and icesrc.

    feedback.py send http://:8080/cam      what a browser plays
    feedback.py receive http://:8080/cam   what a browser publishes

The page in the folder "browser" calls either. Who plays asks for a key frame when it has lost
one (PLI, RFC 4585), and rtpbin has the encoder make it: so there is none but the first and
those that are asked for. Who publishes hears how its packets arrive (transport-wide
congestion control), and sends as fast as the path allows.
"""
import argparse
import sys

import gi

gi.require_version("Gst", "1.0")
from gi.repository import GLib, Gst  # noqa: E402

SEND = """
    rtpbin name=bin rtp-profile=avpf
    videotestsrc is-live=true ! video/x-raw,width=640,height=360,framerate=25/1 !
        vp8enc name=encoder deadline=1 cpu-used=8 target-bitrate=1000000 keyframe-max-dist=100000 !
        rtpvp8pay picture-id-mode=15-bit ! bin.send_rtp_sink_0
    bin.send_rtp_src_0 ! icesink media=video signalling-uri={uri}
    bin.send_rtcp_src_0 ! icesink media=video component=rtcp sync=false async=false
    icesrc media=video component=rtcp ! bin.recv_rtcp_sink_0
"""
RECEIVE = """
    rtpbin name=bin rtp-profile=avpf latency=100
    icesrc media=video signalling-uri={uri} ! bin.recv_rtp_sink_0
    icesrc media=video component=rtcp ! bin.recv_rtcp_sink_0
    bin.send_rtcp_src_0 ! icesink media=video component=rtcp sync=false async=false
    bin. ! rtpvp8depay name=depayloader request-keyframe=true wait-for-keyframe=true !
        vp8dec name=decoder ! videoconvert ! {sink}
"""


def parse(what, uri, sink="autovideosink"):
    """Returns the pipeline that sends, or receives."""
    return Gst.parse_launch({"send": SEND, "receive": RECEIVE}[what].format(uri=uri, sink=sink))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["send", "receive"])
    parser.add_argument("uri", help="signalling-uri of the elements")
    arguments = parser.parse_args()
    Gst.init(None)
    pipeline, loop, errors = parse(arguments.what, arguments.uri), GLib.MainLoop(), []

    def on_error(_bus, message):
        errors.append(message.parse_error()[0].message)
        loop.quit()

    bus = pipeline.get_bus()
    bus.add_signal_watch()
    bus.connect("message::error", on_error)
    bus.connect("message::eos", lambda *_: loop.quit())
    for signal in (2, 15):
        GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal, loop.quit)
    pipeline.set_state(Gst.State.PLAYING)
    loop.run()
    pipeline.set_state(Gst.State.NULL)
    print(*errors, sep="\n", end="", file=sys.stderr)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
