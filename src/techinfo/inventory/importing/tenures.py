"""Since when providers have their services on accesses, also where a source gives no dates.

A tenure is a service of a provider on an access, whatever the subscription's id: exports number
them anew every night. One that runs now and did not run after the import before gets the time of
this import; so does one whose access has moved. An access turns when anything changes that decides
whose its rows are: rows that were read before then belonged to somebody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from techinfo.inventory.importing import touched
from techinfo.inventory.tables import date_text

_KEEP = timedelta(days=30)
"""Turns are kept longer than any reading is."""

_NOTES = {
    "was_subscriptions": "access_id, provider, service_type, vlan, begins, ends",
    "come_subscriptions": "subscription_id TEXT PRIMARY KEY, access_id",
    "was_accesses": "access_id, element, port, port_by, ont_id, uni, s_vlan, c_vlan",
    "come_accesses": "access_id TEXT PRIMARY KEY",
    "places_left": "element, port, port_by, s_vlan, c_vlan",
    "moved": "access_id TEXT PRIMARY KEY",
    "turned": "access_id TEXT PRIMARY KEY",
    "passed": "access_id TEXT PRIMARY KEY",
    "held_before": "access_id, provider, service_type, vlan, begins, ends",
    "held_after": "access_id TEXT, provider TEXT, service_type TEXT, vlan, begins, ends,"
    " PRIMARY KEY (access_id, provider, service_type, vlan, begins, ends)",
}
_TRIGGERS = {
    "subscriptions_gone": """DELETE ON main.subscriptions WHEN old.state <> 'ORDERED' BEGIN
        INSERT INTO was_subscriptions VALUES (old.access_id, old.provider, old.service_type,
            ifnull(old.vlan, 0), old.connection_date, old.disconnection_date); END""",
    "subscriptions_come": """INSERT ON main.subscriptions WHEN new.state <> 'ORDERED' BEGIN
        INSERT INTO come_subscriptions VALUES (new.subscription_id, new.access_id); END""",
    "accesses_gone": """DELETE ON main.accesses BEGIN
        INSERT INTO was_accesses VALUES (old.access_id, old.element, old.port, old.port_by,
            old.ont_id, old.uni, old.s_vlan, old.c_vlan); END""",
    "accesses_come": """INSERT ON main.accesses BEGIN
        INSERT INTO come_accesses VALUES (new.access_id); END""",
    "cpes_gone": """DELETE ON main.cpes BEGIN
        INSERT OR IGNORE INTO turned VALUES (old.access_id); END""",
    "cpes_come": """INSERT ON main.cpes BEGIN
        INSERT OR IGNORE INTO turned VALUES (new.access_id); END""",
}

_MOVES = (
    """INSERT INTO moved SELECT access_id FROM (
        SELECT a.access_id, element, port, port_by, ont_id, uni, s_vlan, c_vlan
        FROM come_accesses c JOIN accesses a ON a.access_id = c.access_id
        EXCEPT SELECT * FROM was_accesses)""",
    """INSERT INTO places_left SELECT element, port, port_by, s_vlan, c_vlan FROM (
        SELECT * FROM was_accesses
        EXCEPT SELECT access_id, element, port, port_by, ont_id, uni, s_vlan, c_vlan FROM accesses
        WHERE access_id IN (SELECT access_id FROM was_accesses)) WHERE port IS NOT NULL""",
    # Two that call ports by other kinds of names may mean the same port.
    """INSERT OR IGNORE INTO turned SELECT n.access_id FROM places_left l
        JOIN accesses n ON n.element = l.element AND (n.port = l.port OR n.port_by <> l.port_by)""",
    # Rows fall to whoever is alone on a port now, or alone with a tag.
    """INSERT OR IGNORE INTO moved SELECT n.access_id FROM places_left l
        JOIN accesses n ON n.element = l.element AND n.port = l.port
        WHERE NOT EXISTS (SELECT 1 FROM accesses o WHERE o.element = n.element
            AND o.port = n.port AND o.access_id <> n.access_id)
        OR n.c_vlan IN (l.c_vlan, l.s_vlan) AND NOT EXISTS (SELECT 1 FROM accesses o
            WHERE o.element = n.element AND o.port = n.port AND o.access_id <> n.access_id
            AND n.c_vlan IN (o.c_vlan, o.s_vlan))
        OR n.s_vlan IN (l.c_vlan, l.s_vlan) AND NOT EXISTS (SELECT 1 FROM accesses o
            WHERE o.element = n.element AND o.port = n.port AND o.access_id <> n.access_id
            AND n.s_vlan IN (o.c_vlan, o.s_vlan))""",
    "INSERT OR IGNORE INTO turned SELECT access_id FROM moved",
    """INSERT INTO held_before SELECT * FROM was_subscriptions UNION
        SELECT access_id, provider, service_type, ifnull(vlan, 0), connection_date,
            disconnection_date FROM subscriptions WHERE state <> 'ORDERED'
        AND access_id IN (SELECT access_id FROM was_subscriptions
            UNION SELECT access_id FROM come_subscriptions)
        AND subscription_id NOT IN (SELECT subscription_id FROM come_subscriptions)""",
    """INSERT INTO held_after SELECT DISTINCT access_id, provider, service_type, ifnull(vlan, 0),
            connection_date, disconnection_date FROM subscriptions WHERE state <> 'ORDERED'
        AND access_id IN (SELECT access_id FROM was_subscriptions
            UNION SELECT access_id FROM come_subscriptions)""",
    """INSERT OR IGNORE INTO passed SELECT access_id FROM (
        SELECT * FROM held_before EXCEPT SELECT * FROM held_after)""",
    """INSERT OR IGNORE INTO passed SELECT access_id FROM (
        SELECT * FROM held_after EXCEPT SELECT * FROM held_before)""",
)

_TURN_SOME = """INSERT OR REPLACE INTO turns SELECT t.access_id, :now, 1 FROM turned t
    JOIN accesses a ON a.access_id = t.access_id"""
_TURN_ALL = "INSERT OR REPLACE INTO turns VALUES ('', :now, 1)"
_PASSED = """INSERT OR IGNORE INTO turns SELECT p.access_id, :now, 0 FROM passed p
    JOIN accesses a ON a.access_id = p.access_id"""
_FORGET = "DELETE FROM turns WHERE at < :kept"
_TENURES = (
    # What has gone, or begins later than it did; what had ended before went with its end.
    """INSERT INTO tenures (access_id, provider, service_type, vlan, gone_at)
        SELECT access_id, provider, service_type, vlan, max(min(ifnull(ends, :now), :now))
        FROM held_before b WHERE ifnull(begins, '') <= :now AND NOT EXISTS (
            SELECT 1 FROM held_after a WHERE a.access_id = b.access_id AND a.provider = b.provider
            AND a.service_type = b.service_type AND a.vlan = b.vlan
            AND ifnull(a.begins, '') <= ifnull(b.begins, ''))
        GROUP BY 1, 2, 3, 4
        ON CONFLICT (access_id, provider, service_type, vlan)
        DO UPDATE SET gone_at = excluded.gone_at""",
    # A date that the source no longer gives still holds.
    """INSERT INTO tenures (access_id, provider, service_type, vlan, told_at)
        SELECT access_id, provider, service_type, vlan, min(begins)
        FROM held_before WHERE begins <= :now AND ifnull(ends, :now || 'Z') > :now
        AND (access_id, provider, service_type, vlan) IN (
            SELECT access_id, provider, service_type, vlan FROM held_after WHERE begins IS NULL)
        GROUP BY 1, 2, 3, 4
        ON CONFLICT (access_id, provider, service_type, vlan)
        DO UPDATE SET told_at = max(ifnull(told_at, ''), excluded.told_at)""",
    """INSERT INTO tenures (access_id, provider, service_type, vlan, told_at)
        SELECT *, :now FROM (
            SELECT access_id, provider, service_type, vlan FROM held_after
            WHERE ifnull(begins, '') <= :now AND ifnull(ends, :now || 'Z') > :now
            EXCEPT SELECT access_id, provider, service_type, vlan FROM held_before
            WHERE ifnull(begins, '') <= :now AND ifnull(ends, :now || 'Z') > :now) WHERE true
        ON CONFLICT (access_id, provider, service_type, vlan)
        DO UPDATE SET told_at = excluded.told_at""",
    """INSERT INTO tenures (access_id, provider, service_type, vlan, told_at)
        SELECT DISTINCT s.access_id, provider, service_type, ifnull(vlan, 0), :now
        FROM moved m JOIN subscriptions s ON s.access_id = m.access_id
        WHERE state <> 'ORDERED' AND ifnull(connection_date, '') <= :now
        AND ifnull(disconnection_date, :now || 'Z') > :now
        ON CONFLICT (access_id, provider, service_type, vlan)
        DO UPDATE SET told_at = excluded.told_at""",
)
_ON = """SELECT provider, service_type, nullif(vlan, 0), told_at, gone_at FROM tenures
    WHERE access_id = ? UNION ALL
    SELECT NULL, NULL, elsewhere, at, NULL FROM turns WHERE access_id IN (?, '')"""

_ATTACHED = """SELECT n.access_id, max(n.told_at) FROM tenures n JOIN turns t
    ON t.access_id IN (n.access_id, '') AND t.at = n.told_at WHERE t.elsewhere = 1 GROUP BY 1"""


@dataclass(frozen=True, slots=True)
class Tenure:
    """A service of a provider on an access.

    Attributes:
        vlan: ``None``: its subscription has none.
        told: When an import has brought it; ``None``: it was there at the first import, or its date
            says when it began.
        gone: When an import has dropped it, even if it has come back since.
    """

    provider: str
    service_type: str
    vlan: int | None
    told: datetime | None = None
    gone: datetime | None = None


@dataclass(frozen=True, slots=True)
class TenureOfAccess:
    """What imports have changed of an access, and when.

    Attributes:
        passed: When its subscriptions changed, as far back as readings are kept.
        moved: When it was attached elsewhere, or its VLANs carried something else.
    """

    tenures: tuple[Tenure, ...] = ()
    passed: tuple[datetime, ...] = ()
    moved: tuple[datetime, ...] = ()


class TenureLog:
    """Writes down what an import changes, in its transaction.

    Nothing is new in the first import of all. What the first import of subscriptions brings counts
    as having been so before, but what was read before it belongs to nobody.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        kinds = set(connection.exec_driver_sql("SELECT kind FROM imports").scalars())
        self._first = "accesses" not in kinds
        self._subscribed = "subscriptions" in kinds
        self._everywhere = False
        if self._first:
            return
        for name, columns in _NOTES.items():
            connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {name} ({columns})")
        for name, action in _TRIGGERS.items():
            connection.exec_driver_sql(f"CREATE TEMPORARY TRIGGER tell_{name} AFTER {action}")

    def follow(self) -> None:
        """Find what has changed; before the identifiers take everything for touched."""
        if self._first:
            return
        self._everywhere = touched.everywhere(self._connection)
        touched.follow(self._connection, "turned")
        for move in _MOVES:
            self._connection.exec_driver_sql(move)

    def write(self, now: datetime) -> None:
        """Write it down with the time of the import; leave nothing behind on the connection."""
        if self._first:
            return
        values = {"now": date_text(now), "kept": date_text(now - _KEEP)}
        turn = _TURN_ALL if self._everywhere else _TURN_SOME
        for statement in (turn, _PASSED, _FORGET, *(_TENURES if self._subscribed else ())):
            self._connection.exec_driver_sql(statement, values)
        for name in _TRIGGERS:
            self._connection.exec_driver_sql(f"DROP TRIGGER tell_{name}")
        for name in _NOTES:
            self._connection.exec_driver_sql(f"DROP TABLE temp.{name}")


def told_on(connection: Connection, access_id: str) -> TenureOfAccess:
    """What imports have changed of an access."""
    tenures: list[Tenure] = []
    passed: list[datetime] = []
    moved: list[datetime] = []
    rows = connection.exec_driver_sql(_ON, (access_id, access_id))
    for provider, service_type, number, *texts in rows:
        told, gone = (None if text is None else datetime.fromisoformat(text) for text in texts)
        if provider is not None:
            tenures.append(Tenure(provider, service_type, number, told, gone))
        elif told is not None:
            (moved if number else passed).append(told)
    return TenureOfAccess(tuple(tenures), tuple(passed), tuple(moved))


def attached_since(connection: Connection) -> dict[str, datetime]:
    """The accesses that have been attached elsewhere lately, each with when it was last.

    Of those on which somebody has a service; as far back as readings are kept.
    """
    rows = connection.exec_driver_sql(_ATTACHED)
    return {access_id: datetime.fromisoformat(at) for access_id, at in rows}
