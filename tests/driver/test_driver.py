"""Who a driver is for, and relative OIDs made absolute."""

from __future__ import annotations

from dataclasses import replace

import pytest

from techinfo.driver import (
    Answers,
    ByScalar,
    Column,
    DescrMatches,
    Driver,
    Hardware,
    PortKey,
    Quantity,
    QuantityTable,
    SnmpLimits,
    TransceiverTable,
    Valid,
    celsius,
    dbm,
    index_at,
    integer,
    text,
    watts,
)
from techinfo.driver.driver import bound, is_prefix, longest_claim
from techinfo.errors import DriverError

CISCO = "1.3.6.1.4.1.9.1"


@pytest.mark.parametrize(
    ("oid", "claimed"),
    [
        ("1.3.6.1.4.1.9.1", True),
        ("1.3.6.1.4.1.9.1.1208", True),
        ("1.3.6.1.4.1.9.10", False),
        ("1.3.6.1.4.1.9.12", False),
        ("1.3.6.1.4.1.9", False),
        ("1.3.6.1.4.1.9.100.1", False),
        ("", False),
    ],
)
def test_claims_end_on_arc_borders(oid: str, claimed: bool) -> None:
    """1.3.6.1.4.1.9.1 is no claim on 1.3.6.1.4.1.9.10."""
    assert is_prefix(CISCO, oid) is claimed
    assert (
        longest_claim(Driver(name="x", vendor="", sys_object_ids=(CISCO,)), oid) >= 0
    ) is claimed


def test_the_longest_of_several_claims_counts() -> None:
    """A family and one of its models may stand in one driver."""
    driver = Driver(name="x", vendor="", sys_object_ids=("1.3.6.1.4.1.9", CISCO))

    assert longest_claim(driver, f"{CISCO}.5") == CISCO.count(".")


def test_conditions() -> None:
    """SysDescr in any case; an instance that answers, and what it answers."""
    assert DescrMatches("ios-xe").holds("Cisco IOS-XE Software")
    assert not DescrMatches("^ios").holds("Cisco IOS")
    version = Answers("1.3.6.1.4.1.9.5.0", r"^6\.")
    assert version.holds({"1.3.6.1.4.1.9.5.0": b"6.44"})
    assert not version.holds({"1.3.6.1.4.1.9.5.0": b"7.1"})
    assert not version.holds({"1.3.6.1.4.1.9.5.0": 6})
    assert not Answers("1.3.6.1.4.1.9.5.0").holds({})


FAMILY = Driver(
    name="family",
    vendor="",
    sys_object_ids=("1.3.6.1.4.1.890.1.5.8",),
    bases={
        "1.3.6.1.4.1.890.1.5.8": "1.3.6.1.4.1.890.1.15.3",
        "1.3.6.1.4.1.890.1.5.8.20": "1.3.6.1.4.1.890.1.5.8.20",
        "1.3.6.1.4.1.890.1.5.8.2": "1.3.6.1.4.1.890.1.5.8.2",
    },
    hardware=Hardware(model=(Column(".1.1.0", text),)),
    transceivers=(
        TransceiverTable(
            mib="",
            port=PortKey(source=Column(".84.1.1", integer)),
            temperature=Column("1.3.6.1.4.1.890.9.9", celsius()),
            rx_power=Column(
                ".84.1.5",
                ByScalar(".84.2.0", {1: dbm(), 2: watts(1e-6)}),
                Valid(".84.1.6", frozenset({1})),
            ),
        ),
        QuantityTable(
            mib="",
            value=".85.1.2",
            kind=index_at(1, integer),
            kinds={1: Quantity("temperature", celsius())},
        ),
    ),
    limits=SnmpLimits(no_bulk=(".85",)),
)


@pytest.mark.parametrize(
    ("model", "base"),
    [
        ("1.3.6.1.4.1.890.1.5.8.20", "1.3.6.1.4.1.890.1.5.8.20"),
        ("1.3.6.1.4.1.890.1.5.8.20.1", "1.3.6.1.4.1.890.1.5.8.20"),
        ("1.3.6.1.4.1.890.1.5.8.2", "1.3.6.1.4.1.890.1.5.8.2"),
        ("1.3.6.1.4.1.890.1.5.8.200", "1.3.6.1.4.1.890.1.15.3"),
    ],
)
def test_relative_oids_follow_the_model(model: str, base: str) -> None:
    """The longest base on an arc border; every place where an OID can stand."""
    driver = bound(FAMILY, model)

    table, quantities = driver.transceivers
    assert isinstance(table, TransceiverTable)
    assert isinstance(quantities, QuantityTable)
    rx = table.rx_power
    assert isinstance(rx, Column)
    assert isinstance(rx.convert, ByScalar)
    assert rx.valid is not None
    assert isinstance(table.port.source, Column)
    found = (rx.oid, rx.convert.oid, rx.valid.oid, table.port.source.oid, quantities.value)
    assert found == tuple(f"{base}.{n}" for n in ("84.1.5", "84.2.0", "84.1.6", "84.1.1", "85.1.2"))
    assert driver.limits.no_bulk == (f"{base}.85",)
    assert driver.hardware.model == (Column(f"{base}.1.1.0", text),)


@pytest.mark.parametrize(
    ("model", "base"),
    [
        ("1.3.6.1.4.1.8691.7.117", "117"),
        ("1.3.6.1.4.1.8691.7.84.2", "84"),
        ("1.3.6.1.4.1.8691.7", "0"),
    ],
)
def test_each_model_may_have_a_tree_of_its_own(model: str, base: str) -> None:
    """Moxa, CTS: what follows the prefix in sysObjectID; whoever says no more has none."""
    moxa = "1.3.6.1.4.1.8691.7"
    family = replace(FAMILY, bases={moxa: f"{moxa}.*"})

    assert bound(family, model).limits.no_bulk == (f"{moxa}.{base}.85",)


def test_absolute_oids_stay() -> None:
    """A family's relative tables stand beside the standard ones."""
    driver = bound(FAMILY, "1.3.6.1.4.1.890.1.5.8.20")

    table = driver.transceivers[0]
    assert isinstance(table, TransceiverTable)
    assert isinstance(table.temperature, Column)
    assert table.temperature.oid == "1.3.6.1.4.1.890.9.9"
    assert driver.links is FAMILY.links
    assert driver.bases is FAMILY.bases


def test_a_model_without_a_base_is_an_error() -> None:
    """Its columns could stand anywhere."""
    with pytest.raises(DriverError, match=r"family.*1\.3\.6\.1\.4\.1\.1"):
        bound(FAMILY, "1.3.6.1.4.1.1")
