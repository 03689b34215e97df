"""MikroTik RouterOS 6 and 7.

Commands: see the sources of templates/mikrotik_routeros.toml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from techinfo.driver import cli as c
from techinfo.driver import cli_session as s
from techinfo.driver import cli_words as w


def _pairs(values: c.Values) -> c.Values:
    """Of ``mac-address=… interface=…``; a value may have blanks."""
    if "pairs" not in values:
        return values
    found = re.findall(r"([\w-]+)=(\"[^\"]*\"|.*?)(?= [\w-]+=|$)", values["pairs"])
    return {"flags": values.get("flags", ""), **{key: text.strip('"') for key, text in found}}


def _mac(values: c.Values, _: str | None) -> Iterator[c.CliMac]:
    """L is the bridge's own, X and I are not in use; a wildcard has the port it stands on."""
    told = _pairs(values)
    if set("LXI") & set(told["flags"]):
        return
    port = told.get("ports") or told.get("on-interface") or told["interface"]
    mac, vlan = told.get("mac") or told["mac-address"], told.get("vlan") or told.get("vid")
    kind = "dynamic" if "D" in told["flags"] else "static"
    yield from w.learnt({"mac": mac, "vlan": vlan, "kind": kind, "ports": port}, None, r"bridge\d*")


def _port(values: c.Values, _: str | None) -> Iterator[c.CliPort]:
    """R is running, X disabled."""
    told = _pairs(values)
    flags = told["flags"]
    yield c.CliPort(
        port=told.get("port") or told["name"], link_up="R" in flags, admin_up="X" not in flags
    )


def _each(values: c.Values) -> Iterator[c.Values]:
    """One for each port: of several, the values stand side by side."""
    ports = values["port"].split()
    if len(ports) == 1:
        yield values
        return
    cut = {key: text.split() for key, text in values.items()}
    for n, _ in enumerate(ports):
        yield {key: told[n] for key, told in cut.items() if len(told) == len(ports)}


def _monitor(values: c.Values, _: str | None) -> Iterator[c.CliPort]:
    for told in _each(values):
        status, rate, duplex = w.texts(told, "status", "rate", "duplex")
        up = None if status in (None, "unknown") else status == "link-ok"
        yield c.CliPort(
            port=told["port"],
            link_up=up,
            speed=w.speed(rate) if up else None,
            full_duplex={"yes": True, "no": False}.get(duplex or "") if up else None,
        )


def _module(values: c.Values, _: str | None) -> Iterator[c.CliOptic | c.CliModule]:
    for told in _each(values):
        plain = {
            key: re.sub(r"(?:dBm|mA|C|V)$", "", told[key])
            for key in ("rx", "tx", "temp", "volt", "bias")
            if key in told
        }
        yield from w.measured({**told, **plain}, None)


_PRINT = r"print(?: (?:terse|brief|detail|without-paging|where .*))*"
_MONITOR = r"/?interface[ /]ethernet[ /]monitor .*"
_SEEN = w.Tables("mikrotik_routeros")
_MANUAL = w.Tables("mikrotik_routeros", manual=True)
CLI = c.CliPlatform(
    names=("mikrotik_routeros", "mikrotik_switchos"),
    vendor="MikroTik",
    driver="mikrotik_routeros",
    refusals=(r"bad command name", r"expected end of command", r"no such item"),
    session=s.CliSession(
        prompt=r"\[[^\[\]]{1,80}\] (?:/[\w /-]*)?>",
        config_prompt="",
        logout="/quit",
        enter="\r\n",
        repaints=True,
        user_suffix="+ct511w4098h",
        questions=(
            s.Answer(asked=r".*see the software license.*", typed="n"),
            s.Answer(asked=r".*press \"?enter\"? to continue.*", typed="\r\n"),
        ),
        netmiko="at log-out quit; the same options behind the user's name",
    ),
    tables=(
        _SEEN(
            c.CliMac,
            "/interface bridge host print terse",
            ("terse", "hosts"),
            rf"/?interface[ /]bridge[ /]host[ /]{_PRINT}",
            row=_mac,
        ),
        _MANUAL(
            c.CliPort,
            "/interface print terse",
            ("terse", "list"),
            rf"/?interface(?:[ /]ethernet)?[ /]{_PRINT}",
            row=_port,
        ),
        *_SEEN.each(
            {c.CliPort: _monitor, c.CliOptic: _module},
            "/interface ethernet monitor [find] once",
            "monitor",
            _MONITOR,
        ),
    ),
)
