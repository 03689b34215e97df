"""What ``techinfo diagnose`` does: cases of files and of living accesses, and their verdicts."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from techinfo.cli.asking.live_service import live_service
from techinfo.diagnosis.case import read_case
from techinfo.diagnosis.judge import diagnose
from techinfo.errors import CaseError, TechinfoError

if TYPE_CHECKING:  # who judges files alone needs none of it
    from techinfo.config import Settings
    from techinfo.inventory import Inventory

_LARGEST = 64 * 1024 * 1024
"""Octets of one file that are read: a dump of a large chassis."""
_CASE = "techinfo.case/1"
_DEADLINE_S = 30.0
_SUFFIXES = (".json", ".jsonl")


def is_file(item: str) -> bool:
    """Whether an argument names a file, and not an access."""
    return item.endswith(_SUFFIXES) or "/" in item or Path(item).is_file()


def of_file(path: Path, *, make_case: bool) -> Iterator[dict[str, Any]]:
    """A line for each case of a file, or one that says why there is none."""
    try:
        for document in _documents(path):
            for names, case in _cases(document):
                yield {"case": path.name, **names, **_told(case, make_case=make_case)}
    except OSError as e:
        yield {"case": path.name, "error": e.strerror or str(e)}
    except (ValueError, RecursionError):
        yield {"case": path.name, "error": "it is no JSON"}
    except CaseError as e:
        yield {"case": path.name, "error": str(e)}


def _cases(document: object) -> Iterator[tuple[Mapping[str, Any], object]]:
    """What tells each case of a document from the others, and the case."""
    schema = document.get("schema", _CASE) if isinstance(document, dict) else _CASE
    if schema == _CASE:
        yield {}, document
        return
    from techinfo.api.documents.dumped_case import cases_of  # the rest needs none of the API

    for found in cases_of(document):
        yield found.names, found.case


def _documents(path: Path) -> Iterator[object]:
    """What a file holds: one document, or one on each line."""
    with path.open("rb") as file:
        octets = file.read(_LARGEST + 1)
    if len(octets) > _LARGEST:
        raise CaseError(f"it is larger than {_LARGEST >> 20} MiB")
    if path.suffix != ".jsonl":
        yield json.loads(octets)
        return
    for line in octets.splitlines():
        if line.strip():
            yield json.loads(line)


def _told(case: object, *, make_case: bool) -> dict[str, Any]:
    judged = diagnose(read_case(case))
    return {"document": case} if make_case else {"diagnosis": judged}


@dataclass(frozen=True, kw_only=True, slots=True)
class Asking:
    """How living accesses are asked.

    Attributes:
        provider: As this provider sees them; ``None``: as the operator does.
        cached: By what the collector of the running service knows; nothing is read.
        make_case: The case is wanted in place of the verdict.
    """

    provider: str | None = None
    cached: bool = False
    make_case: bool = False


def of_accesses(
    settings: Settings,
    inventory: Inventory,
    ids: Sequence[str],
    asking: Asking,
    with_logins: Callable[[], Settings],
) -> list[dict[str, Any]]:
    """A line for each access, or one that says why there is none.

    Args:
        settings: Without the secrets of log-ins.
        inventory: Has the accesses.
        ids: Their accessIds.
        asking: How they are asked.
        with_logins: The settings with those secrets.

    Raises:
        ConfigError: There is no collector to ask for what it knows.
    """
    return asyncio.run(_of_accesses(settings, inventory, ids, asking, with_logins))


async def _of_accesses(
    settings: Settings,
    inventory: Inventory,
    ids: Sequence[str],
    asking: Asking,
    with_logins: Callable[[], Settings],
) -> list[dict[str, Any]]:
    from techinfo.access.freshness import MOST_STALE_S, CachePolicy
    from techinfo.access.viewer import Role, Viewer

    role = Role.OPERATOR if asking.provider is None else Role.PROVIDER
    viewer = Viewer(name="command line", role=role, provider=asking.provider)
    policy = CachePolicy(max_age_s=0.0, deadline_s=_DEADLINE_S)
    if asking.cached:
        policy = CachePolicy(max_age_s=MOST_STALE_S, cached=True)
    async with live_service(settings, inventory, with_logins, cached=asking.cached) as service:
        return [
            await _line(service, viewer, access_id, policy, make_case=asking.make_case)
            for access_id in ids
        ]


async def _line(
    service: Any, viewer: Any, access_id: str, policy: Any, *, make_case: bool
) -> dict[str, Any]:
    from techinfo.api.documents.diagnosis import judge
    from techinfo.api.onapi.part_states import assembled

    try:
        access, answers = await service.everything(viewer, access_id, policy)
        answer = await assembled(service.troubleshooter, access, answers)
        judged = await judge(service, viewer, answer)
    except TechinfoError as e:
        return {"case": access_id, "error": str(e)}
    told = {"document": judged.case} if make_case else {"diagnosis": judged.diagnosis}
    return {"case": access_id, **told}
