"""HP, H3C and 3Com Comware 3, 5 and 7: 4200G, 4500, 5500, 5900.

Commands: see the sources of templates/hp_comware.toml. Leases, optics, rates and the short
list of neighbours stand on the command references only.
"""

from __future__ import annotations

from collections.abc import Iterator

from techinfo.driver import cli as c
from techinfo.driver import cli_session as s
from techinfo.driver import cli_words as w


def _status(values: c.Values, _: str | None) -> Iterator[c.CliPort]:
    """ADM and words with "administratively" are switched off; F and H are duplex in the short list.

    "DOWN ( Administratively )" stands in the MSR2000/3000/4000 Interface Command Reference.
    """
    state = values["state"].lower()
    up = state.startswith("up")
    mode = {"f": "full", "h": "half"}.get(values.get("duplex", "").lower(), values.get("duplex"))
    shut = state == "adm" or "administratively" in state
    yield w.linked({**values, "duplex": mode}, up, not shut)


def _rate(values: c.Values, _: str | None) -> Iterator[c.CliRate]:
    """The one rate of a limit is the most that passes, too."""
    rate = w.kilobits(values["rate"], values["unit"])
    way = {"inbound": "in", "outbound": "out"}[values["way"].lower()]
    yield c.CliRate(port=values["port"], queue=way, cir=rate, pir=rate)


_ONE = r"(?P<port>[a-z][a-z-]* ?\d[\d/.]*)"
_DIS = r"dis(?:play)?"
_SEEN = w.Tables("hp_comware")
_MANUAL = w.Tables("hp_comware", manual=True)
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
        _SEEN(
            c.CliPort,
            "display interface brief",
            "brief",
            rf"{_DIS} (?:int\w* br\w*|br\w* int\w*)(?: {_ONE})?",
            row=_status,
        ),
        *_SEEN.each(
            {c.CliPort: _status, c.CliCounters: w.counted},
            "display interface",
            "interfaces",
            rf"{_DIS} int[a-z]*(?: {_ONE})?",
            one_port="display interface {port}",
        ),
        _SEEN(
            c.CliMac,
            "display mac-address",
            "mac",
            rf"{_DIS} mac-addr[a-z]*(?: (?!count|aging|statistics)[a-z].*)?",
            one_port="display mac-address interface {port}",
        ),
        _MANUAL(
            c.CliLease,
            "display dhcp snooping binding",
            "lease",
            rf"{_DIS} dhcp[- ]snooping(?: binding)?(?: .*)?",
        ),
        _MANUAL(
            c.CliRate,
            "display qos lr interface",
            "rates",
            rf"{_DIS} qos lr(?: interface(?: {_ONE})?)?",
            row=_rate,
            one_port="display qos lr interface {port}",
        ),
        _MANUAL(
            c.CliOptic,
            "display transceiver diagnosis interface",
            "optic",
            rf"{_DIS} transceiver (?:diagnosis|manuinfo)(?: interface)?(?: {_ONE})?",
            one_port="display transceiver diagnosis interface {port}",
        ),
        _SEEN(
            c.CliNeighbour,
            "display lldp neighbor-information verbose",
            "neighbours",
            rf"{_DIS} lldp neighbor(?:-information)?(?: interface {_ONE})?(?: verbose)?",
            one_port="display lldp neighbor-information interface {port} verbose",
        ),
        _MANUAL(c.CliNeighbour, "display lldp neighbor-information list", "neighbours_list"),
    ),
)
