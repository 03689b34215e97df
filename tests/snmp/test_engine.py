"""Both SNMP engines against agents that behave, and agents that do not."""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import Callable, Coroutine, Iterable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from tests.snmp.scripted_agent import Script, ScriptedAgent, honest

from techinfo.errors import (
    DeviceUnreachableError,
    DriverError,
    SnmpProtocolError,
    SnmpStatusError,
    SnmpTimeoutError,
)
from techinfo.snmp import ber
from techinfo.snmp.channel import ChannelStats
from techinfo.snmp.engine import SnmpEngine
from techinfo.snmp.interface import Cell, Conversation, SnmpLimits, SnmpTarget, Walked
from techinfo.snmp.pysnmp_engine import PysnmpEngine

Engine = SnmpEngine | PysnmpEngine
Talk = Callable[[Conversation], Coroutine[Any, Any, Any]]

UP_TIME = "1.3.6.1.2.1.1.3.0"
NAME = "1.3.6.1.2.1.1.5.0"
DESCR = "1.3.6.1.2.1.2.2.1.2"
STATUS = "1.3.6.1.2.1.2.2.1.8"
OCTETS = "1.3.6.1.2.1.31.1.1.1.6"
LAST = "1.3.6.1.4.1.99999.1"

ROWS = (1, 2, 127, 128, 300, 16384, 20000)
CELLS: dict[str, tuple[int, Cell]] = {
    UP_TIME: (ber.TIME_TICKS, 4294967295),
    NAME: (ber.OCTET_STRING, b"sw-elm-3"),
    **{f"{DESCR}.{row}": (ber.OCTET_STRING, f"port {row}".encode()) for row in ROWS},
    **{f"{STATUS}.{row}": (ber.INTEGER, -row) for row in ROWS if row != 127},
    **{f"{OCTETS}.{row}": (ber.COUNTER64, (1 << 64) - row) for row in ROWS},
    **{f"{LAST}.{row}": (ber.OBJECT_IDENTIFIER, (1, 3, 6, row)) for row in ROWS},
}
WALKED: dict[str, dict[tuple[int, ...], Cell]] = {
    DESCR: {(row,): f"port {row}".encode() for row in ROWS},
    STATUS: {(row,): -row for row in ROWS if row != 127},
    OCTETS: {(row,): (1 << 64) - row for row in ROWS},
    LAST: {(row,): (1, 3, 6, row) for row in ROWS},
}

SHORT = (0.05, 0.05)
"""Where silence is what the test is about."""
LONG = (0.05, 20.0)
"""Where only the first try is lost."""


@pytest.fixture(params=[SnmpEngine, PysnmpEngine], ids=["own", "pysnmp"])
def kind(request: pytest.FixtureRequest) -> type[Engine]:
    """Each engine in turn."""
    engine: type[Engine] = request.param
    return engine


def converse(
    kind: type[Engine],
    script: Script,
    talk: Talk,
    *,
    limits: SnmpLimits | None = None,
    timeouts: tuple[float, ...] = (20.0,),
    host: str = "127.0.0.1",
    any_source: bool = False,
) -> tuple[Any, ScriptedAgent, Conversation]:
    """Talk to an agent; what the talk gave, the agent and the conversation."""

    async def run() -> tuple[Any, ScriptedAgent, Conversation]:
        async with (
            asyncio.timeout(30),
            ScriptedAgent(CELLS, script, host=host) as agent,
            kind() as engine,
        ):
            target = agent.target(timeouts=timeouts, any_source=any_source)
            conversation = engine.conversation(target, limits or SnmpLimits())
            return await talk(conversation), agent, conversation

    return asyncio.run(run())


def getting(*oids: str) -> Talk:
    """Get these."""
    return lambda conversation: conversation.get(oids)


def walking(*columns: str) -> Talk:
    """Walk these."""
    return lambda conversation: conversation.walk(columns)


async def until(true: Callable[[], bool]) -> None:
    """Let everything else run until something is true."""
    while not true():  # noqa: ASYNC110 - what is waited for has no event
        await asyncio.sleep(0)


def test_get_leaves_out_what_is_not_there(kind: type[Engine]) -> None:
    """Instances come back under the OIDs asked; noSuchInstance is no cell."""
    cells, _, conversation = converse(kind, honest, getting(NAME, f"{DESCR}.99", UP_TIME))

    assert cells == {NAME: b"sw-elm-3", UP_TIME: 4294967295}
    assert (conversation.counted.requests, conversation.counted.varbinds) == (1, 3)


def test_nothing_asked_is_nothing_sent(kind: type[Engine]) -> None:
    """An empty question has an empty answer."""
    cells, agent, _ = converse(kind, honest, getting())

    assert cells == {}
    assert agent.requests == []


def test_get_is_split_by_the_limit(kind: type[Engine]) -> None:
    """No GET has more varbinds than the agent is known to stand."""
    oids = [f"{DESCR}.{row}" for row in ROWS]

    cells, agent, _ = converse(kind, honest, getting(*oids), limits=SnmpLimits(varbinds=3))

    assert [len(request.oids) for request in agent.requests] == [3, 3, 1]
    assert cells == {f"{DESCR}.{row}": f"port {row}".encode() for row in ROWS}


def test_walk_reads_whole_columns(kind: type[Engine]) -> None:
    """Several columns of unequal length, to the end of the MIB, with indexes past 127."""
    walked, agent, conversation = converse(kind, honest, walking(*WALKED))

    assert walked == Walked(cells=WALKED)
    assert all(request.pdu_type == ber.GET_BULK for request in agent.requests)
    assert conversation.counted.walks == 1


def test_walk_of_part_of_a_column_has_indexes_below_that_part(kind: type[Engine]) -> None:
    """A prefix may be any OID; long and short ones go together."""
    table = "1.3.6.1.2.1.2.2.1"

    walked, _, _ = converse(kind, honest, walking(f"{DESCR}.128", "1.3.6.1.2.1.1", table))

    assert walked.partial == ""
    assert walked.cells[f"{DESCR}.128"] == {}
    assert walked.cells["1.3.6.1.2.1.1"] == {(3, 0): 4294967295, (5, 0): b"sw-elm-3"}
    assert walked.cells[table] == {
        **{(2, *index): cell for index, cell in WALKED[DESCR].items()},
        **{(8, *index): cell for index, cell in WALKED[STATUS].items()},
    }


def test_walk_has_no_more_columns_than_the_limit_in_a_request(kind: type[Engine]) -> None:
    """Columns over the limit wait for their turn."""
    limits = SnmpLimits(varbinds=3, max_repetitions=2)

    walked, agent, _ = converse(kind, honest, walking(*WALKED), limits=limits)

    assert walked == Walked(cells=WALKED)
    assert {len(request.oids) for request in agent.requests} <= {1, 2, 3}
    assert {request.max_repetitions for request in agent.requests} == {2}


def test_walk_without_bulk(kind: type[Engine]) -> None:
    """An agent that has no GETBULK gets GETNEXT."""
    walked, agent, _ = converse(kind, honest, walking(*WALKED), limits=SnmpLimits(bulk=False))

    assert walked == Walked(cells=WALKED)
    assert {request.pdu_type for request in agent.requests} == {ber.GET_NEXT}


def test_subtree_that_stands_no_bulk_is_walked_by_getnext(kind: type[Engine]) -> None:
    """GETBULK and GETNEXT are told apart by column (field notes A1)."""
    limits = SnmpLimits(no_bulk=("1.3.6.1.2.1.31",))

    walked, agent, _ = converse(kind, honest, walking(*WALKED), limits=limits)

    bulk = [oid for r in agent.requests if r.pdu_type == ber.GET_BULK for oid in r.oids]
    assert walked == Walked(cells=WALKED)
    assert not any(oid.startswith(ber.encode_oid(OCTETS)) for oid in bulk)
    assert {r.pdu_type for r in agent.requests} == {ber.GET_BULK, ber.GET_NEXT}


def test_walk_takes_answers_cut_anywhere(kind: type[Engine]) -> None:
    """An agent that sends a few varbinds only, in the middle of a row, is read to the end."""

    def cut(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        yield agent.reply(request, agent.bound(request)[: 1 + len(agent.requests) % 5])

    walked, _, _ = converse(kind, cut, walking(*WALKED))

    assert walked == Walked(cells=WALKED)


def test_too_big_halves_the_varbinds_of_a_get_for_good(kind: type[Engine]) -> None:
    """After tooBig a conversation asks for less, also the next time."""

    def choking(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        # As RouterOS does: tooBig and an empty list (field notes A6).
        big = len(request.oids) > 3
        yield agent.reply(request, [], status=1) if big else agent.answer(request)

    async def twice(conversation: Conversation) -> object:
        oids = [f"{DESCR}.{row}" for row in ROWS]
        return await conversation.get(oids), await conversation.get(oids)

    (first, again), agent, conversation = converse(kind, choking, twice)

    assert first == again == {f"{DESCR}.{row}": f"port {row}".encode() for row in ROWS}
    assert [len(request.oids) for request in agent.requests] == [7, 3, 3, 1, 3, 3, 1]
    assert conversation.limits.varbinds == 3


def test_too_big_for_one_varbind_is_an_error(kind: type[Engine]) -> None:
    """An agent to which everything is too big has refused."""

    def choking(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        yield agent.refuse(request, 1)

    with pytest.raises(SnmpStatusError) as caught:
        converse(kind, choking, getting(NAME, UP_TIME))

    assert caught.value.status == 1
    assert caught.value.address.startswith("127.0.0.1:")


@pytest.mark.parametrize("status", [2, 5], ids=["noSuchName", "genErr"])
def test_one_bad_varbind_costs_itself_only(kind: type[Engine], status: int) -> None:
    """A GET refused over one instance gives all the others."""
    bad = ber.encode_oid(f"{DESCR}.300")

    def failing(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        refused = bad in request.oids
        yield agent.refuse(request, status, 99) if refused else agent.answer(request)

    cells, _, conversation = converse(kind, failing, getting(*(f"{DESCR}.{row}" for row in ROWS)))

    assert cells == {f"{DESCR}.{row}": f"port {row}".encode() for row in ROWS if row != 300}
    assert conversation.limits == SnmpLimits()


def test_too_big_halves_repetitions_then_columns(kind: type[Engine]) -> None:
    """A walk steps down until the agent can answer."""

    def choking(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        big = len(request.oids) * request.max_repetitions > 2
        yield agent.reply(request, [], status=1) if big else agent.answer(request)

    walked, agent, conversation = converse(kind, choking, walking(*WALKED))

    asked = [(len(request.oids), request.max_repetitions) for request in agent.requests]
    assert asked[:5] == [(4, 10), (4, 5), (4, 2), (4, 1), (2, 1)]
    assert set(asked[5:]) <= {(2, 1), (1, 1)}
    assert walked == Walked(cells=WALKED)
    assert (conversation.limits.max_repetitions, conversation.limits.varbinds) == (1, 2)


def test_walk_that_is_always_too_big_is_an_error(kind: type[Engine]) -> None:
    """It ends with the agent's error-status, and never as an empty table."""

    def choking(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        yield agent.reply(request, [], status=1)

    with pytest.raises(SnmpStatusError) as caught:
        converse(kind, choking, walking(*WALKED))

    assert caught.value.status == 1


def test_column_that_is_refused_leaves_the_others_alone(kind: type[Engine]) -> None:
    """GenErr over one column cuts that column, and the walk says so."""
    bad = ber.encode_oid(STATUS)

    def failing(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        refused = any(oid.startswith(bad) for oid in request.oids)
        yield agent.refuse(request, 5) if refused else agent.answer(request)

    walked, _, _ = converse(kind, failing, walking(*WALKED))

    assert walked.cells == {**WALKED, STATUS: {}}
    assert walked.partial == f"{STATUS}: error-status 5"


def test_no_such_name_ends_a_column(kind: type[Engine]) -> None:
    """An agent that says end of MIB as SNMPv1 did is read whole."""

    def old(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        ended = [
            place
            for place, (_, value) in enumerate(agent.bound(request), 1)
            if value[0] == ber.END_OF_MIB_VIEW
        ]
        yield agent.refuse(request, 2, ended[0]) if ended else agent.answer(request)

    walked, _, _ = converse(kind, old, walking(*WALKED), limits=SnmpLimits(bulk=False))

    assert walked == Walked(cells=WALKED)


def test_silent_agent_is_a_timeout(kind: type[Engine]) -> None:
    """Every try is sent once, the same bytes each time."""

    def silent(_agent: ScriptedAgent, _request: ber.Request) -> Iterable[bytes]:
        return ()

    async def failing(conversation: Conversation) -> Conversation:
        with pytest.raises(SnmpTimeoutError):
            await conversation.get([NAME])
        return conversation

    _, agent, conversation = converse(kind, silent, failing, timeouts=SHORT)

    assert (conversation.counted.requests, conversation.counted.retries) == (1, 1)
    assert len(agent.datagrams) == 2
    assert len(set(agent.datagrams)) == 1


def test_lost_first_try_is_made_good(kind: type[Engine]) -> None:
    """A lost packet costs a retry and nothing else."""

    def losing(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        if agent.tries(request) > 1:
            yield agent.answer(request)

    walked, agent, conversation = converse(kind, losing, walking(DESCR), timeouts=LONG)

    assert walked.cells == {DESCR: WALKED[DESCR]}
    assert conversation.counted.retries == conversation.counted.requests
    assert len(agent.datagrams) == 2 * conversation.counted.requests


def test_silence_over_many_varbinds_is_answered_by_fewer(kind: type[Engine]) -> None:
    """An agent that dies on a GET of more than 3, and lives, is asked for less (A2)."""

    def choking(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        if len(request.oids) <= 3:
            yield agent.answer(request)

    oids = [f"{DESCR}.{row}" for row in ROWS]

    cells, agent, conversation = converse(kind, choking, getting(*oids), timeouts=(0.5,))

    assert cells == {f"{DESCR}.{row}": f"port {row}".encode() for row in ROWS}
    assert [len(request.oids) for request in agent.requests] == [7, 1, 3, 3, 1]
    assert conversation.limits.varbinds == 3


def test_dead_agent_is_not_asked_smaller_and_smaller(kind: type[Engine]) -> None:
    """Silence over sysUpTime, asked once, ends the matter."""

    def silent(_agent: ScriptedAgent, _request: ber.Request) -> Iterable[bytes]:
        return ()

    async def failing(conversation: Conversation) -> None:
        with pytest.raises(SnmpTimeoutError):
            await conversation.walk(list(WALKED))

    _, agent, conversation = converse(kind, silent, failing, timeouts=SHORT)

    assert [len(request.oids) for request in agent.requests] == [4, 4, 1]
    assert conversation.limits == SnmpLimits()


def test_duplicates_do_no_harm(kind: type[Engine]) -> None:
    """Every answer sent three times gives every row once."""

    def stuttering(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        return [agent.answer(request)] * 3

    walked, _, conversation = converse(kind, stuttering, walking(*WALKED))

    assert walked == Walked(cells=WALKED)
    assert conversation.counted.retries == 0


def test_cells_are_told_by_oid_and_not_by_place(kind: type[Engine]) -> None:
    """An agent may answer a GET in another order."""

    def shuffling(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        yield agent.reply(request, reversed(agent.bound(request)))

    cells, _, _ = converse(kind, shuffling, getting(NAME, UP_TIME, f"{DESCR}.1"))

    assert cells == {NAME: b"sw-elm-3", UP_TIME: 4294967295, f"{DESCR}.1": b"port 1"}


def test_instances_missing_in_an_answer_are_asked_again(kind: type[Engine]) -> None:
    """An agent that quietly cuts its answers gives everything, bit by bit."""

    def cutting(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        yield agent.reply(request, agent.bound(request)[:2])

    cells, _, _ = converse(kind, cutting, getting(*(f"{DESCR}.{row}" for row in ROWS)))

    assert cells == {f"{DESCR}.{row}": f"port {row}".encode() for row in ROWS}


def test_cell_that_was_not_asked_for_is_never_taken(kind: type[Engine]) -> None:
    """Another instance than asked is a broken protocol (field notes A14)."""

    def wrong(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        yield agent.reply(request, [agent.value(ber.encode_oid(UP_TIME)) for _ in request.oids])

    with pytest.raises(SnmpProtocolError, match="another instance"):
        converse(kind, wrong, getting(NAME, f"{DESCR}.1"))


def test_answer_without_varbinds_is_an_error(kind: type[Engine]) -> None:
    """No error and nothing in it: that is not an empty table."""

    def empty(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        yield agent.reply(request, [])

    with pytest.raises(SnmpProtocolError, match="without varbinds"):
        converse(kind, empty, walking(DESCR))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _answer: b"0",
        lambda answer: answer[:-3],
        lambda _answer: b"\xff" * 1400,
        lambda answer: b"\x30\x80" + answer[2:],
    ],
    ids=["one octet", "truncated", "garbage", "indefinite"],
)
def test_unreadable_answers_are_survived(spoil: Callable[[bytes], bytes]) -> None:
    """Broken datagrams are counted, the next try is answered."""

    def spoiling(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        answer = agent.answer(request)
        yield answer if agent.tries(request) > 1 else spoil(answer)

    async def run() -> tuple[dict[str, Cell], int]:
        async with (
            asyncio.timeout(30),
            ScriptedAgent(CELLS, spoiling) as agent,
            SnmpEngine() as engine,
        ):
            target = agent.target(timeouts=LONG)
            cells = await engine.conversation(target, SnmpLimits()).get([NAME])
            return cells, engine.traffic.bad

    assert asyncio.run(run()) == ({NAME: b"sw-elm-3"}, 1)


def test_agent_that_sends_garbage_only_is_told_from_a_silent_one(kind: type[Engine]) -> None:
    """Answers that cannot be read are a broken protocol, not silence."""

    def broken(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        yield agent.answer(request)[:-3]

    with pytest.raises(SnmpProtocolError, match="cannot be read"):
        converse(kind, broken, getting(NAME, UP_TIME), timeouts=SHORT)


def test_octets_behind_an_answer_are_nothing(kind: type[Engine]) -> None:
    """As net-snmp has it (gosnmp#526)."""

    def padding(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        yield agent.answer(request) + b"\0"

    assert converse(kind, padding, getting(NAME))[0] == {NAME: b"sw-elm-3"}


def test_a_list_of_varbinds_without_end_is_a_protocol_error(kind: type[Engine]) -> None:
    """Where a varbind does not say where it ends, nothing behind it can be read."""

    def broken(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        yield agent.reply(request, [(ber.encode_oid(NAME), b"\x05\x00")]).replace(
            b"\x30\x0c\x06", b"\x30\x4c\x06"
        )

    with pytest.raises(SnmpProtocolError, match="unreadable answer"):
        converse(kind, broken, getting(NAME, UP_TIME), timeouts=SHORT)


@pytest.mark.parametrize(
    "value",
    [b"\x41\x00", b"\x02\x00", b"\x46\x00", b"\x04\x09sw-elm-3", b"\x83\x00", b"\x04\x01sw"],
    ids=["empty counter", "empty integer", "empty counter64", "too long", "no type", "too short"],
)
def test_a_value_that_cannot_be_read_costs_itself_only(kind: type[Engine], value: bytes) -> None:
    """By GET and by GETBULK: the others are told, it is no cell and never 0, and it is named."""
    bad = f"{DESCR}.300"

    def broken(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        bound = [(o, value if o == ber.encode_oid(bad) else v) for o, v in agent.bound(request)]
        yield agent.reply(request, bound)

    async def both(conversation: Conversation) -> tuple[dict[str, Cell], Walked]:
        got = await conversation.get([NAME, bad, UP_TIME])
        assert conversation.counted.unread == {bad}
        return got, await conversation.walk([DESCR, STATUS])

    (got, walked), _, conversation = converse(kind, broken, both)

    others = {index: cell for index, cell in WALKED[DESCR].items() if index != (300,)}
    assert got == {NAME: b"sw-elm-3", UP_TIME: 4294967295}
    assert walked == Walked(cells={DESCR: others, STATUS: WALKED[STATUS]})
    assert conversation.counted.unread == {bad}


def test_what_can_be_read_again_is_no_longer_named(kind: type[Engine]) -> None:
    """A slip of the agent is forgotten with the next answer."""

    def slipping(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        first = len(agent.requests) == 1
        bound = [(oid, b"\x41\x00" if first else value) for oid, value in agent.bound(request)]
        yield agent.reply(request, bound)

    async def twice(conversation: Conversation) -> tuple[dict[str, Cell], dict[str, Cell]]:
        return await conversation.get([NAME]), await conversation.get([NAME])

    told, _, conversation = converse(kind, slipping, twice)

    assert told == ({}, {NAME: b"sw-elm-3"})
    assert conversation.counted.unread == set()


def test_a_row_without_an_oid_costs_itself_only(kind: type[Engine]) -> None:
    """The column goes on behind it, and says that something is lost; the other one is whole."""
    lost = ber.encode_oid(f"{DESCR}.127")

    def broken(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        bound = [(b"\x86" if oid == lost else oid, value) for oid, value in agent.bound(request)]
        yield agent.reply(request, bound)

    walked, _, _ = converse(kind, broken, walking(DESCR, STATUS))

    others = {index: cell for index, cell in WALKED[DESCR].items() if index != (127,)}
    assert walked.cells == {DESCR: others, STATUS: WALKED[STATUS]}
    assert walked.partial == f"{DESCR}: rows whose OID cannot be read"


def test_a_column_that_cannot_be_asked_past_a_row_is_cut(kind: type[Engine]) -> None:
    """Row by row there is no way past an OID that cannot be read; it is never called the end."""
    lost = ber.encode_oid(f"{DESCR}.127")

    def broken(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        bound = [(b"\x86" if oid == lost else oid, value) for oid, value in agent.bound(request)]
        yield agent.reply(request, bound)

    walked, _, _ = converse(kind, broken, walking(DESCR), limits=SnmpLimits(bulk=False))

    assert walked.cells == {DESCR: {(1,): b"port 1", (2,): b"port 2"}}
    assert "cannot be read" in walked.partial


def test_an_instance_whose_oid_never_can_be_read_is_unread(kind: type[Engine]) -> None:
    """It is asked for alone, and then left; the others are told."""
    lost = ber.encode_oid(NAME)

    def broken(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        bound = [(b"\x86" if oid == lost else oid, value) for oid, value in agent.bound(request)]
        yield agent.reply(request, bound)

    cells, _, conversation = converse(kind, broken, getting(NAME, UP_TIME, f"{DESCR}.1"))

    assert cells == {UP_TIME: 4294967295, f"{DESCR}.1": b"port 1"}
    assert conversation.counted.unread == {NAME}


def test_an_instance_that_comes_twice_in_an_answer_is_not_believed(kind: type[Engine]) -> None:
    """Of two values nobody knows which is meant: it is asked for again, by itself."""
    rival = (ber.encode_oid(NAME), ber.encode_value(ber.OCTET_STRING, b"sw-oak-9"))

    def twice(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        bound = agent.bound(request)
        yield agent.reply(request, [*bound, rival] if len(bound) > 1 else bound)

    cells, agent, _ = converse(kind, twice, getting(NAME, UP_TIME))

    assert cells == {NAME: b"sw-elm-3", UP_TIME: 4294967295}
    assert [len(request.oids) for request in agent.requests] == [2, 1]


@pytest.mark.parametrize("same", [False, True])
def test_an_instance_that_always_comes_twice_is_an_error(kind: type[Engine], same: bool) -> None:
    """Whether its values differ or not: who answers so does not know what was asked."""

    def twice(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        (oid, value) = agent.bound(request)[0]
        rival = ber.encode_value(ber.OCTET_STRING, b"sw-oak-9")
        yield agent.reply(request, [(oid, value), (oid, value if same else rival)])

    with pytest.raises(SnmpProtocolError, match="another instance"):
        converse(kind, twice, getting(NAME))


def _times_out(kind: type[Engine], script: Script) -> None:
    with pytest.raises(SnmpTimeoutError):
        converse(kind, script, getting(NAME), timeouts=SHORT)


def test_wrong_request_id_is_not_taken(kind: type[Engine]) -> None:
    """An answer to another question is no answer."""

    def wrong(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        yield agent.reply(request, agent.bound(request), request_id=request.request_id ^ 1)

    _times_out(kind, wrong)


def test_wrong_community_is_not_taken() -> None:
    """Who answers with another community has not read ours."""

    def wrong(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        yield agent.reply(request, agent.bound(request), community=b"private")

    _times_out(SnmpEngine, wrong)


def _from_elsewhere(host: str, *, same_port: bool) -> Script:
    def script(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind((host, agent.port if same_port else 0))
            other.sendto(agent.answer(request), agent.senders[-1])
        return ()

    return script


def test_answer_from_another_port_is_not_taken(kind: type[Engine]) -> None:
    """An answer comes from where the question went."""
    _times_out(kind, _from_elsewhere("127.0.0.1", same_port=False))


def test_answer_from_another_address_is_not_taken(kind: type[Engine]) -> None:
    """Nor from another address."""
    _times_out(kind, _from_elsewhere("127.0.0.2", same_port=True))


def test_answer_from_another_address_is_taken_where_a_target_says_so(kind: type[Engine]) -> None:
    """Some agents answer from another of their addresses (field notes A15)."""
    cells, _, _ = converse(
        kind, _from_elsewhere("127.0.0.2", same_port=True), getting(NAME), any_source=True
    )

    assert cells == {NAME: b"sw-elm-3"}


def test_rows_that_go_back_cut_their_column_only(kind: type[Engine]) -> None:
    """A column whose OIDs do not grow is cut and the walk says so (field notes A3)."""
    prefix = ber.encode_oid(DESCR)

    def looping(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        # Rows 128 and later lead back to row 1.
        bound = [
            agent.value(ber.encode_oid(f"{DESCR}.1"))
            if oid.startswith(prefix) and ber.decode_oid(oid)[-1] > 128
            else (oid, value)
            for oid, value in agent.bound(request)
        ]
        yield agent.reply(request, bound)

    walked, _, _ = converse(kind, looping, walking(*WALKED))

    kept = {index: cell for index, cell in WALKED[DESCR].items() if index <= (128,)}
    assert walked.cells == {**WALKED, DESCR: kept}
    assert walked.partial == f"{DESCR}: rows that repeat or go back"


def test_unordered_rows_are_taken_where_a_driver_says_so(kind: type[Engine]) -> None:
    """Rows in any order are read until they leave the column or repeat."""
    order = (300, 2, 127, 1, 20000)

    def unordered(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        (oid,) = request.oids
        last = ber.decode_oid(oid)[-1]
        place = order.index(last) + 1 if last in order and oid != ber.encode_oid(DESCR) else 0
        follow = f"{DESCR}.{order[place]}" if place < len(order) else f"{STATUS}.1"
        yield agent.reply(request, [agent.value(ber.encode_oid(follow))])

    limits = SnmpLimits(unordered=True, max_repetitions=1)

    walked, _, _ = converse(kind, unordered, walking(DESCR), limits=limits)

    assert walked == Walked(cells={DESCR: {(row,): f"port {row}".encode() for row in order}})


def test_endless_loop_of_an_unordered_agent_ends(kind: type[Engine]) -> None:
    """Where order proves nothing, a repetition does."""

    def looping(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        rows = (2, 1, 300)
        yield agent.reply(request, [agent.value(ber.encode_oid(f"{DESCR}.{row}")) for row in rows])

    walked, agent, _ = converse(kind, looping, walking(DESCR), limits=SnmpLimits(unordered=True))

    assert walked.cells == {DESCR: {(2,): b"port 2", (1,): b"port 1", (300,): b"port 300"}}
    assert walked.partial == f"{DESCR}: rows that repeat or go back"
    assert len(agent.requests) == 2


def test_endless_table_is_cut(kind: type[Engine]) -> None:
    """A table that grows for ever is cut at the row limit."""

    def growing(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        (oid,) = request.oids
        ids = ber.decode_oid(oid)
        start = ids[-1] + 1 if oid != ber.encode_oid(DESCR) else 1
        yield agent.reply(
            request,
            [
                (ber.encode_oid(f"{DESCR}.{row}"), ber.encode_value(ber.INTEGER, row))
                for row in range(start, start + 10)
            ],
        )

    walked, _, _ = converse(kind, growing, walking(DESCR), limits=SnmpLimits(max_rows=95))

    assert walked.cells == {DESCR: {(row,): row for row in range(1, 96)}}
    assert walked.partial == f"{DESCR}: over 95 rows"


def test_ipv6(kind: type[Engine]) -> None:
    """A target may be an IPv6 literal."""
    walked, _, _ = converse(kind, honest, walking(*WALKED), host="::1")

    assert walked == Walked(cells=WALKED)


def test_name_is_resolved(kind: type[Engine]) -> None:
    """A target may be a name."""

    async def run() -> dict[str, Cell]:
        async with (
            asyncio.timeout(30),
            ScriptedAgent(CELLS, host=await _numeric("localhost")) as agent,
            kind() as engine,
        ):
            target = SnmpTarget(host="localhost", port=agent.port, timeouts=(20.0,))
            return await engine.conversation(target, SnmpLimits()).get([NAME])

    assert asyncio.run(run()) == {NAME: b"sw-elm-3"}


async def _numeric(name: str) -> str:
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(name, 161, type=socket.SOCK_DGRAM)
    return str(found[0][4][0])


@pytest.mark.parametrize(
    ("host", "port"),
    [("a" * 70 + ".invalid", 161), ("no\0where", 161), ("127.0.0.1", 0), ("127.0.0.1", 65536)],
    ids=["no label", "zero octet", "port 0", "port 65536"],
)
def test_target_that_cannot_be_is_unreachable(kind: type[Engine], host: str, port: int) -> None:
    """A name or port that cannot be is told as such, without a packet."""

    async def run() -> None:
        async with asyncio.timeout(30), kind() as engine:
            target = SnmpTarget(host=host, port=port)
            await engine.conversation(target, SnmpLimits()).get([NAME])

    with pytest.raises(DeviceUnreachableError):
        asyncio.run(run())


def test_address_that_this_host_cannot_send_to_is_unreachable() -> None:
    """What the kernel refuses is an error at once, and not a time-out."""

    async def run() -> None:
        async with asyncio.timeout(30), SnmpEngine() as engine:
            target = SnmpTarget(host="255.255.255.255")  # EACCES without SO_BROADCAST
            await engine.conversation(target, SnmpLimits()).get([NAME])

    with pytest.raises(DeviceUnreachableError, match="cannot send"):
        asyncio.run(run())


def test_what_is_no_oid_is_the_drivers_error(kind: type[Engine]) -> None:
    """A broken declaration is told from a broken device."""
    with pytest.raises(DriverError, match=r"1\.3\.x"):
        converse(kind, honest, getting("1.3.x"))


def test_questions_of_one_conversation_wait_for_each_other(kind: type[Engine]) -> None:
    """One request is in flight at a time, whoever asks."""
    waiting: list[ber.Request] = []
    most = 0

    def slow(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        nonlocal most
        waiting.append(request)
        most = max(most, len(waiting))
        asyncio.get_running_loop().call_soon(answer, agent, request, agent.senders[-1])
        return ()

    def answer(agent: ScriptedAgent, request: ber.Request, to: tuple[str, int]) -> None:
        waiting.remove(request)
        agent.transport.sendto(agent.answer(request), to)

    async def both(conversation: Conversation) -> object:
        return await asyncio.gather(conversation.walk(list(WALKED)), conversation.get([NAME]))

    (walked, cells), _, _ = converse(kind, slow, both)

    assert (walked, cells) == (Walked(cells=WALKED), {NAME: b"sw-elm-3"})
    assert most == 1


def test_closed_conversation_asks_nothing(kind: type[Engine]) -> None:
    """A question under way fails when its conversation is closed, and so does a later one."""

    def silent(_agent: ScriptedAgent, _request: ber.Request) -> Iterable[bytes]:
        return ()

    async def closing(conversation: Conversation) -> list[object]:
        asked = asyncio.ensure_future(conversation.get([NAME]))
        await until(lambda: conversation.counted.requests > 0)
        await conversation.close()
        later = asyncio.ensure_future(conversation.get([NAME]))
        return list(await asyncio.gather(asked, later, return_exceptions=True))

    outcomes, _, _ = converse(kind, silent, closing)

    assert [type(outcome) for outcome in outcomes] == [DeviceUnreachableError] * 2


def test_cancelled_question_leaves_nothing_behind() -> None:
    """Who stops waiting frees the place at once, in flight or in the queue."""

    def silent(_agent: ScriptedAgent, _request: ber.Request) -> Iterable[bytes]:
        return ()

    async def run() -> tuple[int, int]:
        async with (
            asyncio.timeout(30),
            ScriptedAgent(CELLS, silent) as agent,
            SnmpEngine(receive_buffer=1) as engine,  # the kernel's least
        ):
            channel = engine.channel(socket.AF_INET)
            target = agent.target()
            asked = [
                asyncio.ensure_future(engine.conversation(target, SnmpLimits()).get([NAME]))
                for _ in range(engine.max_in_flight + 2)
            ]
            await until(lambda: len(channel._waiting) == 2)
            for task in reversed(asked):
                task.cancel()
            await asyncio.gather(*asked, return_exceptions=True)
            return len(channel._pending), len(channel._waiting)

    assert asyncio.run(run()) == (0, 0)


def test_replies_in_flight_never_exceed_the_receive_buffer() -> None:
    """The kernel's buffer says how many requests go out at a time; all are answered in the end."""
    seen: set[int] = set()

    async def run() -> tuple[list[dict[str, Cell]], int, int]:
        async with (
            asyncio.timeout(30),
            SnmpEngine(receive_buffer=16384) as engine,
        ):
            channel = engine.channel(socket.AF_INET)

            def counting(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
                seen.add(len(channel._pending))
                yield agent.answer(request)

            async with AsyncExitStack() as lab:
                agents = [
                    await lab.enter_async_context(ScriptedAgent(CELLS, counting))
                    for _ in range(engine.max_in_flight + 4)
                ]
                targets = [agents[n % len(agents)].target() for n in range(100)]
                answers = await asyncio.gather(
                    *(engine.conversation(target, SnmpLimits()).get([NAME]) for target in targets)
                )
                return answers, engine.receive_buffer, engine.max_in_flight

    answers, receive_buffer, most = asyncio.run(run())

    assert answers == [{NAME: b"sw-elm-3"}] * 100
    assert most == receive_buffer // 4096
    assert max(seen) == most


def test_questions_to_one_agent_take_turns() -> None:
    """One request in flight at a time (A11, A12), yet a GET does not wait for a walk's end."""
    order: list[str] = []
    pending: set[int] = set()

    async def run() -> None:
        async with asyncio.timeout(30), SnmpEngine() as engine:
            channel = engine.channel(socket.AF_INET)

            def counting(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
                pending.add(len(channel._pending))
                yield agent.answer(request)

            async with ScriptedAgent(CELLS, counting) as agent:
                slow = SnmpLimits(max_repetitions=1, varbinds=1)
                walking = engine.conversation(agent.target(), slow).walk([DESCR, STATUS, OCTETS])
                getting_ = engine.conversation(agent.target(), slow).get([NAME, UP_TIME])

                async def noted(name: str, question: Coroutine[Any, Any, Any]) -> None:
                    await question
                    order.append(name)

                await asyncio.gather(noted("walk", walking), noted("get", getting_))

    asyncio.run(run())

    assert order == ["get", "walk"]
    assert pending == {1}


def test_small_receive_buffer_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    """An operator hears what the kernel gave when it is less than wanted."""

    async def run() -> None:
        async with SnmpEngine(receive_buffer=1 << 30) as engine:
            engine.channel(socket.AF_INET)

    asyncio.run(run())

    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "net.core.rmem_max" in caplog.text


def test_closed_engine_leaves_nobody_waiting() -> None:
    """Who waits when an engine is closed gets an error, and who asks later too."""

    def silent(_agent: ScriptedAgent, _request: ber.Request) -> Iterable[bytes]:
        return ()

    async def run() -> list[object]:
        async with asyncio.timeout(30), ScriptedAgent(CELLS, silent) as agent:
            engine = SnmpEngine()
            conversation = engine.conversation(agent.target(), SnmpLimits())
            asked = asyncio.ensure_future(conversation.get([NAME]))
            await until(lambda: bool(agent.requests))
            await engine.close()
            later = asyncio.ensure_future(conversation.get([NAME]))
            return list(await asyncio.gather(asked, later, return_exceptions=True))

    outcomes = asyncio.run(run())

    assert [type(outcome) for outcome in outcomes] == [DeviceUnreachableError] * 2


def test_traffic_is_counted() -> None:
    """What was sent, received, and received though nobody waits for it."""

    def stuttering(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        return [agent.answer(request)] * 3

    async def run() -> ChannelStats:
        async with (
            asyncio.timeout(30),
            ScriptedAgent(CELLS, stuttering) as agent,
            SnmpEngine() as engine,
        ):
            conversation = engine.conversation(agent.target(), SnmpLimits())
            for _ in range(5):
                await conversation.get([NAME])
            await until(lambda: engine.traffic.received == 15)
            return engine.traffic

    assert asyncio.run(run()) == ChannelStats(sent=5, retries=0, received=15, bad=0, unasked=10)


def test_hostile_agents_harm_only_their_own_conversations() -> None:
    """Whatever octets come, each conversation ends as it may, and an honest one ends well."""
    chance = random.Random(20261121)  # noqa: S311 - the same octets in every run
    stray: list[dict[str, Any]] = []

    def hostile(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        octets = bytearray(agent.answer(request))
        for _ in range(chance.randint(0, 2)):
            # Behind the request-id, so that the answer finds its question.
            octets[chance.randrange(25, len(octets))] = chance.randrange(256)
        yield bytes(octets)

    async def run() -> tuple[list[object], Walked]:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: stray.append(context))
        async with (
            asyncio.timeout(60),
            ScriptedAgent(CELLS, hostile) as bad,
            ScriptedAgent(CELLS) as good,
            SnmpEngine() as engine,
        ):
            limits = SnmpLimits(max_rows=100)
            target = bad.target(timeouts=(0.05,))
            walks = [engine.conversation(target, limits).walk(list(WALKED)) for _ in range(150)]
            honest_walk = engine.conversation(good.target(), limits).walk(list(WALKED))
            ends = await asyncio.gather(*walks, honest_walk, return_exceptions=True)
            assert not any(channel._pending for channel in engine._channels.values())
            last = ends[-1]
            assert isinstance(last, Walked)
            return list(ends[:-1]), last

    ends, walked = asyncio.run(run())

    assert walked == Walked(cells=WALKED)
    assert stray == []
    assert {type(end) for end in ends} - {
        Walked,
        SnmpProtocolError,
        SnmpStatusError,
        SnmpTimeoutError,
    } == set()


def test_many_agents_share_a_socket() -> None:
    """Answers of many agents at once find their questions."""

    async def run() -> list[Walked]:
        async with asyncio.timeout(30), SnmpEngine() as engine:
            agents = [await ScriptedAgent(CELLS).__aenter__() for _ in range(20)]
            talks = [engine.conversation(agent.target(), SnmpLimits()) for agent in agents]
            walked = await asyncio.gather(*(talk.walk(list(WALKED)) for talk in talks))
            for agent in agents:
                agent.transport.close()
            return walked

    assert asyncio.run(run()) == [Walked(cells=WALKED)] * 20


def test_community_is_in_no_message(kind: type[Engine]) -> None:
    """Errors can be shown."""

    def silent(_agent: ScriptedAgent, _request: ber.Request) -> Iterable[bytes]:
        return ()

    async def run() -> None:
        async with ScriptedAgent(CELLS, silent) as agent, kind() as engine:
            target = agent.target(timeouts=SHORT, community=b"hidden")
            await engine.conversation(target, SnmpLimits()).get([NAME])

    with pytest.raises(SnmpTimeoutError) as caught:
        asyncio.run(run())

    error = caught.value
    assert "hidden" not in f"{error!r} {error} {error.__cause__!r} {vars(error)}"


def test_what_has_come_is_read_before_anything_is_taken_for_lost() -> None:
    """A busy process comes to its timer late: the answers that lie there are in time."""

    async def run() -> tuple[dict[str, Cell], int]:
        loop, agent = asyncio.get_running_loop(), ScriptedAgent(CELLS)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as there:
            there.setblocking(False)
            there.bind(("127.0.0.1", 0))
            target = SnmpTarget(
                host="127.0.0.1", port=there.getsockname()[1], timeouts=(20.0, 20.0)
            )
            async with SnmpEngine() as engine:
                conversation = engine.conversation(target, SnmpLimits())
                asked = asyncio.create_task(conversation.get([NAME]))
                request, sender = await loop.sock_recvfrom(there, 4096)
                for datagram in agent.hear(request):
                    there.sendto(datagram, sender)
                channel = engine.channel(socket.AF_INET)
                for exchange in channel._pending.values():
                    exchange.deadline = 0.0
                channel._sweep()
                return await asked, conversation.counted.retries

    cells, retries = asyncio.run(run())

    assert cells == {NAME: b"sw-elm-3"}
    assert retries == 0
