"""People are planted in every field of what another operator tells; then everything is searched.

Searched is what the commands print, with ``--verbose`` and when they fail, and every file that they
leave. Only ids, states, services and the provider's references of orders are kept (docs/orders.md).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run
from tests.cli.test_onapi import configured
from tests.onapi_client.ordering import Operator, operator

from techinfo.inventory import Inventory

WORD = "pl4nted"
KEPT = {"accessId", "subscriptionId", "service", "spReference", "spSubscriptionId"}
KEPT |= {"path", "orderId", "operation", "state", "forcedTakeover", "operationalState"}
KEPT |= {"connectionDate", "subscriptions", "type", "objectType", "objectId", "time", "event"}
KEPT |= {"order"}
"""Fields that mean something, by 2.6.0/spec; each other one holds a person."""
OF_ORDERS = ("externalNote", "message", "requestedDateTime", "expectedCompletionDate")
OF_ANYTHING = ("customer", "name", "phone", "email", "personnummer", "cause", "__class__")


def person(where: str) -> dict[str, Any]:
    """Somebody, in every shape that JSON has."""
    nested = {"lastName": f"{WORD}-{where}-nested", "list": [f"{WORD}-{where}-listed"]}
    return {name: f"{WORD}-{where}-{name}" for name in OF_ANYTHING} | {
        "contact": nested,
        f"{WORD}-{where}-key": 1,
    }


def planted(told: Any, where: str) -> Any:
    """The same with people in it, beside all that means something."""
    if isinstance(told, list):
        return [planted(one, where) for one in told]
    if not isinstance(told, dict):
        return told
    out = {name: planted(value, where) for name, value in told.items() if name in KEPT}
    if "operation" in told:
        out |= {name: f"{WORD}-{where}-{name}" for name in OF_ORDERS}
        out["characteristics"] = {"fixedIp": True, "note": f"{WORD}-{where}-characteristics"}
        out["equipment"] = [{"vendorId": f"{WORD}-{where}-vendor", "macAddress": WORD}]
    return out | person(where)


class Talkative(Operator):
    """An operator who tells of people wherever it can."""

    failing: bool = False

    def answer(self, path: str, since: str | None) -> tuple[int, Any, dict[str, str]]:
        """As by the pages, with people in it; when it fails, in the words of the failure."""
        status, body, headers = super().answer(path, since)
        if self.failing:
            return 500, {"cause": f"{WORD}-cause of a failure"} | person("failure"), headers
        where = path.partition("/2.6/")[2].partition("/")[0]
        return status, planted(body, where), headers


@contextmanager
def talkative() -> Iterator[Talkative]:
    """One on loopback."""
    with operator(datetime.now(UTC) - timedelta(minutes=5)) as there:
        there.__class__ = Talkative
        assert isinstance(there, Talkative)
        yield there


def in_files(folder: Path) -> dict[str, bytes]:
    """All that stands in the folder, but what we have put there ourselves."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.mark.long
def test_nobody_is_found_in_any_file_or_log(techinfo: Run, tmp_path: Path) -> None:
    """Of orders that are taken, left out, done, failed, cancelled, and of a server that fails."""
    said = []
    follow = ("-v", "onapi", "follow", "elsewhere", "--once")

    def run(*arguments: str) -> int:
        done = techinfo(*arguments, TECHINFO_CONFIG="techinfo.toml")
        said.append(done.stdout + done.stderr)
        return done.returncode

    with talkative() as there:
        configured(tmp_path, there.url)
        run("inventory", "import", "site.yaml")
        assert run(*follow) == 0, said
        for number, state in enumerate(("DONE_SUCCESS", "DONE_FAILED", "IN_PROGRESS", "LOST")):
            told = {"accessId": "A-1", "service": "BB-100", "subscriptionId": f"S-{number}"}
            there.order(f"o{number}", "ACTIVATE", **told)
            there.becomes(f"o{number}", state)
        there.order("o9", "ACTIVATE", accessId="A-1", service="BB", subscriptionId="S-9")
        there.order("o8", "SUSPEND", subscriptionId="S-77")
        there.go_on(seconds=2)
        assert run(*follow) == 0, said
        there.cancel("o9")
        there.go_on(hours=30)  # everything is read anew
        run(*follow)
        there.failing = True
        there.go_on(seconds=2)
        there.again(["o0"])
        assert run(*follow) == 1
        assert run("-v", "onapi", "fetch", "elsewhere") == 1
        there.failing = False
        run("-v", "onapi", "fetch", "elsewhere")

    all_told = json.dumps([planted(one, "orders") for one in there.orders.values()])
    assert all_told.count(WORD) > 50
    with Inventory.open(tmp_path / "inventory.sqlite") as inventory:
        assert {one.subscription_id for one in inventory.subscriptions()} >= {"S-0", "S-2"}
    assert not [text for text in said if WORD in text]
    assert [name for name, octets in in_files(tmp_path).items() if WORD.encode() in octets] == []
    assert "o3" in said[2] + said[3]  # what is left out is told, by its id


def logs() -> dict[str, str]:
    """Form -> a log of some minutes ago, in which somebody is named wherever that can be.

    With a line of each that is none.
    """
    at = datetime.now(UTC) - timedelta(minutes=5)
    day, stamp, end = f"{at:%b %d %H:%M:%S}", int(at.timestamp()), int(at.timestamp()) + 3600
    mac, slashed = "02:00:5e:00:53:01", f"{at:%w %Y/%m/%d %H:%M:%S}"
    name = f"{WORD}-phone"
    return {
        "dhcpd-syslog": f"{day} vm dhcpd[1]: DHCPACK on 192.0.2.1 to {mac} ({name}) via 192.0.2.9\n"
        f"{day} vm dhcpd[1]: DHCPACK on 192.0.2.300 to {mac} ({name}) via 192.0.2.9\n",
        "dhcpd-leases": f"lease 192.0.2.2 {{\n  starts {slashed};\n  ends never;\n"
        f'  binding state active;\n  hardware ethernet {mac};\n  client-hostname "{name}";\n'
        f'  set ddns-fwd-name = "{name}";\n}}\n',
        "dnsmasq-leases": f"{end} {mac} 192.0.2.3 {name} *\n{end} {mac} 192.0.2.300 {name} *\n",
        "dnsmasq-log": f"{day} dnsmasq-dhcp[1]: 7 client provides name: {name}\n"
        f"{day} dnsmasq-dhcp[1]: 7 DHCPACK(s0) 192.0.2.4 {mac} {name}\n"
        f"{day} dnsmasq-dhcp[1]: 7 DHCPACK(s0) 192.0.2.300 {mac} {name}\n",
        "kea-csv": "address,hwaddr,client_id,valid_lifetime,expire,hostname,state,user_context\n"
        f'192.0.2.5,{mac},,3600,{end},{name},0,{{ "customer": "{name}" }}\n'
        f"192.0.2.300,{mac},,3600,{end},{name},0,{name}\n",
        "windows-dhcp": f"10,{at:%m/%d/%y,%H:%M:%S},Assign,192.0.2.7,{name},02005E005301,{name},7"
        f",0,,,,,,,,,0\n10,{at:%m/%d/%y,%H:%M:%S},Assign,192.0.2.300,{name},,,7,0,,,,,,,,,0\n",
        "freeradius-detail": f'{at:%a %b %d %H:%M:%S %Y}\n\tUser-Name = "{name}"\n'
        f'\tUser-Password = "{name}"\n\tCalling-Station-Id = "{name}"\n'
        "\tAcct-Status-Type = Start\n\tFramed-IP-Address = 192.0.2.6\n"
        f'\tReply-Message = "{name}"\n\tTimestamp = {stamp}\n\n',
    }


@pytest.mark.long
def test_nobody_is_found_in_what_logs_of_dhcp_servers_leave(techinfo: Run, tmp_path: Path) -> None:
    """Names of devices and users are neither kept nor repeated, of good lines and bad."""
    text = ""
    for form, log in logs().items():
        (tmp_path / f"{form}.log").write_text(log, encoding="utf-8")
        zone = 'zone = "UTC"\n' if form not in ("kea-csv", "dnsmasq-leases") else ""
        text += f'[[leases.sources]]\nname = "{form}"\nform = "{form}"\n'
        text += f'path = "{form}.log"\nlease_s = 3600\n{zone}'
    (tmp_path / "techinfo.toml").write_text(text, encoding="utf-8")
    done = techinfo("-v", "leases", "follow", "--once", TECHINFO_CONFIG="techinfo.toml")
    shown = techinfo("leases", "sources", TECHINFO_CONFIG="techinfo.toml")

    assert (done.returncode, shown.returncode) == (0, 0), done.stderr + shown.stderr
    assert WORD not in done.stdout + done.stderr + shown.stdout
    kept = {x: y for x, y in in_files(tmp_path).items() if not x.endswith(".log")}
    addresses = [f"192.0.2.{n}" for n in range(1, 8)]
    everything = b"".join(kept.values())
    assert [x for x in addresses if x.encode() not in everything] == []
    assert [name for name, octets in kept.items() if WORD.encode() in octets] == []
