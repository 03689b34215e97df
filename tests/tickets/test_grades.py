"""Whether verdicts were right: graded by the cause, in numbers, and without a person."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.access.played import Clock
from typer.testing import CliRunner

from techinfo.cli.main import app
from techinfo.errors import TicketConflictError
from techinfo.tickets.grades import ENOUGH, Experience, grades, scores
from techinfo.tickets.link_info import attach, pending
from techinfo.tickets.records import (
    Attachment,
    Cause,
    Change,
    Found,
    LinkInfo,
    NewTicket,
    Party,
    Problem,
    Reach,
    Status,
)
from techinfo.tickets.retention import bounds, erase, sweep
from techinfo.tickets.store import TicketFile

AT = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
NEW = NewTicket(
    provider="isp",
    access_id="A-1",
    created_by="Anna",
    heading="No link",
    description="Nothing works",
    problem=Problem.NO_LINK,
)


@pytest.fixture
def file(tmp_path: Path) -> Iterator[TicketFile]:
    """A file of tickets."""
    with TicketFile.open(tmp_path / "tickets.sqlite") as opened:
        yield opened


def read(file: TicketFile, code: str, confidence: float = 0.9) -> None:
    """Every reading that is wanted has been made, with this verdict."""
    document: dict[str, Any] = {
        "diagnosis": {"code": code, "confidence": confidence},
        "hardware": {"up": True, "vendor": "Made Up"},
    }
    for asked in pending(file):
        info = LinkInfo(
            moment=asked.moment,
            state=Attachment.ATTACHED,
            asked_at=asked.asked_at,
            document=document,
        )
        attach(file, asked, info, Found(), lambda: AT)


def closed(
    file: TicketFile, code: str, cause: str, *, confidence: float = 0.9, access: str = "A-1"
) -> str:
    """A ticket that was made with a verdict and closed with a cause."""
    new = NewTicket(**{f: getattr(NEW, f) for f in NEW.__slots__} | {"access_id": access})
    ticket = file.create(new, None, lambda: AT).ticket
    read(file, code, confidence)
    change = Change(
        by=Party.CO,
        status=Status.CLOSED,
        responsible=Party.CO,
        cause=Cause(code=cause, site="elm"),
    )
    file.change(ticket.reference, Reach(), change, None, lambda: AT)
    read(file, "all_fine")
    return ticket.reference


def test_a_ticket_that_closes_with_a_cause_grades_its_verdict(file: TicketFile) -> None:
    """By maker and site, with the verdict of the re-test; another word later replaces it."""
    reference = closed(file, "weak_light", "weak_light")

    (grade,) = grades(file)
    assert (grade.code, grade.sure, grade.cause) == ("weak_light", 90, "weak_light")
    assert (grade.maker, grade.site, grade.retest) == ("Made Up", "elm", "all_fine")

    other = Change(by=Party.CO, cause=Cause(code="module_fault"))
    file.change(reference, Reach(), other, None, lambda: AT)
    assert [(one.cause, one.retest) for one in grades(file)] == [("module_fault", "all_fine")]


def test_a_cause_is_for_tickets_that_are_closed(file: TicketFile) -> None:
    """And a verdict that was not told cannot be graded."""
    ticket = file.create(NEW, None, lambda: AT).ticket
    cause = Change(by=Party.CO, cause=Cause(code="no_mac"))

    with pytest.raises(TicketConflictError):
        file.change(ticket.reference, Reach(), cause, None, lambda: AT)
    closing = Change(by=Party.CO, status=Status.CLOSED, cause=Cause(code="no_mac"))
    file.change(ticket.reference, Reach(), closing, None, lambda: AT)

    assert grades(file) == ()


def test_it_stays_without_the_person_and_ends_after_two_years(file: TicketFile) -> None:
    """A grade names no access."""
    closed(file, "no_mac", "no_mac", access="A-7")
    assert erase(file, AT, access_id="A-7") == 1

    (grade,) = grades(file)
    assert "A-7" not in str(grade)
    for days, left in ((729, 1), (731, 0)):
        now = AT + timedelta(days=days)
        sweep(file, bounds(90, now), now)
        assert len(grades(file)) == left


def test_only_fifty_closed_tickets_say_something(file: TicketFile) -> None:
    """The lower share is proposed, and what verdicts tell at most; a higher one changes nothing."""
    clock = Clock()
    experience = Experience(file, clock)
    for number in range(ENOUGH - 1):
        closed(file, "weak_light", "weak_light" if number % 5 else "module_fault")
    assert experience() == {}
    closed(file, "weak_light", "weak_light")
    for _ in range(3):
        closed(file, "no_mac", "other")

    told = scores(grades(file))
    assert (told["weak_light"].closed, told["weak_light"].proposed) == (50, 0.8)
    assert (told["no_mac"].share, told["no_mac"].proposed) == (0.0, None)
    assert experience() == {}
    clock.go_on(601.0)
    assert experience() == {"weak_light": 0.8}


def test_the_report_tells_it(file: TicketFile, tmp_path: Path) -> None:
    """By rule, maker and site, and which causes it was instead."""
    config = tmp_path / "techinfo.toml"
    config.write_text('[tickets]\ndesk = "here"\n')
    config.chmod(0o600)
    closed(file, "weak_light", "weak_light")
    closed(file, "weak_light", "module_fault")

    run = CliRunner().invoke(app, ["rules", "report", "--json", "--config", str(config)])
    words = CliRunner().invoke(app, ["rules", "report", "--config", str(config)])

    told = json.loads(run.stdout)
    assert told["rules"] == [{"code": "weak_light", "closed": 2, "right": 1, "told": 0.9}]
    assert told["makers"][0]["of"] == "Made Up"
    assert told["sites"][0]["of"] == "elm"
    assert told["causes"][0] == {"code": "weak_light", "cause": "module_fault", "closed": 1}
    assert "weak_light" in words.stdout
