"""natprobe.py SERVER OTHER: what kind of NAT is before this host (RFC 5780), as JSON.

Run inside a site. SERVER and OTHER are addresses of one STUN server that can answer from
another address and port than it was asked at. There is no delay in the lab, so a second
without an answer means that there is none.
"""
import json
import os
import socket
import struct
import sys

COOKIE = 0x2112A442
BINDING, CHANGE_REQUEST, XOR_MAPPED = 0x0001, 0x0003, 0x0020
CHANGE_PORT, CHANGE_ADDRESS = 2, 4
WAIT_S, N_TRIES = 0.25, 4


def ask(sock, server, change=0):
    """Returns the address that the server saw, or None when no answer came."""
    body = struct.pack("!HHI", CHANGE_REQUEST, 4, change) if change else b""
    transaction = os.urandom(12)
    request = struct.pack("!HHI", BINDING, len(body), COOKIE) + transaction + body
    for _ in range(N_TRIES):
        try:
            sock.sendto(request, server)
            while True:
                answer = sock.recv(1500)
                if answer[8:20] == transaction:
                    return mapped_address(answer)
        except OSError:
            continue
    return None


def mapped_address(answer):
    at = 20
    while at + 4 <= len(answer):
        kind, length = struct.unpack_from("!HH", answer, at)
        if kind == XOR_MAPPED:
            port, = struct.unpack_from("!H", answer, at + 6)
            number, = struct.unpack_from("!I", answer, at + 8)
            return [socket.inet_ntoa(struct.pack("!I", number ^ COOKIE)),
                    port ^ (COOKIE >> 16)]
        at += 4 + (length + 3) // 4 * 4
    return None


def open_socket():
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("", 0))
    sock.settimeout(WAIT_S)
    return sock


def discover(server, other):
    asked = open_socket()
    first = ask(asked, (server, 3478))
    if first is None:
        return {"mapping": None, "filtering": None}
    # What matters is where the mapping differs: at another address, or another port.
    by_address, by_port = ask(asked, (other, 3478)), ask(asked, (other, 3479))
    if first == by_address == by_port:
        mapping = "endpoint independent"
    else:
        mapping = "address dependent" if by_address == by_port else "address and port dependent"
    # Another socket, which has sent to one address and port only.
    fresh = open_socket()
    ask(fresh, (server, 3478))
    if ask(fresh, (server, 3478), CHANGE_ADDRESS | CHANGE_PORT):
        filtering = "endpoint independent"
    elif ask(fresh, (server, 3478), CHANGE_PORT):
        filtering = "address dependent"
    else:
        filtering = "address and port dependent"
    return {"mapping": mapping, "filtering": filtering, "mapped": first,
            "kept": first[1] == asked.getsockname()[1]}


if __name__ == "__main__":
    print(json.dumps(discover(sys.argv[1], sys.argv[2])))
