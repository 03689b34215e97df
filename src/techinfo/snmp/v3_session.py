"""SNMPv3 with one agent: its engine is discovered, followed when it changes, and believed or not.

A switch that has rebooted, or has got another engine ID, says so in a report; the request then goes
out again at once, sealed anew (field notes A13).

An answer belongs to the request when it has its message-id, which is random, its request-id, and
everything that RFC 3412, 7.2.12 compares: engine, user, level and context. One of an older time is
dropped (RFC 3414, 3.2.7b), and the engine discovered anew, once. A report of
usmStatsNotInTimeWindows is followed also where boots went back: it has the message-id and is
authenticated, and many a switch keeps its boots in memory that it loses.

Nothing here knows a socket.
"""

from __future__ import annotations

from enum import Enum
from typing import Final, NamedTuple

from techinfo.errors import DeviceError, SnmpProtocolError, SnmpSecurityError
from techinfo.snmp.address import SocketAddress
from techinfo.snmp.ber import RESPONSE, decode_oid
from techinfo.snmp.interface import V3User
from techinfo.snmp.message import Header, pdu_header, varbinds
from techinfo.snmp.oid import dotted
from techinfo.snmp.usm import (
    MOST_BOOTS,
    PRIV,
    Peer,
    SealedMessage,
    discovery,
    is_authentic,
    level_of,
    opened,
    scope_of,
    sealed,
)
from techinfo.snmp.usm_keys import Keys, are_known, keys_of

_REPORT: Final = 0xA8
_UNKNOWN_ENGINE: Final = "usmStatsUnknownEngineIDs"
_NOT_IN_WINDOW: Final = "usmStatsNotInTimeWindows"
_REPORTS: Final = {
    "1.3.6.1.6.3.15.1.1.1.0": "usmStatsUnsupportedSecLevels",
    "1.3.6.1.6.3.15.1.1.2.0": _NOT_IN_WINDOW,
    "1.3.6.1.6.3.15.1.1.3.0": "usmStatsUnknownUserNames",
    "1.3.6.1.6.3.15.1.1.4.0": _UNKNOWN_ENGINE,
    "1.3.6.1.6.3.15.1.1.5.0": "usmStatsWrongDigests",
    "1.3.6.1.6.3.15.1.1.6.0": "usmStatsDecryptionErrors",
    "1.3.6.1.6.3.12.1.4.0": "snmpUnavailableContexts",
    "1.3.6.1.6.3.12.1.5.0": "snmpUnknownContexts",
}
"""SNMP-USER-BASED-SM-MIB (RFC 3414, 5) and SNMP-TARGET-MIB (RFC 3413, 4.1.2)."""
_REFUSALS: Final = {
    "usmStatsUnsupportedSecLevels": "does not give the SNMPv3 user this security level",
    "usmStatsUnknownUserNames": "does not know the SNMPv3 user",
    "usmStatsWrongDigests": "refuses the authentication key or protocol of the SNMPv3 user",
    "usmStatsDecryptionErrors": "refuses the privacy key or protocol of the SNMPv3 user",
    "snmpUnavailableContexts": "has no such SNMPv3 context now",
    "snmpUnknownContexts": "has no such SNMPv3 context",
    _UNKNOWN_ENGINE: "does not know its own SNMPv3 engine ID",
    _NOT_IN_WINDOW: "is never content with the time of SNMPv3 messages",
}
_NO_KEYS: Final = Keys(V3User(name=""), b"")
"""What a message of an engine that was not asked is opened by: not at all, if it is guarded."""
_MOST_ENGINES: Final = 2
"""New engine IDs within one request, after discovery."""
_WINDOW_S: Final = 150
"""RFC 3414, 2.2.3."""
_MOST_PEERS: Final = 16_384


class Peers:
    """What is known of the engines at all addresses; kept beyond a conversation."""

    def __init__(self) -> None:
        self._peers: dict[SocketAddress, Peer] = {}

    def at(self, address: SocketAddress) -> Peer:
        """What is known of the engine at an address."""
        peer = self._peers.pop(address, None) or Peer()
        self._peers[address] = peer
        if len(self._peers) > _MOST_PEERS:
            del self._peers[next(iter(self._peers))]  # whose last conversation is longest ago
        return peer


class Response(NamedTuple):
    """An answer: the octets that its varbinds stand in, and what stands before them."""

    octets: bytes
    head: Header


class Verdict(Enum):
    """What to do with a message that is no answer."""

    ASK_AGAIN = "seal the request anew and send it at once"
    NOT_BELIEVED = "wait for another one"


class V3Session:
    """What SNMPv3 needs to know between the messages of a conversation, one request at a time.

    Args:
        user: Who asks.
        peer: What is known of the agent's engine; kept up to date.
        where: ``host:port``, as in errors.
    """

    def __init__(self, user: V3User, peer: Peer, where: str) -> None:
        self._peer = peer
        self._where = where
        self.begin(user)
        self._request_id = 0
        self._engine_id = b""
        self._trusted = False

    def begin(self, user: V3User) -> None:
        """Another request comes next; the user is the same, in the context to ask in."""
        self._user = user
        self._guard = (level_of(user), user.name.encode())
        self._met = False
        self._engines = 0
        self._resynchronised = False

    def has_keys(self) -> bool:
        """Whether a request can be sealed at once; else `prepare` takes milliseconds before."""
        engine_id = self._peer.engine_id
        return not engine_id or are_known(self._user, engine_id)

    def prepare(self) -> None:
        """Work the keys out, in whatever thread.

        Raises:
            ValueError: A passphrase is empty.
        """
        keys_of(self._user, self._peer.engine_id)

    def seal(self, message_id: int, request_id: int, pdu: bytes, now: float) -> bytes:
        """The message to send: the request, or where the engine is unknown, a discovery of it.

        Args:
            message_id: Random, and of no other message that is under way.
            request_id: Of the PDU.
            pdu: BER bytes.
            now: Seconds, by the clock of every call.
        """
        self._request_id = request_id
        self._engine_id = self._peer.engine_id
        if not self._engine_id:
            return discovery(message_id)
        return sealed(self._user, self._peer, now, message_id, pdu)

    def take(self, message: SealedMessage, now: float) -> Response | Verdict:
        """A message that has the message-id of the last one sealed.

        Raises:
            DeviceError: The agent refuses the request.
            ValueError: It cannot be read.
        """
        same_engine = message.engine_id == self._engine_id
        keys = keys_of(self._user, self._engine_id) if same_engine else _NO_KEYS
        authentic = is_authentic(message, keys)
        if message.level & PRIV and not authentic:
            raise ValueError("encrypted, and not authentic")
        scope = scope_of(self._engine_id, self._user.context)
        octets, at, end, in_scope = opened(message, keys, scope)
        kind = octets[at] if at < end else 0
        if kind not in (RESPONSE, _REPORT):
            raise ValueError("neither a response nor a report")
        response = Response(octets, pdu_header(octets, at, end, kind))
        if kind == _REPORT:
            return self._reported(message, _report_in(response), now, authentic=authentic)
        if not (in_scope and self._is_answer(message, response, authentic=authentic)):
            return Verdict.NOT_BELIEVED
        if authentic:
            if self._is_stale(message, now):
                return self._discover_again()
            self._peer.learn(message, now)
        self._trusted = True
        return response

    def lost(self) -> DeviceError | None:
        """No try was answered; why, if it is known to be another reason than a dead agent.

        A wrong privacy key looks so, a wrong context too: net-snmp drops both without a word. The
        engine is discovered anew before the next request; it may be another one by then.
        """
        self._peer.forget()
        if not self._met or self._trusted:
            return None
        why = "answers discovery, but no request: wrong privacy key or protocol"
        or_context = ", or no such context" if self._user.context else ""
        return SnmpSecurityError(f"{why}{or_context}", address=self._where)

    def _is_answer(self, message: SealedMessage, response: Response, *, authentic: bool) -> bool:
        """Whether it is guarded as the request was, and of the same things."""
        return (
            message.engine_id == self._engine_id
            and (message.level, message.user) == self._guard
            and authentic == bool(message.level)
            and response.head.request_id == self._request_id
        )

    def _is_stale(self, message: SealedMessage, now: float) -> bool:
        """RFC 3414, 3.2.7b."""
        peer = self._peer
        if message.boots == MOST_BOOTS or message.boots < peer.boots:
            return True
        return message.boots == peer.boots and message.time < peer.time_at(now) - _WINDOW_S

    def _discover_again(self) -> Verdict:
        """Once: the clock of an agent that does not look at ours may have gone back, or stand."""
        if self._resynchronised:
            return Verdict.NOT_BELIEVED
        self._resynchronised = True
        self._peer.forget()
        return Verdict.ASK_AGAIN

    def _reported(
        self, message: SealedMessage, report: str, now: float, *, authentic: bool
    ) -> Verdict:
        if not self._engine_id:
            self._met = True
        elif report == _NOT_IN_WINDOW and not authentic:
            # RFC 3414, 3.2.7a has it authenticated; anybody can write another.
            return Verdict.NOT_BELIEVED
        elif report == _NOT_IN_WINDOW and not self._resynchronised:
            self._resynchronised = True
        elif (
            report == _UNKNOWN_ENGINE
            and message.engine_id != self._engine_id
            and self._engines < _MOST_ENGINES
        ):
            self._engines += 1
            self._resynchronised = False
        elif report in _REFUSALS:
            raise SnmpSecurityError(_REFUSALS[report], report=report, address=self._where)
        else:
            raise SnmpProtocolError(f"reports {report}", address=self._where)
        self._peer.learn(message, now)
        return Verdict.ASK_AGAIN


def _report_in(response: Response) -> str:
    """What is reported: the counter's name, else its OID."""
    octets, head = response
    told = varbinds(octets, head.start, head.end)
    oid = dotted(decode_oid(told[0][0])) if told else ""
    return _REPORTS.get(oid, oid[:60] or "nothing")
