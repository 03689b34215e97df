"""Look-ups of DHCP identifiers in a network of a million accesses, and in a log of a million lines.

``python -m benchmarks.lookup`` makes up a network, imports it into files of their own, and prints:
how much more a look-up costs among all accesses than among a hundredth of them; what the route
costs against a route that answers a constant through the same layers; how much memory the service
has; how much more a line of a log costs whose identifier is new in it, in this process; and how
many lines of a log a second of CPU resolves, the start of the command with them. Ratios are from
turns in one run, so other work on the machine hits both sides. It ends by itself, in some ten
minutes, and removes its files. ``--accesses 100000 --lines 100000`` is a quick look.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

import httpx
import uvicorn
from fastapi.responses import JSONResponse
from tests.access.played import Recordings
from tests.api.served import OPERATOR, serve

from techinfo.access.log_lookup import LogLookup
from techinfo.access.lookup import Lookup, Match
from techinfo.api.dependencies import CurrentAppState, CurrentUser
from techinfo.api.errors import PERSONAL
from techinfo.api.onapi.lookup import MATCH_HEADER
from techinfo.cli.lookup_log import LOOKS_FOR_GARBAGE
from techinfo.dhcp.log_lines import LogTime
from techinfo.dhcp.mentions import Mention, of_mention
from techinfo.inventory import Inventory
from techinfo.server import web

_PORTS = 48
_ROUNDS = 7
_AT_ONCE = 400
_SHARE = 100
_RENEWALS = 10
"""Lines of a log for each access that is in it."""
_NEW_LINES = 50_000
_LONGEST_S = 1800


def _mac(switch: int) -> bytes:
    return b"\x02" + switch.to_bytes(5, "big")


def _values(access: int) -> tuple[bytes, bytes]:
    """Circuit-id and remote-id of an access, as the layout of its switch has them."""
    switch, port = divmod(access, _PORTS)
    return b"\x00\x04\x00\x64\x01" + bytes([port + 1]), b"\x00\x06" + _mac(switch)


def _import(folder: Path, accesses: int) -> None:
    """A network in the three files that an operator would have, imported."""
    folder.mkdir()
    with (folder / "elements.csv").open("w") as elements:
        elements.write("name,address,mac,layout\n")
        for switch in range(-(-accesses // _PORTS)):
            host = f"10.{switch >> 16}.{switch >> 8 & 255}.{switch & 255}"
            elements.write(f"s{switch},{host},{_mac(switch).hex(':')},cisco-ios-mac\n")
    with (folder / "accesses.csv").open("w") as rows:
        rows.write("access_id,element,port,module,port_number\n")
        for access in range(accesses):
            switch, port = divmod(access, _PORTS)
            rows.write(f"A-{access},s{switch},ge{port + 1},1,{port + 1}\n")
    (folder / "services.yaml").write_text("services: [{vlan: 100, service_type: bb}]\n")
    names = ("elements.csv", "accesses.csv", "services.yaml")
    with Inventory.open(folder / "inventory.sqlite", synchronous="OFF") as inventory:
        inventory.import_files([folder / name for name in names])


def _imported(folder: Path, accesses: int) -> Path:
    """The inventory's file; made in a process of its own, whose memory is nobody's here."""
    begun = time.monotonic()
    worker = multiprocessing.Process(target=_import, args=(folder, accesses))
    worker.start()
    worker.join(_LONGEST_S)
    if worker.exitcode != 0:
        worker.kill()
        raise SystemExit("the import has failed, or takes too long")
    path = folder / "inventory.sqlite"
    size = path.stat().st_size / 2**20
    print(f"imported {accesses:,} accesses in {time.monotonic() - begun:.0f} s: {size:.0f} MiB")
    return path


def _resolving(inventory: Inventory, accesses: int, seed: int) -> Callable[[], float]:
    """A turn of look-ups among so many accesses; gives the CPU of one, in microseconds."""
    lookup, draw = Lookup(inventory), random.Random(seed)  # noqa: S311 - a sample, no secret

    def turn() -> float:
        wanted = [draw.randrange(accesses) for _ in range(_AT_ONCE)]
        asked = [
            of_mention(Mention(circuit=b"0x" + c.hex().encode(), remote=b"0x" + r.hex().encode()))
            for c, r in map(_values, wanted)
        ]
        begun = time.process_time()
        found = [lookup.resolve([one])[0] for one in asked]
        spent = time.process_time() - begun
        for access, match in zip(wanted, found, strict=True):
            if not isinstance(match, Match) or match.access_id != f"A-{access}":
                raise SystemExit(f"access {access} is not found: {match}")
        return spent / _AT_ONCE * 1e6

    return turn


def _turns(*turns: Callable[[], float]) -> list[float]:
    """The median of each, taken in turns."""
    spent: list[list[float]] = [[] for _ in turns]
    for _ in range(_ROUNDS):
        for number, turn in enumerate(turns):
            spent[number].append(turn())
    return [median(one) for one in spent]


def _serve(path: Path, channel: Connection) -> None:
    """The service over an inventory, with a route beside it that answers a constant."""
    with Inventory.open(path) as inventory:
        app = serve(inventory, Recordings({}).open).app

        async def constant(user: CurrentUser, app_state: CurrentAppState) -> JSONResponse:
            del user, app_state
            headers = PERSONAL | {MATCH_HEADER: "stored"}
            return JSONResponse({"accessId": "A-500000"}, headers=headers)

        app.add_api_route("/2.6/constant", constant)
        listening = web.bound("127.0.0.1", 0)
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off")
        server = uvicorn.Server(config)
        channel.send(listening.getsockname()[1])

        async def until_told() -> None:
            serving = asyncio.create_task(server.serve(sockets=[listening]))
            loop = asyncio.get_running_loop()
            while await loop.run_in_executor(None, channel.recv) != "end":
                channel.send((time.process_time(), _resident()))
            server.should_exit = True
            await serving

        asyncio.run(until_told())


def _resident() -> int:
    """Octets of memory that this process has in use."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _over_http(path: Path, accesses: int) -> None:
    """The route against the constant, and the memory of the service after it."""
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(path, theirs))
    server.start()
    try:
        if not ours.poll(60):
            raise SystemExit("the service does not start")
        port = ours.recv()
        draw = random.Random(3)  # noqa: S311 - a sample, no secret
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", auth=OPERATOR) as client:

            def turn(query: Callable[[], str]) -> Callable[[], float]:
                def asked() -> float:
                    queries = [query() for _ in range(_AT_ONCE)]
                    begun = _spent(ours)
                    for one in queries:
                        client.get(one).raise_for_status()
                    return (_spent(ours) - begun) / _AT_ONCE * 1e6

                return asked

            def looked_up() -> str:
                circuit, remote = _values(draw.randrange(accesses))
                both = f"ipv4circuitid=0x{circuit.hex()}&ipv4remoteid=0x{remote.hex()}"
                return f"/2.6/dhcplookup?{both}"

            constant = "/2.6/constant?ipv4circuitid=0x000400640101&ipv4remoteid=0x0006020000000000"
            spent = _turns(turn(looked_up), turn(lambda: constant))
        ours.send("?")
        resident = ours.recv()[1]
    finally:
        ours.send("end")
        server.join(20)
        if server.is_alive():
            server.kill()
    print(f"route: {spent[0]:.0f} µs of CPU a request, a constant {spent[1]:.0f} µs:", end=" ")
    print(f"{spent[0] / spent[1]:.2f} times")
    print(f"memory of the service: {resident / 2**20:.0f} MiB")


def _spent(channel: Connection) -> float:
    channel.send("?")
    spent: float = channel.recv()[0]
    return spent


def _lines(accesses: int, lines: int, renewals: int = _RENEWALS) -> Iterator[str]:
    """The logs of three servers in one: Kea's forensic log and leases, and FreeRADIUS.

    A client is one server's. A quarter of the lines has no identifier, a hundredth is garbage.
    """
    draw = random.Random(5)  # noqa: S311 - a sample, no secret
    clients = [draw.randrange(accesses) for _ in range(max(1, lines // renewals))]
    for number in range(lines):
        access = draw.choice(clients)
        circuit, remote = _values(access)
        time_ = f"2026-11-{number * 27 // lines + 1:02} {number % 24:02}:{number % 60:02}:00"
        client = f"10.0.{access >> 8 & 255}.{access & 255}"
        option = f"0x0106{circuit.hex()}0208{remote.hex()}".upper().replace("0X", "0x")
        if number % 100 == 3:
            yield "\x00\x7f garbage circuit-id"
            continue
        if number % 4 == 3:
            yield f"{time_} vm dhcpd[1]: DHCPACK on {client} to 02:82:00:00:00:04 (host)"
            continue
        match access % 3:
            case 0:
                yield (
                    f"{time_} CET Address: {client} has been assigned for 1 hrs 0 mins 0 secs to a "
                    f"device with hardware address: hwtype=1 02:82:00:00:00:04, client-id: "
                    f"01:02:82:00:00:00:04 connected via relay at address: 10.82.0.2, identified "
                    f"by circuit-id: {circuit.hex(':')} and remote-id: {remote.hex(':')}, context: "
                    f'{{ "ISC": {{ "relay-agent-info": {{ "remote-id": "{remote.hex().upper()}", '
                    f'"sub-options": "{option}" }} }} }}'
                )
            case 1:
                yield (
                    f"{client},02:82:00:00:00:04,01:02:82:00:00:00:04,3600,1795240616,1,0,0,h,0,"
                    f'{{ "ISC": {{ "relay-agent-info": {{ "remote-id": "{remote.hex().upper()}"'
                    f'&#x2c "sub-options": "{option}" }} }} }},0'
                )
            case _:
                yield (
                    f"{time_} DHCP-Request mac=02:82:00:00:00:04 ip={client} "
                    f"circuit=0x{circuit.hex()} remote=0x{remote.hex()}"
                )


def _new(path: Path, accesses: int) -> None:
    """Lines of a log, most of them of another client each, and then the same once more."""
    log = [one.encode() for one in _lines(accesses, _NEW_LINES, 1) if " dhcpd" not in one]
    read: list[float] = []

    def twice() -> Iterator[bytes]:
        for _ in range(2):
            read.append(time.process_time())
            yield from log

    looked = gc.get_threshold()
    gc.set_threshold(*LOOKS_FOR_GARBAGE)
    with Inventory.open(path) as inventory:
        work = LogLookup(inventory, LogTime(UTC, datetime.now(UTC)))
        found = sum(map(len, work.resolve(twice())))
        read.append(time.process_time())
    gc.set_threshold(*looked)
    more = (read[1] - read[0]) - (read[2] - read[1])
    new = work.counted.distinct
    print(f"{new:,} new identifiers among {found // 2:,}: {more / new * 1e6:.0f} µs of CPU each")


def _log(folder: Path, inventory: Path, accesses: int, lines: int) -> None:
    """``techinfo lookup --log`` over a log of so many lines."""
    log, config = folder / "dhcp.log", folder / "techinfo.toml"
    with log.open("w") as file:
        file.writelines(f"{line}\n" for line in _lines(accesses, lines))
    config.write_text(f'[inventory]\npath = "{inventory}"\n')
    arguments = ["-m", "techinfo.cli", "lookup", "--log", str(log), "--config", str(config)]
    with (folder / "errors").open("w+") as errors:
        running = subprocess.Popen(  # noqa: S603 - this program itself
            [sys.executable, *arguments], stdout=subprocess.DEVNULL, stderr=errors
        )
        _, status, used = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        said = errors.read().splitlines()[:3]
    spent = used.ru_utime + used.ru_stime
    print(f"log of {lines:,} lines ({log.stat().st_size / 2**20:.0f} MiB): {spent:.1f} s of CPU,")
    print(
        f"  {lines / spent:,.0f} lines a second of CPU, {used.ru_maxrss / 2**10:.0f} MiB;", end=" "
    )
    print(f"exit status {running.returncode}")
    print("  " + "\n  ".join(said))


def main() -> None:
    """Import, look up, ask over HTTP, read a log; print what it cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accesses", type=int, default=1_000_000)
    parser.add_argument("--lines", type=int, default=1_000_000)
    told = parser.parse_args()
    few = max(told.accesses // _SHARE, _PORTS)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        small, large = _imported(folder / "few", few), _imported(folder / "all", told.accesses)
        with Inventory.open(small) as one, Inventory.open(large) as other:
            cost = _turns(_resolving(one, few, 1), _resolving(other, told.accesses, 2))
        print(
            f"look-up among {few:,}: {cost[0]:.0f} µs of CPU, among all {cost[1]:.0f} µs:", end=" "
        )
        print(f"{cost[1] / cost[0]:.2f} times")
        _new(large, told.accesses)
        _over_http(large, told.accesses)
        _log(folder, large, told.accesses, told.lines)


if __name__ == "__main__":
    main()
