"""The one seam between collection and a device: two questions, plain values (`techinfo.wire`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Network, IPv6Network
from typing import Literal, Protocol

from techinfo.snmp.oid import numbers
from techinfo.wire import Cell, Cells, Index, SnmpLimits

__all__ = [
    "Between",
    "Cell",
    "Cells",
    "Conversation",
    "ConversationStats",
    "Index",
    "Network",
    "SnmpLimits",
    "SnmpTarget",
    "V1Community",
    "V3User",
    "Version",
    "Walked",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Walked:
    """Rows of some columns.

    Attributes:
        cells: Column -> index -> cell; a column without rows is an empty mapping.
        partial: Why rows may be missing; empty when the walk reached its end.
        endless: Columns that were cut because no end of them was in sight.
    """

    cells: dict[str, dict[Index, Cell]]
    partial: str = ""
    endless: tuple[str, ...] = ()


Between = tuple[int, int]
"""The first and the last row of a walk, by the first number of their index."""


def rows_between(rows: dict[Index, Cell], between: Between | None) -> dict[Index, Cell]:
    """The rows of a column that a walk was to bring."""
    if between is None:
        return rows
    return {i: cell for i, cell in rows.items() if i and between[0] <= i[0] <= between[1]}


@dataclass(kw_only=True, slots=True)
class ConversationStats:
    """What a conversation has cost the device, and what of it was lost.

    Attributes:
        unread: Instances whose values could not be read when they were told last. They are no
            cells, as if the agent did not have them; who asked for them knows better.
        absent: Instances that were asked for of objects that the agent does not have at all, as it
            says itself (noSuchObject; RFC 3416, 4.2.1).
    """

    requests: int = 0
    varbinds: int = 0
    retries: int = 0
    walks: int = 0
    unread: set[str] = field(default_factory=set)
    absent: set[str] = field(default_factory=set)

    def numbers(self) -> dict[str, int]:
        """What it has cost, by name."""
        return {
            "requests": self.requests,
            "varbinds": self.varbinds,
            "retries": self.retries,
            "walks": self.walks,
        }

    def unread_under(self, columns: Iterable[str]) -> tuple[str, ...]:
        """The instances in these columns whose values could not be read, in order."""
        if not self.unread:
            return ()
        found = {oid for c in columns for oid in self.unread if oid.startswith(f"{c}.")}
        return tuple(sorted(found, key=numbers))


Network = IPv4Network | IPv6Network
Version = Literal["1", "2c"]
"""Of SNMP with a community: RFC 1157, RFC 1901."""
AuthProtocol = Literal["MD5", "SHA", "SHA-224", "SHA-256", "SHA-384", "SHA-512"]
"""RFC 3414, 6 and 7, and RFC 7860."""
PrivProtocol = Literal["DES", "AES-128", "AES-192", "AES-256", "AES-192-C", "AES-256-C"]
"""RFC 3414, 8, and RFC 3826; the longer ones are drafts, ``-C`` with the keys lengthened as Cisco
does (Reeder)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class V3User:
    """Who asks by SNMPv3. The keys are secrets and are never printed.

    Attributes:
        name: usmUserName.
        auth: ``None``: nothing is authenticated, and nothing encrypted (noAuthNoPriv).
        auth_key: The passphrase, as it was given to the agent.
        priv: ``None``: nothing is encrypted (authNoPriv).
        priv_key: The passphrase, as it was given to the agent.
        context: contextName; Cisco has one for each VLAN (``vlan-100``).
    """

    name: str
    auth: AuthProtocol | None = None
    auth_key: bytes = field(default=b"", repr=False)
    priv: PrivProtocol | None = None
    priv_key: bytes = field(default=b"", repr=False)
    context: str = ""


class V1Community(bytes):
    """The community of an agent that knows SNMPv1 and nothing later."""

    __slots__ = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class SnmpTarget:
    """Where an agent is and how to speak to it. The community is a secret and is never printed."""

    host: str
    port: int = 161
    community: bytes = field(default=b"public", repr=False)
    timeouts: tuple[float, ...] = (0.8, 1.2, 2.0)
    any_source: bool = False
    """Accept an answer from another address than the one asked (field notes A15)."""
    version: Version = "2c"
    """Of the messages with a community. In SNMPv1 there is no GETBULK and no number of 64 bits."""
    v3: V3User | None = None
    """Ask by SNMPv3, and not with the community."""
    within: tuple[Network, ...] | None = None
    """Networks that its address must be in, whatever its name leads to; ``None``: it may be any."""

    @property
    def is_v1(self) -> bool:
        """Whether it is asked by SNMPv1."""
        return self.version == "1" and self.v3 is None

    def in_context(self, vlan: int) -> SnmpTarget:
        """The same agent asked in a VLAN's context, as Cisco has it (field note F13).

        The community is ``community@VLAN``, the contextName of SNMPv3 ``vlan-VLAN``. It is tried
        twice at most: a context that there is none of costs all of its time-outs (F14).
        """
        timeouts = self.timeouts[:2]
        if self.v3 is not None:
            return replace(self, timeouts=timeouts, v3=replace(self.v3, context=f"vlan-{vlan}"))
        return replace(self, timeouts=timeouts, community=b"%b@%d" % (self.community, vlan))


class Conversation(Protocol):
    """One device being asked. One request is in flight at a time.

    Every method raises `techinfo.errors.DeviceError` and nothing else for what a device does.
    """

    limits: SnmpLimits
    counted: ConversationStats

    async def get(self, oids: Sequence[str]) -> dict[str, Cell]:
        """Exact instances; what the agent does not have is left out.

        Split by ``limits.varbinds``; on tooBig or genErr split further, so that one bad varbind
        costs itself only.
        """
        ...

    async def walk(self, columns: Sequence[str], between: Between | None = None) -> Walked:
        """Whole columns (or parts of them: any OID prefix), several per request, bounded.

        On tooBig the repetitions are halved, then the columns. A looping agent is cut (`partial`).
        Of columns whose index is one number, ``between`` asks for no more than some of the rows.
        """
        ...

    def context(self, vlan: int) -> Conversation:
        """The same conversation in a VLAN's context (field note F13); nothing is sent yet.

        It has the turns, the limits and the account of this one, and ends with it. An agent that
        knows no such context stays silent.
        """
        ...

    async def close(self) -> None:
        """Give back what the conversation holds. No further question may be asked."""
        ...
