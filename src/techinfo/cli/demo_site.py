"""What stands in the demo: real walks from snmpsim-data, and made-up rows laid over them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from techinfo.errors import ConfigError
from techinfo.lab import LabDevice

_WALKS = "snmpsim_data"


@dataclass(frozen=True, slots=True)
class Example:
    """A question to paste.

    Attributes:
        words: What it asks, and whether the answer is real or made up.
        path: Below the version.
    """

    words: str
    path: str


@dataclass(frozen=True, slots=True)
class DemoSite:
    """Devices of the lab, their inventory, and what to say about them.

    Attributes:
        inventory: YAML file with elements, accesses, CPEs and services.
        provenance: Name of a device -> what of it is real and what is made up.
    """

    devices: tuple[LabDevice, ...]
    inventory: Path
    examples: tuple[Example, ...]
    provenance: tuple[tuple[str, str], ...]


def demo_site(folder: Path | None = None) -> DemoSite:
    """Read the demo's description.

    Args:
        folder: Where ``demo.toml`` is; by default beside the package or in the checkout.

    Raises:
        ConfigError: It is not there or not whole, or the walks are not installed.
    """
    root = folder or _folder()
    try:
        return _site(root, tomllib.loads((root / "demo.toml").read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as e:
        raise ConfigError(f"the demo cannot be read: {e}", key="demo.toml") from e
    except KeyError as e:
        raise ConfigError(f"the demo's description lacks {e}", key="demo.toml") from e


def _site(root: Path, told: dict[str, Any]) -> DemoSite:
    devices = told["devices"]
    return DemoSite(
        devices=tuple(_device(root, d) for d in devices),
        inventory=root / "inventory.yaml",
        examples=tuple(Example(e["words"], e["path"]) for e in told["examples"]),
        provenance=tuple((d["name"], d["provenance"]) for d in devices),
    )


def _device(root: Path, told: dict[str, Any]) -> LabDevice:
    files = [_walk(told["walk"])] if "walk" in told else []
    files += [root / name for name in told["made_up"]]
    return LabDevice(name=told["name"], address=told["address"], recordings=tuple(files))


def _walk(name: str) -> Path:
    spec = find_spec(_WALKS)
    if spec is None or not spec.submodule_search_locations:
        raise ConfigError(
            "the recorded switches are not installed: pip install 'techinfo[demo]'", key=_WALKS
        )
    return Path(spec.submodule_search_locations[0]) / "data" / "network" / name


def _folder() -> Path:
    """In a wheel the demo's data lies in the package, in a checkout at the top."""
    package = Path(__file__).parents[1]
    for folder in (package / "fixtures" / "demo", package.parents[1] / "fixtures" / "demo"):
        if (folder / "demo.toml").is_file():
            return folder
    raise ConfigError("the demo's data is not installed", key="demo.toml")
