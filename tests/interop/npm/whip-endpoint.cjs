// SPDX-License-Identifier: LGPL-2.1-or-later
// whip-endpoint.cjs PORT ICE-SERVERS: Eyevinn's WHIP endpoint, on a Node.js WebRTC that is Chromium's.
// What comes is counted instead of sent on, since all that the endpoint could send it to are
// services. The second is JSON, for the Link headers.
const { WhipEndpoint } = require("@eyevinn/whip-endpoint");
const factory = require("@eyevinn/whip-endpoint/dist/whip/whipResourceFactory");
const { WrtcWhipResource } = require("@eyevinn/whip-endpoint/dist/whip/wrtc/wrtcWhipResource");
const { nonstandard } = require("@koush/wrtc");

const [port, iceServers] = process.argv.slice(2);

class Counter extends WrtcWhipResource {
  sinks = [];

  constructor(offer) {
    super(offer, JSON.parse(iceServers));
    this.pc.ontrack = ({ track }) => this.count(track);
  }

  count(track) {
    let n = 0;
    const video = track.kind === "video";
    const sink = video ? new nonstandard.RTCVideoSink(track) : new nonstandard.RTCAudioSink(track);
    sink[video ? "onframe" : "ondata"] = () => {
      if (++n % 25 === 0) console.log(`${track.kind}: ${n}`);
    };
    this.sinks.push(sink);
  }

  destroy() {
    this.sinks.forEach((sink) => sink.stop());
    super.destroy();
  }
}

factory.createWHIPResourceFromType = (type, parameters, offer) => new Counter(offer);
new WhipEndpoint({
  port: Number(port),
  interfaceIp: "127.0.0.1",
  iceServers: JSON.parse(iceServers),
}).listen();
