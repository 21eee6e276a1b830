// SPDX-License-Identifier: LGPL-2.1-or-later
// whep-server.mjs JANUS ENDPOINT OPTIONS: janus-whep-server in front of the Janus at the first, a
// WebSocket URI; the other two are JSON. It says at which port it listens.
import express from "express";
import { JanusWhepServer } from "janus-whep-server";

const [address, endpoint, options] = process.argv.slice(2);
const app = express();
const server = new JanusWhepServer({
  janus: { address },
  rest: { app, basePath: "/whep" },
  ...JSON.parse(options),
});
await server.start();
server.createEndpoint(JSON.parse(endpoint));
const listener = app.listen(0, "127.0.0.1", () => {
  console.log(`listening on port ${listener.address().port}`);
});
