"""Nokia (Alcatel-Lucent) ISAM: 7302, 7330, 7360 with GPON, XGS-PON and Ethernet line cards.

Seen: 7360 R6.5.02r with one FWLT-C card (recording nokia-isam), whose ifIndexes show how they are
made: slot, level (13 PON, 14 ONT), PON, ONT.
Source: SFP-MIB; public scripts for the ONTs, whose module is not public.
"""

from __future__ import annotations

import techinfo.driver as d

_ISAM = "1.3.6.1.4.1.637.61.1"
_DIAG = f"{_ISAM}.56.5.1"  # sfpDiagEntry: logical slot, cage on the faceplate
_INVENTORY = f"{_ISAM}.56.6.1"  # sfpInventoryEntry
_ONT = f"{_ISAM}.35.10"
_OPER_STATUS = "1.3.6.1.2.1.2.2.1.8"
_SLOTS = 4353  # rack 1, shelf 1, slot 0: the NT, whose slot is 0 in ifIndexes as well
_CAGES = 256  # from here on they are cages of an NT: 257 is xfp:1
_PON, _ONT_LEVEL = 13, 14
_XGS = 0x2000
"""A bit that the PONs of a FWLT-C have in their ifIndex, and those of older cards have not."""
_UNLISTED = 1 << 31


def _pon(slot: int, pon: int) -> int:
    return slot << 25 | _PON << 21 | pon << 16


def _of_line_card(index: d.Index) -> int | None:
    """IfIndex of the PON that a cage of a line card is of."""
    if len(index) != 2 or not _SLOTS + 1 < index[0] < _SLOTS + 64 or not 0 < index[1] <= 32:
        return None
    return _pon(index[0] - _SLOTS, index[1] - 1)


def _on_line_card(if_index: int) -> d.Index | None:
    """The reverse of `_of_line_card`, for PONs of cards of either kind."""
    if if_index >> 21 & 15 != _PON or if_index & _UNLISTED:
        return None
    return _SLOTS + (if_index >> 25), (if_index >> 16 & 31) + 1


def _of_nt(index: d.Index) -> int | None:
    """A number of our own, beyond any ifIndex: the cages of an NT have none."""
    is_nt = len(index) == 2 and index[0] in {_SLOTS, _SLOTS + 1} and index[1] > _CAGES
    return _UNLISTED | index[0] << 16 | index[1] if is_nt else None


def _on_nt(if_index: int) -> d.Index | None:
    """The reverse of `_of_nt`."""
    return (if_index >> 16 & 0x7FFF, if_index & 0xFFFF) if if_index & _UNLISTED else None


def _is_ont(index: d.Index) -> bool:
    return len(index) == 1 and index[0] >> 21 & 15 == _ONT_LEVEL


def _pon_of_ont(index: d.Index) -> int | None:
    return _pon(index[0] >> 25, index[0] >> 16 & 31) if _is_ont(index) else None


def _ont_of(index: d.Index) -> int | None:
    """Number of an ONT on its PON, counted from 1 as the command line does."""
    return (index[0] >> 9 & 127) + 1 if _is_ont(index) else None


def _index_of(pon: int, ont: int) -> d.Index:
    return ((pon & ~_XGS) + (1 << 21) | (ont - 1) << 9,)


_CARD = d.PortKey(
    source=d.FromIndex(_of_line_card, d.integer, "PON of slot and cage"),
    or_else=lambda number: number | _XGS,
    index_of=_on_line_card,
)
_NT = d.PortKey(
    source=d.FromIndex(_of_nt, d.integer, "cage of an NT"), unlisted=True, index_of=_on_nt
)


def _lanes(cell: d.Cell) -> tuple[d.Power | None, ...] | None:
    """``Lane0: -1.20 dBm; Lane1: No-Power;``."""
    if not isinstance(cell, bytes) or not cell.startswith(b"Lane"):
        return None
    parts = [part.partition(b":")[2] for part in cell.split(b";") if part.strip()]
    return tuple(d.power_text(part) for part in parts)


def _level(cell: d.Cell) -> d.Power | None:
    return None if isinstance(cell, bytes) and cell.startswith(b"Lane") else d.power_text(cell)


_LEVEL: d.Convert[d.Power] = d.Convert("text with unit (dBm)", _level)
_EACH_LANE = d.Convert("text with a level for each lane", _lanes)


def _diagnostics(port: d.PortKey) -> d.TransceiverTable:
    return d.TransceiverTable(
        mib="SFP-MIB",
        verified_by=("nokia-isam",),
        port=port,
        present=d.Column(f"{_DIAG}.3", d.one_of({1: True, 3: False}, "cageEmpty(3)")),
        rx_lost=d.Column(f"{_DIAG}.4", d.one_of({1: True, 2: False}, "los(1)")),
        tx_power=d.Column(f"{_DIAG}.6", _LEVEL),
        rx_power=d.Column(f"{_DIAG}.7", _LEVEL),
        bias=d.Column(f"{_DIAG}.8", d.milliamperes()),
        voltage=d.Column(f"{_DIAG}.9", d.volts()),
        temperature=d.Column(f"{_DIAG}.10", d.celsius()),
        lanes_tx=d.Column(f"{_DIAG}.6", _EACH_LANE),
        lanes_rx=d.Column(f"{_DIAG}.7", _EACH_LANE),
    )


def _inventory(port: d.PortKey) -> d.TransceiverTable:
    return d.TransceiverTable(
        mib="SFP-MIB",
        port=port,
        vendor=d.Column(f"{_INVENTORY}.9", d.text),
        part_number=d.Column(f"{_INVENTORY}.5", d.text),
        serial_number=d.Column(f"{_INVENTORY}.11", d.text),
    )


DRIVER = d.Driver(
    name="nokia_isam",
    vendor="Nokia",
    series="ISAM 7302, 7330, 7360; seen: 7360 R6.5 with XGS-PON",
    sys_object_ids=(_ISAM,),
    hardware=d.Hardware(
        mib="recording nokia-isam",
        model=(d.FromDescr(r"^R\S+ +(\S+)"),),
        firmware=(d.FromDescr(r"^(R\d\S+)"),),
        mac=d.standard.HARDWARE.mac,
    ),
    transceivers=(
        _diagnostics(_CARD),
        _diagnostics(_NT),
        _inventory(_CARD),
        _inventory(_NT),
    ),
    onts=(
        d.OntTable(
            mib="IF-MIB 2000-06-14; recording nokia-isam",
            verified_by=("nokia-isam",),
            port=d.PortKey(
                source=d.FromIndex(_pon_of_ont, d.integer, "PON of an ONT's ifIndex"),
                or_else=lambda number: number | _XGS,
            ),
            ont_id=d.FromIndex(_ont_of, d.integer, "ONT of an ifIndex"),
            index_of=_index_of,
            up=d.Column(_OPER_STATUS, d.standard.up),
        ),
        d.OntTable(
            mib="public scripts",
            port=d.PortKey(
                source=d.FromIndex(_pon_of_ont, d.integer, "PON of an ONT's ifIndex"),
                or_else=lambda number: number | _XGS,
            ),
            ont_id=d.FromIndex(_ont_of, d.integer, "ONT of an ifIndex"),
            index_of=_index_of,
            serial_number=d.Column(f"{_ONT}.1.1.5", d.ont_serial),
        ),
    ),
    ont_light=(
        d.OntLightTable(
            mib="public scripts",
            rx_power=d.Column(f"{_ONT}.14.1.2", d.dbm(0.002, {32768: None, -32768: None})),
            tx_power=d.Column(f"{_ONT}.14.1.4", d.dbm(0.002, {32768: None, -32768: None})),
            olt_rx=d.Column(f"{_ONT}.18.1.2", d.dbm(0.1, {65534: None})),
        ),
    ),
    verified_by={"nokia-isam": ("link", "counters", "transceiver", "onts")},
    notes=(
        "The cages of an NT have no ifIndex: they are told under 2147483648 plus slot and cage.",
        "Why and when an ONT went is not told: no public source shows where it stands.",
        "The light of an ONT stands on public scripts.",
    ),
)
