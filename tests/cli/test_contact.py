"""``techinfo tickets contact``: a customer is shown once and kept nowhere; who asked is written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.webhooks.receiving import Receiver, Reply, receiver
from typer.testing import CliRunner, Result

from techinfo.cli.main import app
from techinfo.store.audit import AuditFile
from techinfo.tickets.records import NewTicket, Problem, Reach
from techinfo.tickets.store import TicketFile

TICKET = NewTicket(
    provider="isp",
    access_id="A-1",
    created_by="Anna",
    heading="No link",
    description="Nothing works",
    problem=Problem.NO_LINK,
    sp_reference="C#1/2",
)
CUSTOMER = {
    "name": "Pl4nted \x1b[31mPerson",
    "email": "pl4nted@customer.example",
    "phone": "",
    "mobilePhone": "070-pl4nted",
    "personnummer": "pl4nted-1912",
}
WHY = "cable cut: call before digging"


@dataclass
class Desk:
    """An operator's desk, and the provider's server that it may ask."""

    folder: Path
    provider: Receiver
    reply: Reply

    def ask(self, *more: str) -> Result:
        """For whom to call about the only ticket."""
        reference = self.ticket()
        config = ("--config", str(self.folder / "techinfo.toml"))
        return CliRunner().invoke(app, ["tickets", "contact", reference, *more, *config])

    def ticket(self, sp_ticket_reference: str | None = None) -> str:
        """The reference of the ticket; it is made when it is not there."""
        with TicketFile.open(self.folder / "tickets.sqlite") as file:
            new = replace(TICKET, sp_ticket_reference=sp_ticket_reference)
            made = file.create(new, None, lambda: datetime.now(UTC))
            return made.ticket.own_reference


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Whose provider tells of a customer."""
    made: list[Desk] = []
    with receiver(lambda _: made[0].reply) as provider:
        (tmp_path / "secret").write_text("planted-word\n", encoding="utf-8")
        (tmp_path / "secret").chmod(0o600)
        (tmp_path / "techinfo.toml").write_text(
            f'[tickets]\ndesk = "here"\n[onapi.own]\nurl = "{provider.url}/onapi"\n'
            'user = "co"\npassword_file = "secret"\nprovider = "isp"\ncontacts = true\n',
            encoding="utf-8",
        )
        reply = Reply(200, json.dumps(CUSTOMER).encode())
        made.append(Desk(tmp_path, provider, reply))
        yield made[0]


def asked(desk: Desk) -> list[tuple[str, str, object]]:
    """Of the provider's server."""
    return [(one.method, one.path, one.told) for one in desk.provider.received]


def found_in(folder: Path) -> list[str]:
    """Files in which the customer stands."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if b"l4nted" in path.read_bytes()]


def test_a_customer_is_shown_once_and_kept_nowhere(desk: Desk) -> None:
    """What the page of contacts names, and nothing else; without what a terminal would obey."""
    done = desk.ask("--reason", WHY)

    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == [
        "name: Pl4nted ?[31mPerson",
        "email: pl4nted@customer.example",
        "mobilePhone: 070-pl4nted",
    ]
    assert asked(desk) == [("POST", "/onapi/2.6/contacts/C%231%2F2", {"reason": WHY})]
    assert found_in(desk.folder) == []


def test_who_asked_and_why_is_written_down(desk: Desk) -> None:
    """Also where nobody is told; the ticket's own reference is what the provider is told."""
    desk.ticket(sp_ticket_reference="CASE#7")
    desk.reply = Reply(404)
    with TicketFile.open(desk.folder / "tickets.sqlite") as file:
        (ticket,) = file.tickets(Reach())
    config = ("--config", str(desk.folder / "techinfo.toml"))
    arguments = ["tickets", "contact", ticket.reference, "--reason", WHY, *config]
    done = CliRunner().invoke(app, arguments)

    assert (done.exit_code, done.stdout) == (1, "the provider tells nobody for this spReference\n")
    assert asked(desk)[0][2] == {"spTicketReference": "CASE#7"}
    with AuditFile.open_read_only(desk.folder / "audit.sqlite") as audit:
        (entry,) = audit.entries()
    assert (entry.method, entry.access_id, entry.case_reference) == ("CONTACT", "A-1", WHY)
    assert (entry.provider, entry.path) == ("isp", f"tickets/{ticket.own_reference}/contact")
    assert entry.user


@pytest.mark.parametrize("status", [200, 500, 401, 301])
def test_nothing_that_a_failure_says_is_repeated(desk: Desk, status: int) -> None:
    """It may be about the customer."""
    desk.reply = Reply(status, b'["Pl4nted"]', {"Location": "/pl4nted"})
    done = desk.ask("--reason", WHY)

    assert done.exit_code != 0
    assert "l4nted" not in f"{done.output}{done.exception}"
    assert found_in(desk.folder) == []


def test_without_the_audit_log_nothing_is_asked(desk: Desk) -> None:
    """Nobody would know."""
    (desk.folder / "audit.sqlite").mkdir()

    assert desk.ask("--reason", WHY).exit_code != 0
    assert asked(desk) == []


@pytest.mark.parametrize("reason", ["", "  ", "two\nlines", "x" * 256])
def test_a_reason_is_needed(desk: Desk, reason: str) -> None:
    """In a line."""
    done = desk.ask("--reason", reason)

    assert "--reason" in f"{done.output}{done.exception}"
    assert asked(desk) == []


@pytest.mark.parametrize(
    ("before", "after"), [("contacts = true", ""), ('provider = "isp"', 'provider = "tv"')]
)
def test_no_other_server_is_asked(desk: Desk, before: str, after: str) -> None:
    """Neither another operator's with the provider's log-in, nor another provider's."""
    text = (desk.folder / "techinfo.toml").read_text(encoding="utf-8")
    (desk.folder / "techinfo.toml").write_text(text.replace(before, after), encoding="utf-8")
    done = desk.ask("--reason", WHY)

    assert "'isp' and contacts = true" in f"{done.output}{done.exception}"
    assert asked(desk) == []
