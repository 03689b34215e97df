"""What an ACS keeps of a CPE becomes facts with their times; what does not fit is not there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.acs.serving import MAC, NOW, SERIAL, at, tr098, tr181, tree

from techinfo.acs.parameters import PROJECTION, Wanted, told
from techinfo.model import Fact

LAN = "LANDevice.1.LANEthernetInterfaceConfig.1"


def _gateway(paths: dict[str, Any], ago_s: float = 60.0) -> dict[str, Any]:
    return {"InternetGatewayDevice": tree(paths, ago_s)}


def test_a_gateway_of_tr098() -> None:
    """TR-098: who it is, since when, and its ports by the number of their instance."""
    found = told(tr098(), NOW)

    device, lan, wan = found.device, found.ports[1], found.ports[1001]
    assert (device.vendor, device.model, device.firmware) == ("Maker", "Box 1", "1.2.3")
    assert (device.serial_number, device.macs) == (SERIAL, (MAC,))
    assert device.up_since == NOW - timedelta(seconds=3660)
    assert device.informed_at == NOW - timedelta(seconds=60)
    assert sorted(found.ports) == [1, 2, 1001]
    assert lan.link
    assert (lan.link.up, lan.link.configured_speed, lan.link.speed) == (True, "auto", None)
    assert lan.counters
    assert (lan.counters.input.bytes, lan.counters.output.bytes) == (7, 8)
    assert found.ports[2].link
    assert (found.ports[2].link.up, found.ports[2].link.configured_speed) == (False, "1000-full")
    assert wan.port.descr == "WANDevice.1.WANEthernetInterfaceConfig"


def test_a_gateway_of_tr181() -> None:
    """TR-181 tells the rate, the last change and light as well."""
    found = told(tr181(), NOW)

    eth, down, optic = found.ports[1], found.ports[2], found.ports[2001]
    assert eth.link
    assert (eth.port.name, eth.link.speed) == ("eth0", 1000)
    assert eth.link.last_change == NOW - timedelta(seconds=180)
    assert down.link
    assert (down.link.up, down.link.admin_down, down.link.speed) == (False, True, None)
    assert optic.transceiver
    assert optic.transceiver.rx_power == -18.5
    assert found.device.macs == (MAC,)


def test_a_fact_is_as_old_as_its_oldest_value() -> None:
    """Maker and model never change: they make no fact old."""
    document = tr098()
    root = document["InternetGatewayDevice"]
    root["DeviceInfo"]["ModelName"]["_timestamp"] = at(40 * 86_400)
    root["LANDevice"]["1"]["LANEthernetInterfaceConfig"]["2"]["Status"]["_timestamp"] = at(7200)

    found = told(document, NOW)

    assert found.device.model == "Box 1"
    assert found.at[Fact.DEVICE] == NOW - timedelta(seconds=60)
    assert found.at[Fact.LINK] == NOW - timedelta(seconds=7200)
    assert found.at[Fact.COUNTERS] == NOW - timedelta(seconds=60)


@pytest.mark.parametrize("ago_s", [8 * 86_400.0, -3600.0])
def test_what_is_older_than_a_week_or_of_the_future_is_not_told(ago_s: float) -> None:
    """Its link then says nothing of its link now."""
    found = told(_gateway({f"{LAN}.Status": "Up", "DeviceInfo.UpTime": 5}, ago_s), NOW)

    assert not found.ports
    assert found.device.up_since is None
    assert Fact.LINK not in found.at


def test_an_uptime_of_before_the_last_start_is_not_told() -> None:
    """It has started since, and nobody has asked for its uptime."""
    found = told(tr098(_lastBoot=at(30)), NOW)

    assert found.device.up_since is None
    assert found.device.firmware == "1.2.3"


@pytest.mark.parametrize("status", ["Error", "Unknown", "Dormant", "up"])
def test_a_state_that_says_neither_is_neither(status: str) -> None:
    """Of an error nobody knows whether frames pass."""
    link = told(_gateway({f"{LAN}.Status": status}), NOW).ports[1].link

    assert link
    assert link.up is None


@pytest.mark.parametrize("level", [0, -65_536, 65_534, 65_535, True, "-18500", 1.5])
def test_a_level_that_is_none_is_not_told(level: object) -> None:
    """Ends of the range are written where nothing is measured."""
    document = {"Device": tree({"Optical.Interface.1.OpticalSignalLevel": level})}

    assert not told(document, NOW).ports


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        (Wanted(serial_number="sn0001"), 1),
        (Wanted(mac=MAC), 1),
        (Wanted(serial_number=SERIAL, mac=MAC), 2),
        (Wanted(serial_number="SN0002", mac="02:00:00:00:00:01"), 0),
        (Wanted(serial_number="*"), 0),
    ],
)
def test_a_device_fits_by_its_serial_number_and_its_mac(wanted: Wanted, fits: int) -> None:
    """In any case of letters, and never by a pattern."""
    assert wanted.fits(tr098()) == fits
    assert wanted.fits(tr181()) == fits


def test_no_password_and_nobody_behind_a_cpe_is_asked_for() -> None:
    """Neither a secret of a customer nor a device of a household."""
    words = ("Password", "Host", "WLAN", "WiFi", "Username", "ConnectionRequest")
    assert not [path for path in PROJECTION for word in words if word in path]
    assert not {"Device", "InternetGatewayDevice"} & set(PROJECTION)


_PATHS = [path for path in PROJECTION if "." in path]
_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=300),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2),
)
_PARAMETERS = st.fixed_dictionaries(
    {}, optional={"_value": _VALUES, "_timestamp": st.one_of(st.just(at()), _VALUES)}
)
_ROWS = st.dictionaries(
    st.sampled_from(["1", "2", "0", "x", "999999", "1.2", "²"]),
    st.dictionaries(
        st.sampled_from(["Status", "Enable", "MaxBitRate", "DuplexMode", "LastChange", "Stats"]),
        st.one_of(_VALUES, _PARAMETERS),
        max_size=4,
    ),
    max_size=3,
)


@settings(max_examples=100, deadline=None)
@given(
    given=st.dictionaries(
        st.sampled_from([*_PATHS, "_deviceId", "_lastInform", "_lastBoot"]),
        st.one_of(_VALUES, _PARAMETERS, _ROWS),
        max_size=6,
    )
)
def test_whatever_an_acs_answers_is_read(given: dict[str, Any]) -> None:
    """No value of the wrong type, no time in the future, no error."""
    document: dict[str, Any] = {}
    for path, value in given.items():
        *parents, last = path.split(".")
        node = document
        for name in parents:
            below = node.setdefault(name, {})
            if not isinstance(below, dict):
                below = node[name] = {}
            node = below
        node[last] = value

    found = told(document, NOW)

    assert all(at_ <= NOW + timedelta(minutes=5) for at_ in found.at.values())
    for facts in found.ports.values():
        assert facts.link is None or facts.link.up in (True, False, None)
        assert facts.port.descr
    assert Wanted(serial_number="SN0001", mac=MAC).fits(document) in (0, 1, 2)


def test_a_rate_that_is_no_number_of_any_machine_is_none() -> None:
    """Of so many digits that Python refuses to read them."""
    row = {"Status": {"_value": "Up", "_timestamp": at()}}
    row |= {"MaxBitRate": {"_value": "9" * 5000, "_timestamp": at()}}
    row |= {"DuplexMode": {"_value": "Full", "_timestamp": at()}}
    table = {"LANEthernetInterfaceConfig": {"1": row}}

    (port,) = told({"InternetGatewayDevice": {"LANDevice": {"1": table}}}, NOW).ports.values()

    assert port.link is not None
    assert (port.link.up, port.link.configured_speed) == (True, None)
