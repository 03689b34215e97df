"""Which entity belongs to which port."""

from __future__ import annotations

import pytest

from techinfo.driver import Cell, Convert
from techinfo.facts.entities import add_entities
from techinfo.facts.joins import Joins
from techinfo.model import Port
from techinfo.wire import Cells, Index

INSIDE, KIND, NAME, DESCR = (f"1.3.6.1.2.1.47.1.1.1.1.{n}" for n in (4, 5, 7, 2))
ALIAS = "1.3.6.1.2.1.47.1.3.2.1.2"
CHASSIS, CONTAINER, POWER_SUPPLY, SENSOR, MODULE, PORT, STACK = 3, 5, 6, 8, 9, 10, 11


def joined(
    *entities: tuple[int, int, int, str],
    alias: dict[Index, Cell] | None = None,
    names: tuple[str, ...] = ("ge1", "ge2"),
    spelt: Convert[str] | None = None,
) -> Joins:
    """Ports 1 and 2, and entities: number, container, class, name."""
    joins = Joins(
        ports={n: Port(if_index=n, name=name, descr=str(n)) for n, name in enumerate(names, 1)}
    )
    cells: Cells = {
        INSIDE: {(e[0],): e[1] for e in entities},
        KIND: {(e[0],): e[2] for e in entities if e[2]},
        NAME: {(e[0],): e[3].encode() for e in entities},
        ALIAS: alias or {},
    }
    add_entities(joins, cells, spelt)
    return joins


def if_index(number: int) -> Cell:
    """The OID of an ifIndex, as entAliasMappingIdentifier has it."""
    return (1, 3, 6, 1, 2, 1, 2, 2, 1, 1, number)


def test_the_alias_table_tells_a_port() -> None:
    """EntAliasMappingIdentifier wins over the name."""
    joins = joined((70, 1, PORT, "ge1"), alias={(70, 0): if_index(2)})

    assert joins.entity_port == {70: 2}


def test_an_alias_of_something_else_is_none() -> None:
    """Another object, another length, a port that is not there."""
    alias: dict[Index, Cell] = {
        (70, 0): (1, 3, 6, 1, 2, 1, 17, 1, 4, 1, 1, 1),
        (71,): if_index(1),
        (72, 0): if_index(99),
        (73, 0): b"1.3",
    }

    assert joined(*((n, 1, PORT, "") for n in (70, 71, 72, 73)), alias=alias).entity_port == {}


def test_a_driver_may_say_how_a_name_names_its_port() -> None:
    """``1/SLOT-1 TRANSCEIVER-2`` is what is plugged into port 1/1/2; others keep their names."""

    def last(cell: Cell) -> str | None:
        name = cell.decode() if isinstance(cell, bytes) else ""
        return f"1/1/{name[-1]}" if "TRANSCEIVER" in name else None

    joins = joined(
        (70, 1, MODULE, "1/SLOT-1 TRANSCEIVER-2"),
        (71, 1, MODULE, "1/SLOT-1"),
        (72, 1, PORT, "1/1/1"),
        names=("1/1/1", "1/1/2"),
        spelt=Convert("transceiver", last),
    )

    assert joins.entity_port == {70: 2, 72: 1}


def test_a_name_tells_a_port() -> None:
    """EntPhysicalName is the ifName on most platforms."""
    assert joined((70, 1, PORT, "GE1")).entities == {1: (70,)}


def test_a_slot_that_is_called_like_a_port_is_none() -> None:
    """Slot 1 is not port "1", and what it holds is not port 1's; port entity "1" is."""
    joins = joined(
        (10, 0, CONTAINER, "1"),
        (11, 10, SENSOR, "Inlet"),
        (70, 20, PORT, "2"),
        (20, 0, MODULE, "x"),
    )

    assert joins.entity_port == {70: 2}
    assert joins.sensor_port == {}


def test_what_a_port_contains_is_its_own() -> None:
    """A module in a port and a sensor in that module."""
    joins = joined((70, 1, PORT, "ge1"), (80, 70, MODULE, "SFP"), (81, 80, SENSOR, "Rx"))

    assert joins.entities == {1: (70, 80)}
    assert joins.sensors == {1: (81,)}
    assert joins.words[81] == "Rx | "


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (MODULE, "SFP"),
        (MODULE, "10GBASE-LR XFP module"),
        (MODULE, "QSFP28 transceiver"),
        (CONTAINER, ""),
        (CONTAINER, "Gigabit Port Container"),
        (CONTAINER, "SFP slot 3"),
        (CONTAINER, "Xcvr Slot 1"),
        (CONTAINER, "SFP bay 0/1"),
    ],
)
def test_what_is_beside_the_only_port_of_its_cage_is_that_ports(kind: int, name: str) -> None:
    """A cage, or a pluggable, that holds the port and its sensors side by side."""
    joins = joined((60, 1, kind, name), (70, 60, PORT, "ge1"), (81, 60, SENSOR, "Rx Power"))

    assert joins.sensors == {1: (81,)}


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (MODULE, "Uplink Module 1"),
        (MODULE, ""),
        (MODULE, "I/O controller C7200-I/O-FE"),
        (MODULE, "HWIC-1GE-SFP"),
        (MODULE, "1-port 10GE SFP+ uplink"),
        (MODULE, "OLT uplink card"),
        (MODULE, "Media converter board, SFP"),
        (MODULE, "SPA-1X10GE-L-V2 XFP adapter"),
        (CONTAINER, "Slot 5"),
        (CONTAINER, "Physical Slot 1"),
        (CONTAINER, "module container 2"),
        (CONTAINER, "MSFC daughterboard"),
        (CHASSIS, "CPE"),
        (POWER_SUPPLY, "PSU with SFP"),
        (STACK, "stack"),
    ],
)
def test_what_is_beside_the_only_port_of_a_card_is_the_cards(kind: int, name: str) -> None:
    """One port or many: temperatures, rails and serial numbers of a card are its own."""
    joins = joined(
        (60, 1, kind, name),
        (70, 60, PORT, "ge1"),
        (81, 60, SENSOR, "Module Temperature"),
        (82, 60, MODULE, "CPU sub-module"),
    )

    assert joins.sensors == {}
    assert joins.entity_port == {70: 1}


def test_a_card_with_one_known_port_of_two_is_a_card() -> None:
    """A port entity that is no interface is a port all the same."""
    joins = joined(
        (60, 1, CONTAINER, ""), (70, 60, PORT, "ge1"), (71, 60, PORT, "x9"), (81, 60, SENSOR, "T")
    )

    assert joins.sensors == {}


@pytest.mark.parametrize(
    "name",
    ["Inlet temperature", "Board temp", "ambient", "CPU core", "PHY 1", "3.3V rail", "Hotspot"],
)
def test_a_sensor_that_says_that_it_is_a_boards_is_no_ports(name: str) -> None:
    """Wherever the agent puts it."""
    joins = joined((70, 1, PORT, "ge1"), (81, 70, SENSOR, name), (82, 0, SENSOR, f"ge1 {name}"))

    assert joins.sensors == {}


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (MODULE, "Fan Tray Module 1"),
        (MODULE, "MSFC3 Daughterboard"),
        (MODULE, "Uplink Module 1"),
        (MODULE, "Supervisor 2 ports"),
        (POWER_SUPPLY, "PSU 1"),
        (CHASSIS, "CPE"),
        (STACK, "ge1"),
    ],
)
def test_a_board_is_no_ports_module_though_it_is_aliased(kind: int, name: str) -> None:
    """Dell's fan tray is aliased to an ifIndex (recording dnos_s4048)."""
    joins = joined(
        (60, 1, kind, name), (81, 60, SENSOR, "Temperature"), alias={(60, 0): if_index(1)}
    )

    assert (joins.entity_port, joins.sensor_port) == ({}, {})


def test_a_card_that_is_several_ports_is_none_of_them() -> None:
    """Some agents alias a card to each of its ports."""
    alias: dict[Index, Cell] = {(60, 0): if_index(1), (60, 1): if_index(2)}

    assert joined((60, 1, MODULE, "SFP"), alias=alias).entity_port == {}


def test_a_pluggable_that_is_called_as_its_port_is_that_ports() -> None:
    """IOS XR: the bay holds the module; the port stands beside the bay."""
    joins = joined(
        (50, 1, MODULE, "Qumran"),
        (60, 50, CONTAINER, "SFP bay 4"),
        (70, 60, MODULE, "ge1"),
        (71, 70, MODULE, "ge1-IDPROM"),
        (81, 70, SENSOR, "ge1-Rx Power"),
        (72, 50, PORT, "0/RP0/CPU0-ge1"),
        alias={(72, 0): if_index(1)},
    )

    assert joins.entities == {1: (70, 71, 72)}
    assert joins.sensors == {1: (81,)}
    assert joins.aliased == {72}


def test_what_a_container_that_names_a_port_holds_is_that_ports() -> None:
    """Arista: nothing else says so, and the sensors' own texts may not."""
    joins = joined(
        (60, 1, CONTAINER, "Xcvr for Ethernet1"),
        (61, 60, MODULE, "lane 1"),
        (81, 60, SENSOR, "DOM Temperature"),
        (82, 61, SENSOR, "RX Power"),
        names=("Ethernet1", "Ethernet2"),
    )

    assert joins.sensors == {1: (81, 82)}


def test_sensors_of_pluggables_without_a_port_are_counted() -> None:
    """A board's are not: nobody misses them."""
    joins = joined(
        (81, 1, SENSOR, "DOM RX Power Sensor for Ethernet9"),
        (82, 1, SENSOR, "Transceiver temperature"),
        (83, 1, SENSOR, "Laser bias"),
        (84, 1, SENSOR, "Inlet temperature"),
        (85, 1, SENSOR, "PSU input power"),
        (86, 1, SENSOR, "Fan 1"),
        (87, 1, SENSOR, "ge1 Receive Power"),
    )

    assert joins.lost_sensors == {81, 82, 83}


def test_a_sensor_beside_two_ports_is_nobodys() -> None:
    """A line card's temperature."""
    joins = joined(
        (60, 1, MODULE, "card"), (70, 60, PORT, "ge1"), (71, 60, PORT, "ge2"), (81, 60, SENSOR, "T")
    )

    assert joins.sensors == {}


def test_nothing_crosses_a_chassis() -> None:
    """A switch with one port contains its fan as well."""
    joins = joined((1, 0, CHASSIS, "box"), (70, 1, PORT, "ge1"), (81, 1, SENSOR, "Fan"))

    assert joins.sensors == {}


def test_a_sensor_may_have_the_port_in_its_name() -> None:
    """Gi1/0/49 Receive Power Sensor, contained in the chassis."""
    joins = joined((1, 0, CHASSIS, "box"), (81, 1, SENSOR, "ge1 Receive Power Sensor"))

    assert joins.sensors == {1: (81,)}


def test_agents_that_do_not_class_their_sensors() -> None:
    """Without a class, or other(1), unknown(2): what is in the port may be a sensor."""
    joins = joined((70, 1, PORT, "ge1"), (81, 70, 0, "Rx"), (82, 70, 2, "Tx"), (83, 70, 7, "Fan"))

    assert joins.sensors == {1: (81, 82)}


def test_entities_that_contain_each_other() -> None:
    """An agent may say anything."""
    assert joined((70, 71, SENSOR, "a"), (71, 70, SENSOR, "b")).sensors == {}


def test_no_port_has_entities_without_end() -> None:
    """A one-port question asks for each of them."""
    joins = joined((70, 1, PORT, "ge1"), *((n, 70, SENSOR, "Rx") for n in range(1000, 3000)))

    assert len(joins.sensors[1]) == 200
