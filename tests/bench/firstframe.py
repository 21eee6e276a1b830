#!/usr/bin/env python3
# GStreamer ICE transport
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The time from a browser's POST of its offer to the first frame that it has decoded: icesink
beside webrtcbin, all with DTLS-SRTP.

firstframe.py PROGRAM PAGE [ROUNDS]

One Chromium for all; each call has a process of its own, started before, and a connection of its
own, which has gathered before. In turn, in every other round in reverse; a figure is the
median of the rounds."""
import functools
import http.server
import pathlib
import statistics
import subprocess
import sys
import threading

sys.path.insert(1, str(pathlib.Path(__file__).parent.parent / "interop"))
import chromium  # noqa: E402
from packets import describe, goal  # noqa: E402

# The second webrtcbin answers without its candidates.
KINDS = ["webrtc", "webrtc-at-once", "ice"]
# The camera has been on for that long when the browser comes.
SETTLE_MS = 1000
PLAIN_ADDRESSES = "--disable-features=WebRtcHideLocalIpsWithMdns"
CALL = """(async () => {{
    const {{gathered}} = await import("./call.js");
    const connection = new RTCPeerConnection();
    const frame = new Promise(resolve => connection.ontrack = async event => {{
        const frames = new MediaStreamTrackProcessor({{track: event.track}}).readable.getReader();
        (await frames.read()).value.close();
        resolve(performance.now());
    }});
    connection.addTransceiver("video", {{direction: "recvonly"}});
    await connection.setLocalDescription();
    await gathered(connection);
    await new Promise(resolve => setTimeout(resolve, {settle}));
    const marks = {{}}, begin = performance.now();
    connection.onconnectionstatechange = () => marks[connection.connectionState] =
        performance.now() - begin;
    const response = await fetch("http://127.0.0.1:{port}/cam", {{method: "POST",
        headers: {{"Content-Type": "application/sdp"}}, body: connection.localDescription.sdp}});
    const sdp = await response.text();
    marks.answer = performance.now() - begin;
    await connection.setRemoteDescription({{type: "answer", sdp}});
    marks.frame = await frame - begin;
    connection.close();
    return marks;
}})()"""


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def measure(browser, program, kind):
    """Milliseconds to the answer, to a path with keys, to a frame."""
    with subprocess.Popen([program, kind], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True) as process:
        port = int(process.stdout.readline())
        marks = browser.run(CALL.format(port=port, settle=SETTLE_MS))
        process.stdin.close()
    return marks["answer"], marks["connected"], marks["frame"]


def main():
    if chromium.find_program() is None:
        print("skipped: there is no Chromium (tests/install interop)")
        return 77
    program, page = sys.argv[1:3]
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Handler, directory=page))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    figures = {kind: [] for kind in KINDS}
    with chromium.Chromium(PLAIN_ADDRESSES) as browser:
        browser.open(f"http://127.0.0.1:{server.server_port}/index.html")
        describe(rounds)
        print(chromium.version())
        for number in range(rounds):
            for kind in KINDS if number % 2 == 0 else reversed(KINDS):
                figures[kind].append(measure(browser, program, kind))
    server.shutdown()

    print("\n| ms from the POST, medians | to the answer | to connected | to the first frame | min to max |")
    print("|---|---|---|---|---|")
    medians = {}
    for kind in KINDS:
        answers, connected, frames = zip(*figures[kind])
        medians[kind] = statistics.median(frames)
        print(f"| {kind} | {statistics.median(answers):.0f} | {statistics.median(connected):.0f} | "
              f"{medians[kind]:.0f} | {min(frames):.0f} to {max(frames):.0f} |")
    print()
    for kind in KINDS[:2]:
        goal(f"first frame in a browser, of {kind}'s", medians["ice"] / medians[kind], 1.0,
             at_most=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
