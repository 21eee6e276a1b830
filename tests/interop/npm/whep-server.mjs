// SPDX-License-Identifier: LGPL-2.1-or-later
// whep-server.mjs JANUS ENDPOINT OPTIONS [PEM]: janus-whep-server in front of the Janus at the first,
// a WebSocket URI; the next two are JSON; the last is a file with key and certificate, for HTTPS. It
// says at which port it listens.
import fs from "node:fs";
import http from "node:http";
import https from "node:https";
import express from "express";
import { JanusWhepServer } from "janus-whep-server";

const [address, endpoint, options, pem] = process.argv.slice(2);
const app = express();
const server = new JanusWhepServer({
  janus: { address },
  rest: { app, basePath: "/whep" },
  ...JSON.parse(options),
});
await server.start();
server.createEndpoint(JSON.parse(endpoint));
const keys = pem && fs.readFileSync(pem);
const listener = pem ? https.createServer({ key: keys, cert: keys }, app) : http.createServer(app);
listener.listen(0, "127.0.0.1", () => {
  console.log(`listening on port ${listener.address().port}`);
});
