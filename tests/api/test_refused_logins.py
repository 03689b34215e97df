"""Log-ins that were refused are in the audit log: few of each address, and never a password."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.api.asgi_calls import InnerApp, ask, basic, operator

from techinfo.access.logins import Logins
from techinfo.api.asgi.auth import AuthMiddleware
from techinfo.api.asgi.refused_logins import RefusedLogins
from techinfo.store.audit import REFUSED, AuditEntry

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
SCOPE: dict[str, Any] = {"method": "GET", "path": "/2.6/tech/access/A-1/hardware", "state": {}}


@dataclass
class Noted:
    """What was noted, at a time that stands still."""

    at: datetime = NOW
    entries: list[AuditEntry] = field(default_factory=list)

    def refused(self, *names: str) -> RefusedLogins:
        """Notes here; somebody is called by these names."""
        return RefusedLogins(self.entries.append, names.__contains__, lambda: self.at)


def test_a_refused_log_in_is_noted_with_the_name_of_a_user_alone() -> None:
    """A password in the field of the name is told as digits, the same for the same text."""
    noted = Noted()
    logins = Logins({"noc": operator("right")})
    auth = AuthMiddleware(InnerApp(), logins, hold_s=0.0, refused=noted.refused("noc"))

    async def words() -> list[int]:
        told = [basic("noc", "wrong"), basic("hunter2", "x"), basic("hunter2", "y"), b"Basic ?"]
        answers = [await ask(auth, one, address="192.0.2.7") for one in told]
        answers.append(await ask(auth, address="192.0.2.7"))
        answers.append(await ask(auth, basic("noc", "right"), address="192.0.2.8"))
        return [answer.status for answer in answers]

    statuses = asyncio.run(words())

    assert statuses == [401, 401, 401, 401, 401, 200]
    assert [(e.status, e.role, e.address) for e in noted.entries] == [(401, "", "192.0.2.7")] * 4
    first, second, third, unread = (entry.user for entry in noted.entries)
    assert first == "noc"
    assert second == third
    assert second.startswith("#")
    assert unread == ""
    assert "hunter2" not in repr(noted.entries)
    assert noted.entries[0].access_id == "A-1"


def test_a_name_whose_user_is_disabled_is_a_name() -> None:
    """The users' file knows it, though no credential of it holds."""
    logins = Logins({"noc": operator("right")})

    assert logins.exists("noc")
    assert not logins.exists("stranger")


def test_a_flood_of_one_address_has_few_entries_and_their_number() -> None:
    """Five of a thousand, and one whenever there were twice as many; anew after ten minutes."""
    noted = Noted()
    refused = noted.refused()

    for _ in range(1000):
        refused.note(SCOPE, "x", "192.0.2.7", 401)
    flood = list(noted.entries)
    noted.at += timedelta(minutes=11)
    refused.note(SCOPE, "x", "192.0.2.7", 401)

    assert [e.method for e in flood] == ["GET"] * 5 + [REFUSED] * 7
    assert [e.path.split()[0] for e in flood[5:]] == ["10", "20", "40", "80", "160", "320", "640"]
    assert noted.entries[-1].method == "GET"


def test_a_flood_of_one_address_hides_no_other() -> None:
    """Who guesses from elsewhere meanwhile is in the log."""
    noted = Noted()
    refused = noted.refused("noc")

    for _ in range(5000):
        refused.note(SCOPE, "x", "192.0.2.7", 401)
    refused.note(SCOPE, "noc", "198.51.100.9", 401)

    assert (noted.entries[-1].user, noted.entries[-1].address) == ("noc", "198.51.100.9")


def test_a_flood_of_many_addresses_has_few_entries_too() -> None:
    """An IPv6 network is one address; of twenty thousand the log has some hundreds of lines."""
    noted = Noted()
    refused = noted.refused()

    for n in range(20_000):
        refused.note(SCOPE, "x", f"2001:db8:{n % 0x10000:x}::1", 401)

    assert len(noted.entries) <= 220
    assert noted.entries[-1].method == REFUSED
    assert len(refused._by_address) <= 10_000


def test_nobody_is_noted_where_there_is_no_log(tmp_path: Path) -> None:
    """Authentication without one works as before."""
    auth = AuthMiddleware(InnerApp(), Logins({"noc": operator("right")}), hold_s=0.0)

    assert asyncio.run(ask(auth, basic("noc", "wrong"))).status == 401
    assert not list(tmp_path.iterdir())
