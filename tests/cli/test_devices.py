"""Which engine asks a device, and with what."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from techinfo.cli.devices import Engines, Secret
from techinfo.collect import Target
from techinfo.errors import ConfigError
from techinfo.snmp.conversation import SnmpConversation
from techinfo.snmp.engine import EngineConversation
from techinfo.snmp.interface import SnmpLimits, V1Community, V3User
from techinfo.snmp.pysnmp_engine import PysnmpConversation

CREDENTIALS: dict[str, Secret] = {"v1": V1Community(b"c"), "v2c": b"c", "v3": V3User(name="alice")}


def opened(credential: str, engine: str) -> SnmpConversation:
    """A conversation with a device; nothing is sent."""

    async def run() -> SnmpConversation:
        async with aclosing(Engines(CREDENTIALS)) as engines:
            target = Target(element="sw", host="192.0.2.7", engine=engine, credential=credential)
            return engines.open(target, SnmpLimits())

    return asyncio.run(run())


@pytest.mark.parametrize("credential", CREDENTIALS)
def test_every_version_has_its_choice_of_engine(credential: str) -> None:
    """Our own unless the inventory says ``pysnmp``, which holds for SNMPv3 as well."""
    assert type(opened(credential, "slim")) is EngineConversation
    assert type(opened(credential, "pysnmp")) is PysnmpConversation


def test_a_credential_that_is_not_there_is_named() -> None:
    """As it stands in the settings."""
    with pytest.raises(ConfigError) as caught:
        opened("other", "slim")

    assert caught.value.key == "credentials.other"
