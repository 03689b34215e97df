"""Which drivers there are, and which one a device belongs to."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType

from techinfo.driver.check import check
from techinfo.driver.cli import CliPlatform
from techinfo.driver.driver import (
    Answers,
    DescrMatches,
    Driver,
    bound,
    longest_claim,
)
from techinfo.errors import DriverError, NoDriverError
from techinfo.facts.build import FactPlan, plan_facts
from techinfo.facts.plan import columns
from techinfo.model import Fact
from techinfo.wire import Cell

DRIVER_PACKAGE = "techinfo_drivers"
_MOST_PLATFORMS = 1024
"""Models that are remembered, of drivers whose OIDs depend on it: what a model is a device says."""


@dataclass(frozen=True, slots=True)
class Platform:
    """A driver as it is for one family of models, with how each of its facts is read.

    Attributes:
        driver: Its OIDs are absolute.
        plans: Of every fact but `Fact.DEVICE`.
    """

    driver: Driver
    plans: Mapping[Fact, FactPlan]


@dataclass(frozen=True, slots=True)
class Registry:
    """All drivers, by name.

    Attributes:
        drivers: Name -> driver.
        files: Name -> the file that it stands in.
    """

    drivers: Mapping[str, Driver]
    files: Mapping[str, str]
    _platforms: dict[tuple[str, str], Platform] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def platform(self, driver: Driver, sys_object_id: str) -> Platform:
        """A driver for a model; worked out once for all devices of it.

        Raises:
            DriverError: The driver has relative OIDs but no base for this model.
        """
        key = (driver.name, sys_object_id if driver.bases else "")
        found = self._platforms.get(key)
        if found is None:
            made = _off_omci(bound(driver, sys_object_id))
            found = self._platforms[key] = Platform(made, plan_facts(made))
            while len(self._platforms) > _MOST_PLATFORMS:
                del self._platforms[next(iter(self._platforms))]
        return found

    def named(self, name: str) -> Driver:
        """A driver by its name.

        Raises:
            DriverError: There is none; says which there are.
        """
        found = self.drivers.get(name)
        if found is None:
            raise DriverError(f"no driver {name!r}; there are {', '.join(sorted(self.drivers))}")
        return found

    def layouts(self) -> dict[str, str]:
        """Driver -> layout of its DHCP identifiers, of those that name one."""
        return {
            name: found.circuit_id_format
            for name, found in self.drivers.items()
            if found.circuit_id_format
        }

    def probes(self, sys_object_id: str) -> tuple[str, ...]:
        """Instances that must be asked before `choose` can tell siblings apart."""
        out = {
            condition.oid
            for driver in self.drivers.values()
            if longest_claim(driver, sys_object_id) >= 0
            for condition in driver.when
            if isinstance(condition, Answers)
        }
        return tuple(sorted(out))

    def choose(
        self, sys_object_id: str, sys_descr: str, probed: Mapping[str, Cell] | None = None
    ) -> Driver:
        """The driver with the longest claim whose conditions hold.

        At equal length one with conditions comes before one without: it is the narrower claim.

        Raises:
            NoDriverError: No driver claims the device, not even ``generic``.
            DriverError: Two claim it equally well.
        """
        fitting = {
            d.name: (longest_claim(d, sys_object_id), len(d.when))
            for d in self.drivers.values()
            if longest_claim(d, sys_object_id) >= 0 and _holds(d, sys_descr, probed or {})
        }
        best = [name for name, claim in fitting.items() if claim == max(fitting.values())]
        if len(best) > 1:
            raise DriverError(
                f"drivers {' and '.join(map(repr, best))} claim sysObjectID {sys_object_id} equally"
            )
        if best:
            return self.drivers[best[0]]
        generic = self.drivers.get("generic")
        if generic is None:
            raise NoDriverError(
                f"no driver claims sysObjectID {sys_object_id or '(none)'}",
                sys_object_id=sys_object_id,
            )
        return generic


def _holds(driver: Driver, sys_descr: str, probed: Mapping[str, Cell]) -> bool:
    return all(
        c.holds(sys_descr) if isinstance(c, DescrMatches) else c.holds(probed) for c in driver.when
    )


def load(folders: Sequence[Path] = ()) -> Registry:
    """All drivers of the package, and those of an operator's own folders.

    Raises:
        DriverError: A file cannot be imported, declares no driver, or two drivers have one name
            or claim one sysObjectID under the same conditions.
    """
    found: list[tuple[Driver, str]] = []
    for name in (DRIVER_PACKAGE, f"{DRIVER_PACKAGE}.olt"):
        package = importlib.import_module(name)
        for info in pkgutil.iter_modules(package.__path__):
            if not info.name.startswith("_") and not info.ispkg:
                found += _declared(f"{name}.{info.name}")
    for folder in folders:
        if not folder.is_dir():
            raise DriverError(f"driver folder {folder} is not a folder")
        for path in sorted(folder.glob("[!_]*.py")):
            found += _declared_in_file(path)
    return registry_of(found)


def cli_platforms() -> dict[str, CliPlatform]:
    """Platforms whose command line is known, by netmiko's device type.

    Raises:
        DriverError: Two platforms have one name.
    """
    package = importlib.import_module(f"{DRIVER_PACKAGE}.cli")
    found: dict[str, CliPlatform] = {}
    for info in pkgutil.iter_modules(package.__path__):
        if info.name.startswith("_"):
            continue
        platform = importlib.import_module(f"{package.__name__}.{info.name}").CLI
        for name in platform.names:
            if name in found:
                raise DriverError(f"two platforms are named {name!r}")
            found[name] = platform
    return found


def platforms_of_drivers(
    platforms: Mapping[str, CliPlatform],
) -> dict[str, CliPlatform | None]:
    """Name of a driver -> the command line of its devices; ``None``: they have one of several."""
    found: dict[str, CliPlatform | None] = {}
    for platform in platforms.values():
        for driver in filter(None, (platform.driver, *platform.drivers_too)):
            if found.setdefault(driver, platform) != platform:
                found[driver] = None
    return found


def _off_omci(driver: Driver) -> Driver:
    """The driver, by whose limits no walk runs into the light of ONTs."""
    light = tuple(dict.fromkeys(c for table in driver.ont_light for c in columns(table)))
    return replace(driver, limits=replace(driver.limits, not_into=light)) if light else driver


def registry_of(found: Iterable[tuple[Driver, str]]) -> Registry:
    """A registry of these drivers, checked for equal names and equal claims."""
    drivers: dict[str, Driver] = {}
    files: dict[str, str] = {}
    claims: dict[tuple[str, tuple[object, ...]], str] = {}
    for driver, file in found:
        if driver.name in drivers:
            raise DriverError(
                f"two drivers are named {driver.name!r}: in {files[driver.name]} and in {file}"
            )
        check(driver)
        drivers[driver.name], files[driver.name] = driver, file
        for prefix in driver.sys_object_ids:
            key = (prefix, tuple(sorted(driver.when, key=repr)))
            if key in claims:
                raise DriverError(
                    f"drivers {claims[key]!r} and {driver.name!r} both claim sysObjectID {prefix}; "
                    "give one of them a condition (when=…) or a longer prefix"
                )
            claims[key] = driver.name
    return Registry(drivers, files)


def _declared(module: str) -> list[tuple[Driver, str]]:
    try:
        loaded = importlib.import_module(module)
    except Exception as e:
        raise DriverError(f"driver {module} cannot be imported: {e}") from e
    return _drivers_of(loaded, module)


def _declared_in_file(path: Path) -> list[tuple[Driver, str]]:
    name = f"techinfo_own_drivers.{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise DriverError(f"driver {path} cannot be imported")
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[name] = loaded
    try:
        spec.loader.exec_module(loaded)
    except Exception as e:
        del sys.modules[name]
        raise DriverError(f"driver {path} cannot be imported: {e}") from e
    return _drivers_of(loaded, str(path))


def _drivers_of(module: ModuleType, where: str) -> list[tuple[Driver, str]]:
    one, many = getattr(module, "DRIVER", None), getattr(module, "DRIVERS", ())
    declared = [one] if one is not None else list(many) if isinstance(many, tuple | list) else []
    if not declared or not all(isinstance(d, Driver) for d in declared):
        raise DriverError(f"driver {where} declares neither DRIVER nor DRIVERS")
    return [(d, where) for d in declared]
