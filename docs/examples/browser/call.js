// SPDX-License-Identifier: LGPL-2.1-or-later
// A call over HTTP: WHEP plays what an icesink sends, WHIP (RFC 9725) publishes to an icesrc.

const GATHER_MS = 2000;

// All candidates go into the offer; what takes longer than that is left out.
export function gathered(connection) {
  return new Promise(resolve => {
    const look = () => connection.iceGatheringState === "complete" && resolve();
    connection.addEventListener("icegatheringstatechange", look);
    setTimeout(resolve, GATHER_MS);
    look();
  });
}

async function negotiate(connection, uri, token) {
  const headers = {"Content-Type": "application/sdp"};
  if (token)
    headers.Authorization = `Bearer ${token}`;
  await connection.setLocalDescription();
  await gathered(connection);
  const response = await fetch(uri, {method: "POST", headers, body: connection.localDescription.sdp});
  const body = await response.text();
  if (response.status !== 201)
    throw new Error(`${uri} answers ${response.status}: ${body}`);
  await connection.setRemoteDescription({type: "answer", sdp: body});
  return new URL(response.headers.get("Location"), uri).href;
}

// A call; ended by close(). configuration is that of RTCPeerConnection.
export class Call {
  constructor(uri, {configuration = {}, token} = {}) {
    this.uri = uri;
    this.token = token;
    this.connection = new RTCPeerConnection(configuration);
  }

  // Shows what the peer sends in video, a <video> element. kinds: "audio", "video" or both.
  async play(video, kinds = ["audio", "video"]) {
    video.srcObject = new MediaStream();
    this.connection.ontrack = event => video.srcObject.addTrack(event.track);
    for (const kind of kinds)
      this.connection.addTransceiver(kind, {direction: "recvonly"});
    this.location = await negotiate(this.connection, this.uri, this.token);
  }

  // Sends a MediaStream.
  async publish(stream) {
    for (const track of stream.getTracks())
      this.connection.addTransceiver(track, {direction: "sendonly", streams: [stream]});
    this.location = await negotiate(this.connection, this.uri, this.token);
  }

  // Frames decoded of what is played, or encoded of what is published.
  async countFrames() {
    let frames = 0;
    for (const each of (await this.connection.getStats()).values()) {
      if (each.kind === "video" && each.type === "inbound-rtp")
        frames += each.framesDecoded || 0;
      if (each.kind === "video" && each.type === "outbound-rtp")
        frames += each.framesEncoded || 0;
    }
    return frames;
  }

  async close() {
    this.connection.close();
    if (this.location)
      await fetch(this.location, {method: "DELETE",
        headers: this.token ? {Authorization: `Bearer ${this.token}`} : {}});
  }
}
