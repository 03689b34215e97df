"""A driver that can never read what it declares is refused at start."""

from __future__ import annotations

from typing import Any

import pytest

from techinfo.driver import (
    Answers,
    ByScalar,
    Column,
    DescrMatches,
    Driver,
    FromDescr,
    FromIndex,
    Hardware,
    LeaseTable,
    PortBy,
    PortKey,
    Quantity,
    QuantityTable,
    SensorTable,
    SnmpLimits,
    TransceiverTable,
    Valid,
    celsius,
    dbm,
    index_at,
    index_octets,
    integer,
    ipv4,
)
from techinfo.driver.check import check
from techinfo.errors import DriverError

OID = "1.3.6.1.4.1.99999.7"


def optics(column: Column[Any], **more: Any) -> dict[str, Any]:
    """A driver's table with this column of rx power."""
    return {"transceivers": (TransceiverTable(mib="X", rx_power=column, **more),)}


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        ({"name": ""}, "no name"),
        (
            optics(Column(OID, dbm()), lane=FromIndex(lambda _: 2, integer, "two")),
            "always the same is lane",
        ),
        ({"sys_object_ids": ("1.3.6.1.4.1.9.",)}, "is no OID"),
        ({"sys_object_ids": (".1.3.6.1.4.1.9",)}, "is no OID"),
        ({"bases": {"cisco": OID}}, "is no OID"),
        (optics(Column("1.3.6.1.4.1.99999..7", dbm())), "is no OID"),
        (optics(Column(".7.1", dbm())), "no bases"),
        (optics(Column(OID, dbm(), Valid("x", frozenset()))), "is no OID"),
        (optics(Column(OID, ByScalar(f"{OID}.1", {1: dbm()}))), "no scalar"),
        ({"when": (Answers("sysName.0"),)}, "is no OID"),
        ({"when": (DescrMatches("(unclosed"),)}, "no regular expression"),
        ({"limits": SnmpLimits(no_bulk=("1.3,6",))}, "is no OID"),
        ({"hardware": Hardware(model=(FromDescr("Version .*"),))}, "no group"),
        (optics(Column(OID, dbm()), port=PortKey(PortBy.FIXED_PORT)), "needs a pattern"),
        (optics(Column(OID, dbm()), port=PortKey(name="ge[")), "no regular expression"),
        (
            {"leases": (LeaseTable(mib="X", address=index_octets(1, 4, ipv4)),)},
            "a table of X has no column",
        ),
        (
            {
                "transceivers": (
                    QuantityTable(
                        mib="X",
                        value=OID,
                        kind=index_at(1, integer),
                        kinds={1: Quantity("temprature", celsius())},
                    ),
                )
            },
            "no reading",
        ),
        (
            {
                "transceivers": (
                    SensorTable(mib="X", kind="", scale=OID, precision=OID, value=OID, status=OID),
                )
            },
            "is no OID",
        ),
    ],
)
def test_a_slip_of_the_pen_is_found(declared: dict[str, Any], words: str) -> None:
    """And says which driver and what is wrong with it."""
    driver = Driver(**{"name": "slip", "vendor": ""} | declared)

    with pytest.raises(DriverError, match=words) as caught:
        check(driver)

    assert repr(driver.name) in str(caught.value)


def test_a_driver_of_relative_oids_with_bases_is_right() -> None:
    """The columns of a family."""
    check(
        Driver(
            name="family",
            vendor="",
            bases={OID: OID},
            **optics(Column(".7.1", ByScalar(".8.0", {1: dbm()}))),
        )
    )
