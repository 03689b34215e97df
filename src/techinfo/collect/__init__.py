"""From a driver's tables and a device's answers to facts; one owner of every conversation."""

from techinfo.collect.agent_limits import AgentLimits
from techinfo.collect.backoff import Paused, Pauses, PollingLimits, refuse
from techinfo.collect.collector import Collector, Opener
from techinfo.collect.once import read_once
from techinfo.collect.registry import Registry, load
from techinfo.collect.target import (
    AnyCollector,
    CollectorStats,
    Cost,
    DeviceInfo,
    PortName,
    Reading,
    Target,
)

__all__ = [
    "AgentLimits",
    "AnyCollector",
    "Collector",
    "CollectorStats",
    "Cost",
    "DeviceInfo",
    "Opener",
    "Paused",
    "Pauses",
    "PollingLimits",
    "PortName",
    "Reading",
    "Registry",
    "Target",
    "load",
    "read_once",
    "refuse",
]
