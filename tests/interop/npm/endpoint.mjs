// SPDX-License-Identifier: LGPL-2.1-or-later
// endpoint.mjs STACK AUDIO-PORT VIDEO-PORT: a WebRTC stack behind HTTP. What its peers receive goes to
// the two UDP ports as RTP, and what comes to those that it tells of in its first line goes to the peers.
//
// POST /whip, /whep, /both     an offer; the answer is what a server that receives, sends, does both says
// POST /offer/DIRECTION/KINDS  is answered with an offer
// POST /call/DIRECTION/KINDS   offers to the WHIP or WHEP endpoint whose URI is the body
// POST /restart/N              what the one that /call made does to restart ICE
// PUT, PATCH, DELETE /peer/N   an answer to /offer; candidates or a restart; the end
// GET /                        the states of all peers
import dgram from "node:dgram";
import http from "node:http";

const [stack, ...ports] = process.argv.slice(2);
const MAX_TRIES = 5;
const KINDS = ["audio", "video"];
const DIRECTIONS = { whip: "recvonly", whep: "sendonly", both: "sendrecv" };
const { Peer } = await import(`./${stack}.mjs`);
const output = dgram.createSocket("udp4");
const peers = [];

function addPeer() {
  const peer = new Peer((kind, packet) =>
    output.send(packet, Number(ports[KINDS.indexOf(kind)]), "127.0.0.1"));
  peers.push(peer);
  return peer;
}

function openFeed(kind) {
  const socket = dgram.createSocket("udp4");
  socket.on("message", (packet) => peers.forEach((peer) => peer.send(kind, packet)));
  return new Promise((resolve) =>
    socket.bind(0, "127.0.0.1", () => resolve(socket.address().port)));
}

const findAll = (sdp, name) => [...sdp.matchAll(new RegExp(`^a=${name}:(.*?)\\r?$`, "gm"))]
  .map((match) => match[1]);

// The ICE of a description, as a fragment has it; and a description with the ICE of a fragment.
function toFragment(sdp) {
  const [ufrag, pwd] = ["ice-ufrag", "ice-pwd"].map((name) => findAll(sdp, name)[0]);
  const lines = [`m=${sdp.match(/^m=(\w+)/m)[1]} 9 UDP/TLS/RTP/SAVPF 0`, `a=mid:${findAll(sdp, "mid")[0]}`,
    `a=ice-ufrag:${ufrag}`, `a=ice-pwd:${pwd}`];
  for (const candidate of new Set(findAll(sdp, "candidate"))) lines.push(`a=candidate:${candidate}`);
  return lines.map((line) => `${line}\r\n`).join("") + "a=end-of-candidates\r\n";
}

function withIce(sdp, fragment) {
  const [ufrag, pwd] = ["ice-ufrag", "ice-pwd"].map((name) => findAll(fragment, name)[0]);
  const candidates = findAll(fragment, "candidate").map((each) => `a=candidate:${each}\r\n`).join("");
  return sdp.replace(/^a=(candidate|end-of-candidates|remote-candidates).*\r?\n/gm, "")
    .replace(/^a=ice-ufrag:.*/gm, `a=ice-ufrag:${ufrag}`)
    .replace(/^a=ice-pwd:.*\r?\n/gm, `a=ice-pwd:${pwd}\r\n${candidates}`);
}

async function takeFragment(peer, fragment) {
  if (findAll(fragment, "ice-ufrag")[0] === findAll(peer.offered, "ice-ufrag")[0]) {
    for (const part of fragment.split(/^(?=m=)/m)) {
      const mline = findAll(peer.offered, "mid").indexOf(findAll(part, "mid")[0]);
      for (const each of findAll(part, "candidate"))
        await peer.addCandidate(`candidate:${each}`, Math.max(mline, 0));
    }
    return { status: 204 };
  }
  peer.offered = withIce(peer.offered, fragment);
  return { status: 200, type: "application/trickle-ice-sdpfrag", etag: `"${Date.now()}"`,
    body: toFragment(await peer.answer(peer.offered)) };
}

async function request(method, uri, type, body, headers = {}, again = 0) {
  if (type) headers["Content-Type"] = type;
  let reply = await fetch(uri, { method, body, headers });
  for (; reply.status === again; reply = await fetch(uri, { method, body, headers }))
    await new Promise((resolve) => setTimeout(resolve, 20));
  const text = await reply.text();
  console.log(`${method} ${uri}: ${reply.status}\n${body}\n${text}`);
  if (!reply.ok) throw new Error(`${reply.status} ${text}`);
  return { text, location: new URL(reply.headers.get("Location") ?? "", uri).href };
}

// Whether DTLS comes to a good end.
async function connects(peer) {
  while (!["connected", "failed", "closed"].includes(peer.state()))
    await new Promise((resolve) => setTimeout(resolve, 20));
  return peer.state() === "connected";
}

async function callOnce(peer, uri) {
  const offer = await peer.offer();
  // Busy is who does not know yet that the call before has ended.
  const reply = await request("POST", uri, "application/sdp", offer, {}, 503);
  peer.location = reply.location;
  peer.answered = reply.text;
  await peer.take(reply.text);
}

// libdatachannel (0.24) gives the answer to its ICE before it stores the fingerprint that is in there.
// A check that came before the answer lets DTLS begin at once, and find no fingerprint: call again.
async function call(kinds, direction, uri) {
  for (let tries = 1; ; tries++) {
    const peer = addPeer();
    kinds.split("+").forEach((kind) => peer.add(kind, direction));
    await callOnce(peer, uri).catch((error) => {
      if (peer.state() !== "closed") throw error;
    });
    if (await connects(peer)) return tries;
    if (tries === MAX_TRIES) throw new Error("DTLS fails");
  }
}

async function restart(peer) {
  const reply = await request("PATCH", peer.location, "application/trickle-ice-sdpfrag",
    toFragment(await peer.offer(true)), { "If-Match": "*" });
  peer.answered = withIce(peer.answered, reply.text);
  await peer.take(peer.answered);
}

async function answer(direction, offer) {
  const peer = addPeer();
  peer.offered = offer;
  // libdatachannel makes the tracks of an answer itself.
  if (stack !== "libdatachannel")
    for (const kind of KINDS) if (offer.match(`m=${kind}`)) peer.add(kind, direction);
  return { status: 201, type: "application/sdp", etag: '"0"', location: `/peer/${peers.length - 1}`,
    body: await peer.answer(offer) };
}

async function handle(method, [what, which, kinds], body) {
  const peer = peers[Number(which)];
  switch (`${method} ${what}`) {
    case "POST whip": case "POST whep": case "POST both":
      return answer(DIRECTIONS[what], body);
    case "POST call": {
      const tries = await call(kinds, which, body);
      return { status: 201, location: `/peer/${peers.length - 1}`, body: `${tries}` };
    }
    case "POST offer": {
      const added = addPeer();
      kinds.split("+").forEach((kind) => added.add(kind, which));
      return { status: 201, location: `/peer/${peers.length - 1}`, body: await added.offer() };
    }
    case "POST restart": await restart(peer); return { status: 204 };
    case "PUT peer": await peer.take(body); return { status: 204 };
    case "PATCH peer": return takeFragment(peer, body);
    case "DELETE peer":
      if (peer.location) await request("DELETE", peer.location);
      await peer.close();
      return { status: 200 };
    case "GET ": return { status: 200, body: JSON.stringify(peers.map((each) => each.state())) };
    default: return { status: 404 };
  }
}

async function serve(message, reply) {
  let body = "";
  for await (const part of message) body += part;
  console.log(`${message.method} ${message.url}\n${body}`);
  const result = await handle(message.method, message.url.slice(1).split("/"), body)
    .catch((error) => ({ status: 500, body: error.stack }));
  console.log(`${result.status}\n${result.body ?? ""}`);
  for (const [name, value] of [["Content-Type", result.type], ["ETag", result.etag],
    ["Location", result.location]])
    if (value) reply.setHeader(name, value);
  reply.writeHead(result.status).end(result.body);
}

process.on("unhandledRejection", (error) => console.log("unhandled", error));
const feeds = await Promise.all(KINDS.map(openFeed));
const server = http.createServer(serve);
server.listen(0, "127.0.0.1", () =>
  console.log(`listening on ports ${server.address().port} ${feeds.join(" ")}`));
