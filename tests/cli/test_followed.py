"""A service beside which orders are followed and inventories imported: who sees what from then on.

Nothing waits here: what has been imported counts with the very next request.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher
from tests.access import made_up as m
from tests.access.made_up import lines, merged
from tests.cli.conftest import Run
from tests.cli.serving import PATIENCE_S, Running
from tests.onapi_client.ordering import Operator, operator
from tests.webhooks.receiving import receiver

from techinfo.lab import Lab, LabDevice
from techinfo.onapi_client.store import FetchedFile

ADDRESS = "127.21.9.7"
PASSWORD = "right-password-92"  # noqa: S105 - of a test
MACS = "/2.6/tech/access/{}/link/macaddresstable"
SITE = """
elements: [{{name: sw-elm, address: {address}, port: {port}, sys_name: elm}}]
accesses:
  - {{access_id: A-1, element: sw-elm, port: ge1, port_by: name}}
  - {{access_id: A-2, element: sw-elm, port: ge2, port_by: name}}
services: [{{vlan: 10, service_type: bb}}]
subscriptions:
"""
HELD = (
    "  - {{subscription_id: {}, access_id: {}, provider: {}, service: BB-100, service_type: bb,"
    " connection_date: 2020-01-01}}\n"
)


@dataclass
class Place:
    """A running service, and the operator elsewhere whose orders are followed beside it."""

    folder: Path
    lab: Lab
    there: Operator
    url: str = ""

    def ask(self, who: str, access: str) -> httpx.Response:
        """For the MAC addresses on an access."""
        return httpx.get(
            self.url + MACS.format(access),
            auth=(who, PASSWORD),
            trust_env=False,
            timeout=PATIENCE_S,
        )

    def code(self, who: str, access: str) -> str:
        """What a diagnosis of an access tells first."""
        answer = httpx.get(
            f"{self.url}/techinfo/v1/diagnosis/{access}",
            auth=(who, PASSWORD),
            trust_env=False,
            timeout=PATIENCE_S,
        )
        assert answer.status_code == 200, answer.text
        return str(answer.json()["code"])

    def site(self, *held: tuple[str, str, str]) -> str:
        """Write an inventory with these subscriptions, accesses and providers."""
        text = SITE.format(address=ADDRESS, port=self.lab.port)
        text += "".join(HELD.format(*one) for one in held)
        (self.folder / "site.yaml").write_text(text, encoding="utf-8")
        return "site.yaml"


@pytest.fixture
def place(tmp_path: Path, techinfo: Run) -> Iterator[Place]:
    """Two accesses of the provider `old`; orders of `isp` are followed, nothing is ordered yet."""
    rows = merged(
        m.system("elm"),
        *(m.port(n, f"ge{n}") for n in (1, 2)),
        *(m.learnt(n, f"02:00:00:00:00:{n}1", 10) for n in (1, 2)),
    )
    hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    (tmp_path / "secret").write_text("planted-word\n", encoding="utf-8")
    with (
        Lab([LabDevice(name="elm", address=ADDRESS, rows=lines(rows))]) as lab,
        operator(datetime.now(UTC) - timedelta(hours=1)) as there,
    ):
        users = "".join(
            f'[users.{name}]\nrole = "provider"\nprovider = "{name}"\npassword_hash = "{hashed}"\n'
            for name in ("isp", "old")
        )
        (tmp_path / "techinfo.toml").write_text(
            "[service]\nport = 0\n[collect]\nmin_interval_s = 0\ndeadline_s = 20\n"
            '[credentials.default]\ncommunity = "public"\n'
            f'[onapi.there]\nurl = "{there.url}/onapi"\nuser = "isp"\npassword_file = "secret"\n'
            'provider = "isp"\n[tickets]\ndesk = "here"\n[webhooks]\nenabled = true\n'
            f'allow_for_providers = ["127.0.0.1/32"]\n{users}',
            encoding="utf-8",
        )
        for name in ("techinfo.toml", "secret"):
            (tmp_path / name).chmod(0o600)
        made = Place(tmp_path, lab, there)
        first = made.site(("S-1", "A-1", "old"), ("S-2", "A-2", "old"))
        done = techinfo("inventory", "import", first, "-c", "techinfo.toml")
        assert done.returncode == 0, done.stderr
        with Running(tmp_path, "serve", "-c", "techinfo.toml") as served:
            made.url = served.url
            yield made


@pytest.mark.long
def test_an_old_holder_sees_no_row_once_an_access_is_taken_over(
    place: Place, techinfo: Run
) -> None:
    """By an order that is followed, and by an import, both beside the service that answers."""
    follow = ("onapi", "follow", "there", "--once", "-c", "techinfo.toml")
    assert techinfo(*follow).returncode == 0
    before = [place.ask(who, access) for who in ("old", "isp") for access in ("A-1", "A-2")]
    assert [one.status_code for one in before] == [200, 200, 403, 403]
    assert [one.json()[0]["mac"][-2:] for one in before[:2]] == ["11", "21"]

    told = {"accessId": "A-1", "service": "BB-100", "subscriptionId": "S-9"}
    place.there.order("o1", "ACTIVATE", forcedTakeover=True, **told)
    place.there.becomes("o1", "DONE_SUCCESS")
    place.there.go_on(seconds=5)
    done = techinfo(*follow)
    assert done.returncode == 0, done.stderr
    followed = [place.ask(who, access) for who in ("old", "isp") for access in ("A-1", "A-2")]

    moved = place.site(("S-9", "A-1", "isp"), ("S-3", "A-2", "isp"))
    assert techinfo("inventory", "import", moved, "-c", "techinfo.toml").returncode == 0
    imported = [place.ask("old", access) for access in ("A-1", "A-2")]

    assert [one.status_code for one in followed] == [403, 200, 200, 403]
    assert ":11" not in followed[0].text
    # What was learnt before the takeover is not the new holder's to see.
    assert place.ask("isp", "A-2").status_code == 200
    assert [one.status_code for one in imported] == [403, 403]
    assert not any("02:00:00" in one.text for one in imported)


@pytest.mark.long
def test_a_suspension_is_told_first_until_it_is_resumed(place: Place, techinfo: Run) -> None:
    """As the order at the other operator has it, beside the service that answers."""
    follow = ("onapi", "follow", "there", "--once", "-c", "techinfo.toml")
    assert techinfo(*follow).returncode == 0
    told = {"accessId": "A-1", "service": "BB-100", "subscriptionId": "S-9"}
    place.there.order("o1", "ACTIVATE", forcedTakeover=True, **told)
    codes = []
    for number, operation in enumerate(("", "SUSPEND", "RESUME"), 1):
        if operation:
            place.there.order(f"o{number}", operation, subscriptionId="S-9")
        place.there.becomes(f"o{number}", "DONE_SUCCESS")
        place.there.go_on(seconds=5)
        assert techinfo(*follow).returncode == 0
        codes.append(place.code("isp", "A-1"))

    assert codes[1] == "service_suspended"
    assert "service_suspended" not in (codes[0], codes[2])


@pytest.mark.long
def test_an_activation_of_a_quarter_of_an_hour_ago_is_told(place: Place, techinfo: Run) -> None:
    """By the service that runs, to the webhook of who holds it, from what follows has kept."""
    moved = place.site(("S-9", "A-1", "isp"))
    assert techinfo("inventory", "import", moved, "-c", "techinfo.toml").returncode == 0
    done = {
        "state": "DONE_SUCCESS",
        "operation": "ACTIVATE",
        "provider": "isp",
        "access_id": "A-1",
        "subscriptionId": "S-9",
        "done_at": (datetime.now(UTC) - timedelta(minutes=16)).isoformat(),
    }
    with receiver() as told:
        hook = httpx.post(
            f"{place.url}/techinfo/v1/webhooks",
            json={"url": told.url, "events": ["activation.checked"]},
            auth=("isp", PASSWORD),
            trust_env=False,
            timeout=PATIENCE_S,
        )
        assert hook.status_code == 201, hook.text
        with (
            FetchedFile.open(place.folder / "fetched.sqlite") as file,
            file.exchange("there", datetime.now(UTC)) as exchange,
        ):
            exchange.put("orders", "o1", done)
            exchange.leave("orders", "o1")
        (message,) = told.wait_for(1)

    found = message.told
    assert found["type"] == "activation.checked"
    assert (found["data"]["orderId"], found["data"]["accessId"]) == ("o1", "A-1")
    assert (found["data"]["link"], found["data"]["outcome"]) == (True, "working")
