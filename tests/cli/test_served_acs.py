"""A CPE behind an ACS over REST, with collector and API in processes of their own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from tests.acs import serving
from tests.acs.serving import PASSWORD, SERIAL, USER, FakeAcs, acs_server, tr098
from tests.cli.serving import PATIENCE_S, Running

from techinfo.inventory import Inventory

pytestmark = pytest.mark.long
WORD = "right-password-91"
NET = f"""
accesses: [{{access_id: A-1}}, {{access_id: A-2}}]
cpes:
  - {{access_id: A-1, engine: none, acs: homes, serial_number: {SERIAL}}}
  - {{access_id: A-2, engine: none, acs: homes, serial_number: SN0002}}
subscriptions:
  - {{subscription_id: S-1, access_id: A-1, provider: isp, service: BB, service_type: bb,
     connection_date: 2020-01-01}}
  - {{subscription_id: S-2, access_id: A-2, provider: other, service: BB, service_type: bb,
     connection_date: 2020-01-01}}
"""


@pytest.fixture(scope="module")
def acs() -> Iterator[FakeAcs]:
    """An ACS that wants a password, and knows the CPE of one access."""
    with acs_server() as fake, pytest.MonkeyPatch.context() as patched:
        patched.setattr(serving, "NOW", datetime.now(UTC))
        fake.devices, fake.logs_in = [tr098()], True
        yield fake


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, acs: FakeAcs) -> Iterator[Running]:
    """The service over it."""
    folder = tmp_path_factory.mktemp("acs")
    hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(WORD)
    settings = f"""
        [service]
        port = 0
        [acs.homes]
        url = "{acs.url}"
        user = "{USER}"
        password_file = "acs-password"
        networks = ["127.0.0.0/8"]
        [users.ops]
        role = "operator"
        password_hash = "{hashed}"
        [users.isp]
        role = "provider"
        password_hash = "{hashed}"
    """
    for name, text in {
        "techinfo.toml": settings,
        "acs-password": PASSWORD,
        "net.yaml": NET,
    }.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o600)
    with Inventory.open(folder / "inventory.sqlite") as inventory:
        inventory.import_file(folder / "net.yaml")
    with Running(folder, "serve", "-c", "techinfo.toml") as running:
        yield running


def _status(served: Running, user: str, access: str) -> httpx.Response:
    return httpx.get(
        f"{served.url}/onapi/2.6/tech/cpe/{access}/status",
        auth=(user, WORD),
        trust_env=False,
        timeout=PATIENCE_S,
    )


def test_a_cpe_is_told_of_with_the_age_of_what_its_acs_keeps(served: Running, acs: FakeAcs) -> None:
    """To its provider, and to no other; with a request that reads and does nothing else."""
    answer, another = _status(served, "isp", "A-1"), _status(served, "isp", "A-2")

    assert answer.status_code == 200, (answer.text, served.errors)
    told: dict[str, Any] = answer.json()
    assert (told["up"], told["model"], told["firmware"]) == (True, "Box 1", "1.2.3")
    assert int(answer.headers["Age"]) >= 60
    assert another.status_code == 403, another.text
    assert {(method, path) for method, path, _ in acs.asked} == {("GET", "/devices/")}
    assert PASSWORD not in served.errors


def test_one_that_the_acs_does_not_know_is_not_available(served: Running) -> None:
    """In words that name no server."""
    answer = _status(served, "ops", "A-2")

    assert answer.status_code == 404, (answer.text, served.errors)
    assert answer.json()["code"] == "not_available_here"
    assert "homes" not in answer.text
