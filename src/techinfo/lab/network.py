"""All switches of a lab behind one UDP socket, each at its own loopback address (Linux)."""

from __future__ import annotations

import asyncio
import errno
import socket
import struct
from collections.abc import Mapping

from techinfo.errors import ConfigError
from techinfo.lab.device import RunningDevice

_PKTINFO = getattr(socket, "IP_PKTINFO", 8)
"""Python 3.11 does not name it. linux/in.h: which address was asked, and which one shall answer."""
_IN_PKTINFO = struct.Struct("=I4s4s")
_ANCILLARY_OCTETS = socket.CMSG_SPACE(_IN_PKTINFO.size)
_MOST_OCTETS = 65_535
_AT_ONCE = 64
"""Datagrams taken before others of the process get their turn."""
_BUFFER_OCTETS = 4 << 20

_Sender = tuple[str, int]


class Network:
    """The lab's wire. An address without a device is as silent as one where nothing is.

    Raises:
        ConfigError: The port is taken.
    """

    def __init__(self, devices: Mapping[str, RunningDevice], *, port: int) -> None:
        self._devices = {socket.inet_aton(address): device for address, device in devices.items()}
        self._socket = _bound(port)
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._socket, self._receive)

    @property
    def port(self) -> int:
        """Where every device listens."""
        port: int = self._socket.getsockname()[1]
        return port

    def close(self) -> None:
        """Every device falls silent; replies that are held back are never sent."""
        self._loop.remove_reader(self._socket)
        self._socket.close()

    def _receive(self) -> None:
        for _ in range(_AT_ONCE):
            try:
                datagram, ancillary, _, sender = self._socket.recvmsg(
                    _MOST_OCTETS, _ANCILLARY_OCTETS
                )
            except BlockingIOError:
                return
            asked = _asked_address(ancillary)
            device = self._devices.get(asked)
            for outgoing in device.receive(datagram) if device else ():
                source = socket.inet_aton(outgoing.source) if outgoing.source else asked
                if outgoing.delay_s > 0:
                    self._loop.call_later(
                        outgoing.delay_s, self._send, outgoing.reply.datagram, source, sender
                    )
                else:
                    self._send(outgoing.reply.datagram, source, sender)

    def _send(self, datagram: bytes, source: bytes, receiver: _Sender) -> None:
        if self._socket.fileno() < 0:
            return  # closed while the reply was held back
        pktinfo = _IN_PKTINFO.pack(0, source, bytes(4))
        try:
            self._socket.sendmsg([datagram], [(socket.IPPROTO_IP, _PKTINFO, pktinfo)], 0, receiver)
        except OSError:
            # A full buffer or a receiver that is gone: lost, as on any wire.
            return


def _bound(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        listening.setblocking(False)
        listening.setsockopt(socket.IPPROTO_IP, _PKTINFO, 1)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_OCTETS)
        # All addresses, since one socket cannot have a thousand: only loopback ones have a device.
        listening.bind(("0.0.0.0", port))  # noqa: S104
    except OSError as error:
        listening.close()
        taken = error.errno == errno.EADDRINUSE
        raise ConfigError(
            f"UDP port {port} is taken" if taken else f"UDP port {port}: {error.strerror}",
            key="port",
        ) from error
    return listening


def _asked_address(ancillary: list[tuple[int, int, bytes]]) -> bytes:
    for level, kind, data in ancillary:
        if level == socket.IPPROTO_IP and kind == _PKTINFO and len(data) >= _IN_PKTINFO.size:
            address: bytes = _IN_PKTINFO.unpack_from(data)[2]
            return address
    return b""
