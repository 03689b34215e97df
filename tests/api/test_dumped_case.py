"""Cases out of dump documents: what was not read stays unknown, and each port stands alone."""

from __future__ import annotations

from typing import Any

import pytest

from techinfo.api.documents.dumped_case import cases_of
from techinfo.diagnosis.case import read_case
from techinfo.diagnosis.judge import diagnose
from techinfo.errors import CaseError

AT = "2026-11-21T10:00:00Z"
OK, EMPTY = {"state": "ok", "readAt": AT}, {"state": "empty", "readAt": AT}
MAC = "02:00:00:00:00:11"


def dumped(*ports: dict[str, Any], **parts: dict[str, Any]) -> dict[str, Any]:
    """A dump of a switch with these ports."""
    usual = {"device": OK, "status": OK, "macAddressTable": OK, "dhcpSnooping": OK}
    usual |= {"transceiver": OK}
    return {
        "schema": "techinfo.dump/1",
        "collectedAt": AT,
        "device": {"name": "sw-secret", "up": True, "vendor": "Made Up"},
        "parts": usual | parts,
        "ports": list(ports),
        "errors": [],
    }


def port(name: str = "ge1", *, link: bool = True, **more: Any) -> dict[str, Any]:
    """An Ethernet port."""
    status = {"link": link, "adminDown": False, "linkSince": "2026-11-20T10:00:00Z"}
    return {"ifIndex": 1, "name": name, "ifType": 6, "status": status, **more}


def verdicts(document: dict[str, Any]) -> list[tuple[Any, str]]:
    """Port and code of each."""
    return [
        (found.names.get("ontId", found.names.get("port")), diagnose(read_case(found.case))["code"])
        for found in cases_of(document)
    ]


def test_a_closed_port_of_a_dump_is_judged_as_such() -> None:
    """A loop is the customer's to end; without the part nothing is known of it."""
    closed = {"protection": {"state": "blocked", "reason": "loop", "text": "loopback"}}

    told = verdicts(dumped(port("a", link=False, **closed), port("b", link=False), protection=OK))

    assert told[0] == ("a", "loop_detected")
    assert told[1][1] != "loop_detected"


def test_lists_that_a_dump_leaves_out_are_empty_where_the_table_was_read() -> None:
    """One port has a device and a lease, one a device, one nothing, one no light."""
    rows: dict[str, Any] = {
        "macAddressTable": [{"mac": MAC, "vlan": 10}],
        "dhcpSnooping": [{"ip": "198.51.100.1", "mac": MAC, "timeout": "2026-11-21T11:00:00Z"}],
    }
    one_row: dict[str, Any] = {"macAddressTable": rows["macAddressTable"]}

    told = verdicts(
        dumped(
            port("a", **rows),
            port("b", **one_row),
            port("c"),
            port("d", link=False, light="no light"),
        )
    )

    assert told == [
        ("a", "all_fine"),
        ("b", "no_lease"),
        ("c", "no_mac"),
        ("d", "no_light_check_power"),
    ]


@pytest.mark.parametrize("state", ["failed", "unsupported", "partial"])
def test_a_table_that_was_not_read_tells_of_no_port_that_nothing_is_there(state: str) -> None:
    """Nor is a whole element's empty table believed: it has learnt who asked it, at least."""
    unread = dumped(port("a"), port("b"), macAddressTable={"state": state}, dhcpSnooping=EMPTY)
    empty = dumped(port("a"), port("b"), macAddressTable=EMPTY, dhcpSnooping=EMPTY)

    assert {code for _, code in verdicts(unread)} == {"all_fine"}
    assert {code for _, code in verdicts(empty)} == {"all_fine"}


def test_a_switch_on_which_nobody_has_a_lease_does_not_look_into_dhcp() -> None:
    """Devices on three ports, and no lease anywhere: that tells of none of them."""
    rows: dict[str, Any] = {"macAddressTable": [{"mac": MAC, "vlan": 10}]}
    few = dumped(port("a", **rows), port("b", **rows), port("c"), dhcpSnooping=EMPTY)
    many = dumped(*(port(name, **rows) for name in "abc"), dhcpSnooping=EMPTY)

    assert [code for _, code in verdicts(few)] == ["no_lease", "no_lease", "no_mac"]
    assert [code for _, code in verdicts(many)] == ["all_fine"] * 3


def test_each_ont_of_a_pon_port_is_a_case() -> None:
    """By its own state: the port stays up when one of them is gone."""
    onts = [{"ontId": 1, "up": True}, {"ontId": 2, "up": False}]
    document = dumped(port("0/1", onts=onts) | {"ifType": 250}, onts=OK)

    assert verdicts(document) == [(1, "undecided"), (2, "no_light_check_power")]
    (first, _) = (diagnose(read_case(found.case)) for found in cases_of(document))
    assert {"macAddressTable", "leaseInfo", "counters"} <= set(first["missing"])


def test_rows_that_name_an_ont_are_its_own() -> None:
    """Of the other one nobody knows whether it was asked."""
    onts = [{"ontId": 1, "up": True}, {"ontId": 2, "up": True}]
    rows = {
        "portVlans": [{"vlan": 100, "tagged": True, "ontId": 1}],
        "macAddressTable": [{"mac": "02:00:00:00:00:A1", "vlan": 100, "ontId": 1}],
    }
    given = port("0/1", onts=onts) | {"ifType": 250} | rows
    document = dumped(given, onts=OK, macAddressTable=OK, portVlans=OK)

    one, two = (found.case for found in cases_of(document))

    assert isinstance(one, dict)
    assert isinstance(two, dict)
    assert {name: one["facts"][name] for name in rows} == rows
    assert {one["parts"][name]["state"] for name in rows} == {"ok"}
    assert rows.keys().isdisjoint(two["facts"])
    assert two["parts"]["macAddressTable"]["state"] == "unsupported"


def test_onts_are_cases_though_their_port_was_not_read() -> None:
    """Walks of some tables have them alone."""
    alone = {"ifIndex": 1, "name": "0/1", "onts": [{"ontId": 2, "up": False}]}

    assert verdicts(dumped(alone, onts=OK)) == [(2, "no_light_check_power")]


def test_a_dump_without_a_port_is_none() -> None:
    """Of a recording that could not be read, too."""
    with pytest.raises(CaseError, match="no port"):
        list(cases_of(dumped()))


def test_the_name_of_the_element_is_in_no_case() -> None:
    """A case is about an access."""
    (found,) = cases_of(dumped(port()))

    assert "sw-secret" not in str(found.case)
