"""What it costs that an answer about people waits for its entry in the audit log.

``python -m benchmarks.audit`` asks a route that answers at once, through the audit log alone, over
a file in the current folder's file system, with some asking at a time: each answer waits for the
disk (``waits``) or does not (``notes``). It prints answers per second, the median and the 99th
percentile of an answer, and how many entries one commit wrote. It ends by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from tests.api.asgi_calls import InnerApp, ask

from techinfo.access.viewer import Role, Viewer
from techinfo.api.asgi.audit import AuditMiddleware
from techinfo.store.audit import AuditEntry, AuditFile
from techinfo.store.batches import Batches

_ISP = Viewer(name="isp", role=Role.PROVIDER, provider="isp")
_PATHS = {
    "waits": "/2.6/tech/access/A-1/link/macaddresstable",
    "notes": "/2.6/tech/access/A-1/link/status",
}


async def _round(app: AuditMiddleware, path: str, requests: int, at_once: int) -> list[float]:
    """Milliseconds of every answer."""
    taken: list[float] = []

    async def one() -> None:
        for _ in range(requests // at_once):
            began = time.perf_counter()
            await ask(app, path=path, state={"viewer": _ISP})
            taken.append((time.perf_counter() - began) * 1e3)

    await asyncio.gather(*(one() for _ in range(at_once)))
    return taken


def _measure(folder: Path, kind: str, requests: int, at_once: int) -> str:
    with AuditFile.open(folder / f"{kind}-{at_once}.sqlite") as file:
        entries = Batches[AuditEntry](file.write, "entries", most=requests + 1)
        began = time.perf_counter()
        taken = asyncio.run(
            _round(AuditMiddleware(InnerApp(), entries), _PATHS[kind], requests, at_once)
        )
        seconds = time.perf_counter() - began
        entries.close()
    shared = len(taken) / max(1, entries.written)
    return (
        f"{kind}, {at_once:>3} at once: {len(taken) / seconds:>7,.0f}/s,"
        f" median {statistics.median(taken):.2f} ms,"
        f" 99 % {statistics.quantiles(taken, n=100)[98]:.2f} ms, {shared:.1f} entries a commit"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=3000, help="in each round")
    parser.add_argument("--at-once", type=int, nargs="+", default=[1, 8, 64, 300])
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        for at_once in given.at_once:
            for kind in _PATHS:
                print(_measure(Path(folder), kind, given.requests, at_once))


if __name__ == "__main__":
    main()
