"""ADVA FSP 150, network interface devices that end a leased line.

Seen: FSP150CC-XG210 10.1.2-195 and FSP 150-GE114Pro, whose walk has no interfaces.
Source: CM-PERFORMANCE-MIB, CM-FACILITY-MIB.
"""

from __future__ import annotations

from dataclasses import replace

import techinfo.driver as d

_E = "1.3.6.1.4.1"
_XG210 = "adva_fsp150_xg210"
_ROLLOVER = 3  # interval of the statistics: 15 minutes(1), a day(2), since they were cleared(3)


def _stats(table: int, port: d.PortKey, temperature: int | None) -> d.TransceiverTable:
    """cmEthernet…PortStatsEntry: NE, shelf, slot, port, interval."""
    entry = f"{_E}.2544.1.12.5.1.{table}.1"
    return d.TransceiverTable(
        mib="CM-PERFORMANCE-MIB, CM-FACILITY-MIB",
        verified_by=(_XG210,) if temperature else (),
        port=port,
        row_active=d.index_at(4, d.is_one_of(frozenset({_ROLLOVER}), "interval is rollover(3)")),
        # A copper port reads 0 and 0; levels are whole dBm, and both 0 at once are no light's.
        row=d.measured("rx_power", "tx_power"),
        bias=d.Column(f"{entry}.32", d.milliamperes()),  # …StatsLBC
        tx_power=d.Column(f"{entry}.33", d.dbm()),  # …StatsOPT
        rx_power=d.Column(f"{entry}.34", d.dbm()),  # …StatsOPR
        temperature=d.Column(f"{entry}.{temperature}", d.celsius()) if temperature else None,
    )


def _facility(table: int) -> d.PortKey:
    """By cmEthernet…PortIfIndex, which stands without the interval."""
    return d.PortKey(source=d.Column(f"{_E}.2544.1.12.4.1.{table}.1.2", d.integer, outer=1))


def _traffic(index: d.Index) -> bytes:
    """As ifName has it: ``TRAFFIC PORT-1-1-1-1``."""
    return f"TRAFFIC PORT-{'-'.join(map(str, index[:4]))}".encode()


DRIVER = d.Driver(
    name="adva_fsp150",
    vendor="ADVA",
    series="FSP 150; seen: FSP150CC-XG210 10.1.2-195, FSP 150-GE114Pro",
    sys_object_ids=(f"{_E}.2544.1.12",),
    hardware=replace(
        d.standard.HARDWARE,
        model=(d.Column(f"{d.standard.ENT_PHYSICAL_NAME}.1", d.text), d.FromDescr(r"^(.+)$")),
    ),
    transceivers=(
        _stats(1, _facility(1), 39),  # access
        _stats(5, _facility(7), 40),  # network
        _stats(21, d.PortKey(d.PortBy.NAME, d.FromIndex(_traffic, d.raw_text, "NE to port")), None),
    ),
    verified_by={_XG210: ("link", "counters", "transceiver")},
    notes=(
        "Light is whole dBm.",
        "Traffic ports are from the MIB text alone, and found by their names.",
    ),
)
