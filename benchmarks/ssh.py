"""CPU and time of a command on a kept SSH session, as a ratio to netmiko as it comes.

Run by hand from the top folder: ``python -m benchmarks.ssh``. It ends by itself, in less than a
minute. The lab's switch prints 200 lines over real SSH on loopback, from a process of its own; only
the client's CPU (user and system) is counted. The two take turns, and the median counts.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import resource
import time
from collections.abc import Callable
from multiprocessing.connection import Connection as Pipe
from statistics import median

from netmiko import ConnectHandler

from techinfo.collect.registry import cli_platforms
from techinfo.lab.cli_device import CliDevice
from techinfo.lab.ssh_server import SshServer
from techinfo.ssh.cli_recording import CliRecording, Output
from techinfo.ssh.sessions.connection import Connection, quiet
from techinfo.ssh.sessions.messages import Login, Order

_COMMAND = "show interfaces transceiver"
_ONE_PORT = "show interfaces GigabitEthernet1/0/7 transceiver"
_LINE = "Gi1/0/{0:<5} 31.4       3.31    21.5      -4.3      -11.2\n"
_ROUNDS = 5
_COMMANDS = 20
_LOGIN = Login(name="lab", user="techinfo", password="techinfo")  # noqa: S106 - of the lab


def _serve(pipe: Pipe) -> None:
    outputs = (
        Output(_COMMAND, "".join(_LINE.format(n) for n in range(200))),
        Output(_ONE_PORT, _LINE.format(7)),
    )
    device = CliDevice(name="sw", recording=CliRecording("cisco_ios", outputs))

    async def main() -> None:
        async with SshServer(device) as server:
            pipe.send(server.port)
            await asyncio.to_thread(pipe.recv)

    asyncio.run(main())


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _measured(ask: Callable[[], object]) -> tuple[float, float]:
    """CPU and median time of a command, in milliseconds."""
    times, before = [], _cpu()
    for _ in range(_COMMANDS):
        begun = time.perf_counter()
        ask()
        times.append(time.perf_counter() - begun)
    return (_cpu() - before) / _COMMANDS * 1e3, median(times) * 1e3


def _ours(port: int) -> Connection:
    cli = cli_platforms()["cisco_ios"].session
    if cli is None:
        raise SystemExit("no session is declared")
    made = Connection(Order(session="1", host="127.0.0.1", port=port, login=_LOGIN, cli=cli))
    made.open()
    return made


def _compare(port: int) -> None:
    ours = _ours(port)
    theirs = ConnectHandler(
        device_type="cisco_ios",
        host="127.0.0.1",
        port=port,
        username=_LOGIN.user,
        password=_LOGIN.password,
    )
    rounds: dict[str, list[tuple[float, float]]] = {"ours": [], "netmiko": [], "one port": []}
    for _ in range(_ROUNDS):
        rounds["ours"].append(_measured(lambda: ours.ask(_COMMAND)))
        rounds["netmiko"].append(_measured(lambda: theirs.send_command(_COMMAND)))
        rounds["one port"].append(_measured(lambda: ours.ask(_ONE_PORT)))
    ours.close()
    theirs.disconnect()
    found = {name: [median(v) for v in zip(*each, strict=True)] for name, each in rounds.items()}
    for name, (cpu, wall) in found.items():
        print(f"{name}: {cpu:.2f} ms of CPU, {wall:.2f} ms a command")
    cpu, wall = (a / b for a, b in zip(found["ours"], found["netmiko"], strict=True))
    print(f"ours to netmiko's: CPU {cpu:.2f}, time {wall:.3f}")


def main() -> None:
    """Print the figures."""
    quiet()
    here, there = multiprocessing.get_context("spawn").Pipe()
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(there,), daemon=True)
    server.start()
    _compare(here.recv())
    here.send(None)
    server.join(10)


if __name__ == "__main__":
    main()
