"""What has changed between two readings, in words."""

from __future__ import annotations

from typing import Any

import pytest

from techinfo.tickets.reading import difference

READ = {"state": "ok"}
PARTS = ("hardware", "status", "macAddressTable", "leaseInfo", "cpe")


def document(**bodies: Any) -> dict[str, Any]:
    """A document of which these parts were read."""
    return {"parts": {part: READ for part in PARTS if part in bodies}, **bodies}


def status(**told: Any) -> dict[str, Any]:
    """A document with a link status alone."""
    return document(status=told)


def counted(at: str, **ways: Any) -> dict[str, Any]:
    """A link status with counters."""
    return status(statistics={"counterResetAt": at, **ways})


def light(rx: str | None) -> dict[str, Any]:
    """A link status with a light level, or a module that tells none."""
    return status(transceiver={"temp": "40.00"} | ({} if rx is None else {"dbmRx": rx}))


def macs(*told: str) -> dict[str, Any]:
    """A document with a MAC table alone."""
    return document(macAddressTable=[{"mac": mac, "serviceType": "bb"} for mac in told])


SINCE, LATER = "2026-11-21T09:00:00Z", "2026-11-21T09:30:00Z"
TABLE: dict[str, tuple[Any, Any, tuple[str, ...]]] = {
    "same": (status(link=True), status(link=True), ("nothing has changed",)),
    "up": (
        status(link=False),
        status(link=True, linkSince=LATER),
        (f"the link came up, at {LATER}",),
    ),
    "down": (status(link=True), status(link=False), ("the link went down",)),
    "flap": (
        status(link=True, linkSince=SINCE),
        status(link=True, linkSince=LATER),
        (f"the link went down and came up again, at {LATER}",),
    ),
    "opened": (status(adminDown=True), status(adminDown=False), ("the port was opened",)),
    "shut": (status(adminDown=False), status(adminDown=True), ("the port was shut",)),
    "speed": (
        status(linkSpeed=100, fullDuplex=False),
        status(linkSpeed=1000, fullDuplex=True),
        ("the speed went from 100 to 1000 Mbit/s", "half duplex became full"),
    ),
    "fell": (
        light("-18.20"),
        light("-21.20"),
        ("the light received fell by 3.0 dB, from -18.20 to -21.20 dBm",),
    ),
    "rose": (
        light("-27.40"),
        light("-19.10"),
        ("the light received rose by 8.3 dB, from -27.40 to -19.10 dBm",),
    ),
    "noise": (light("-18.20"), light("-18.50"), ("nothing has changed",)),
    "light gone": (light("-18.20"), light(None), ("the light received is told no longer",)),
    "light there": (light(None), light("-18.20"), ("the light received is told now",)),
    "errors": (
        counted(SINCE, input={"errors": 10, "crcErrors": 4}, output={"errors": 0}),
        counted(SINCE, input={"errors": 25, "crcErrors": 4}, output={"errors": 0}),
        ("errors on input grew by 15",),
    ),
    "no errors": (
        counted(SINCE, input={"errors": 10}),
        counted(SINCE, input={"errors": 10}),
        ("no new errors",),
    ),
    "anew": (
        counted(SINCE, input={"crcErrors": 10}),
        counted(LATER, input={"crcErrors": 12}),
        ("CRC errors on input grew by 12, counted anew since",),
    ),
    "wrapped": (
        counted(SINCE, input={"errors": 10}),
        counted(SINCE, input={"errors": 3}),
        ("errors on input grew by 3, counted anew since",),
    ),
    "one mac": (macs(), macs("02:00:00:00:00:11"), ("a MAC address appeared: 02:00:00:00:00:11",)),
    "mac swapped": (
        macs("02:00:00:00:00:11"),
        macs("02:00:00:00:00:22"),
        (
            "a MAC address appeared: 02:00:00:00:00:22",
            "a MAC address disappeared: 02:00:00:00:00:11",
        ),
    ),
    "many macs": (
        macs(),
        macs(*(f"02:00:00:00:00:{n:02}" for n in range(10, 17))),
        (
            "MAC addresses appeared: 02:00:00:00:00:10, 02:00:00:00:00:11, 02:00:00:00:00:12,"
            " 02:00:00:00:00:13, 02:00:00:00:00:14 and 2 more",
        ),
    ),
    "lease": (
        document(leaseInfo=[]),
        document(leaseInfo=[{"lease": "198.51.100.7"}]),
        ("a lease appeared: 198.51.100.7",),
    ),
    "switch back": (
        {"parts": {"hardware": {"state": "failed"}}, "hardware": {"up": False}},
        document(hardware={"up": True, "upSince": LATER}),
        ("the access switch answers again",),
    ),
    "restarted": (
        document(hardware={"up": True, "upSince": SINCE}),
        document(hardware={"up": True, "upSince": LATER}),
        (f"the access switch has restarted, at {LATER}",),
    ),
    "cpe": (
        document(cpe={"up": True, "mac": "02:00:00:00:00:77"}),
        document(cpe={"up": True, "mac": "02:00:00:00:00:78"}),
        ("another CPE is there: 02:00:00:00:00:77 became 02:00:00:00:00:78",),
    ),
    "cpe silent": (
        document(cpe={"up": True}),
        {"parts": {"cpe": {"state": "failed"}}, "cpe": {"up": False}},
        ("the CPE no longer answers",),
    ),
    "groups": (
        status() | {"igmpGroups": 3},
        status() | {"igmpGroups": 0},
        ("multicast groups went from 3 to 0",),
    ),
    "lost a part": (
        document(status={"link": True}, macAddressTable=[]),
        document(status={"link": True}),
        (
            "nothing has changed",
            "macAddressTable is not compared: it could not be read the second time",
        ),
    ),
    "failed at first": (
        {"parts": {"status": {"state": "failed"}}},
        status(link=True),
        ("nothing has changed", "status is not compared: it could not be read the first time"),
    ),
}


@pytest.mark.parametrize("case", TABLE)
def test_a_change_is_told_in_words(case: str) -> None:
    """And what could not be compared is named, so that nobody takes it for unchanged."""
    before, after, told = TABLE[case]

    assert difference(before, after) == told


def test_an_unknown_value_is_never_a_change() -> None:
    """What only one of the two tells has not come or gone."""
    before = status(link=True, linkSpeed=1000)
    after = status(fullDuplex=True, adminDown=False)

    assert difference(before, after) == ("nothing has changed",)
