"""`techinfo wrong-ports` and `fibre-weather`: what runs every night, out of the files of polls."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

from typer.testing import CliRunner, Result

from techinfo.cli.main import app
from techinfo.errors import ConfigError, MoveConflictError, UnwatchedError
from techinfo.history.change import Change
from techinfo.history.frames import Sample
from techinfo.history.free_ports import FreePort
from techinfo.history.macs import Sight
from techinfo.history.store import HistoryFile
from techinfo.history.writing import HistoryWriter, PollNote, PortNote, Tenants
from techinfo.inventory import Inventory
from techinfo.store.audit import AuditFile
from techinfo.units import Dbm

DAY = timedelta(days=1)
ONE, TWO = "02:00:5E:00:53:01", "02:00:5E:00:53:02"
NETWORK = (
    "elements: [{name: sw, address: 192.0.2.3}]\naccesses:\n"
    + "".join(
        f"  - {{access_id: A-{n}, element: sw, port: ge{n}, port_by: name, closure: S-{n // 4}}}\n"
        for n in range(12)
    )
    + "subscriptions:\n"
    + "".join(
        f"  - {{subscription_id: S-{n}, access_id: A-{n}, provider: isp, service: x,"
        f" service_type: bb, connection_date: '2026-01-01',"
        f" equipment: '{json.dumps([{'macAddress': mac}])}'}}\n"
        for n, mac in ((0, ONE), (1, TWO))
    )
)


def run(config: Path, *words: str) -> Result:
    """One command."""
    return CliRunner().invoke(app, [*words, "--config", str(config)])


def polled(folder: Path, night: datetime) -> Path:
    """Two accesses that have changed places, and a closure that got wet in a night."""
    config, network = folder / "techinfo.toml", folder / "n.yaml"
    config.write_text("")
    network.write_text(NETWORK)
    with Inventory.open(folder / "inventory.sqlite") as inventory:
        inventory.import_file(network)
    now = datetime.now(UTC)
    with HistoryFile.open(folder / "history.sqlite") as file:
        writer = HistoryWriter(file)
        for day, hour in product(range(-7, 1), range(1, 5)):
            at = night + day * DAY + timedelta(hours=hour)
            begun = Change(begin=at, end=at, seconds=0.0)
            ports = {}
            for n in range(12):
                rx = Dbm(-10.0 - n / 10 - (0.7 if day == 0 and 4 <= n < 8 else 0.0))
                samples = (Sample(port=0, change=begun, up=True, rx=rx),)
                tenants = Tenants(accesses=(f"A-{n}",))
                ports[f"ge{n}"] = PortNote(samples=samples, tenants=tenants)
            writer.write([PollNote(element="sw", at=at, ports=ports)])
        swapped = {
            line: PortNote(macs=(Sight(mac=mac, vlan=100, since=now - 6 * DAY, until=now),))
            for line, mac in (("ge0", TWO), ("ge1", ONE))
        }
        writer.write([PollNote(element="sw", at=now, ports=swapped)])
    return config


def test_what_the_nights_have_shown_is_told(tmp_path: Path) -> None:
    """In words, as a document and as a proposal; the exit status says that there is some."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    night = today - 2 * DAY
    config = polled(tmp_path, night)

    ports = run(config, "wrong-ports")
    document = run(config, "wrong-ports", "--json")
    proposal = run(config, "wrong-ports", "--proposal")
    weather = run(config, "fibre-weather", "--night", night.date().isoformat())
    pieces = run(config, "fibre-weather", "--night", night.date().isoformat(), "--json")
    quiet = run(config, "fibre-weather", "--night", (night - 3 * DAY).date().isoformat())

    assert ports.exit_code == document.exit_code == weather.exit_code == 1
    assert "A-0 and A-1 have changed places" in " ".join(ports.stdout.split())
    (row,) = json.loads(document.stdout)["wrongPorts"]
    assert (row["kind"], row["accessId"], row["otherAccessId"]) == ("swapped", "A-0", "A-1")
    lines = [line.split(",")[:3] for line in proposal.stdout.splitlines()]
    assert lines[0] == ["access_id", "element", "port"]
    assert sorted(lines[1:]) == [["A-0", "sw", "ge1"], ["A-1", "sw", "ge0"]]
    assert "closure S-1: 4 of 4 fibres 0.7 dB weaker" in " ".join(weather.stdout.split())
    (piece,) = json.loads(pieces.stdout)["pieces"]
    assert (piece["name"], piece["weaker"]) == ("S-1", 0.7)
    assert (quiet.exit_code, quiet.stdout) == (0, "")


def test_a_swap_is_confirmed_once_and_written_down(tmp_path: Path) -> None:
    """The records are right then and nothing is found any more; nobody is asked without a yes."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    config = polled(tmp_path, today - 2 * DAY)

    unsure = run(config, "wrong-ports", "--confirm", "A-1")
    with Inventory.open(tmp_path / "inventory.sqlite") as inventory:
        before = inventory.access("A-1")
    done = run(config, "wrong-ports", "--confirm", "A-1", "--yes")
    left = run(config, "wrong-ports", "--elsewhere", "--json")
    again = run(config, "wrong-ports", "--confirm", "A-1", "--yes")
    both = run(config, "wrong-ports", "--confirm", "A-1", "--json")

    assert isinstance(unsure.exception, ConfigError)
    assert before is not None
    assert before.port == "ge1"
    assert done.exit_code == 0
    assert "A-1: sw ge1 -> sw ge0" in " ".join(done.stderr.split())
    with Inventory.open(tmp_path / "inventory.sqlite") as inventory:
        found = inventory.accesses_on("sw", "ge0", "ge1")
    assert [(one.access_id, one.port) for one in found] == [("A-0", "ge1"), ("A-1", "ge0")]
    assert json.loads(left.stdout)["wrongPorts"] == []
    assert isinstance(again.exception, MoveConflictError)
    assert isinstance(both.exception, ConfigError)
    with AuditFile.open_read_only(tmp_path / "audit.sqlite") as audit:
        kept = [(one.method, one.access_id) for one in audit.entries()]
    assert sorted(kept) == [("CONFIRM", "A-0"), ("CONFIRM", "A-1")]


def test_a_move_to_a_free_port_is_confirmed_once_and_written_down(tmp_path: Path) -> None:
    """It is told with the port, and proposed as the records would be right."""
    config, network = tmp_path / "techinfo.toml", tmp_path / "n.yaml"
    config.write_text("")
    network.write_text(NETWORK)
    with Inventory.open(tmp_path / "inventory.sqlite") as inventory:
        inventory.import_file(network)
    now = datetime.now(UTC)
    with HistoryFile.open(tmp_path / "history.sqlite") as file:
        free = {"ge40": FreePort(name="ge40", descr=None, if_index=40, macs=(ONE,))}
        home = {"ge0": PortNote(table=(), tenants=Tenants(accesses=("A-0",)))}
        for day in (3, 2, 1, 0):
            note = PollNote(element="sw", at=now - day * DAY, ports=home, free=free)
            HistoryWriter(file).write([note])

    told = run(config, "wrong-ports")
    proposed = run(config, "wrong-ports", "--proposal")
    done = run(config, "wrong-ports", "--confirm", "A-0", "--yes")
    left = run(config, "wrong-ports", "--elsewhere")
    again = run(config, "wrong-ports", "--confirm", "A-0", "--yes")

    assert (told.exit_code, proposed.exit_code) == (1, 1)
    words = " ".join(told.stdout.split())
    assert words.startswith("A-0 has moved to sw ge40, a port without an access since ")
    assert f"{ONE} of A-0 (order) on sw ge40" in words
    assert proposed.stdout.splitlines()[1:] == ["A-0,sw,ge40,name,,"]
    assert done.exit_code == 0
    assert "A-0: sw ge0 -> sw ge40" in " ".join(done.stderr.split())
    assert (left.exit_code, left.stdout) == (0, "")
    assert isinstance(again.exception, MoveConflictError)
    with Inventory.open(tmp_path / "inventory.sqlite") as inventory:
        found = inventory.accesses_on("sw", "ge0", "ge40")
    assert [(one.access_id, one.port) for one in found] == [("A-0", "ge40")]
    with AuditFile.open_read_only(tmp_path / "audit.sqlite") as audit:
        assert [(one.method, one.access_id) for one in audit.entries()] == [("CONFIRM", "A-0")]


def test_what_cannot_be_told_is_said(tmp_path: Path) -> None:
    """Two forms at once, no day, nothing that was polled."""
    config = tmp_path / "techinfo.toml"
    config.write_text("")
    Inventory.open(tmp_path / "inventory.sqlite").close()

    both = run(config, "wrong-ports", "--json", "--proposal")
    unpolled = run(config, "fibre-weather")
    HistoryFile.open(tmp_path / "history.sqlite").close()
    no_day = run(config, "fibre-weather", "--night", "yesterday")

    assert isinstance(both.exception, ConfigError)
    assert isinstance(unpolled.exception, UnwatchedError)
    assert isinstance(no_day.exception, ConfigError)
