"""Who is asked, when, and by whom: sessions are kept, few, and end with manners."""

from __future__ import annotations

import asyncio
import ipaddress
from dataclasses import replace

import pytest
from tests.ssh.sessions.talking import (
    HURRY,
    LOGIN,
    MACS,
    STATUS,
    TABLE,
    device,
    lab,
    login,
    run,
    until,
)

from techinfo.errors import (
    AddressNotAllowedError,
    ConfigError,
    DeviceUnreachableError,
    DriverError,
    SshBusyError,
    SshError,
    SshHostKeyError,
    SshLoginError,
)
from techinfo.lab.cli_device import CliFaults
from techinfo.lab.ssh_server import SshServer
from techinfo.ssh.sessions.memory import SshMemory
from techinfo.ssh.sessions.messages import Login
from techinfo.ssh.sessions.pool import SshTarget
from techinfo.ssh.sessions.process import SessionProcess


def test_a_session_is_kept_for_the_next_question() -> None:
    """One log-in, and one command a question."""
    switch = device()

    async def test() -> None:
        async with lab(switch) as net:
            for _ in range(5):
                (told,) = await net.pool.ask(net.target(), [STATUS])
                assert told.output.text == TABLE
        assert net.pool.counts.opened == 1

    run(test)

    assert switch.heard == [
        "terminal length 0\nterminal width 511\n" + f"{STATUS}\n" * 5 + "exit\n"
    ]


def test_questions_to_one_device_take_turns() -> None:
    """One session, whoever asks."""
    switch = device()

    async def test() -> None:
        async with lab(switch) as net:
            asked = [net.pool.ask(net.target(), [STATUS, MACS]) for _ in range(6)]
            told = await asyncio.gather(*asked)
        assert all(t[0].output.text == TABLE for t in told)

    run(test)

    assert switch.most == 1
    assert switch.commands == {STATUS: 6, MACS: 6}


def test_an_idle_session_is_ended() -> None:
    """With a log-out, so that the line is free again."""
    switch = device()

    async def test() -> None:
        async with lab(switch, idle_s=0.1) as net:
            await net.pool.ask(net.target(), [STATUS])
            await until(lambda: switch.open == 0)
            assert switch.heard[0].endswith("exit\n")
            await net.pool.ask(net.target(), [STATUS])
        assert net.pool.counts.opened == 2

    run(test)


def test_few_sessions_are_open_at_a_time() -> None:
    """One that nobody is at makes room; else the next one waits."""
    switches = [device(f"sw-{n}") for n in range(5)]
    seen: list[int] = []

    async def test() -> None:
        async with lab(*switches, most=2) as net:

            async def ask(name: str) -> None:
                (told,) = await net.pool.ask(net.target(name), [STATUS])
                assert told.output.text == TABLE
                seen.append(sum(s.open for s in switches))

            await asyncio.gather(*(ask(s.name) for s in switches))
            for switch in switches:
                await ask(switch.name)

    run(test)

    assert max(seen) <= 2


def test_a_session_that_has_died_meanwhile_is_opened_anew() -> None:
    """Nobody notices, as commands only read."""
    switch = device()

    async def test() -> None:
        async with lab(switch) as net:
            await net.pool.ask(net.target(), [STATUS])
            net.servers["sw-1"].hang_up()
            await until(lambda: switch.open == 0)
            (told,) = await net.pool.ask(net.target(), [STATUS])
        assert told.error is None
        assert told.output.text == TABLE

    run(test)


def test_who_does_not_wait_loses_only_the_answer() -> None:
    """The session goes on to its prompt, and answers the next one."""
    switch = device(faults=CliFaults(delay_s=0.3))

    async def test() -> None:
        async with lab(switch) as net:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await net.pool.ask(net.target(), [STATUS])
            (told,) = await net.pool.ask(net.target(), [MACS])
        assert told.output.text == "Mac Address Table\n"
        assert net.pool.counts.opened == 1

    run(test)


@pytest.mark.parametrize("command", ["reload", "show version", f"{STATUS}\nreload", "configure"])
def test_what_no_driver_declares_is_not_sent(command: str) -> None:
    """Nor is anything that was asked with it."""
    switch = device()

    async def test() -> None:
        async with lab(switch) as net:
            with pytest.raises(DriverError, match="declare"):
                await net.pool.ask(net.target(), [STATUS, command])
            with pytest.raises(DriverError, match="speak"):
                await net.pool.ask(net.target(platform="nobody"), [STATUS])
            with pytest.raises(ConfigError, match=r"ssh\.logins\.other"):
                await net.pool.ask(net.target(login="other"), [STATUS])

    run(test)

    assert switch.heard == []


# -- log-ins -----------------------------------------------------------------------------------


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


# -- devices -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "% Too many users",
        "Sorry, the maximum number of users is logged in. Try later.",
        "All user interfaces are used, please try later!",
        "The number of online users has reached the limit",
        "Sorry, session limit reached.",
    ],
)
def test_a_device_with_too_many_users_rests(words: str) -> None:
    """Ten minutes, in which others log in again."""
    switch = device(faults=CliFaults(too_many=words))
    now = [0.0]

    async def test() -> None:
        memory = SshMemory(None, clock=lambda: now[0])
        async with lab(switch, memory=memory) as net:
            for _ in range(3):
                with pytest.raises(SshBusyError):
                    await net.pool.ask(net.target(), [STATUS])
            assert len(switch.heard) == 1
            switch.faults.too_many = ""
            now[0] = 601.0
            assert (await net.pool.ask(net.target(), [STATUS]))[0].error is None

    run(test)


def test_a_host_key_that_has_changed_is_refused() -> None:
    """Nothing is sent, not even the user's name, until a person trusts the new one."""
    switch = device()

    async def test() -> None:
        async with lab(switch) as net:
            await net.pool.ask(net.target(), [STATUS])
            server = net.servers["sw-1"]
            first = server.host_key
            assert net.memory.key_of("sw-1") == first
            await server.stop()
            server.change_key()
            await server.start()
            with pytest.raises(SshHostKeyError, match="SHA256:"):
                await net.pool.ask(net.target(), [STATUS])
            assert len(switch.heard) == 1
            assert switch.refused == 0
            assert net.memory.hosts()["sw-1"].offered == server.host_key
            net.memory.trust("sw-1", server.host_key)
            assert (await net.pool.ask(net.target(), [STATUS]))[0].error is None

    run(test)


def test_the_inventory_may_say_what_a_host_key_is() -> None:
    """As a key or as its fingerprint; then the first one is not taken at sight."""
    switch = device()

    async def test() -> None:
        async with lab(switch) as net:
            with pytest.raises(SshHostKeyError):
                await net.pool.ask(net.target(host_key="SHA256:" + "A" * 43), [STATUS])
            assert net.memory.hosts() == {}
            key = net.servers["sw-1"].host_key
            assert (await net.pool.ask(net.target(host_key=key), [STATUS]))[0].error is None

    run(test)


def test_a_device_with_several_host_keys_is_asked_for_the_one_that_is_known() -> None:
    """It would show another one by itself; that one is no change."""
    switch = device()

    async def test() -> None:
        async with SshServer(switch, more_keys=["ssh-rsa"]) as server, lab() as net:
            (rsa,) = server.other_keys
            first = SshTarget(element="a", host=server.host, port=server.port, platform="cisco_ios")
            for name, key in (("a", server.host_key), ("b", rsa)):
                target = replace(first, element=name, host_key=key)
                assert (await net.pool.ask(target, [STATUS]))[0].error is None
                assert net.memory.key_of(name) == key

    run(test)


def test_a_port_on_which_nobody_listens_is_unreachable() -> None:
    """No rest, and no log-in that was refused."""
    switch = device()

    async def test() -> None:
        async with lab(switch) as net:
            await net.servers["sw-1"].stop()
            with pytest.raises(DeviceUnreachableError):
                await net.pool.ask(net.target(), [STATUS])
            with pytest.raises(DeviceUnreachableError):
                await net.pool.ask(net.target(host="no.such.host.invalid"), [STATUS])
            await net.servers["sw-1"].start()
            assert (await net.pool.ask(net.target(), [STATUS]))[0].error is None

    run(test)


@pytest.mark.parametrize("what", [b"", b"HTTP/1.0 400 Bad Request\r\n\r\n", b"SSH-2.0-x\r\n\0\0\0"])
def test_what_is_no_ssh_server_is_an_error_of_ours(what: bytes) -> None:
    """It hangs up, or speaks something else."""

    async def test() -> None:
        async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(what)
            writer.close()

        other = await asyncio.start_server(answer, "127.0.0.1", 0)
        async with other, lab(device(), patience=HURRY) as net:
            port = other.sockets[0].getsockname()[1]
            with pytest.raises(SshError):
                await net.pool.ask(net.target(port=port), [STATUS])

    run(test)


# -- the process -------------------------------------------------------------------------------


def test_the_sessions_stand_in_a_process_of_their_own() -> None:
    """When it ends, it is started anew; when its owner ends, it logs out and ends."""
    switch = device()

    async def test() -> None:
        sessions = SessionProcess(2)
        async with lab(switch, sessions=sessions) as net:
            (told,) = await net.pool.ask(net.target(), [STATUS])
            assert told.output.text == TABLE
            first = sessions.pid
            assert first is not None
            _kill(first)
            await until(lambda: sessions.pid is None)
            (told,) = await net.pool.ask(net.target(), [STATUS])
            assert told.output.text == TABLE
            assert sessions.pid not in (None, first)
        await until(lambda: switch.open == 0)

    run(test)

    assert switch.heard[-1].endswith("exit\n")


def test_a_process_that_is_stuck_is_ended() -> None:
    """Whoever asked hears so; the next question starts it anew."""

    async def test() -> None:
        sessions = SessionProcess(1)
        with pytest.raises(SshError, match="does not answer"):
            await sessions.order({"do": "wait for ever"}, 0.0)
        await until(lambda: sessions.pid is None)
        assert "error" in await sessions.order({"do": "wait for ever"}, 20.0)
        await sessions.close()

    run(test)


def _kill(pid: int) -> None:
    import os
    import signal

    os.kill(pid, signal.SIGKILL)
