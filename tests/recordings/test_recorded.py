"""A conversation with a recording answers as one with its device would."""

from __future__ import annotations

import asyncio

import pytest

from techinfo.recordings.playback import RecordedConversation
from techinfo.recordings.recording import Recording
from techinfo.snmp.interface import Conversation
from techinfo.wire import SnmpLimits

IF_DESCR = "1.3.6.1.2.1.2.2.1.2"
IF_TYPE = "1.3.6.1.2.1.2.2.1.3"
SYS_NAME = "1.3.6.1.2.1.1.5.0"


@pytest.fixture
def switch() -> Recording:
    """A switch of three ports, one without a type."""
    return Recording.from_rows(
        {
            SYS_NAME: (4, b"sw-elm-3"),
            "1.3.6.1.2.1.1.6.0": (5, b""),
            f"{IF_DESCR}.1": (4, b"ge1"),
            f"{IF_DESCR}.2": (4, b"ge2"),
            f"{IF_DESCR}.10.7": (4, b"ge10"),
            f"{IF_TYPE}.1": (2, 6),
            f"{IF_TYPE}.2": (5, b""),
        }
    )


def test_instances_are_read_and_missing_ones_left_out(switch: Recording) -> None:
    """What was not recorded, and a NULL, is no cell."""
    conversation: Conversation = RecordedConversation(switch)

    cells = asyncio.run(
        conversation.get([SYS_NAME, f"{IF_TYPE}.1", f"{IF_TYPE}.9", "1.3.6.1.2.1.1.6.0"])
    )

    assert cells == {SYS_NAME: b"sw-elm-3", f"{IF_TYPE}.1": 6}


def test_rows_stand_under_the_index_behind_their_column(switch: Recording) -> None:
    """A column that is not there is an empty one; a column does not contain itself."""
    conversation = RecordedConversation(switch)

    walked = asyncio.run(conversation.walk([IF_DESCR, IF_TYPE, "1.3.6.1.2.1.31", SYS_NAME]))

    assert walked.cells == {
        IF_DESCR: {(1,): b"ge1", (2,): b"ge2", (10, 7): b"ge10"},
        IF_TYPE: {(1,): 6},
        "1.3.6.1.2.1.31": {},
        SYS_NAME: {},
    }
    assert not walked.partial


def test_a_walk_is_cut_at_the_row_limit_and_says_so(switch: Recording) -> None:
    """The limit holds for each column."""
    conversation = RecordedConversation(switch, SnmpLimits(max_rows=2))

    walked = asyncio.run(conversation.walk([IF_DESCR, IF_TYPE]))

    assert list(walked.cells[IF_DESCR]) == [(1,), (2,)]
    assert walked.partial == f"over 2 rows in {IF_DESCR}"


def test_gets_are_counted_as_a_device_would_see_them(switch: Recording) -> None:
    """Five varbinds in requests of two are three requests."""
    conversation = RecordedConversation(switch, SnmpLimits(varbinds=2))

    asyncio.run(conversation.get([f"{IF_DESCR}.{port}" for port in range(5)]))
    asyncio.run(conversation.get([]))

    assert (conversation.counted.requests, conversation.counted.varbinds) == (3, 5)


@pytest.mark.parametrize(
    ("limits", "requests", "varbinds"),
    [
        (SnmpLimits(max_repetitions=10), 1, 20),
        (SnmpLimits(max_repetitions=3), 2, 9),
        (SnmpLimits(max_repetitions=3, varbinds=1), 3, 9),
        (SnmpLimits(bulk=False), 7, 7),
        (SnmpLimits(no_bulk=("1.3.6.1.2.1.2.2.1.3",)), 4, 13),
    ],
)
def test_walks_are_counted_as_a_device_would_see_them(
    switch: Recording, limits: SnmpLimits, requests: int, varbinds: int
) -> None:
    """Two columns of three and two rows, each with the row that ends it."""
    whole = switch.merged(Recording.from_rows({f"{IF_TYPE}.2": (2, 6)}))
    conversation = RecordedConversation(whole, limits)

    asyncio.run(conversation.walk([IF_DESCR, IF_TYPE]))

    counted = conversation.counted
    assert (counted.requests, counted.varbinds, counted.walks) == (requests, varbinds, 1)
