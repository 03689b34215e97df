"""Every fault of the lab, end to end over UDP: a clear cause, nothing lost, nothing wrong.

The names of the tests bear the numbers of the field notes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.access import made_up as m
from tests.access.at_lab import asked, since
from tests.access.surviving import (
    GROUPS,
    LEASES,
    NOW,
    PORTS,
    QUICK,
    STEADY,
    Story,
    Teller,
    elm,
    inventory,
    truth,
)

from techinfo.access.freshness import CachePolicy
from techinfo.collect import PollingLimits, Target
from techinfo.errors import (
    DeadlineError,
    SnmpProtocolError,
    SnmpTimeoutError,
    WrongDeviceError,
    WrongPortError,
)
from techinfo.lab import Lab
from techinfo.lab.site import Argument
from techinfo.model import Fact
from techinfo.units import Dbm

SILENT = ("failed", "the element does not answer")
AT_ONCE = CachePolicy(max_age_s=0.0, deadline_s=0.05)


@pytest.fixture(scope="module")
def running() -> Iterator[Lab]:
    """A lab of one switch."""
    with Lab([elm()]) as lab:
        yield lab


@pytest.fixture
def lab(running: Lab) -> Iterator[Lab]:
    """The same, behaving again after each test."""
    yield running
    running.clear("elm")


@pytest.fixture
def story(lab: Lab, tmp_path: Path) -> Story:
    """A service that asks it."""
    return Story(lab, inventory(tmp_path))


def test_a_healthy_switch_tells_the_truth(story: Story) -> None:
    """Of two homes, what each of them has."""

    async def words(ask: Teller) -> list[Any]:
        return [await ask.all("A-1"), await ask.all("A-12")]

    assert story.tell(words) == [truth(1), truth(12)]


@pytest.mark.parametrize(
    ("kind", "args"),
    [
        ("slow", {"seconds": 0.01}),
        ("lossy", {"probability": 0.2}),
        ("reordered", {"count": 2}),
        ("duplicated", {"count": 3}),
        ("truncated", {"octets": 40, "probability": 0.2}),
        ("garbage", {"probability": 0.2}),
        ("dead_over_varbinds", {"limit": 10}),
        ("too_big_over_repetitions", {"limit": 3}),
        ("too_big_over_octets", {"limit": 200}),
        ("silent_over_repetitions", {"limit": 5}),
        ("silent_over_repetitions", {"limit": 0}),
        ("skipped_rows", {"limit": 10}),
        ("unordered_rows", {"column": "1.3.6.1.4.1.99999.77"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(map(str, value.values())),
)
def test_a2_a4_a5_a6_a7_a9_what_can_be_borne_is_borne(
    lab: Lab, story: Story, kind: str, args: dict[str, Argument]
) -> None:
    """From the first contact on, the answers are those of a healthy switch."""
    lab.fault("elm", kind, **args)
    story.timeouts = QUICK if kind == "silent_over_repetitions" else STEADY

    async def words(ask: Teller) -> list[Any]:
        return [await ask.all("A-1"), await ask.all("A-12")]

    assert story.tell(words) == [truth(1), truth(12)]


@pytest.mark.parametrize(
    ("kind", "args", "error"),
    [
        ("silent", {}, SnmpTimeoutError),
        ("wrong_community", {}, SnmpTimeoutError),
        ("slow", {"seconds": 3600.0}, SnmpTimeoutError),
        ("lossy", {"probability": 1.0}, SnmpTimeoutError),
        ("other_address", {"address": "127.21.5.99"}, SnmpTimeoutError),
        ("truncated", {"octets": 20}, SnmpProtocolError),
        ("garbage", {}, SnmpProtocolError),
    ],
)
def test_what_cannot_be_borne_has_a_clear_cause_and_passes(
    lab: Lab, story: Story, kind: str, args: dict[str, Argument], error: type[Exception]
) -> None:
    """It says that the switch is silent, or that it talks rubbish; afterwards all is well again."""

    async def words(ask: Teller) -> tuple[Any, Any, Any]:
        before = await ask.all()
        lab.fault("elm", kind, **args)
        story.timeouts = QUICK
        ill = await ask.all()
        lab.clear("elm")
        story.timeouts = STEADY
        ask.clock.go_on(6)
        return before, ill, await ask.all()

    before, ill, after = story.tell(words)

    assert before == after == truth(1)
    assert {type(answer) for answer in ill.values()} == {error}


def test_the_last_known_is_not_lost_by_a_fault(lab: Lab, story: Story) -> None:
    """Who takes an old answer gets it while the switch is silent."""
    stale = CachePolicy(max_age_s=0.0, max_stale_s=600.0, deadline_s=NOW.deadline_s)

    async def words(ask: Teller) -> Any:
        await ask.all()
        lab.fault("elm", "silent")
        story.timeouts = QUICK
        return await ask.all(policy=stale)

    assert story.tell(words) == truth(1)


def test_a7_the_deadline_ends_the_answer_and_the_reading_goes_on(lab: Lab, story: Story) -> None:
    """The next question is answered from what it brought, and asks the switch nothing."""
    story.timeouts = (5.0,)
    waiting = CachePolicy(max_age_s=30.0, deadline_s=NOW.deadline_s)

    async def words(ask: Teller) -> tuple[Any, Any, Any]:
        await ask.all()
        ask.clock.go_on(10)
        lab.fault("elm", "slow", seconds=0.2)
        late = await ask.all(policy=AT_ONCE)
        lab.clear("elm")
        there = await ask.all(policy=waiting)
        before = asked(lab, "elm")
        again = await ask.all(policy=waiting)
        return late["status"], (there, again), since(before, asked(lab, "elm"))

    late, answers, cost = story.tell(words)

    assert isinstance(late, DeadlineError)
    assert answers == (truth(1), truth(1))
    assert cost == {}


def test_a1_a_table_that_dies_under_getbulk_ends_the_visit(lab: Lab, story: Story) -> None:
    """The dead agent is left alone, what was read stands, and it is right again when it is back."""

    async def words(ask: Teller) -> tuple[Any, ...]:
        before = await ask.all()
        lab.fault("elm", "dead_on_bulk", subtree=LEASES)
        story.timeouts = QUICK
        deadly = await ask.all()
        count = asked(lab, "elm")
        resting = await ask.all("A-12")
        cost = since(count, asked(lab, "elm"))
        lab.clear("elm")
        story.timeouts = STEADY
        ask.clock.go_on(6)
        return before, deadly, resting, cost, await ask.all("A-12")

    before, deadly, resting, cost, after = story.tell(words)

    assert before == truth(1)
    assert (deadly["status"], deadly["macs"]) == (truth(1)["status"], truth(1)["macs"])
    assert deadly["leases"] == SILENT
    assert isinstance(deadly["groups"], SnmpTimeoutError)
    assert {type(answer) for answer in resting.values()} == {SnmpTimeoutError}
    assert cost == {}
    assert after == truth(12)


def test_a1_no_other_table_is_asked_of_a_dead_agent(lab: Lab, story: Story) -> None:
    """One visit for several facts: the first silence is proven by sysUpTime, and ends it."""
    target = Target(element="sw-elm", host="127.21.5.1")

    async def words(ask: Teller) -> Any:
        lab.fault("elm", "dead_on_bulk", subtree=LEASES)
        story.timeouts = QUICK
        facts = (Fact.LINK, Fact.LEASES, Fact.GROUPS, Fact.SHAPING)
        reading = await ask.collector.read(target, facts, 0.0, 20.0)
        return {fact.value: part.state.value for fact, part in reading.parts.items()}, (
            await ask.collector.silent_since(target)
        )

    states, since_when = story.tell(words)

    assert states == {
        "link": "ok",
        "leases": "failed",
        "groups": "failed",
        "shaping": "failed",
    }
    assert since_when == story.clock.at


def test_a2_a_get_of_too_many_varbinds_is_never_sent(tmp_path: Path) -> None:
    """Whatever is asked, no request has more than ten, and none is answered by more than fifty."""

    async def words(ask: Teller) -> Any:
        return await ask.all()

    with Lab([elm()]) as lab:
        Story(lab, inventory(tmp_path)).tell(words)
        counts = lab.counts("elm")

    assert counts.most_varbinds <= 10
    assert counts.most_repetitions <= 25  # of two columns
    assert counts.sets_refused == 0


def test_a3_looping_rows_are_cut_and_told(lab: Lab, story: Story) -> None:
    """Every row that is there is there, once, and the answer says that it may not be all."""
    lab.fault("elm", "looping_rows", column=f"{LEASES}.2")

    async def words(ask: Teller) -> Any:
        return await ask.all("A-12")

    told = story.tell(words)

    assert told["leases"] == ("partial", truth(12)["leases"][1])
    assert {name: told[name] for name in ("status", "macs", "groups")} == {
        name: truth(12)[name] for name in ("status", "macs", "groups")
    }


def test_a3_rows_out_of_order_are_all_read_or_told_to_be_a_part(lab: Lab, story: Story) -> None:
    """A platform that is not known for it; what cannot be proven complete is partial."""
    lab.fault("elm", "unordered_rows", column=f"{LEASES}.2")

    async def words(ask: Teller) -> list[Any]:
        return [(await ask.all(f"A-{port}"))["leases"] for port in (1, 12)]

    told = story.tell(words)

    for (state, facts), port in zip(told, (1, 12), strict=True):
        whole = truth(port)["leases"][1]
        assert facts == whole or (state == "partial" and facts[6] == ())


def test_a11_a12_a_switch_has_one_conversation_at_a_time(lab: Lab, story: Story) -> None:
    """Twenty questions at once are answered right, one visit after the other."""
    lab.fault("elm", "dead_over_varbinds", limit=10)

    async def words(ask: Teller) -> list[Any]:
        return list(await asyncio.gather(*(ask.all(f"A-{1 + 11 * (n % 2)}") for n in range(20))))

    told = story.tell(words)

    assert told == [truth(1 + 11 * (n % 2)) for n in range(20)]


def test_a14_rows_of_another_table_are_never_taken(lab: Lab, story: Story) -> None:
    """A walk that is led astray has no lease in it."""
    lab.fault("elm", "outside_rows", column=f"{LEASES}.2", instead=f"{GROUPS}.2")

    async def words(ask: Teller) -> Any:
        return await ask.all()

    told = story.tell(words)

    assert told["leases"][1][6:] == ((), ())
    assert told["groups"] == truth(1)["groups"]


def test_a15_answers_from_another_address_are_taken_where_told(lab: Lab, story: Story) -> None:
    """Only then, as anybody could send them."""
    story.any_source = True
    lab.fault("elm", "other_address", address="127.21.5.99")

    async def words(ask: Teller) -> Any:
        return await ask.all()

    assert story.tell(words) == truth(1)


def test_c2_a_reboot_in_the_middle_is_seen(lab: Lab, story: Story) -> None:
    """Counters that begin again, and a link that is younger, are those of the new start."""

    async def words(ask: Teller) -> tuple[Any, ...]:
        before = await ask.service.link_status("A-1", NOW)
        lab.fault("elm", "rebooted", after=0)
        ask.clock.go_on(1)
        after = await ask.service.link_status("A-1", NOW)
        return before.port, after.port, await ask.all()

    before, after, told = story.tell(words)

    assert after.counters.input.errors == 0 < before.counters.input.errors
    assert after.counters.reset_at > before.counters.reset_at
    assert after.link.last_change > before.link.last_change
    assert told == truth(1)


@pytest.mark.parametrize(
    ("after", "lost"), [*((after, lost) for after in (0, 1, 2, 3, 5) for lost in (0, 2)), (3, 30)]
)
def test_i1_a_reboot_that_renumbers_in_mid_visit_never_tells_of_another_port(
    lab: Lab, story: Story, after: int, lost: int
) -> None:
    """Each answer is this home's or none, though its number is a neighbour's now."""
    story.timeouts = QUICK
    story.polling_limits = PollingLimits(min_interval_s=0.0, silent_first_s=1.0, silent_most_s=1.0)
    numbered = {"indexed": f"{m.BASE}.3,{m.BASE}.6", "valued": f"{m.BASE}.4.1,{m.BASE}.5.1"}

    async def words(ask: Teller) -> tuple[Any, Any]:
        await ask.all("A-12")
        lab.fault("elm", "rebooted", after=after, lost=lost, offset=1, **numbered)
        ill = await ask.all("A-12")
        for _ in range(12):
            ask.clock.go_on(2)
            later = await ask.all("A-12")
            if later == truth(12):
                break
        return ill, later

    ill, later = story.tell(words)

    for name, answer in ill.items():
        honest = answer == truth(12)[name] or answer == SILENT or isinstance(answer, Exception)
        assert honest, (name, answer)
    assert later == truth(12)


def test_i1_a_switch_that_is_numbered_anew_is_read_by_name(lab: Lab, story: Story) -> None:
    """The same home at once, whatever its number is now; nothing of its neighbour."""
    numbered = {"indexed": f"{m.BASE}.3,{m.BASE}.6", "valued": f"{m.BASE}.4.1,{m.BASE}.5.1"}

    async def words(ask: Teller) -> tuple[Any, Any]:
        await ask.all()
        lab.fault("elm", "renumbered", offset=1, **numbered)
        return await ask.all("A-1"), await ask.all("A-12")

    assert story.tell(words) == (truth(1), truth(12))


def test_i1_a_port_whose_name_is_gone_is_refused(lab: Lab, story: Story) -> None:
    """The other ports are told as ever."""

    async def words(ask: Teller) -> tuple[Any, Any]:
        lab.fault("elm", "partial_table", entry="1.3.6.1.2.1.31.1.1.1", rows=6)
        return await ask.all("A-12"), await ask.all("A-1")

    gone, there = story.tell(words)

    assert {type(answer) for answer in gone.values()} == {WrongPortError}
    assert there == truth(1)


def test_f12_a_table_of_which_a_part_is_told_is_partial(lab: Lab, story: Story) -> None:
    """A busy agent; the home behind it is not said to have nobody, and all is well afterwards."""

    async def words(ask: Teller) -> tuple[Any, ...]:
        await ask.all("A-12")
        lab.fault("elm", "partial_table", entry="1.3.6.1.2.1.17.7.1.2.2.1", rows=2)
        cut = [(await ask.all(f"A-{port}"))["macs"] for port in (1, 12)]
        lab.clear("elm")
        return cut, await ask.all("A-12")

    cut, after = story.tell(words)

    assert cut == [
        ("partial", truth(1)["macs"][1]),
        ("partial", (*truth(12)["macs"][1][:5], (), *truth(12)["macs"][1][6:])),
    ]
    assert after == truth(12)


def test_f3_bridge_ports_of_which_a_part_is_told_give_no_wrong_port(lab: Lab, story: Story) -> None:
    """At first contact: the homes that are told are right, and others may be missing."""
    lab.fault("elm", "partial_table", entry="1.3.6.1.2.1.17.1.4.1", rows=4)

    async def words(ask: Teller) -> Any:
        return [(await ask.all(f"A-{port}"))["macs"] for port in (1, 12)]

    first, last = story.tell(words)

    assert first == ("partial", truth(1)["macs"][1])
    assert last == ("partial", (*truth(12)["macs"][1][:5], (), *truth(12)["macs"][1][6:]))


def test_another_chassis_at_the_address_tells_nothing(
    lab: Lab, story: Story, tmp_path: Path
) -> None:
    """And when the right one is back, it is asked again."""
    other = m.merged(m.system("oak"), *(m.port(n, f"ge{n}") for n in PORTS))
    (tmp_path / "oak.snmprec").write_text("\n".join(m.lines(other)))

    async def words(ask: Teller) -> tuple[Any, Any]:
        await ask.all()
        lab.fault("elm", "swapped", recording=str(tmp_path / "oak.snmprec"))
        ill = await ask.all()
        lab.clear("elm")
        ask.clock.go_on(6)
        return ill, await ask.all()

    ill, after = story.tell(words)

    assert {type(answer) for answer in ill.values()} == {WrongDeviceError}
    assert after == truth(1)


def test_a_level_is_never_made_up(story: Story) -> None:
    """The truth that the tests above compare with has what the switch was given."""

    async def words(ask: Teller) -> Any:
        return (await ask.service.link_status("A-12", NOW)).port

    port = story.tell(words)

    assert round(port.transceiver.rx_power, 2) == Dbm(-12.12)
