"""The front panel of a switch."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from techinfo.page.screen import Screen


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


def _port(port: dict[str, Any]) -> dict[str, Any]:
    link = {True: "up", False: "down", None: "unknown"}[port.get("link")]
    state = "off" if port.get("adminDown") else link
    return port | {"state": state, "short": short_name(port.get("name", ""), port["ifIndex"])}


def short_name(name: str, if_index: int) -> str:
    """What is printed beside the socket: ``GigabitEthernet1/0/7`` -> ``1/0/7``."""
    digits = name.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_ ")
    return digits or name or str(if_index)
