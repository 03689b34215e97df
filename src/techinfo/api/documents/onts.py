"""ONTs in our own documents, and a light level as they show it.

In them *no light* is said in words; only ON-API's own answers put a number for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from techinfo.api.onapi import render
from techinfo.api.onapi import schemas as s
from techinfo.api.onapi.render import bare
from techinfo.model import Ont, OntLight, PortFacts, PortVlan, Transceiver, Uni
from techinfo.units import Dark, Power

OntAccess = Callable[[int], str | None]
"""The access of an ONT, by its number on the port."""


def ont_rows(facts: PortFacts, access_of: OntAccess) -> list[dict[str, Any]]:
    """The ONTs of a port; those that were asked over OMCI with their light and Ethernet ports."""
    light = {told.ont_id: told for told in facts.ont_light}
    known = {ont.ont_id: ont for ont in facts.onts}
    return [
        ont_row(known.get(n, Ont(ont_id=n)), light.get(n), access_of(n))
        for n in sorted({*known, *light})
    ]


def ont_row(ont: Ont, light: OntLight | None, access_id: str | None = None) -> dict[str, Any]:
    """One ONT; unknown is left out."""
    optic = light.transceiver if light else None
    told = no_floor(bare(render.transceiver(optic) or s.TransceiverInfo()), optic)
    received = level(light.olt_rx) if light else None
    row = {
        "ontId": ont.ont_id,
        "accessId": access_id,
        "serialNumber": ont.serial_number,
        "name": ont.name,
        "up": ont.up,
        "upSince": render.time(ont.up_since),
        "lastDownAt": render.time(ont.last_down),
        "lastDownCause": ont.last_down_cause,
        "distance": ont.distance,
        "transceiver": (told | ({} if received is None else {"oltRx": received})) or None,
        "uni": [_uni(x) for x in light.unis] if light and light.unis else None,
    }
    return {key: value for key, value in row.items() if value is not None}


def port_vlan(row: PortVlan) -> dict[str, Any]:
    """A VLAN of a port, and the ONT behind it that it is for; unknown is left out."""
    told = {
        "vlan": row.vlan,
        "tagged": row.tagged,
        "userVlan": row.user_vlan,
        "outer": row.outer or None,
        "ontId": row.ont,
    }
    return {key: value for key, value in told.items() if value is not None}


def _uni(uni: Uni) -> dict[str, Any]:
    told = {
        "index": uni.index,
        "link": uni.link.up,
        "linkSpeed": uni.link.speed,
        "fullDuplex": uni.link.full_duplex,
    }
    return {key: value for key, value in told.items() if value is not None}


def no_floor(told: dict[str, Any], optic: Transceiver | None) -> dict[str, Any]:
    """Only ON-API's own answers put a number for *no light*; a dump has the words (``light``)."""
    dark = {
        name
        for name, level in (
            ("dbmRx", optic and optic.rx_power),
            ("dbmTx", optic and optic.tx_power),
        )
        if isinstance(level, Dark)
    }
    return {name: value for name, value in told.items() if name not in dark}


def level(power: Power | None) -> str | None:
    """A level as text; the words for the dark stand elsewhere."""
    return None if isinstance(power, Dark) else render.power(power)
