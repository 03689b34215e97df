"""A GenieACS on loopback: ``GET /devices/`` of its northbound interface, and nothing else.

Answers are written as its API reference has them: a list of devices, each a tree of objects; a
parameter is an object with ``_value``, ``_type`` and ``_timestamp``. The query is MongoDB's
equality and ``$or``, on ``_value`` where a path names a parameter; the projection is applied.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
USER, PASSWORD = "reader", "a-word"
MAC, SERIAL = "02:00:00:00:00:AB", "SN0001"


def at(ago_s: float = 60.0) -> str:
    """A time as GenieACS writes it."""
    return (NOW - timedelta(seconds=ago_s)).isoformat(timespec="milliseconds")[:-6] + "Z"


def tree(paths: dict[str, Any], ago_s: float = 60.0) -> dict[str, Any]:
    """Parameters by their paths, as a document."""
    found: dict[str, Any] = {"_object": True}
    for path, value in paths.items():
        *parents, last = path.split(".")
        node = found
        for name in parents:
            node = node.setdefault(name, {"_object": True, "_writable": False})
        node[last] = {"_value": value, "_type": "xsd:string", "_timestamp": at(ago_s)}
    return found


def tr098(serial: str = SERIAL, mac: str = MAC, **more: Any) -> dict[str, Any]:
    """A gateway of InternetGatewayDevice:1: two LAN ports and a WAN port."""
    lan, wan = "LANDevice.1.LANEthernetInterfaceConfig", "WANDevice.1.WANEthernetInterfaceConfig"
    connection = "WANDevice.1.WANConnectionDevice.1"
    root = tree(
        {
            "DeviceInfo.Manufacturer": "Maker",
            "DeviceInfo.ModelName": "Box 1",
            "DeviceInfo.SoftwareVersion": "1.2.3",
            "DeviceInfo.SerialNumber": serial,
            "DeviceInfo.UpTime": 3600,
            f"{connection}.WANIPConnection.1.MACAddress": mac,
            f"{connection}.WANPPPConnection.1.Password": "of-a-customer",
            f"{lan}.1.Status": "Up",
            f"{lan}.1.Enable": True,
            f"{lan}.1.MaxBitRate": "Auto",
            f"{lan}.1.DuplexMode": "Auto",
            f"{lan}.1.Stats.BytesReceived": 7,
            f"{lan}.1.Stats.BytesSent": 8,
            f"{lan}.2.Status": "NoLink",
            f"{lan}.2.Enable": True,
            f"{lan}.2.MaxBitRate": "1000",
            f"{lan}.2.DuplexMode": "Full",
            f"{wan}.Status": "Up",
        }
    )
    return _device(serial, {"InternetGatewayDevice": root}) | more


def tr181(serial: str = SERIAL, mac: str = MAC, **more: Any) -> dict[str, Any]:
    """A gateway of Device:2: two Ethernet ports, and light."""
    eth = "Ethernet.Interface"
    root = tree(
        {
            "DeviceInfo.ModelName": "Box 2",
            "DeviceInfo.SerialNumber": serial,
            f"{eth}.1.MACAddress": mac.lower(),
            f"{eth}.1.Status": "Up",
            f"{eth}.1.Name": "eth0",
            f"{eth}.1.CurrentBitRate": 1000,
            f"{eth}.1.LastChange": 120,
            f"{eth}.2.Status": "LowerLayerDown",
            f"{eth}.2.Enable": False,
            f"{eth}.2.CurrentBitRate": 0,
            "Optical.Interface.1.Status": "Up",
            "Optical.Interface.1.OpticalSignalLevel": -18_500,
        }
    )
    return _device(serial, {"Device": root}) | more


def _device(serial: str, roots: dict[str, Any]) -> dict[str, Any]:
    identity = {"_Manufacturer": "Maker", "_OUI": "020000", "_ProductClass": "Box"}
    return {
        "_id": f"020000-Box-{serial}",
        "_deviceId": identity | {"_SerialNumber": serial},
        "_lastInform": at(60),
        "_lastBoot": at(3660),
    } | roots


@dataclass
class FakeAcs:
    """What it holds, and what it was asked.

    Attributes:
        asked: Method, path and parameters of every request.
        status: Of its answers.
        body: Answered in place of what it holds.
        logs_in: It wants `USER` and `PASSWORD`.
        hangs: It answers when this is set.
    """

    devices: list[dict[str, Any]] = field(default_factory=list)
    asked: list[tuple[str, str, dict[str, list[str]]]] = field(default_factory=list)
    status: int = 200
    body: bytes | None = None
    logs_in: bool = False
    hangs: Event | None = None
    url: str = ""

    def queries(self) -> list[dict[str, Any]]:
        """The queries of all requests."""
        return [json.loads(wanted["query"][0]) for _, _, wanted in self.asked]


def _node(document: Any, path: str) -> Any:
    for name in path.split("."):
        document = document.get(name) if isinstance(document, dict) else None
    return document


def _fits(device: dict[str, Any], query: dict[str, Any]) -> bool:
    if "$or" in query:
        return any(_fits(device, each) for each in query["$or"])
    return all(
        _node(device, path if path.rpartition(".")[2].startswith("_") else f"{path}._value") == told
        for path, told in query.items()
    )


def _projected(device: dict[str, Any], paths: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {"_id": device["_id"]}
    for path in paths:
        told = _node(device, path)
        if told is not None:
            *parents, last = path.split(".")
            node = found
            for name in parents:
                node = node.setdefault(name, {})
            node[last] = told
    return found


@contextmanager
def acs_server() -> Iterator[FakeAcs]:
    """One that answers while the block lasts."""
    fake = FakeAcs()
    login = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            wanted = parse_qs(url.query)
            fake.asked.append((self.command, url.path, wanted))
            if fake.hangs is not None:
                fake.hangs.wait(30)
            status = 401 if fake.logs_in and self.headers["Authorization"] != login else fake.status
            body = fake.body
            if body is None and status == 200:
                query, paths = json.loads(wanted["query"][0]), wanted["projection"][0].split(",")
                found = [_projected(d, paths) for d in fake.devices if _fits(d, query)]
                body = json.dumps(found[: int(wanted["limit"][0])]).encode()
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                if status == 302:
                    self.send_header("Location", f"{fake.url}/elsewhere")
                self.end_headers()
                self.wfile.write(body or b"")
            except OSError:  # whoever asked is gone
                return

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield fake
    finally:
        if fake.hangs is not None:
            fake.hangs.set()
        server.shutdown()
        thread.join()
        server.server_close()
