"""Every field in every version: what is told of everything, against files that people read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import BaseModel
from tests.api.everything import BITVIS, TELE, everything
from tests.api.served import OPERATOR, PROVIDER
from tests.conftest import Expected

from techinfo.api.onapi import schemas as s
from techinfo.api.onapi.versions import VERSIONS, ApiProfile, Version
from techinfo.api.onapi.versions.dialect import V2_3_1, V2_4, V2_6

GOLDEN = Path(__file__).parents[1] / "golden"
FLOW = {
    "packets": 6,
    "bytes": 600,
    "unicast": 1,
    "broadcast": 2,
    "multicast": 3,
    "pauses": 4,
    "errors": 5,
    "crcErrors": 7,
}
LIGHT = {
    "dbmRx": "-12.34",
    "dbmTx": "-5.67",
    "temp": "41.5",
    "biasTx": "19.50",
    "supplyVoltage": "3.34",
    "vendor": "Made Up Optics",
    "partNumber": "MU-LX",
    "serialNumber": "OPT0001",
}
AT = "2026-11-21T10:00:00Z"
MAC = "02:00:00:00:00:11"
OBJECTS: dict[type[BaseModel], dict[str, Any]] = {
    s.HardwareInfo: {"up": True, "upSince": AT, "vendor": "Made Up", "model": "MU-2600"},
    s.LinkStatus: {
        "link": True,
        "adminDown": False,
        "fullDuplex": True,
        "linkSince": AT,
        "speed": "1000-full",
        "linkSpeed": 1000,
        "configuredSpeed": [
            {"serviceType": "bb", "queue": "0", "cir": "3000", "pir": "3000"},
            {"serviceType": "iptv", "queue": "gold", "cir": "12000", "pir": "12000"},
        ],
        "statistics": {
            "counterResetAt": AT,
            "peakInputRate": {"counter": 30000, "timestamp": AT},
            "peakOutputRate": {"counter": 40000, "timestamp": AT},
            "lastFiveInput": FLOW,
            "lastFiveOutput": FLOW,
            "input": FLOW,
            "output": FLOW,
        },
        "transceiver": LIGHT,
    },
    s.MacRow: {
        "mac": MAC,
        "serviceType": "bb",
        "vlan": 10,
        "port": "1/0/1",
        "learntAt": AT,
        "aggregate": "ae0",
    },
    s.LeaseRow: {
        "lease": "192.0.2.111",
        "mac": MAC,
        "serviceType": "bb",
        "start": AT,
        "end": AT,
        "lastRenew": AT,
        "aggregate": "ae0",
    },
    s.GroupRow: {
        "multicast": "233.10.10.100",
        "timestamp": AT,
        "counter": 231231,
        "aggregate": "ae0",
    },
    s.CpeStatus: {
        "firmware": "7.1",
        "vendor": "Made Up Homes",
        "model": "MU-1",
        "mac": MAC,
        "up": True,
        "upSince": AT,
        "ports": [
            {
                "index": 1,
                "ifDescription": "WAN",
                "name": "WAN sfp",
                "link": True,
                "fullDuplex": True,
                "changedAt": AT,
                "loopDetectionStatus": "unlocked",
                "freeSeating": False,
                "configuredSpeed": "auto",
                "linkSpeed": 1000,
                "transceiver": LIGHT,
                "statistics": {
                    way: {
                        "errors": 1,
                        "crcErrors": 2,
                        "pause": 3,
                        "bytes": 4,
                        "packets": 5,
                        "unicastPackets": 6,
                        "multicastPackets": 7,
                    }
                    for way in ("input", "output")
                },
            }
        ],
        "macAddressTable": [{"mac": MAC, "serviceType": "bb", "port": "1"}],
        "dhcpSnooping": [{"ip": "192.0.2.111", "mac": MAC, "serviceType": "bb", "timeout": AT}],
    },
}
"""An object of 2.6 of each kind, with every field that there is."""
DIALECTS = {
    **{str(version): ApiProfile(version) for version in VERSIONS if version >= V2_4},
    "bitvis": ApiProfile(V2_6, bitvis=True),
    "integer-rates": ApiProfile(V2_6, integer_rates=True),
}
TECH = (
    "tech/access/A-1/hardware",
    "tech/access/A-1/link/status",
    "tech/access/A-1/link/macaddresstable",
    "tech/access/A-1/link/leaseinfo",
    "tech/access/A-1/link/igmpsnooping",
    "tech/cpe/A-1/status",
    "tech/access/A-1",
)
LISTS = ("accesses", "accesses/A-1", "subscriptions", "events", "")
SINCE_2_6 = ("subscriptions/A-1", "services", "services/A-1")


def paths(version: Version) -> tuple[str, ...]:
    """What is asked of a version."""
    if version == V2_3_1:
        return ("accesses/A-1/link", "accesses/A-2/link")
    return (*TECH, *LISTS, *(SINCE_2_6 if version >= V2_6 else ()))


def fields(model: type[BaseModel], body: Any) -> Iterator[str]:
    """The fields of a model that are not in an object, at any depth."""
    for name, info in model.model_fields.items():
        if name not in body:
            yield f"{model.__name__}.{name}"
            continue
        inner = [x for x in s.__dict__.values() if isinstance(x, type) and x.__name__ != "State"]
        for kind in inner:
            if issubclass(kind, BaseModel) and f".{kind.__name__}" in str(info.annotation):
                value = body[name]
                yield from fields(kind, value[0] if isinstance(value, list) else value)


@pytest.mark.parametrize("model", OBJECTS, ids=lambda model: model.__name__)
def test_the_golden_objects_have_every_field(model: type[BaseModel]) -> None:
    """A field that comes later must be written into all versions."""
    assert list(fields(model, OBJECTS[model])) == []
    model.model_validate(OBJECTS[model])


@pytest.mark.parametrize("name", DIALECTS)
def test_every_field_is_told_as_the_version_has_it(name: str, expected: Expected) -> None:
    """One file for each version and profile, and its own schema holds what it tells."""
    dialect = DIALECTS[name]

    told = {model.__name__: dialect.spell(model, body) for model, body in OBJECTS.items()}

    expected(GOLDEN / f"{name}.json", told)
    for model in OBJECTS:
        dialect.schema(model).model_validate(told[model.__name__])


@pytest.mark.parametrize("version", VERSIONS, ids=str)
def test_every_answer_of_a_version_is_as_its_file(
    version: Version, tmp_path: Path, expected: Expected
) -> None:
    """Asked of the service, as the operator and as two providers who share a household."""
    app_state = everything(tmp_path)
    askers = {"operator": OPERATOR, "isp": PROVIDER, "tele": TELE}
    if version in (V2_3_1, V2_6):
        askers["bitvis"] = BITVIS

    async def words(client: httpx.AsyncClient) -> dict[str, Any]:
        return {
            f"GET {path}": {
                name: told(await client.get(f"/onapi/{version}/{path}", auth=auth))
                for name, auth in askers.items()
            }
            for path in paths(version)
        }

    expected(GOLDEN / f"answers-{version}.json", app_state.talk(words))


def told(answer: httpx.Response) -> dict[str, Any]:
    """Status, body and the headers that tell something of it."""
    names = ("Age", "Last-Modified", "Techinfo-Incomplete")
    headers = {name: answer.headers[name] for name in names if name in answer.headers}
    return {"status": answer.status_code, "headers": headers, "body": answer.json()}
