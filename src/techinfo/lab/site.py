"""What a lab consists of, as values that pass from the owner's process to the lab's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from ipaddress import AddressValueError, IPv4Address
from pathlib import Path
from typing import Any

from techinfo.errors import ConfigError

Argument = str | int | float


@dataclass(frozen=True, kw_only=True, slots=True)
class FaultSpec:
    """One way to misbehave, by its name in `techinfo.lab.faults`, and how much."""

    kind: str
    args: Mapping[str, Argument] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class LabDevice:
    """One recorded switch with an address of its own.

    Attributes:
        address: A loopback address, 127.x.y.z.
        recordings: Files; the first is the base, the rows of a later one win.
        rows: Lines of snmprec that are laid over the files (``1.3.6.1.2.1.1.5.0|4|sw-elm-3``).
        community: For reading; ``community@VLAN`` asks in the context of a VLAN.
        faults: How it misbehaves from the start.
    """

    name: str
    address: str
    recordings: tuple[Path, ...] = ()
    rows: tuple[str, ...] = ()
    community: str = field(default="public", repr=False)
    faults: tuple[FaultSpec, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """The devices of one lab; no two have a name or an address in common.

    Raises:
        ConfigError: They have, or an address is not a loopback one, or a device holds nothing.
    """

    devices: tuple[LabDevice, ...]

    def __post_init__(self) -> None:
        _check_unique("name", [device.name for device in self.devices])
        _check_unique("address", [device.address for device in self.devices])
        for device in self.devices:
            _check_device(device)

    def as_plain(self) -> list[dict[str, Any]]:
        """The devices as JSON takes them."""
        return [
            {**asdict(device), "recordings": [str(path) for path in device.recordings]}
            for device in self.devices
        ]

    @classmethod
    def from_plain(cls, devices: Sequence[dict[str, Any]]) -> Site:
        """What `as_plain` gave."""
        return cls(
            devices=tuple(
                LabDevice(
                    name=plain["name"],
                    address=plain["address"],
                    recordings=tuple(map(Path, plain["recordings"])),
                    rows=tuple(plain["rows"]),
                    community=plain["community"],
                    faults=tuple(FaultSpec(**fault) for fault in plain["faults"]),
                )
                for plain in devices
            )
        )


def _check_unique(key: str, values: Sequence[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise ConfigError(f"two devices of the lab have {value}", key=key)
        seen.add(value)


def _check_device(device: LabDevice) -> None:
    try:
        address = IPv4Address(device.address)
    except AddressValueError as error:
        raise ConfigError(f"{device.name}: {error}", key="address") from error
    if not address.is_loopback:
        # Nobody outside this host shall reach a lab, nor a lab take the place of a real switch.
        raise ConfigError(f"{device.name}: {address} is not a loopback address", key="address")
    if not device.recordings and not device.rows:
        raise ConfigError(f"{device.name}: no recording and no rows", key="recordings")
