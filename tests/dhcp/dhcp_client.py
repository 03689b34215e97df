"""A small DHCPv4 client, or relay agent with a client behind it: DISCOVER, REQUEST, RELEASE.

Run inside a network namespace: ``python dhcp_client.py DEVICE MAC [GIADDR SERVER OPTION82]``. It
prints the address that it was given.
"""

from __future__ import annotations

import socket
import struct
import sys

_NOWHERE = bytes(4)
_MAGIC = bytes.fromhex("63825363")
_DISCOVER, _OFFER, _REQUEST, _ACK, _RELEASE = 1, 2, 3, 5, 7
_TRIES, _TRY_S = 20, 1.0


def _message(
    kind: int, mac: bytes, giaddr: bytes, options: bytes, ciaddr: bytes = _NOWHERE
) -> bytes:
    broadcast = 0 if kind == _RELEASE else 0x8000
    head = struct.pack("!BBBB4sHH", 1, 1, 6, giaddr != _NOWHERE, mac[2:], 0, broadcast)
    addresses = ciaddr + _NOWHERE + _NOWHERE + giaddr
    front = head + addresses + mac.ljust(16, b"\0") + bytes(192) + _MAGIC
    return (front + bytes([53, 1, kind]) + options + b"\xff").ljust(300, b"\0")


def _options(message: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    at = 240
    while at < len(message) and message[at] != 255:
        if message[at] == 0:
            at += 1
            continue
        size = message[at + 1]
        found[message[at]] = message[at + 2 : at + 2 + size]
        at += 2 + size
    return found


def _answer(to: socket.socket, asked: bytes, where: tuple[str, int], kind: int) -> bytes:
    for _ in range(_TRIES):
        to.sendto(asked, where)
        try:
            while True:
                told = to.recv(4096)
                if told[4:8] == asked[4:8] and _options(told).get(53) == bytes([kind]):
                    return told
        except TimeoutError:
            continue
    raise SystemExit(f"no answer of kind {kind}")


def main(device: str, mac: str, giaddr: str = "", server: str = "", option82: str = "") -> None:
    """Get an address, print it; behind an agent give it back, too."""
    hardware, agent = bytes.fromhex(mac.replace(":", "")), bytes.fromhex(option82)
    relay = socket.inet_aton(giaddr) if giaddr else _NOWHERE
    where = (server or "255.255.255.255", 67)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.settimeout(_TRY_S)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode())
        line.bind((giaddr, 67) if giaddr else ("", 68))
        offer = _answer(line, _message(_DISCOVER, hardware, relay, agent), where, _OFFER)
        identifier = b"\x36\x04" + _options(offer)[54]
        wanted = b"\x32\x04" + offer[16:20] + identifier + agent
        ack = _answer(line, _message(_REQUEST, hardware, relay, wanted), where, _ACK)
        if server:
            line.sendto(_message(_RELEASE, hardware, _NOWHERE, identifier, ack[16:20]), where)
    sys.stdout.write(f"{socket.inet_ntoa(ack[16:20])}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
