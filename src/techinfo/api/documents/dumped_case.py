"""Cases from documents: a ``techinfo.case/1`` as it is, an access's, or each port of an element's.

A damaged document is refused by its checksum; older dumps of elements have none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from techinfo.api.documents import dump
from techinfo.api.documents.checksum import is_whole
from techinfo.api.documents.diagnosis import case_of_document
from techinfo.api.v1 import access_document
from techinfo.diagnosis.optic_classes import class_of_part
from techinfo.errors import CaseError
from techinfo.if_types import PON_TYPES

Document = dict[str, Any]
_PARTS: Mapping[str, str] = {
    "device": "hardware",
    "status": "status",
    "statistics": "counters",
    "transceiver": "transceiver",
    "configuredSpeed": "shaping",
    "macAddressTable": "macAddressTable",
    "dhcpSnooping": "leaseInfo",
    "igmpSnooping": "igmpGroups",
    "igmpGroups": "igmpGroups",
    "onts": "ont",
    "protection": "protection",
    "portVlans": "portVlans",
}
"""Part of a dump -> part of a case."""
_IN_USE = 3
_READ = frozenset({"ok", "empty", "partial"})
_HARDWARE = ("up", "upSince", "vendor", "model")
_OF_ONT = (
    *("ontId", "serialNumber", "name", "up", "upSince", "lastDownAt", "lastDownCause"),
    *("distance", "uni"),
)
_OF_PON = ("hardware", "status", "ont")
_OF_ALL_ONTS = ("counters", "macAddressTable", "leaseInfo")
"""Tables of a PON port, of which a dump mostly does not tell whose ONT a row is."""
_OF_ONE_ONT = ("macAddressTable", "portVlans")
"""Tables whose rows may name their ONT."""


@dataclass(frozen=True, slots=True)
class Found:
    """A case that a document holds.

    Attributes:
        names: What tells it from the others of the document, as keys of an answer: ``port``,
            ``accessId``, ``ontId``. Empty: it is the only one.
    """

    case: object
    names: Mapping[str, Any]


def cases_of(document: object) -> Iterator[Found]:
    """The cases that a document holds.

    Raises:
        CaseError: It is damaged, of another kind, or no port of it was read.
    """
    schema = document.get("schema") if isinstance(document, dict) else None
    if isinstance(document, dict) and "checksum" in document and not is_whole(document):
        raise CaseError("it is damaged: its checksum is not that of what it holds")
    if isinstance(document, dict) and schema == access_document.SCHEMA:
        yield Found(case_of_document(document), {})
    elif isinstance(document, dict) and schema == dump.SCHEMA:
        yield from _of_dump(document)
    else:
        yield Found(document, {})


def _of_dump(document: Document) -> Iterator[Found]:
    every = [port for port in _list(document.get("ports")) if isinstance(port, dict)]
    ports = [port for port in every if port.get("status") or port.get("onts")]
    if not ports:
        raise CaseError("no port of it was read")
    for port in ports:
        called = port.get("name") or port.get("ifIndex")
        names = {"port": called, "accessId": port.get("accessId")}
        told = {key: value for key, value in names.items() if value is not None}
        if port.get("ifType") in PON_TYPES or port.get("onts"):
            yield from _of_pon(document, port, told)
        else:
            yield Found(_case(document, _facts(document, port)), told)


def _of_pon(document: Document, port: Document, names: Document) -> Iterator[Found]:
    """A case for each ONT: the tables of the port are of all of them together."""
    for ont in _list(port.get("onts")):
        if not isinstance(ont, dict):
            continue
        facts = {"hardware": _hardware(document), "ont": _ont(ont)}
        facts |= {"status": port["status"]} if "status" in port else {}
        case = _case(document, facts, only=_OF_PON) | {"expected": {"medium": "pon"}}
        case["parts"] |= {name: {"state": "unsupported"} for name in _OF_ALL_ONTS}
        _add_own_rows(case, document, port, ont.get("ontId"))
        yield Found(case, names | {"ontId": ont.get("ontId")})


def _add_own_rows(case: Document, document: Document, port: Document, ont: object) -> None:
    """The rows that name the ONT; of one that no row names, nobody knows whether it was asked."""
    parts = _parts(document)
    for name in _OF_ONE_ONT:
        rows = [row for row in _list(port.get(name)) if isinstance(row, dict)]
        own = [row for row in rows if row.get("ontId") == ont]
        if ont is not None and own and name in parts:
            case["facts"][name], case["parts"][name] = own, parts[name]


def _case(document: Document, facts: Document, *, only: tuple[str, ...] = ()) -> Document:
    parts = {name: part for name, part in _parts(document).items() if not only or name in only}
    return {
        "schema": "techinfo.case/1",
        "now": document.get("collectedAt"),
        "facts": facts,
        "parts": parts,
    }


def _parts(document: Document) -> dict[str, Any]:
    told = document.get("parts")
    parts = told if isinstance(told, dict) else {}
    found = {_PARTS[name]: part for name, part in parts.items() if name in _PARTS}
    macs = found.get("macAddressTable")
    if isinstance(macs, dict) and macs.get("state") == "empty" and _is_whole(document):
        # A switch that was asked has at least learnt who asked it: this table is not its.
        found["macAddressTable"] = macs | {"state": "unsupported"}
    leases = found.get("leaseInfo")
    if isinstance(leases, dict) and leases.get("state") == "empty" and _is_in_use(document):
        # Nobody anywhere has a lease: the switch does not look into DHCP.
        found["leaseInfo"] = leases | {"state": "unsupported"}
    return found


def _is_in_use(document: Document) -> bool:
    """Whether devices are heard on so many ports that one of them would have a lease."""
    heard = [p for p in _list(document.get("ports")) if isinstance(p, dict)]
    return sum(bool(port.get("macAddressTable")) for port in heard) >= _IN_USE


def _is_whole(document: Document) -> bool:
    """Whether it is of a whole element, and not of the one port of an access."""
    return len(_list(document.get("ports"))) > 1


def _facts(document: Document, port: Document) -> Document:
    facts: Document = {"hardware": _hardware(document), "status": port["status"]}
    facts |= {name: port[name] for name in ("accessId", "protection") if name in port}
    vlans = _list(port.get("portVlans"))
    if vlans and _is_whole(document):  # of one port alone no agent tells all of them
        facts["portVlans"] = vlans
    if "light" in port:
        facts["noLight"] = port["light"]
    optic = _class(port["status"])
    if optic is not None:
        facts["opticClass"] = optic
    # A dump leaves empty lists out: where the table was read, none is none.
    parts = _parts(document)
    if _was_read(parts, "macAddressTable"):
        facts["macAddressTable"] = _list(port.get("macAddressTable"))
    if _was_read(parts, "leaseInfo"):
        facts["leaseInfo"] = [_lease(row) for row in _list(port.get("dhcpSnooping"))]
    if _was_read(parts, "igmpGroups"):
        rows = _list(port.get("igmpSnooping"))
        facts["groups"] = [_group(row) for row in rows]
        facts["igmpGroups"] = len(rows)
    return facts


def _was_read(parts: Mapping[str, Any], name: str) -> bool:
    part = parts.get(name)
    return isinstance(part, dict) and part.get("state") in _READ


def _hardware(document: Document) -> Document:
    device = document.get("device")
    return {k: device[k] for k in _HARDWARE if k in device} if isinstance(device, dict) else {}


def _class(status: object) -> str | None:
    optic = status.get("transceiver") if isinstance(status, dict) else None
    number = optic.get("partNumber") if isinstance(optic, dict) else None
    return class_of_part(number) if isinstance(number, str) else None


def _lease(row: object) -> object:
    return _renamed(row, {"ip": "lease", "timeout": "end"})


def _group(row: object) -> object:
    return _renamed(row, {"multicast": "group"})


def _renamed(row: object, names: Mapping[str, str]) -> object:
    return {names.get(k, k): v for k, v in row.items()} if isinstance(row, dict) else row


def _ont(row: Document) -> Document:
    optic = row.get("transceiver")
    light = dict(optic) if isinstance(optic, dict) else {}
    received = light.pop("oltRx", None)
    told: Document = {k: row[k] for k in _OF_ONT if k in row}
    told |= {} if received is None else {"oltRx": received}
    return told | ({"transceiver": light} if light else {})


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
