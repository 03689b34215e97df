"""The wiring of traps and syslog: settings in, sockets and their receiver out."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from time import monotonic

from techinfo.cli.devices import credentials_of, learnt_beside
from techinfo.config import Settings
from techinfo.config.polling import udp_place
from techinfo.errors import ConfigError, InventoryError
from techinfo.inventory import Inventory
from techinfo.model import utc_now
from techinfo.snmp.interface import V3User
from techinfo.store.agent_limits import EngineClock
from techinfo.store.batches import Batches
from techinfo.traps.clocks import Clocks
from techinfo.traps.receiver import Receiver

_LOOK_S = 2.0
"""A new element is heard so long after its import."""
_BUFFER = 1 << 20
"""Octets that the system keeps of what comes at once."""
_log = logging.getLogger(__name__)


class Sources:
    """The addresses of the elements of an inventory.

    Args:
        opened: The inventory as it is now.
        steady: Seconds of a clock that is never set.
    """

    def __init__(
        self, opened: Callable[[], Inventory], steady: Callable[[], float] = monotonic
    ) -> None:
        self._opened = opened
        self._steady = steady
        self._known: frozenset[str] = frozenset()
        self._generation: tuple[int, ...] | None = None
        self._looked_at = float("-inf")

    def __call__(self, address: str) -> bool:
        """Whether an element has an address."""
        now = self._steady()
        if now - self._looked_at >= _LOOK_S:
            self._looked_at = now
            try:
                self._look()
            except InventoryError as error:  # who was known stays known
                _log.warning("traps: new elements are not heard: %s", error)
        return address in self._known

    def _look(self) -> None:
        inventory = self._opened()
        generation = inventory.generation
        if generation != self._generation:
            self._known = frozenset(element.address for element in inventory.elements())
            self._generation = generation


def users_of(settings: Settings) -> tuple[V3User, ...]:
    """The users of SNMPv3 that traps are opened with."""
    found = credentials_of(settings).values()
    return tuple(one for one in found if isinstance(one, V3User))


@contextmanager
def receiver_of(settings: Settings, is_known: Callable[[str], bool]) -> Iterator[Listening | None]:
    """Sockets for traps and syslog; ``None``: nothing is heard here.

    Raises:
        ConfigError: An address cannot be had.
    """
    traps = settings.traps
    if not traps.listen and not traps.syslog:
        yield None
        return
    with ExitStack() as stack:
        heard = [stack.enter_context(_bound(place, "traps.listen")) for place in traps.listen]
        lines = [stack.enter_context(_bound(place, "traps.syslog")) for place in traps.syslog]
        # The same host and address are the same engine after a start.
        engine = " ".join((socket.gethostname(), *traps.listen)) if traps.listen else ""
        users = users_of(settings)
        clocks = stack.enter_context(_clocks_to_keep(settings)) if traps.listen else Clocks()
        receiver = Receiver(is_known, users, trusted=traps.trusted, engine=engine, clocks=clocks)
        if receiver.engine_id:
            told = receiver.engine_id.hex()
            _log.info("traps: the SNMPv3 engine that informs are for is 0x%s", told)
        yield Listening(receiver, heard, lines)


@contextmanager
def _clocks_to_keep(settings: Settings) -> Iterator[Clocks]:
    """The clocks of engines, in the file of what was learnt.

    Where that cannot be written, a recorded trap is taken once more after a start.

    Raises:
        ConfigError: A row of it is damaged.
    """
    with learnt_beside(settings) as file:
        if file is None:
            yield Clocks()
            return
        kept = Batches[EngineClock](
            lambda batch, _lost: file.keep_clocks(batch, utc_now()), "clocks of SNMP engines"
        )
        with closing(kept):
            clocks = Clocks(kept.put)
            clocks.recall(file.clocks(), monotonic())
            yield clocks


class Listening:
    """A receiver and its sockets, which are bound already.

    Args:
        receiver: Hears what comes.
        traps: Sockets for traps and informs.
        lines: Sockets for syslog.
    """

    def __init__(
        self, receiver: Receiver, traps: list[socket.socket], lines: list[socket.socket]
    ) -> None:
        self.receiver = receiver
        self._traps = traps
        self._lines = lines

    def start(self) -> None:
        """Hear from now on, in the loop that runs."""
        self.receiver.start(self._traps, self._lines)


def _bound(place: str, key: str) -> socket.socket:
    host, port = udp_place(place)
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        made.bind((host, port))
    except OSError as error:
        made.close()
        raise ConfigError(f"{place}: {error.strerror}", key=key) from error
    return made
