"""Which drivers there are, and which one a device belongs to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from techinfo.collect.registry import _MOST_PLATFORMS, Registry, load, registry_of
from techinfo.driver import Answers, Column, DescrMatches, Driver, TransceiverTable, dbm
from techinfo.errors import DriverError, NoDriverError
from techinfo.model import Fact

CISCO = "1.3.6.1.4.1.9.1"
VERSION = "1.3.6.1.4.1.9.5.0"


def a(name: str, *claims: str, **more: Any) -> Driver:
    """A driver of that name."""
    return Driver(name=name, vendor="", sys_object_ids=claims, **more)


def registry(*drivers: Driver) -> Registry:
    """Each in a file of its own."""
    return registry_of((d, f"{d.name}.py") for d in drivers)


def test_two_drivers_that_claim_one_device_stop_the_start() -> None:
    """Both are named, and what to do."""
    with pytest.raises(DriverError, match=r"'one' and 'two' both claim .*9\.1; give one"):
        registry(a("one", CISCO), a("two", CISCO))


def test_equal_claims_under_other_conditions_are_two_claims() -> None:
    """In any order of the conditions; the same ones are the same claim."""
    first, second = DescrMatches("a"), DescrMatches("b")

    registry(a("one", CISCO, when=(first,)), a("two", CISCO, when=(second,)), a("three", CISCO))

    with pytest.raises(DriverError, match="both claim"):
        registry(a("one", CISCO, when=(first, second)), a("two", CISCO, when=(second, first)))


def test_two_drivers_of_one_name_stop_the_start() -> None:
    """Both files are named."""
    with pytest.raises(DriverError, match=r"two drivers are named 'x': in a.py and in b.py"):
        registry_of([(a("x", CISCO), "a.py"), (a("x", f"{CISCO}.7"), "b.py")])


def test_a_driver_that_can_never_read_stops_the_start() -> None:
    """A slip in an OID is not found out at a customer's port."""
    table = TransceiverTable(mib="", rx_power=Column("1.3.6.1.", dbm()))

    with pytest.raises(DriverError, match=r"'x': '1\.3\.6\.1\.' is no OID"):
        registry(a("x", transceivers=(table,)))


@pytest.mark.parametrize(
    ("sys_object_id", "expected"),
    [
        (f"{CISCO}.1208", "ios"),
        (f"{CISCO}.1208.1", "ios"),
        (f"{CISCO}.12080", "ios"),
        ("1.3.6.1.4.1.9.10", "generic"),
        ("1.3.6.1.4.1.9.12.3.1", "nexus"),
        (f"{CISCO}.7", "seven"),
        ("", "generic"),
        ("0.0", "generic"),
    ],
)
def test_the_longest_claim_on_an_arc_border_wins(sys_object_id: str, expected: str) -> None:
    """1.3.6.1.4.1.9.1 does not claim 1.3.6.1.4.1.9.10 or .12."""
    drivers = registry(
        a("ios", CISCO), a("nexus", "1.3.6.1.4.1.9.12.3.1"), a("seven", f"{CISCO}.7"), a("generic")
    )

    assert drivers.choose(sys_object_id, "").name == expected


def test_a_condition_narrows_a_claim() -> None:
    """And is asked for only from those who are claimed."""
    drivers = registry(
        a("old", CISCO, when=(Answers(VERSION, r"^6\."),)),
        a("new", CISCO),
        a("other", "1.3.6.1.4.1.8", when=(Answers("1.3.6.1.4.1.8.1.0"),)),
    )

    assert drivers.probes(f"{CISCO}.5") == (VERSION,)
    assert drivers.probes("1.3.6.1.4.1.7") == ()
    assert drivers.choose(f"{CISCO}.5", "", {VERSION: b"6.44"}).name == "old"
    assert drivers.choose(f"{CISCO}.5", "", {VERSION: b"7.1"}).name == "new"
    assert drivers.choose(f"{CISCO}.5", "").name == "new"


def test_a_longer_claim_comes_before_a_narrower_one() -> None:
    """Conditions decide between equals only; one that does not hold is no claim."""
    drivers = registry(
        a("long", f"{CISCO}.5"),
        a("narrow", CISCO, when=(DescrMatches("ios"),)),
        a("longest", f"{CISCO}.5.1", when=(DescrMatches("xe"),)),
    )

    assert drivers.choose(f"{CISCO}.5.1", "IOS").name == "long"
    assert drivers.choose(f"{CISCO}.6", "IOS").name == "narrow"


def test_two_claims_that_hold_equally_are_not_decided_by_lot() -> None:
    """SysDescr fits both: wrong values are worse than none."""
    drivers = registry(
        a("one", CISCO, when=(DescrMatches("ios"),)), a("two", CISCO, when=(DescrMatches("xe"),))
    )

    with pytest.raises(DriverError, match="'one' and 'two' claim"):
        drivers.choose(CISCO, "ios-xe")


def test_nobody_claims_it() -> None:
    """Without a generic driver that is an error, with the id."""
    with pytest.raises(NoDriverError) as caught:
        registry(a("ios", CISCO)).choose("1.3.6.1.4.1.8", "")

    assert caught.value.sys_object_id == "1.3.6.1.4.1.8"


def test_a_driver_by_its_name() -> None:
    """An unknown one is an error that says which there are."""
    drivers = registry(a("ios"), a("generic"))

    assert drivers.named("ios").name == "ios"
    with pytest.raises(DriverError, match="no driver 'nexus'; there are generic, ios"):
        drivers.named("nexus")


def test_the_packages_drivers_can_be_used_together() -> None:
    """No two claim one device, every one is checked, and any other device is read as well."""
    drivers = load()

    assert "generic" in drivers.drivers
    assert drivers.choose("1.3.6.1.4.1.4294967295", "").name == "generic"


GOOD = """
from techinfo.driver import Driver
DRIVER = Driver(name="own_os", vendor="Own", sys_object_ids=("1.3.6.1.4.1.99998",))
"""


def test_an_operators_own_folder(tmp_path: Path) -> None:
    """A new file is a new driver; one that begins with an underscore is not."""
    (tmp_path / "own_os.py").write_text(GOOD)
    (tmp_path / "_draft.py").write_text("raise SystemError")

    drivers = load([tmp_path])

    assert drivers.choose("1.3.6.1.4.1.99998.1", "").name == "own_os"
    assert drivers.files["own_os"].endswith("own_os.py")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("DRIVER = Driver(", "cannot be imported: .*never closed"),
        ("import nothing_of_the_kind", "cannot be imported: No module"),
        ("raise ValueError('late')", "cannot be imported: late"),
        ("X = 1", "declares neither"),
        ("DRIVERS = ()", "declares neither"),
        ("DRIVERS = None", "declares neither"),
        ("DRIVER = 'x'", "declares neither"),
        (GOOD.replace("own_os", "generic"), "two drivers are named 'generic'"),
        (GOOD.replace("99998", "99998."), "is no OID"),
    ],
)
def test_a_broken_file_stops_the_start(tmp_path: Path, text: str, words: str) -> None:
    """And says which one, and why."""
    (tmp_path / "broken_os.py").write_text(text)

    with pytest.raises(DriverError, match=words) as caught:
        load([tmp_path])

    assert "broken_os" in str(caught.value) or "own_os" in str(caught.value)


def test_a_folder_that_is_none_stops_the_start(tmp_path: Path) -> None:
    """A typing mistake in the settings."""
    with pytest.raises(DriverError, match="is not a folder"):
        load([tmp_path / "drivrs"])


def test_how_a_drivers_facts_are_read_is_worked_out_once() -> None:
    """For all devices of a model; of however many models they say that they are."""
    optics = TransceiverTable(mib="", rx_power=Column(".1.2", dbm()))
    bases = {f"{CISCO}.1": "1.3.1", f"{CISCO}.1.7": "1.3.2"}
    known = registry(a("x", CISCO, bases=bases, transceivers=(optics,)))
    driver = known.named("x")

    met = [known.platform(driver, f"{CISCO}.1.{model}") for model in (8, 8, 7)]
    for number in range(100, 1300):
        known.platform(driver, f"{CISCO}.1.{number}")

    assert met[0] is met[1]
    assert [p.plans[Fact.TRANSCEIVER].tables[0].columns for p in met[1:]] == [
        ("1.3.1.1.2",),
        ("1.3.2.1.2",),
    ]
    assert len(known._platforms) == _MOST_PLATFORMS
    with pytest.raises(DriverError, match="no base"):
        known.platform(driver, f"{CISCO}.2")
