"""The sandboxes: one for each provider, stocked anew every day."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from tests.access.played import Clock

from techinfo.access.freshness import CachePolicy
from techinfo.access.viewer import Options, Role, Viewer
from techinfo.collect import Target
from techinfo.errors import ConfigError, DeviceUnreachableError
from techinfo.sandbox import Sandboxes
from techinfo.sandbox.devices import Devices
from techinfo.wire import SnmpLimits


def provider(name: str) -> Viewer:
    """Somebody who tries things out for a provider."""
    options = Options(sandbox=True)
    return Viewer(name=f"{name}-test", role=Role.PROVIDER, provider=name, options=options)


def test_each_provider_has_a_sandbox_of_its_own() -> None:
    """With its own name on the subscriptions, whatever that name is."""
    sandboxes = Sandboxes(now=Clock())
    odd = "1e3@x.y_z-"
    found = {name: sandboxes.of(provider(name)) for name in ("a", "b", odd)}

    assert found["a"] is sandboxes.of(provider("a"))
    assert len({id(sandbox.collector) for sandbox in found.values()}) == 3
    for name, sandbox in found.items():
        holders = {s.provider for s in sandbox.inventory.subscriptions()}
        assert holders == {name, "somebody-else"}


def test_its_dates_go_with_the_days() -> None:
    """The same sandbox, its inventory imported anew once a day."""
    clock = Clock()
    sandboxes = Sandboxes(now=clock)
    first = sandboxes.of(provider("a"))
    ended = [s.until for s in first.inventory.subscriptions_on("SANDBOX-ENDED")]
    clock.go_on(86_399)
    same = sandboxes.of(provider("a"))
    clock.go_on(1)
    second = sandboxes.of(provider("a"))
    later = [s.until for s in second.inventory.subscriptions_on("SANDBOX-ENDED")]

    assert same is first
    assert second.inventory is first.inventory
    assert second.collector is first.collector
    assert [b - a for a, b in zip(ended, later, strict=True) if a and b] == [timedelta(days=1)]


def test_a_provider_called_as_the_placeholder_is_no_trap() -> None:
    """Nor one whose name looks like a date."""
    sandboxes = Sandboxes(now=Clock())

    for name in ("THE-PROVIDER", "TODAY-5"):
        sandbox = sandboxes.of(provider(name))
        assert {s.provider for s in sandbox.inventory.subscriptions()} == {name, "somebody-else"}


def test_readings_end_with_it() -> None:
    """A slow device is not waited for."""

    async def asked() -> None:
        sandboxes = Sandboxes()
        sandbox = sandboxes.of(provider("a"))
        policy = CachePolicy(deadline_s=0.01)
        with pytest.raises(TimeoutError):
            await sandbox.access_service.hardware(provider("a"), "SANDBOX-SLOW", policy)
        await sandboxes.close()
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(asked())


def test_a_sandbox_without_its_data_says_so(tmp_path: Path) -> None:
    """Whether a file is missing or broken."""
    with pytest.raises(ConfigError, match="sandbox"):
        Sandboxes(tmp_path).of(provider("a"))
    (tmp_path / "inventory.yaml").write_text("accesses: []", encoding="utf-8")
    (tmp_path / "devices.toml").write_text("[[devices]]\naddress = 1", encoding="utf-8")
    with pytest.raises(ConfigError, match="sandbox"):
        Sandboxes(tmp_path).of(provider("a"))


def test_a_device_that_is_not_there_is_unreachable() -> None:
    """The sandbox never goes outside."""

    async def pause() -> None:
        raise AssertionError

    clock = Clock()
    devices = Devices({}, clock(), clock, pause)

    with pytest.raises(DeviceUnreachableError):
        devices.open(Target(element="x", host="198.51.100.1"), SnmpLimits())
