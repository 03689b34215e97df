"""Traps of SNMPv3: the sender's engine is the authoritative one (RFC 3412, RFC 3414).

What is authentic and not older than what its engine has said before is proven. An inform would take
an engine of our own, with boots that outlive the process: it is not answered.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping

from techinfo.snmp.interface import V3User
from techinfo.snmp.usm import SealedMessage, is_authentic, level_of, opened, parse, scope_of
from techinfo.snmp.usm_keys import are_known, keys_of
from techinfo.traps.notification import Notification, of_pdu

_WINDOW_S = 150
"""RFC 3414, 3.2, 7."""
_MOST_ENGINES = 20_000
_A_HASH_S = 60.0
"""Between two engines of one source that keys are hashed for: a made-up one costs milliseconds."""


class SealedTraps:
    """Opens traps of SNMPv3.

    Args:
        users: Those of the credentials; one name may have several keys.
    """

    def __init__(self, users: Collection[V3User] = ()) -> None:
        self._users: Mapping[str, tuple[V3User, ...]] = {}
        self._clocks: OrderedDict[bytes, tuple[int, int]] = OrderedDict()
        self._hashed: OrderedDict[str, float] = OrderedDict()
        self.renew(users)

    def renew(self, users: Collection[V3User]) -> None:
        """Open with these from now on."""
        named: dict[str, tuple[V3User, ...]] = {}
        for user in users:
            named[user.name] = (*named.get(user.name, ()), user)
        self._users = named

    def opened(self, datagram: bytes, source: str, now: float) -> tuple[Notification, bool]:
        """A trap, and whether it is proven.

        Args:
            datagram: As it came.
            source: From where.
            now: Seconds of a clock that is never set.

        Raises:
            ValueError: It cannot be opened, is not authentic, or older than its engine's clock.
        """
        sealed = parse(datagram)
        for user in self._users.get(sealed.user.decode("utf-8", "replace"), ()):
            if level_of(user) != sealed.level or not self._may_hash(user, sealed, source, now):
                continue
            keys = keys_of(user, sealed.engine_id)
            if sealed.level and not is_authentic(sealed, keys):
                continue
            if sealed.level:
                self._must_be_new(sealed)
            pdu = opened(sealed, keys, scope_of(sealed.engine_id, user.context))
            return of_pdu(pdu.octets, pdu.at, pdu.end), bool(sealed.level)
        raise ValueError("of no user here, or not authentic")

    def _may_hash(self, user: V3User, sealed: SealedMessage, source: str, now: float) -> bool:
        if are_known(user, sealed.engine_id):
            return True
        last = self._hashed.get(source)
        if last is not None and now - last < _A_HASH_S:
            return False
        self._hashed[source] = now
        self._hashed.move_to_end(source)
        if len(self._hashed) > _MOST_ENGINES:
            self._hashed.popitem(last=False)
        return True

    def _must_be_new(self, sealed: SealedMessage) -> None:
        """A message that somebody has kept is no news (RFC 3414, 3.2, 7 b)."""
        boots, time = self._clocks.get(sealed.engine_id, (0, 0))
        if sealed.boots < boots or (sealed.boots == boots and sealed.time < time - _WINDOW_S):
            raise ValueError("older than its engine's clock")
        newest = max((boots, time), (sealed.boots, sealed.time))
        self._clocks[sealed.engine_id] = newest
        self._clocks.move_to_end(sealed.engine_id)
        if len(self._clocks) > _MOST_ENGINES:
            self._clocks.popitem(last=False)
