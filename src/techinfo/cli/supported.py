"""SUPPORTED.md: which devices can be read, and what of it a real device has proven.

``python -m techinfo.cli.supported --check SUPPORTED.md`` fails when the page is not what the
drivers say; ``--write`` writes it anew.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from techinfo.collect import load
from techinfo.driver.driver import Driver
from techinfo.facts.build import tables_of
from techinfo.model import Fact

_FACTS = {
    Fact.LINK: "link",
    Fact.COUNTERS: "counters",
    Fact.TRANSCEIVER: "light",
    Fact.MACS: "MAC",
    Fact.LEASES: "leases",
    Fact.GROUPS: "groups",
    Fact.SHAPING: "rates",
    Fact.ONTS: "ONTs",
    Fact.ONT_LIGHT: "ONT light",
    Fact.NEIGHBOURS: "LLDP",
}
_HEAD = """# Supported devices

Written by `make supported` from the drivers; do not edit. **yes** means that a recording of a real
device of this platform proves it; *MIB* means that it stands on the MIB's text and no recording of
this platform has shown it yet; nothing means that the platform does not tell it by SNMP, or that
nobody has taught us. What a driver asks, OID by OID, with units: `techinfo drivers NAME`.

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
        + ("\n## Notes\n\n" + "\n".join(notes) + "\n" if notes else "")
    )


def _row(driver: Driver) -> str:
    cells = [driver.name, driver.vendor, driver.series, *(_proof(driver, f) for f in _FACTS)]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _proof(driver: Driver, fact: Fact) -> str:
    tables = tables_of(driver, fact)
    if not tables:
        return ""
    return "yes" if any(fact.value in facts for facts in driver.seen.values()) else "*MIB*"


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
