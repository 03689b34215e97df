"""A CPE of which its ACS tells: whose it is, whether it is up, how old what is told is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from tests.access.made_up import registry
from tests.access.played import stocked
from tests.acs.serving import MAC, NOW, SERIAL, FakeAcs, acs_server, at, tr098

from techinfo.access.answer import CpeAnswer
from techinfo.access.case.surroundings import Surroundings
from techinfo.access.freshness import CachePolicy
from techinfo.access.service import AccessService
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.access.viewer import Role, Viewer
from techinfo.acs.server import AcsClient, AcsServer
from techinfo.api.documents.case import live_case
from techinfo.api.onapi import parts
from techinfo.api.onapi.part_states import AssembledAnswer, assembled
from techinfo.collect import Collector, PollingLimits, Target
from techinfo.errors import (
    AcsError,
    AcsTimeoutError,
    DeadlineError,
    ForbiddenError,
    NotAvailableError,
    TechinfoError,
    WrongDeviceError,
)
from techinfo.model import Fact, State
from techinfo.snmp.interface import Conversation
from techinfo.wire import SnmpLimits

CPE = f"access_id: A-1, engine: none, acs: homes, serial_number: {SERIAL}"
Ask = Callable[[Troubleshooter], Awaitable[None]]


class Clock:
    """The time, which goes on when it is told to."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        """The time."""
        return self.now


@pytest.fixture(scope="module")
def running() -> Iterator[FakeAcs]:
    """One server for all tests."""
    with acs_server() as fake:
        yield fake


@pytest.fixture
def acs(running: FakeAcs) -> FakeAcs:
    """It holds one gateway, and has been asked nothing."""
    for name, value in vars(FakeAcs(url=running.url, devices=[tr098()])).items():
        setattr(running, name, value)
    return running


def _no_snmp(_target: Target, _limits: SnmpLimits) -> Conversation:
    raise AssertionError("an SNMP conversation was opened")


def _speak(
    folder: Path,
    acs: FakeAcs,
    ask: Ask,
    *,
    cpe: str = CPE,
    asks: bool = True,
    clock: Clock | None = None,
    more: str = "",
) -> None:
    now = clock or Clock()
    inventory = stocked(folder, f"accesses: [{{access_id: A-1}}]\ncpes: [{{{cpe}}}]{more}")

    async def spoken() -> None:
        client = AcsClient({"homes": AcsServer(url=acs.url, timeout_s=2.0)}) if asks else None
        limits = PollingLimits(min_interval_s=0.0)
        collector = Collector(registry(), _no_snmp, polling_limits=limits, acs=client, now=now)
        try:
            await ask(Troubleshooter(inventory, collector, now))
        finally:
            await collector.close()
            if client is not None:
                await client.close()

    asyncio.run(spoken())


def _answer(folder: Path, acs: FakeAcs, **more: Any) -> CpeAnswer:
    found: list[CpeAnswer] = []

    async def ask(network: Troubleshooter) -> None:
        found.append(await network.cpe("A-1", CachePolicy()))

    _speak(folder, acs, ask, **more)
    return found[0]


def _refusal(folder: Path, acs: FakeAcs, **more: Any) -> TechinfoError:
    with pytest.raises(TechinfoError) as caught:
        _answer(folder, acs, **more)
    return caught.value


def test_it_is_told_with_the_age_of_what_its_acs_keeps(tmp_path: Path, acs: FakeAcs) -> None:
    """In one request to the ACS; the CPE itself hears nothing."""
    answer = _answer(tmp_path, acs)

    assert answer.up is True
    assert answer.reading
    assert answer.reading.read_at == NOW - timedelta(seconds=60)
    body = parts.cpe(answer)
    assert (body["up"], body["model"], body["firmware"]) == (True, "Box 1", "1.2.3")
    assert body["upSince"]
    assert [(port["index"], port["link"]) for port in body["ports"]] == [
        (1, True),
        (2, False),
        (1001, True),
    ]
    assert "macAddressTable" not in body
    assert len(acs.asked) == 1


def test_one_that_was_not_heard_lately_is_neither_up_nor_down(tmp_path: Path, acs: FakeAcs) -> None:
    """It may speak with its ACS once a day."""
    acs.devices = [tr098(_lastInform=at(3600))]

    answer = _answer(tmp_path, acs)
    body = parts.cpe(answer)

    assert answer.up is None
    assert not {"up", "upSince"} & body.keys()
    assert body["model"] == "Box 1"


@pytest.mark.parametrize(
    ("known", "is_believed"),
    [
        (f"mac: '{MAC}'", True),
        (f"serial_number: {SERIAL.lower()}", False),
        (f"serial_number: {SERIAL}, mac: '02:00:00:00:00:99'", True),
        ("mac: '02:00:00:00:00:99'", False),
    ],
)
def test_it_is_believed_by_the_numbers_of_the_inventory(
    tmp_path: Path, acs: FakeAcs, known: str, *, is_believed: bool
) -> None:
    """An ACS compares serial numbers letter by letter."""
    cpe = f"access_id: A-1, engine: none, acs: homes, {known}"
    if is_believed:
        assert _answer(tmp_path, acs, cpe=cpe).reading
    else:
        assert isinstance(_refusal(tmp_path, acs, cpe=cpe), NotAvailableError)


def test_another_device_than_the_inventory_names_is_refused(tmp_path: Path, acs: FakeAcs) -> None:
    """Whatever the ACS answers."""
    acs.body = b'[{"_id": "x", "_deviceId": {"_SerialNumber": "SN7"}}]'

    assert isinstance(_refusal(tmp_path, acs), WrongDeviceError)


@pytest.mark.parametrize("status", [401, 500])
def test_an_acs_that_fails_says_nothing_of_the_cpe(
    tmp_path: Path, acs: FakeAcs, status: int
) -> None:
    """The CPE is not down for it."""
    acs.status = status

    error = _refusal(tmp_path, acs)

    assert isinstance(error, AcsError)
    assert error.address == acs.url


def test_the_last_known_is_told_of_an_acs_that_is_gone(tmp_path: Path, acs: FakeAcs) -> None:
    """Only to those who take what is stale."""
    clock = Clock()

    async def ask(network: Troubleshooter) -> None:
        await network.cpe("A-1", CachePolicy())
        clock.now += timedelta(seconds=90)
        acs.hangs = Event()
        with pytest.raises(AcsTimeoutError):
            await network.cpe("A-1", CachePolicy())
        clock.now += timedelta(seconds=90)
        stale = await network.cpe("A-1", CachePolicy(max_stale_s=3600))
        acs.hangs.set()
        assert stale.reading
        assert stale.reading.read_at == NOW - timedelta(seconds=60)

    _speak(tmp_path, acs, ask, clock=clock)


def test_a_young_answer_is_not_asked_for_again(tmp_path: Path, acs: FakeAcs) -> None:
    """The ACS is left alone as a switch is."""

    async def ask(network: Troubleshooter) -> None:
        for _ in range(3):
            await network.cpe("A-1", CachePolicy())

    _speak(tmp_path, acs, ask)

    assert len(acs.asked) == 1


def test_who_asks_no_acs_says_so(tmp_path: Path, acs: FakeAcs) -> None:
    """No SNMP agent is asked in its place."""
    assert "ACS" in str(_refusal(tmp_path, acs, asks=False))


def test_what_an_acs_does_not_keep_is_unsupported(tmp_path: Path, acs: FakeAcs) -> None:
    """MAC addresses and leases behind a CPE are never asked for."""
    reading = _answer(tmp_path, acs).reading

    assert reading
    states = {fact: part.state for fact, part in reading.parts.items()}
    assert states == {
        Fact.DEVICE: State.OK,
        Fact.LINK: State.OK,
        Fact.COUNTERS: State.OK,
        Fact.TRANSCEIVER: State.UNSUPPORTED,
        Fact.MACS: State.UNSUPPORTED,
        Fact.LEASES: State.UNSUPPORTED,
    }


@pytest.mark.parametrize(("ago_s", "is_told"), [(60.0, True), (1200.0, False)])
def test_no_verdict_stands_on_what_is_old(
    tmp_path: Path, acs: FakeAcs, ago_s: float, *, is_told: bool
) -> None:
    """A port without a link an hour ago may have one now."""
    device = tr098()
    rows = device["InternetGatewayDevice"]["LANDevice"]["1"]["LANEthernetInterfaceConfig"]
    rows["2"]["Status"]["_timestamp"] = at(ago_s)
    acs.devices = [device]
    cases: list[AssembledAnswer] = []

    async def ask(network: Troubleshooter) -> None:
        access = network.inventory.access("A-1")
        assert access
        answer = await network.cpe("A-1", CachePolicy())
        cases.append(await assembled(network, access, {"cpe": answer}))

    _speak(tmp_path, acs, ask)
    (told,) = cases
    case = live_case(told, Surroundings(expected={}, has_cpe=True))

    assert told.states()["cpe"]["source"] == "acs"
    assert ("cpe" in case["facts"]) is is_told
    assert case["parts"]["cpe"]["state"] == ("ok" if is_told else "unsupported")


@pytest.mark.parametrize(("since", "is_told"), [("2020-01-01", True), ("2026-11-29", False)])
def test_what_was_told_before_a_subscription_began_is_nobodys(
    tmp_path: Path, acs: FakeAcs, since: str, *, is_told: bool
) -> None:
    """The link of yesterday's tenant is not today's."""
    device = tr098()
    rows = device["InternetGatewayDevice"]["LANDevice"]["1"]["LANEthernetInterfaceConfig"]
    rows["1"]["Status"]["_timestamp"] = at(86_400.0)
    acs.devices = [device]
    subscribed = (
        f"{{subscription_id: S-1, access_id: A-1, provider: isp, service: BB, service_type: bb,"
        f" vlan: 7, connection_date: {since}}}"
    )
    told: list[CpeAnswer] = []

    async def ask(network: Troubleshooter) -> None:
        isp, other = (Viewer(name=n, role=Role.PROVIDER, provider=n) for n in ("isp", "tv"))
        service = AccessService(network)
        if is_told:
            told.append(await service.cpe(isp, "A-1", CachePolicy()))
        else:
            with pytest.raises(DeadlineError):
                await service.cpe(isp, "A-1", CachePolicy())
        with pytest.raises(ForbiddenError):
            await service.cpe(other, "A-1", CachePolicy())

    _speak(tmp_path, acs, ask, more=f"\nsubscriptions: [{subscribed}]")

    assert bool(told) is is_told
