"""Every fault of the lab does what it says, in what is sent for a request."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator

import pytest
from tests.lab.asking import NAME, request

from techinfo.errors import ConfigError
from techinfo.lab.agent_faults import varbinds_of
from techinfo.lab.device import RunningDevice
from techinfo.lab.faults import KINDS, listed
from techinfo.lab.holdings import RecordingCache
from techinfo.lab.processes import Lab
from techinfo.lab.site import Argument, FaultSpec, LabDevice
from techinfo.snmp import ber
from techinfo.snmp.message import header
from techinfo.snmp.oid import dotted

UP_TIME = "1.3.6.1.2.1.1.3.0"
ENGINE_TIME = "1.3.6.1.6.3.10.2.1.3.0"
DESCR = "1.3.6.1.2.1.2.2.1.2"
OPER = "1.3.6.1.2.1.2.2.1.8"
LAST_CHANGE = "1.3.6.1.2.1.2.2.1.9"
IN_OCTETS = "1.3.6.1.2.1.2.2.1.10"
STACK = "1.3.6.1.2.1.31.1.2.1.3"
BASE_PORT = "1.3.6.1.2.1.17.1.4.1.2"
ALIAS = "1.3.6.1.2.1.47.1.3.2.1.2"
OWN = "1.3.6.1.4.1.99999.1.1"
PORTS = (1, 2, 3, 4, 5)
ROWS = (
    f"{UP_TIME}|67|8640000",
    f"{NAME}|4|sw1",
    f"{ENGINE_TIME}|2|86400",
    *(f"{DESCR}.{port}|4|ge{port}" for port in PORTS),
    *(f"{LAST_CHANGE}.{port}|67|{port}00" for port in PORTS),
    *(f"{IN_OCTETS}.{port}|65|{port}" for port in PORTS),
    *(f"{BASE_PORT}.{port}|2|{port}" for port in PORTS),
    f"{STACK}.0.5|2|1",
    f"{STACK}.5.1|2|1",
    f"{ALIAS}.77.0|6|1.3.6.1.2.1.2.2.1.1.3",
    *(f"{OWN}.2.{port}|2|{port}" for port in PORTS),
)
NAMES = [f"ge{port}".encode() for port in PORTS]
PATIENCE_S = 300.0


def device(kind: str, **args: Argument) -> RunningDevice:
    """A switch of five ports that misbehaves."""
    return _device(ROWS, FaultSpec(kind=kind, args=args))


def _device(rows: tuple[str, ...], fault: FaultSpec) -> RunningDevice:
    made = LabDevice(
        name="sw1", address="127.0.1.1", rows=rows, community="secret", faults=(fault,)
    )
    return RunningDevice(made, RecordingCache())


def told(switch: RunningDevice, *asked: str, pdu: int = ber.GET, most: int = 0) -> dict[str, bytes]:
    """What one request is answered: OID -> octets of the value; nothing when it is silent."""
    sent = switch.receive(request(pdu, *asked, most=most))
    found = varbinds_of(sent[0].reply.datagram) if sent else ()
    return {dotted(ber.decode_oid(oid)): value[2:] for oid, value in found}


def walked(switch: RunningDevice, column: str, most: int = 40) -> list[tuple[str, bytes]]:
    """A column by GETNEXT, as far as the answers stay in it."""
    rows: list[tuple[str, bytes]] = []
    oid = column
    while len(rows) < most:
        ((oid, value),) = told(switch, oid, pdu=ber.GET_NEXT).items()
        if not oid.startswith(f"{column}."):
            break
        rows.append((oid, value))
    return rows


def number(octets: bytes) -> int:
    """An INTEGER's content."""
    return int.from_bytes(octets, "big")


def test_answers_are_held_back_and_sent_in_another_order() -> None:
    """The last one first, when there are enough."""
    switch = device("reordered", count=2)

    first = switch.receive(request(ber.GET, NAME))
    second = switch.receive(request(ber.GET, UP_TIME))

    assert not first
    assert [varbinds_of(out.reply.datagram)[0][0] for out in second] == [
        ber.encode_oid(UP_TIME),
        ber.encode_oid(NAME),
    ]


def test_answers_are_duplicated() -> None:
    """The same octets, several times."""
    sent = device("duplicated", count=3).receive(request())

    assert len(sent) == 3
    assert len({out.reply.datagram for out in sent}) == 1


def test_answers_are_cut_off() -> None:
    """What is left is no message."""
    (sent,) = device("truncated", octets=30).receive(request())

    assert len(sent.reply.datagram) == 30
    with pytest.raises(ValueError, match="over its end"):
        header(sent.reply.datagram)


def test_answers_are_garbage() -> None:
    """Octets by chance, the same in every run; a part of the answers, if so wished."""
    switches = [device("garbage", octets=50) for _ in range(2)]
    half = device("garbage", probability=0.5)

    sent = [[switch.receive(request())[0].reply.datagram for _ in range(3)] for switch in switches]
    whole = [b"sw1" in half.receive(request())[0].reply.datagram for _ in range(40)]

    assert sent[0] == sent[1]
    assert len(set(sent[0])) == 3
    assert {len(datagram) for datagram in sent[0]} == {50}
    assert 0 < sum(whole) < 40


def test_another_community_than_before_is_silence() -> None:
    """An agent does not tell why."""
    assert not device("wrong_community").receive(request())


def test_too_many_octets_are_too_big() -> None:
    """Whatever kind of request asked for them."""
    switch = device("too_big_over_octets", limit=60)

    statuses = [
        header(switch.receive(request(pdu, *oids, most=9))[0].reply.datagram).error_status
        for pdu, oids in (
            (ber.GET, (NAME,)),
            (ber.GET, (NAME, UP_TIME)),
            (ber.GET_BULK, (DESCR,)),
        )
    ]

    assert statuses == [0, 1, 1]


@pytest.mark.parametrize(("oid", "most"), [(f"{OWN}.2", 1), ("1.3.6.1.4.1.99999", 1), (ALIAS, 2)])
def test_a_get_bulk_that_touches_a_table_kills_until_cleared(oid: str, most: int) -> None:
    """Asked for, or run into from before it (field notes A1); GETNEXT does no harm."""
    switch = device("dead_on_bulk", subtree=OWN)

    harmless = told(switch, OWN, pdu=ber.GET_NEXT), told(switch, DESCR, pdu=ber.GET_BULK, most=9)
    deadly = told(switch, oid, pdu=ber.GET_BULK, most=most)
    after = told(switch, NAME)
    switch.clear_faults()

    assert all(harmless)
    assert not deadly
    assert not after
    assert told(switch, NAME)


def test_too_many_repetitions_are_not_answered() -> None:
    """And nothing else happens (field notes A5)."""
    switch = device("silent_over_repetitions", limit=2)

    assert not told(switch, DESCR, pdu=ber.GET_BULK, most=3)
    assert len(told(switch, DESCR, pdu=ber.GET_BULK, most=2)) == 2


def test_a_row_is_left_out_over_too_many_repetitions() -> None:
    """Of every column, and the answer goes on behind it (field notes A4)."""
    switch = device("skipped_rows", limit=2)

    rows = told(switch, DESCR, LAST_CHANGE, pdu=ber.GET_BULK, most=5)

    assert [oid for oid in rows if oid.startswith(DESCR)] == [f"{DESCR}.{n}" for n in (1, 2, 4, 5)]
    assert len([oid for oid in rows if oid.startswith(LAST_CHANGE)]) == 4
    assert len(told(switch, DESCR, pdu=ber.GET_BULK, most=2)) == 2


def test_rows_loop() -> None:
    """GETNEXT and GETBULK begin again behind the last row; other columns do not (A3)."""
    switch = device("looping_rows", column=DESCR)

    rows = walked(switch, DESCR, most=7)
    bulk = switch.receive(request(ber.GET_BULK, f"{DESCR}.4", most=3))

    assert [value for _, value in rows] == [*NAMES, *NAMES[:2]]
    assert [value[2:] for _, value in varbinds_of(bulk[0].reply.datagram)] == [
        b"ge5",
        b"ge1",
        b"ge2",
    ]
    assert len(walked(switch, LAST_CHANGE)) == 5
    assert told(switch, f"{DESCR}.5") == {f"{DESCR}.5": b"ge5"}


def test_rows_come_in_another_order() -> None:
    """Each once, and then what follows the column (field notes A3, F11)."""
    switch = device("unordered_rows", column=DESCR)

    rows = walked(switch, DESCR)

    values = [value for _, value in rows]
    assert sorted(values) == NAMES != values
    assert list(told(switch, rows[-1][0], pdu=ber.GET_NEXT)) == [f"{LAST_CHANGE}.1"]


def test_another_table_comes_in_place_of_a_column() -> None:
    """Field notes A14."""
    switch = device("outside_rows", column=DESCR, instead=OWN)

    assert list(told(switch, DESCR, pdu=ber.GET_NEXT)) == [f"{OWN}.2.1"]
    assert list(told(switch, f"{DESCR}.1")) == [f"{DESCR}.1"]


def test_a_table_is_cut() -> None:
    """In every column, for GET too (field notes F3, F12)."""
    switch = device("partial_table", entry="1.3.6.1.2.1.2.2.1", rows=2)

    assert [len(walked(switch, column)) for column in (DESCR, IN_OCTETS, BASE_PORT)] == [2, 2, 5]
    assert told(switch, f"{DESCR}.3")[f"{DESCR}.3"] == b""


def test_rows_are_laid_over_and_the_clock_goes_on() -> None:
    """A counter among them stands still; the rest is as it was."""
    rows = f"{OPER}.2|2|2;{IN_OCTETS}.2|65|77;{DESCR}.9|4|new"
    switch = _device(
        (*ROWS, *(f"{OPER}.{port}|2|1" for port in PORTS)),
        FaultSpec(kind="changed", args={"rows": f"{rows};{OPER}.3|2|1;{IN_OCTETS}.3|65|88"}),
    )

    def counted() -> list[int]:
        asked = (f"{IN_OCTETS}.3", f"{IN_OCTETS}.4", UP_TIME)
        return [number(told(switch, oid)[oid]) for oid in asked]

    still, begun, started = counted()
    while counted()[1] <= begun or counted()[2] <= started:
        pass

    assert (still, counted()[0]) == (88, 88)
    assert number(told(switch, f"{OPER}.2")[f"{OPER}.2"]) == 2
    assert number(told(switch, f"{IN_OCTETS}.2")[f"{IN_OCTETS}.2"]) == 77
    assert [value for _, value in walked(switch, DESCR)] == [*NAMES, b"new"]


def test_a_port_is_numbered_anew_with_all_that_refers_to_it() -> None:
    """Rows, stack, bridge ports, entities, and a vendor's own columns (field notes I1)."""
    switch = device("renumbered", offset=100, indexed=OWN, valued=f"{OWN}.2")

    assert walked(switch, DESCR)[0] == (f"{DESCR}.101", b"ge1")
    assert [oid for oid, _ in walked(switch, STACK)] == [f"{STACK}.0.105", f"{STACK}.105.101"]
    assert [number(value) for _, value in walked(switch, BASE_PORT)] == [101, 102, 103, 104, 105]
    assert walked(switch, BASE_PORT)[0][0] == f"{BASE_PORT}.1"
    assert told(switch, f"{ALIAS}.77.0")[f"{ALIAS}.77.0"] == ber.encode_oid(
        "1.3.6.1.2.1.2.2.1.1.103"
    )
    assert walked(switch, OWN)[0] == (f"{OWN}.2.101", b"e")
    assert number(told(switch, UP_TIME)[UP_TIME]) >= 8640000


def test_the_link_of_a_port_comes_and_goes() -> None:
    """Its last change moves with the agent's clock; other ports and columns are as they were."""
    switch, quick = (
        _device(
            (*ROWS, *(f"{OPER}.{port}|2|1" for port in PORTS)),
            FaultSpec(kind="flapping", args={"port": 2, "seconds": seconds}),
        )
        for seconds in (3600, 0.1)
    )

    rows = told(switch, f"{OPER}.2", f"{LAST_CHANGE}.2", f"{LAST_CHANGE}.3", UP_TIME)
    walked = told(switch, f"{LAST_CHANGE}.1", pdu=ber.GET_BULK, most=2)
    states: set[int] = set()
    while len(states) < 2:
        states.add(number(told(quick, f"{OPER}.2")[f"{OPER}.2"]))

    assert number(rows[f"{OPER}.2"]) == 2
    assert 8640000 <= number(rows[f"{LAST_CHANGE}.2"]) <= number(rows[UP_TIME])
    assert number(rows[f"{LAST_CHANGE}.3"]) == 300
    assert number(walked[f"{LAST_CHANGE}.2"]) >= 8640000
    assert number(walked[f"{LAST_CHANGE}.3"]) == 300
    assert states == {1, 2}


@pytest.mark.parametrize(("row", "to"), [("4|-14.00", -27.0), ("2|-1400", -2700.0)])
def test_a_value_falls_and_begins_anew(row: str, to: float) -> None:
    """In the unit and with the digits of its column; a neighbour stays as it is."""
    rows = (*ROWS, f"{OWN}.17.5|{row}", f"{OWN}.17.6|{row}")
    tag, _, text = row.partition("|")

    def device_of(seconds: float) -> RunningDevice:
        args: dict[str, Argument] = {"oid": f"{OWN}.17.5", "to": to, "seconds": seconds}
        return _device(rows, FaultSpec(kind="fading", args=args))

    def read(switch: RunningDevice, port: int) -> str:
        octets = told(switch, f"{OWN}.17.{port}")[f"{OWN}.17.{port}"]
        return octets.decode() if tag == "4" else str(int.from_bytes(octets, "big", signed=True))

    quick = device_of(0.1)
    seen: list[str] = []
    while len(set(seen)) < 4 or sorted(seen, key=float) in (seen, seen[::-1]):
        seen.append(read(quick, 5))

    assert read(device_of(1e6), 5) == text
    assert all(to <= float(one) <= float(text) for one in seen)
    assert {len(one.partition(".")[2]) for one in seen} == {len(text.partition(".")[2])}
    assert read(quick, 6) == text


def test_a_value_that_is_no_number_does_not_fall() -> None:
    """A port that is dark says so in words."""
    args: dict[str, Argument] = {"oid": f"{OWN}.17.5", "to": -27.0, "seconds": 0.1}
    switch = _device((*ROWS, f"{OWN}.17.5|4|-"), FaultSpec(kind="fading", args=args))

    assert told(switch, f"{OWN}.17.5")[f"{OWN}.17.5"] == b"-"


def test_a_device_reboots_after_some_requests() -> None:
    """Silence, then clocks and counters from zero, and other numbers (field notes C2, I1)."""
    switch = device("rebooted", after=2, lost=1, offset=10)

    before = [number(told(switch, oid)[oid]) for oid in (UP_TIME, f"{IN_OCTETS}.1")]
    lost = told(switch, NAME)
    rows = told(switch, UP_TIME, ENGINE_TIME, f"{IN_OCTETS}.11", f"{LAST_CHANGE}.13", f"{DESCR}.11")

    assert before == [before[0], 1]
    assert before[0] >= 8640000
    assert not lost
    assert 6000 <= number(rows[UP_TIME]) < 8640000
    assert 60 <= number(rows[ENGINE_TIME]) < 86400
    assert [number(rows[oid]) for oid in (f"{IN_OCTETS}.11", f"{LAST_CHANGE}.13")] == [0, 3000]
    assert rows[f"{DESCR}.11"] == b"ge1"


@pytest.mark.parametrize(
    ("kind", "args"),
    [
        ("other_address", {"address": "192.0.2.1"}),
        ("other_address", {"address": "here"}),
        ("dead_on_bulk", {"subtree": "ddm"}),
        ("renumbered", {"offset": 1, "indexed": "ifEntry"}),
        ("partial_table", {"entry": "", "rows": 1}),
    ],
)
def test_arguments_that_do_not_fit_are_refused(kind: str, args: dict[str, Argument]) -> None:
    """When the fault is set, and not when it is met."""
    with pytest.raises(ConfigError, match="do not fit"):
        device(kind, **args)


def test_every_kind_is_listed_with_its_arguments_and_what_it_does() -> None:
    """A user finds them without reading code."""
    kinds = {kind.name: kind for kind in listed()}

    assert set(kinds) == set(KINDS)
    assert all(re.fullmatch(r"[A-Z].+\.", kind.sentence) for kind in kinds.values())
    assert kinds["slow"].arguments == ("seconds: float",)
    assert kinds["duplicated"].arguments == ("count: int = 2",)


@pytest.fixture
def manager() -> Iterator[socket.socket]:
    """A socket that takes answers from anywhere."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as manager:
        manager.settimeout(PATIENCE_S)
        manager.bind(("127.0.0.1", 0))
        yield manager


def test_an_answer_comes_from_another_address_on_the_wire(manager: socket.socket) -> None:
    """Over UDP, from the same port (field notes A15)."""
    made = LabDevice(name="sw1", address="127.9.7.1", rows=ROWS, community="secret")
    with Lab([made]) as lab:
        lab.fault("sw1", "other_address", address="127.9.7.77")
        manager.sendto(request(), ("127.9.7.1", lab.port))
        _, elsewhere = manager.recvfrom(2000)
        lab.clear("sw1")
        manager.sendto(request(), ("127.9.7.1", lab.port))
        _, source = manager.recvfrom(2000)

    assert elsewhere == ("127.9.7.77", lab.port)
    assert source == ("127.9.7.1", lab.port)
