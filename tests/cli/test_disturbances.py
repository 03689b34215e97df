"""``techinfo disturbances report``: a draft, as a table, JSON and CSV."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from typer.testing import CliRunner, Result

from techinfo.cli.main import app
from techinfo.errors import ConfigError, UnwatchedError
from techinfo.history.links import Transition
from techinfo.history.store import HistoryFile
from techinfo.history.writing import HistoryWriter, PollNote, PortNote, Tenants
from techinfo.inventory import Inventory


def run(config: Path, *more: str) -> Result:
    """One command."""
    return CliRunner().invoke(app, ["disturbances", "report", *more, "--config", str(config)])


def test_the_report_has_accesses_times_hours(tmp_path: Path) -> None:
    """Without a file of history there is none."""
    config = tmp_path / "techinfo.toml"
    config.write_text("")
    assert isinstance(run(config).exception, UnwatchedError)
    network = tmp_path / "n.yaml"
    network.write_text(
        "elements: [{name: sw, address: 192.0.2.3}]\naccesses:\n"
        + "".join(f"  - {{access_id: A-{n}, element: sw, port: ge{n}}}\n" for n in range(1, 5))
    )
    with Inventory.open(tmp_path / "inventory.sqlite") as inventory:
        inventory.import_file(network)
    now = datetime.now(UTC)
    cut = now - timedelta(hours=5)
    ports = {}
    for n in range(1, 5):
        down = Transition(at=cut, earliest=cut, up=False, exact=True)
        back = cut + timedelta(hours=n)
        up = Transition(at=back, earliest=back, up=True, exact=True)
        ports[f"ge{n}"] = PortNote(transitions=(down, up), tenants=Tenants(accesses=(f"A-{n}",)))
    with HistoryFile.open(tmp_path / "history.sqlite") as file:
        known = {name: PortNote(tenants=note.tenants) for name, note in ports.items()}
        HistoryWriter(file).write([PollNote(element="sw", at=cut, ports=known)])
        HistoryWriter(file).write([PollNote(element="sw", at=now, ports=ports)])

    row = json.loads(run(config, "--json").stdout)

    assert (row["accesses"], row["accessHours"], row["cause"]) == (4, 10.0, "unknown")
    head, line = run(config, "--csv").stdout.splitlines()
    assert head.startswith("reference,scope,name,since")
    assert ",10.0," in line
    assert run(config).stdout.endswith("1 disturbances, 10.0 access hours; a draft\n")
    assert run(config, "--least", "11", "--json").stdout == ""
    wrong = run(config, "--from", "2030-01-01T00:00:00Z", "--to", "2029-01-01T00:00:00Z")
    assert isinstance(wrong.exception, ConfigError)
