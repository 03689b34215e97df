"""What GenieACS keeps of a CPE, as facts: TR-098 and TR-181 parameters with their times.

Sources: the GenieACS API reference (``GET /devices``: ``query``, ``projection``; a parameter is an
object with ``_value``, ``_type`` and ``_timestamp``), and of the Broadband Forum's data models
TR-098 (InternetGatewayDevice:1, ``tr-098-1-*.xml``) and TR-181 Issue 2 (Device:2,
``tr-181-2-*.xml``; of light ``tr-181-2-4-0.xml``). No capture of a real ACS has proven it.
What an ACS answers is a CPE's word, and so is checked value by value: what does not fit is not
there. Only what is named in `PROJECTION` is asked for: no password of a CPE, and no device behind
it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from techinfo.model import Counters, Device, Fact, Flow, Link, Port, PortFacts, Transceiver
from techinfo.units import Dbm, MegabitPerSecond

TR098, TR181 = "InternetGatewayDevice", "Device"
_INFO = ("Manufacturer", "ModelName", "SoftwareVersion", "SerialNumber", "UpTime")
_WAN = tuple(
    f"{TR098}.WANDevice.1.WANConnectionDevice.{connection}.{kind}.1.MACAddress"
    for connection in range(1, 5)
    for kind in ("WANIPConnection", "WANPPPConnection")
)
_SEARCHED = (
    *_WAN[:2],
    f"{TR098}.LANDevice.1.LANEthernetInterfaceConfig.1.MACAddress",
    f"{TR181}.Ethernet.Interface.1.MACAddress",
    f"{TR181}.Ethernet.Interface.2.MACAddress",
    f"{TR181}.Ethernet.Link.1.MACAddress",
)
"""Where a CPE is looked for by its MAC address; an ACS cannot be asked for every instance."""
_LAN098 = f"{TR098}.LANDevice.1.LANEthernetInterfaceConfig"
_WAN098 = f"{TR098}.WANDevice.1.WANEthernetInterfaceConfig"
_ETHERNET, _OPTICAL = f"{TR181}.Ethernet.Interface", f"{TR181}.Optical.Interface"
_LINKS = tuple(f"{TR181}.Ethernet.Link.{number}.MACAddress" for number in range(1, 5))
PROJECTION = (
    "_deviceId",
    "_lastInform",
    "_lastBoot",
    *(f"{root}.DeviceInfo.{name}" for root in (TR098, TR181) for name in _INFO),
    *(_LAN098, _WAN098, _ETHERNET, _OPTICAL),
    *_WAN,
    *_LINKS,
)
"""What is asked for."""

_MAC = re.compile(r"[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}")
_INSTANCE = re.compile(r"[1-9][0-9]{0,2}")
_MOST_PORTS = 64
_MOST_TEXT = 255
_LONGEST_NUMBER = 10
_MOST_COUNTED = 2**64
_MOST_UPTIME_S = 2**32
_AHEAD = timedelta(minutes=5)
"""Clocks of two hosts may differ by so much."""
_MOST_AGE = timedelta(days=7)
"""States, counters and levels that are older are not told."""
_WAN_PORT, _OPTICAL_PORT = 1000, 2000
"""Added to the instance numbers of such interfaces, so that no two ports have one number."""
_ETHERNET_TYPE = 6
_UP = {"Up": True, "NoLink": False, "Disabled": False}
"""Status in TR-098; of an ``Error`` nobody knows whether frames pass."""
_UP |= {"Down": False, "LowerLayerDown": False, "NotPresent": False}
"""Status in TR-181; neither ``Unknown`` nor ``Dormant`` tells."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """By what a CPE is known; one of them at least.

    Attributes:
        mac: ``AA:BB:CC:DD:EE:FF``.
    """

    serial_number: str | None = None
    mac: str | None = None

    def query(self) -> dict[str, Any]:
        """The filter that finds it (MongoDB's language, as the API reference has it)."""
        serial, mac = self.serial_number, self.mac
        found: list[dict[str, Any]] = []
        if serial:
            found.append({"_deviceId._SerialNumber": serial})
        for spelling in (mac.upper(), mac.lower()) if mac else ():
            found += [{path: spelling} for path in _SEARCHED]
        return {"$or": found}

    def fits(self, device: Mapping[str, Any]) -> int:
        """How many of the serial number and the MAC address a device of an ACS has."""
        serials = {each.casefold() for each in _serials(device)}
        is_serial = self.serial_number is not None and self.serial_number.casefold() in serials
        is_mac = self.mac is not None and self.mac.upper() in _macs(device)
        return is_serial + is_mac


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What an ACS keeps of a CPE.

    Attributes:
        device: The CPE, with when it has informed the ACS last.
        ports: By number.
        at: When the oldest value of a fact was read of the CPE; a fact of which nothing is kept is
            not in it.
    """

    device: Device
    ports: Mapping[int, PortFacts]
    at: Mapping[Fact, datetime]


@dataclass(slots=True)
class _Values:
    """Values of a document, each with its time.

    Attributes:
        at: Of those that were taken, by the fact that they are of.
    """

    now: datetime
    at: dict[Fact, datetime] = field(default_factory=dict)

    def of(self, node: Any, fact: Fact | None) -> Any:
        """The value of a parameter; ``None``: there is none that can be used.

        Args:
            node: The parameter.
            fact: Whose age it makes; ``None``: it never changes, and may be of any age.
        """
        if not isinstance(node, dict):
            return None
        value, at = node.get("_value"), moment(node.get("_timestamp"))
        if at is None or at > self.now + _AHEAD or not isinstance(value, str | int | float | bool):
            return None
        if fact is not None:
            if self.now - at > _MOST_AGE:
                return None
            self.at[fact] = min(at, self.at.get(fact, at))
        return value


def told(document: Mapping[str, Any], now: datetime) -> Told:
    """The facts in a device of an ACS.

    Args:
        document: As the northbound interface writes it.
        now: The time.
    """
    values = _Values(now)
    root = TR098 if TR098 in document else TR181
    ports = dict(_ports(document, values))
    informed = _past(moment(document.get("_lastInform")), now)
    info = f"{root}.DeviceInfo"
    identity = node_at(document, "_deviceId")
    identity = identity if isinstance(identity, dict) else {}
    vendor = values.of(node_at(document, f"{info}.Manufacturer"), None)
    device = Device(
        vendor=text(vendor) or text(identity.get("_Manufacturer")),
        model=text(values.of(node_at(document, f"{info}.ModelName"), None)),
        firmware=text(values.of(node_at(document, f"{info}.SoftwareVersion"), Fact.DEVICE)),
        serial_number=next(iter(_serials(document)), None),
        macs=_macs(document),
        up_since=_up_since(document, f"{info}.UpTime", values),
        informed_at=informed,
    )
    if informed is not None:
        values.at.setdefault(Fact.DEVICE, informed)
    return Told(device=device, ports=ports, at=values.at)


def _up_since(document: Mapping[str, Any], path: str, values: _Values) -> datetime | None:
    """When it was started: its uptime counts from the time at which it was read.

    One that has started since (``_lastBoot``) has another, which nobody has asked for.
    """
    node = node_at(document, path)
    uptime_s = whole(_Values(values.now).of(node, Fact.DEVICE), _MOST_UPTIME_S)
    at = moment(node.get("_timestamp")) if isinstance(node, dict) else None
    boot = moment(document.get("_lastBoot"))
    if uptime_s is None or at is None or (boot is not None and boot > at):
        return None
    values.of(node, Fact.DEVICE)
    return at - timedelta(seconds=uptime_s)


def _ports(document: Mapping[str, Any], values: _Values) -> Iterator[tuple[int, PortFacts]]:
    tables = ((_LAN098, 0), (_WAN098, _WAN_PORT), (_ETHERNET, 0), (_OPTICAL, _OPTICAL_PORT))
    for path, offset in tables:
        table = node_at(document, path)
        if path == _WAN098:  # one object, no table
            rows: Sequence[tuple[str, Any]] = (("1", table),)
        else:
            rows = tuple(table.items()) if isinstance(table, dict) else ()
        found = [(key, row) for key, row in rows if _INSTANCE.fullmatch(key)][:_MOST_PORTS]
        for key, row in found:
            if isinstance(row, dict) and (facts := _port(path, offset, key, row, values)):
                yield offset + int(key), facts


def _port(
    path: str, offset: int, key: str, row: Mapping[str, Any], values: _Values
) -> PortFacts | None:
    link = _link(row, values)
    counters = _counters(row.get("Stats"), values)
    optic = _optic(row, values) if path == _OPTICAL else None
    if link is None and counters is None and optic is None:
        return None
    tail = path.partition(".")[2]
    port = Port(
        if_index=offset + int(key),
        name=text(values.of(row.get("Name"), None)),
        descr=tail if path == _WAN098 else f"{tail}.{key}",
        if_type=_ETHERNET_TYPE,
    )
    return PortFacts(port=port, link=link, counters=counters, transceiver=optic)


def _link(row: Mapping[str, Any], values: _Values) -> Link | None:
    """Status of an interface.

    TR-098 tells what it may negotiate (``MaxBitRate`` in Mbit/s or ``Auto``, ``DuplexMode``), never
    what it has; TR-181 tells the rate as well (``CurrentBitRate``, Mbit/s, 0 without a link).
    """
    status = text(values.of(row.get("Status"), Fact.LINK))
    if status is None:
        return None
    up = _UP.get(status)
    enabled = values.of(row.get("Enable"), Fact.LINK)
    rate = whole(values.of(row.get("CurrentBitRate"), Fact.LINK), 1_000_000)
    return Link(
        up=up,
        admin_down=True if status == "Disabled" else (enabled is False or None),
        last_change=_changed(row, values),
        speed=MegabitPerSecond(rate) if rate and up else None,
        configured_speed=_configured(row, values),
    )


def _changed(row: Mapping[str, Any], values: _Values) -> datetime | None:
    """When the status became what it is: ``LastChange`` counts seconds since (TR-181)."""
    node = row.get("LastChange")
    seconds = whole(values.of(node, Fact.LINK), _MOST_UPTIME_S)
    at = moment(node.get("_timestamp")) if isinstance(node, dict) else None
    return None if seconds is None or at is None else at - timedelta(seconds=seconds)


def _configured(row: Mapping[str, Any], values: _Values) -> str | None:
    rate = values.of(row.get("MaxBitRate"), Fact.LINK)
    duplex = values.of(row.get("DuplexMode"), Fact.LINK)
    if (rate == "Auto" or rate == -1) and duplex == "Auto":
        return "auto"
    is_number = isinstance(rate, str) and len(rate) < _LONGEST_NUMBER and rate.isdecimal()
    found = whole(int(rate) if is_number else rate, 1_000_000)
    return f"{found}-{duplex.lower()}" if found and duplex in ("Full", "Half") else None


def _counters(stats: Any, values: _Values) -> Counters | None:
    """What an interface has counted (``Stats``, of the same names in both models)."""
    if not isinstance(stats, dict):
        return None

    def flow(way: str) -> Flow:
        def count(what: str) -> int | None:
            return whole(values.of(stats.get(f"{what}{way}"), Fact.COUNTERS), _MOST_COUNTED)

        return Flow(
            bytes=count("Bytes"),
            unicast=count("UnicastPackets"),
            multicast=count("MulticastPackets"),
            broadcast=count("BroadcastPackets"),
            errors=count("Errors"),
            discards=count("DiscardPackets"),
        )

    found = Counters(input=flow("Received"), output=flow("Sent"))
    return None if found == Counters() else found


def _optic(row: Mapping[str, Any], values: _Values) -> Transceiver | None:
    """Light at the CPE (TR-181: thousandths of dBm, from -65.536 to 65.534).

    Both ends of the range, and 0, are what is written where nothing is measured.
    """
    level = values.of(row.get("OpticalSignalLevel"), Fact.TRANSCEIVER)
    if type(level) is not int or not -65_536 < level < 65_534 or level == 0:
        return None
    return Transceiver(rx_power=Dbm(level / 1000))


def _serials(document: Mapping[str, Any]) -> tuple[str, ...]:
    """What it calls itself in its informs, and its own parameter."""
    paths = ("_deviceId._SerialNumber", *(f"{r}.DeviceInfo.SerialNumber" for r in (TR098, TR181)))
    nodes = (node_at(document, path) for path in paths)
    found = (text(each.get("_value") if isinstance(each, dict) else each) for each in nodes)
    return tuple(dict.fromkeys(each for each in found if each))


def _macs(document: Mapping[str, Any]) -> tuple[str, ...]:
    tables = (node_at(document, path) for path in (_LAN098, _ETHERNET))
    rows = (row for t in tables if isinstance(t, dict) for row in list(t.values())[:_MOST_PORTS])
    nodes: Iterable[Any] = (
        *(row.get("MACAddress") for row in rows if isinstance(row, dict)),
        node_at(document, f"{_WAN098}.MACAddress"),
        *(node_at(document, path) for path in (*_WAN, *_LINKS)),
    )
    words = (each.get("_value") for each in nodes if isinstance(each, dict))
    found = (w for w in words if isinstance(w, str) and _MAC.fullmatch(w))
    return tuple(dict.fromkeys(w.upper().replace("-", ":") for w in found))


def node_at(document: Mapping[str, Any], path: str) -> Any:
    """What stands at a path; ``None``: nothing."""
    node: Any = document
    for name in path.split("."):
        if not isinstance(node, dict):
            return None
        node = node.get(name)
    return node


def moment(value: Any) -> datetime | None:
    """A time as GenieACS writes it, such as ``2026-11-29T10:00:00.000Z``."""
    if not isinstance(value, str) or len(value) > len("2026-11-29T10:00:00.000000+00:00"):
        return None
    try:
        found = datetime.fromisoformat(value)
        return found.astimezone(UTC) if found.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _past(at: datetime | None, now: datetime) -> datetime | None:
    return None if at is None or at > now + _AHEAD else at


def text(value: Any) -> str | None:
    """Readable text of at most 255 characters."""
    if not isinstance(value, str) or len(value) > _MOST_TEXT or not value.isprintable():
        return None
    return value.strip() or None


def whole(value: Any, most: int) -> int | None:
    """A whole number from 0 up to, and without, ``most``."""
    return value if type(value) is int and 0 <= value < most else None
