// SPDX-License-Identifier: LGPL-2.1-or-later
exports.createSocket = () => {
  throw new Error("Janus is to be reached by WebSocket");
};
