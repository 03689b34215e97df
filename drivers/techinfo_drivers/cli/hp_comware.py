"""HP, H3C and 3Com Comware 3, 5 and 7: 4200G, 4500, 5500, 5900.

Commands: see the sources of templates/hp_comware.toml. Leases, optics and the short list of
neighbours stand on the command references only.
"""

from __future__ import annotations

from collections.abc import Iterator

from techinfo.driver.cli import (
    CliCounters,
    CliLease,
    CliMac,
    CliNeighbour,
    CliOptic,
    CliPlatform,
    CliPort,
    Values,
)
from techinfo.driver.cli_words import (
    counted,
    duplex,
    learnt,
    leased,
    measured,
    neighbour,
    speed,
    table,
    texts,
)


def _status(values: Values, _: str | None) -> Iterator[CliPort]:
    """ADM and "Administratively DOWN" are switched off; F and H are duplex in the short list."""
    state = values["state"].lower()
    up = state.startswith("up")
    mode = {"f": "full", "h": "half"}.get(values.get("duplex", "").lower(), values.get("duplex"))
    yield CliPort(
        port=values["port"],
        link_up=up,
        admin_up=not state.startswith(("adm", "administratively")),
        speed=speed(values.get("speed")) if up else None,
        full_duplex=duplex(mode) if up else None,
        description=texts(values, "description")[0],
    )


_ONE = r"(?P<port>[a-z][a-z-]* ?\d[\d/.]*)"
_DIS = r"dis(?:play)?"
CLI = CliPlatform(
    names=("hp_comware", "h3c_comware"),
    vendor="HP",
    tables=(
        table(
            CliPort,
            "display interface brief",
            "hp_comware.brief",
            _status,
            rf"{_DIS} (?:int\w* br\w*|br\w* int\w*)(?: {_ONE})?",
        ),
        table(
            CliPort,
            "display interface",
            "hp_comware.interfaces",
            _status,
            rf"{_DIS} int[a-z]*(?: {_ONE})?",
        ),
        table(
            CliCounters,
            "display interface",
            "hp_comware.interfaces",
            counted,
            rf"{_DIS} int[a-z]*(?: {_ONE})?",
        ),
        table(
            CliMac,
            "display mac-address",
            "hp_comware.mac",
            learnt,
            rf"{_DIS} mac-addr[a-z]*(?: (?!count|aging|statistics)[a-z].*)?",
        ),
        table(
            CliLease,
            "display dhcp snooping binding",
            "hp_comware.lease",
            leased,
            rf"{_DIS} dhcp[- ]snooping(?: binding)?(?: .*)?",
            manual=True,
        ),
        table(
            CliOptic,
            "display transceiver diagnosis interface",
            "hp_comware.optic",
            measured,
            rf"{_DIS} transceiver (?:diagnosis|manuinfo)(?: interface)?(?: {_ONE})?",
            manual=True,
        ),
        table(
            CliNeighbour,
            "display lldp neighbor-information verbose",
            "hp_comware.neighbours",
            neighbour,
            rf"{_DIS} lldp neighbor(?:-information)?(?: interface {_ONE})?(?: verbose)?",
        ),
        table(
            CliNeighbour,
            "display lldp neighbor-information list",
            "hp_comware.neighbours_list",
            neighbour,
            manual=True,
        ),
    ),
)
