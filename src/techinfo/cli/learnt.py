"""The file of what was learnt: opened for the service, or only looked into; and how it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from rich.table import Table as RichTable

from techinfo.cli.console import err, out
from techinfo.collect import AgentLimits
from techinfo.config import Settings
from techinfo.errors import ConfigError
from techinfo.store.agent_limits import AgentKind, AgentLimitsFile, Presence


@contextmanager
def learnt_to_keep(settings: Settings) -> Iterator[AgentLimits]:
    """What was learnt, for who learns more.

    A file that cannot be written is read; a folder that is not there is warned of, and what is
    learnt ends with the process.

    Raises:
        ConfigError: The file is no such file, damaged, or newer than this program.
    """
    path = settings.collect.learnt
    try:
        file = AgentLimitsFile.open(path)
    except ConfigError as e:
        kept = _opened_for_reading(settings, e)
        err.print(f"warning: {e}; what is learnt of devices is not kept", markup=False)
        if kept is None:
            yield AgentLimits()
            return
        file = kept
    with closing(file):
        yield AgentLimits(file)


def _opened_for_reading(settings: Settings, why: ConfigError) -> AgentLimitsFile | None:
    path = settings.collect.learnt
    if isinstance(why.__cause__, OSError) and not path.is_file():
        return None
    try:
        return AgentLimitsFile.open_read_only(path)
    except ConfigError:
        raise why from None


@contextmanager
def learnt_to_read(settings: Settings) -> Iterator[AgentLimits]:
    """What was learnt so far; nothing, where there is no file.

    Raises:
        ConfigError: It cannot be read.
    """
    path = settings.collect.learnt
    if not path.is_file():
        yield AgentLimits()
        return
    with closing(AgentLimitsFile.open_read_only(path)) as file:
        yield AgentLimits(file)


def forget(settings: Settings, driver: str) -> int:
    """Erase what was learnt of a driver's devices; says how many rows that were.

    Raises:
        ConfigError: There is no file, or it cannot be written.
    """
    path = settings.collect.learnt
    if not path.is_file():
        raise ConfigError(f"{path}: is not there", key="collect.learnt")
    with AgentLimitsFile.open(path) as file:
        return file.forget(driver)


def show(learnt: AgentLimits, driver: str) -> None:
    """Print what was learnt of a driver's devices, by model and software."""
    rows: dict[AgentKind, list[tuple[str, str, str]]] = {}
    for lesson in learnt.lessons:
        sure = "" if lesson.sure else " (counts for others when a second one says so)"
        when = f"{lesson.element}, {lesson.at:%Y-%m-%d}"
        rows.setdefault(lesson.kind, []).append(("limits", lesson.why + sure, when))
    for c in learnt.capabilities:
        words = f"{c.fact}: {c.presence}"
        words += ", so it is unsupported" if c.presence is Presence.ABSENT else ""
        rows.setdefault(c.kind, []).append(("probe", words, f"{c.element}, {c.at:%Y-%m-%d}"))
    for kind in sorted(rows, key=lambda k: (k.model, k.software)):
        if kind.driver == driver:
            out.print("\n[bold]learnt[/] of ", end="")
            out.print(f"{kind.model}  {kind.software}", markup=False)
            table = RichTable(box=None, pad_edge=False, show_header=False)
            for row in rows[kind]:
                table.add_row(f"  {row[0]}", *row[1:])
            out.print(table, markup=False)
