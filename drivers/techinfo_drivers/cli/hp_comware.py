"""HP, H3C and 3Com Comware 3, 5 and 7: 4200G, 4500, 5500, 5900.

Commands: see the sources of templates/hp_comware.toml. Leases, optics and the short list of
neighbours stand on the command references only.
"""

from __future__ import annotations

from collections.abc import Iterator

from techinfo.driver import cli as c
from techinfo.driver import cli_session as s
from techinfo.driver import cli_words as w


def _status(values: c.Values, _: str | None) -> Iterator[c.CliPort]:
    """ADM and "Administratively DOWN" are switched off; F and H are duplex in the short list."""
    state = values["state"].lower()
    up = state.startswith("up")
    mode = {"f": "full", "h": "half"}.get(values.get("duplex", "").lower(), values.get("duplex"))
    yield c.CliPort(
        port=values["port"],
        link_up=up,
        admin_up=not state.startswith(("adm", "administratively")),
        speed=w.speed(values.get("speed")) if up else None,
        full_duplex=w.duplex(mode) if up else None,
        description=w.texts(values, "description")[0],
    )


_ONE = r"(?P<port>[a-z][a-z-]* ?\d[\d/.]*)"
_DIS = r"dis(?:play)?"
CLI = c.CliPlatform(
    names=("hp_comware", "h3c_comware"),
    vendor="HP",
    session=s.CliSession(
        prompt=r"<[^<>\s]{1,64}>",
        config_prompt=r"\[[^\[\]\s]{1,64}\]",
        after_login=("screen-length disable",),
        logout="quit",
        questions=(s.Answer(asked=r".*Press Y or ENTER to continue.*", typed="\n"),),
        netmiko="screen-length disable; at log-out exit",
    ),
    tables=(
        w.table(
            c.CliPort,
            "display interface brief",
            "hp_comware.brief",
            _status,
            rf"{_DIS} (?:int\w* br\w*|br\w* int\w*)(?: {_ONE})?",
        ),
        w.table(
            c.CliPort,
            "display interface",
            "hp_comware.interfaces",
            _status,
            rf"{_DIS} int[a-z]*(?: {_ONE})?",
            one_port="display interface {port}",
        ),
        w.table(
            c.CliCounters,
            "display interface",
            "hp_comware.interfaces",
            w.counted,
            rf"{_DIS} int[a-z]*(?: {_ONE})?",
            one_port="display interface {port}",
        ),
        w.table(
            c.CliMac,
            "display mac-address",
            "hp_comware.mac",
            w.learnt,
            rf"{_DIS} mac-addr[a-z]*(?: (?!count|aging|statistics)[a-z].*)?",
            one_port="display mac-address interface {port}",
        ),
        w.table(
            c.CliLease,
            "display dhcp snooping binding",
            "hp_comware.lease",
            w.leased,
            rf"{_DIS} dhcp[- ]snooping(?: binding)?(?: .*)?",
            manual=True,
        ),
        w.table(
            c.CliOptic,
            "display transceiver diagnosis interface",
            "hp_comware.optic",
            w.measured,
            rf"{_DIS} transceiver (?:diagnosis|manuinfo)(?: interface)?(?: {_ONE})?",
            manual=True,
            one_port="display transceiver diagnosis interface {port}",
        ),
        w.table(
            c.CliNeighbour,
            "display lldp neighbor-information verbose",
            "hp_comware.neighbours",
            w.neighbour,
            rf"{_DIS} lldp neighbor(?:-information)?(?: interface {_ONE})?(?: verbose)?",
            one_port="display lldp neighbor-information interface {port} verbose",
        ),
        w.table(
            c.CliNeighbour,
            "display lldp neighbor-information list",
            "hp_comware.neighbours_list",
            w.neighbour,
            manual=True,
        ),
    ),
)
