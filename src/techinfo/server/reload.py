"""New settings in a service that runs: read and checked as a whole, then in force as a whole.

An application is built from the new settings, beside the one that answers. When it is ready, new
requests go there; the old one ends its own and is closed. Where anything is wrong, nothing changes,
but for whom the new settings deny: they are refused at once, whatever else is broken.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    AsyncExitStack,
    ExitStack,
    asynccontextmanager,
    suppress,
)
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI
from starlette.applications import Starlette

from techinfo.api.asgi.interface import ENDING
from techinfo.config import Settings
from techinfo.errors import TechinfoError
from techinfo.server.notify import GRACE_S
from techinfo.server.web import Asgi

_log = logging.getLogger(__name__)
_PATIENCE_S = 60.0

FIXED = (
    "service.host",
    "service.port",
    "service.most_connections",
    "admin.host",
    "admin.port",
    "admin.socket",
    "admin.group",
    "collector.socket",
    "collector.group",
    "collect.learnt",
    "collect.pauses",
    "collect.silent_first_s",
    "collect.silent_most_s",
    "snmp.max_parallel",
)
"""Settings that are looked at once, when a process starts."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Application:
    """What is built from settings.

    Attributes:
        public: What providers ask; its lifespan is that of them all.
        admin: What stands on the administrators' listener.
        urgent: Puts in force what must be of new settings, even when they cannot be as a whole.
    """

    public: FastAPI
    admin: Asgi
    urgent: Callable[[Settings], None] = lambda _settings: None


Opened = Callable[[Settings], AbstractContextManager[Application]]
Beside = Callable[[Asgi], AbstractAsyncContextManager[None]]


class Current:
    """The application by the settings in force; an ASGI application itself.

    Args:
        opened: Builds an application, and closes it at the end of its block.
        settings: Those that the first is built from, at once.
        beside: Serves the administrators while the service lives.

    Raises:
        TechinfoError: As ``opened`` does.
    """

    def __init__(self, opened: Opened, settings: Settings, beside: Beside | None = None) -> None:
        self._opened = opened
        self._beside = beside
        self._now = _Generation.of(opened, settings)
        self._turn = asyncio.Lock()
        self._retiring: set[asyncio.Task[None]] = set()
        self._shell = Starlette(lifespan=self._lifespan)

    @property
    def settings(self) -> Settings:
        """Those in force."""
        return self._now.settings

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Hand a request to the newest application."""
        if scope["type"] == "lifespan":
            await self._shell(scope, receive, send)
            return
        await self._now.answer(self._now.application.public, scope, receive, send)

    async def admin(self, scope: Any, receive: Any, send: Any) -> None:
        """The same for administrators."""
        if scope["type"] != "lifespan":
            await self._now.answer(self._now.application.admin, scope, receive, send)

    async def reload(self, settings: Callable[[], Settings]) -> Sequence[str]:
        """Put new settings in force.

        Args:
            settings: Reads and checks them.

        Returns:
            The settings that have changed and wait for a restart.

        Raises:
            TechinfoError: They are wrong, and the old ones stay in force; names the key.
        """
        async with self._turn:
            try:
                found = await asyncio.to_thread(settings)
                self._now.application.urgent(found)
                new = await asyncio.to_thread(_Generation.of, self._opened, found)
                await new.enter()
            except TechinfoError as error:
                _log.error("the old settings stay in force: %s", error)
                raise
            old, self._now = self._now, new
            task = asyncio.create_task(old.retire())
            self._retiring.add(task)
            task.add_done_callback(self._retiring.discard)
            waiting = tuple(
                key for key in FIXED if _at(old.settings, key) != _at(new.settings, key)
            )
            _log.warning("new settings are in force")
            if waiting:
                _log.warning("these wait for a restart: %s", ", ".join(waiting))
            return waiting

    def stop(self) -> None:
        """Have answers end that go on until somebody ends them."""
        self._now.ending.set()

    def close(self) -> None:
        """Close what is open still: that of an application that never served."""
        self._now.files.close()

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        await self._now.enter()
        async with AsyncExitStack() as stack:
            if self._beside is not None:
                await stack.enter_async_context(self._beside(self.admin))
            yield
        await asyncio.gather(*self._retiring)
        await self._now.retire()


@dataclass(eq=False, kw_only=True, slots=True)
class _Generation:
    """One application, until its last request has ended."""

    settings: Settings
    application: Application
    files: ExitStack
    loop: AsyncExitStack = field(default_factory=AsyncExitStack)
    under_way: int = 0
    ending: asyncio.Event = field(default_factory=asyncio.Event)
    idle: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    def of(cls, opened: Opened, settings: Settings) -> _Generation:
        files = ExitStack()
        return cls(
            settings=settings, application=files.enter_context(opened(settings)), files=files
        )

    async def enter(self) -> None:
        app = self.application.public
        await self.loop.enter_async_context(app.router.lifespan_context(app))

    async def answer(self, app: Asgi, scope: Any, receive: Any, send: Any) -> None:
        self.under_way += 1
        scope.setdefault("state", {})[ENDING] = self.ending
        try:
            await app(scope, receive, send)
        finally:
            self.under_way -= 1
            if not self.under_way:
                self.idle.set()

    async def retire(self) -> None:
        """Close it when nobody asks it any more, or nobody should."""
        self.ending.set()
        try:
            async with asyncio.timeout(GRACE_S):
                while self.under_way:
                    self.idle.clear()
                    await self.idle.wait()
        except TimeoutError:
            _log.warning("%d requests outlast the settings that they began under", self.under_way)
        await self.loop.aclose()
        await asyncio.to_thread(self.files.close)
        gc.unfreeze()  # what was made at the start is no more needed (`techinfo.server.web`)


class Renewal:
    """How new settings come: from the file, or as orders from the process that started this one.

    Args:
        settings: Reads and checks them; its argument is what the other process has read.
        supervised: Another process started this one, and it alone may read the file.

    Attributes:
        current: What takes them.
    """

    current: Current

    def __init__(
        self, settings: Callable[[Mapping[str, Any] | None], Settings], *, supervised: bool
    ) -> None:
        self._settings = settings
        self._supervised = supervised
        self._waiting: list[asyncio.Future[Sequence[str]]] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def reload(self) -> Sequence[str]:
        """Read everything anew; says which settings wait for a restart.

        Raises:
            TechinfoError: Something is wrong, and the old settings stay in force.
        """
        if not self._supervised:
            return await self.current.reload(lambda: self._settings(None))
        outcome: asyncio.Future[Sequence[str]] = asyncio.get_running_loop().create_future()
        self._waiting.append(outcome)
        os.kill(os.getppid(), signal.SIGHUP)
        try:
            async with asyncio.timeout(_PATIENCE_S):
                return await outcome
        except TimeoutError as error:
            raise TechinfoError("no new settings have come; the log may say why") from error

    def begin(self) -> None:
        """The same, for a signal: nobody waits, and the log has what came of it."""
        self._do(self.reload)

    def take(self, line: bytes) -> None:
        """Orders of the process that started this one."""
        self._do(lambda: self._obeyed(line))

    async def _obeyed(self, line: bytes) -> Sequence[str]:
        waiting, self._waiting = self._waiting, []
        try:
            message = json.loads(line)
            if "refused" in message:
                raise TechinfoError(message["refused"])
            done = await self.current.reload(lambda: self._settings(message["orders"]))
        except TechinfoError as error:
            for outcome in waiting:
                if not outcome.done():
                    outcome.set_exception(error)
            raise
        for outcome in waiting:
            if not outcome.done():
                outcome.set_result(done)
        return done

    def _do(self, work: Callable[[], Awaitable[Sequence[str]]]) -> None:
        async def done() -> None:
            with suppress(TechinfoError):  # the log has it
                await work()

        task = asyncio.get_running_loop().create_task(done())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _at(settings: Settings, key: str) -> Any:
    section, name = key.split(".")
    return getattr(getattr(settings, section), name)
