"""Diagnoses that a ticket may name: whose they are, how long and how many."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from techinfo.access.viewer import Role, Viewer
from techinfo.tickets.diagnoses import Diagnoses, contradicts

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=30)
ISP = Viewer(name="a", role=Role.PROVIDER, provider="isp-a")
COLLEAGUE = Viewer(name="a2", role=Role.PROVIDER, provider="isp-a")
OTHER = Viewer(name="b", role=Role.PROVIDER, provider="isp-b")
OPS = Viewer(name="ops", role=Role.OPERATOR)


def test_a_diagnosis_is_its_provider_s_for_its_access_while_it_is_valid() -> None:
    """A colleague may name it; another provider, another access and another day may not."""
    kept = Diagnoses()
    name = kept.keep(ISP, "A-1", {"diagnosis": {"code": "no_mac"}}, LATER, NOW)

    told = kept.of(COLLEAGUE, name, "A-1", NOW)

    assert told is not None
    assert told.diagnosis["code"] == "no_mac"
    assert kept.of(OTHER, name, "A-1", NOW) is None
    assert kept.of(OPS, name, "A-1", NOW) is None
    assert kept.of(ISP, name, "A-2", NOW) is None
    assert kept.of(ISP, name, "A-1", LATER + timedelta(seconds=1)) is None


def test_the_oldest_and_those_that_have_ended_go() -> None:
    """A bounded number; nothing about people stays longer than it is good for."""
    kept = Diagnoses(most=2)
    names = [kept.keep(ISP, f"A-{n}", {}, LATER, NOW) for n in range(3)]
    bounded = [kept.of(ISP, name, f"A-{n}", NOW) is not None for n, name in enumerate(names)]

    kept.keep(ISP, "A-9", {}, LATER + timedelta(days=1), LATER + timedelta(hours=1))

    assert bounded == [False, True, True]
    assert len(kept._told) == 1


def test_what_is_known_of_a_person_can_be_erased() -> None:
    """Of one access, or all."""
    kept = Diagnoses()
    one, two = (kept.keep(ISP, access, {}, LATER, NOW) for access in ("A-1", "A-2"))

    kept.forget(access_id="A-1")

    assert kept.of(ISP, one, "A-1", NOW) is None
    assert kept.of(ISP, two, "A-2", NOW) is not None
    kept.forget()
    assert kept.of(ISP, two, "A-2", NOW) is None


@pytest.mark.parametrize(
    ("problem", "link", "outcome", "medium", "words"),
    [
        ("NO_LINK", True, "red", "fibre", "the link was up"),
        ("NO_LINK", False, "red", "fibre", None),
        ("NO_LINK", True, "red", "pon", None),
        ("NO_ACCESS", True, "green", "fibre", "everything works"),
        ("NO_ACCESS", True, "red", "fibre", None),
        ("QUALITY", True, "green", "fibre", None),
    ],
)
def test_a_reported_problem_may_contradict_what_was_found(
    problem: str, link: bool, outcome: str, medium: str, words: str | None
) -> None:
    """No link while it was up; no service while all works. The port of a PON tells of no access."""
    document = {
        "status": {"link": link},
        "expected": {"medium": medium},
        "diagnosis": {"code": "x", "outcome": outcome},
    }

    found = contradicts(problem, document)

    assert (found is None) if words is None else (found is not None and words in found)
