"""``techinfo record HOST --cli``: what a device prints, into a CLI recording."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import typer

from techinfo.cli.console import err
from techinfo.cli.service.sessions import check_login, pool_of
from techinfo.collect.registry import cli_platforms
from techinfo.config import Settings
from techinfo.driver.cli import CliPlatform
from techinfo.errors import ConfigError
from techinfo.recordings.cli_scrubbing import scrubbed_cli
from techinfo.ssh.cli_recording import CliRecording, dumped
from techinfo.ssh.sessions.commands import every_command
from techinfo.ssh.sessions.dialogue import Asked
from techinfo.ssh.sessions.target import SshTarget

_MODE = 0o600
"""Of the file: it may hold what nobody has read yet."""


@dataclass(frozen=True, kw_only=True)
class CliJob:
    """One recording.

    Attributes:
        old: Old algorithms that the device may be spoken with.
        commands: Of those that the platform declares, these alone; empty: all.
        yes: Nobody is asked whether to send them.
    """

    settings: Settings
    host: str
    port: int
    platform: str
    login: str
    old: tuple[str, ...]
    commands: tuple[str, ...]
    scrub: bool
    yes: bool
    tool: str

    def run(self, output: Path | None) -> int:
        """Name the commands, send them, write what came; the exit status."""
        platform = _platform(self.platform)
        commands = self.commands or every_command(platform)
        path = output or Path(f"{self.platform}_{self.host}.cli")
        if path.exists():
            raise ConfigError(f"{path} is there already; choose another --output", key="--output")
        self._name(platform, commands)
        if not self.yes and not typer.confirm("Send them?", err=True):
            return 1
        told = asyncio.run(self._asked(commands))
        return self._write(path, platform, told)

    def _name(self, platform: CliPlatform, commands: Sequence[str]) -> None:
        session = platform.session
        err.print(f"{self.host} will be sent, as {self.login}:", markup=False)
        if session is not None:
            login = self.settings.logins.get(self.login)
            if session.enable and login is not None and login.secret("enable"):
                err.print(f"  {session.enable}   (for this session, and its secret)", markup=False)
            for line in session.after_login:
                err.print(f"  {line}   (for this session)", markup=False)
            for command in commands:
                err.print(f"  {command}", markup=False)
            err.print(f"  {session.logout}", markup=False)

    async def _asked(self, commands: Sequence[str]) -> tuple[Asked, ...]:
        target = SshTarget(
            element=self.host,
            host=self.host,
            port=self.port,
            platform=self.platform,
            login=self.login,
            old=self.old,
        )
        check_login(self.settings, self.login)
        pool = pool_of(self.settings)
        try:
            return await pool.ask(target, commands)
        finally:
            await pool.close()

    def _write(self, path: Path, platform: CliPlatform, told: Sequence[Asked]) -> int:
        outputs = tuple(asked.output for asked in told if asked.output.text or not asked.error)
        made = CliRecording(self.platform, outputs, recorded=datetime.now(UTC))
        if self.scrub:
            user = self.settings.logins[self.login].user
            result = scrubbed_cli(made, platform, [self.host, user])
            made = result.recording
            for cause in result.unread:
                err.print(f"note: {cause}", markup=False)
        head = {"source": self.tool, "scrubbed": "yes" if self.scrub else "no"}
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(dumped(made, **head))
        for asked in told:
            if asked.error is not None:
                err.print(f"{asked.output.command}: {asked.error}", markup=False)
        err.print(f"{path}: {len(outputs)} outputs", markup=False)
        words = "scrubbed. Read it all the same" if self.scrub else "not scrubbed"
        err.print(f"{words}: techinfo replay {path}", markup=False)
        return 0 if all(asked.error is None for asked in told) else 1


def _platform(name: str) -> CliPlatform:
    platforms = cli_platforms()
    if name not in platforms:
        raise ConfigError(f"{name!r} is none of {', '.join(sorted(platforms))}", key="--platform")
    return platforms[name]
