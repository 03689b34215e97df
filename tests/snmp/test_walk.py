"""Walks of agents that do it otherwise, without socket and clock."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.snmp.scripted_agent import Bound, Script, ScriptedAgent, honest, put

from techinfo.errors import SnmpStatusError, SnmpTimeoutError
from techinfo.snmp import ber
from techinfo.snmp.interface import Cell, SnmpLimits, Walked
from techinfo.snmp.walk import Walk

NAME = "1.3.6.1.2.1.31.1.1.1.1"
OCTETS = "1.3.6.1.2.1.31.1.1.1.6"
ALIAS = "1.3.6.1.2.1.31.1.1.1.18"
CELLS: dict[str, tuple[int, Cell]] = {
    **{f"{NAME}.{row}": (ber.OCTET_STRING, b"ge%d" % row) for row in range(1, 6)},
    **{f"{OCTETS}.{row}": (ber.COUNTER64, row) for row in range(1, 3)},
    **{f"{ALIAS}.{row}": (ber.OCTET_STRING, b"") for row in range(1, 6)},
}
WALKED: dict[str, dict[tuple[int, ...], Cell]] = {
    NAME: {(row,): b"ge%d" % row for row in range(1, 6)},
    OCTETS: {(row,): row for row in range(1, 3)},
    ALIAS: {(row,): b"" for row in range(1, 6)},
}


def walk(
    script: Script,
    *columns: str,
    limits: SnmpLimits | None = None,
    cells: dict[str, tuple[int, Cell]] | None = None,
) -> tuple[Walk, ScriptedAgent]:
    """Walk columns of an agent to the end."""
    agent = ScriptedAgent(CELLS if cells is None else cells, script)
    question = Walk(columns, limits or SnmpLimits(), "sw:161")
    put(question, agent)
    return question, agent


def test_column_asked_twice_is_read_once() -> None:
    """A column has one place in a request, however often it is named."""
    question, agent = walk(honest, NAME, NAME)

    assert question.result() == Walked(cells={NAME: WALKED[NAME]})
    assert {len(request.oids) for request in agent.requests} == {1}


def test_nothing_asked_is_nothing_sent() -> None:
    """A walk of no column ends before it begins."""
    question, agent = walk(honest)

    assert question.result() == Walked(cells={})
    assert agent.requests == []


def test_column_that_is_not_there_is_empty() -> None:
    """No row is not the same as an error."""
    question, _ = walk(honest, "1.3.6.1.4.1.99999", OCTETS)

    assert question.result() == Walked(cells={"1.3.6.1.4.1.99999": {}, OCTETS: WALKED[OCTETS]})


def test_null_is_no_cell_but_the_walk_goes_on() -> None:
    """A row without a value is left out; what follows it is not."""
    cells = {**CELLS, f"{NAME}.2": (ber.NULL, 0)}

    question, _ = walk(honest, NAME, cells=cells)

    expected = {index: cell for index, cell in WALKED[NAME].items() if index != (2,)}
    assert question.result() == Walked(cells={NAME: expected})


def test_exception_in_the_middle_ends_a_column() -> None:
    """An agent that answers a GETNEXT with noSuchInstance has no more."""

    def odd(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        none = ber.encode_value(ber.NO_SUCH_INSTANCE, None)
        third = ber.encode_oid(f"{NAME}.3")
        yield agent.reply(
            request, [(o, none if o == third else value) for o, value in agent.bound(request)]
        )

    question, _ = walk(odd, NAME)

    assert question.result().cells == {NAME: {(1,): b"ge1", (2,): b"ge2"}}


COLUMNS = (NAME, OCTETS, ALIAS, "1.3.6.1.2.1.31.1.1.1.19", "1.3.6.1.4.1.99999.1.128")
_ROWS = st.dictionaries(
    st.sampled_from(COLUMNS), st.sets(st.sampled_from([1, 2, 3, 127, 128, 16384])), max_size=5
)


def _table(rows: dict[str, set[int]]) -> dict[str, tuple[int, Cell]]:
    return {f"{column}.{n}": (ber.INTEGER, n) for column, some in rows.items() for n in some}


def _expected(
    rows: dict[str, set[int]], columns: list[str]
) -> dict[str, dict[tuple[int, ...], Cell]]:
    return {column: {(n,): n for n in rows.get(column, ())} for column in columns}


@given(_ROWS, st.permutations(COLUMNS), st.integers(1, 12), st.booleans(), st.integers(1, 4))
@settings(deadline=None)
def test_any_table_is_read_whole_from_an_honest_agent(
    rows: dict[str, set[int]], columns: list[str], cut: int, bulk: bool, varbinds: int
) -> None:
    """Whatever rows are missing, in whatever order columns are asked, however answers are cut."""

    def cutting(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        yield agent.reply(request, agent.bound(request)[:cut])

    limits = SnmpLimits(bulk=bulk, varbinds=varbinds, max_repetitions=3)

    question, _ = walk(cutting, *columns, limits=limits, cells=_table(rows))

    assert question.result() == Walked(cells=_expected(rows, columns))


@given(_ROWS, st.permutations(COLUMNS), st.integers(1, 12), st.booleans(), st.booleans())
@settings(deadline=None)
def test_any_table_is_read_whole_from_an_agent_that_leaves_out_ended_columns(
    rows: dict[str, set[int]], columns: list[str], most: int, bulk: bool, keeps_ends: bool
) -> None:
    """Where cells stand in the wrong place, columns are asked for by themselves."""
    prefixes = [ber.encode_oid(column) for column in COLUMNS]

    def ragged(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        bound: list[Bound] = []
        live = [(o, next(p for p in prefixes if o.startswith(p))) for o in request.oids]
        for _ in range(most if bulk else 1):
            steps = [(agent.after(cursor), prefix) for cursor, prefix in live]
            inside = [
                (step, prefix)
                for step, prefix in steps
                if step[0].startswith(prefix) and (keeps_ends or step[1][0] != ber.END_OF_MIB_VIEW)
            ]
            bound += [step for step, _ in inside]
            live = [(step[0], prefix) for step, prefix in inside]
        yield agent.reply(request, bound or [agent.after(request.oids[0])])

    question, _ = walk(ragged, *columns, limits=SnmpLimits(bulk=bulk), cells=_table(rows))

    assert question.result() == Walked(cells=_expected(rows, columns))


def test_agent_that_wraps_round_at_its_end_is_read_whole() -> None:
    """Instead of endOfMibView some agents begin anew; that is no loop, for it is outside."""
    first = ber.encode_oid(f"{NAME}.1")

    def wrapping(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        yield agent.reply(
            request,
            [
                agent.value(first) if value[0] == ber.END_OF_MIB_VIEW else (oid, value)
                for oid, value in agent.bound(request)
            ],
        )

    question, _ = walk(wrapping, OCTETS, ALIAS)

    assert question.result() == Walked(cells={OCTETS: WALKED[OCTETS], ALIAS: WALKED[ALIAS]})


def test_agent_that_answers_with_what_was_asked_is_cut() -> None:
    """The OID asked is not after itself."""

    def echo(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        yield agent.reply(request, [(oid, b"\x02\x01\x01") for oid in request.oids])

    question, agent = walk(echo, NAME)

    assert question.result() == Walked(
        cells={NAME: {}}, partial=f"{NAME}: rows that repeat or go back"
    )
    assert len(agent.requests) == 1


def test_walk_of_endless_columns_row_by_row_is_cut() -> None:
    """Where each answer has one varbind, the requests of a walk are bounded as its rows are."""

    def growing(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        ids = ber.decode_oid(request.oids[0])
        row = (*ids[:11], ids[11] + 1 if len(ids) > 11 else 1)
        yield agent.reply(request, [(ber.encode_oid(".".join(map(str, row))), b"\x02\x01\x01")])

    question, agent = walk(growing, *WALKED, limits=SnmpLimits(max_rows=900))

    walked = question.result()
    assert [len(rows) for rows in walked.cells.values()] == [900, 900, 101]
    assert walked.partial == (
        f"{NAME}: over 900 rows; {OCTETS}: over 900 rows; {ALIAS}: too many requests"
    )
    assert len(agent.requests) == 1901


def test_values_without_end_are_cut() -> None:
    """A table of giant values is cut before it fills the memory."""
    giant = ber.encode_value(ber.OCTET_STRING, b"x" * 60000)

    def growing(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        yield agent.reply(request, [(ber.encode_oid(f"{NAME}.{len(agent.requests)}"), giant)])

    question, agent = walk(growing, NAME)

    assert question.result().partial == f"{NAME}: too many octets"
    assert len(agent.requests) < 300


def test_silence_over_many_repetitions_is_answered_by_fewer() -> None:
    """An agent that hangs on a GETBULK of more than 2 rows is asked for less (A5)."""

    def choking(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        if request.max_repetitions <= 2:
            yield agent.answer(request)

    question, agent = walk(choking, *WALKED)

    asked = [(request.pdu_type, request.max_repetitions) for request in agent.requests]
    probe = (ber.GET, 0)
    bulk = ber.GET_BULK
    assert asked[:5] == [(bulk, 10), probe, (bulk, 5), probe, (bulk, 2)]
    assert question.result() == Walked(cells=WALKED)
    assert question.limits.max_repetitions == 2


def test_agent_that_is_silent_over_every_bulk_is_walked_by_getnext() -> None:
    """It has none, and does not say so (field notes A9); the limits remember it."""

    def old(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        if request.pdu_type != ber.GET_BULK:
            yield agent.answer(request)

    question, agent = walk(old, *WALKED)

    bulks = [r.max_repetitions for r in agent.requests if r.pdu_type == ber.GET_BULK]
    assert question.result() == Walked(cells=WALKED)
    assert bulks == [10, 5, 2]
    assert question.limits.bulk is False


def test_getbulk_does_not_run_over_into_a_subtree_that_stands_none() -> None:
    """The end of a table of the same maker is read by GETNEXT (field notes A1)."""
    maker = "1.3.6.1.4.1.99999"
    deadly = ber.encode_oid(f"{maker}.96")
    cells: dict[str, tuple[int, Cell]] = {
        **CELLS,
        **{f"{maker}.{table}.1.{row}": (ber.INTEGER, row) for table in (68, 96) for row in (1, 2)},
    }

    def mortal(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        told = agent.bound(request)
        if request.pdu_type != ber.GET_BULK or not any(o.startswith(deadly) for o, _ in told):
            yield agent.reply(request, told)

    limits = SnmpLimits(no_bulk=(f"{maker}.96",))
    columns = (NAME, f"{maker}.68.1", f"{maker}.96.1")

    question, agent = walk(mortal, *columns, limits=limits, cells=cells)

    assert question.result().cells == {
        NAME: WALKED[NAME],
        f"{maker}.68.1": {(1,): 1, (2,): 2},
        f"{maker}.96.1": {(1,): 1, (2,): 2},
    }
    assert {r.pdu_type for r in agent.requests} == {ber.GET_BULK, ber.GET_NEXT}


def test_agent_that_hangs_on_the_smallest_request_is_a_timeout() -> None:
    """An agent that answers for sysUpTime alone is given up after three steps down."""

    def hanging(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        if request.pdu_type == ber.GET:
            yield agent.refuse(request, 5)  # an error is a sign of life too

    agent = ScriptedAgent(CELLS, hanging)

    with pytest.raises(SnmpTimeoutError):
        put(Walk(list(WALKED), SnmpLimits(), "sw:161"), agent)

    assert [request.max_repetitions for request in agent.requests] == [10, 0, 5, 0, 2, 0, 0]
    assert agent.requests[-1].pdu_type == ber.GET_NEXT


def test_getnext_over_many_columns_steps_down_to_fewer() -> None:
    """Without GETBULK there is nothing to halve but the columns."""

    def choking(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        if len(request.oids) < 2:
            yield agent.answer(request)

    question, agent = walk(choking, *WALKED, limits=SnmpLimits(bulk=False))

    assert question.result() == Walked(cells=WALKED)
    assert [len(request.oids) for request in agent.requests][:3] == [3, 1, 1]
    assert question.limits.varbinds == 1


def test_refused_column_is_asked_for_alone_before_it_is_given_up() -> None:
    """An error-index names a column; it alone is asked again by itself."""
    bad = ber.encode_oid(OCTETS)

    def failing(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        places = [n for n, oid in enumerate(request.oids, 1) if oid.startswith(bad)]
        yield agent.refuse(request, 13, places[0]) if places else agent.answer(request)

    question, agent = walk(failing, *WALKED)

    assert question.result() == Walked(
        cells={**WALKED, OCTETS: {}}, partial=f"{OCTETS}: error-status 13"
    )
    assert [len(request.oids) for request in agent.requests][:2] == [3, 2]


def test_walk_that_is_refused_altogether_is_an_error() -> None:
    """No row at all and an error-status is no empty table."""

    def failing(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        yield agent.refuse(request, 16)

    question, _ = walk(failing, *WALKED)

    with pytest.raises(SnmpStatusError) as caught:
        question.result()
    assert (caught.value.status, caught.value.address) == (16, "sw:161")


def test_causes_are_few() -> None:
    """However many columns are cut, the reason stays short."""

    def failing(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        wrong = any(not oid.startswith(ber.encode_oid(NAME)) for oid in request.oids)
        yield agent.refuse(request, 5) if wrong else agent.answer(request)

    question, _ = walk(failing, NAME, *(f"1.3.6.1.4.1.{number}" for number in range(9)))

    assert question.result().partial.count("error-status") == 3


def test_limits_below_one_are_one() -> None:
    """GETBULK with 0 repetitions has hung an agent (field notes A5)."""
    question, agent = walk(honest, NAME, limits=SnmpLimits(max_repetitions=0, varbinds=0))

    assert question.result() == Walked(cells={NAME: WALKED[NAME]})
    assert {request.max_repetitions for request in agent.requests} == {1}


FDB = "1.3.6.1.2.1.17.4.3.1.2"
MANY: dict[str, tuple[int, Cell]] = {
    f"{FDB}.0.0.0.0.{n >> 7}.{n & 127}": (ber.INTEGER, n) for n in range(300)
}


def test_few_columns_are_asked_for_more_rows_once_there_are_more() -> None:
    """As many varbinds as an answer may have; never before the first answer has gone on."""
    question, agent = walk(honest, FDB, cells=MANY)

    assert len(question.result().cells[FDB]) == 300
    assert [r.max_repetitions for r in agent.requests] == [10] + [50] * (len(agent.requests) - 1)
    assert len(agent.requests) == 1 + 7


def test_an_agent_that_stands_fewer_rows_is_asked_as_before() -> None:
    """What is more is taken back, and never asked for again; nothing is lost by it."""

    def choking(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        if request.max_repetitions > 10:
            yield agent.refuse(request, 1)
        else:
            yield agent.answer(request)

    question, agent = walk(choking, FDB, cells=MANY)
    again, second = walk(choking, FDB, cells=MANY, limits=question.limits)

    assert len(question.result().cells[FDB]) == 300
    assert [r.max_repetitions for r in agent.requests][:3] == [10, 50, 9]
    assert {r.max_repetitions for r in second.requests} == {9}
    assert again.result().cells == question.result().cells


def test_limits_below_the_usual_are_never_exceeded() -> None:
    """Of a driver, or learnt."""
    question, agent = walk(honest, FDB, cells=MANY, limits=SnmpLimits(max_repetitions=5))

    assert len(question.result().cells[FDB]) == 300
    assert {request.max_repetitions for request in agent.requests} == {5}


@pytest.mark.parametrize("bulk", [True, False])
def test_a_walk_of_some_rows_begins_and_ends_with_them(*, bulk: bool) -> None:
    """What stands before them is not asked for, and what came behind them is left out."""
    agent = ScriptedAgent(CELLS, honest)
    limits = SnmpLimits(max_repetitions=2, bulk=bulk)
    question = Walk([NAME, ALIAS], limits, "sw:161", between=(3, 4))
    put(question, agent)

    wanted: dict[str, dict[tuple[int, ...], Cell]] = {
        c: {i: cell for i, cell in WALKED[c].items() if i in {(3,), (4,)}} for c in (NAME, ALIAS)
    }
    assert question.result() == Walked(cells=wanted)
    assert len(agent.requests) == (1 if bulk else 2)
    assert ber.decode_oid(agent.requests[0].oids[0])[-1] == 2


def test_some_rows_that_are_not_there_are_none() -> None:
    """The walk ends with what comes after them."""
    agent = ScriptedAgent(CELLS, honest)
    question = Walk([NAME], SnmpLimits(), "sw:161", between=(7, 9))
    put(question, agent)

    assert question.result() == Walked(cells={NAME: {}})
    assert len(agent.requests) == 1
