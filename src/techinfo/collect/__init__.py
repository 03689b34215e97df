"""From a driver's tables and a device's answers to facts; one owner of every conversation."""

from techinfo.collect.agent_limits import Learnt
from techinfo.collect.backoff import Pauses
from techinfo.collect.collector import Collector, Manners, Opener, Paused
from techinfo.collect.once import read_once
from techinfo.collect.protocol import AnyCollector, Met, Numbers
from techinfo.collect.registry import Registry, load
from techinfo.collect.target import Cost, PortName, Reading, Target

__all__ = [
    "AnyCollector",
    "Collector",
    "Cost",
    "Learnt",
    "Manners",
    "Met",
    "Numbers",
    "Opener",
    "Paused",
    "Pauses",
    "PortName",
    "Reading",
    "Registry",
    "Target",
    "load",
    "read_once",
]
