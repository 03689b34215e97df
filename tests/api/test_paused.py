"""A switch that the operator has paused: what its accesses are told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from tests.access.played import Recordings
from tests.api.served import ServedApi

from techinfo.collect import Pauses
from techinfo.store.pauses import Pause, PausesFile, Reach

LINK = "/2.6/tech/access/A-1/link/status"


def _pause() -> Pause:
    now = datetime.now(UTC)
    return Pause(
        reach=Reach.SWITCH,
        name="sw-elm-3",
        since=now,
        until=now + timedelta(minutes=10),
        why="sw-elm-3 is too hot",
        by="ann",
    )


def test_a_paused_switch_is_503_or_what_was_read_last(
    tmp_path: Path, served: ServedApi, network: Recordings
) -> None:
    """It names no equipment, and says when to come back; ``max-stale`` takes what there is."""
    file = PausesFile(tmp_path / "pauses.json")
    served.collector._paused = Pauses(file)
    clock = served.clock
    assert clock is not None

    async def asked(client: httpx.AsyncClient) -> tuple[httpx.Response, ...]:
        await client.get(LINK)
        file.add(_pause())
        clock.go_on(60)
        paths = (LINK, LINK.replace("link/status", "hardware"), LINK.replace("/link/status", ""))
        plain = [await client.get(path) for path in paths]
        stale = await client.get(LINK, headers={"Cache-Control": "max-stale=600"})
        return (*plain, stale)

    link, hardware, everything, stale = served.talk(asked)

    for refused in (link, hardware):
        assert refused.status_code == 503
        assert refused.json()["code"] == "paused"
        assert refused.json()["retryable"] is True
        assert 1 <= int(refused.headers["Retry-After"]) <= 600
        assert "sw-elm-3" not in refused.text
        assert "hot" not in refused.text
    assert everything.status_code in {200, 503}
    assert "sw-elm-3 is" not in everything.text
    assert stale.status_code == 200
    assert stale.headers["Age"] == "60"
    assert network.asked.count("192.0.2.3") == 1
