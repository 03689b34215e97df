"""Walks of agents whose rows come in any order, which no driver has told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.snmp.scripted_agent import Script, ScriptedAgent, put

from techinfo.snmp import ber
from techinfo.snmp.interface import Cell, SnmpLimits, Walked
from techinfo.snmp.walk import Walk

FDB = "1.3.6.1.2.1.17.4.3.1.2"
STATUS = "1.3.6.1.2.1.17.4.3.1.3"
ROWS = (1, 2, 3, 4, 5, 6, 7)
CELLS: dict[str, tuple[int, Cell]] = {
    f"{column}.{row}": (ber.INTEGER, row) for column in (FDB, STATUS) for row in ROWS
}
TABLE: dict[str, dict[tuple[int, ...], Cell]] = {
    FDB: {(row,): row for row in ROWS},
    STATUS: {(row,): row for row in ROWS},
}


def ordered_as(order: Sequence[int], *columns: str) -> Script:
    """An agent that gives rows of some columns in an order of its own; after the last, honesty."""
    tops = [ber.encode_oid(column) for column in columns]

    def after(agent: ScriptedAgent, oid: bytes) -> tuple[bytes, bytes]:
        top = next((top for top in tops if oid.startswith(top)), None)
        if top is None:
            return agent.after(oid)
        place = 0 if oid == top else order.index(ber.decode_index(oid[len(top) :])[0]) + 1
        if place < len(order):
            return agent.value(top + bytes([order[place]]))
        return agent.after(top + bytes([max(ROWS)]))

    def script(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        cursors, bound = list(request.oids), []
        for _ in range(max(1, request.max_repetitions)):
            for place, oid in enumerate(cursors):
                step = after(agent, oid)
                bound.append(step)
                cursors[place] = step[0]
        yield agent.reply(request, bound)

    return script


def walked(script: Script, *columns: str, limits: SnmpLimits | None = None) -> Walk:
    """Walk columns to the end; the agent ends what has no end."""
    question = Walk(columns, limits or SnmpLimits(), "sw:161")
    put(question, ScriptedAgent(CELLS, script))
    return question


@given(st.permutations(ROWS), st.integers(1, 12), st.booleans())
@settings(deadline=None)
def test_rows_in_any_order_are_read_whole(order: list[int], most: int, bulk: bool) -> None:
    """Beside a column that is in order; nobody had to say so before."""
    limits = SnmpLimits(max_repetitions=most, bulk=bulk)

    question = walked(ordered_as(order, FDB), FDB, STATUS, limits=limits)

    assert question.result() == Walked(cells=TABLE)


def test_the_limits_remember_that_rows_come_in_any_order() -> None:
    """So the next walk does not begin twice."""
    question = walked(ordered_as((3, 1, 7, 2, 6, 5, 4), FDB, STATUS), FDB, STATUS)

    assert question.limits == SnmpLimits(unordered=True)


def test_one_row_out_of_order_does_not_tell_of_the_agent() -> None:
    """The table may have changed under the walk."""
    question = walked(ordered_as((2, 1, 3, 4, 5, 6, 7), FDB), FDB)

    assert question.result() == Walked(cells={FDB: TABLE[FDB]})
    assert question.limits == SnmpLimits()


@pytest.mark.parametrize("back_to", [1, 2])
def test_a_loop_is_no_order(back_to: int) -> None:
    """A row that was there before ends the column, be it after new ones out of order."""
    order = (3, 1, 5, 2)
    top = ber.encode_oid(FDB)

    def looping(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        (oid,) = request.oids
        place = 0 if oid == top else order.index(ber.decode_index(oid[len(top) :])[0]) + 1
        follow = order[place] if place < len(order) else order[back_to]
        yield agent.reply(request, [agent.value(top + bytes([follow]))])

    question = walked(looping, FDB, limits=SnmpLimits(max_repetitions=1))

    assert question.result() == Walked(
        cells={FDB: {(row,): row for row in order}}, partial=f"{FDB}: rows that repeat or go back"
    )
    assert question.limits.unordered is False


def test_rows_without_end_in_no_order_are_cut() -> None:
    """Only the bound of rows ends them, and that teaches nothing."""
    top = ber.encode_oid(FDB)

    def endless(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        (oid,) = request.oids
        last = ber.decode_index(oid[len(top) :])[0] if oid != top else 1
        row = last * 5 % 100_003
        yield agent.reply(
            request, [(ber.encode_oid(f"{FDB}.{row}"), ber.encode_value(ber.INTEGER, row))]
        )

    question = walked(endless, FDB, limits=SnmpLimits(max_rows=500))

    found = question.result()
    assert len(found.cells[FDB]) == 500
    assert found.partial == f"{FDB}: over 500 rows"
    assert question.limits.unordered is False
