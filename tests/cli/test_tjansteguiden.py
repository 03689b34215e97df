"""``techinfo tjansteguiden``, as an operator calls it; people are planted and searched for."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import Run
from tests.onapi_client.tjansteguiden.portal_there import API_USER, WORD, Household, portal_there

from techinfo.inventory import Inventory

SITE = """
elements: [{name: sw-1, address: 192.0.2.1}]
accesses: [{access_id: A-1, element: sw-1, port: ge1, port_by: name, outlet: 12-34}]
"""


def configured(folder: Path, url: str, api_user: str = API_USER) -> None:
    """A configuration with a portal, and an inventory file."""
    (folder / "secret").write_text(f"{api_user}\n", encoding="utf-8")
    (folder / "techinfo.toml").write_text(
        f'[tjansteguiden]\nurl = "{url}"\napi_user_file = "secret"\n'
        '[tjansteguiden.providers]\n31420 = "north"\n'
        '[tjansteguiden.services]\n2440 = "BB-100-100"\n',
        encoding="utf-8",
    )
    (folder / "site.yaml").write_text(SITE, encoding="utf-8")


@pytest.mark.long
def test_nobody_is_found_in_any_file_or_log(techinfo: Run, tmp_path: Path) -> None:
    """Nor the API user, with ``--verbose`` and when the portal fails."""
    said = []

    def run(*arguments: str) -> int:
        done = techinfo("-v", *arguments, TECHINFO_CONFIG="techinfo.toml")
        said.append(done.stdout + done.stderr)
        return done.returncode

    with portal_there() as there:
        configured(tmp_path, there.url)
        run("inventory", "import", "site.yaml")
        there.orders = [
            Household(1, "12-34", status="delivered", delivery="2026-11-20"),
            Household(2, "A-1", status="waiting"),
            Household(3, "A-1", kind=f"{WORD}-kind"),
        ]
        for one in there.orders:
            one.date = "2999-01-01 10:00:00"  # within the last days, whatever day it is
        assert run("tjansteguiden", "fetch", "--dry-run") == 1, said
        assert run("tjansteguiden", "fetch") == 1, said
        there.orders[1].status = "cancelled"
        assert run("tjansteguiden", "fetch") == 1, said
        there.body = f"<a><status>failed</status><message>{WORD}</message></a>".encode()
        assert run("tjansteguiden", "fetch") == 1, said
        there.status = 500
        assert run("tjansteguiden", "fetch") == 1, said
        configured(tmp_path, "http://127.0.0.1:1/orders")
        assert run("tjansteguiden", "fetch") == 1, said
        assert run("config", "show") == 0, said
        files = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "secret"]
        octets = {path.name: path.read_bytes() for path in files}
        assert run("tjansteguiden", "forget") == 0, said

    with Inventory.open(tmp_path / "inventory.sqlite") as inventory:
        held = {one.subscription_id: one.service for one in inventory.subscriptions()}
    assert held == {"TG-1": "BB-100-100"}
    assert "order 3: is left out: it is of a type that is not known" in said[2]
    assert [text for text in said if WORD in text or API_USER in text] == []
    for secret in (WORD.encode(), API_USER.encode()):
        assert [name for name, found in octets.items() if secret in found] == []
    assert {query["method"] for query in there.asked} == {"orders", "order_info"}


@pytest.mark.parametrize(
    ("url", "api_user", "words"),
    [
        ("http://portal.example/orders", API_USER, "in the clear"),
        ("https://portal.example/orders", "1234&method=set_status", "is no number"),
    ],
)
def test_a_wrong_setting_is_named(
    techinfo: Run, tmp_path: Path, url: str, api_user: str, words: str
) -> None:
    """And its value is not shown."""
    configured(tmp_path, url, api_user)

    done = techinfo("tjansteguiden", "fetch", TECHINFO_CONFIG="techinfo.toml")

    assert done.returncode == 2
    assert words in " ".join(done.stderr.split())
    assert "tjansteguiden" in done.stderr
    assert "set_status" not in done.stderr


def test_it_is_said_where_nothing_is_configured(techinfo: Run) -> None:
    """With the page that shows how."""
    done = techinfo("tjansteguiden", "fetch")

    assert done.returncode == 2
    assert "docs/orders.md" in done.stderr
