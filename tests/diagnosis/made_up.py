"""Cases of our own making: an access that is well, and what is changed in it."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from typing import Any

NOW = datetime(2026, 6, 9, 12, 0, tzinfo=UTC)
MAC = "02:00:5E:00:53:10"
OTHER_MAC = "02:00:5E:00:99:40"
GONE: Any = object()
"""Set a path to this to take it away."""
Case = dict[str, Any]


def ago(**span: float) -> str:
    """A moment before the case's now."""
    return f"{NOW - timedelta(**span):%Y-%m-%dT%H:%M:%SZ}"


def ahead(**span: float) -> str:
    """A moment after it."""
    return f"{NOW + timedelta(**span):%Y-%m-%dT%H:%M:%SZ}"


def _read(*parts: str) -> dict[str, Any]:
    return {part: {"state": "ok", "readAt": ago(seconds=10)} for part in parts}


def _counted(packets: int, out: int, minutes: int) -> dict[str, Any]:
    """An earlier reading: a thousand packets a minute in, two thousand out, 100 multicast."""
    sent, got = packets - 1000 * minutes, out - 2000 * minutes
    return {
        "at": ago(minutes=minutes),
        "input": {"packets": sent, "bytes": sent * 300, "errors": 0, "crcErrors": 0},
        "output": {"packets": got, "bytes": got * 900, "multicast": 50_000 - 100 * minutes},
    }


def fibre() -> Case:
    """A fibre access on which all is well."""
    packets, out = 9_000_000, 18_000_000
    return {
        "schema": "techinfo.case/1",
        "now": ago(),
        "facts": {
            "accessId": "A-1",
            "hardware": {"up": True, "upSince": ago(days=90), "vendor": "X", "model": "Y"},
            "status": {
                "link": True,
                "adminDown": False,
                "fullDuplex": True,
                "linkSince": ago(days=20),
                "speed": "1000-full",
                "linkSpeed": 1000,
                "configuredSpeed": [
                    {"serviceType": "bb", "queue": "in", "pir": "250000"},
                    {"serviceType": "bb", "queue": "out", "pir": "250000"},
                ],
                "statistics": {
                    "counterResetAt": ago(days=90),
                    "input": {"packets": packets, "bytes": packets * 300, "crcErrors": 0},
                    "output": {"packets": out, "bytes": out * 900, "multicast": 50_000},
                    "lastFiveInput": {"packets": 5000, "bytes": 1_500_000},
                    "lastFiveOutput": {"packets": 10_000, "bytes": 9_000_000, "multicast": 500},
                },
                "transceiver": {"dbmRx": "-9.00", "dbmTx": "-5.00", "serialNumber": "S1"},
            },
            "macAddressTable": [{"mac": MAC, "serviceType": "bb", "vlan": 100}],
            "leaseInfo": [
                {
                    "lease": "192.0.2.9",
                    "mac": MAC,
                    "serviceType": "bb",
                    "lastRenew": ago(hours=3),
                    "end": ahead(hours=21),
                }
            ],
            "protection": {"state": "ok"},
        },
        "parts": _read(
            "hardware",
            "status",
            "counters",
            "transceiver",
            "shaping",
            "macAddressTable",
            "leaseInfo",
            "protection",
        ),
        "expected": {
            "importedAt": ago(hours=2),
            "medium": "fibre",
            "portSpeed": 1000,
            "opticClass": "1000BASE-BX10",
            "services": [
                {
                    "serviceType": "bb",
                    "vlan": 100,
                    "state": "ACTIVATED",
                    "down": 250_000,
                    "up": 250_000,
                    "dhcpServer": "co",
                }
            ],
        },
        "history": {
            "from": ago(days=30),
            "transitions": [],
            "counters": [_counted(packets, out, 15), _counted(packets, out, 5)],
            "baseline": {"dbmRx": "-9.10", "at": ago(days=300), "serialNumber": "S1"},
        },
    }


def copper() -> Case:
    """A copper access on which all is well."""
    return changed(
        fibre(),
        {
            "expected.medium": "copper",
            "expected.opticClass": GONE,
            "facts.status.transceiver": GONE,
            "facts.status.speed": "auto",
            "parts.transceiver": GONE,
            "history.baseline": GONE,
        },
    )


def pon() -> Case:
    """An ONT on which all is well."""
    return changed(
        fibre(),
        {
            "expected.medium": "pon",
            "expected.opticClass": "GPON-B+",
            "facts.ont": {
                "ontId": 3,
                "up": True,
                "upSince": ago(days=10),
                "oltRx": "-18.00",
                "oltTx": "3.00",
                "transceiver": {"dbmRx": "-16.00", "dbmTx": "2.20"},
                "uni": [{"index": 1, "link": True, "linkSpeed": 1000, "fullDuplex": True}],
            },
            "parts.ont": {"state": "ok", "readAt": ago(seconds=10)},
            "history.baseline": {"dbmRx": "-16.00", "oltRx": "-18.00", "at": ago(days=300)},
        },
    )


def changed(case: Case, changes: dict[str, Any]) -> Case:
    """The case with values set at dotted paths."""
    case = copy.deepcopy(case)
    for path, value in changes.items():
        *way, last = path.split(".")
        place: Any = case
        for key in way:
            place = place[int(key)] if isinstance(place, list) else place.setdefault(key, {})
        if value is GONE:
            place.pop(last, None)
        elif isinstance(place, list):
            place[int(last)] = value
        else:
            place[last] = value
    return case


def down(case: Case, minutes: float = 60) -> Case:
    """The same access with its link down."""
    pon_too = {"facts.ont.up": False} if "ont" in case["facts"] else {}
    table = {"state": "empty", "readAt": ago(seconds=10)}
    return changed(
        case,
        {
            **({} if pon_too else {"facts.status.link": False}),
            **pon_too,
            "facts.status.linkSince": ago(minutes=minutes),
            "facts.macAddressTable": [],
            "parts.macAddressTable": table,
            "facts.status.statistics.lastFiveInput": {"packets": 0, "bytes": 0},
            "facts.status.statistics.lastFiveOutput": {"packets": 0, "bytes": 0, "multicast": 0},
            "history.counters": [],
            "history.transitions": [{"at": ago(minutes=minutes), "link": False}],
        },
    )


def dark(case: Case) -> Case:
    """The same access without light."""
    return changed(
        down(case), {"facts.status.transceiver.dbmRx": "-40.00", "facts.noLight": "no light"}
    )


def silent(case: Case, minutes: float = 30) -> Case:
    """The same access on a switch that does not answer."""
    part = {"state": "failed", "code": "element_silent", "since": ago(minutes=minutes)}
    case = changed(case, {"parts": {name: dict(part) for name in case["parts"]}})
    case["facts"] = {"accessId": "A-1"}
    return case


def no_lease(case: Case) -> Case:
    """The same access without an address, and without traffic."""
    return changed(
        case,
        {
            "facts.leaseInfo": [],
            "parts.leaseInfo": {"state": "empty", "readAt": ago(seconds=10)},
            "facts.status.statistics.lastFiveInput": {"packets": 40, "bytes": 4000},
            "facts.status.statistics.lastFiveOutput": {"packets": 90, "bytes": 90, "multicast": 50},
        },
    )


def asked(case: Case, *, by: str = "DISCOVER", seen_by: str | None = None, **more: Any) -> Case:
    """The same access, whose device has asked for an address for ten minutes."""
    requests = [
        {"at": ago(seconds=40 * n + 5), "mac": MAC, "type": by, "resolvedTo": "this"}
        | ({"seenBy": seen_by} if seen_by else {})
        for n in range(15)
    ]
    log = {"state": "ok", "readFrom": ago(days=1), "readAt": ago(seconds=4), "server": "co"}
    return changed(case, {"dhcp": {**log, "requests": requests, "answers": [], **more}})
