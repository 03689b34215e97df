"""``techinfo works``: announce, list, import, end; what webhooks are told."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.inventory.test_works import CALENDAR
from typer.testing import CliRunner, Result

from techinfo.cli.main import app
from techinfo.errors import UnknownWorksError, WorksError
from techinfo.inventory import Inventory
from techinfo.tickets.records import Reach
from techinfo.tickets.store import TicketFile
from techinfo.webhooks import store as webhooks
from techinfo.webhooks.store import Webhook

NETWORK = """
elements: [{name: sw, address: 192.0.2.3, site: norr}, {name: olt, address: 192.0.2.4}]
accesses:
  - {access_id: A-1, element: sw, port: ge1, street_name: Storgatan, city: Elm}
  - {access_id: A-2, element: olt, port: gpon1, ont_id: 1}
subscriptions:
  - {subscription_id: S-1, access_id: A-1, provider: isp, service: BB, service_type: bb}
  - {subscription_id: S-2, access_id: A-2, provider: tv, service: TV, service_type: iptv}
"""


def soon(hours: float) -> str:
    """A time with its zone."""
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat(timespec="seconds")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Two accesses, two providers with webhooks."""
    (tmp_path / "n.yaml").write_text(NETWORK)
    with Inventory.open(tmp_path / "inventory.sqlite") as inventory:
        inventory.import_file(tmp_path / "n.yaml")
    now = datetime.now(UTC)
    with TicketFile.open(tmp_path / "tickets.sqlite") as file:
        for provider in ("isp", "tv"):
            webhooks.add(
                file,
                Webhook(
                    id=f"wh_{provider}",
                    provider=provider,
                    sandbox=False,
                    url="http://127.0.0.1:9/",
                    form="plain",
                    kinds=("works",),
                    options={},
                    secret="whsec_AAAA",  # noqa: S106 - of the test
                    headers={},
                    created_at=now,
                ),
                most=10,
            )
    path = tmp_path / "techinfo.toml"
    path.write_text("[webhooks]\nenabled = true\n")
    return path


def run(config: Path, *arguments: str) -> Result:
    """One command."""
    return CliRunner().invoke(app, ["works", *arguments, "--config", str(config)])


def told(config: Path) -> list[tuple[str, str, str]]:
    """Provider, reference and status of the messages that wait."""
    now = datetime.now(UTC) + timedelta(seconds=1)
    found = []
    with TicketFile.open(config.parent / "tickets.sqlite") as file:
        while due := webhooks.due(file, now):
            for one in due.values():
                facts = one.message.facts["works"]
                found.append((one.webhook.provider, facts["worksReference"], facts["status"]))
                assert facts["accessIds"] == [{"isp": "A-1", "tv": "A-2"}[one.webhook.provider]]
                webhooks.settle(file, one, webhooks.State.DELIVERED, "", now, now, None)
        assert list(file.tickets(Reach())) == []
    return found


def test_works_are_announced_listed_and_ended(config: Path) -> None:
    """Each provider hears of its own access once, and once more when they end."""
    times = ("--from", soon(-1), "--to", soon(2))
    added = run(config, "add", "New [bold]cards", *times, "--reference", "W-1", "--element", "sw")
    again = run(config, "add", "New [bold]cards", *times, "--reference", "W-1", "--element", "sw")
    listed = run(config, "list", "--json")
    shown = run(config, "list")
    ended = run(config, "end", "W-1")
    run(config, "end", "W-1")

    assert added.stdout == "W-1: added; 1 accesses\n"
    assert again.stdout == "W-1: unchanged; 1 accesses\n"
    line = json.loads(listed.stdout)
    assert (line["reference"], line["status"]) == ("W-1", "ACTIVE")
    assert line["scopes"] == [{"element": "sw"}]
    assert "[bold]cards" in shown.stdout
    assert ended.stdout.startswith("W-1: ended 2")
    assert told(config) == [("isp", "W-1", "ACTIVE"), ("isp", "W-1", "ENDED")]
    assert isinstance(run(config, "end", "W-9").exception, UnknownWorksError)
    street = ("add", "x", *times, "--street", "Storgatan, Elm", "--port", "olt:gpon1")
    assert run(config, *street).stdout.endswith(": added; 2 accesses\n")
    assert isinstance(run(config, "add", "x", *times, "--site", "ost").exception, WorksError)


def test_a_calendar_is_taken_as_a_whole_or_by_what_is_good(config: Path) -> None:
    """Wrong events are told; what is cancelled later is ended."""
    path = config.parent / "works.ics"
    path.write_text(CALENDAR)
    zone = ("--timezone", "Europe/Stockholm")

    refused = run(config, "import", str(path), *zone)
    nothing = run(config, "list", "--json", "--days", "3650")
    taken = run(config, "import", str(path), *zone, "--skip-bad")
    path.write_text(CALENDAR.replace("UID:W-3", "UID:W-2"))
    after = run(config, "import", str(path), *zone, "--skip-bad")
    path.write_text(CALENDAR)
    reopened = run(config, "import", str(path), *zone, "--skip-bad")

    assert refused.exit_code == 1
    assert "(W-5): times" in refused.stderr
    assert nothing.stdout == ""
    assert taken.stdout == "2 added, 0 changed, 0 unchanged, 0 ended\n"
    assert after.stdout == "0 added, 0 changed, 2 unchanged, 1 ended\n"
    assert reopened.stdout == "0 added, 0 changed, 2 unchanged, 0 ended\n"
