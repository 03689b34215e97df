"""What a question asks next and makes of an answer: exact instances, looks, pages of rows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from techinfo.errors import DriverError, SnmpProtocolError, SnmpStatusError, SnmpTimeoutError
from techinfo.snmp.ber import (
    COUNTER32,
    END_OF_MIB_VIEW,
    GET,
    GET_BULK,
    GET_NEXT,
    INTEGER,
    NO_SUCH_INSTANCE,
    NO_SUCH_OBJECT,
    NULL,
    OCTET_STRING,
    encode_oid,
)
from techinfo.snmp.message import MALFORMED, Varbind
from techinfo.snmp.questions import (
    GEN_ERR,
    NO_SUCH_NAME,
    TOO_BIG,
    Ask,
    BulkPage,
    Fetch,
    Probe,
    Question,
    encoded,
)
from techinfo.wire import Cell, SnmpLimits

Begin = Callable[[], Question]
COLUMN = "1.3.6.1.4.1.99999.1"
AT = "192.0.2.9:161"
PROBE = Ask(GET, (encode_oid("1.3.6.1.2.1.1.3.0"),), repetitions=0, patient=False)
"""The smallest question: sysUpTime.0, once."""
WRONG_TYPE = 7


def rows(count: int) -> list[str]:
    """So many instances."""
    return [f"{COLUMN}.{number}" for number in range(1, count + 1)]


def bound(oid: str, value: Cell | None = 7, tag: int = INTEGER) -> Varbind:
    """An instance in an answer."""
    return encode_oid(oid), tag, value


def asked(question: Question) -> tuple[str, ...]:
    """The last numbers of what is asked now."""
    ask = question.request()
    return () if ask is None else tuple(str(oid[-1]) for oid in ask.oids)


def is_asked(question: Question) -> int:
    """How much is asked at a time now."""
    return len(asked(question))


def fetch(count: int, varbinds: int = 10, *, v1: bool = False) -> Fetch:
    """Some instances."""
    return Fetch(rows(count), SnmpLimits(varbinds=varbinds), AT, v1=v1)


def probe(count: int, varbinds: int = 10, *, following: bool = False) -> Probe:
    """A look at some OIDs."""
    return Probe(rows(count), SnmpLimits(varbinds=varbinds), AT, following=following)


def page(repetitions: int = 10, *, bulk: bool = True, agent: bool = True) -> BulkPage:
    """The rows behind the column; of an agent that has GETBULK, or has not."""
    limits = SnmpLimits(max_repetitions=repetitions, bulk=agent)
    return BulkPage(COLUMN, limits, AT, bulk=bulk)


def told(question: Question, *varbinds: Varbind) -> None:
    """It is answered."""
    question.answer(list(varbinds), 100)


def test_what_is_no_oid_is_a_drivers_error() -> None:
    """It says which."""
    assert encoded("1.3.6.1") == b"\x2b\x06\x01"
    with pytest.raises(DriverError, match=r"^not an OID: '1\.x'$"):
        encoded("1.x")


# Of every question.


@pytest.mark.parametrize("begin", [partial(fetch, 2), partial(probe, 2), partial(page)])
def test_after_a_silence_the_smallest_thing_is_asked_once(begin: Begin) -> None:
    """Who answers it, be it with an error, is asked for half; and only then."""
    question = begin()
    before = is_asked(question)
    question.silent()

    assert question.request() == question.request() == PROBE
    question.refused(GEN_ERR, 0)
    assert question.request() != PROBE
    assert question.limits != SnmpLimits()
    if not isinstance(question, BulkPage):
        assert is_asked(question) == before // 2


@pytest.mark.parametrize("begin", [partial(fetch, 2), partial(probe, 2), partial(page)])
def test_who_is_silent_over_the_smallest_thing_is_dead(begin: Begin) -> None:
    """Which agent, the error says."""
    question = begin()
    question.silent()

    with pytest.raises(SnmpTimeoutError, match=r"^no answer") as caught:
        question.silent()
    assert caught.value.address == AT


@pytest.mark.parametrize(
    "begin", [partial(fetch, 1), partial(probe, 1), partial(page, 1), partial(page, bulk=False)]
)
def test_silence_over_what_cannot_be_asked_for_in_less_is_the_end(begin: Begin) -> None:
    """Nothing else is tried."""
    question = begin()
    with pytest.raises(SnmpTimeoutError):
        question.silent()


@pytest.mark.parametrize(
    "begin", [partial(fetch, 32, 32), partial(probe, 32, 32), partial(page, 32)]
)
def test_an_agent_is_given_three_silences(begin: Begin) -> None:
    """Each costs a round of time-outs; what it says to the smallest thing is no answer yet."""
    question = begin()
    for _ in range(3):
        question.silent()
        told(question, bound("1.3.6.1.2.1.1.3.0"))
        assert question.request() is not None

    with pytest.raises(SnmpTimeoutError, match=r"^no answer"):
        question.silent()


@pytest.mark.parametrize(
    "begin", [partial(fetch, 1), partial(fetch, 2), partial(probe, 1), partial(page)]
)
def test_an_answer_with_nothing_in_it_is_none(begin: Begin) -> None:
    """Nor is it a silence."""
    question = begin()
    with pytest.raises(SnmpProtocolError, match=r"^an answer without varbinds") as caught:
        told(question)
    assert caught.value.address == AT


# Exact instances.


def test_instances_are_asked_for_once_each_no_more_at_a_time_than_the_agent_stands() -> None:
    """In their order; who asks twice is told once, and nothing costs nothing."""
    question = Fetch([*rows(5), f"{COLUMN}.1"], SnmpLimits(varbinds=2), AT)
    seen = []
    while (ask := question.request()) is not None:
        seen.append(asked(question))
        assert ask == Ask(GET, ask.oids, repetitions=0, patient=True)
        told(question, *(bound(f"{COLUMN}.{oid[-1]}", oid[-1]) for oid in ask.oids))

    assert seen == [("1", "2"), ("3", "4"), ("5",)]
    assert question.cells == {f"{COLUMN}.{number}": number for number in range(1, 6)}
    assert question.unread == set()
    assert fetch(0).request() is None


@pytest.mark.parametrize("varbinds", [0, 1])
def test_one_instance_at_least_is_asked_for(varbinds: int) -> None:
    """Whatever an agent is said to stand."""
    assert asked(fetch(2, varbinds)) == ("1",)
    assert asked(probe(2, varbinds)) == ("1",)


def test_cells_are_told_by_their_oid_in_whatever_order_they_came() -> None:
    """Exceptions and NULL are no cells; what cannot be read is told apart from what is not there.

    What was not asked for is nobody's.
    """
    question = fetch(5)
    told(
        question,
        bound(f"{COLUMN}.5", None, MALFORMED),
        bound(f"{COLUMN}.9", 9),
        bound(f"{COLUMN}.4", None, NULL),
        bound(f"{COLUMN}.3", None, NO_SUCH_INSTANCE),
        bound(f"{COLUMN}.2", 0, COUNTER32),
        bound(f"{COLUMN}.1", b"", OCTET_STRING),
    )

    assert question.cells == {f"{COLUMN}.1": b"", f"{COLUMN}.2": 0}
    assert question.unread == {f"{COLUMN}.5"}
    assert question.request() is None


def test_what_did_not_come_is_asked_for_again() -> None:
    """By itself; what came with it is believed, and what stands behind it waits."""
    question = fetch(5, 3)
    assert asked(question) == ("1", "2", "3")
    told(question, bound(f"{COLUMN}.2"))
    assert asked(question) == ("1", "3")
    told(question, bound(f"{COLUMN}.3"), bound(f"{COLUMN}.9"))

    assert asked(question) == ("1",)
    told(question, bound(f"{COLUMN}.1"))
    assert asked(question) == ("4", "5")


def test_where_nothing_came_that_was_asked_for_less_is_asked_at_a_time() -> None:
    """Down to one, of which it is an error."""
    question = fetch(3)
    told(question, bound(f"{COLUMN}.9"))
    assert asked(question) == ("1", "2")
    told(question, bound(f"{COLUMN}.9"))
    assert asked(question) == ("1",)

    with pytest.raises(
        SnmpProtocolError, match=r"^another instance than 1\.3\.6\.1\.4\.1\.99999\.1\.1 in the an"
    ) as caught:
        told(question, bound(f"{COLUMN}.2"))
    assert caught.value.address == AT


@pytest.mark.parametrize("second", [7, 8])
def test_an_instance_that_comes_twice_has_not_come(second: int) -> None:
    """The others of the answer have, wherever they stand."""
    question = fetch(3)
    told(
        question,
        bound(f"{COLUMN}.1"),
        bound(f"{COLUMN}.2", 2),
        bound(f"{COLUMN}.3", 3),
        bound(f"{COLUMN}.1", second),
    )

    assert question.cells == {f"{COLUMN}.2": 2, f"{COLUMN}.3": 3}
    assert asked(question) == ("1",)
    with pytest.raises(SnmpProtocolError, match="another instance"):
        told(question, bound(f"{COLUMN}.1"), bound(f"{COLUMN}.1", second))


def test_an_oid_that_cannot_be_read_is_that_of_the_only_instance() -> None:
    """Of several nobody knows which; an instance that came beside it is itself."""
    question, only, beside = fetch(2), fetch(1), fetch(1)
    told(question, (b"", MALFORMED, None), bound(f"{COLUMN}.2"))
    assert asked(question) == ("1",)
    assert question.unread == set()
    told(only, (b"", MALFORMED, None))
    assert only.unread == {f"{COLUMN}.1"}
    assert only.request() is None
    told(beside, (b"", MALFORMED, None), bound(f"{COLUMN}.1"))
    assert (beside.cells, beside.unread) == ({f"{COLUMN}.1": 7}, set())


def test_too_big_halves_what_is_asked_for_good() -> None:
    """A single one that is too big is an error."""
    question = fetch(12)
    assert is_asked(question) == 10
    question.refused(TOO_BIG, 0)
    assert question.limits == SnmpLimits(varbinds=5)
    assert asked(question) == ("1", "2", "3", "4", "5")
    question.refused(TOO_BIG, 0)
    question.request()
    question.refused(TOO_BIG, 0)
    assert asked(question) == ("1",)
    assert question.limits == SnmpLimits(varbinds=1)

    with pytest.raises(SnmpStatusError, match=r"^error-status 1 on a single instance") as caught:
        question.refused(TOO_BIG, 1)
    assert (caught.value.status, caught.value.index, caught.value.address) == (TOO_BIG, 1, AT)


def test_what_an_agent_fails_to_give_is_not_what_it_lacks() -> None:
    """GenErr over one instance (RFC 3416, 4.2.1): else a cage that is refused would be empty."""
    failed, lacking = fetch(1), fetch(1)

    failed.refused(GEN_ERR, 1)
    lacking.refused(NO_SUCH_NAME, 1)

    assert failed.request() is lacking.request() is None
    assert len(failed.unread) == 1
    assert not lacking.unread


@pytest.mark.parametrize("status", [NO_SUCH_NAME, GEN_ERR])
def test_what_an_agent_cannot_give_is_left_out_once_it_stands_alone(status: int) -> None:
    """The limits stay; the error-index of an answer in SNMPv2 is not trusted."""
    question = fetch(3)
    question.refused(status, 1)
    assert asked(question) == ("1", "2")
    question.refused(status, 1)
    assert asked(question) == ("1",)
    question.refused(status, 1)
    assert asked(question) == ("2",)
    told(question, bound(f"{COLUMN}.2"))
    assert asked(question) == ("3",)
    assert question.limits == SnmpLimits()
    told(question, bound(f"{COLUMN}.3"))
    assert question.request() is None
    assert set(question.cells) == {f"{COLUMN}.2", f"{COLUMN}.3"}


def test_instances_are_those_of_snmpv2_unless_something_else_is_said() -> None:
    """An error-index leaves nothing out."""
    question = Fetch(rows(3), SnmpLimits(), AT)
    question.refused(NO_SUCH_NAME, 1)

    assert asked(question) == ("1", "2")


def test_any_other_error_is_one_once_an_instance_stands_alone() -> None:
    """It says which."""
    question = fetch(2)
    question.refused(WRONG_TYPE, 2)
    assert asked(question) == ("1",)

    with pytest.raises(SnmpStatusError, match=r"^error-status 7 on a single instance") as caught:
        question.refused(WRONG_TYPE, 2)
    assert (caught.value.status, caught.value.index, caught.value.address) == (WRONG_TYPE, 2, AT)


@pytest.mark.parametrize(
    ("index", "left"),
    [
        (1, ("2", "3")),
        (2, ("1", "3")),
        (3, ("1", "2")),
        (0, ("1", "2")),
        (4, ("1", "2")),
        (-1, ("1", "2")),
    ],
)
def test_snmpv1_names_what_is_not_there(index: int, left: tuple[str, ...]) -> None:
    """It alone is left out and the rest asked for again; one that names none halves."""
    question = fetch(3, v1=True)
    question.refused(NO_SUCH_NAME, index)

    assert asked(question) == left
    told(question, *(bound(f"{COLUMN}.{number}") for number in left))
    assert asked(question) == (() if 0 < index <= 3 else ("3",))


def test_snmpv1_names_nothing_by_other_errors() -> None:
    """They halve."""
    question = fetch(4, v1=True)
    question.refused(GEN_ERR, 4)

    assert asked(question) == ("1", "2")
    question.refused(NO_SUCH_NAME, 2)
    question.refused(NO_SUCH_NAME, 1)
    assert asked(question) == ("3", "4")


# Looks.


def test_a_look_is_by_get_or_by_getnext() -> None:
    """Each OID once, in its order."""
    oids = [*rows(3), f"{COLUMN}.1"]
    wanted = tuple(encode_oid(oid) for oid in rows(3))

    assert Probe(oids, SnmpLimits(), AT, following=False).request() == Ask(GET, wanted)
    assert Probe(oids, SnmpLimits(), AT, following=True).request() == Ask(GET_NEXT, wanted)
    assert probe(0).request() is None


def test_what_follows_is_a_row_when_it_is_below() -> None:
    """Its value need not be readable; an exception, the OID itself and one beside are none."""
    question = probe(6, following=True)
    told(
        question,
        bound(f"{COLUMN}.1.3.128"),
        bound(f"{COLUMN}.2.7", None, MALFORMED),
        bound(f"{COLUMN}.3"),
        bound(f"{COLUMN}.5.1"),
        bound(f"{COLUMN}.5.1", None, END_OF_MIB_VIEW),
        bound(f"{COLUMN}.6.1", None, NO_SUCH_OBJECT),
    )

    assert question.rows == {f"{COLUMN}.1": (3, 128), f"{COLUMN}.2": (7,)}
    assert question.tags == {}
    assert question.request() is None


def test_what_is_there_is_told_by_its_type() -> None:
    """Exceptions too; another instance and what cannot be read tell nothing."""
    question = probe(4)
    told(
        question,
        bound(f"{COLUMN}.1", b"x", OCTET_STRING),
        bound(f"{COLUMN}.2", None, NO_SUCH_INSTANCE),
        bound(f"{COLUMN}.9"),
        bound(f"{COLUMN}.4", None, MALFORMED),
    )

    assert question.tags == {f"{COLUMN}.1": OCTET_STRING, f"{COLUMN}.2": NO_SUCH_INSTANCE}
    assert question.rows == {}
    assert question.request() is None


def test_an_answer_of_another_number_is_asked_for_again_in_halves() -> None:
    """Its cells may stand in the wrong places; of one OID the first is it."""
    question = probe(4)
    told(question, bound(f"{COLUMN}.1"), bound(f"{COLUMN}.2"))
    assert question.tags == {}
    assert asked(question) == ("1", "2")
    told(question, bound(f"{COLUMN}.1"))
    assert asked(question) == ("1",)
    told(question, bound(f"{COLUMN}.1"), bound(f"{COLUMN}.2"))
    assert question.tags == {f"{COLUMN}.1": INTEGER}

    assert asked(question) == ("2", "3", "4")
    told(question, *(bound(f"{COLUMN}.{number}") for number in (2, 3, 4, 5)))
    assert asked(question) == ("2",)
    assert question.limits == SnmpLimits()


@pytest.mark.parametrize("status", [TOO_BIG, GEN_ERR])
def test_what_is_refused_singly_is_left_out_of_a_look(status: int) -> None:
    """Then as much is asked as before; the limits stay."""
    question = probe(4)
    question.refused(status, 1)
    assert asked(question) == ("1", "2")
    question.refused(status, 1)
    assert asked(question) == ("1",)
    question.refused(status, 1)

    assert asked(question) == ("2", "3", "4")
    assert question.limits == SnmpLimits()
    told(question, *(bound(f"{COLUMN}.{number}") for number in (2, 3, 4)))
    assert set(question.tags) == {f"{COLUMN}.{number}" for number in (2, 3, 4)}


def test_a_silence_lowers_what_later_looks_ask_for() -> None:
    """The limits remember."""
    question = probe(6, 4)
    question.silent()
    told(question, bound("1.3.6.1.2.1.1.3.0"))

    assert question.limits == SnmpLimits(varbinds=2)
    assert asked(question) == ("1", "2")
    told(question, bound(f"{COLUMN}.1"), bound(f"{COLUMN}.2"))
    assert asked(question) == ("3", "4")


# Pages of rows.


def test_a_page_is_asked_for_by_getbulk_where_there_is_one() -> None:
    """Never with zero repetitions."""
    after = (encode_oid(COLUMN),)

    assert page(20).request() == Ask(GET_BULK, after, 20)
    assert page(0).request() == page(1).request() == Ask(GET_BULK, after, 1)
    assert page(bulk=False).request() == page(agent=False).request() == Ask(GET_NEXT, after)


def test_a_page_has_rows_in_their_order_with_their_types() -> None:
    """NULL and what cannot be read are NULL."""
    question = page()
    told(
        question,
        bound(f"{COLUMN}.2", 0),
        bound(f"{COLUMN}.1", b"", OCTET_STRING),
        bound(f"{COLUMN}.3", None, NULL),
        bound(f"{COLUMN}.4", None, MALFORMED),
    )

    column = (1, 3, 6, 1, 4, 1, 99999, 1)
    assert question.rows == [
        ((*column, 2), (INTEGER, 0)),
        ((*column, 1), (OCTET_STRING, b"")),
        ((*column, 3), (NULL, b"")),
        ((*column, 4), (NULL, b"")),
    ]
    assert question.ended is False
    assert question.request() is None


@pytest.mark.parametrize("tag", [NO_SUCH_OBJECT, NO_SUCH_INSTANCE, END_OF_MIB_VIEW])
def test_an_exception_ends_the_rows(tag: int) -> None:
    """Those before it are there; what stands behind it is not."""
    question, none = page(), page()
    told(
        question,
        bound(f"{COLUMN}.1"),
        bound(f"{COLUMN}.1", None, tag),
        bound(f"{COLUMN}.2"),
    )
    told(none, bound(COLUMN, None, tag))

    assert [oid[-1] for oid, _ in question.rows] == [1]
    assert (question.ended, question.request()) == (True, None)
    assert (none.rows, none.ended, none.request()) == ([], True, None)


def test_a_page_that_is_too_big_is_halved_and_then_asked_for_singly() -> None:
    """The limits remember; a single row that is too big is an error."""
    question = page(3)
    question.refused(TOO_BIG, 0)
    assert question.request() == Ask(GET_BULK, (encode_oid(COLUMN),), 1)
    assert question.limits == SnmpLimits(max_repetitions=1)
    question.refused(TOO_BIG, 0)
    assert question.request() == Ask(GET_NEXT, (encode_oid(COLUMN),))

    with pytest.raises(SnmpStatusError, match=r"^error-status 1 on a single row") as caught:
        question.refused(TOO_BIG, 1)
    assert (caught.value.status, caught.value.index, caught.value.address) == (TOO_BIG, 1, AT)


def test_one_bad_row_behind_others_has_them_asked_for_singly() -> None:
    """Any other error of a GETBULK does; of a GETNEXT it is one."""
    question = page()
    question.refused(GEN_ERR, 3)
    assert question.request() == Ask(GET_NEXT, (encode_oid(COLUMN),))
    assert question.limits == SnmpLimits()

    with pytest.raises(SnmpStatusError, match=r"^error-status 5 on a single row"):
        question.refused(GEN_ERR, 1)


@pytest.mark.parametrize("bulk", [True, False])
def test_snmpv1_ends_its_mib_by_no_such_name(bulk: bool) -> None:
    """RFC 1157, 4.1.3; nothing follows."""
    question = page(bulk=bulk)
    question.refused(NO_SUCH_NAME, 1)

    assert (question.rows, question.ended, question.request()) == ([], True, None)


@pytest.mark.parametrize(("repetitions", "half"), [(10, 5), (3, 1), (2, 1)])
def test_silence_over_a_page_halves_it(repetitions: int, half: int) -> None:
    """The limits remember."""
    question = page(repetitions)
    question.silent()
    told(question, bound("1.3.6.1.2.1.1.3.0"))

    assert question.limits == SnmpLimits(max_repetitions=half)
    assert question.request() == Ask(GET_BULK, (encode_oid(COLUMN),), half)
