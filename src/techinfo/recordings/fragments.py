"""Walks of some tables only, as people mail them: whose they are, and what they cannot tell."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from techinfo.collect.registry import Registry
from techinfo.collect.target import Reading, Target
from techinfo.driver import standard
from techinfo.driver.driver import Driver, bound
from techinfo.facts.build import tables_of
from techinfo.facts.describe import described
from techinfo.facts.joins import JoinTable, pieces
from techinfo.facts.plan import columns
from techinfo.model import Fact, Part, State

_OF_A_MAKER = re.compile(r"1\.3\.6\.1\.4\.1(?:\.\d+)+")
Has = Callable[[str], bool]
"""Whether a recording holds an instance, or rows below an OID."""


def is_fragment(has: Has) -> bool:
    """Whether a walk was cut to some tables: no agent lacks what is missing."""
    identity = (standard.SYS_DESCR, standard.SYS_OBJECT_ID, standard.SYS_NAME)
    return not any(map(has, identity)) or not any(map(has, JoinTable.INTERFACES.value))


def fitted(target: Target, registry: Registry, has: Has) -> Target:
    """The target with the driver whose own tables a walk holds, where it does not say whose it is.

    The driver of most columns that are there. Where several have as many and do not read them all
    alike, none is guessed, and the standard MIBs are read. A driver that was named stays; its model
    is the one of these tables.
    """
    if has(standard.SYS_OBJECT_ID):
        return target
    named = [registry.named(target.driver)] if target.driver else list(registry.drivers.values())
    fits = {
        (driver.name, model): _own(bound(driver, model), has)
        for driver in named
        for model in driver.bases or ("",)
    }
    most = max(map(len, fits.values()))
    best = [fit for fit, columns_there in fits.items() if len(columns_there) == most]
    alike = len({fits[fit] for fit in best}) == 1
    if target.driver or (most and alike):
        return replace(target, driver=best[0][0], assumed_id=best[0][1])
    return target


_NOTHING = (State.EMPTY, State.UNSUPPORTED)
"""What an agent has said in vain, of which a walk without the tables shows nothing."""


def told(reading: Reading, registry: Registry, has: Has, now: datetime) -> Reading:
    """A reading in which nothing is called empty of which the walk has no table."""
    driver = registry.named(reading.driver)
    models = [bound(driver, model) for model in driver.bases or ("",)]
    parts: dict[Fact, Part] = {}
    for fact, part in reading.parts.items():
        tables = [table for model in models for table in tables_of(model, fact)]
        asked = [column for table in tables for column in columns(table)]
        if part.state in _NOTHING and asked and not any(map(has, asked)):
            cause = "the recording has none of the tables that tell this"
            parts[fact] = Part(state=State.FAILED, read_at=now, cause=cause, code="element_error")
        elif part.state is State.OK and _lacks_bridge(driver, fact, has):
            cause = (
                "the recording has no dot1dBasePortIfIndex: bridge ports were taken for ifIndexes"
            )
            parts[fact] = replace(part, state=State.PARTIAL, cause=cause)
        else:
            parts[fact] = part
    return replace(reading, parts=parts)


def _lacks_bridge(driver: Driver, fact: Fact, has: Has) -> bool:
    """Whether rows by bridge port are there, and what tells which port that is was left out."""
    needed = pieces(driver, tables_of(driver, fact), fact)
    return (
        fact is Fact.MACS
        and JoinTable.BRIDGE in needed
        and not has(standard.DOT1D_BASE_PORT_IF_INDEX)
    )


def _own(driver: Driver, has: Has) -> frozenset[tuple[str, str, str]]:
    """What a driver makes of the columns and scalars of its maker that are there."""
    return frozenset(
        (field.name, field.oid, field.unit)
        for table in described(driver)
        for field in table.fields
        if _OF_A_MAKER.fullmatch(field.oid) and has(field.oid)
    )
