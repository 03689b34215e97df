"""B, C. What is known already: a second report helps nobody, but only for what it explains."""

from __future__ import annotations

from datetime import datetime, timedelta

from techinfo.diagnosis.case import Row, time_of
from techinfo.diagnosis.rule import LINE_SYMPTOMS, Rule
from techinfo.diagnosis.view import View

_BEFORE = timedelta(minutes=15)


def active(view: View, kind: str) -> tuple[int, Row] | None:
    """The notice of a kind that is going on now, and its place in the list."""
    for n, row in enumerate(view.case.rows("disturbances") or ()):
        start, end = time_of(row.get("from")), time_of(row.get("to"))
        begun = start is None or start <= view.case.now
        over = end is not None and end < view.case.now
        if row.get("type") == kind and row.get("status") == "ACTIVE" and begun and not over:
            return n, row
    return None


def _is_impaired(view: View) -> bool:
    silent = view.case.code("status") == "element_silent"
    no_lease = view.line.is_up is True and view.devices.lacks_lease and view.devices.are_some
    return view.line.is_down or silent or no_lease or view.traffic.comes_back is False


def _began(view: View) -> datetime | None:
    if view.case.code("status") == "element_silent":
        return view.case.since("status")
    if view.line.is_down:
        return view.line.down_at
    if view.devices.lacks_lease:
        pending = view.dhcp.pending
        return view.devices.lease_end or (pending[0][0] if pending else None)
    return None


def _has_own_cause(view: View) -> bool:
    alone = view.line.gasped and view.neighbours.fallen is None
    return view.line.is_closed or view.is_blocked or view.line.has_power is False or alone


def _begun_before(view: View, row: Row) -> bool:
    start, began = time_of(row.get("from")), _began(view)
    return start is not None and began is not None and began < start - _BEFORE


def explains(view: View, kind: str) -> bool:
    """Whether a notice of this kind explains what is wrong here."""
    found = active(view, kind)
    if found is None or not _is_impaired(view):
        return False
    return not _begun_before(view, found[1]) and not _has_own_cause(view)


def is_beside(view: View, kind: str) -> bool:
    """Whether a notice is going on that explains nothing here: worth a note."""
    found = active(view, kind)
    if found is None or explains(view, kind):
        return False
    return not (_is_impaired(view) and _begun_before(view, found[1]))


_IMPAIRED = (
    "the access is down, silent, without the lease it is due or without an answer; that began not "
    "earlier than 15 minutes before the notice; and it tells no cause of its own"
)
RULES = (
    Rule(
        code="planned_works",
        outcome="amber",
        act="wait",
        location="above",
        ticket=False,
        problem="OTHER",
        minutes=30,
        words=("Announced works are going on here.", "Ett aviserat arbete pågår här."),
        sp=("Wait until the works end.", "Vänta tills arbetet är klart."),
        engineer=("See the notice of the works.", "Se aviseringen av arbetet."),
        needs=("disturbances",),
        facts=("disturbances", "status.link", "status.linkSince"),
        holds=lambda v: explains(v, "PLANNED"),
        when=f"works are ACTIVE now; {_IMPAIRED}",
        contradicted="a cause of its own, or an access that works",
        sure=0.9,
        hides=LINE_SYMPTOMS,
    ),
    Rule(
        code="known_disturbance",
        outcome="red",
        act="wait",
        location="above",
        ticket=False,
        problem="OTHER",
        minutes=30,
        words=(
            "A known disturbance affects this access.",
            "En känd driftstörning påverkar anslutningen.",
        ),
        sp=("Wait: the disturbance is being worked on.", "Vänta: störningen åtgärdas."),
        engineer=("See the disturbance.", "Se driftstörningen."),
        needs=("disturbances",),
        facts=("disturbances", "status.link", "status.linkSince"),
        holds=lambda v: explains(v, "DISTURBANCE"),
        when=f"a disturbance is ACTIVE now; {_IMPAIRED}",
        contradicted="a cause of its own, or an access that works",
        sure=0.9,
        hides=LINE_SYMPTOMS,
    ),
    Rule(
        code="inventory_mismatch",
        outcome="red",
        act="co",
        location="records",
        ticket=True,
        problem="OTHER",
        minutes=120,
        words=(
            "The switch or port is not what the records say.",
            "Switchen eller porten stämmer inte med registret.",
        ),
        sp=(
            "Report that the records of this access are wrong.",
            "Felanmäl att anslutningens register är fel.",
        ),
        engineer=(
            "Compare the port's name and the switch's with the inventory.",
            "Jämför portens och switchens namn med registret.",
        ),
        needs=("parts:inventory_mismatch",),
        facts=("parts.status.code",),
        holds=lambda v: v.case.code("status") == "inventory_mismatch",
        when="the port that was read is not the one that the inventory names",
        contradicted="of the CPE alone: unknown_equipment",
        sure=0.95,
        hides=frozenset({"planned_works", "known_disturbance"}),
    ),
)
