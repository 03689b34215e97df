"""Ciena 39xx and 51xx with SAOS.

None recorded here.
Source: WWP-LEOS-PORT-XCVR-MIB and CIENA-CES-PORT-XCVR-MIB, of which the former is the elder.
"""

from __future__ import annotations

from dataclasses import replace

import techinfo.driver as d

_E = "1.3.6.1.4.1"
_WWP = f"{_E}.6141.2.60.4.1.1.1.1"  # wwpLeosPortXcvrEntry
_CES = f"{_E}.1271.2.1.9.1.1.1.1"  # cienaCesPortXcvrEntry
_TRUTH = d.one_of({1: True, 2: False}, "TruthValue")
_PORT_NUMBER = d.PortKey(d.PortBy.NAME, d.index_at(0, d.number_text))
_TEN_THOUSANDTHS = d.dbm(0.0001, {0: None})
_MICROWATTS = d.watts(1e-6)

_LEOS = d.TransceiverTable(
    mib="WWP-LEOS-PORT-XCVR-MIB",
    port=_PORT_NUMBER,  # ifName is the number of the port
    vendor=d.Column(f"{_WWP}.7", d.text),
    part_number=d.Column(f"{_WWP}.9", d.text),
    serial_number=d.Column(f"{_WWP}.11", d.text),
    temperature=d.Column(f"{_WWP}.16", d.celsius()),
    bias=d.Column(f"{_WWP}.18", d.milliamperes()),
    rx_lost=d.Column(f"{_WWP}.28", _TRUTH),
    diagnostics=d.Column(f"{_WWP}.29", _TRUTH),
    rx_power=d.Column(f"{_WWP}.105", _TEN_THOUSANDTHS),
    tx_power=d.Column(f"{_WWP}.106", _TEN_THOUSANDTHS),
)
_CES_NAMES = d.TransceiverTable(
    mib="CIENA-CES-PORT-XCVR-MIB",
    port=_PORT_NUMBER,
    vendor=d.Column(f"{_CES}.25", d.text),
    part_number=d.Column(f"{_CES}.27", d.text),
    serial_number=d.Column(f"{_CES}.29", d.text),
)
_CES_OPTICS = d.TransceiverTable(
    mib="CIENA-CES-PORT-XCVR-MIB",
    port=_PORT_NUMBER,
    row=d.measured("temperature"),  # whole microwatts of 0 are no light only where it measures
    temperature=d.Column(f"{_CES}.3", d.celsius()),
    voltage=d.Column(f"{_CES}.4", d.volts(0.001)),
    bias=d.Column(f"{_CES}.5", d.milliamperes()),
    rx_power=d.Column(f"{_CES}.6", _MICROWATTS),
    tx_power=d.Column(f"{_CES}.35", _MICROWATTS),
)
_NAMED = d.PortKey(d.PortBy.NAME, d.Column(f"{_CES}.40", d.raw_text))

DRIVER = d.Driver(
    name="ciena_saos",
    vendor="Ciena",
    series="39xx and 51xx with SAOS 6 to 8; none recorded here",
    sys_object_ids=(f"{_E}.6141.1", f"{_E}.1271", f"{_E}.562.68"),
    hardware=d.Hardware(
        model=(d.FromDescr(r"^(\S+(?: \S+ Switch)?)"),),
        firmware=(d.FromDescr(r"saos-([\w.-]+)"),),
    ),
    transceivers=(
        _LEOS,
        replace(_CES_NAMES, port=_NAMED),
        replace(_CES_OPTICS, port=_NAMED),
        _CES_NAMES,
        _CES_OPTICS,
    ),
    notes=(
        "Light is from the MIB texts alone; the newer MIB has whole microwatts, so that weak"
        " light is told within 0.2 dB at -20 dBm and within 2 dB at -27 dBm.",
    ),
)
