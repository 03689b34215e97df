"""``techinfo disturbances``: a list, one of them, and a draft, as a table, JSON and CSV."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from typer.testing import CliRunner, Result

from techinfo.cli.main import app
from techinfo.errors import ConfigError, UnknownDisturbanceError, UnwatchedError
from techinfo.history.links import Transition
from techinfo.history.store import HistoryFile
from techinfo.history.writing import HistoryWriter, PollNote, PortNote, Tenants
from techinfo.inventory import Inventory
from techinfo.inventory.works import Place, Works
from techinfo.inventory.works import Scope as Where
from techinfo.moments import rfc3339


def run(config: Path, *more: str) -> Result:
    """One command."""
    return CliRunner().invoke(app, ["disturbances", "report", *more, "--config", str(config)])


def asked(config: Path, *words: str) -> Result:
    """Another command of the group."""
    return CliRunner().invoke(app, ["disturbances", *words, "--config", str(config)])


def test_what_goes_on_is_listed_and_shown_with_the_end_that_works_tell(tmp_path: Path) -> None:
    """One that is over is left out of `list --open`, and has no expected end."""
    config = tmp_path / "techinfo.toml"
    config.write_text("")
    assert isinstance(asked(config, "list").exception, UnwatchedError)
    network = tmp_path / "n.yaml"
    network.write_text(
        "elements:\n  - {name: sw, address: 192.0.2.3}\n  - {name: oak, address: 192.0.2.4}\n"
        "accesses:\n"
        + "".join(
            f"  - {{access_id: {name}-{n}, element: {name}, port: ge{n}}}\n"
            for name in ("sw", "oak")
            for n in range(1, 5)
        )
    )
    now = datetime.now(UTC)
    cut = now - timedelta(hours=5)
    end = (now + timedelta(hours=3)).replace(microsecond=0)
    works = Works(
        reference="W-1",
        text="New cards",
        begin=cut - timedelta(minutes=5),
        end=end,
        scopes=(Where(place=Place.ELEMENT, name="sw"),),
    )
    with Inventory.open(tmp_path / "inventory.sqlite") as inventory:
        inventory.import_file(network)
        inventory.works.put(works)
    with HistoryFile.open(tmp_path / "history.sqlite") as file:
        writer = HistoryWriter(file)
        for name in ("sw", "oak"):
            lost = {}
            for n in range(1, 5):
                down = Transition(at=cut, earliest=cut, up=False, exact=True)
                back = Transition(at=cut + timedelta(hours=1), earliest=cut, up=True, exact=True)
                told = (down, back) if name == "oak" else (down,)
                tenants = Tenants(accesses=(f"{name}-{n}",))
                lost[f"ge{n}"] = PortNote(transitions=told, tenants=tenants)
            known = {line: PortNote(tenants=note.tenants) for line, note in lost.items()}
            writer.write([PollNote(element=name, at=cut, ports=known)])
            writer.write([PollNote(element=name, at=now, ports=lost)])

    rows = [json.loads(line) for line in asked(config, "list", "--json").stdout.splitlines()]
    (running,) = (row for row in rows if "until" not in row)
    (over,) = (row for row in rows if "until" in row)
    assert (running["name"], running["accesses"], running["works"]) == ("sw", 4, ["W-1"])
    assert running["expectedEnd"] == rfc3339(end)
    assert (over["name"], over.get("expectedEnd"), over.get("works")) == ("oak", None, None)
    (only,) = asked(config, "list", "--open", "--json").stdout.splitlines()
    assert json.loads(only) == running
    assert running["reference"] in asked(config, "list", "--open").stdout

    one = json.loads(asked(config, "show", running["reference"], "--json").stdout)
    assert one["accessIds"] == [f"sw-{n}" for n in range(1, 5)]
    assert (one["elements"], one["scope"], one["since"]) == (["sw"], "switch", rfc3339(cut))
    shown = asked(config, "show", running["reference"]).stdout
    assert f"expectedEnd: {rfc3339(end)}" in shown
    assert "\n  sw-4\n" in shown
    assert isinstance(asked(config, "show", "D-0").exception, UnknownDisturbanceError)


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
