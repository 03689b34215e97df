"""What the drivers' tests share: a device made of a few cells, read on the real path."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar, cast

import pytest

from techinfo.collect.once import read_once
from techinfo.collect.registry import Registry, load
from techinfo.collect.target import PortName, Reading, Target
from techinfo.model import Fact
from techinfo.recordings.playback import RecordedConversation
from techinfo.recordings.recording import Recording
from techinfo.recordings.recording import load as load_recording
from techinfo.wire import Cell

T = TypeVar("T")
FIXTURES = Path(__file__).parents[2] / "fixtures"
NOW = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
_FACTS = tuple(Fact)
_TAGS: dict[type, int] = {int: 2, bytes: 4, tuple: 6}


@pytest.fixture(scope="session")
def registry() -> Registry:
    """All drivers of the package."""
    return load()


@pytest.fixture
def play(registry: Registry) -> Callable[..., Reading]:
    """``play(cells, sys_object_id=…)`` reads a made-up device with the driver that claims it.

    Its arguments: ``cells``, dotted OID with instance -> cell, which win over the usual ones;
    ``sys_descr``; ``ports``, ifIndex -> ifName of Ethernet ports that are up, by default port 1
    ``p1``; ``port``, the ifIndex of the one port to read, by default all are; and whatever a
    `Target` takes. It is noon of `NOW`, and the device has been up for a day.
    """

    def read(
        cells: Mapping[str, Cell],
        *,
        sys_object_id: str,
        sys_descr: str = "",
        ports: Mapping[int, str] | None = None,
        port: int | None = None,
        **target: Any,
    ) -> Reading:
        held = _system(sys_object_id, sys_descr)
        for number, name in ({1: "p1"} if ports is None else ports).items():
            held |= _port(number, name)
        held |= cells
        recording = Recording.from_rows({oid: (_TAGS[type(c)], c) for oid, c in held.items()})
        name_of_port = PortName(name=str(port), by="index") if port is not None else None
        asked = Target(element="made-up", host="192.0.2.1", port_name=name_of_port, **target)
        conversation = RecordedConversation(recording)
        return asyncio.run(read_once(conversation, asked, registry, _FACTS, NOW))

    return read


@pytest.fixture
def made_up(registry: Registry) -> Callable[..., Reading]:
    """``made_up("driver/file")`` reads a recording of our own making, all of it or one port.

    Its arguments: where it stands below ``fixtures``; ``port``, the ifIndex of the one port to
    read; and whatever a `Target` takes. Readings are rounded to a millionth. A file that is not
    there fails the test.
    """

    def read(name: str, *, port: int | None = None, **target: Any) -> Reading:
        recording = load_recording(FIXTURES / f"{name}.snmprec")
        name_of_port = PortName(name=str(port), by="index") if port is not None else None
        asked = Target(element="made-up", host="192.0.2.1", port_name=name_of_port, **target)
        conversation = RecordedConversation(recording)
        return _rounded(asyncio.run(read_once(conversation, asked, registry, _FACTS, NOW)))

    return read


def _rounded(thing: T) -> T:
    """Without what floating point adds to a scaled number."""
    made: Any = thing
    if isinstance(thing, float):
        made = round(thing, 6)
    elif isinstance(thing, tuple):
        made = tuple(map(_rounded, thing))
    elif isinstance(thing, Mapping):
        made = {key: _rounded(value) for key, value in thing.items()}
    elif is_dataclass(thing) and not isinstance(thing, type):
        made = replace(thing, **{f.name: _rounded(getattr(thing, f.name)) for f in fields(thing)})
    return cast("T", made)


def _system(sys_object_id: str, sys_descr: str) -> dict[str, Cell]:
    """SysDescr, sysObjectID, sysUpTime of a day, sysName."""
    return {
        "1.3.6.1.2.1.1.1.0": sys_descr.encode(),
        "1.3.6.1.2.1.1.2.0": tuple(int(n) for n in sys_object_id.split(".")),
        "1.3.6.1.2.1.1.3.0": 8_640_000,
        "1.3.6.1.2.1.1.5.0": b"made-up",
    }


def _port(number: int, name: str) -> dict[str, Cell]:
    """IfDescr, ifType ethernetCsmacd, admin and oper up, ifLastChange, ifName, 1 Gbit/s."""
    return {
        f"1.3.6.1.2.1.2.2.1.2.{number}": name.encode(),
        f"1.3.6.1.2.1.2.2.1.3.{number}": 6,
        f"1.3.6.1.2.1.2.2.1.7.{number}": 1,
        f"1.3.6.1.2.1.2.2.1.8.{number}": 1,
        f"1.3.6.1.2.1.2.2.1.9.{number}": 1_000,
        f"1.3.6.1.2.1.31.1.1.1.1.{number}": name.encode(),
        f"1.3.6.1.2.1.31.1.1.1.15.{number}": 1_000,
    }
