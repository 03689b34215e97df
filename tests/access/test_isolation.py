"""What of an answer a provider is given: its own rows, in whichever of its parts they stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.access.played import unchanging

from techinfo.access.answer import UNKNOWN, Announced, Answer, CpeAnswer
from techinfo.access.attachment import attached
from techinfo.access.isolation import grouped_with, isolated, isolated_cpe, own, private
from techinfo.access.rights import Right
from techinfo.collect import Reading
from techinfo.inventory import Access, Inventory, Subscription
from techinfo.model import (
    Counters,
    Cpe,
    CpeMac,
    CpePort,
    Fact,
    Flow,
    Group,
    Lease,
    Link,
    MacEntry,
    Neighbour,
    Ont,
    Part,
    Port,
    PortFacts,
    PortVlan,
    Shaping,
    State,
    Transceiver,
)

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
BEGAN = NOW - timedelta(days=1)
EARLIER, SECOND = BEGAN - timedelta(microseconds=1), timedelta(seconds=1)
MINE, THEIRS, NOBODYS = 100, 200, 999
ACCESS = Access(access_id="X")


def subscription(provider: str, service_type: str, began: datetime | None = None) -> Subscription:
    """One that runs."""
    return Subscription(
        subscription_id=f"{provider}-{service_type}",
        access_id="X",
        provider=provider,
        service="x",
        service_type=service_type,
        connection_date=began.isoformat() if began else None,
    )


HELD = Right(
    access=ACCESS,
    at=NOW,
    asked_at=NOW,
    provider="isp-a",
    running=(subscription("isp-a", "bb", BEGAN), subscription("isp-b", "iptv")),
    may_see_rows=True,
)
WHOLE = Right(access=ACCESS, at=NOW, asked_at=NOW, full_access=True, may_see_rows=True)
VOLUMES = Flow(bytes=1, unicast=2, multicast=3, broadcast=4)
ERRORS = Flow(errors=5, discards=6, pauses=7, crc_errors=8)
FLOW = replace(
    VOLUMES, **{f.name: getattr(ERRORS, f.name) for f in fields(Flow) if getattr(ERRORS, f.name)}
)
COUNTERS = Counters(input=FLOW, output=FLOW, reset_at=NOW)


def service(vlan: int | None) -> str | None:
    """What a VLAN carries."""
    return {MINE: "bb", THEIRS: "iptv", None: None}.get(vlan, UNKNOWN)


def rows_of(*vlans: int | None) -> PortFacts:
    """A port with a row of every kind on each VLAN."""
    return PortFacts(
        port=Port(if_index=1),
        link=Link(up=True),
        counters=COUNTERS,
        transceiver=Transceiver(vendor="v"),
        macs=tuple(MacEntry(mac=f"m{vlan}", vlan=vlan) for vlan in vlans),
        leases=tuple(Lease(address=f"l{vlan}", vlan=vlan) for vlan in vlans),
        groups=tuple(Group(address=f"g{vlan}", vlan=vlan) for vlan in vlans),
        shaping=tuple(Shaping(queue=f"q{vlan}", vlan=vlan) for vlan in vlans),
        onts=(Ont(ont_id=1),),
        neighbours=(Neighbour(chassis_id="c"),),
        cpe=(Cpe(number=1),),
    )


EVERYBODYS = rows_of(MINE, THEIRS, NOBODYS, None)


def answer(port: PortFacts | None, fact: Fact = Fact.LEASES, state: State = State.OK) -> Answer:
    """About a fact of a port."""
    part = Part(state=state, read_at=NOW)
    reading = Reading(
        element="sw",
        if_index=1,
        ports={1: port} if port else {},
        parts={fact: part, Fact.LINK: Part(state=State.OK, read_at=NOW - SECOND)},
    )
    return Answer(access=ACCESS, reading=reading, service=service, port=port, part=part)


def test_of_a_port_a_holder_sees_the_rows_of_its_service() -> None:
    """Those of others, and those of VLANs that nobody knows, are left out of every table."""
    told = own(EVERYBODYS, HELD, service, traffic=True)

    assert told == replace(rows_of(MINE), onts=(), neighbours=(), cpe=())


@pytest.mark.parametrize(
    ("user_vlan", "state"), [(None, State.OK), (7, State.OK), (MINE, State.PARTIAL)]
)
def test_a_vlan_that_is_left_out_is_not_missed_where_it_may_be_ones_own(
    user_vlan: int | None, state: State
) -> None:
    """The inventory may know a service by the customer's tag."""
    theirs = PortVlan(vlan=THEIRS, tagged=True, user_vlan=user_vlan, ont=1)
    mine = PortVlan(vlan=MINE, tagged=True, user_vlan=9, ont=1)
    port = PortFacts(port=Port(if_index=1), vlans=(mine, theirs))

    told = isolated(answer(port, Fact.VLANS), HELD, traffic=True)

    assert told.port is not None
    assert told.port.vlans == (mine,)
    assert told.reading.parts[Fact.VLANS].state is state


def test_one_that_holds_all_sees_unknown_vlans_too() -> None:
    """Whose else could they be."""
    alone = replace(HELD, running=(subscription("isp-a", "bb"), subscription("isp-a", "iptv")))

    told = own(EVERYBODYS, alone, service, traffic=True)

    assert told == replace(EVERYBODYS, onts=(), neighbours=(), cpe=())


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        ({"macs": (MacEntry(mac="m", vlan=MINE, learnt_at=BEGAN),)}, True),
        ({"macs": (MacEntry(mac="m", vlan=MINE, learnt_at=EARLIER),)}, False),
        ({"leases": (Lease(address="l", vlan=MINE, start=BEGAN),)}, True),
        ({"leases": (Lease(address="l", vlan=MINE, start=EARLIER, last_renew=NOW),)}, False),
        ({"groups": (Group(address="g", vlan=MINE, joined_at=BEGAN),)}, True),
        ({"groups": (Group(address="g", vlan=MINE, joined_at=EARLIER),)}, False),
    ],
)
def test_rows_from_before_the_subscription_are_of_somebody_else(
    row: dict[str, tuple[MacEntry | Lease | Group, ...]], shown: bool
) -> None:
    """From its very first moment on they are theirs; what is left out is no false «none»."""
    port = replace(PortFacts(port=Port(if_index=1)), **row)  # type: ignore[arg-type]

    told = isolated(answer(port), HELD, traffic=True)

    assert told.port == (port if shown else PortFacts(port=Port(if_index=1)))
    assert told.part is not None
    assert told.part == told.reading.parts[Fact.LEASES]
    assert told.part.read_at == NOW
    assert (told.part.state, bool(told.part.cause)) == (
        (State.OK, False) if shown else (State.PARTIAL, True)
    )
    assert told.reading.parts[Fact.LINK].state is State.OK


def test_older_rows_of_others_are_not_even_hinted_at() -> None:
    """On another's service, whenever they began: the part is as where nobody has any row."""
    rows = PortFacts(
        port=Port(if_index=1),
        macs=(MacEntry(mac="m", vlan=THEIRS, learnt_at=EARLIER),),
        leases=(Lease(address="l", vlan=NOBODYS, start=EARLIER),),
        groups=(Group(address="g", vlan=None, joined_at=EARLIER),),
    )

    told = isolated(answer(rows), HELD, traffic=True)

    whole = answer(rows).part
    assert whole is not None
    assert told.part == replace(whole, state=State.EMPTY)
    assert told.part == told.reading.parts[Fact.LEASES]
    assert told.port == PortFacts(port=Port(if_index=1))


def test_a_row_is_older_than_the_subscription_that_it_is_of() -> None:
    """By its VLAN, else by its service; another of the same holder has begun long before."""
    tagged, untagged = (
        replace(subscription("isp-a", "bb", began), vlan=vlan)
        for vlan, began in ((MINE, BEGAN), (101, BEGAN - timedelta(days=9)))
    )
    by_vlan = replace(HELD, running=(tagged, untagged))
    by_service = replace(
        HELD,
        running=(
            subscription("isp-a", "bb", BEGAN),
            subscription("isp-a", "voip", BEGAN - timedelta(days=9)),
        ),
    )
    old = replace(rows_of(), macs=(MacEntry(mac="m", vlan=MINE, learnt_at=EARLIER),))

    for held in (by_vlan, by_service):
        told = isolated(answer(old), held, traffic=True)

        assert told.port is not None
        assert told.port.macs == ()
        assert told.part is not None
        assert told.part.state is State.PARTIAL
        assert told.part.cause == "rows from before the subscription was known are left out"


@pytest.mark.parametrize("state", [State.FAILED, State.UNSUPPORTED, State.PARTIAL])
def test_a_part_that_was_not_read_whole_keeps_its_state(state: State) -> None:
    """It says more than that older rows are left out."""
    old = rows_of()
    old = replace(old, leases=(Lease(address="l", vlan=MINE, start=EARLIER),))

    told = isolated(answer(old, state=state), HELD, traffic=True)

    assert told.part == Part(state=state, read_at=NOW)


def test_what_the_switch_calls_empty_is_not_when_logs_tell_of_older_rows() -> None:
    """It has no lease, and its DHCP server has one from before."""
    old = replace(rows_of(), leases=(Lease(address="l", vlan=MINE, start=EARLIER),))

    assert isolated(answer(rows_of(), state=State.EMPTY), HELD, traffic=True).part == Part(
        state=State.EMPTY, read_at=NOW
    )
    told = isolated(answer(old, state=State.EMPTY), HELD, traffic=True).part
    assert told is not None
    assert told.state is State.PARTIAL


def test_an_answer_without_a_port_or_a_part_stays_one() -> None:
    """Of a switch that does not answer, say."""
    bare = answer(None)
    unread = replace(answer(replace(rows_of(), leases=(Lease(address="l"),))), part=None)

    assert isolated(bare, HELD, traffic=True) == replace(bare, reading=replace(bare.reading))
    assert isolated(unread, HELD, traffic=True).part is None


@pytest.mark.parametrize("traffic", [True, False])
def test_of_an_answer_no_port_of_the_reading_is_left(traffic: bool) -> None:
    """A whole switch may stand in it; the port of the question is isolated."""
    told = isolated(answer(EVERYBODYS), HELD, traffic=traffic)

    assert told.reading.ports == {}
    assert told.port == own(EVERYBODYS, HELD, service, traffic=traffic)


@pytest.mark.parametrize("traffic", [True, False])
def test_the_operators_people_are_answered_as_it_is(traffic: bool) -> None:
    """With all rows, ports and volumes."""
    asked = answer(EVERYBODYS)
    of_cpe = cpe_answer()

    assert isolated(asked, WHOLE, traffic=traffic) is asked
    assert isolated_cpe(of_cpe, WHOLE, traffic=traffic) is of_cpe


@pytest.mark.parametrize(("traffic", "flow"), [(True, FLOW), (False, ERRORS)])
def test_who_does_not_see_traffic_sees_errors(traffic: bool, flow: Flow) -> None:
    """In both directions, and since when they count."""
    told = own(EVERYBODYS, HELD, service, traffic=traffic)

    assert told.counters == Counters(input=flow, output=flow, reset_at=NOW)
    assert own(replace(EVERYBODYS, counters=None), HELD, service, traffic=traffic).counters is None


def cpe_answer() -> CpeAnswer:
    """A CPE with everything that can be told of one."""
    reading = Reading(element="cpe", ports={1: EVERYBODYS, 2: EVERYBODYS})
    cpe = Cpe(
        number=1,
        vendor="v",
        macs=(CpeMac(mac="m"),),
        ports=(CpePort(index=1, counters=COUNTERS), CpePort(index=2)),
    )
    return CpeAnswer(
        access=ACCESS,
        cpe=None,
        reading=reading,
        service=service,
        up=True,
        behind=EVERYBODYS,
        announced=Announced(cpe=cpe, reading=Reading(element="sw", ports={1: EVERYBODYS})),
    )


@pytest.mark.parametrize("traffic", [True, False])
def test_of_a_cpe_a_holder_sees_its_own(traffic: bool) -> None:
    """On its ports, behind it, and in its own words, whose MAC addresses have no VLAN."""
    mine = own(EVERYBODYS, HELD, service, traffic=traffic)

    told = isolated_cpe(cpe_answer(), HELD, traffic=traffic)

    assert told.reading is not None
    assert told.reading.ports == {1: mine, 2: mine}
    assert told.behind == mine
    assert told.announced is not None
    assert told.announced.reading.ports == {}
    assert told.announced.cpe.macs == ()
    flow = FLOW if traffic else ERRORS
    assert told.announced.cpe.ports == (
        CpePort(index=1, counters=Counters(input=flow, output=flow, reset_at=NOW)),
        CpePort(index=2),
    )
    assert told.announced.cpe.vendor == "v"


def test_the_mac_addresses_of_a_cpe_are_of_who_holds_all() -> None:
    """No VLAN tells them apart."""
    alone = replace(HELD, running=(subscription("isp-a", "bb"),))

    told = isolated_cpe(cpe_answer(), alone, traffic=True)

    assert told.announced is not None
    assert told.announced.cpe.macs == (CpeMac(mac="m"),)


@pytest.mark.parametrize(
    "without",
    [
        lambda a: replace(a, reading=None),
        lambda a: replace(a, behind=None),
        lambda a: replace(a, announced=None),
    ],
)
def test_what_is_not_known_of_a_cpe_stays_unknown(
    without: Callable[[CpeAnswer], CpeAnswer],
) -> None:
    """And is no error."""
    asked = without(cpe_answer())

    told = isolated_cpe(asked, HELD, traffic=True)

    assert [told.reading is None, told.behind is None, told.announced is None] == [
        asked.reading is None,
        asked.behind is None,
        asked.announced is None,
    ]


ON_AGGREGATE = """
elements: [{name: sw, address: 192.0.2.3}, {name: other, address: 192.0.2.4}]
accesses:
  - {access_id: X, element: sw, port: ge1, port_by: name}
  - {access_id: BESIDE, element: sw, port: ge2, port_by: name}
  - {access_id: WHOLE, element: sw, port: ae0, port_by: name}
  - {access_id: ALONE, element: sw, port: ge3, port_by: name}
  - {access_id: ELSEWHERE, element: other, port: ge2, port_by: name}
"""
GROUP = PortFacts(port=Port(if_index=100, name="ae0", members=("ge1", "ge2")))
MEMBER = PortFacts(port=Port(if_index=1, name="ge1", aggregate=100))


@pytest.mark.parametrize(
    ("ports", "found"),
    [
        ({1: MEMBER, 100: GROUP}, {"BESIDE", "WHOLE"}),
        ({1: MEMBER}, set()),
        ({100: GROUP}, set()),
        ({1: replace(MEMBER, port=Port(if_index=1, name="ge1")), 100: GROUP}, set()),
        ({}, set()),
    ],
)
def test_on_the_aggregate_of_a_port_are_those_on_it_and_on_its_members(
    ports: dict[int, PortFacts], found: set[str]
) -> None:
    """Of this element, without the access itself; nobody where the port has no aggregate."""
    inventory = unchanging(ON_AGGREGATE)
    reading = Reading(element="sw", if_index=1, ports=ports)

    told = grouped_with(inventory, attached(inventory, "X"), reading)

    assert {access.access_id for access in told} == found
    assert len(told) == len(found)


def test_an_access_whose_port_goes_by_another_name_shares_its_aggregate_with_nobody() -> None:
    """Where nobody else is on it."""
    inventory = unchanging(
        "elements: [{name: sw, address: 192.0.2.3}]\n"
        "accesses: [{access_id: X, element: sw, port: one, port_by: descr}]\n",
    )
    reading = Reading(element="sw", if_index=1, ports={1: MEMBER, 100: GROUP})

    assert grouped_with(inventory, attached(inventory, "X"), reading) == ()


def subscribed(row: str) -> Inventory:
    """An inventory with one subscription on the access beside."""
    return unchanging(
        ON_AGGREGATE
        + f"subscriptions: [{{subscription_id: S-1, access_id: BESIDE, service: x, {row}}}]\n",
    )


def shared(state: State = State.OK) -> Answer:
    """With a row of the port and one of the aggregate in every table, and another access on it."""
    alone = rows_of(MINE)
    port = replace(
        alone,
        macs=(*alone.macs, replace(alone.macs[0], aggregate="ae0")),
        leases=(*alone.leases, replace(alone.leases[0], aggregate="ae0")),
        groups=(*alone.groups, replace(alone.groups[0], aggregate="ae0")),
        shaping=(*alone.shaping, replace(alone.shaping[0], aggregate="ae0")),
    )
    beside = (Access(access_id="NOBODYS"), Access(access_id="BESIDE"))
    return replace(answer(port, state=state), grouped=beside)


THEIR_BB = "provider: isp-b, service_type: bb"


@pytest.mark.parametrize("state", [State.OK, State.EMPTY])
def test_rows_of_an_aggregate_that_another_provider_is_on_are_nobodys(state: State) -> None:
    """In every table; and the fact says that something is left out, whatever it was before."""
    told = private(shared(state), HELD, subscribed(THEIR_BB))

    assert told.port == rows_of(MINE)
    assert told.part == Part(
        state=State.PARTIAL,
        read_at=NOW,
        cause="rows of an aggregate that other accesses hang on as well are told to none of them",
    )


@pytest.mark.parametrize(
    "row",
    [
        "provider: isp-a, service_type: bb",
        f"{THEIR_BB}, state: ORDERED",
        f"{THEIR_BB}, disconnection_date: '{NOW.isoformat()}'",
        f"{THEIR_BB}, connection_date: '{(NOW + SECOND).isoformat()}'",
    ],
)
def test_an_aggregate_is_ones_own_while_nothing_of_others_runs_on_it(row: str) -> None:
    """Another subscription of one's own does not count, nor another's order, nor its end."""
    asked = shared()

    assert private(asked, HELD, subscribed(row)) is asked


def test_the_operators_people_see_rows_of_aggregates() -> None:
    """Whoever is on it."""
    asked = shared()

    assert private(asked, WHOLE, subscribed(THEIR_BB)) is asked


def test_a_shared_aggregate_without_rows_takes_nothing_away() -> None:
    """What was read whole stays so; what was not says why."""
    inventory = subscribed(THEIR_BB)
    nothing = replace(shared(), port=rows_of(MINE))
    unread = replace(shared(), part=None)

    assert private(nothing, HELD, inventory).part == nothing.part
    assert private(shared(State.FAILED), HELD, inventory).part == shared(State.FAILED).part
    assert private(unread, HELD, inventory).part is None
    assert private(replace(shared(), port=None), HELD, inventory).port is None
