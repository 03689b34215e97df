"""Nothing of one provider in anything that another can fetch, whatever the network is like."""

from __future__ import annotations

import os
import re
import tempfile
from datetime import timedelta
from pathlib import Path

import httpx
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from tests.api import random_network as net
from tests.api.served import CHEAP, House, house
from tests.service.made_up import NOW
from tests.service.played import Clock, Recordings, stocked

from techinfo.collect import Manners
from techinfo.config import User

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
        f"/techinfo/v1/search?q={access}",
        f"/2.6/accesses/{access}",
        f"/2.6/subscriptions/{access}",
        f"/2.6/services/{access}",
        f"/2.3.1/accesses/{access}/link",
        f"/2.4/tech/access/{access}",
        f"/2.4/accesses/{access}",
        f"/2.5/accesses/{access}",
    ]


_AT_A_TIME = 6
"""Of an access's paths in one round, by lot; there are ten rounds and many accesses."""
LISTS = [
    f"/{version}/{listed}"
    for version in ("2.4", "2.5", "2.6")
    for listed in ("accesses", "subscriptions", "services", "events")
]


def markers(answer: httpx.Response) -> set[str]:
    """What stands in an answer that is somebody's: in its body or a header."""
    text = answer.text + "".join(f"{k}: {v}\n" for k, v in answer.headers.items())
    return {found.upper() if ":" in found else found for found in _MARKER.findall(text)}


async def fetched(client: httpx.AsyncClient, whose: str, network: net.Network) -> set[str]:
    """All that a provider gets to see."""
    seen: set[str] = set()
    # By what is somebody else's, too: nobody is told where it is, or that it is there.
    guesses = network.chance.sample(sorted(network.owner), 40)
    searches = [f"/techinfo/v1/search?q={guess}" for guess in guesses]
    of_accesses = [
        path
        for access in network.places
        for path in (
            paths(access) if whose == "ops" else network.chance.sample(paths(access), _AT_A_TIME)
        )
    ]
    for path in [*LISTS, *searches, *of_accesses]:
        answer = await client.get(path, auth=(whose, _PASSWORD))
        assert answer.status_code not in {401, 500}, (path, answer.text)
        found = markers(answer)
        foreign = {marker: network.owner.get(marker) for marker in found} if whose != "ops" else {}
        assert {m: o for m, o in foreign.items() if o != whose} == {}, path
        seen |= found
    batch = {"accessIds": list(network.places)}
    told = await client.post("/techinfo/v1/batch", json=batch, auth=(whose, _PASSWORD))
    assert told.status_code == 200
    assert whose == "ops" or {network.owner[m] for m in markers(told)} <= {whose}
    return seen


def served(folder: Path, network: net.Network, recordings: Recordings, clock: Clock) -> House:
    """The service over a network."""
    return house(
        stocked(folder, net.inventory(network)),
        recordings.open,
        clock=clock,
        manners=Manners(min_interval_s=0.0),
        users=USERS,
    )


@settings(
    max_examples=int(os.environ.get("ISOLATION_EXAMPLES", "2")),
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # a seed does not shrink to anything simpler
    suppress_health_check=list(HealthCheck),
)
@given(st.integers(0, 2**32))
def test_nothing_of_one_provider_is_shown_to_another(seed: int) -> None:
    """Three providers, fifty accesses, shared ports, VLANs reused, ended and ordered; then moves.

    Each fetches all that there is before and after some subscriptions have passed to others, from
    the cache of before and anew. What is shown is somebody's own, and something is shown.
    """
    network = net.drawn(seed)
    clock = Clock()
    recordings = Recordings(net.switches(network, NOW))
    with tempfile.TemporaryDirectory() as folder:
        running = served(Path(folder), network, recordings, clock)

        async def words(client: httpx.AsyncClient) -> None:
            everything = await fetched(client, "ops", network)
            before = {whose: await fetched(client, whose, network) for whose in net.PROVIDERS}
            assert all(before.values())
            assert set().union(*before.values()) < everything

            clock.go_on(10.0)
            moved = NOW + timedelta(seconds=15)
            net.move(network, moved)
            clock.go_on(10.0)
            file = Path(folder) / "moved.yaml"
            file.write_text(net.inventory(network), encoding="utf-8")
            running.inventory.import_file(file)
            recordings.rows = net.switches(network, clock.at)
            for whose in net.PROVIDERS:
                await fetched(client, whose, network)
            clock.go_on(60.0)
            after = {whose: await fetched(client, whose, network) for whose in net.PROVIDERS}
            assert after != before

        running.talk(words, patience_s=300.0)
