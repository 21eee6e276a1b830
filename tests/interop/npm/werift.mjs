// SPDX-License-Identifier: LGPL-2.1-or-later
// werift.mjs: a peer on werift, for endpoint.mjs.
import { MediaStreamTrack, RTCPeerConnection, useOPUS, useVP8 } from "werift";

export class Peer {
  tracks = {};

  constructor(onRtp) {
    this.connection = new RTCPeerConnection({
      codecs: { audio: [useOPUS()], video: [useVP8()] },
      iceServers: [],
      iceUseIpv6: false,
    });
    this.connection.onTrack.subscribe((track) => {
      track.onReceiveRtp.subscribe((packet) => onRtp(track.kind, packet.serialize()));
    });
  }

  add(kind, direction) {
    const track = new MediaStreamTrack({ kind });
    if (direction !== "recvonly") this.tracks[kind] = track;
    this.connection.addTransceiver(direction === "recvonly" ? kind : track, { direction });
  }

  send(kind, packet) {
    this.tracks[kind]?.writeRtp(packet);
  }

  async offer(iceRestart = false) {
    await this.connection.setLocalDescription(await this.connection.createOffer({ iceRestart }));
    return this.describe();
  }

  async answer(offer) {
    await this.connection.setRemoteDescription({ type: "offer", sdp: offer });
    await this.connection.setLocalDescription(await this.connection.createAnswer());
    const answer = await this.describe();
    this.check();
    return answer;
  }

  async take(answer) {
    await this.connection.setRemoteDescription({ type: "answer", sdp: answer });
    this.check();
  }

  // It begins no checks of a restart itself once DTLS is done (0.24.4).
  check() {
    for (const { state, iceTransport } of this.connection.dtlsTransports)
      if (state === "connected") iceTransport.start();
  }

  async describe() {
    if (this.connection.iceGatheringState !== "complete")
      await this.connection.iceGatheringStateChange.watch((state) => state === "complete");
    return this.connection.localDescription.sdp;
  }

  addCandidate(candidate, sdpMLineIndex) {
    return this.connection.addIceCandidate({ candidate, sdpMLineIndex });
  }

  state() {
    return this.connection.connectionState;
  }

  close() {
    return this.connection.close();
  }
}
