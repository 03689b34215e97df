"""The field cases of issue 11, as people meet them: by ``techinfo replay FILE --jsonl``.

Cases 07 to 10 need an agent, not a file: tests/snmp/test_malformed.py.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run

CASES = Path(__file__).parent / "cases"
Document = dict[str, Any]


@pytest.fixture
def replayed(techinfo: Run, request: pytest.FixtureRequest) -> Document:
    """The document of the case whose number is the first word of the test's name."""
    number = request.node.name.split("_")[1]
    (path,) = CASES.glob(f"{number}-*.snmprec")
    done = techinfo("replay", str(path), "--jsonl")
    assert (done.returncode, done.stderr) == (0, "")
    (line,) = done.stdout.splitlines()
    document: Document = json.loads(line)
    return document


def _ports(document: Document, field: str) -> dict[str, Any]:
    """By port: a field of its status; ports without it are not there."""
    found = {port["name"]: port["status"].get(field) for port in document["ports"]}
    return {name: told for name, told in found.items() if told is not None}


def test_01_rates_behind_a_wrap(replayed: Document) -> None:
    """10, 25 and 5 Gbit/s are told, what is saturated is not."""
    assert _ports(replayed, "linkSpeed") == {
        "eth1": 10_000, "eth2": 10_000, "eth3": 25_000, "eth5": 5000, "eth6": 10_000,
    }  # fmt: skip


def test_02_if_high_speed_in_bits(replayed: Document) -> None:
    """And an ifSpeed in Mbit/s, which is believed of nobody."""
    assert _ports(replayed, "linkSpeed") == {
        "Port1": 100, "Port2": 10, "Port3": 1000, "Port4": 1000, "Port7": 1000, "P8": 1000,
    }  # fmt: skip


def test_06_an_eeprom_with_every_second_octet_lost(replayed: Document) -> None:
    """Its readings are told, its names are not."""
    assert _ports(replayed, "transceiver") == {
        "GigabitEthernet0/0/1": {
            "dbmRx": "-12.03",
            "dbmTx": "-5.50",
            "temp": "33.0",
            "biasTx": "6.00",
            "supplyVoltage": "3.28",
        }
    }


def test_12_a_cards_sensors(replayed: Document) -> None:
    """Nothing plugged in tells anything; nothing of it is missing."""
    assert _ports(replayed, "transceiver") == {}
    assert replayed["parts"]["transceiver"]["state"] == "empty"


def test_13_a_daughterboard_beside_a_port(replayed: Document) -> None:
    """Each port has the names of the module that is aliased to it."""
    assert _ports(replayed, "transceiver") == {
        "Gi5/1": {"vendor": "CISCO-METHODE", "serialNumber": "MTC00000252"},
        "Gi5/2": {"vendor": "CISCO-AVAGO", "serialNumber": "AGM00000QV4"},
    }


def test_15_the_port_at_the_end_of_the_words(replayed: Document) -> None:
    """As Arista and SONiC write it."""
    told = {
        "dbmRx": "-13.00",
        "dbmTx": "-2.30",
        "temp": "25.8",
        "biasTx": "33.45",
        "supplyVoltage": "3.31",
    }

    assert _ports(replayed, "transceiver") == {"Ethernet1": told, "Ethernet2": told}
    assert replayed["parts"]["transceiver"]["state"] == "ok"


def test_16_lanes_that_have_no_fibre(replayed: Document) -> None:
    """Lanes 1 and 10 of ten are not told, and are not the level."""
    optic = _ports(replayed, "transceiver")["Ethernet50/1"]

    assert optic["dbmRx"] == "-1.19"
    assert optic["lanes"] == [{"dbmRx": "-1.19"}] * 8


def test_17_descriptions_in_every_encoding(replayed: Document) -> None:
    """What cannot be told from Latin-1 is read as such; nothing controls a screen."""
    told = {port["name"]: port.get("description") for port in replayed["ports"]}

    assert told == {
        "utf8": "Åkerö 7",
        "latin1": "Åkerö 7",
        "cp1251": bytes.fromhex("d3ebe8f6e02035").decode("latin-1"),
        "utf16le": "Åkerö",
        "utf16be-bom": "Åkerö",
        "cp850": "\ufffdker\ufffd",
        "gbk": bytes.fromhex("bfcdbba737").decode("latin-1"),
        "ctrl": "cust7",
        "cp1252": "cust \ufffd 7 \ufffd",
        "trunc-utf8": "Kund åä",
        "nul": "cust7",
        "ff": None,
    }
