"""Log-ins: whom they are tried on, how, and when no more; real SSH on loopback."""

from __future__ import annotations

import asyncio
import ipaddress
from pathlib import Path

import pytest
from tests.ssh.sessions.talking import LOGIN, STATUS, TABLE, device, lab, login, run

from techinfo.errors import AddressNotAllowedError, SshError, SshLoginError
from techinfo.ssh.sessions.messages import Login


def _wrong() -> dict[str, Login]:
    return {"default": login("wrong")}


def test_a_log_in_that_was_refused_is_not_tried_again() -> None:
    """Until a person says so: the next one might lock the account."""
    switch = device()

    async def test() -> None:
        async with lab(switch, logins=_wrong()) as net:
            with pytest.raises(SshLoginError, match="refuses"):
                await net.pool.ask(net.target(), [STATUS])
            for _ in range(3):
                with pytest.raises(SshLoginError, match="stopped on it"):
                    await net.pool.ask(net.target(), [STATUS])
            assert switch.refused == 1
            net.pool.renew({"default": LOGIN}, {})
            net.memory.allow("default", "sw-1")
            assert (await net.pool.ask(net.target(), [STATUS]))[0].error is None

    run(test)


def test_a_log_in_is_stopped_where_nothing_can_be_written_down(tmp_path: Path) -> None:
    """Until the process ends; and a session is had, though its key is kept for as long only."""
    switch, other = device(), device("sw-2")
    other.faults.refuses = True

    async def test() -> None:
        async with lab(switch, other, path=tmp_path / "nowhere" / "ssh.json") as net:
            assert (await net.pool.ask(net.target(), [STATUS]))[0].error is None
            for _ in range(2):
                with pytest.raises(SshLoginError):
                    await net.pool.ask(net.target("sw-2"), [STATUS])
            assert net.memory.key_of("sw-1") == net.servers["sw-1"].host_key

    run(test)

    assert other.refused == 1


def test_three_devices_in_a_row_stop_a_log_in_everywhere() -> None:
    """Also where eight are asked at once: whoever may lock the operator out counts to three."""
    switches = [device(f"sw-{n}") for n in range(8)]

    async def test() -> None:
        async with lab(*switches, logins=_wrong()) as net:
            asked = [net.pool.ask(net.target(s.name), [STATUS]) for s in switches]
            told = await asyncio.gather(*asked, return_exceptions=True)
            assert all(isinstance(t, SshLoginError) for t in told)
            with pytest.raises(SshLoginError, match="everywhere"):
                await net.pool.ask(net.target("sw-0"), [STATUS])

    run(test)

    assert sum(s.refused for s in switches) == 3


def test_a_log_in_that_somebody_takes_is_counted_anew() -> None:
    """Two devices with another password, and one without: no row of three."""
    switches = [device(f"sw-{n}") for n in range(6)]
    for n, switch in enumerate(switches):
        switch.faults.refuses = bool(n % 3)

    async def test() -> None:
        async with lab(*switches) as net:
            for switch in switches:
                told = await asyncio.gather(
                    net.pool.ask(net.target(switch.name), [STATUS]), return_exceptions=True
                )
                assert isinstance(told[0], SshLoginError) == switch.faults.refuses
        assert net.memory.logins()["default"].everywhere == ""

    run(test)


def test_a_key_is_taken_in_place_of_a_password() -> None:
    """One that is locked, too."""
    import asyncssh

    made = asyncssh.generate_private_key("ssh-ed25519")
    shown = " ".join(made.export_public_key("openssh").decode().split()[:2])
    key = made.export_private_key("pkcs8-pem").decode()
    switch = device(keys=(shown,))
    logins = {"default": login("", key=key), "other": login("", key="no key")}

    async def test() -> None:
        async with lab(switch, logins=logins) as net:
            (told,) = await net.pool.ask(net.target(), [STATUS])
            assert told.output.text == TABLE
            await net.pool.close()
            with pytest.raises(SshError, match="private key"):
                await net.pool.ask(net.target(login="other", element="x"), [STATUS])

    run(test)


def test_a_password_is_given_where_it_is_asked_for_by_keyboard() -> None:
    """And is tried once."""
    switch = device(interactive=True)

    async def test() -> None:
        async with lab(switch, logins={"default": login(), "wrong": login("wrong")}) as net:
            (told,) = await net.pool.ask(net.target(), [STATUS])
            assert told.output.text == TABLE
            with pytest.raises(SshLoginError):
                await net.pool.ask(net.target(login="wrong", element="sw-9"), [STATUS])

    run(test)

    assert switch.refused == 1


def test_a_log_in_stays_within_its_networks() -> None:
    """Whatever the inventory says of where a device is."""
    switch = device()

    async def test() -> None:
        networks = {"default": [ipaddress.ip_network("192.0.2.0/24")]}
        async with lab(switch, networks=networks) as net:
            with pytest.raises(AddressNotAllowedError):
                await net.pool.ask(net.target(), [STATUS])

    run(test)

    assert switch.heard == []
