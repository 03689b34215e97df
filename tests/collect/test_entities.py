"""Which entity belongs to which port."""

from __future__ import annotations

from techinfo.collect.entities import add_entities
from techinfo.collect.joins import Joins
from techinfo.model import Port
from techinfo.wire import Cell, Cells, Index

INSIDE, KIND, NAME, DESCR = (f"1.3.6.1.2.1.47.1.1.1.1.{n}" for n in (4, 5, 7, 2))
ALIAS = "1.3.6.1.2.1.47.1.3.2.1.2"
CHASSIS, CONTAINER, SENSOR, MODULE, PORT = 3, 5, 8, 9, 10


def joined(*entities: tuple[int, int, int, str], alias: dict[Index, Cell] | None = None) -> Joins:
    """Ports 1 and 2, and entities: number, container, class, name."""
    joins = Joins(ports={n: Port(if_index=n, name=f"ge{n}", descr=str(n)) for n in (1, 2)})
    cells: Cells = {
        INSIDE: {(e[0],): e[1] for e in entities},
        KIND: {(e[0],): e[2] for e in entities if e[2]},
        NAME: {(e[0],): e[3].encode() for e in entities},
        ALIAS: alias or {},
    }
    add_entities(joins, cells)
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


def test_a_sensor_beside_the_only_port_of_a_module_is_that_ports() -> None:
    """Cisco: the module contains the port and the sensors."""
    joins = joined((60, 1, MODULE, "SFP"), (70, 60, PORT, "ge1"), (81, 60, SENSOR, "Rx"))

    assert joins.sensors == {1: (81,)}


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
