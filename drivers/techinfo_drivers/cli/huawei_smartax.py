"""Huawei SmartAX OLTs by their command line: MA5600T, MA5603T, MA5608T, MA5680T, MA5683T, MA5800.

Commands: see the sources of templates/huawei_smartax.toml. No recording proves any of them, nor
what is said at log-in and log-out. Every public script types them after ``enable``: without a
secret for more rights they may be unknown, and nothing is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from techinfo.driver import cli as c
from techinfo.driver import cli_session as s
from techinfo.driver import cli_words as w

_MOST_VLAN = 4094
_PON = frozenset({"gpon", "epon"})
_DSL = frozenset({"adl", "vdl"})


def _at(values: c.Values) -> tuple[str, str | None]:
    """F/S/P as commands take it; and the ONT, which stands under VPI on a PON port."""
    port, kind, vpi = "".join(values["port"].split()), values["type"].lower(), values["vpi"]
    if kind in _DSL or (kind not in _PON and vpi == "-"):
        return port, None
    if kind not in _PON or vpi == "-":
        raise ValueError("nothing tells whether it is an ONT's")
    return port, vpi


def _vlan(text: str) -> int:
    vlan = c.number(text)
    if vlan is None or not 1 <= vlan <= _MOST_VLAN:
        raise ValueError(f"{text!r} is no VLAN")
    return vlan


def _service_port(values: c.Values, _: str | None) -> Iterator[c.CliPortVlan]:
    """FLOW PARA is the customer's tag where FLOW TYPE is vlan; stacking and QinQ add an outer one.

    Of ``pritag``, ``v/e``, ``encap`` and the others nothing is told of the customer's side.
    """
    port, ont = _at(values)
    flow, told = values["flow"].lower(), values["para"].lower()
    user = _vlan(told) if flow == "vlan" and told.isdecimal() else None
    yield c.CliPortVlan(
        port=port,
        vlan=_vlan(values["vlan"]),
        tagged=True if user is not None else False if (flow, told) == ("vlan", "untag") else None,
        user_vlan=user,
        outer=None if values["attr"].lower() == "common" else True,
        ont=c.number(ont),
    )


def _mac(values: c.Values, _: str | None) -> Iterator[c.CliMac]:
    port, ont = _at(values)
    _vlan(values["vlan"])
    for row in w.learnt({**values, "ports": port}, None):
        yield replace(row, ont=ont)


_DIS = r"dis(?:play)?"
_PORT = r"(?: port (?P<port>\d+/\d+/\d+)(?: ont \d+)?)"
CLI = c.CliPlatform(
    names=("huawei_smartax", "huawei_olt"),
    vendor="Huawei",
    driver="huawei_smartax",
    drivers_too=("huawei_smartax_mdu",),
    in_name=r"[a-z][\w-]* ?(?P<port>\d+/\d+/\d+)",  # GPON 0/1/0, ethernet0/8/0
    refusals=(r"% ?too many parameters",),  # % Parameter error is about this ONT alone
    session=s.CliSession(
        config_prompt=r".*\(.*\)(?:#|%%)",  # (config)#, (config-if-gpon-0/1)#, (diagnose)%%
        logout="quit",
        questions=(s.Answer(asked=r".*\(y/n\) ?\[n\] ?:?", typed="n\n"),),
        at_logout=(
            s.Answer(asked=r".*are you sure to log out ?\? ?\(y/n\) ?\[n\] ?:?", typed="y\n"),
        ),
        pagers=(
            s.Answer(asked=r"-+ more \( press 'q' to break \) -+", typed=" "),
            # What may follow a command that is whole without it; netmiko turns that off for all.
            s.Answer(asked=r"\{ ?(?:.*\|)?<cr>(?:\|.*)? ?\}: ?", typed="\n"),
        ),
        enable="enable",
        netmiko="undo smart; enable; infoswitch cli OFF; scroll; YES to a banner that asks",
    ),
    tables=tuple(
        c.CliTable(
            kind=kind,
            command=f"display {words} all",
            template=f"huawei_smartax.{section}",
            row=row,
            also=(rf"{_DIS} {words}(?: all|{_PORT}| vlan \d+)?",),
            one_port=f"display {words} port {{port}}",
            one_ont=f"display {words} port {{port}} ont {{ont}}",
            dear=True,
            manual=True,
        )
        for kind, words, section, row in (
            (c.CliPortVlan, "service-port", "service_port", _service_port),
            (c.CliMac, "mac-address", "mac", _mac),
        )
    ),
)
