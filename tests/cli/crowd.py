"""A crowd at a running service: ``python -m tests.cli.crowd --rounds N`` (part of ``make soak``).

Three hundred callers, one right password, all at once and right after the start; twenty switches,
of which five are dead. What counts is how their questions end. Nobody hears that the collector is
down, as it is not; a question about a dead switch ends as that one's silence; whoever comes too
late to be served is told to come again, and when. No seconds are asserted: the machine may be slow.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from argon2 import PasswordHasher
from tests.access import made_up as m
from tests.access.made_up import lines, merged
from tests.cli.serving import Running

from techinfo.inventory import Inventory
from techinfo.lab import FaultSpec, Lab, LabDevice

AUTH = ("ops", "right-password-19")
_PATIENCE_S = 300.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """How many of all.

    Attributes:
        switches: Of which `dead` answer nothing.
        ports: On each switch, every one an access with a caller of its own.
    """

    switches: int = 20
    dead: int = 5
    ports: int = 15


@dataclass(kw_only=True, slots=True)
class Tally:
    """How questions ended: the status, and the code of an error.

    Attributes:
        living: About switches that answer.
        dead: About others.
        hasty: Told to come again without being told when.
    """

    living: Counter[str] = field(default_factory=Counter)
    dead: Counter[str] = field(default_factory=Counter)
    hasty: int = 0


@contextmanager
def crowded(folder: Path, size: Size, net: str) -> Iterator[Running]:
    """A service over switches of a lab, and an inventory of as many accesses as it has ports.

    Args:
        folder: For its files.
        size: How many of all.
        net: The first two numbers of the switches' addresses.
    """
    rows = [
        lines(merged(m.system(f"s{n}"), *(m.port(p, f"ge{p}") for p in range(1, size.ports + 1))))
        for n in range(size.switches)
    ]
    devices = [
        LabDevice(
            name=f"s{n}",
            address=f"{net}.{n}.1",
            rows=rows[n],
            community="c",
            faults=(FaultSpec(kind="silent"),) if n < size.dead else (),
        )
        for n in range(size.switches)
    ]
    with Lab(devices) as lab:
        _settle(folder, size, net, lab.port)
        with Running(folder, "serve", "-c", "techinfo.toml") as served:
            yield served


def _settle(folder: Path, size: Size, net: str, port: int) -> None:
    (folder / "community").write_text("c\n")
    (folder / "techinfo.toml").write_text(
        "[service]\nport = 0\n[credentials.default]\ncommunity_file = 'community'\n"
        f"[users.ops]\nrole = 'operator'\npassword_hash = '{PasswordHasher().hash(AUTH[1])}'\n"
        "[log]\nlevel = 'warning'\n"
    )
    for name in ("community", "techinfo.toml"):
        (folder / name).chmod(0o600)
    elements = [
        {"name": f"s{n}", "address": f"{net}.{n}.1", "port": port, "sys_name": f"s{n}"}
        for n in range(size.switches)
    ]
    accesses = [
        {"access_id": f"A-{n}-{p}", "element": f"s{n}", "port": f"ge{p}", "port_by": "name"}
        for n in range(size.switches)
        for p in range(1, size.ports + 1)
    ]
    told = json.dumps({"elements": elements, "accesses": accesses})
    (folder / "network.json").write_text(told)
    with Inventory.open(folder / "inventory.sqlite") as inventory:
        inventory.import_file(folder / "network.json")


async def throng(served: Running, size: Size) -> Tally:
    """Everybody asks at once; how it ended for each."""
    tally = Tally()
    where = [(n, p) for p in range(1, size.ports + 1) for n in range(size.switches)]
    url = urlsplit(served.url)
    asked = (_ask(url.hostname or "", url.port or 0, f"A-{n}-{p}") for n, p in where)
    for (n, _), (status, code, when) in zip(where, await asyncio.gather(*asked), strict=True):
        (tally.dead if n < size.dead else tally.living)[f"{status} {code}".strip()] += 1
        tally.hasty += status == 503 and not when
    return tally


async def _ask(host: str, port: int, access_id: str) -> tuple[int, str, str]:
    """Status, code and Retry-After of an answer."""
    secret = base64.b64encode(":".join(AUTH).encode()).decode()
    request = (
        f"GET /onapi/2.6/tech/access/{access_id}/link/status HTTP/1.1\r\nHost: {host}\r\n"
        f"Authorization: Basic {secret}\r\nCache-Control: no-cache\r\nConnection: close\r\n\r\n"
    )
    async with asyncio.timeout(_PATIENCE_S):
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(request.encode())
        octets = await reader.read()
        writer.close()
        await writer.wait_closed()
    head, _, body = octets.partition(b"\r\n\r\n")
    status, *headers = head.decode("latin-1").split("\r\n")
    told = {name.lower(): value for name, _, value in (h.partition(": ") for h in headers)}
    code = str(json.loads(body).get("code", ""))
    return int(status.split()[1]), code, told.get("retry-after", "")


def main() -> None:
    """Rounds of it, each with a service of its own."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=20)
    for number in range(arguments.parse_args().rounds):
        with tempfile.TemporaryDirectory() as folder, crowded(Path(folder), Size(), "127.23") as it:
            tally = asyncio.run(throng(it, Size()))
        told = f"round {number}: living {dict(tally.living)}, dead {dict(tally.dead)}\n"
        sys.stdout.write(told)
        sys.stdout.flush()
        wrong = failed(tally)
        if wrong:
            raise SystemExit(f"round {number}: {wrong}")


def failed(tally: Tally) -> str:
    """What must not be; empty when nothing is."""
    served = {"200", "503 overloaded"}
    silent = {"504 element_silent", "503 overloaded"}
    wrong = {f"living {how}" for how in tally.living.keys() - served}
    wrong |= {f"dead {how}" for how in tally.dead.keys() - silent}
    wrong |= {"nobody was served"} if not tally.living["200"] else set()
    wrong |= {f"{tally.hasty} are not told when to come again"} if tally.hasty else set()
    return ", ".join(sorted(wrong))


if __name__ == "__main__":
    main()
