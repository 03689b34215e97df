"""The ways to misbehave, by name, for `Lab.fault` and `FaultSpec`.

A fault is handed the request and the function that answers it; what it gives back is sent instead.
Faults of one device stand before one another in the order in which they were set; one that lets the
device hold something else (`techinfo.lab.wire_faults`) hides those that were set after it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from techinfo.errors import ConfigError
from techinfo.lab.agent_faults import (
    dead_on_bulk,
    dead_over_varbinds,
    looping_rows,
    outside_rows,
    silent_over_repetitions,
    skipped_rows,
    too_big_over_octets,
    too_big_over_repetitions,
    unordered_rows,
)
from techinfo.lab.fault import Fault, Faulty
from techinfo.lab.link_faults import fading, flapping
from techinfo.lab.site import Argument, FaultSpec
from techinfo.lab.wire_faults import (
    changed,
    duplicated,
    garbage,
    lossy,
    other_address,
    partial_table,
    rebooted,
    renumbered,
    reordered,
    silent,
    slow,
    swapped,
    truncated,
    wrong_community,
)

KINDS: Final[Mapping[str, Callable[..., Fault]]] = {
    kind.__name__: kind
    for kind in (
        silent,
        slow,
        lossy,
        reordered,
        duplicated,
        truncated,
        garbage,
        other_address,
        wrong_community,
        dead_over_varbinds,
        dead_on_bulk,
        too_big_over_repetitions,
        too_big_over_octets,
        silent_over_repetitions,
        skipped_rows,
        looping_rows,
        unordered_rows,
        outside_rows,
        partial_table,
        changed,
        renumbered,
        rebooted,
        swapped,
        flapping,
        fading,
    )
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to misbehave, as people read it.

    Attributes:
        arguments: As in a signature: ``seconds: float``, ``count: int = 2``.
        sentence: What it does.
    """

    name: str
    arguments: tuple[str, ...]
    sentence: str


def listed() -> Iterator[Kind]:
    """Every way to misbehave."""
    for name, kind in KINDS.items():
        arguments = [
            str(parameter).replace("'", "")
            for parameter in inspect.signature(kind).parameters.values()
            if parameter.kind is inspect.Parameter.KEYWORD_ONLY
        ]
        sentence = (inspect.getdoc(kind) or "").partition("\n")[0]
        yield Kind(name, tuple(arguments), sentence)


def made(spec: FaultSpec, device: Faulty) -> Fault:
    """The fault that a spec names.

    Raises:
        ConfigError: There is none of this name, or its arguments do not fit.
        RecordingError: It needs a recording that cannot be read.
    """
    kind = KINDS.get(spec.kind)
    if kind is None:
        raise ConfigError(f"no fault is called so; there are {', '.join(KINDS)}", key=spec.kind)
    args: dict[str, Argument] = dict(spec.args)
    try:
        return kind(device, **args)
    except (TypeError, ValueError) as error:
        raise ConfigError(f"arguments that do not fit: {', '.join(args)}", key=spec.kind) from error
