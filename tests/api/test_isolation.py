"""What providers are refused, and what they see."""

from __future__ import annotations

from tests.api.served import PROVIDER, ServedApi


def test_a_provider_is_refused_what_is_not_its_own(served: ServedApi) -> None:
    """Right credentials and no subscription: 403, and nothing read."""
    answer = served.get("/2.6/tech/access/A-1/hardware", auth=PROVIDER)

    assert answer.status_code == 403
    assert answer.json()["code"] == "forbidden"
    assert "the inventory is of" in answer.json()["cause"]
    assert served.collector.visits == 0
