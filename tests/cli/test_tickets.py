"""``techinfo tickets``: what an operator sees and does at the terminal."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from techinfo.cli.main import app
from techinfo.errors import ConfigError, UnknownAccessError, UnknownTicketError
from techinfo.inventory import Inventory
from techinfo.tickets.records import NewTicket, Problem, Reach
from techinfo.tickets.store import TicketFile
from techinfo.webhooks import store as webhooks
from techinfo.webhooks.store import State, Webhook

NEW = NewTicket(
    provider="isp",
    access_id="A-1",
    created_by="Anna",
    heading="No [link]\x1b[31m",
    description="Nothing works",
    problem=Problem.NO_LINK,
)
INVENTORY = """
accesses: [{access_id: A-1}, {access_id: A-2}]
subscriptions:
  - {subscription_id: S-1, access_id: A-1, provider: isp, service: BB, service_type: bb}
  - {subscription_id: S-2, access_id: A-1, provider: tv, service: TV, service_type: iptv}
  - {subscription_id: S-3, access_id: A-2, provider: tv, service: TV, service_type: iptv}
"""


def now() -> datetime:
    """The time."""
    return datetime.now(UTC)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Settings with a ticket desk, one ticket, one dead letter and an inventory."""
    path = tmp_path / "techinfo.toml"
    path.write_text('[tickets]\ndesk = "here"\n')
    path.chmod(0o600)
    source = tmp_path / "inventory.yaml"
    source.write_text(INVENTORY)
    with Inventory.open(tmp_path / "inventory.sqlite") as inventory:
        inventory.import_file(source)
    with TicketFile.open(tmp_path / "tickets.sqlite") as file:
        for provider in ("isp", "tv"):
            hook = Webhook(
                id=f"wh_{provider}", provider=provider, url="https://x.example/", created_at=now()
            )
            webhooks.add(file, hook, most=10)
        file.create(NEW, None, now)
        (letter,) = webhooks.due(file, now()).values()
        webhooks.settle(file, letter, State.DEAD, "answered 503", now(), now())
    return path


def run(config: Path, *arguments: str) -> Result:
    """The command with these settings."""
    return CliRunner().invoke(app, ["tickets", *arguments, "--config", str(config)])


def test_tickets_are_listed_and_shown(config: Path) -> None:
    """A heading is no markup and drives no terminal."""
    table = run(config, "list")
    line = json.loads(run(config, "list", "--json").stdout)
    shown = json.loads(run(config, "show", line["coTicketReference"]).stdout)

    assert table.exit_code == 0
    assert "[link]" in " ".join(table.stdout.split())
    assert line["coTicketReference"] in table.stdout
    assert "\x1b[31m" not in table.stdout
    assert json.loads(run(config, "list", "--json", "--access", "A-2").stdout or "null") is None
    assert shown["provider"] == "isp"
    assert shown["linkInfo"]["created"]["worth"] == "not there yet: it is being read"


def test_an_unknown_ticket_is_an_error(config: Path) -> None:
    """One sentence, not a trace."""
    assert isinstance(run(config, "show", "TT0").exception, UnknownTicketError)


def test_dead_letters_are_listed_and_tried_again(config: Path) -> None:
    """By id or all; with nothing to do the exit status says so."""
    listed = run(config, "dead-letters")
    line = json.loads(run(config, "dead-letters", "--json").stdout)
    retried = run(config, "retry", "--all")

    assert (line["outcome"], line["tries"], line["kind"]) == ("answered 503", 1, "ticket.created")
    assert {"answered", "503"} <= set(listed.stdout.split())
    assert retried.stdout.startswith("1 to be delivered again")
    assert run(config, "retry", "--all").exit_code == 1
    assert isinstance(run(config, "retry").exception, ConfigError)


def test_a_disturbance_is_told_to_each_provider_with_its_own_accesses(config: Path) -> None:
    """Nobody learns of others' accesses."""
    done = run(
        config,
        "disturbance",
        "A cable was cut",
        "--access",
        "A-1",
        "--access",
        "A-2",
        "--reference",
        "D-1",
    )

    assert done.stdout.startswith("told to 2 providers")
    with TicketFile.open(config.parent / "tickets.sqlite") as file:
        due = webhooks.due(file, now())
        told = {hook: d.message.facts["disturbance"]["accessIds"] for hook, d in due.items()}
        assert {d.message.kind for d in due.values()} == {"disturbance"}
        assert not list(file.tickets(Reach(provider="tv")))
    assert told == {"wh_isp": ["A-1"], "wh_tv": ["A-1", "A-2"]}
    unknown = run(config, "disturbance", "x", "--access", "A-9", "--reference", "D-2")
    assert isinstance(unknown.exception, UnknownAccessError)


def test_without_a_file_the_key_is_named(tmp_path: Path) -> None:
    """Nothing is created by looking."""
    path = tmp_path / "techinfo.toml"
    path.write_text("")

    assert isinstance(run(path, "list").exception, ConfigError)
    assert not (tmp_path / "tickets.sqlite").exists()
