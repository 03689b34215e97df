"""SNMPv3 against net-snmp's agent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from tests.snmp.snmpd import Snmpd, needs_snmpd

from techinfo.errors import DeviceError, SnmpSecurityError, SnmpStatusError, SnmpTimeoutError
from techinfo.snmp.conversation import SnmpConversation
from techinfo.snmp.engine import SnmpEngine
from techinfo.snmp.interface import (
    AuthProtocol,
    Cell,
    Conversation,
    PrivProtocol,
    SnmpLimits,
    SnmpTarget,
    V3User,
    Walked,
)
from techinfo.snmp.pysnmp_engine import PysnmpEngine

pytestmark = needs_snmpd

UP_TIME = "1.3.6.1.2.1.1.3.0"
NAME = "1.3.6.1.2.1.1.5.0"
MODULES = "1.3.6.1.2.1.1.9.1.3"
AUTH_KEY = "s3cret-of-auth"
PRIV_KEY = "s3cret-of-priv"
GUARDED = V3User(
    name="guarded",
    auth="SHA-256",
    auth_key=AUTH_KEY.encode(),
    priv="AES-128",
    priv_key=PRIV_KEY.encode(),
)
OPEN = V3User(name="open", auth="SHA", auth_key=AUTH_KEY.encode())
NOBODY = V3User(name="nobody")
AUTHS: tuple[AuthProtocol, ...] = get_args(AuthProtocol)
PRIVS: tuple[PrivProtocol, ...] = get_args(PrivProtocol)

Engine = SnmpEngine | PysnmpEngine
Talk = Callable[[Conversation], Awaitable[object]]


def created(user: V3User) -> list[str]:
    """The lines that make a user."""
    if user.auth is None:
        return [f"createUser {user.name}", f"rouser {user.name} noauth"]
    auth = f'createUser {user.name} {user.auth} "{AUTH_KEY}"'
    if user.priv is None:
        return [auth, f"rouser {user.name} auth"]
    cipher = "AES" if user.priv == "AES-128" else user.priv
    return [f'{auth} {cipher} "{PRIV_KEY}"', f"rouser {user.name} priv"]


def of(auth: AuthProtocol, priv: PrivProtocol) -> V3User:
    """A user of these protocols."""
    name = f"{auth}-with-{priv}"
    return replace(GUARDED, name=name, auth=auth, priv=priv)


USERS = [GUARDED, OPEN, NOBODY, *(of(auth, priv) for auth in AUTHS for priv in PRIVS)]
LINES = [
    *(line for user in USERS for line in created(user)),
    "sysName sw-elm-3",
    "rocommunity public",
]


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snmpd]:
    """An agent that knows a user of each pair of protocols."""
    with Snmpd(tmp_path_factory.mktemp("snmpd") / "agent", *LINES) as agent:
        yield agent


@pytest.fixture
def lonely(tmp_path: Path) -> Iterator[Snmpd]:
    """An agent with one user, to be started again."""
    with Snmpd(tmp_path / "lonely", *created(GUARDED), "sysName sw-elm-3") as agent:
        yield agent


@pytest.fixture(params=[SnmpEngine, PysnmpEngine], ids=["own", "pysnmp"])
def kind(request: pytest.FixtureRequest) -> type[Engine]:
    """Each engine in turn."""
    engine: type[Engine] = request.param
    return engine


def converse(
    target: SnmpTarget, talk: Talk, kind: type[Engine] = SnmpEngine
) -> tuple[object, SnmpConversation]:
    """Talk to an agent; what the talk gave, and the conversation."""

    async def run() -> tuple[object, SnmpConversation]:
        async with asyncio.timeout(300), kind() as engine:
            conversation = engine.conversation(target, SnmpLimits())
            return await talk(conversation), conversation

    return asyncio.run(run())


async def name_of(conversation: Conversation) -> Cell | None:
    """Its sysName."""
    return (await conversation.get([NAME, UP_TIME])).get(NAME)


@pytest.mark.parametrize("priv", PRIVS)
@pytest.mark.parametrize("auth", AUTHS)
def test_each_pair_of_protocols(agent: Snmpd, auth: AuthProtocol, priv: PrivProtocol) -> None:
    """The engine is discovered by one message, the question takes another."""
    name, conversation = converse(agent.target(of(auth, priv)), name_of)

    assert name == b"sw-elm-3"
    assert (conversation.counted.requests, conversation.counted.retries) == (2, 0)


@pytest.mark.parametrize("priv", PRIVS)
def test_each_cipher_by_pysnmp(agent: Snmpd, priv: PrivProtocol) -> None:
    """``engine = "pysnmp"`` has SNMPv3 as well."""
    name, conversation = converse(agent.target(of("SHA-256", priv)), name_of, PysnmpEngine)

    assert name == b"sw-elm-3"
    assert (conversation.counted.requests, conversation.counted.retries) == (2, 0)


@pytest.mark.parametrize("user", [OPEN, NOBODY], ids=["authNoPriv", "noAuthNoPriv"])
def test_less_is_guarded_where_the_user_has_less(
    agent: Snmpd, user: V3User, kind: type[Engine]
) -> None:
    """The level is that of the user."""
    name, _ = converse(agent.target(user), name_of, kind)

    assert name == b"sw-elm-3"


def test_a_walk_is_that_of_snmpv2c(agent: Snmpd, kind: type[Engine]) -> None:
    """Bulk, several columns, types: all but the envelope is the same."""
    columns = ["1.3.6.1.2.1.1.9.1.2", MODULES, "1.3.6.1.2.1.2.2.1.2", "1.3.6.1.2.1.2.2.1.6"]

    async def walk(conversation: Conversation) -> Walked:
        return await conversation.walk(columns)

    guarded, _ = converse(agent.target(GUARDED), walk, kind)
    plain, _ = converse(replace(agent.target(GUARDED), v3=None), walk, kind)

    assert isinstance(guarded, Walked)
    assert guarded == plain
    assert len(guarded.cells[MODULES]) > 3


@pytest.mark.parametrize(
    ("user", "report", "said"),
    [
        (replace(GUARDED, name="mallory"), "usmStatsUnknownUserNames", "does not know the SNMPv3"),
        (replace(GUARDED, auth_key=b"wr0ng-of-auth"), "usmStatsWrongDigests", "authentication key"),
        (replace(GUARDED, auth="SHA"), "usmStatsWrongDigests", "authentication key or protocol"),
        (
            replace(OPEN, priv="AES-128", priv_key=b"wr0ng-of-priv"),
            "usmStatsUnsupportedSecLevels",
            "security level",
        ),
    ],
)
def test_a_refusal_is_told_at_once(
    agent: Snmpd, user: V3User, report: str, said: str, kind: type[Engine]
) -> None:
    """The agent is not silent, and is not said to be; no secret is in what is said."""
    with pytest.raises(SnmpSecurityError, match=said) as caught:
        converse(agent.target(user), name_of, kind)

    assert caught.value.report == report
    assert caught.value.address == f"127.0.0.1:{agent.port}"
    assert "s3cret" not in repr(caught.value)
    assert "wr0ng" not in repr(caught.value)


@pytest.mark.parametrize(
    "user",
    [
        replace(GUARDED, priv_key=b"wr0ng-of-priv"),
        replace(GUARDED, priv="AES-256"),
        replace(GUARDED, context="vlan-100"),
    ],
    ids=["key", "protocol", "context"],
)
def test_what_the_agent_drops_without_a_word_is_not_called_silence(
    agent: Snmpd, user: V3User, kind: type[Engine]
) -> None:
    """It answers discovery, so it is there; net-snmp says no more."""
    with pytest.raises(SnmpSecurityError, match="wrong privacy key or protocol") as caught:
        converse(agent.target(user, timeouts=(0.3,)), name_of, kind)

    assert caught.value.report == ""
    assert "wr0ng" not in repr(caught.value)


def test_a_user_that_must_be_encrypted_is_refused_in_the_clear(agent: Snmpd) -> None:
    """The agent's own rule comes out as it is."""
    plain = replace(GUARDED, priv=None, priv_key=b"")

    with pytest.raises(SnmpStatusError) as caught:
        converse(agent.target(plain), name_of)

    assert caught.value.status == 16  # authorizationError, RFC 3416, 3


def test_a_context_is_asked_for(tmp_path: Path, kind: type[Engine]) -> None:
    """A VLAN of a Cisco switch is a context, and is asked within a plain conversation (F13)."""
    agent = Snmpd(tmp_path / "cisco")
    agent.lines = [
        *created(GUARDED),
        "rocommunity public",
        f"proxy -Cn vlan-100 -v 2c -c public 127.0.0.1:{agent.port} .{MODULES}",
    ]

    async def talk(conversation: Conversation) -> list[Walked]:
        everywhere = (conversation, conversation.context(100))
        return [await each.walk([MODULES]) for each in everywhere]

    with agent:
        walked, conversation = converse(agent.target(GUARDED), talk, kind)

    assert isinstance(walked, list)
    assert walked[0] == walked[1]
    assert walked[0].cells[MODULES]
    assert conversation.counted.retries == 0


def after(agent: Snmpd, change: Callable[[], None], kind: type[Engine]) -> tuple[Cell | None, int]:
    """The name of an agent that has changed within a conversation, and how many messages it took.

    There is one try: whoever waits for a time-out gets nothing.
    """

    async def talk(conversation: Conversation) -> tuple[Cell | None, int]:
        await name_of(conversation)
        before = conversation.counted.requests
        agent.stop()
        await asyncio.to_thread(change)
        await asyncio.to_thread(agent.start)
        return await name_of(conversation), conversation.counted.requests - before

    told, _ = converse(agent.target(GUARDED), talk, kind)
    assert isinstance(told, tuple)
    return told


def test_a_reboot_costs_one_message(lonely: Snmpd, kind: type[Engine]) -> None:
    """Boots went up and time is zero: notInTimeWindow is answered at once (field notes A13)."""
    assert after(lonely, lambda: None, kind) == (b"sw-elm-3", 2)


def test_an_agent_that_forgot_its_boots_is_followed(tmp_path: Path, kind: type[Engine]) -> None:
    """Boots went back, which RFC 3414, 3.2.7b would take for an attack (field notes A13)."""
    agent = Snmpd(tmp_path / "old", *created(GUARDED), "sysName sw-elm-3", boots=700)

    with agent:
        told = after(agent, lambda: agent.remember(0), kind)

    assert told == (b"sw-elm-3", 2)


def test_another_engine_id_is_followed(lonely: Snmpd, kind: type[Engine]) -> None:
    """A replaced switch reports unknownEngineID, and its keys are other ones."""

    def replaced() -> None:
        lonely.engine_id = "spruce"
        lonely.remember(0)

    assert after(lonely, replaced, kind) == (b"sw-elm-3", 2)


def test_equal_engine_ids_are_told_apart_by_address(tmp_path: Path, kind: type[Engine]) -> None:
    """Two switches with one engine ID, asked in turn, do not disturb each other's time (A13)."""
    first = Snmpd(tmp_path / "first", *created(GUARDED), "sysName first", boots=3)
    second = Snmpd(tmp_path / "second", *created(GUARDED), "sysName second", boots=500)

    async def run() -> tuple[list[Cell | None], list[int]]:
        async with asyncio.timeout(300), kind() as engine:
            both = [
                engine.conversation(agent.target(GUARDED), SnmpLimits())
                for agent in (first, second)
            ]
            names = [await name_of(conversation) for conversation in both * 3]
            return names, [conversation.counted.requests for conversation in both]

    with first, second:
        names, requests = asyncio.run(run())

    assert names == [b"first", b"second"] * 3
    assert requests == [4, 4]


def test_the_engine_is_discovered_once_for_all_conversations(
    agent: Snmpd, kind: type[Engine]
) -> None:
    """What one conversation has found out, the next one knows."""

    async def run() -> list[int]:
        counts = []
        async with asyncio.timeout(300), kind() as engine:
            for user in (GUARDED, OPEN):
                conversation = engine.conversation(agent.target(user), SnmpLimits())
                await name_of(conversation)
                await conversation.close()
                counts.append(conversation.counted.requests)
        return counts

    assert asyncio.run(run()) == [2, 1]


def test_an_agent_that_is_gone_is_silent_and_found_again(lonely: Snmpd, kind: type[Engine]) -> None:
    """Silence stays silence, and the next question after it works."""

    async def talk(conversation: Conversation) -> tuple[type[DeviceError], Cell | None]:
        await name_of(conversation)
        lonely.stop()
        with pytest.raises(SnmpTimeoutError) as caught:
            await name_of(conversation)
        await asyncio.to_thread(lonely.start)
        return caught.type, await name_of(conversation)

    told, _ = converse(lonely.target(GUARDED, timeouts=(0.2, 1.0)), talk, kind)

    assert told == (SnmpTimeoutError, b"sw-elm-3")
