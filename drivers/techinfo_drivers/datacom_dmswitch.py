"""Datacom DmSwitch: DM3000, DM4000, ETH24GX.

Seen: ETH24GX+4XS+MPLS 15.2.16 (recording datacom). Source: DMswitch-MIB.
"""

from __future__ import annotations

import techinfo.driver as d

_DATACOM = "1.3.6.1.4.1.3709"
_SWITCH = f"{_DATACOM}.3.5.201.1"
_DDM = f"{_SWITCH}.28.1.1"  # ddTransceiversEntry: text with its unit

DRIVER = d.Driver(
    name="datacom_dmswitch",
    vendor="Datacom",
    series="DmSwitch 3000 and 4000; seen: ETH24GX+4XS+MPLS 15.2.16",
    sys_object_ids=(_DATACOM,),
    hardware=d.Hardware(
        mib="DMswitch-MIB; recording datacom",
        model=(d.Column(f"{_SWITCH}.1.2.1.9.1", d.text), d.FromDescr(r"^(DM\d{4}\S*|ETH\S+)")),
        firmware=(d.Column(f"{_SWITCH}.1.2.1.4.1", d.text),),
        serial_number=(d.Column(f"{_SWITCH}.1.2.1.8.1", d.text),),
        mac=d.standard.HARDWARE.mac,
    ),
    transceivers=(
        d.TransceiverTable(
            mib="DMswitch-MIB; recording datacom",
            verified_by=("datacom",),
            temperature=d.Column(f"{_DDM}.2", d.celsius()),
            voltage=d.Column(f"{_DDM}.3", d.volts()),
            rx_power=d.Column(f"{_DDM}.4", d.power_text),
            tx_power=d.Column(f"{_DDM}.5", d.power_text),
            bias=d.Column(f"{_DDM}.6", d.milliamperes()),
        ),
    ),
    verified_by={"datacom": ("link", "counters", "transceiver", "vlans")},
)
