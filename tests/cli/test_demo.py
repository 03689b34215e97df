"""The demo as a stranger meets it: a process, its words, and HTTP.

What must come out stands in the walks' own text, read there by eye, not by this project's code.
"""

from __future__ import annotations

import json
import re
import signal
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.cli.conftest import Run
from tests.cli.demoing import Asking, Demo


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """One access: what the walk shows on its port, and what is made up for it."""

    speed: int
    duplex: bool | None = True
    macs: frozenset[tuple[str, int, str]]
    leases: frozenset[str]
    groups: frozenset[str] | None = None


def _access(
    speed: int,
    macs: set[tuple[str, int, str]],
    leases: set[str],
    groups: set[str] | None = None,
    *,
    duplex: bool | None = True,
) -> Expected:
    return Expected(
        speed=speed,
        duplex=duplex,
        macs=frozenset(macs),
        leases=frozenset(leases),
        groups=None if groups is None else frozenset(groups),
    )


_MIKROTIK = "4C:5E:0C:2C:01:E1"
_ACCESSES = {
    "A-1001": _access(
        1000,
        {("8C:E7:48:7C:77:EA", 30, "bb")},
        {"100.64.10.8"},
        {"233.252.0.11", "233.252.0.12"},
    ),
    "A-1002": _access(100, {("C4:2F:90:20:5F:D9", 30, "bb")}, {"100.64.10.5"}, {"233.252.0.11"}),
    "A-1003": _access(100, {("C4:2F:90:20:5F:8C", 30, "bb")}, {"100.64.10.6"}, {"233.252.0.14"}),
    "A-1101": _access(
        100,
        {("28:10:7B:E8:0E:A0", 40, "bb")},
        {"100.64.11.5"},
        {"233.252.0.11", "233.252.0.13"},
    ),
    "A-1102": _access(100, {("F4:6D:04:77:99:3B", 1113, "bb")}, {"100.64.11.14"}, {"232.1.1.5"}),
    "A-1103": _access(
        100,
        {(_MIKROTIK, 1, "voip"), (_MIKROTIK, 40, "bb"), (_MIKROTIK, 41, "iptv")},
        {"100.64.11.2"},
        {"233.252.0.11"},
    ),
    "A-1201": _access(10_000, {("10:60:4B:B4:5F:48", 71, "bb")}, {"100.64.12.4", "2001:db8:12::4"}),
    "A-1202": _access(10_000, {("10:60:4B:B4:FF:60", 71, "bb")}, {"100.64.12.5"}),
    "A-1203": _access(10_000, {("10:60:4B:B4:FF:48", 50, "bb")}, {"100.64.12.13"}),
    "A-1301": _access(
        100,
        {("DC:FE:18:9A:D9:28", 109, "bb")},
        {"100.64.13.9"},
        {"233.252.0.21"},
        duplex=None,
    ),
    "A-1302": _access(
        100,
        {
            ("12:22:35:A1:23:12", 116, "bb"),
            ("28:6C:07:EB:30:04", 116, "bb"),
            ("58:44:98:C5:49:6F", 116, "bb"),
            ("B0:E2:35:29:56:F1", 116, "bb"),
        },
        {"100.64.13.16", "100.64.13.17"},
        {"233.252.0.21"},
        duplex=None,
    ),
    "A-1303": _access(
        100,
        {("78:11:DC:12:DC:9C", 112, "bb")},
        {"100.64.13.12"},
        {"233.252.0.22"},
        duplex=None,
    ),
    "A-1304": _access(
        1000,
        {("00:23:89:B4:D0:41", 2, "bb"), ("00:23:89:B4:D0:57", 2, "bb")},
        {"100.64.13.24"},
        {"233.252.0.23"},
        duplex=None,
    ),
    "A-1401": _access(
        1000,
        {("60:0B:03:EE:16:47", 1, "bb"), ("60:0B:03:EE:16:60", 1, "bb")},
        {"100.64.14.1"},
        {"233.252.0.31"},
    ),
    "A-1402": _access(
        1000,
        {
            ("00:18:B9:23:D7:31", 1, "bb"),
            ("58:66:BA:CB:2F:D2", 1, "bb"),
            ("60:0B:03:ED:D7:97", 1, "bb"),
            ("60:0B:03:EE:24:E3", 1, "bb"),
        },
        {"100.64.14.6"},
        {"233.252.0.32"},
    ),
    "A-1403": _access(
        1000,
        {
            ("00:11:21:E7:F1:17", 1, "bb"),
            ("58:66:BA:CB:28:C8", 1, "bb"),
            ("60:0B:03:EE:1B:DB", 1, "bb"),
        },
        {"100.64.14.7"},
        {"233.252.0.31"},
    ),
}


_TROUBLED = {
    "A-1501": (False, "no_light_check_power"),
    "A-1502": (True, "light_outside_class"),
    "A-1504": (True, "all_fine"),
    "A-1503": (True, "equipment_elsewhere"),
}
"""Link and verdict of what is wrong on purpose; the router of A-1503 is seen at A-1504 first."""
_FLAPPING = "A-1505"
_FADING = "A-1506"
_LOST_TOGETHER = ("A-1601", "A-1602", "A-1603")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One demo on a free port for all who only ask it."""
    errors = tmp_path_factory.mktemp("demo") / "stderr"
    with Demo(errors, "--port", "0") as running:
        yield running


@pytest.fixture(scope="module")
def ask(demo: Demo) -> Iterator[httpx.Client]:
    """The demo's user."""
    with httpx.Client(
        base_url=f"{demo.base}/", auth=("demo", "demo"), timeout=300, transport=Asking()
    ) as client:
        yield client


def _told(ask: httpx.Client, path: str) -> Any:
    answer = ask.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_ready_stands_alone_and_every_command_works(demo: Demo, ask: httpx.Client) -> None:
    """The commands name the port that was really taken, and none of them is refused."""
    commands = demo.commands

    assert "ready" in demo.printed.splitlines()
    assert len(commands) > 5
    assert {tuple(c[:-1]) for c in commands} == {("curl", "-u", "demo:demo")}
    assert [ask.get(c[-1]).status_code for c in commands] == [200] * len(commands)


def test_it_says_what_is_real_and_what_is_made_up(demo: Demo) -> None:
    """Each device has a line: a walk and what was added to it, or made up as a whole."""
    lines = {words[0]: line for line in demo.printed.splitlines() if (words := line.split())}

    for switch in ("sw-huawei", "sw-dlink", "sw-procurve", "sw-dcn", "sw-cisco"):
        assert "a real walk; leases" in lines[switch]
        assert lines[switch].endswith("made up")
    for cpe in ("cpe-a1001", "cpe-a1304", "cpe-a1401"):
        assert "made up as a whole" in lines[cpe]


def test_the_accesses_are_listed(ask: httpx.Client) -> None:
    """The demo's inventory is authoritative."""
    listed = _told(ask, "accesses/")

    assert [a["accessId"] for a in listed] == sorted(
        {*_ACCESSES, *_TROUBLED, _FLAPPING, _FADING, *_LOST_TOGETHER}
    )
    assert all(a["streetName"] and a["accessState"] == "CONNECTED" for a in listed)


@pytest.mark.parametrize("access", sorted(_ACCESSES))
def test_the_link_of_every_access(ask: httpx.Client, access: str) -> None:
    """Real: up, with the walk's speed and duplex, and counters that count."""
    expected = _ACCESSES[access]

    status = _told(ask, f"tech/access/{access}/link/status")

    assert status["link"] is True
    assert status["adminDown"] is False
    assert status["linkSpeed"] == expected.speed
    assert status.get("fullDuplex") is expected.duplex
    assert status["statistics"]["input"]["bytes"] > 0
    assert status["statistics"]["output"]["packets"] > 0


@pytest.mark.parametrize("access", sorted(_ACCESSES))
def test_the_mac_addresses_of_every_access(ask: httpx.Client, access: str) -> None:
    """Real: all that the walk has on the port, each in its VLAN; the service is the inventory's."""
    rows = _told(ask, f"tech/access/{access}/link/macaddresstable")

    assert {(r["mac"], r["vlan"], r["serviceType"]) for r in rows} == _ACCESSES[access].macs


@pytest.mark.parametrize("access", sorted(_ACCESSES))
def test_the_leases_of_every_access(ask: httpx.Client, access: str) -> None:
    """Made up, for MAC addresses that the port really has."""
    rows = _told(ask, f"tech/access/{access}/link/leaseinfo")

    assert {r["lease"] for r in rows} == _ACCESSES[access].leases
    assert {r["mac"] for r in rows} <= {mac for mac, _, _ in _ACCESSES[access].macs}


@pytest.mark.parametrize("access", sorted(_ACCESSES))
def test_the_multicast_groups_of_every_access(ask: httpx.Client, access: str) -> None:
    """Made up; two of the makers do not tell groups by port, and the answer says so."""
    answer = ask.get(f"tech/access/{access}/link/igmpsnooping")

    expected = _ACCESSES[access].groups
    if expected is None:
        assert (answer.status_code, answer.json()["code"]) == (404, "not_available_here")
    else:
        assert {r["multicast"] for r in answer.json()} == expected


@pytest.mark.parametrize(
    ("access", "rx", "tx"),
    [("A-1304", "-5.61", "-4.51"), ("A-1401", "-6.00", "-6.00"), ("A-1402", "-5.00", "-5.10")],
)
def test_light_is_real_where_the_walk_has_it(
    ask: httpx.Client, access: str, rx: str, tx: str
) -> None:
    """Two of the five walks have a port with light."""
    light = _told(ask, f"tech/access/{access}/link/status")["transceiver"]

    assert (light["dbmRx"], light["dbmTx"]) == (rx, tx)


@pytest.mark.parametrize(
    ("access", "mac"),
    [
        ("A-1001", "02:00:00:10:01:01"),
        ("A-1304", "02:00:00:10:13:04"),
        ("A-1401", "02:00:00:10:14:01"),
    ],
)
def test_the_cpes_answer(ask: httpx.Client, access: str, mac: str) -> None:
    """Made up as a whole, and each is the one that the inventory knows."""
    cpe = _told(ask, f"tech/cpe/{access}/status")

    ports = {p["ifDescription"]: p for p in cpe["ports"]}
    assert (cpe["up"], cpe["mac"], cpe["firmware"]) == (True, mac, "0.0-MADE-UP")
    assert list(ports) == ["LAN1", "LAN2", "LAN3", "LAN4", "EXT1", "WAN"]
    assert [name for name, port in ports.items() if port["link"]] == ["LAN1", "LAN2", "WAN"]
    assert ports["WAN"]["transceiver"].keys() >= {"dbmRx", "dbmTx", "temp", "partNumber"}


def test_six_answers_at_once(ask: httpx.Client) -> None:
    """The first access can tell all of them."""
    told = _told(ask, "tech/access/A-1001")

    assert {name: part["state"] for name, part in told["parts"].items()} == dict.fromkeys(
        ["hardware", "status", "macAddressTable", "leaseInfo", "igmpSnooping", "cpe"], "ok"
    )
    assert told["hardware"]["vendor"] == "Huawei"


def test_something_is_wrong_on_purpose(demo: Demo, ask: httpx.Client) -> None:
    """A dark access, a weak one, one in a wrong port: as the greeting says."""
    told = {}
    for access in _TROUBLED:
        answer = ask.get(f"{demo.base.removesuffix('/onapi/2.6')}/techinfo/v1/access/{access}")
        told[access] = answer.json()["status"]["link"], answer.json()["diagnosis"]["code"]

    assert told == _TROUBLED
    for access in ("A-1201", "A-1501", "A-1502", "A-1503", "A-1505", "A-1506", "A-1601"):
        assert f"\n  {access}  " in demo.printed


def test_wrong_ports_are_found_by_evidence(demo: Demo, ask: httpx.Client) -> None:
    """Orders against the MAC tables of some days: two accesses swapped, one router away."""
    url = f"{demo.base.removesuffix('/onapi/2.6')}/techinfo/v1/wrong-ports"
    told = ask.get(url, params={"elsewhere": "true"}).json()["wrongPorts"]

    found = {(one["kind"], one["accessId"], one["otherAccessId"]): one for one in told}
    assert set(found) == {("swapped", "A-1201", "A-1202"), ("elsewhere", "A-1503", "A-1504")}
    rows = found["swapped", "A-1201", "A-1202"]["evidence"]
    assert {(row["equipment"], row["belongsTo"], row["by"]) for row in rows} == {
        ("10:60:4B:B4:FF:60", "A-1201", "order"),
        ("10:60:4B:B4:5F:48", "A-1202", "order"),
    }
    assert {row["seen"][0]["source"] for row in rows} == {"mac_table"}


@pytest.mark.parametrize("switch", ["sw-dcn", "sw-procurve"])
def test_ports_carry_what_is_ordered(demo: Demo, ask: httpx.Client, switch: str) -> None:
    """No VLAN is missing by a mistake of what was made up."""
    url = f"{demo.base.removesuffix('/onapi/2.6')}/techinfo/v1/switch/{switch}/audit"

    told = ask.get(url).json()

    assert told["ports"] > 2
    assert told["differences"] == []


def test_one_access_comes_and_goes(ask: httpx.Client) -> None:
    """Its link was lost when the demo began, or has changed since; the walk has it as older."""
    status = _told(ask, f"tech/access/{_FLAPPING}/link/status")
    neighbour = _told(ask, "tech/access/A-1303/link/status")

    assert status["linkSince"] > neighbour["linkSince"]


_CHANGES = {"linkSince", "statistics"}
"""With every poll of a switch that a lab plays."""


def test_the_answer_that_readme_begins_with_is_the_demos(ask: httpx.Client) -> None:
    """Every key that is shown there is answered; what stands still has the value that is shown."""
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    path, text = re.findall(r"/onapi/2\.6/(\S+)\n\n```json\n(.*?)```", readme, re.DOTALL)[0]

    shown, told = json.loads(text), _told(ask, path)

    assert {key: value for key, value in shown.items() if key not in _CHANGES} == {
        key: value for key, value in told.items() if key not in _CHANGES
    }
    assert shown.keys() == told.keys()
    for direction in ("input", "output"):
        keys = shown["statistics"][direction].keys() - {"…"}
        assert keys <= told["statistics"][direction].keys()


def _asked(demo: Demo, ask: httpx.Client, path: str) -> Any:
    return _told(ask, f"{demo.base.removesuffix('/onapi/2.6')}/techinfo/v1/{path}")


def test_the_day_before_is_made_up_and_it_is_polled_from_then_on(
    demo: Demo, ask: httpx.Client
) -> None:
    """Light that has fallen, a link that came and went; a poll adds to it."""
    told = _asked(demo, ask, f"history/{_FADING}?step=5m")
    levels = [float(one["dbmRx"]) for one in told["samples"] if "dbmRx" in one]
    happened = _asked(demo, ask, f"timeline/{_FLAPPING}")["events"]

    assert len(told["samples"]) >= 280
    assert levels[0] > levels[-1] + 2
    assert sum(one["what"] == "link_down" for one in happened) == 13
    assert (
        "history before its start, are made up"
        in httpx.get(demo.base.removesuffix("onapi/2.6") + "login", trust_env=False).text
    )


def test_the_verdict_says_that_the_link_comes_and_goes(demo: Demo, ask: httpx.Client) -> None:
    """By what was seen of it before."""
    assert _asked(demo, ask, f"access/{_FLAPPING}")["diagnosis"]["code"] == "flapping_check_box"


def test_lines_that_were_lost_together_are_a_disturbance(demo: Demo, ask: httpx.Client) -> None:
    """Three of a switch, twenty minutes before the demo began."""
    for access in _LOST_TOGETHER:
        (one,) = _asked(demo, ask, f"disturbances?accessId={access}")["disturbances"]
        assert (one["running"], one["element"]) == (True, "sw-huawei")
        assert tuple(one["accessIds"]) == _LOST_TOGETHER
        assert _asked(demo, ask, f"access/{access}")["status"]["link"] is False


@pytest.mark.parametrize("who", ["demo", "engineer", "isp-north"])
def test_the_verdict_of_a_lost_line_names_the_disturbance(demo: Demo, who: str) -> None:
    """For the operator's people and for the line's provider: nobody need look behind the outlet."""
    base = f"{demo.base.removesuffix('/onapi/2.6')}/techinfo/v1"
    with httpx.Client(auth=(who, "demo"), timeout=300, trust_env=False) as ask:
        (lost,) = _told(ask, f"{base}/disturbances?accessId=A-1601")["disturbances"]
        for access in _LOST_TOGETHER:
            told = _told(ask, f"{base}/access/{access}")
            judged = ask.post(f"{base}/diagnosis/{access}", json={}).json()

            assert told["diagnosis"]["code"] == judged["code"] == "known_disturbance"
            assert [one["id"] for one in told["disturbances"]] == [lost["reference"]]


def test_four_people_may_log_in(demo: Demo) -> None:
    """Each sees what is theirs, with the password that is printed."""
    url = f"{demo.base.removesuffix('/onapi/2.6')}/techinfo/v1"

    def seen(name: str, path: str) -> int:
        return httpx.get(
            f"{url}/{path}", auth=(name, "demo"), timeout=300, trust_env=False
        ).status_code

    paths = ("access/A-1501", "access/A-1503", "switch/sw-dcn/panel")
    told = {
        name: [seen(name, path) for path in paths]
        for name in ("demo", "engineer", "isp-north", "isp-south")
    }

    assert told == {
        "demo": [200, 200, 200],
        "engineer": [200, 200, 200],
        "isp-north": [200, 403, 403],
        "isp-south": [403, 200, 403],
    }
    assert all(f"\n  {name} " in demo.printed for name in told)


def test_there_is_a_ticket_desk(ask: httpx.Client) -> None:
    """Whoever tries it out may make a ticket; it ends with the demo."""
    ticket = {
        "accessId": "A-1501",
        "createdBy": "Anna",
        "heading": "dark",
        "description": "no light",
        "problemType": "NO_LINK",
    }

    made = ask.post("tickets", json=ticket)

    assert made.status_code == 201
    reference = made.json()["coTicketReference"]
    assert reference in {one["coTicketReference"] for one in _told(ask, "tickets")}


def test_an_access_is_found_by_its_old_name(ask: httpx.Client) -> None:
    """LegacyAccessId."""
    by_id = _told(ask, "tech/access/A-1401/hardware")

    assert by_id["model"] == "WS-C3750G-12S-S"
    assert _told(ask, "tech/access/KGX49874/hardware") == by_id


def test_an_unknown_access_is_not_found(ask: httpx.Client) -> None:
    """404 with a cause."""
    answer = ask.get("tech/access/A-9999/link/status")

    assert answer.status_code == 404
    assert answer.json()["cause"]


def test_nobody_else_is_told_anything(demo: Demo) -> None:
    """401 without credentials, and with wrong ones."""
    url = f"{demo.base}/accesses/"

    assert httpx.get(url, trust_env=False).status_code == 401
    assert httpx.get(url, auth=("demo", "wrong"), trust_env=False).status_code == 401


@pytest.mark.long
@pytest.mark.parametrize(
    ("by", "statuses"), [(signal.SIGINT, {0, 130}), (signal.SIGTERM, {0, 143, -15})]
)
def test_it_ends_with_all_that_it_started(
    tmp_path: Path, by: signal.Signals, statuses: set[int]
) -> None:
    """Ctrl-C, or kill: no traceback, no switch left answering; PORT counts where no option does.

    Who looks at a port live is told.
    """
    with (
        Demo(tmp_path / "stderr", PORT="0") as demo,
        httpx.Client(auth=("engineer", "demo"), timeout=300, trust_env=False) as client,
    ):
        assert len(demo.labs) == 1
        assert not demo.base.endswith(":8080/onapi/2.6")
        url = f"{demo.base.removesuffix('/onapi/2.6')}/techinfo/v1/live/A-1401"
        with client.stream("GET", url) as live:
            lines = live.iter_lines()
            assert next(lines) == "event: reading"

            status, errors = demo.end(by)
            told = [*lines]

        assert "event: end" in told
        assert status in statuses
        assert "Traceback" not in errors
        assert demo.labs_left() == 0


def test_a_port_in_use_is_named(techinfo: Run) -> None:
    """With what to do about it, and before anything is started."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])

        done = techinfo("demo", "--port", port)

    assert done.returncode == 2
    assert port in done.stderr
    assert "in use" in done.stderr
    assert "--port" in done.stderr
    assert "starting" not in done.stderr


@pytest.mark.parametrize("told", ["many", "", "-1", "65536", "٨٠٨٠"])
def test_a_port_that_is_none_is_refused(techinfo: Run, told: str) -> None:
    """The variable is named."""
    done = techinfo("demo", PORT=told)

    assert done.returncode == 2
    assert "PORT" in done.stderr
