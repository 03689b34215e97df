"""Looks of a probe: what is there, what follows, and how an agent says that something is not."""

from __future__ import annotations

from collections.abc import Iterable

from tests.snmp.scripted_agent import Script, ScriptedAgent, honest, put

from techinfo.snmp import ber
from techinfo.snmp.interface import Cell, SnmpLimits
from techinfo.snmp.questions import Probe

NAME = "1.3.6.1.2.1.31.1.1.1.1"
ALIAS = "1.3.6.1.2.1.31.1.1.1.18"
NOTHING = "1.3.6.1.4.1.99999.1"
CELLS: dict[str, tuple[int, Cell]] = {
    f"{NAME}.3": (ber.OCTET_STRING, b"ge3"),
    f"{ALIAS}.3.128": (ber.OCTET_STRING, b""),
}


def look(
    script: Script, *oids: str, following: bool, limits: SnmpLimits | None = None
) -> tuple[Probe, ScriptedAgent]:
    """Look at some OIDs of an agent."""
    agent = ScriptedAgent(CELLS, script)
    question = Probe(oids, limits or SnmpLimits(), "sw:161", following=following)
    put(question, agent)
    return question, agent


def test_the_first_row_of_each_column_is_told() -> None:
    """By its index; a column without rows is left out, and one request is enough."""
    question, agent = look(honest, NAME, NOTHING, ALIAS, following=True)

    assert question.rows == {NAME: (3,), ALIAS: (3, 128)}
    assert [r.pdu_type for r in agent.requests] == [ber.GET_NEXT]


def test_exceptions_are_told_apart() -> None:
    """A value's type, or the exception's (RFC 3416, 3)."""
    none = ber.encode_value(ber.NO_SUCH_OBJECT, None)

    def telling(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        unknown = ber.encode_oid(f"{NOTHING}.0")
        bound = [(o, none if o == unknown else v) for o, v in agent.bound(request)]
        yield agent.reply(request, bound)

    question, _ = look(telling, f"{NAME}.3", f"{NAME}.4", f"{NOTHING}.0", following=False)

    assert question.tags == {
        f"{NAME}.3": ber.OCTET_STRING,
        f"{NAME}.4": ber.NO_SUCH_INSTANCE,
        f"{NOTHING}.0": ber.NO_SUCH_OBJECT,
    }


def test_no_more_is_asked_at_a_time_than_the_limits_allow() -> None:
    """Looks are gentle."""
    _, agent = look(honest, NAME, NOTHING, ALIAS, following=True, limits=SnmpLimits(varbinds=2))

    assert [len(request.oids) for request in agent.requests] == [2, 1]


def test_too_big_is_asked_for_in_pieces_and_teaches_nothing() -> None:
    """What follows a column that is not there may be of any size."""

    def small(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        yield agent.answer(request) if len(request.oids) == 1 else agent.refuse(request, 1)

    question, _ = look(small, NAME, NOTHING, ALIAS, following=True)

    assert question.rows == {NAME: (3,), ALIAS: (3, 128)}
    assert question.limits == SnmpLimits()


def test_a_silence_is_not_risked_twice() -> None:
    """It lowers the limits for all that comes after."""

    def choking(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        if len(request.oids) == 1:
            yield agent.answer(request)

    question, agent = look(choking, NAME, NOTHING, ALIAS, following=True)

    assert question.rows == {NAME: (3,), ALIAS: (3, 128)}
    assert question.limits == SnmpLimits(varbinds=1)
    assert [len(request.oids) for request in agent.requests] == [3, 1, 1, 1, 1]


def test_a_refused_oid_costs_itself_only() -> None:
    """What the agent cannot give even singly is left out."""
    bad = ber.encode_oid(NOTHING)

    def refusing(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        yield agent.refuse(request, 5) if bad in request.oids else agent.answer(request)

    question, _ = look(refusing, NAME, NOTHING, ALIAS, following=True)

    assert question.rows == {NAME: (3,), ALIAS: (3, 128)}
    assert question.limits == SnmpLimits()


def test_an_answer_that_lacks_cells_is_asked_for_in_pieces() -> None:
    """Else a row could be taken for that of another column."""

    def lossy(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        yield agent.reply(request, agent.bound(request)[-1:])

    question, _ = look(lossy, NAME, NOTHING, ALIAS, following=True)

    assert question.rows == {NAME: (3,), ALIAS: (3, 128)}
