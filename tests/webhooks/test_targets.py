"""Where webhooks may be sent: not into the operator's own network."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Sequence

import pytest

from techinfo.errors import WebhookTargetError
from techinfo.webhooks.targets import Allowed, Network, Target, resolved, target

DESK = ipaddress.ip_network("10.1.2.3/32")


def looked_at(
    url: str,
    *addresses: str,
    allowed: Sequence[Network] = (),
    denied: Sequence[Network] = (),
) -> Target:
    """What comes of a URL whose host has these addresses."""

    async def resolve(_host: str, _port: int) -> Sequence[str]:
        if not addresses:
            raise OSError("no such name")
        return addresses

    return asyncio.run(target(url, allowed, resolve, denied))


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
        "192.88.99.1",
        "192.0.0.9",
        "192.31.196.1",
        "192.52.193.1",
        "192.175.48.1",
        "198.51.100.1",
        "203.0.113.1",
        "239.255.255.250",
        "::ffff:93.184.215.14",
        "::93.184.215.14",
        "64:ff9b::c058:6301",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::5db8:d70e",
        "100::1",
        "100:0:0:1::1",
        "2001::1",
        "2001:0:5db8:d70e::1",
        "2001:1::1",
        "2001:1::3",
        "2001:2::1",
        "2001:3::1",
        "2001:4:112::1",
        "2001:10::1",
        "2001:20::1",
        "2001:30::1",
        "2001:1ff:ffff::1",
        "2002:5db8:d70e::1",
        "2620:4f:8000::1",
        "3fff::1",
        "3fff:fff:ffff::1",
        "4000::1",
        "5f00::1",
    ],
)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    """Loopback, private, link-local, metadata, reserved, and what wraps them in IPv6."""
    with pytest.raises(WebhookTargetError, match="not allowed"):
        looked_at("https://hooks.example/x", address)


@pytest.mark.parametrize(
    "address",
    [
        "93.184.215.14",
        "192.88.98.1",
        "192.88.100.1",
        "100.128.0.1",
        "172.32.0.1",
        "2001:200::1",
        "2001:db7::1",
        "2606:4700::1111",
        "2620:4f:8001::1",
        "3ffe::1",
        "64:ff9b::5db8:d70e",
    ],
)
def test_what_stands_beside_those_is_public(address: str) -> None:
    """And so is a public IPv4 address behind NAT64."""
    assert looked_at("https://hooks.example/x", address).address == address


OWN = ipaddress.ip_network("93.184.0.0/16")


@pytest.mark.parametrize("address", ["93.184.215.14", "64:ff9b::5db8:d70e", "2a00:1::7"])
def test_the_operators_own_public_networks_are_refused(address: str) -> None:
    """However an address of theirs is written; others beside them are not."""
    denied = (OWN, ipaddress.ip_network("2a00:1::/32"))

    with pytest.raises(WebhookTargetError, match="not allowed"):
        looked_at("https://hooks.example/x", address, denied=denied)
    assert looked_at("https://hooks.example/x", "93.185.0.1", denied=denied)
    assert looked_at("https://hooks.example/x", "2a00:2::7", denied=denied)


def test_of_what_is_allowed_and_denied_the_smaller_network_counts() -> None:
    """One host of an own network may be allowed, one network of an allowed one be denied."""
    host = ipaddress.ip_network("93.184.1.1/32")
    inner = ipaddress.ip_network("10.1.2.0/24")
    outer = ipaddress.ip_network("10.0.0.0/8")

    assert looked_at("http://desk.example/x", "93.184.1.1", allowed=(host,), denied=(OWN,))
    assert looked_at("http://desk.example/x", "10.9.9.9", allowed=(outer,), denied=(inner,))
    for allowed, denied in ((outer, inner), (inner, inner)):
        with pytest.raises(WebhookTargetError, match="not allowed"):
            looked_at("http://desk.example/x", "10.1.2.3", allowed=(allowed,), denied=(denied,))


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
        asyncio.run(target(f"https://{host}/x", (), resolved))
