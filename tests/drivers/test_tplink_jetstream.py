"""TP-Link JetStream: light as text in milliwatts, port numbers beside ifIndexes, a frail agent."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from techinfo.collect.registry import Registry
from techinfo.collect.target import Reading
from techinfo.model import MacEntry, Transceiver
from techinfo.units import Dark
from techinfo.wire import Cell

Play = Callable[..., Reading]

DEVICE = {
    "sys_object_id": "1.3.6.1.4.1.11863.5.33",
    "sys_descr": "JetStream 24-Port Gigabit L2 Managed Switch with 4 SFP Slots",
    "ports": {49_177: "gigabitEthernet 1/0/25", 49_153: "gigabitEthernet 1/0/1"},
}
STATUS = "1.3.6.1.4.1.11863.6.96.1.7.1.1"
FDB = "1.3.6.1.2.1.17.7.1.2.2.1.2"
SFP = {2: b"50.000000", 3: b"3.416200", 4: b"9.568000", 5: b"0.398000", 6: b"0.251200", 8: b"False"}


def optic(play: Play, columns: dict[int, bytes]) -> Transceiver | None:
    """The pluggable of 1/0/25."""
    cells = {f"{STATUS}.{column}.49177": cell for column, cell in columns.items()}
    return play(cells, **DEVICE).ports[49_177].transceiver


def test_milliwatts_in_text_become_dbm(play: Play) -> None:
    """0.2512 mW is -6.0 dBm, 0.398 mW -4.0 dBm."""
    found = optic(play, SFP)

    assert found is not None
    assert found.rx_power == pytest.approx(-6.0, abs=0.001)
    assert found.tx_power == pytest.approx(-4.0012, abs=0.001)
    assert (found.temperature, found.bias, found.voltage) == (50.0, 9.568, 3.4162)


def test_not_available_is_no_reading(play: Play) -> None:
    """O6: N/A stands for an empty cage and for a module without diagnostics alike."""
    assert optic(play, dict.fromkeys(SFP, b"N/A")) is None


def test_no_milliwatt_is_no_light(play: Play) -> None:
    """O2: the temperature proves that zero was measured."""
    found = optic(play, SFP | {6: b"0.000000", 8: b"True"})

    assert found is not None
    assert found.rx_power is Dark.NO_LIGHT


@pytest.mark.parametrize("number", [25, 49_177])
def test_a_fdb_port_is_a_port_number_or_an_ifindex(play: Play, number: int) -> None:
    """F1: port 25 is ifIndex 49177, though dot1dBasePort 49177 is ifIndex 49177 too."""
    cells: dict[str, Cell] = {
        "1.3.6.1.2.1.17.1.4.1.2.49177": 49_177,
        f"{FDB}.254.2.0.0.0.0.1": number,
        f"{FDB}.254.2.0.0.0.0.2": 0,
    }

    reading = play(cells, **DEVICE)

    assert reading.ports[49_177].macs == (MacEntry(mac="02:00:00:00:00:01", vlan=254),)


def test_only_snooped_bindings_are_leases(play: Play) -> None:
    """The source dhcp-snooping is 3 in the table of IPv4, and 2 in that of IPv6."""
    v4, v6 = "1.3.6.1.4.1.11863.6.68.1.1.1.1", "1.3.6.1.4.1.11863.6.69.1.1.1.1"
    address = bytes.fromhex("20010db8000000000000000000000009")
    index = ".".join(map(str, (16, *address)))
    cells: dict[str, Cell] = {
        f"{v4}.2.192.0.2.10": bytes((192, 0, 2, 10)),
        f"{v4}.3.192.0.2.10": b"02-00-00-00-00-01",
        f"{v4}.4.192.0.2.10": 100,
        f"{v4}.5.192.0.2.10": b"1/0/25",
        f"{v4}.7.192.0.2.10": 3,
        f"{v4}.2.192.0.2.11": bytes((192, 0, 2, 11)),
        f"{v4}.5.192.0.2.11": b"1/0/25",
        f"{v4}.7.192.0.2.11": 1,
        f"{v6}.2.{index}": address,
        f"{v6}.5.{index}": b"1/0/25",
        f"{v6}.7.{index}": 2,
    }

    leases = play(cells, **DEVICE).ports[49_177].leases

    assert [(x.address, x.mac, x.vlan) for x in leases] == [
        ("192.0.2.10", "02:00:00:00:00:01", 100),
        ("2001:db8::9", None, None),
    ]


def test_the_agent_is_spared(registry: Registry) -> None:
    """A1: no GETBULK on diagnostics; A2: a 15th varbind has rebooted a switch."""
    limits = registry.named("tplink_jetstream").limits

    assert limits.no_bulk == ("1.3.6.1.4.1.11863.6.96",)
    assert limits.varbinds <= 10


def test_the_hardware_version_is_no_part_of_the_model(play: Play) -> None:
    """The agent says ``T2600G-28TS 3.0``."""
    info = "1.3.6.1.4.1.11863.6.1.1"
    cells: dict[str, Cell] = {
        f"{info}.5.0": b"T2600G-28TS 3.0",
        f"{info}.6.0": b"3.0.3 Build 20181101 Rel.42543(s)",
        f"{info}.8.0": b"2170000000001",
    }

    device = play(cells, **DEVICE).device

    assert device is not None
    assert (device.model, device.firmware, device.serial_number) == (
        "T2600G-28TS",
        "3.0.3",
        "2170000000001",
    )
