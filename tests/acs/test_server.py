"""GenieACS is asked with one GET, and what it answers is bounded and checked."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from threading import Event

import pytest
from tests.acs.serving import (
    MAC,
    NOW,
    PASSWORD,
    SERIAL,
    USER,
    FakeAcs,
    acs_server,
    tr098,
    tr181,
)

from techinfo.acs.parameters import Wanted
from techinfo.acs.server import AcsClient, AcsServer
from techinfo.errors import (
    AcsError,
    AcsLoginError,
    AcsTimeoutError,
    AcsUnknownError,
    AddressNotAllowedError,
    ConfigError,
    TechinfoError,
    WrongDeviceError,
)

BY_SERIAL, BY_MAC = Wanted(serial_number=SERIAL), Wanted(mac=MAC)


@pytest.fixture(scope="module")
def running() -> Iterator[FakeAcs]:
    """One server for all tests."""
    with acs_server() as fake:
        yield fake


@pytest.fixture
def acs(running: FakeAcs) -> FakeAcs:
    """It holds one gateway, and has been asked nothing."""
    fresh = FakeAcs(url=running.url, devices=[tr098()])
    for name, value in vars(fresh).items():
        setattr(running, name, value)
    return running


class Clock:
    """Seconds that go on when they are told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """The time."""
        return self.now


def _spoken(
    server: AcsServer, words: Callable[[AcsClient], Awaitable[None]], clock: Clock | None = None
) -> None:
    async def spoken() -> None:
        client = AcsClient({"homes": server}, clock or Clock())
        try:
            await words(client)
        finally:
            await client.close()

    asyncio.run(spoken())


def _refusal(server: AcsServer, wanted: Wanted = BY_SERIAL) -> TechinfoError:
    """The error that comes of a question."""
    caught: list[TechinfoError] = []

    async def asked(client: AcsClient) -> None:
        with pytest.raises(TechinfoError) as raised:
            await client.ask("homes", wanted, NOW)
        caught.append(raised.value)

    _spoken(server, asked)
    return caught[0]


@pytest.mark.parametrize("wanted", [BY_SERIAL, BY_MAC, Wanted(serial_number="SN9", mac=MAC)])
@pytest.mark.parametrize("device", [tr098(), tr181()])
def test_a_cpe_is_found_by_serial_number_or_mac(
    acs: FakeAcs, wanted: Wanted, device: dict[str, object]
) -> None:
    """In one request, which reads and does nothing else."""
    acs.devices = [tr098("SN7", "02:00:00:00:00:07"), device]

    async def asked(client: AcsClient) -> None:
        found = await client.ask("homes", wanted, NOW)
        assert (found.device.serial_number, found.device.macs) == (SERIAL, (MAC,))

    _spoken(AcsServer(url=acs.url), asked)

    assert [(method, path) for method, path, _ in acs.asked] == [("GET", "/devices/")]


def test_one_that_was_found_is_looked_up_by_its_id(acs: FakeAcs) -> None:
    """The server has an index of that; one that has gone from there is searched for again."""

    async def asked(client: AcsClient) -> None:
        await client.ask("homes", BY_SERIAL, NOW)
        await client.ask("homes", BY_SERIAL, NOW)
        acs.devices = [tr098(_id="another-id")]
        await client.ask("homes", BY_SERIAL, NOW)

    _spoken(AcsServer(url=acs.url), asked)

    first, again, gone, searched = acs.queries()
    assert "$or" in first
    assert again == gone == {"_id": f"020000-Box-{SERIAL}"}
    assert searched == first


def test_under_an_id_that_has_become_anothers_nothing_is_told(acs: FakeAcs) -> None:
    """Who it is is looked at in every answer."""

    async def asked(client: AcsClient) -> None:
        await client.ask("homes", BY_SERIAL, NOW)
        acs.devices = [tr098("SN7", _id=f"020000-Box-{SERIAL}")]
        with pytest.raises(WrongDeviceError):
            await client.ask("homes", BY_SERIAL, NOW)

    _spoken(AcsServer(url=acs.url), asked)


def test_one_that_it_does_not_know_is_unknown(acs: FakeAcs) -> None:
    """That is no error of the CPE."""
    acs.devices = []

    assert isinstance(_refusal(AcsServer(url=acs.url)), AcsUnknownError)


def test_two_of_one_serial_number_are_told_apart_by_their_mac_alone(acs: FakeAcs) -> None:
    """Two makers may count alike."""
    acs.devices = [tr098(), tr181(mac="02:00:00:00:00:07", _id="other")]

    async def asked(client: AcsClient) -> None:
        both = Wanted(serial_number=SERIAL, mac=MAC)
        assert (await client.ask("homes", both, NOW)).device.model == "Box 1"

    _spoken(AcsServer(url=acs.url), asked)
    error = _refusal(AcsServer(url=acs.url))

    assert type(error) is AcsError
    assert "several" in str(error)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "no JSON"),
        (b"<html>", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b'[{"a": NaN}]', "no JSON"),
        (b"[" + b"9" * 10_000 + b"]", "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b'{"_id": "x"}', "no list"),
        (b"[1, 2]", "no list"),
        (b"[" + b" " * (2 * 2**20 + 1) + b"]", "more than 2 MiB"),
    ],
)
def test_an_answer_that_cannot_be_used_is_an_error(acs: FakeAcs, body: bytes, why: str) -> None:
    """Bounded in size and depth, and checked in form."""
    acs.body = body

    error = _refusal(AcsServer(url=acs.url))

    assert type(error) is AcsError
    assert why in str(error)


def test_another_device_than_was_asked_for_is_refused(acs: FakeAcs) -> None:
    """Whatever a server answers to a question."""
    acs.body = b'[{"_id": "other", "_deviceId": {"_SerialNumber": "SN7"}}]'

    assert isinstance(_refusal(AcsServer(url=acs.url)), WrongDeviceError)


@pytest.mark.parametrize(("status", "kind"), [(500, AcsError), (404, AcsError), (302, AcsError)])
def test_a_status_other_than_200_is_an_error(
    acs: FakeAcs, status: int, kind: type[TechinfoError]
) -> None:
    """No redirect is followed: a password would go along."""
    acs.status = status

    error = _refusal(AcsServer(url=acs.url))

    assert type(error) is kind
    assert str(status) in str(error)
    assert len(acs.asked) == 1


def test_a_credential_is_sent_and_a_refused_one_rests(acs: FakeAcs) -> None:
    """A wrong password is not tried again for every CPE."""
    acs.logs_in = True
    server = AcsServer(url=acs.url, user=USER, password="wrong")  # noqa: S106
    clock = Clock()

    async def asked(client: AcsClient) -> None:
        for _ in range(3):
            with pytest.raises(AcsLoginError):
                await client.ask("homes", BY_SERIAL, NOW)
        assert len(acs.asked) == 1
        clock.now += 601
        with pytest.raises(AcsLoginError):
            await client.ask("homes", BY_SERIAL, NOW)
        assert len(acs.asked) == 2
        client.renew({"homes": replace(server, password=PASSWORD)})
        assert (await client.ask("homes", BY_SERIAL, NOW)).device.model == "Box 1"

    _spoken(server, asked, clock)
    assert "wrong" not in repr(server)


def test_a_silent_server_is_not_waited_for_again_and_again(acs: FakeAcs) -> None:
    """Of the CPE that says nothing."""
    acs.hangs = Event()

    async def asked(client: AcsClient) -> None:
        for _ in range(3):
            with pytest.raises(AcsTimeoutError):
                await client.ask("homes", BY_SERIAL, NOW)

    _spoken(AcsServer(url=acs.url, timeout_s=0.3), asked)
    acs.hangs.set()

    assert len(acs.asked) == 1


def test_no_more_than_eight_questions_are_put_to_it_at_a_time(acs: FakeAcs) -> None:
    """Who waits for a turn does not take the server for silent, and asks no silent one."""
    acs.hangs = Event()

    async def asked(client: AcsClient) -> None:
        each = (Wanted(serial_number=f"SN{n}") for n in range(20))
        questions = (client.ask("homes", wanted, NOW) for wanted in each)
        errors = await asyncio.gather(*questions, return_exceptions=True)
        assert {type(error) for error in errors} == {AcsTimeoutError}

    _spoken(AcsServer(url=acs.url, timeout_s=0.5), asked)
    acs.hangs.set()

    assert len(acs.asked) <= 8


def test_a_server_that_is_not_there_is_silent() -> None:
    """Nobody listens on the port."""
    assert isinstance(_refusal(AcsServer(url="http://127.0.0.1:1")), AcsTimeoutError)


def test_nothing_is_sent_outside_its_networks(acs: FakeAcs) -> None:
    """Wherever its name leads."""
    url = acs.url.replace("127.0.0.1", "localhost")
    elsewhere = (ipaddress.ip_network("192.0.2.0/24"),)

    error = _refusal(AcsServer(url=url, networks=elsewhere))

    assert isinstance(error, AddressNotAllowedError)
    assert not acs.asked

    async def asked(client: AcsClient) -> None:
        assert (await client.ask("homes", BY_SERIAL, NOW)).device.model == "Box 1"

    _spoken(AcsServer(url=url, networks=(ipaddress.ip_network("127.0.0.0/8"),)), asked)


def test_one_that_is_not_configured_is_an_error_of_the_settings() -> None:
    """It names the key."""

    async def asked(client: AcsClient) -> None:
        with pytest.raises(ConfigError) as raised:
            await client.ask("others", BY_SERIAL, NOW)
        assert raised.value.key == "acs.others"

    _spoken(AcsServer(url="http://127.0.0.1:1"), asked)
