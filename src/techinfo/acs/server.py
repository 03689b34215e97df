"""GenieACS's northbound interface, read and nothing else: one GET a question.

Only ``GET /devices/`` is ever sent: no task, no connection request, so that no CPE hears of a
question. No redirect is followed, so that a password goes nowhere else. The interface has no
authentication of its own (API reference); Basic is for a proxy in front of it.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import logging
import ssl
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from techinfo import __version__
from techinfo.acs.parameters import PROJECTION, Told, Wanted, told
from techinfo.errors import (
    AcsError,
    AcsLoginError,
    AcsTimeoutError,
    AcsUnknownError,
    AddressNotAllowedError,
    ConfigError,
    WrongDeviceError,
)

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_MOST_OCTETS = 2 * 2**20
_CHUNK = 2**16
_MOST_FOUND = 5
"""Devices that are asked for: more than one is too many."""
_AT_A_TIME = 8
"""Questions to one server."""
_MOST_REMEMBERED = 10_000
"""CPEs of which it is remembered under which id an ACS keeps them."""
_REFUSED_FOR_S = 600.0
"""A server that has refused the credential is left alone for so long."""
_SILENT_FOR_S = 10.0
"""The same of one that did not answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AcsServer:
    """An ACS, and what it is asked with.

    Attributes:
        url: Everything before ``/devices``.
        user: Of Basic; empty: it is asked without.
        ca_file: Certificates that are trusted instead of the system's.
        networks: Its address has to be in one of them; empty: it may be any.
        timeout_s: It is not waited for any longer.
    """

    url: str
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: Path | None = None
    networks: tuple[Network, ...] = ()
    timeout_s: float = 10.0


class AcsClient:
    """Asks ACS servers; close it.

    Args:
        servers: By name.
        clock: Seconds that only grow.
    """

    def __init__(
        self, servers: Mapping[str, AcsServer], clock: Callable[[], float] = time.monotonic
    ) -> None:
        # It logs every URL, and those hold serial numbers and MAC addresses.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        self._servers = dict(servers)
        self._clock = clock
        self._clients: dict[str, httpx.AsyncClient] = {}
        self._old: list[httpx.AsyncClient] = []
        self._rests: dict[str, tuple[float, AcsError]] = {}
        self._turns: dict[str, asyncio.Semaphore] = {}
        self._ids: OrderedDict[tuple[str, Wanted], str] = OrderedDict()

    async def ask(self, server: str, wanted: Wanted, now: datetime) -> Told:
        """What a server keeps of a CPE.

        Where it was found before it is looked up by its id, of which the server has an index.

        Raises:
            AcsError: The server could not be asked, or does not know it.
            WrongDeviceError: It tells of another device than it was asked for.
            AddressNotAllowedError: The server is in none of its networks.
            ConfigError: There is no such server.
        """
        key = (server, wanted)
        known = self._ids.get(key)
        found = await self._devices(server, {"_id": known}) if known else []
        if not found:
            self._ids.pop(key, None)
            found = await self._devices(server, wanted.query())
        device = _chosen(found, wanted, server)
        name = device.get("_id")
        if isinstance(name, str):
            self._ids[key] = name
            self._ids.move_to_end(key)
            while len(self._ids) > _MOST_REMEMBERED:
                self._ids.popitem(last=False)
        return told(device, now)

    def renew(self, servers: Mapping[str, AcsServer]) -> None:
        """Ask these from now on; what is under way ends as it began."""
        for name, server in self._servers.items():
            if servers.get(name) != server and name in self._clients:
                self._old.append(self._clients.pop(name))
        self._servers = dict(servers)
        self._rests.clear()
        self._ids.clear()

    async def close(self) -> None:
        """Close the connections."""
        self.renew({})
        for client in self._old:
            await client.aclose()
        self._old.clear()

    async def _devices(self, name: str, query: Mapping[str, Any]) -> list[dict[str, Any]]:
        server = self._servers.get(name)
        if server is None:
            raise ConfigError("is missing, but a CPE names it", key=f"acs.{name}")
        # Waiting for a turn is no silence of the server.
        async with self._turns.setdefault(name, asyncio.Semaphore(_AT_A_TIME)):
            until, why = self._rests.get(name, (0.0, None))
            if why is not None and self._clock() < until:
                raise type(why)(f"{why} (it is left alone for a while)", address=why.address)
            try:
                found = await self._listed(name, server, query)
            except (AcsLoginError, AcsTimeoutError) as error:
                rest_s = _REFUSED_FOR_S if isinstance(error, AcsLoginError) else _SILENT_FOR_S
                self._rests[name] = self._clock() + rest_s, error
                raise
            self._rests.pop(name, None)
            return found

    async def _listed(
        self, name: str, server: AcsServer, query: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        parameters = {
            "query": json.dumps(query, separators=(",", ":")),
            "projection": ",".join(PROJECTION),
            "limit": str(_MOST_FOUND),
        }
        try:
            async with asyncio.timeout(server.timeout_s):
                status, octets = await self._get(name, server, parameters)
        except (TimeoutError, httpx.TimeoutException, httpx.ConnectError) as error:
            said = "could not be reached" if isinstance(error, httpx.ConnectError) else "is silent"
            raise AcsTimeoutError(f"ACS {name} {said}", address=server.url) from error
        except httpx.HTTPError as error:
            why = f"ACS {name}: {type(error).__name__}"
            raise AcsError(why, address=server.url) from error
        if status in (401, 403):
            why = f"ACS {name} refuses the credential ({status})"
            raise AcsLoginError(why, address=server.url)
        if status != 200:
            raise AcsError(f"ACS {name} answers {status}", address=server.url)
        try:
            found = json.loads(octets, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            raise AcsError(f"ACS {name} answers no JSON", address=server.url) from error
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise AcsError(f"ACS {name} answers no list of devices", address=server.url)
        return found[:_MOST_FOUND]

    async def _get(
        self, name: str, server: AcsServer, parameters: Mapping[str, str]
    ) -> tuple[int, bytes]:
        """Status and body, which is cut short where it is no 200."""
        url, host = httpx.URL(f"{server.url}/devices/"), ""
        if server.networks:
            host = url.host
            url = url.copy_with(host=await _address_in(server, name, url))
        request = self._client(name, server).build_request(
            "GET",
            url,
            params=parameters,
            headers={"Host": httpx.URL(server.url).netloc.decode("ascii")},
            extensions={"sni_hostname": host} if host else {},
        )
        answer = await self._client(name, server).send(request, stream=True)
        try:
            octets = bytearray()
            async for chunk in answer.aiter_raw(_CHUNK):
                octets += chunk
                if len(octets) > _MOST_OCTETS:
                    why = f"ACS {name} answers more than {_MOST_OCTETS // 2**20} MiB"
                    raise AcsError(why, address=server.url)
                if answer.status_code != 200:
                    break
            return answer.status_code, bytes(octets)
        finally:
            await answer.aclose()

    def _client(self, name: str, server: AcsServer) -> httpx.AsyncClient:
        if name not in self._clients:
            try:
                verify = ssl.create_default_context(cafile=server.ca_file)
            except OSError as error:
                raise ConfigError(f"cannot be read: {error}", key=f"acs.{name}.ca_file") from error
            self._clients[name] = httpx.AsyncClient(
                auth=httpx.BasicAuth(server.user, server.password) if server.user else None,
                verify=verify,
                trust_env=False,
                follow_redirects=False,
                timeout=server.timeout_s,
                limits=httpx.Limits(max_keepalive_connections=2),
                headers={
                    "Accept": "application/json",
                    "Accept-Encoding": "identity",
                    "User-Agent": f"techinfo/{__version__}",
                },
            )
        return self._clients[name]


def _chosen(found: list[dict[str, Any]], wanted: Wanted, server: str) -> Mapping[str, Any]:
    """The one device that is the CPE: by both its numbers where one alone is several devices'."""
    if not found:
        raise AcsUnknownError(f"ACS {server} does not know it")
    best = max(wanted.fits(device) for device in found)
    if not best:
        raise WrongDeviceError(
            f"ACS {server} tells of another device than it was asked for",
            expected=", ".join(x for x in (wanted.serial_number, wanted.mac) if x),
            found=", ".join(str(device.get("_id"))[:100] for device in found),
        )
    fitting = [device for device in found if wanted.fits(device) == best]
    if len(fitting) > 1:
        raise AcsError(f"ACS {server} has several devices of this serial number or MAC address")
    return fitting[0]


async def _address_in(server: AcsServer, name: str, url: httpx.URL) -> str:
    """An address of the server that is in its networks."""
    loop = asyncio.get_running_loop()
    try:
        told_addresses = await loop.getaddrinfo(url.host, url.port or 0)
    except (OSError, ValueError) as error:
        raise AcsTimeoutError(f"ACS {name} has no address", address=server.url) from error
    for *_, where in told_addresses:
        address = ipaddress.ip_address(str(where[0]).partition("%")[0])
        plain = getattr(address, "ipv4_mapped", None) or address
        if any(plain in network for network in server.networks):
            return str(where[0])
    why = f"the address of ACS {name} is in none of its networks"
    raise AddressNotAllowedError(why, credential=name, address=server.url)


def _no_constant(found: str) -> object:
    raise ValueError(found)
