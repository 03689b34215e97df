"""The port that a text names."""

from __future__ import annotations

import pytest

from techinfo.facts.entities import port_named_in

PORTS: dict[str, int | None] = {
    "ethernet1": 1, "ethernet10": 10, "ethernet50/1": 51, "ethernet1/1/1": 111,
    "gi1/0/49": 49, "gigabitethernet1/0/49": 49, "te1/1/1": 61,
    "gigabitethernet0/0/0/4": 4, "xe-0/0/0": 70, "xe-0/0/0:1": 71, "xe-0/0/0.0": 72,
    "eth-0-3": 80, "eth-0-30": 81, "port 1": 101, "port 12": 112, "7": 7, "12": 12, "1/1": 200,
    "a1": 300, "x2": 301, "ge1": 302, "cpu": 400, "shared1": None, "10gigabitethernet1/2/1": 500,
    "unit: 1 slot: 0 port: 3 gigabit - level": 600,
}  # fmt: skip


@pytest.mark.parametrize(
    ("words", "port"),
    [
        ("DOM RX Power Sensor for Ethernet1", 1),
        ("DOM RX Power Sensor for Ethernet10", 10),
        ("Ethernet50/1 Lane 2 Transceiver Receive Power Sensor", 51),
        ("Gi1/0/49 Receive Power Sensor", 49),
        ("GigabitEthernet1/0/49 Module Temperature Sensor", 49),
        ("Rx power (Te1/1/1)", 61),
        ("Te1/1/1 Container", 61),
        ("Switch 1 - Te1/1/1 Bias", 61),
        ("0/RP0/CPU0-GigabitEthernet0/0/0/4", 4),
        ("GigabitEthernet0/0/0/4-Tx Power", 4),
        ("Xcvr:Ethernet1, rx", 1),
        ("ETHERNET1_RX_POWER", 1),
        ("laser bias of xe-0/0/0", 70),
        ("laser bias of xe-0/0/0:1", 71),
        ("SFP eth-0-3 tx", 80),
        ("SFP eth-0-30 tx", 81),
        ("Receive power, Port 12", 112),
        ("temperature of interface 7", 7),
        ("Rx of port 1/1", 200),
        ("ge1 Rx", 302),
        ("Rx of ge1", 302),
        ("Rx (ge1)", 302),
        ("10GigabitEthernet1/2/1 TX power", 500),
        ("Unit: 1 Slot: 0 Port: 3 Gigabit - Level rx", 600),
    ],
)
def test_the_name_of_a_port_is_found_anywhere_as_a_whole_word(words: str, port: int) -> None:
    """In front, at the end, in brackets, joined to what stands behind; in any case."""
    assert port_named_in(words, PORTS) == port


@pytest.mark.parametrize(
    "words",
    [
        "DOM RX Power Sensor for Ethernet100",
        "DOM RX Power Sensor for Ethernet1/9",
        "Ethernet1-24 board temperature",
        "MyEthernet1",
        "xe-0/0/0.7 rx",
        "1xe-0/0/0",
        "Lane 7 RX Power",
        "Module 7 inlet",
        "7",
        "Slot 2 Port 1 rx",
        "Unit 2, port 12 rx",
        "Switch 3 interface 7",
        "X2-10GB-SR",
        "SFP rev A1",
        "CPU temperature",
        "shared1 rx",
        "cable from Ethernet1 to Ethernet10",
        "Card 1/1 temperature",
        "",
    ],
)
def test_what_only_looks_like_it_names_no_port(words: str) -> None:
    """Other numbers, ranges, parts of words, numbers of something else, two ports at once."""
    assert port_named_in(words, PORTS) is None


def test_a_text_without_end_costs_little() -> None:
    """What is looked up has a bound."""
    assert port_named_in("1 a " * 100_000 + "Ethernet1", PORTS) is None
