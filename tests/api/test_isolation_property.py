"""Nothing of one provider in anything that another can fetch, whatever the network is like."""

from __future__ import annotations

import os
import re
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from tests.access.made_up import NOW
from tests.access.played import Clock, Recordings, imported, stocked
from tests.api import random_network as net
from tests.api.served import CHEAP
from tests.api.ticketed import Ticketed, created, settled, ticketed

from techinfo.access.freshness import CachePolicy
from techinfo.access.past import History
from techinfo.collect import PollingLimits
from techinfo.config import User
from techinfo.history.links import Transition
from techinfo.history.recording import Recorder
from techinfo.history.store import HistoryFile
from techinfo.history.whereabouts import on_free_ports, said_on_free_ports
from techinfo.history.writing import HistoryWriter, PollNote, PortNote
from techinfo.inventory import Inventory
from techinfo.inventory.works import Works
from techinfo.inventory.works.records import scope_of
from techinfo.polling.due import Rhythm
from techinfo.polling.poller import EVERYWHERE, Poller

_PASSWORD = "sesame"  # noqa: S105 - of the test
_HASH = SecretStr(CHEAP.hash(_PASSWORD))
USERS = {
    name: User(role="provider", password_hash=_HASH, provider=name) for name in net.PROVIDERS
} | {"ops": User(role="operator", password_hash=_HASH)}
_MARKER = re.compile(
    r"02:5A:[0-9A-F:]{11}|100\.\d+\.\d+\.77|233\.\d+\.\d+\.77|REF-\d+-[abc]-END", re.IGNORECASE
)


def paths(access: str) -> list[str]:
    """All that can be asked about one access."""
    tech = f"/2.6/tech/access/{access}"
    return [
        f"{tech}/hardware",
        f"{tech}/link/status",
        f"{tech}/link/macaddresstable",
        f"{tech}/link/leaseinfo",
        f"{tech}/link/igmpsnooping",
        f"/2.6/tech/cpe/{access}/status",
        tech,
        f"/techinfo/v1/access/{access}",
        f"/techinfo/v1/dump/{access}",
        f"/techinfo/v1/diagnosis/{access}",
        f"/techinfo/v1/history/{access}",
        f"/techinfo/v1/timeline/{access}",
        f"/techinfo/v1/installation/{access}",
        f"/techinfo/v1/disturbances?accessId={access}",
        f"/techinfo/v1/search?q={access}",
        f"/techinfo/v1/works?accessId={access}",
        f"/2.6/accesses/{access}",
        f"/2.6/subscriptions/{access}",
        f"/2.6/services/{access}",
        f"/2.3.1/accesses/{access}/link",
        f"/2.4/tech/access/{access}",
        f"/2.4/accesses/{access}",
        f"/2.5/accesses/{access}",
    ]


_ENOUGH_S = 3600.0
"""No machine is so busy that anything takes longer: what is asked for is waited for."""
_AT_A_TIME = 4
"""Of an access's paths in one round, by lot; there are many rounds and accesses."""
DIRECTIVES = (
    "",
    "no-cache",
    "max-age=604800",
    "max-stale=604800",
    "max-age=0, max-stale",
    "max-age=604800, max-stale=604800",
    "only-if-cached, max-age=604800",
)
"""What is good enough; a request says one of them by lot."""
LISTS = [
    f"/{version}/{listed}"
    for version in ("2.4", "2.5", "2.6")
    for listed in ("accesses", "subscriptions", "services", "events")
] + ["/techinfo/v1/works", "/techinfo/v1/works/W-1"]
OPERATORS = [f"/techinfo/v1/{listed}" for listed in ("attention", "wrong-ports", "fibre-weather")]
"""Nothing of these is a provider's."""


def markers(answer: httpx.Response) -> set[str]:
    """What stands in an answer that is somebody's: in its body or a header."""
    text = answer.text + "".join(f"{k}: {v}\n" for k, v in answer.headers.items())
    return {found.upper() if ":" in found else found for found in _MARKER.findall(text)}


@dataclass(frozen=True, slots=True)
class Asking:
    """Who may see what, asked for in every way."""

    client: httpx.AsyncClient
    network: net.Network
    clock: Clock

    async def all(self, whose: str) -> set[str]:
        """All that somebody gets to see, however old it may be by its own words."""
        network, seen = self.network, set[str]()
        # By what is somebody else's, too: nobody is told where it is, or that it is there.
        guesses = network.chance.sample(sorted(network.owner), 15)
        of_accesses = [
            (access, path)
            for access in network.places
            for path in network.chance.sample(paths(access), _AT_A_TIME)
        ]
        circuits = network.chance.sample(sorted({(x.access, x.service) for x in network.held}), 6)
        others = [
            *LISTS,
            "/techinfo/v1/disturbances",
            *(f"/techinfo/v1/search?q={guess}" for guess in guesses),
            *(self.at_a_time(net.circuit(*one)) for one in circuits),
        ]
        for access, path in [*(("", path) for path in others), *of_accesses]:
            seen |= await self.one(whose, "GET", path, access)
        for path in OPERATORS:
            seen |= await self.one(whose, "GET", path)
        await self.disturbed(whose)
        batch = {"accessIds": list(network.places)}
        seen |= await self.one(whose, "POST", "/techinfo/v1/batch", json=batch)
        for access in network.chance.sample(sorted(network.places), 4):
            asked = {"accessId": access}
            seen |= await self.one(whose, "POST", "/techinfo/v1/linkinfo", access, json=asked)
        return seen

    async def looked_up(self, whose: str) -> set[str]:
        """The markers of look-ups of everything a moment ago."""
        asked = sorted({net.circuit(x.access, x.service) for x in self.network.held})
        found = [await self.one(whose, "GET", self.at_a_time(one, (1,))) for one in asked]
        return set().union(*found)

    def at_a_time(self, circuit: str, ages: Sequence[int] = (1, 60, 3600, 86_400, 518_400)) -> str:
        """A look-up of a circuit-id at a time of the last days."""
        age = self.network.chance.choice(ages)
        at = (self.clock.at - timedelta(seconds=age)).isoformat().replace("+00:00", "Z")
        return f"/techinfo/v1/lookup?ipv4CircuitId={circuit}&at={at}"

    async def one(
        self, whose: str, method: str, path: str, access: str = "", **more: Any
    ) -> set[str]:
        """The markers of one answer, all of them of whoever has asked."""
        wanted = self.network.chance.choice(DIRECTIVES)
        answer = await self.client.request(
            method,
            path,
            auth=(whose, _PASSWORD),
            headers={"Cache-Control": wanted, "X-Case-Reference": "CASE-1"},
            **more,
        )
        assert answer.status_code not in {400, 401, 500}, (path, answer.text)
        found, owner = markers(answer), self.network.owner
        if whose != "ops":
            foreign = {m: owner.get(m) for m in found if owner.get(m) != whose}
            assert foreign == {}, (path, wanted)
            right = not access or self.network.has_right(whose, access, self.clock.at)
            if ("/tech/" in path or "accessId=" in path) and not right:
                assert answer.status_code == 403, (path, wanted)
            if not right and "/search" not in path:
                assert "Techinfo-Works" not in answer.headers, path
                assert "Techinfo-Disturbances" not in answer.headers, path
            assert path not in OPERATORS or answer.status_code == 403, path
            if path.endswith("/W-1") and answer.status_code == 200:
                theirs, at = answer.json()["accessIds"], self.clock.at
                assert all(self.network.has_right(whose, one, at) for one in theirs), path
        return found

    async def disturbed(self, whose: str) -> None:
        """The accesses of every disturbance that there is: their own, or none at all."""
        told = await self.client.get("/techinfo/v1/disturbances", auth=("ops", _PASSWORD))
        assert told.json()["disturbances"]
        for one in told.json()["disturbances"]:
            path = f"/techinfo/v1/disturbances/{one['reference']}/accesses"
            answer = await self.client.get(path, auth=(whose, _PASSWORD))
            ids = [row["accessId"] for row in answer.json().get("accesses", ())]
            assert answer.status_code == (200 if ids else 404), path
            if whose != "ops":
                assert all(self.network.has_right(whose, x, self.clock.at) for x in ids), path

    async def tickets(self, whose: str) -> dict[str, str]:
        """A ticket of theirs on some accesses; the link info is there. Reference -> whose."""
        out = {}
        for access in self.network.chance.sample(sorted(self.network.places), 4):
            ref = await created(self.client, (whose, _PASSWORD), accessId=access)
            await settled(self.client, ref, who=(whose, _PASSWORD))
            out[ref] = whose
        return out

    async def of_tickets(self, whose: str, tickets: Mapping[str, str]) -> set[str]:
        """What tickets tell: their own for ever, whoever holds what; those of others are none."""
        seen = await self.one(whose, "GET", "/2.6/tickets")
        for ref, owner in tickets.items():
            for path in (f"/2.6/tickets/{ref}", f"/techinfo/v1/tickets/{ref}/linkinfo"):
                seen |= await self.one(whose, "GET", path)
                answer = await self.client.get(path, auth=(whose, _PASSWORD))
                assert answer.status_code == (200 if owner == whose else 404), path
        return seen


@dataclass(frozen=True, slots=True)
class Polled:
    """A network that is polled whenever somebody says so."""

    file: HistoryFile
    inventory: Inventory
    running: Ticketed
    clock: Clock

    def fall(self, network: net.Network) -> None:
        """All lines are lost at once, as polls would tell it: disturbances."""
        down = Transition(at=self.clock.at, earliest=self.clock.at, up=False, exact=True)
        lost: defaultdict[str, dict[str, PortNote]] = defaultdict(dict)
        for number, (switch, port, _) in enumerate(network.places.values()):
            if number % 3 == 0:
                lost[f"sw-{switch}"][f"ge{port}"] = PortNote(transitions=(down,))
        notes = [
            PollNote(element=one, at=self.clock.at, ports=ports) for one, ports in lost.items()
        ]
        HistoryWriter(self.file).write(notes)

    async def poll(self) -> None:
        """Read every switch twice, links first and then addresses, and keep what they tell."""
        writer, minute = HistoryWriter(self.file), timedelta(seconds=60)
        poller = Poller(
            self.inventory,
            self.running.served.collector,
            Recorder(self.file),
            lambda note: writer.write([note]),
            Rhythm(light=minute, full=minute),
            [EVERYWHERE],
            now=self.clock,
            steady=self.clock.at.timestamp,
        )
        poller.start()
        for _ in range(8):
            poller.tick()
            await poller.settled()
            self.clock.go_on(20.0)
        await poller.close()


def served(
    folder: Path, network: net.Network, recordings: Recordings, clock: Clock, file: HistoryFile
) -> tuple[Ticketed, Inventory]:
    """The service over a network."""
    inventory = stocked(folder, net.inventory(network), clock)
    everywhere = {scope_of({"accessId": access}) for access in network.places}
    inventory.works.put(
        Works(
            reference="W-1",
            text="Everywhere",
            begin=NOW - timedelta(hours=1),
            end=NOW + timedelta(days=1),
            scopes=tuple(everywhere),
        )
    )
    made = ticketed(
        folder / "tickets.sqlite",
        inventory,
        recordings.open,
        clock=clock,
        polling_limits=PollingLimits(min_interval_s=0.0),
        policy=CachePolicy(deadline_s=_ENOUGH_S),
        linkinfo_deadline_s=600.0,
        users=USERS,
        history=History(file, now=clock),
    )
    return made, inventory


@pytest.mark.long
@settings(
    max_examples=int(os.environ.get("ISOLATION_EXAMPLES", "2")),
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # a seed does not shrink to anything simpler
    suppress_health_check=list(HealthCheck),
)
@given(st.integers(0, 2**32))
def test_nothing_of_one_provider_is_shown_to_another(seed: int) -> None:
    """Three providers, shared ports, VLANs reused, ended and ordered, few dates; then imports.

    Each fetches all that there is before and after some subscriptions have passed to others and
    some accesses to other ports, free ones among them, three times: from the cache of before, of
    switches that do not answer, and anew. What is shown is somebody's own, and something is shown.
    """
    network = net.drawn(seed)
    clock = Clock()
    recordings = Recordings(net.switches(network, NOW))
    with (
        tempfile.TemporaryDirectory() as folder,
        HistoryFile.open(Path(folder) / "history.sqlite") as file,
    ):
        running, inventory = served(Path(folder), network, recordings, clock, file)
        polled = Polled(file, inventory, running, clock)

        async def words(client: httpx.AsyncClient) -> None:
            asking = Asking(client, network, clock)
            await polled.poll()
            assert len(on_free_ports(file, NOW)) == len(net.free_ports(network))
            assert len(said_on_free_ports(file, NOW)) == len(net.free_ports(network))
            polled.fall(network)
            everything = await asking.all("ops")
            assert await asking.looked_up("ops")
            assert {network.owner[m] for m in everything} >= set(net.PROVIDERS)
            before = {whose: await asking.all(whose) for whose in net.PROVIDERS}
            assert all(before.values())
            tickets: dict[str, str] = {}
            for whose in net.PROVIDERS:
                tickets |= await asking.tickets(whose)

            for _ in range(3):
                clock.go_on(10.0)
                net.move(network, clock.at)
                imported(inventory, Path(folder), net.inventory(network))
                recordings.rows = net.switches(network, clock.at)
                recordings.silent = set(network.chance.sample(sorted(recordings.rows), 2))
                for whose in net.PROVIDERS:
                    await asking.all(whose)
                recordings.silent = set()
                clock.go_on(600.0)
                await polled.poll()
            after = {whose: await asking.all(whose) for whose in net.PROVIDERS}
            assert all(after.values())
            assert after != before
            assert await asking.of_tickets("ops", dict.fromkeys(tickets, "ops"))
            assert any([await asking.of_tickets(whose, tickets) for whose in net.PROVIDERS])

        with running.file:
            running.talk(words, patience_s=_ENOUGH_S)
