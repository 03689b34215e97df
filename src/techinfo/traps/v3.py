"""Traps and informs of SNMPv3 (RFC 3412, RFC 3414).

Of a trap the sender's engine is the authoritative one: what is authentic and not older than its
engine's clock (`techinfo.traps.clocks`) is proven. Of an inform it is ours: who does not know it is
told its ID in a report, who does not know its time that, and the answer is sealed as the inform
was. Boots are the seconds from 2020 to the start of this process, so that they grow with every
start and nobody has to keep them.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import blake2s

from techinfo.snmp.ber import INTEGER, SEQUENCE, encode_oid, encode_value, read, wrap
from techinfo.snmp.interface import V3User
from techinfo.snmp.usm import (
    MOST_BOOTS,
    Peer,
    SealedMessage,
    is_authentic,
    level_of,
    opened,
    parse,
    scope_of,
)
from techinfo.snmp.usm import sealed as seal
from techinfo.snmp.usm_keys import are_known, keys_of
from techinfo.traps.clocks import Clocks
from techinfo.traps.notification import INFORM, Notification, of_pdu

_SINCE = datetime(2020, 1, 1, tzinfo=UTC)
_ID_BEGINS = b"\x80\x00\x7e\xd9\x05"
"""SnmpEngineID (RFC 3411): of enterprise 32473, which is for those that have none (RFC 5612), with
octets of its own."""
_REPORT, _COUNTER = 0xA8, 0x41
_NOT_IN_WINDOW = "1.3.6.1.6.3.15.1.1.2.0"
_UNKNOWN_ENGINE = "1.3.6.1.6.3.15.1.1.4.0"
"""usmStatsNotInTimeWindows, usmStatsUnknownEngineIDs (SNMP-USER-BASED-SM-MIB, RFC 3414)."""

_WINDOW_S = 150
"""RFC 3414, 3.2, 7."""
_MOST_SOURCES = 20_000
_A_HASH_S = 60.0
"""Between two engines of one source that keys are hashed for: a made-up one costs milliseconds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnEngine:
    """The engine that informs are for.

    Attributes:
        id: snmpEngineID.
        boots: snmpEngineBoots.
        began: When it began, by a clock that is never set, seconds.
    """

    id: bytes
    boots: int
    began: float

    @classmethod
    def begin(cls, name: str, at: datetime, now: float) -> OwnEngine:
        """An engine that begins now.

        Args:
            name: What its ID is made of; the same after every start.
            at: The time.
            now: Seconds of a clock that is never set.
        """
        boots = min(max(1, int((at - _SINCE).total_seconds())), MOST_BOOTS - 1)
        own = blake2s(name.encode(), digest_size=12).digest()
        return cls(id=_ID_BEGINS + own, boots=boots, began=now)

    def peer(self, now: float) -> Peer:
        """What others know of it."""
        time = min(max(0, int(now - self.began)), MOST_BOOTS)
        return Peer(engine_id=self.id, boots=self.boots, time=time, heard_at=now)


class SealedTraps:
    """Opens traps and informs of SNMPv3.

    Args:
        users: Those of the credentials; one name may have several keys.
        own: The engine that informs are for; ``None``: none are answered.
        clocks: Of the engines that send traps; ``None``: they begin now.
    """

    def __init__(
        self,
        users: Collection[V3User] = (),
        own: OwnEngine | None = None,
        clocks: Clocks | None = None,
    ) -> None:
        self._own = own
        self._clocks = clocks or Clocks()
        self._users: Mapping[str, tuple[V3User, ...]] = {}
        self._hashed: OrderedDict[str, float] = OrderedDict()
        self.renew(users)

    def renew(self, users: Collection[V3User]) -> None:
        """Open with these from now on."""
        named: dict[str, tuple[V3User, ...]] = {}
        for user in users:
            named[user.name] = (*named.get(user.name, ()), user)
        self._users = named

    def opened(self, datagram: bytes, source: str, now: float) -> tuple[Notification, bool]:
        """A trap or inform, and whether it is proven; what is not one may be answered all the same.

        Args:
            datagram: As it came.
            source: From where.
            now: Seconds of a clock that is never set.

        Raises:
            ValueError: It cannot be opened, is not authentic, or older than its engine's clock.
        """
        own = self._own
        sealed = parse(datagram, of_nobody=own is not None)
        if own is not None and sealed.engine_id == own.id:
            return self._informed(own, sealed, source, now)
        try:
            return self._trap(sealed, source, now)
        except ValueError:
            if own is None or not sealed.reportable:
                raise
        reply = _report(_UNKNOWN_ENGINE, sealed, own.peer(now), now)
        return Notification(said=None, reply=reply), False

    def _trap(self, sealed: SealedMessage, source: str, now: float) -> tuple[Notification, bool]:
        if not sealed.engine_id:
            raise ValueError("of no engine")
        for user in self._users.get(sealed.user.decode("utf-8", "replace"), ()):
            if level_of(user) != sealed.level or not self._may_hash(user, sealed, source, now):
                continue
            keys = keys_of(user, sealed.engine_id)
            if sealed.level and not is_authentic(sealed, keys):
                continue
            if sealed.level:
                self._clocks.take(sealed.engine_id, sealed.boots, sealed.time, now)
            pdu = opened(sealed, keys, scope_of(sealed.engine_id, user.context))
            if pdu.octets[pdu.at : pdu.at + 1] == bytes((INFORM,)):
                raise ValueError("an inform for another engine")
            return of_pdu(pdu.octets, pdu.at, pdu.end), bool(sealed.level)
        raise ValueError("of no user here, or not authentic")

    def _informed(
        self, own: OwnEngine, sealed: SealedMessage, source: str, now: float
    ) -> tuple[Notification, bool]:
        peer = own.peer(now)
        for user in self._users.get(sealed.user.decode("utf-8", "replace"), ()):
            if level_of(user) != sealed.level or not self._may_hash(user, sealed, source, now):
                continue
            keys = keys_of(user, own.id)
            if sealed.level and not is_authentic(sealed, keys):
                continue
            late = sealed.boots != own.boots or abs(sealed.time - peer.time) > _WINDOW_S
            if sealed.level and late:
                bare = replace(user, priv=None, context="")
                reply = _report(_NOT_IN_WINDOW, sealed, peer, now, bare)
                return Notification(said=None, reply=reply), False
            pdu = opened(sealed, keys, scope_of(own.id, user.context))
            found = of_pdu(pdu.octets, pdu.at, pdu.end, INFORM)
            begin, _ = read(pdu.octets, 0, len(pdu.octets), SEQUENCE)
            answer = seal(
                user,
                peer,
                now,
                sealed.message_id,
                found.reply or b"",
                answers=True,
                scope=pdu.octets[begin : pdu.at],
            )
            return replace(found, reply=answer), bool(sealed.level)
        raise ValueError("an inform of no user here, or not authentic")

    def _may_hash(self, user: V3User, sealed: SealedMessage, source: str, now: float) -> bool:
        if are_known(user, sealed.engine_id):
            return True
        last = self._hashed.get(source)
        if last is not None and now - last < _A_HASH_S:
            return False
        self._hashed[source] = now
        self._hashed.move_to_end(source)
        if len(self._hashed) > _MOST_SOURCES:
            self._hashed.popitem(last=False)
        return True


def _report(
    counter: str, sealed: SealedMessage, peer: Peer, now: float, user: V3User | None = None
) -> bytes:
    """Why a message was not taken (RFC 3414, 3.2): who we are, and authenticated also our time."""
    value = encode_value(_COUNTER, 1)
    told = wrap(SEQUENCE, wrap(0x06, encode_oid(counter)) + value)
    # The request-id is encrypted where the message is: the msgID says what this answers.
    body = encode_value(INTEGER, 0) * 3 + wrap(SEQUENCE, told)
    asked = user or V3User(name=sealed.user.decode("utf-8", "replace"))
    return seal(asked, peer, now, sealed.message_id, wrap(_REPORT, body), answers=True)
