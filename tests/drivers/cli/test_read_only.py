"""What drivers declare changes nothing on a device."""

from __future__ import annotations

import re

import pytest

from techinfo.collect.registry import cli_platforms
from techinfo.driver.cli import CliCableTest, CliTable

READING = re.compile(
    r"(?:show|display|get|ubus call|ip -j|bridge -j|ethtool --json) [\w ./*-]+"
    r"|/interface [\w ]*(?:print|monitor)(?: [\w\[\] -]+)?"
)
TABLES = {
    f"{platform.names[0]}: {table.command}": table
    for platform in cli_platforms().values()
    for table in platform.tables
}


@pytest.mark.parametrize("name", TABLES)
def test_a_command_only_reads(name: str) -> None:
    """No pipe, no redirection, no second command; cable tests are another matter (issue 14)."""
    table = TABLES[name]

    assert _is_reading(table)
    assert not re.search(r"[|;<>&\n]", table.command)


def _is_reading(table: CliTable) -> bool:
    return table.kind is CliCableTest or READING.fullmatch(table.command) is not None
