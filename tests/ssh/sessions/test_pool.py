"""Who is asked, when, and by whom: sessions are kept, few, and end with manners."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from tests.ssh.sessions.talking import (
    HURRY,
    MACS,
    STATUS,
    TABLE,
    device,
    lab,
    run,
    until,
)

from techinfo.errors import (
    ConfigError,
    DeviceUnreachableError,
    DriverError,
    SshBusyError,
    SshError,
    SshHostKeyError,
)
from techinfo.lab.cli_device import CliFaults
from techinfo.lab.ssh_server import SshServer
from techinfo.ssh.sessions.memory import SshMemory
from techinfo.ssh.sessions.process import SessionProcess
from techinfo.ssh.sessions.target import SshTarget


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


def test_a_session_is_kept_for_whom_it_was_opened() -> None:
    """A device that has got another address in the inventory is another one."""
    before, after = device(), device("sw-2", outputs=())

    async def test() -> None:
        async with lab(before, after) as net:
            await net.pool.ask(net.target(), [STATUS])
            moved = replace(net.target("sw-2"), element="sw-1", host_key="")
            net.memory.forget("sw-1")
            (told,) = await net.pool.ask(moved, [STATUS])
            assert "Invalid input" in told.output.text

    run(test)

    assert before.heard[0].endswith("exit\n")


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


@pytest.mark.long
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
