"""Walks as people mail them: cut to some tables, in whatever form snmpwalk has printed them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from techinfo.cli.main import app

_NUMBERS = """\
.1.3.6.1.2.1.2.2.1.1.1 = INTEGER: 1
.1.3.6.1.2.1.2.2.1.2.1 = STRING: "eth1"
.1.3.6.1.2.1.2.2.1.3.1 = INTEGER: 6
.1.3.6.1.2.1.2.2.1.5.1 = Gauge32: 1000000000
.1.3.6.1.2.1.2.2.1.7.1 = INTEGER: 1
.1.3.6.1.2.1.2.2.1.8.1 = INTEGER: 1
.1.3.6.1.2.1.31.1.1.1.1.1 = STRING: "eth1"
.1.3.6.1.2.1.31.1.1.1.6.1 = Counter64: 1234567890123
"""
_NAMES = """\
IF-MIB::ifIndex.1 = INTEGER: 1
IF-MIB::ifDescr.1 = STRING: eth1
IF-MIB::ifType.1 = INTEGER: ethernetCsmacd(6)
IF-MIB::ifSpeed.1 = Gauge32: 1000000000
IF-MIB::ifAdminStatus.1 = INTEGER: up(1)
IF-MIB::ifOperStatus.1 = INTEGER: up(1)
IF-MIB::ifName.1 = STRING: eth1
IF-MIB::ifHCInOctets.1 = Counter64: 1234567890123
"""
_TREE = ".iso.org.dod.internet.mgmt.mib-2"


def _replayed(path: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    done = CliRunner().invoke(app, ["replay", "--jsonl", str(path), *arguments])
    return done.exit_code, json.loads(done.stdout)


def _quick(text: str) -> str:
    lines = (line.replace(" = ", " ", 1).split(": ") for line in text.splitlines())
    return "\n".join(f"{first.rsplit(' ', 1)[0]} {value}" for first, value in lines) + "\n"


def _untyped(text: str) -> str:
    lines = (line.split(" = ") for line in text.splitlines())
    return "\n".join(f"{oid} = {value.split(': ')[1]}" for oid, value in lines) + "\n"


@pytest.mark.parametrize(
    "walk",
    [
        pytest.param(_NUMBERS.encode(), id="as the field case has it"),
        pytest.param(_NUMBERS.replace(" = ", " =").encode(), id="no blank behind the equals sign"),
        pytest.param(_NUMBERS.replace(" = ", "=").encode(), id="no blank at all"),
        pytest.param(_NUMBERS.replace(".1.3.6", "iso.3.6").encode(), id="iso"),
        pytest.param(_quick(_NUMBERS).encode(), id="-Oq"),
        pytest.param(_untyped(_NUMBERS).encode(), id="-OQ"),
        pytest.param(_NUMBERS.replace("\n", "\r\n").encode(), id="Windows"),
        pytest.param(_NUMBERS.replace("\n", "\r\n", 3).encode(), id="edited on Windows"),
        pytest.param(_NUMBERS.encode("utf-16"), id="PowerShell"),
        pytest.param("".join(f"> {x}\n" for x in _NUMBERS.splitlines()).encode(), id="mail"),
        pytest.param(_NAMES.encode(), id="-OS"),
        pytest.param(_NAMES.replace("IF-MIB::", "").encode(), id="-Os"),
        pytest.param(
            _NAMES.replace("IF-MIB::", f"{_TREE}.interfaces.ifTable.ifEntry.").encode(), id="-Of"
        ),
        pytest.param(
            _untyped(_NAMES.replace("(6)", "").replace("(1)", "")).encode(), id="-OQ with names"
        ),
        pytest.param(
            _quick(_NAMES.replace("(6)", "").replace("(1)", "")).encode(), id="-Oq with names"
        ),
        pytest.param(
            _NAMES.replace(".1 ", "[1] ").encode() + b"ACME-MIB::acmeFan.1 = INTEGER: 3\n" * 40,
            id="-OX, and more of a MIB that is not known",
        ),
        pytest.param(
            b"$ snmpwalk -v2c -c x 192.0.2.1 ifTable\n" + _NUMBERS.encode() + b"Timeout: No Resp",
            id="with what stood around it",
        ),
    ],
)
@pytest.mark.parametrize("arguments", [(), ("--driver", "generic")], ids=["alone", "--driver"])
def test_what_is_in_a_walk_of_some_tables_is_read(
    tmp_path: Path, walk: bytes, arguments: tuple[str, ...]
) -> None:
    """The port with its state and counters; the device part has failed, and says why."""
    path = tmp_path / "mailed.txt"
    path.write_bytes(walk)

    status, document = _replayed(path, *arguments)

    (port,) = document["ports"]
    link = port["status"]
    assert status == 0
    assert (port["ifIndex"], port["name"]) == (1, "eth1")
    assert (link["link"], link["adminDown"], link["linkSpeed"]) == (True, False, 1000)
    assert link["statistics"]["input"]["bytes"] == 1234567890123
    assert document["parts"]["device"]["state"] == "failed"
    assert document["parts"]["macAddressTable"]["state"] == "failed"
    assert {"device", "macAddressTable"} <= {error["part"] for error in document["errors"]}


def test_a_row_never_vanishes_into_the_text_before_it(tmp_path: Path) -> None:
    """Whatever is open, or however the row is spoilt: it is read, or told as not read."""
    path = tmp_path / "edited.walk"
    path.write_text(
        '.1.3.6.1.2.1.1.1.0 = STRING: "Switch\n'
        ".1.3.6.1.2.1.2.2.1.2.1 =STRING: eth1\n"
        ".1.3.6.1.2.1.1.6.0 = STRING: a room\n"
        ".1.3.6.1.2.1.2.2.1.8.1 1\n"
        ".1.3.6.1.2.1.1.4.0 = STRING: somebody\n"
        "IF-MIB::ifAdminStatus.1 = INTEGER: down(2)\n"
        ".1.3.6.1.2.1.31.1.1.1.18.1 = STRING: text\n"
        ".1.3.6.1.2.1.2.2.1.3\n"
        ".1.3.6.1.2.1.2.2.1.3.1 = INTEGER: 6\n"
    )

    _, document = _replayed(path)

    (port,) = document["ports"]
    assert (port["name"], port["description"]) == ("eth1", "text")
    assert (port["status"]["link"], port["status"]["adminDown"]) == (True, True)
    causes = [error["cause"] for error in document["errors"] if error["part"] == "recording"]
    assert causes == ["1 lines cannot be read, the first of them: 1"]


def test_lines_that_name_unknown_objects_are_told(tmp_path: Path) -> None:
    """They are no damage, and no reason to read nothing."""
    path = tmp_path / "names.walk"
    path.write_text(_NAMES + "ACME-MIB::acmeFan.1 = INTEGER: 3\n" * 20)

    _, document = _replayed(path)

    assert len(document["ports"]) == 1
    assert {
        "part": "recording",
        "cause": "20 lines name objects that are not known here, the first is line 9",
    } in document["errors"]


def test_a_walk_of_a_makers_tables_says_whose_they_are(tmp_path: Path) -> None:
    """No sysObjectID: the driver whose columns are there reads them."""
    path = tmp_path / "optics.walk"
    entity = "1.3.6.1.2.1.47.1.1.1.1"
    optics = "1.3.6.1.4.1.2011.5.25.31.1.1.3.1"
    path.write_text(
        _NUMBERS
        + f".{entity}.5.67 = INTEGER: 10\n.{entity}.7.67 = STRING: eth1\n"
        + ".1.3.6.1.2.1.47.1.3.2.1.2.67.0 = OID: .1.3.6.1.2.1.2.2.1.1.1\n"
        + f".{optics}.5.67 = INTEGER: 41\n.{optics}.8.67 = INTEGER: -600\n"
        + f".{optics}.9.67 = INTEGER: -612\n"
    )

    _, document = _replayed(path)

    assert document["device"]["driver"] == "huawei_vrp"
    assert document["ports"][0]["status"]["transceiver"]["temp"].startswith("41")


@pytest.mark.parametrize("driver", ["edgecore_ecs", "dcn_os", "snr_os"])
def test_a_driver_of_many_models_reads_a_walk_that_tells_none(tmp_path: Path, driver: str) -> None:
    """Its tables stand under another OID for each model; none is there, and that is no error."""
    path = tmp_path / "some.walk"
    path.write_text(_NUMBERS)

    result = CliRunner().invoke(app, ["replay", "--jsonl", str(path), "--driver", driver])

    if "no driver" in str(result.exception or result.output):
        pytest.skip(f"there is no driver {driver}")
    assert len(json.loads(result.stdout)["ports"]) == 1


def test_a_mac_table_without_its_bridge_ports_is_partial(tmp_path: Path) -> None:
    """Which port a bridge port is was not mailed."""
    path = tmp_path / "macs.walk"
    fdb = ".1.3.6.1.2.1.17.4.3.1"
    path.write_text(
        _NUMBERS + f"{fdb}.2.2.0.94.0.83.1 = INTEGER: 1\n{fdb}.3.2.0.94.0.83.1 = INTEGER: 3\n"
    )

    _, document = _replayed(path)

    assert document["parts"]["macAddressTable"]["state"] in {"partial", "failed"}
    assert "dot1dBasePortIfIndex" in document["parts"]["macAddressTable"]["cause"]


def test_a_whole_walk_is_read_as_before(tmp_path: Path) -> None:
    """A device that introduces itself and has no bridge tells no MAC table; nothing has failed."""
    path = tmp_path / "whole.walk"
    path.write_text('.1.3.6.1.2.1.1.1.0 = STRING: "A switch"\n' + _NUMBERS)

    _, document = _replayed(path)

    assert document["parts"]["device"]["state"] == "ok"
    assert document["parts"]["macAddressTable"]["state"] == "unsupported"
    assert document["errors"] == []
