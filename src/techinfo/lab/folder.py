"""A folder of recordings as a lab: every recording a device, at an address made of its name.

``lab.toml`` in the folder may say more, or less:

    port = 1161
    community = "public"

    [devices."sw-elm-3"]            # the recording's name, or a new device with a recording
    address = "127.0.1.3"
    recording = "huawei.snmprec.xz"
    rows = ["1.3.6.1.2.1.1.5.0|4|sw-elm-3"]
    faults = [{kind = "slow", seconds = 2.0}]
    absent = false
    cli = {prompt = "sw-elm-3#", user = "u", password = "p", faults = {delay_s = 1.0}}

``NAME.cli`` is a device's command line, over SSH; ``NAME.snmprec`` beside it is the same device.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from techinfo.errors import ConfigError
from techinfo.lab.faults import KINDS
from techinfo.lab.site import FaultSpec, LabDevice
from techinfo.recordings.recording import context_of

SETTINGS = "lab.toml"
_RECORDING = re.compile(r"(.+)\.(?:snmprec|snmpwalk|walk)(?:\.(?:gz|bz2|xz))?$")
_PRINTED = re.compile(r"(.+)\.cli(?:\.(?:gz|bz2|xz))?$")
_MOST_DEVICES = 10_000
_KEYS: Mapping[str, type] = {"port": int, "ssh_port": int, "community": str, "devices": dict}
_DEVICE_KEYS: Mapping[str, type] = {
    "address": str,
    "recording": str,
    "community": str,
    "rows": list,
    "faults": list,
    "absent": bool,
    "cli": dict,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class LabLine:
    """A device's command line.

    Attributes:
        told: See `techinfo.lab.cli_device.cli_device`.
    """

    name: str
    address: str
    recording: Path
    told: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Folder:
    """What a folder says of its lab.

    Attributes:
        port: UDP; ``None`` when it does not say.
        lines: Command lines.
        ssh_port: TCP; ``None`` when it does not say.
    """

    devices: tuple[LabDevice, ...]
    port: int | None = None
    lines: tuple[LabLine, ...] = ()
    ssh_port: int | None = None


def read_folder(folder: Path) -> Folder:
    """The devices of a folder and the folders in it, by name.

    Raises:
        ConfigError: It is no folder or holds no recording, or ``lab.toml`` is wrong.
    """
    if not folder.is_dir():
        raise ConfigError("is not a folder", key=str(folder))
    told = _told(folder / SETTINGS)
    named = told.get("devices", {})
    found, printed = _recordings(folder, _RECORDING), _recordings(folder, _PRINTED)
    devices: list[LabDevice] = []
    lines: list[LabLine] = []
    taken = {d["address"] for d in named.values() if "address" in d}
    for name in sorted({*found, *named, *printed}):
        more = named.get(name, {})
        if more.get("absent"):
            continue
        address = more.get("address") or _address(name, taken)
        taken.add(address)
        if name in printed:
            cli = more.get("cli", {})
            lines.append(LabLine(name=name, address=address, recording=printed[name], told=cli))
        if name in found or "recording" in more or name not in printed:
            path = _recording(folder, name, more, found)
            devices.append(_device(folder, name, more, path, address, told))
    if not devices and not lines:
        raise ConfigError(
            "holds no recording (.snmprec, .snmpwalk, .cli; .gz, .bz2, .xz)", key=str(folder)
        )
    return Folder(
        devices=tuple(devices),
        port=told.get("port"),
        lines=tuple(lines),
        ssh_port=told.get("ssh_port"),
    )


def _recordings(folder: Path, kind: re.Pattern[str]) -> dict[str, Path]:
    """Name -> file. A context (``name@vlan``) belongs to the recording beside it."""
    out: dict[str, Path] = {}
    for path in sorted(folder.rglob("*")):
        match = kind.fullmatch(path.name)
        if match is None or not path.is_file() or context_of(path) is not None:
            continue
        name = str(path.relative_to(folder).with_name(match[1]))
        if name in out:
            raise ConfigError(f"{out[name].name} and {path.name} are one device", key=name)
        out[name] = path
        if len(out) > _MOST_DEVICES:
            raise ConfigError(f"holds more than {_MOST_DEVICES} recordings", key=str(folder))
    return out


def _recording(folder: Path, name: str, more: dict[str, Any], found: dict[str, Path]) -> Path:
    if "recording" in more:
        return folder / str(more["recording"])
    if name in found:
        return found[name]
    near = ", ".join(sorted(found)[:5]) or "none"
    raise ConfigError(
        f"is no recording of the folder, and names none; there are {near}", key=f"devices.{name}"
    )


def _device(
    folder: Path, name: str, more: dict[str, Any], path: Path, address: str, told: dict[str, Any]
) -> LabDevice:
    return LabDevice(
        name=name,
        address=address,
        recordings=(path,),
        rows=tuple(map(str, more.get("rows", ()))),
        community=more.get("community", told.get("community", "public")),
        faults=tuple(_faults(folder, name, more.get("faults", []))),
    )


def _faults(folder: Path, name: str, told: list[Any]) -> Iterator[FaultSpec]:
    key = f"devices.{name}.faults"
    for fault in told:
        if not isinstance(fault, dict) or fault.get("kind") not in KINDS:
            raise ConfigError(f"each needs a kind, one of {', '.join(KINDS)}", key=key)
        args = {word: value for word, value in fault.items() if word != "kind"}
        if any(not isinstance(value, (str, int, float)) for value in args.values()):
            raise ConfigError("an argument is neither text nor number", key=key)
        if "recording" in args:
            args["recording"] = str(folder / str(args["recording"]))
        yield FaultSpec(kind=fault["kind"], args=args)


def _address(name: str, taken: set[str]) -> str:
    """A loopback address that depends on the name, so that it stays when others come or go."""
    digest = int.from_bytes(hashlib.blake2s(name.encode("utf-8", "surrogateescape")).digest()[:4])
    for step in range(_MOST_DEVICES + 1):
        number = (digest + step) % (64 * 256 * 254)
        high, low = divmod(number, 254)
        address = f"127.{64 + high // 256}.{high % 256}.{1 + low}"
        if address not in taken:
            return address
    raise ConfigError("no address is left", key=name)


def _told(path: Path) -> dict[str, Any]:
    """The settings of the lab, checked.

    Raises:
        ConfigError: They cannot be read, or a key is wrong.
    """
    if not path.exists():
        return {}
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"cannot be read: {error}", key=str(path)) from error
    _check("", told, _KEYS)
    for key in ("port", "ssh_port"):
        if not 0 <= told.get(key, 0) <= 65535:
            raise ConfigError(f"{told[key]} is no port", key=key)
    for name, device in told.get("devices", {}).items():
        if not isinstance(device, dict):
            raise ConfigError("is a table with keys of its own", key=f"devices.{name}")
        _check(f"devices.{name}.", device, _DEVICE_KEYS)
    return told


def _check(where: str, told: Mapping[str, Any], known: Mapping[str, type]) -> None:
    for key, value in told.items():
        if key not in known:
            raise ConfigError(f"unknown; known are {', '.join(known)}", key=where + key)
        if type(value) is not known[key]:
            raise ConfigError(f"is no {known[key].__name__}", key=where + key)
