"""Which ports a dump shows: those that lists show, and whatever was asked for or is named."""

from __future__ import annotations

from typing import Any

import pytest
from tests.access import made_up as m
from tests.access.made_up import merged
from tests.access.played import Clock, Recordings, stocked
from tests.api.served import ServedApi, serve
from tests.collect.playing import BASE_PORT, FDB, IF, NOW, port, read, switch

from techinfo.api.documents.dump import dump
from techinfo.wire import Cell

LISTED = {
    "ethernetCsmacd": 6,
    "gigabitEthernet": 117,
    "adsl": 94,
    "vdsl": 97,
    "shdsl": 169,
    "adsl2plus": 238,
    "vdsl2": 251,
    "gfast": 279,
    "g9982": 264,
    "gpon": 250,
    "aluGponOnu": 270,
    "ieee8023adLag": 161,
}
UNLISTED = {
    "other": 1,
    "propVirtual": 53,
    "propMultiplexor": 54,
    "ieee80211": 71,
    "l2vlan": 135,
    "l3ipvlan": 136,
    "bridge": 209,
    "ethernet of a maker": 999,
}


def of_type(number: int) -> dict[str, Cell]:
    """A switch whose second port, ``odd``, is of this ifType."""
    return switch((1,)) | port(2, "odd") | {f"{IF}.3.2": number}


def names(document: dict[str, Any]) -> list[str]:
    """Of the ports in it."""
    return [shown["name"] for shown in document["ports"]]


@pytest.mark.parametrize("number", [*LISTED.values(), *UNLISTED.values()])
def test_the_port_that_was_asked_for_is_shown(number: int) -> None:
    """Whatever its ifType is, which stands beside it."""
    document = dump(read(of_type(number), name="odd"), NOW)

    assert [(p["name"], p["ifType"]) for p in document["ports"]] == [("odd", number)]


@pytest.mark.parametrize("number", LISTED.values(), ids=list(LISTED))
def test_ethernet_dsl_pon_and_aggregates_are_listed(number: int) -> None:
    """Of a whole element."""
    assert names(dump(read(of_type(number)), NOW)) == ["ge1", "odd"]


@pytest.mark.parametrize("number", UNLISTED.values(), ids=list(UNLISTED))
def test_other_interfaces_are_listed_only_where_something_hangs_on_them(number: int) -> None:
    """The inventory names it, or it has rows."""
    rows = {f"{BASE_PORT}.{n}": n for n in (1, 2)}
    rows |= {f"{FDB}.2.2.0.0.0.0.9": 2, f"{FDB}.3.2.0.0.0.0.9": 3}
    reading, with_rows = read(of_type(number)), read(of_type(number) | rows)

    assert names(dump(reading, NOW)) == ["ge1"]
    assert names(dump(with_rows, NOW)) == ["ge1", "odd"]
    assert names(dump(reading, NOW, is_named=lambda f: f.port.name == "odd")) == ["ge1", "odd"]


@pytest.mark.parametrize(
    "called", ["Po1", "Port-channel 7", "Trk1", "lag-3", "Eth-Trunk12", "bond0"]
)
def test_what_is_called_as_aggregates_are_is_listed(called: str) -> None:
    """Of whatever ifType its maker makes it."""
    cells = switch((1,)) | port(2, called) | {f"{IF}.3.2": 53}

    assert names(dump(read(cells), NOW)) == ["ge1", called]


def served(folder: Any, kind: int) -> ServedApi:
    """A service over a switch with an access on an interface of that ifType."""
    rows = merged(
        m.system("plain", m.PLAIN_ID),
        m.port(1, "ge1"),
        m.port(2, "odd"),
        {f"{IF}.3.2": f"2|{kind}"},
    )
    inventory = stocked(
        folder,
        "elements: [{name: sw, address: 192.0.2.5}]\n"
        "accesses: [{access_id: A-1, element: sw, port: odd}]",
    )
    return serve(inventory, Recordings({"192.0.2.5": rows}).open, clock=Clock(NOW))


@pytest.mark.parametrize("kind", [1, 53, 135, 161, 251])
def test_panel_and_dump_show_what_the_inventory_names(tmp_path: Any, kind: int) -> None:
    """As the one access that hangs there is all that the list is for."""
    service = served(tmp_path, kind)

    panel = service.get("/techinfo/v1/switch/sw/panel").json()
    document = service.get("/techinfo/v1/dump/A-1?device=true").json()

    assert [p["name"] for p in panel["ports"]] == ["ge1", "odd"]
    assert [(p["name"], p.get("accessId")) for p in document["ports"]] == [
        ("ge1", None),
        ("odd", "A-1"),
    ]
