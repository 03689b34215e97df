"""Everybody's answers for a command: a collector of its own, or what the running one knows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from techinfo.errors import ConfigError

if TYPE_CHECKING:  # the help of a command needs none of it
    from techinfo.access.service import AccessService
    from techinfo.config import Settings
    from techinfo.inventory import Inventory


@asynccontextmanager
async def live_service(
    settings: Settings,
    inventory: Inventory,
    with_logins: Callable[[], Settings],
    *,
    cached: bool = False,
    keeps: bool = False,
) -> AsyncIterator[AccessService]:
    """A service whose answers are read now.

    Args:
        settings: With the secrets of devices.
        inventory: What the accesses are attached to.
        with_logins: The settings with the log-ins of command lines, read where one is asked.
        cached: By what the collector of the running service knows; no device is asked.
        keeps: What is seen may be kept in the file of history, which is made where there is none.

    Raises:
        ConfigError: There is no collector to ask for what it knows.
        StoreError: The file of history cannot be opened.
    """
    from techinfo.access.past import History
    from techinfo.access.service import AccessService
    from techinfo.access.troubleshoot import Troubleshooter
    from techinfo.cli.devices import Engines, credentials_of, learnt_to_read, pauses_of
    from techinfo.cli.service.sessions import acs_servers_of, sessions_of
    from techinfo.cli.service.watching import history_of
    from techinfo.cli.wiring import leases_of
    from techinfo.collect import AnyCollector, Collector, load
    from techinfo.collect.remote.client import RemoteCollector
    from techinfo.history.store import HistoryFile
    from techinfo.history.writing import HistoryWriter

    async with AsyncExitStack() as closed:
        leases = closed.enter_context(leases_of(settings, inventory))
        if cached:
            if not settings.collector.socket:
                raise ConfigError("is not set: nobody can be asked", key="collector.socket")
            collector: AnyCollector = RemoteCollector(Path(settings.collector.socket))
        else:
            registry = load(settings.drivers.folders)
            learnt = closed.enter_context(learnt_to_read(settings))
            engines = Engines(credentials_of(settings), settings.snmp.timeouts)
            await closed.enter_async_context(aclosing(engines))
            lines = await closed.enter_async_context(sessions_of(with_logins, needed=False))
            acs = await closed.enter_async_context(acs_servers_of(with_logins))
            collector = Collector(
                registry,
                engines.open,
                learnt=learnt,
                paused=pauses_of(settings),
                command_lines=lines,
                acs=acs,
            )
        closed.push_async_callback(collector.close)
        history: History | None = None
        if keeps:
            kept = closed.enter_context(HistoryFile.open(settings.history.path))
            writer = HistoryWriter(kept)
            history = History(kept, put=lambda note: writer.write([note]))
        elif (file := history_of(settings)) is not None:
            history = History(closed.enter_context(file))
        yield AccessService(
            Troubleshooter(inventory, collector),
            lease_log=leases.log if leases else None,
            history=history,
        )
