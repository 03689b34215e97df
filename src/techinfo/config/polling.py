"""Sections about what is watched: polling, and how long what it tells is kept.

The words beside a key are what the documentation of the settings takes over.
"""

from __future__ import annotations

import re
from datetime import time
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from techinfo.config.network import zone_name
from techinfo.config.secrets import Located, Section

_WINDOW = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")
_FIVE_MINUTES_S = 300
_MOST_PORT = 65_535


def hours(window: str) -> tuple[time, time]:
    """Begin and end of a window such as ``23:00-04:00``.

    Raises:
        ValueError: It is none.
    """
    found = _WINDOW.fullmatch(window)
    if found is None:
        raise ValueError("is no window; it looks like 23:00-04:00")
    told = [int(part) for part in found.groups()]
    begin, end = time(told[0], told[1]), time(told[2], told[3])
    if begin == end:
        raise ValueError("begins when it ends")
    return begin, end


def _window(found: str) -> str:
    hours(found)
    return found


def _part_of_five_minutes(found: int) -> int:
    if _FIVE_MINUTES_S % found:
        raise ValueError("is no part of five minutes, which are told: 300, 150, 100, 75, 60")
    return found


def _never_or_hours(found: int) -> int:
    if 0 < found < 3600:
        raise ValueError("is more often than once an hour; 0 is never")
    return found


def udp_place(told: str) -> tuple[str, int]:
    """Address and UDP port of ``192.0.2.10:162`` or ``[2001:db8::10]:162``.

    Raises:
        ValueError: It is none.
    """
    host, _, port = told.rpartition(":")
    if not port.isascii() or not port.isdecimal() or not 0 <= int(port) <= _MOST_PORT:
        raise ValueError("is no address with a port, such as 192.0.2.10:162")
    in_brackets = host.startswith("[") and host.endswith("]")
    bare = host[1:-1] if in_brackets else host
    try:
        found = ip_address(bare)
    except ValueError:
        raise ValueError("is no address with a port, such as 192.0.2.10:162") from None
    if (found.version == 6) is not in_brackets:
        raise ValueError("an address of IPv6 stands in brackets, one of IPv4 does not")
    return bare, int(port)


def _place(told: str) -> str:
    udp_place(told)
    return told


UdpPlace = Annotated[str, AfterValidator(_place)]


class TrapSettings(Section):
    """What devices say by themselves: traps, informs, syslog. Off unless a place is named.

    Only the elements of the inventory are heard, by their addresses. What they say starts one look
    at the port (`polling.sites` keeps what it finds); it proves nothing unless it comes over SNMPv3
    with authentication, or to a socket that is `trusted`.
    """

    listen: Annotated[tuple[UdpPlace, ...], Field(max_length=8)] = ()
    """Addresses for traps and informs, ``192.0.2.10:162``; below 1024 the collector's unit needs
    CAP_NET_BIND_SERVICE. SNMPv2c, and SNMPv3 by the users of `credentials`."""
    syslog: Annotated[tuple[UdpPlace, ...], Field(max_length=8)] = ()
    """Addresses for syslog over UDP, ``192.0.2.10:514``; only messages of links are read."""
    trusted: bool = False
    """The addresses of `listen` are reached from the management network alone: what comes there
    proves a lost power, also in SNMPv2c."""


class PollingSettings(Section):
    """What is read again and again, without being asked for. Off unless sites are named."""

    sites: tuple[Annotated[str, Field(min_length=1, max_length=255)], ...] = ()
    """Sites of the inventory whose elements are polled; ``"*"``: all, with those that have none.
    `techinfo plan` tells what that costs the elements."""
    light_s: Annotated[int, Field(ge=60, le=300), AfterValidator(_part_of_five_minutes)] = 300
    """Seconds between two polls of links, counters and optics of an element."""
    full_s: Annotated[int, Field(ge=0, le=86_400), AfterValidator(_never_or_hours)] = 3600
    """Seconds between two polls of MAC tables and neighbours, an hour at least; 0: never."""
    onts_s: Annotated[int, Field(ge=0, le=86_400), AfterValidator(_never_or_hours)] = 0
    """Seconds between two polls of the light of ONTs, an hour at least; 0: never. OLTs of ZTE are
    left out."""
    windows: tuple[Annotated[str, AfterValidator(_window)], ...] = ()
    """Hours of the day in which nothing is polled, such as ``"23:00-04:00"``."""
    zone: Annotated[str, AfterValidator(zone_name)] = "UTC"
    """Time zone of those, such as Europe/Stockholm."""
    parallel: Annotated[int, Field(ge=1, le=10_000)] = 50
    """Elements that are polled at the same time, at most; each question of people takes one."""
    parallel_silent: Annotated[int, Field(ge=1, le=1000)] = 5
    """The same of elements that did not answer the poll before."""
    longest_walk_s: Annotated[float, Field(gt=0, le=600)] = 2.0
    """Seconds; where MAC tables took longer they are not polled for a week."""


class HistorySettings(Section):
    """What polls have told, and how long it is kept."""

    path: Located = Path("history.sqlite")
    """The SQLite file. It is created where there is none and something is polled, its folder is
    not."""
    five_minutes_h: Annotated[float, Field(ge=25, le=24 * 400)] = 48.0
    """Hours for which traffic of every five minutes is kept; a day of it is needed for peaks."""
    hours_days: Annotated[float, Field(ge=1, le=400)] = 14.0
    """Days for which traffic of every hour is kept."""
    keep_days: Annotated[float, Field(ge=1, le=3650)] = 400.0
    """Days for which light, errors and link times of every day are kept, and light at
    installation."""
    transitions_days: Annotated[float, Field(ge=1, le=400)] = 30.0
    """Days for which it is kept when a link came and went, which tells when people are at home."""
    macs_days: Annotated[float, Field(ge=1, le=30)] = 7.0
    """Days for which a MAC address, or what a neighbour says of itself, is kept after it was last
    seen."""
