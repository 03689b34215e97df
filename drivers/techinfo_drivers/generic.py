"""Any device that speaks the standard MIBs: what stands here is what every driver starts from.

No sysObjectID is claimed; a device that no other driver claims is read with this one.
"""

from techinfo.driver import Driver

DRIVER = Driver(
    name="generic",
    vendor="",
    series="any agent with IF-MIB; the rest as far as it has it",
)
