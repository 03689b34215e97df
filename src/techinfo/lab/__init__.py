"""A network of recorded switches on loopback addresses, for demo, tests and load."""

from techinfo.lab.device import DeviceCounts
from techinfo.lab.processes import Lab
from techinfo.lab.site import FaultSpec, LabDevice

__all__ = ["DeviceCounts", "FaultSpec", "Lab", "LabDevice"]
