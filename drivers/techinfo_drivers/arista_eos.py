"""Arista switches with EOS.

Seen: DCS-7150S-52-CL with 4.20.5F (arista-dcs-7150s-52-cl). Source: that recording and
ARISTA-IF-MIB 2021-03-10. Light is in ENTITY-SENSOR-MIB, in watts; all tables but one are standard.
"""

from __future__ import annotations

import techinfo.driver as d

_ARISTA = "1.3.6.1.4.1.30065"

_CLOSED = d.ProtectionTable(
    mib="ARISTA-IF-MIB 2021-03-10",  # the column is of 2021-01-21: older software has none
    # aristaIfErrDisabledReason: empty while the port is not error-disabled.
    found=d.Column(f"{_ARISTA}.3.15.1.1.1.10", d.closed_by_text("ErrDisabledReason")),
)

DRIVER = d.Driver(
    name="arista_eos",
    vendor="Arista",
    series="7010 to 7500 with EOS; seen: 7150S with 4.20",
    sys_object_ids=(f"{_ARISTA}.1",),  # aristaProducts
    transceivers=(d.standard.ENTITY_SENSORS, d.standard.ENTITY_MODULES),
    protections=(_CLOSED,),
    verified_by={
        "arista-dcs-7150s-52-cl": (
            "link",
            "counters",
            "transceiver",
            "macs",
            "neighbours",
            "vlans",
        ),
    },
    notes=("Why a port is error-disabled is from the MIB text alone (EOS of 2021 and later).",),
)
