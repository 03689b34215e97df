"""The front panel of a switch, and its ports against the orders on them."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from techinfo.page.screen import N_, Screen


async def switch(screen: Screen) -> Response:
    """Every port, as on the device."""
    name = screen.request.path_params["element"]
    fresh = {"Cache-Control": "no-cache"} if screen.query("fresh") else {}
    told = await screen.api.ask("GET", "switch", name, "panel", headers=fresh)
    if not told.good:
        return screen.refused(told)
    ports = [_port(port) for port in told.body["ports"]]
    counted = {state: sum(p["state"] == state for p in ports) for state in ("up", "down", "off")}
    return screen.html(
        "switch.html",
        panel=told.body,
        ports=ports,
        counted=counted,
        age_s=int(told.headers.get("age", "0")),
    )


_DIFFERS = {
    "vlan_missing": N_("VLAN %(ordered)s of %(service)s is not on the port, which has %(has)s."),
    "vlan_not_ordered": N_("VLAN %(has)s of %(service)s is on the port; nobody has ordered it."),
    "rate_below_order": N_(
        "%(service)s is limited to %(has)s kbit/s; %(ordered)s kbit/s are ordered."
    ),
    "snooping_off": N_(
        "DHCP snooping is not on in VLAN %(ordered)s of %(service)s, but in %(has)s."
    ),
}
_SNOOPED_NOWHERE = N_("DHCP snooping is on in no VLAN of the switch; %(service)s needs leases.")


async def orders(screen: Screen) -> Response:
    """The ports of a switch against what is ordered on them."""
    name = screen.request.path_params["element"]
    told = await screen.api.ask("GET", "switch", name, "audit")
    if not told.good:
        return screen.refused(told)
    return screen.html(
        "orders.html",
        told=told.body,
        differences=[one | {"words": _words(screen, one)} for one in told.body["differences"]],
        age_s=int(told.headers.get("age", "0")),
    )


def _words(screen: Screen, one: dict[str, Any]) -> str:
    has = ", ".join(map(str, one["configured"]))
    values = {"ordered": one.get("ordered", ""), "service": one["serviceType"], "has": has}
    known = _DIFFERS.get(one["what"])
    if one["what"] == "snooping_off" and not has:
        known = _SNOOPED_NOWHERE
    return screen.say(known) % values if known else str(one["what"])


def _port(port: dict[str, Any]) -> dict[str, Any]:
    link = {True: "up", False: "down", None: "unknown"}[port.get("link")]
    state = "off" if port.get("adminDown") else link
    return port | {"state": state, "short": short_name(port.get("name", ""), port["ifIndex"])}


def short_name(name: str, if_index: int) -> str:
    """What is printed beside the socket: ``GigabitEthernet1/0/7`` -> ``1/0/7``."""
    digits = name.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_ ")
    return digits or name or str(if_index)
