"""A case that is shared has no people in it, and gives the same verdict."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.diagnosis.made_up import fibre

from techinfo.api.documents.dumped_case import cases_of
from techinfo.api.documents.scrubbed import scrubbed_case, scrubbed_dump
from techinfo.diagnosis.case import read_case
from techinfo.diagnosis.judge import diagnose

CASES = sorted((Path(__file__).parents[3] / "shared" / "verdicts" / "cases").glob("*.json"))
MAC = re.compile(r"(?:[0-9A-F]{2}:){5}[0-9A-F]{2}", re.IGNORECASE)


def personal() -> dict[str, Any]:
    """A case with devices that are near each other over a boundary, addresses and a serial."""
    case: dict[str, Any] = copy.deepcopy(fibre())
    facts = case["facts"]
    facts["accessId"] = "A-1001"
    facts["macAddressTable"] = [{"mac": "00:11:22:33:3F:FE", "serviceType": "bb", "vlan": 10}]
    facts["leaseInfo"] = [
        {"lease": "198.51.100.7", "mac": "00:11:22:33:40:02", "serviceType": "bb"},
        {"lease": "2001:db8:77::/56", "mac": "aa:bb:cc:dd:ee:ff"},
    ]
    facts["groups"] = [{"group": "239.10.10.10", "vlan": 20}, {"group": "224.0.0.251"}]
    return case


def test_what_is_shared_names_nobody() -> None:
    """Equal stays equal, near stays near, and channels are others."""
    case = personal()

    told = scrubbed_case(case)

    text = json.dumps(told)
    assert not {x.upper() for x in MAC.findall(json.dumps(case))} & set(MAC.findall(text))
    for word in ("A-1001", "198.51.100.7", "db8:77", "239.10.10.10"):
        assert word not in text
    first, second = (
        int(row["mac"].replace(":", ""), 16)
        for row in (told["facts"]["macAddressTable"][0], told["facts"]["leaseInfo"][0])
    )
    assert second - first == 4
    assert [row["group"] for row in told["facts"]["groups"]] == ["239.192.0.1", "224.0.0.251"]
    assert told["facts"]["leaseInfo"][1]["lease"].endswith("/56")
    assert told["now"] == case["now"]


@pytest.mark.skipif(not CASES, reason="no labelled cases beside the repository")
def test_the_verdict_stays() -> None:
    """Of every labelled case, but for what it names."""
    for path in CASES:
        case = {k: v for k, v in json.loads(path.read_text()).items() if k != "label"}
        before, after = diagnose(read_case(case)), diagnose(read_case(scrubbed_case(case)))
        for key in ("code", "confidence", "act", "alsoFound", "contradictions", "ask", "missing"):
            assert before.get(key) == after.get(key), path.name


def dumped() -> dict[str, Any]:
    """A dump of a switch with somebody on its port, a neighbour and an ONT."""
    mac = "00:11:22:33:40:02"
    return {
        "schema": "techinfo.dump/1",
        "recording": "sw-elm-3.snmprec",
        "collectedAt": "2026-11-21T10:00:00Z",
        "device": {"name": "sw-elm-3", "model": "MU-1", "firmware": "1.2.3.4", "mac": mac,
                   "serialNumber": "SN-77", "up": True},
        "parts": {
            "device": {"state": "ok"},
            "status": {"state": "ok", "readAt": "2026-11-21T10:00:00Z"},
            "macAddressTable": {"state": "ok", "readAt": "2026-11-21T10:00:00Z"},
            "dhcpSnooping": {"state": "failed", "cause": "no answer from 192.0.2.7:161"},
        },
        "ports": [
            {"ifIndex": 1, "name": "ge1", "ifType": 6, "description": "Svensson, Ålgatan 3",
             "accessId": "A-1001",
             "status": {"link": True, "transceiver": {"serialNumber": "OPT-4711"}},
             "macAddressTable": [{"mac": mac, "vlan": 10, "port": "ge1"}],
             "neighbours": [{"systemName": "core-1", "chassisId": mac, "portId": "ge9"}]},
            {"ifIndex": 2, "name": "0/1", "ifType": 250,
             "onts": [{"ontId": 1, "name": "Svensson", "serialNumber": "ABCD1", "up": True}]},
        ],
        "errors": [{"part": "dhcpSnooping", "cause": "no answer from 192.0.2.7:161"}],
    }  # fmt: skip


def test_a_dump_that_is_shared_names_neither_people_nor_the_network() -> None:
    """The equipment's own words stay, and so do the verdicts of its ports."""
    document = dumped()

    told = scrubbed_dump(document)

    text = json.dumps(told, ensure_ascii=False)
    for word in (
        *("sw-elm", "Svensson", "A-1001", "SN-77", "OPT-4711", "ABCD1", "core-1", "192.0.2"),
        "00:11:22",
    ):
        assert word not in text, word
    device = told["device"]
    assert (device["model"], device["firmware"]) == ("MU-1", "1.2.3.4")
    assert [port["name"] for port in told["ports"]] == ["ge1", "0/1"]
    assert device["mac"] == told["ports"][0]["macAddressTable"][0]["mac"]
    assert _codes(told) == _codes(document)


def _codes(document: dict[str, Any]) -> list[str]:
    return [diagnose(read_case(found.case))["code"] for found in cases_of(document)]
