"""What a D-Link's cable test tells beside the cable."""

from __future__ import annotations

from tests.drivers.cli.of_dlink_ds import TESTED

from techinfo.collect.registry import cli_platforms
from techinfo.driver.cli import CliCableTest, CliPort
from techinfo.ssh.cli_reading import read
from techinfo.ssh.cli_recording import CliRecording, Output


def test_a_cable_test_tells_the_link() -> None:
    """Each port of the table has its link, a fibre's too."""
    output = Output("cable_diag ports all", TESTED.replace("@@\n", ""))

    reading = read(CliRecording("dlink_ds", (output,)), cli_platforms()["dlink_ds"])

    links = {row.port: row.link_up for row in reading.rows if isinstance(row, CliPort)}
    assert links == {"1": True, "5": False, "25": True}


def test_no_cable_is_tested_to_know_a_port() -> None:
    """A cable test takes the link down: it is declared for cables only."""
    tables = cli_platforms()["dlink_ds"].tables

    kinds = {table.kind for table in tables if table.command.startswith("cable_diag")}
    assert kinds == {CliCableTest}
