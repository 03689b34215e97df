"""Units are types: mypy refuses a temperature where a light level belongs.

They cost nothing at run time (``NewType``). Scales and sentinels are a driver's business
(`techinfo.driver.convert`); what stands here is already in the unit.
"""

from __future__ import annotations

from enum import Enum
from typing import NewType

Dbm = NewType("Dbm", float)
"""Optical power, decibels over one milliwatt."""

Celsius = NewType("Celsius", float)
"""Temperature, °C."""

MilliAmpere = NewType("MilliAmpere", float)
"""Laser bias current, mA."""

Volt = NewType("Volt", float)
"""Supply voltage, V."""

MegabitPerSecond = NewType("MegabitPerSecond", int)
"""Line rate, Mbit/s."""

KilobitPerSecond = NewType("KilobitPerSecond", int)
"""Shaping and policing rates, kbit/s."""


class Dark(Enum):
    """Why there is no light level. Never a number: what to print is the renderer's business."""

    NO_LIGHT = "no light"
    """The module has diagnostics, and they say that nothing arrives (or leaves)."""
    NO_DIAGNOSTICS = "no diagnostics"
    """A module without diagnostics, or a reading that nothing proves."""
    NO_MODULE = "no module"
    """The cage is empty."""


Power = Dbm | Dark
"""A light level, or the reason why there is none."""
