// SPDX-License-Identifier: LGPL-2.1-or-later
// libdatachannel.mjs: a peer on libdatachannel, for endpoint.mjs. It leaves payload types and media to
// who uses it.
import library from "node-datachannel";

const CODECS = { audio: "OPUS", video: "VP8" };

// The payload type by which an m-line of that kind carries its codec.
function findType(sdp, kind) {
  const line = sdp.split(/^m=/m).find((part) => part.startsWith(kind)) ?? "";
  return Number(line.match(new RegExp(`a=rtpmap:(\\d+) ${CODECS[kind]}/`, "i"))?.[1]);
}

export class Peer {
  tracks = {};
  types = {};

  constructor(onRtp) {
    this.onRtp = onRtp;
    this.connection = new library.PeerConnection("peer", {
      iceServers: [],
      disableAutoNegotiation: true,
    });
    this.connection.onTrack((track) => this.listen(track));
    this.complete = new Promise((resolve) => {
      this.connection.onGatheringStateChange((state) => state === "complete" && resolve());
    });
  }

  listen(track) {
    const kind = track.type();
    this.tracks[kind] = track;
    track.onMessage((packet) => {
      if ((packet[1] & 127) === this.types[kind]) this.onRtp(kind, packet);
    });
  }

  // An answerer's tracks come of the offer.
  add(kind, direction) {
    if (kind === "application") {
      this.channel = this.connection.createDataChannel("data");
      return;
    }
    const audio = kind === "audio";
    const names = { sendonly: "SendOnly", recvonly: "RecvOnly", sendrecv: "SendRecv" };
    const media = new (audio ? library.Audio : library.Video)(kind, names[direction]);
    if (audio) media.addOpusCodec(111);
    else media.addVP8Codec(96);
    if (direction !== "recvonly") media.addSSRC(audio ? 1 : 2, "peer");
    this.listen(this.connection.addTrack(media));
  }

  send(kind, packet) {
    const track = this.tracks[kind];
    if (!track?.isOpen() || !(kind in this.types)) return;
    packet[1] = (packet[1] & 128) | this.types[kind];
    packet.writeUInt32BE(kind === "audio" ? 1 : 2, 8);
    track.sendMessageBinary(packet);
  }

  setTypes(sdp) {
    for (const kind of Object.keys(CODECS)) this.types[kind] = findType(sdp, kind);
  }

  async offer() {
    this.connection.setLocalDescription("offer");
    await this.complete;
    return this.connection.localDescription().sdp;
  }

  async answer(offer) {
    this.setTypes(offer);
    this.connection.setRemoteDescription(offer, "offer");
    this.connection.setLocalDescription("answer");
    await this.complete;
    return this.connection.localDescription().sdp;
  }

  async take(answer) {
    this.setTypes(answer);
    this.connection.setRemoteDescription(answer, "answer");
  }

  addCandidate(candidate, mline) {
    const mids = [...this.connection.remoteDescription().sdp.matchAll(/a=mid:(.*)/g)];
    this.connection.addRemoteCandidate(candidate, mids[mline][1].trim());
  }

  state() {
    return this.connection.state();
  }

  close() {
    this.connection.close();
  }
}
