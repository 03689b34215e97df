"""Settings into a rhythm."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from techinfo.config import PollingSettings
from techinfo.config.polling import hours
from techinfo.polling.due import Rhythm, Window


def rhythm_of(settings: PollingSettings) -> Rhythm:
    """How often what is polled, by the settings."""
    windows = (hours(window) for window in settings.windows)
    return Rhythm(
        light=timedelta(seconds=settings.light_s),
        full=timedelta(seconds=settings.full_s) if settings.full_s else None,
        onts=timedelta(seconds=settings.onts_s) if settings.onts_s else None,
        windows=tuple(Window(begin=begin, end=end) for begin, end in windows),
        zone=ZoneInfo(settings.zone),
        longest_walk_s=settings.longest_walk_s,
        parallel=settings.parallel,
        parallel_silent=settings.parallel_silent,
    )
