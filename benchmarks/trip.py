"""The way of one question through the files: GET link/status of a switch that is known.

``python -m benchmarks.trip`` asks a recorded switch twice through the whole application, in one
process, and follows the second question: how many of our files it runs through, how many functions
and calls that takes, and how often it changes from one file to another. ``--files`` lists the
files with their calls. It ends with a line of JSON; with ``--check`` the exit status is 1 where
the way is longer than its aims.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any

import httpx
from tests.access import made_up as m
from tests.access.made_up import merged
from tests.access.played import Recordings, stocked
from tests.api.served import OPERATOR, serve

import techinfo

AIMS = {"files": 25, "changes": 250}
_OURS = str(Path(techinfo.__file__).parent)
_DRIVERS = "techinfo_drivers"
_PATH = "/2.6/tech/access/A-1/link/status"
_SITE = """
elements: [{name: sw, address: 192.0.2.3, sys_name: elm}]
accesses: [{access_id: A-1, element: sw, port: ge1, port_by: name}]
"""


class Trip:
    """What was run through between `start` and `stop`."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.functions: set[tuple[str, int]] = set()
        self.changes = 0
        self._last = ""

    def start(self) -> None:
        """Follow every call, in every thread."""
        threading.setprofile(self._seen)
        sys.setprofile(self._seen)

    def stop(self) -> None:
        """Follow no more."""
        sys.setprofile(None)
        threading.setprofile(None)

    def _seen(self, frame: FrameType, event: str, _: Any) -> None:
        if event != "call":
            return
        name = frame.f_code.co_filename
        if not name.startswith(_OURS) and _DRIVERS not in name:
            return
        self.calls[name] += 1
        self.functions.add((name, frame.f_code.co_firstlineno))
        if name != self._last:
            self.changes += 1
            self._last = name


def followed() -> Trip:
    """The way of the second question; the first one has met the switch."""
    trip = Trip()
    rows = merged(m.system("elm"), m.port(1, "ge1"), m.optics(1))
    with tempfile.TemporaryDirectory() as folder:
        served = serve(stocked(Path(folder), _SITE), Recordings({"192.0.2.3": rows}).open)

        async def words(client: httpx.AsyncClient) -> None:
            now = {"Cache-Control": "no-cache"}
            for follow in (False, True):
                if follow:
                    trip.start()
                answer = await client.get(_PATH, auth=OPERATOR, headers=now)
                trip.stop()
                if answer.status_code != 200 or answer.json().get("link") is not True:
                    raise RuntimeError(f"{answer.status_code}: {answer.text}")

        served.talk(words)
        served.inventory.close()
    return trip


def main() -> None:
    """Follow one question and tell its way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", action="store_true", help="list the files with their calls")
    parser.add_argument("--check", action="store_true", help="fail beyond the aims")
    options = parser.parse_args()
    trip = followed()
    if options.files:
        for name, calls in trip.calls.most_common():
            sys.stdout.write(f"{calls:6} {name}\n")
    found = {
        "files": len(trip.calls),
        "functions": len(trip.functions),
        "calls": trip.calls.total(),
        "changes": trip.changes,
    }
    sys.stdout.write(json.dumps({"name": "trip", **found, "aims": AIMS}) + "\n")
    if options.check and any(found[name] > aim for name, aim in AIMS.items()):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
