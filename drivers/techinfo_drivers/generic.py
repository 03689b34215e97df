"""Any device that speaks the standard MIBs: what stands here is what every driver starts from.

No sysObjectID is claimed; a device that no other driver claims is read with this one.
"""

from techinfo.driver import Driver, standard

DRIVER = Driver(
    name="generic",
    vendor="",
    series="any agent with IF-MIB; the rest as far as it has it",
    # IOS XR and NX-OS have Cisco's sensors, with light in dBm.
    transceivers=(standard.ENTITY_SENSORS, standard.CISCO_SENSORS, standard.ENTITY_MODULES),
    verified_by={
        "maipu-sm4200-16gef8ge-ac": ("link", "counters", "macs", "vlans"),
        "iosxr_ncs540": ("link", "counters", "transceiver"),
    },
)
