"""What wrong passwords cost a right one, and what the door, the audit log and the quotas cost.

``python -m benchmarks.door`` starts ``techinfo serve`` as it is shipped, with Argon2 at its usual
cost, and asks it over real connections for what its cache has: with a right password that is
remembered, and with right ones that are checked for the first time; first alone, then while 10,000
wrong ones come in from the same address over a hundred connections. Then it measures a request in
this process, without a server. The last line is JSON: ``name``, ``ratio`` (what a remembered
password waits in the flood to what it waits alone, medians), ``aim`` and ``load``; exit status 1
beyond the aim. It ends by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from benchmarks.served import PASSWORD, agent, house, link_status, started, told
from pydantic import SecretStr

from techinfo.access.logins import Logins
from techinfo.api.asgi.interface import Front
from techinfo.api.asgi.middleware import MiddlewareStack
from techinfo.api.asgi.quotas import Quotas
from techinfo.config import QuotaSettings, User
from techinfo.store.audit import AuditEntry, AuditFile
from techinfo.store.batches import Batches
from techinfo.store.user_records import StoredUser, Use
from techinfo.store.users import UsersFile

_FIRST_CHECKS = 24
"""Users whose password is checked for the first time: half of them alone, half in the flood."""
AIM = 3.0
"""Times that a remembered password waits in the flood."""


@contextmanager
def _middleware() -> Iterator[MiddlewareStack]:
    """A provider that is asked with all the time."""
    hashed = PasswordHasher().hash(PASSWORD)
    with tempfile.TemporaryDirectory() as folder, AuditFile.open(Path(folder) / "audit") as audit:
        logins = Logins({"isp": User(role="provider", password_hash=SecretStr(hashed))})
        entries = Batches[AuditEntry](audit.write, "entries", most=1_000_000)
        plenty = QuotaSettings(requests_per_minute=100_000)
        yield MiddlewareStack(logins=logins, quotas=Quotas(plenty, logins), audit=entries)
        entries.close()


def _users(folder: Path) -> None:
    """Users of the users' file that were here before a restart."""
    hashed, now = PasswordHasher().hash(PASSWORD), datetime.now(UTC)
    with UsersFile.open(folder / "users.sqlite") as file:
        for n in range(_FIRST_CHECKS):
            file.add(StoredUser(name=f"user{n}", role="engineer", created=now))
            number = file.add_credential(f"user{n}", hashed, label="", now=now)
            file.note_uses([Use(user=f"user{n}", credential=number, at=now, address="127.0.0.1")])


class _Asker:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def connect(cls, port: int) -> _Asker:
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def ask(self, name: str, password: str) -> int:
        """The status of one request."""
        basic = base64.b64encode(f"{name}:{password}".encode()).decode()
        head = f"GET {link_status(1)} HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {basic}"
        self._writer.write(f"{head}\r\n\r\n".encode())
        answer = await self._reader.readuntil(b"\r\n\r\n")
        length = answer.lower().split(b"content-length:")[1].split(b"\r\n")[0]
        await self._reader.readexactly(int(length))
        return int(answer.split()[1])

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()


async def _right(port: int, users: list[str], stop: asyncio.Event | None = None) -> list[float]:
    """Milliseconds of each request, one every ten, until there are no more or it is enough."""
    asker = await _Asker.connect(port)
    taken = []
    for user in users:
        if stop is not None and stop.is_set():
            break
        began = time.perf_counter()
        status = await asker.ask(user, PASSWORD)
        if status != 200:
            raise SystemExit(f"a right password of {user} is answered {status}")
        taken.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(0.01)
    await asker.close()
    return taken


async def _wrong(port: int, guesses: Iterator[int], statuses: Counter[int]) -> None:
    asker = await _Asker.connect(port)
    for guess in guesses:
        statuses[await asker.ask("isp", f"guess {guess}")] += 1
    await asker.close()


async def _measure(port: int, wrong: int, connections: int) -> float:
    users = [f"user{n}" for n in range(_FIRST_CHECKS)]
    half = _FIRST_CHECKS // 2
    await _right(port, ["isp"])
    alone = await _right(port, ["isp"] * 500)
    first_alone = await _right(port, users[:half])

    statuses: Counter[int] = Counter()
    over = asyncio.Event()
    guesses = iter(range(wrong))
    flood = [asyncio.ensure_future(_wrong(port, guesses, statuses)) for _ in range(connections)]
    first_flooded = asyncio.ensure_future(_right(port, users[half:]))
    flooded = asyncio.ensure_future(_right(port, ["isp"] * 1_000_000, over))
    began = time.perf_counter()
    await asyncio.gather(*flood)
    taken = time.perf_counter() - began
    over.set()
    ratio = _told("a remembered password", alone, await flooded)
    _told("a first check", first_alone, await first_flooded)
    print(f"{wrong:,} wrong ones in {taken:.0f} s, answered {dict(statuses)}")
    return ratio


def _told(what: str, alone: list[float], flooded: list[float]) -> float:
    before, during = statistics.median(alone), statistics.median(flooded)
    late = [statistics.quantiles(taken, n=20)[-1] for taken in (alone, flooded)]
    print(
        f"{what}: {before:.2f} ms alone, {during:.2f} ms in the flood, ratio {during / before:.2f};"
        f" 95 % within {late[0]:.2f} and {late[1]:.2f} ms ({len(flooded)} in the flood)"
    )
    return during / before


async def _ask_in_process(requests: int) -> None:
    """What one request costs in the middleware, remembered, counted and written down."""

    async def room(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def nowhere(_: Any) -> None:
        return None

    basic = base64.b64encode(f"isp:{PASSWORD}".encode())
    headers = [(b"host", b"x"), (b"accept", b"*/*"), (b"authorization", b"Basic " + basic)]

    async def ask(app: Any) -> None:
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/2.6/tech/access/A-1/link/status",
            "headers": headers,
            "client": ("127.0.0.1", 1),
            "state": {},
        }
        await app(scope, None, nowhere)

    with _middleware() as middleware:
        front = Front(room)
        middleware.add_to(front)
        through = front.app
        costs = {}
        for name, app in (("nothing", room), ("the middleware", through)):
            await ask(app)
            began = time.perf_counter()
            for _ in range(requests):
                await ask(app)
            costs[name] = (time.perf_counter() - began) / requests * 1e6
    print(
        f"door, audit log and quotas: {costs['the middleware'] - costs['nothing']:.0f} us a request"
        f" ({requests:,} requests)"
    )


def main() -> int:
    """Measure and print; 1 beyond the aim."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--wrong", type=int, default=10_000, help="wrong passwords")
    parser.add_argument("--connections", type=int, default=100, help="that they come over")
    parser.add_argument("--requests", type=int, default=50_000, help="in this process")
    args = parser.parse_args()
    with agent() as there, tempfile.TemporaryDirectory(prefix="ti-") as name:
        folder = Path(name)
        house(folder, there.port)
        _users(folder)
        with started(folder, there) as service:
            ratio = asyncio.run(_measure(service.port, args.wrong, args.connections))
    asyncio.run(_ask_in_process(args.requests))
    return told("door", ratio, AIM)


if __name__ == "__main__":
    sys.exit(main())
