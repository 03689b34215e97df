"""Field cases 03, 04, 05, 30 and 31: addresses that were read, and told nowhere."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from tests.cli.conftest import Run

CASES = Path(__file__).with_name("cases")


def replayed(techinfo: Run, name: str) -> dict[str, Any]:
    """The document of a case."""
    done = techinfo("replay", str(CASES / f"{name}.snmprec"), "--jsonl")
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def ports(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """By name."""
    return {port["name"]: port for port in document["ports"]}


def counts(document: dict[str, Any]) -> dict[str, int]:
    """Addresses by port, of ports that have any."""
    told = {p["name"]: len(p.get("macAddressTable", ())) for p in document["ports"]}
    return {name: count for name, count in told.items() if count}


def test_03_an_aggregate_has_its_rows_once_and_its_members_name_it(techinfo: Run) -> None:
    """Dot3adAggPortAttachedAggID; ae0 is a port of its own."""
    document = replayed(techinfo, "c04")

    found = ports(document)
    assert counts(document) == {"ae0": 2, "ge-0/0/3": 1}
    assert found["ae0"]["members"] == ["ge-0/0/1", "ge-0/0/2"]
    assert found["ae0"]["ifType"] == 161
    assert found["ge-0/0/1"]["aggregate"] == found["ge-0/0/2"]["aggregate"] == "ae0"
    assert "aggregate" not in found["ge-0/0/3"]
    assert {row["port"] for row in found["ae0"]["macAddressTable"]} == {"ae0"}
    assert document["parts"]["macAddressTable"]["state"] == "ok"


def test_03_an_aggregate_whose_members_nobody_names_is_a_port_all_the_same(techinfo: Run) -> None:
    """OmniSwitch: 40 addresses on ifIndex 40000010."""
    document = replayed(techinfo, "c09")

    assert sum(counts(document).values()) == 40
    assert [p["ifIndex"] for p in document["ports"] if p.get("macAddressTable")] == [40000010]


def test_04_dsl_pon_and_aggregates_are_listed_with_their_iftype(techinfo: Run) -> None:
    """What is no port of anybody's (a VLAN, a bridge, Wi-Fi) is not."""
    listed = {p["name"]: p["ifType"] for p in replayed(techinfo, "c18")["ports"]}

    expected = {"vdsl2": 251, "vdsl": 97, "adsl": 94, "adsl2plus": 238, "shdsl": 169}
    expected |= {"lag": 161, "gpon": 250, "gig": 117, "eth": 6}
    assert listed.keys() >= expected.keys()
    assert not listed.keys() & {"l2vlan", "bridge", "wifi"}


def test_05_numbers_that_are_all_ifindexes_are_such(techinfo: Run) -> None:
    """Q-BRIDGE has 1001 to 1026, and bridge ports are 1 to 26: all 40 are told, with their VLAN."""
    document = replayed(techinfo, "c08")

    rows = [row for port in document["ports"] for row in port.get("macAddressTable", ())]
    assert len({row["mac"] for row in rows}) == len(rows) == 40
    assert {row["vlan"] for row in rows} == {1}
    assert document["parts"]["macAddressTable"]["state"] == "ok"
    assert not document["errors"]


def test_30_two_rows_on_a_port_that_is_in_no_table_are_partial(techinfo: Run) -> None:
    """Not "read, and empty"."""
    document = replayed(techinfo, "c17")

    part = document["parts"]["macAddressTable"]
    assert (part["state"], part["cause"]) == ("partial", "2 rows name ports that are not there")
    assert counts(document) == {}


def test_31_nine_rows_of_customers_beside_three_hundred_of_the_uplink(techinfo: Run) -> None:
    """Each on its port."""
    document = replayed(techinfo, "c19")

    found = Counter(counts(document))
    aggregate = next(p["name"] for p in document["ports"] if p["ifIndex"] == 40000010)
    assert found == {"1/1": 3, "1/5": 3, "1/8": 1, "1/21": 1, "1/22": 1, aggregate: 300}
