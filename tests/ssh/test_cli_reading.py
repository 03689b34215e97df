"""What a recording tells as a whole: states, two looks, pagers, neighbours of two lists."""

from __future__ import annotations

from techinfo.collect.registry import cli_platforms
from techinfo.driver.cli import CliMac, CliNeighbour
from techinfo.model import State
from techinfo.ssh.cli_reading import CliReading, clean, read
from techinfo.ssh.cli_recording import CliRecording, Output

MACS = (
    "Vlan    Mac Address       Type        Ports\n  10    0200.0000.0001    DYNAMIC     Gi1/0/{}\n"
)
SHORT = """
Device ID           Local Intf     Hold-time  Capability      Port ID
a-name-that-is-very-Gi1/0/1        120        B               Te1/1
"""
LONG = """
------------------------------------------------
Chassis id: 0200.0000.0008
Port id: Te1/1
System Name: a-name-that-is-very-long.example
"""


def _read(*outputs: Output) -> CliReading:
    return read(CliRecording("cisco_ios", outputs), cli_platforms()["cisco_ios"])


def test_what_was_not_recorded_is_unsupported() -> None:
    """Not empty: nobody has asked."""
    parts = _read(Output("show mac address-table", MACS.format(1))).parts

    assert parts["macAddressTable"].state is State.OK
    assert (parts["dhcpSnooping"].state, parts["dhcpSnooping"].cause) == (
        State.UNSUPPORTED,
        "not recorded",
    )


def test_the_first_of_two_looks_answers() -> None:
    """A command that stands twice is asked once."""
    rows = _read(
        Output("show mac address-table", MACS.format(1)),
        Output("show mac address-table", MACS.format(2)),
    ).rows

    assert [row.port for row in rows] == ["Gi1/0/1"]


def test_an_output_that_was_cut_is_partial() -> None:
    """Its rows are told."""
    reading = _read(Output("show mac address-table", MACS.format(1), "timeout 30"))

    assert [type(row) for row in reading.rows] == [CliMac]
    assert reading.parts["macAddressTable"].state is State.PARTIAL
    assert "timeout 30" in reading.parts["macAddressTable"].cause


def test_half_a_line_tells_nothing() -> None:
    """A line that was cut may look whole: port 1 of port 12."""
    half = MACS.format(1) + "  10    0200.0000.0002    DYNAMIC     Gi1/0/1"

    cut = {
        how: [
            row.mac
            for row in _read(Output("show mac address-table", half, how)).rows
            if isinstance(row, CliMac)
        ]
        for how in ("timeout 30", "closed", "pager", None)
    }

    first, both = ["0200.0000.0001"], ["0200.0000.0001", "0200.0000.0002"]
    assert cut == {"timeout 30": first, "closed": first, "pager": both, None: both}


def test_a_refusal_beside_an_answer_does_no_harm() -> None:
    """A switch that knows one of two commands has told."""
    reading = _read(
        Output("show mac-address-table", "% Invalid input detected"),
        Output("show mac address-table", MACS.format(1)),
    )

    assert reading.parts["macAddressTable"].state is State.OK


def test_a_neighbour_of_two_lists_is_one() -> None:
    """The long list knows the whole name, the short one the port."""
    reading = _read(
        Output("show lldp neighbors", SHORT), Output("show lldp neighbors detail", LONG)
    )

    assert reading.rows == [
        CliNeighbour(
            port="Gi1/0/1",
            chassis_id="0200.0000.0008",
            port_id="Te1/1",
            system_name="a-name-that-is-very-long.example",
        )
    ]
    assert reading.parts["neighbours"].state is State.OK


def test_a_neighbour_without_a_port_is_left_out_and_told() -> None:
    """Nobody knows where it hangs."""
    reading = _read(Output("show lldp neighbors detail", LONG))

    assert reading.rows == []
    assert reading.parts["neighbours"].state is State.PARTIAL


def test_colours_and_pagers_are_no_text() -> None:
    """What a terminal would not show is not there."""
    text = "a\x1b[32mb\x1b[0m\r\n --More-- \b\b\b\b\b\b\b\b\b\bc\r\n"

    assert clean(text) == "ab\nc\n"


def test_a_pager_swallows_no_row() -> None:
    """What stands behind its words on the same line was printed by the command."""
    assert clean("a\n--More--   b\n---- More ----c\n") == "a\nb\nc\n"
