"""The frame of a driver: what is claimed and guessed, and that no recording writes code."""

from __future__ import annotations

import ast

from techinfo.driver.driver import Driver
from techinfo.recordings.driver_frame import frame, guess, guessed_tables
from techinfo.recordings.recording import Recording
from techinfo.wire import Value

_ACME = "1.3.6.1.4.1.99999"
_DESCR, _ID = "1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.2.0"


def _recording(rows: dict[str, Value]) -> Recording:
    return Recording.from_rows(
        {
            _DESCR: (4, b"Acme OS 1.2"),
            _ID: (6, (1, 3, 6, 1, 4, 1, 99999, 1, 7)),
            **{f"1.3.6.1.2.1.2.2.1.2.{n}": (4, b"port%d" % n) for n in range(1, 5)},
            **rows,
        },
        name="acme",
    )


def _optics() -> dict[str, Value]:
    entry = f"{_ACME}.5.2.1"
    rows: dict[str, Value] = {}
    for n in (1, 2):
        rows[f"{entry}.1.{n}"] = (2, 41 + n)
        rows[f"{entry}.2.{n}"] = (2, 3300 + n)
        rows[f"{entry}.3.{n}"] = (2, -1000 - n)
        rows[f"{entry}.4.{n}"] = (4, b"-12.%d dBm" % n)
        rows[f"{entry}.5.{n}"] = (4, b"SN%d" % n)
    return rows


def _driver(text: str) -> Driver:
    space: dict[str, object] = {}
    exec(compile(text, "acme.py", "exec"), space)  # noqa: S102
    driver = space["DRIVER"]
    assert isinstance(driver, Driver)
    return driver


def test_the_frame_is_a_driver_that_claims_the_recording() -> None:
    """It loads as it is; nothing that was guessed is part of it."""
    driver = _driver(frame(_recording(_optics()), "acme_os"))

    assert driver.name == "acme_os"
    assert driver.sys_object_ids == (f"{_ACME}.1.7",)
    assert driver.transceivers == Driver(name="x", vendor="").transceivers


def test_readings_are_told_with_conversion_and_examples() -> None:
    """In a table with light every column is listed, also those that nobody can name."""
    text = frame(_recording(_optics()), "acme_os")

    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert f"# {_ACME}.5.2.1: 2 rows by ifIndex, index 1" in lines
    assert "# .1 d.celsius(1) 42, 43" in lines
    assert "# .2 d.volts(0.001) 3301, 3302" in lines
    assert "# .3 d.dbm(0.01) -1001, -1002" in lines
    assert "# .4 d.power_text '-12.1 dBm', '-12.2 dBm'" in lines
    assert "# .5 ? 'SN1', 'SN2'" in lines


def test_addresses_are_found_in_cells_and_in_indexes() -> None:
    """A snooping table: VLAN and MAC in the index, IpAddress and MAC in cells."""
    entry = f"{_ACME}.9.1.1"
    rows: dict[str, Value] = {}
    for n in (1, 2):
        rows[f"{entry}.2.100.2.0.0.171.205.{n}"] = (64, bytes([192, 0, 2, n]))
        rows[f"{entry}.3.100.2.0.0.171.205.{n}"] = (4, bytes([2, 0, 0, 171, 205, n]))
        rows[f"{entry}.4.100.2.0.0.171.205.{n}"] = (2, n)

    lines = [" ".join(line.split()) for line in frame(_recording(rows), "acme").splitlines()]

    assert "# index d.index_octets(-6, 6, d.mac)" in lines
    assert "# .2 d.ipv4 192.0.2.1, 192.0.2.2" in lines
    assert "# .3 d.mac 02:00:00:ab:cd:01, 02:00:00:ab:cd:02" in lines
    assert not any(line.startswith("# .4") for line in lines)


def test_a_table_is_told_from_the_tables_beside_it() -> None:
    """Two tables below one number, whose columns have types of their own, are two."""
    rows: dict[str, Value] = {}
    for n in (1, 2):
        rows[f"{_ACME}.4.1.1.1.2.{n}"] = (4, b"word")
        rows[f"{_ACME}.4.1.1.1.3.{n}"] = (2, n)
        rows[f"{_ACME}.4.1.2.1.2.{n}"] = (2, n)
        rows[f"{_ACME}.4.1.2.1.3.{n}"] = (4, b"word")

    entries = [".".join(map(str, t.entry)) for t in guessed_tables(_recording(rows))]

    assert entries == [f"{_ACME}.4.1.1.1", f"{_ACME}.4.1.2.1"]


def test_scalars_are_no_table() -> None:
    """Neither one alone nor several."""
    rows: dict[str, Value] = {f"{_ACME}.1.1.{n}.0": (2, -10 - n) for n in range(1, 4)}

    assert list(guessed_tables(_recording(rows))) == []
    assert "None: the maker's own tables" in frame(_recording(rows), "acme")


def test_tables_in_which_nothing_is_recognised_are_named() -> None:
    """Else somebody takes them for not recorded; of net-snmp's own nothing is said."""
    below = "1.3.6.1.4.1.36673.100.1.2.2.1"
    rows: dict[str, Value] = {
        **{f"{below}.{c}.1.{n}": (2, n * c) for c in (2, 3) for n in (1, 2)},
        **{f"1.3.6.1.4.1.8072.1.2.1.1.{c}.{n}": (2, n) for c in (4, 5) for n in (1, 2)},
    }
    text = frame(_recording(rows), "acme")

    assert "are not in this recording" not in text
    assert f"#   {below}: 2 rows by ifIndex, the last number, index 1.1, 2 columns\n" in text
    assert "8072" not in text


def test_counters_versions_and_names_are_no_readings() -> None:
    """Six letters are no MAC address, four no IP address, small numbers no light."""
    assert guess([(2, 10), (2, 1000)]) == ""
    assert guess([(4, b"V1.0.0")]) == ""
    assert guess([(4, b"-5.7")]) == "d.dbm(1)"
    assert guess([(4, b"abcd")]) == ""
    assert guess([(65, 123456), (65, 0)]) == ""
    assert guess([(2, -40000), (2, -8125), (2, 0)]) == "d.dbm(0.001)"
    assert guess([(2, -1), (2, 2147483647)]) == ""


def test_texts_of_a_device_cannot_become_code() -> None:
    """Quotes, backslashes and ends of lines, of sysDescr, of the name and of cells."""
    hostile = b'"""\nimport os\\\n\x0cimport os\r\xe2\x80\xa8import os # \\u000aimport os'
    rows: dict[str, Value] = {_DESCR: (4, hostile), _ID: (6, (1, 3, 6, 1, 4, 1, 8072, 3, 2, 10))}
    for n in (1, 2):
        rows[f"{_ACME}.5.2.1.4.{n}"] = (4, b"-12.%d dBm" % n)
        rows[f"{_ACME}.5.2.1.5.{n}"] = (4, hostile)
    recording = Recording.from_rows(rows, name='x"""\nimport os\n')

    text = frame(recording, "acme")

    imported = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Import | ast.ImportFrom)]
    assert [alias.name for node in imported for alias in node.names] == ["techinfo.driver"]
    assert _driver(text).when


def test_a_walk_without_system_claims_the_makers_number() -> None:
    """The one with most rows; a device of net-snmp's number is told by its sysDescr besides."""
    rows: dict[str, Value] = {f"{_ACME}.5.2.1.1.{n}": (2, n) for n in range(3)}

    assert f'("{_ACME}",)' in frame(Recording.from_rows(rows), "acme")
