"""Algorithms of SSH: today's are spoken with everybody, old ones with whom they are named for.

Old are those that OpenSSH's client does not offer by itself (ssh_config(5), OpenSSH 9.2): SHA-1 in
the key exchange, ssh-rsa host keys, CBC, MD5 and cut MACs. An old switch has nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import paramiko

from techinfo.driver.cli_session import OLD_ALGORITHMS

OLD = OLD_ALGORITHMS
_LISTS = ("kex", "keys", "pubkeys", "ciphers", "macs")
_OFFERS = {
    "kex_algo_list": "kex",
    "server_key_algo_list": "keys",
    "server_encrypt_algo_list": "ciphers",
    "server_mac_algo_list": "macs",
}


def disabled(named: Iterable[str]) -> dict[str, list[str]]:
    """What paramiko must not offer: everything old that is not named.

    Raises:
        ValueError: A name is none of `OLD`.
    """
    wanted = set(named)
    if unknown := wanted - set(OLD):
        raise ValueError(f"{min(unknown)!r} is no algorithm that can be named for a device")
    refused = [name for name in OLD if name not in wanted]
    # One that does not say which signatures it takes would be shown a new one, and refuse it.
    new = ["rsa-sha2-512", "rsa-sha2-256"] if "ssh-rsa" in wanted else []
    return {kind: [*refused, *(new if kind == "pubkeys" else ())] for kind in _LISTS}


class Transport(paramiko.Transport):
    """paramiko's, which remembers what the device offered and how it took its leave.

    Attributes:
        offered: By kind, as far as it came.
        farewell: Code and words of its disconnect message (RFC 4253, 11.1).
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered: dict[str, list[str]] = {}
        self.farewell: tuple[int, str] | None = None

    def prefer_key(self, kind: str) -> None:
        """Ask for a host key of this type first; of RSA keys in any of its signatures."""
        keys = self.get_security_options().key_types
        first = [k for k in keys if k == kind or (kind == "ssh-rsa" and "rsa" in k)]
        self.get_security_options().key_types = [*first, *(k for k in keys if k not in first)]

    def _really_parse_kex_init(self, m: Any, ignore_first_byte: bool = False) -> Any:
        parsed = super()._really_parse_kex_init(m, ignore_first_byte)  # type: ignore[misc]
        if not ignore_first_byte:
            self.offered = {kind: list(parsed[name]) for name, kind in _OFFERS.items()}
        return parsed

    def _parse_disconnect(self, m: Any) -> None:
        self.farewell = (m.get_int(), m.get_text())

    def lacking(self) -> tuple[str, list[str]] | None:
        """Kind of algorithm of which none is common, and what the device offers of it."""
        options = self.get_security_options()
        ours: dict[str, Sequence[str]] = {
            "kex": options.kex,
            "keys": options.key_types,
            "ciphers": options.ciphers,
            "macs": options.digests,
        }
        refused = self.disabled_algorithms or {}
        for kind, theirs in self.offered.items():
            usable = [a for a in ours[kind] if a not in refused.get(kind, ())]
            if not set(usable) & set(theirs):
                return kind, theirs
        return None


def transport_of(made: list[Transport], key_type: str | None) -> Callable[..., Transport]:
    """What paramiko's client calls to get its transport; it is put into ``made``."""

    def make(sock: Any, **kwargs: Any) -> Transport:
        transport = Transport(sock, **kwargs)
        if key_type is not None:
            transport.prefer_key(key_type)
        made.append(transport)
        return transport

    return make
