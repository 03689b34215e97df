"""SUPPORTED.md: which devices can be read, and what of it a real device has proven.

``python -m techinfo.cli.supported --check SUPPORTED.md`` fails when the page is not what the
drivers say; ``--write`` writes it anew.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from techinfo.collect import load
from techinfo.collect.registry import cli_platforms
from techinfo.driver.cli import CliPlatform
from techinfo.driver.driver import Driver
from techinfo.facts.build import tables_of
from techinfo.model import Fact
from techinfo.ssh.cli_reading import PARTS

_FACTS = {
    Fact.LINK: "link",
    Fact.COUNTERS: "counters",
    Fact.TRANSCEIVER: "light",
    Fact.MACS: "MAC",
    Fact.LEASES: "leases",
    Fact.GROUPS: "groups",
    Fact.SHAPING: "rates",
    Fact.VLANS: "VLANs",
    Fact.ONTS: "ONTs",
    Fact.ONT_LIGHT: "ONT light",
    Fact.NEIGHBOURS: "LLDP",
    Fact.PROTECTION: "protection",
    Fact.SNOOPING: "snooping on",
}
_HEAD = """# Supported devices

Written by `make supported` from the drivers; do not edit. **yes** means that a recording of a real
device of this platform proves it; *MIB* means that it stands on the MIB's text and no recording of
this platform has shown it yet; nothing means that the platform does not tell it by SNMP, or that
nobody has taught us. What a driver asks, OID by OID, with units: `techinfo drivers NAME`.

"""
_LINES_HEAD = """
## By the command line

What the service, `techinfo replay` and `techinfo record --cli` read where SNMP does not tell it
([docs/ssh.md](docs/ssh.md)); a cable is tested only where it is let
([docs/cable-test.md](docs/cable-test.md)). **yes** means that outputs of real devices prove how it
is read; *manual* that it stands on the maker's manual.
Prompts, pagers and the lines at log-in stand on manuals and on other programs: they were tried in
the lab, and by nobody yet on a real device. A model that has telnet alone is not asked.

"""


def page() -> str:
    """The whole page."""
    registry = load()
    every = [registry.drivers[name] for name in sorted(registry.drivers)]
    rows = [
        "| driver | vendor | series | " + " | ".join(_FACTS.values()) + " |",
        "|---" * (3 + len(_FACTS)) + "|",
        *(_row(driver) for driver in every),
    ]
    notes = [line for driver in every for line in _notes(driver)]
    return (
        _HEAD
        + "\n".join(rows)
        + "\n"
        + _LINES_HEAD
        + "\n".join(_command_lines())
        + "\n"
        + ("\n## Notes\n\n" + "\n".join(notes) + "\n" if notes else "")
    )


def _row(driver: Driver) -> str:
    cells = [driver.name, driver.vendor, driver.series, *(_proof(driver, f) for f in _FACTS)]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _proof(driver: Driver, fact: Fact) -> str:
    tables = tables_of(driver, fact)
    if not tables:
        return ""
    return "yes" if any(fact.value in facts for facts in driver.verified_by.values()) else "*MIB*"


def _command_lines() -> Iterator[str]:
    parts = list(dict.fromkeys(PARTS.values()))
    yield "| platform | vendor | SNMP driver | " + " | ".join(parts) + " |"
    yield "|---" * (3 + len(parts)) + "|"
    for platform in dict.fromkeys(cli_platforms().values()):
        cells = [", ".join(platform.names), platform.vendor, platform.driver or ""]
        yield "| " + " | ".join([*cells, *(_shown(platform, part) for part in parts)]) + " |"


def _shown(platform: CliPlatform, part: str) -> str:
    tables = [table for table in platform.tables if PARTS[table.kind] == part]
    proven = "yes" if any(not table.manual for table in tables) else "*manual*"
    return proven if tables else ""


def _notes(driver: Driver) -> Iterator[str]:
    yield from (f"* **{driver.name}**: {note}" for note in driver.notes)


def main(arguments: list[str]) -> int:
    """Write or check the page; 1 when it is not what the drivers say."""
    if len(arguments) != 2 or arguments[0] not in {"--check", "--write"}:
        sys.stderr.write("usage: python -m techinfo.cli.supported --check|--write FILE\n")
        return 2
    path, now = Path(arguments[1]), page()
    if arguments[0] == "--write":
        path.write_text(now, encoding="utf-8")
        return 0
    if path.is_file() and path.read_text(encoding="utf-8") == now:
        return 0
    sys.stderr.write(f"{path} is not what the drivers say: make supported\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
