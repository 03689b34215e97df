"""Where webhooks may be sent: not into the operator's own network."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Sequence

import pytest

from techinfo.errors import WebhookTargetError
from techinfo.service.webhooks.targets import Allowed, Network, Target, target

DESK = ipaddress.ip_network("10.1.2.3/32")


def looked_at(url: str, *addresses: str, allowed: Sequence[Network] = ()) -> Target:
    """What comes of a URL whose host has these addresses."""

    async def resolve(_host: str, _port: int) -> Sequence[str]:
        if not addresses:
            raise OSError("no such name")
        return addresses

    return asyncio.run(target(url, allowed, resolve))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "0.0.0.0",  # noqa: S104 - what must not be sent to
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "192.0.2.7",
        "198.18.0.1",
        "::1",
        "::",
        "fe80::1",
        "fd00::1",
        "fec0::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.1.2.3",
        "64:ff9b::a01:203",
        "2002:7f00:1::",
        "2001:db8::1",
        "fd00:ec2::254",
    ],
)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    """Loopback, private, link-local, metadata, reserved, and what wraps them in IPv6."""
    with pytest.raises(WebhookTargetError, match="not allowed"):
        looked_at("https://hooks.example/x", address)


def test_one_address_of_several_that_is_private_is_enough_to_refuse() -> None:
    """Nobody knows which of them a connection would take."""
    with pytest.raises(WebhookTargetError, match="not allowed"):
        looked_at("https://hooks.example/x", "93.184.215.14", "10.1.2.3")


def test_a_public_address_is_taken_by_https_alone() -> None:
    """The address that was looked at is the one that is connected to."""
    assert looked_at("https://hooks.example/x", "93.184.215.14") == Target(
        "hooks.example", "93.184.215.14", 443
    )
    with pytest.raises(WebhookTargetError, match="https"):
        looked_at("http://hooks.example/x", "93.184.215.14")


def test_the_operator_may_name_networks_of_its_own() -> None:
    """They may be sent to by http; others beside them may not."""
    assert looked_at("http://desk.example:8080/x", "10.1.2.3", allowed=(DESK,)).port == 8080
    with pytest.raises(WebhookTargetError, match="not allowed"):
        looked_at("http://desk.example/x", "10.1.2.4", allowed=(DESK,))


def test_what_the_operator_may_send_to_a_provider_may_not() -> None:
    """Unless it is named for providers, too."""
    allowed = Allowed(operator=(DESK,), providers=(ipaddress.ip_network("10.9.0.1/32"),))

    assert allowed.networks(operator=True) == (*allowed.operator, *allowed.providers)
    assert allowed.networks(operator=False) == allowed.providers


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example",
        "ftp://hooks.example/",
        "https://",
        "https:///x",
        "https://user:pw@hooks.example/",
        "https://hooks.example/#x",
        "https://hooks.example:0/",
        "https://hooks.example:99999/",
        "https://[::1/",
        "https://hooks.example/\r\nHost: x",
        "https://hooks.example/a b",
        "https://hooks.example\\@127.0.0.1/",
        "https://hooks.example/" + "x" * 2000,
        "file:///etc/passwd",
    ],
)
def test_a_url_that_is_none_is_refused(url: str) -> None:
    """Before anything is resolved."""
    with pytest.raises(WebhookTargetError):
        looked_at(url, "93.184.215.14")


def test_a_host_without_an_address_is_refused() -> None:
    """It may come back; until then nothing is registered."""
    with pytest.raises(WebhookTargetError, match="cannot be resolved"):
        looked_at("https://gone.example/x")


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "0177.0.0.1", "127.1", "localhost"])
def test_other_spellings_of_loopback_are_loopback(host: str) -> None:
    """This host's own resolver is asked, so whatever it makes of a name is what is looked at."""
    with pytest.raises(WebhookTargetError):
        asyncio.run(target(f"https://{host}/x", ()))
