"""What both trees of Zyxel's switches have in common: optics, MAC table, how a rate is switched on.

Source: ZYXEL-TRANSCEIVER-MIB 2012-07-01, ZYXEL-MGS3712-MIB 2004-11-03, recordings zynos and
zynos_mgs3712.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import techinfo.driver as d

ZYXEL = "1.3.6.1.4.1.890.1"
NEW, OLD = f"{ZYXEL}.15.3", f"{ZYXEL}.5.8"
DESCR = d.FromDescr(r"^(?:ZyXEL )?([A-Z]+-?\d\S*)")
NOTES = (
    "Leases, groups and rates are from the MIB texts alone.",
    "Rate limits: queue says the direction, in is from the customer.",
)
COMMON: dict[str, Any] = {
    "vendor": "Zyxel",
    "macs": (
        # FdbId is the VLAN: zynos says so in dot1qVlanFdbId; zynos_mgs3712 has no such column, but
        # FdbIds that are its VLANs. Between VLAN and MAC GS1900 has one part more (F7).
        replace(d.standard.FDB_IS_VLAN, verified_by=("zynos", "zynos_mgs3712")),
        d.standard.BRIDGE_MACS,
    ),
    "limits": d.SnmpLimits(unordered=True),
}


def enabled(entry: str, rate: int, state: int, scale: float = 1, all_: str = "") -> d.Column[int]:
    """A rate that counts while its state is enabled, and that of the whole switch if there is."""
    told = d.ByScalar(all_, {1: d.kilobits(scale)}) if all_ else d.kilobits(scale)
    return d.Column(f"{entry}.{rate}", told, d.Valid(f"{entry}.{state}", frozenset({1})))


def _level(zero: d.Dark | None) -> d.Convert[d.Power]:
    """Hundredths of a dBm; nothing above 10 dBm, where some software gives linear power.

    A dark module is -4000 or, where its raw level is zero, 0: in `zynos` the six ports with 0
    beside a temperature and a supply have no link, and no port with a link has 0 (O2).
    """
    hundredths = d.dbm(0.01, special={0: zero})

    def call(cell: d.Cell) -> d.Power | None:
        level = hundredths(cell)
        return None if isinstance(level, float) and level > 10 else level

    return d.Convert("dBm x 0.01, up to 10", call)


def _described(cell: d.Cell) -> bool | None:
    """A row that describes itself is read by its word, also where that is N/A (empty cage)."""
    return False if isinstance(cell, bytes) and d.decode_text(cell) else None


_SUPPLY = (
    d.Quantity("temperature", d.celsius(0.01)),
    d.Quantity("voltage", d.volts(0.01)),
    d.Quantity("bias", d.milliamperes(0.01)),
)
_TX, _RX = (d.Quantity(n, _level(d.Dark.NO_LIGHT)) for n in ("tx_power", "rx_power"))
_WORDS: Mapping[int | str, d.Quantity] = {
    **dict(zip(("temp", "volt", "bias"), _SUPPLY, strict=True)),
    **dict.fromkeys(("txpower", "tx power"), _TX),
    **dict.fromkeys(("rxpower", "rx power"), _RX),
}
# In the order of SFF-8472; so they are in `zynos`, where each row says its word. Without words
# nothing tells an empty cage, which is all zeros, from a dark module.
_LEVELS = (d.Quantity(n, _level(None)) for n in ("tx_power", "rx_power"))
_NUMBERS: Mapping[int | str, d.Quantity] = dict(enumerate((*_SUPPLY, *_LEVELS), 1))
_READINGS = d.PortKey(d.PortBy.BRIDGE_PORT, trailing=tuple((n,) for n in range(1, 6)))


def optics(
    mib: str,
    ddmi: tuple[str, str],
    serial: tuple[str, str, str, str],
    **verified_by: tuple[str, ...],
) -> tuple[d.Optics, ...]:
    """Readings by their description, else by their type; module and cage.

    Args:
        mib: Module and revision.
        ddmi: Columns with value and description.
        serial: Columns with type of module, vendor, part number, serial number.
        **verified_by: Recordings that prove ``words``, ``numbers``.
    """
    value, description = ddmi
    return (
        d.QuantityTable(
            mib=mib,
            verified_by=verified_by.get("words", ()),
            port=_READINGS,
            value=value,
            kind=d.Column(description, d.text),
            kinds=_WORDS,
        ),
        d.QuantityTable(
            mib=mib,
            verified_by=verified_by.get("numbers", ()),
            port=_READINGS,
            value=value,
            kind=d.index_at(1, d.integer),
            kinds=_NUMBERS,
            valid=d.Column(description, d.Convert("no description", _described)),
            valid_unless_told=True,
        ),
        d.TransceiverTable(
            mib=mib,
            port=d.BRIDGE_PORT,
            present=d.Column(
                serial[0], d.one_of({1: True, 2: True, 3: False}, "not nonoperational(3)")
            ),
            diagnostics=d.Column(serial[0], d.one_of({1: True, 2: False}, "okWithDdm(1)")),
            vendor=d.Column(serial[1], d.text),
            part_number=d.Column(serial[2], d.text),
            serial_number=d.Column(serial[3], d.text),
            row=d.absent_if_nameless,  # nonoperational(3) is an empty cage
        ),
    )
