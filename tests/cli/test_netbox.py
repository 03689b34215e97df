"""``techinfo inventory netbox``, as an operator calls it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import Run
from tests.netbox_client.serving import TOKEN, netbox_server, small_network

CONFIG = {"TECHINFO_CONFIG": "techinfo.toml"}


def _configured(folder: Path, url: str, more: str = "") -> None:
    (folder / "token").write_text(f"{TOKEN}\n", encoding="utf-8")
    (folder / "token").chmod(0o600)
    (folder / "techinfo.toml").write_text(
        f'[netbox]\nurl = "{url}"\ntoken_file = "token"\n'
        'elements = {role = ["access-switch"]}\nfar_devices = {role = ["outlet"]}\n'
        'provider_field = "provider"\nservice_field = "service"\n'
        'service_type_field = "service_type"\n' + more,
        encoding="utf-8",
    )


def test_a_network_is_imported(techinfo: Run, tmp_path: Path) -> None:
    """First only said, then done; the second time nothing differs."""
    with netbox_server() as fake:
        small_network(fake)
        _configured(tmp_path, fake.url)
        dry = techinfo("inventory", "netbox", "--dry-run", **CONFIG)
        done = techinfo("inventory", "netbox", **CONFIG)
        again = techinfo("inventory", "netbox", **CONFIG)

    assert [run.returncode for run in (dry, done, again)] == [0, 0, 0], dry.stderr + done.stderr
    assert "nothing was changed" in dry.stdout
    assert "accesses 4 0 0 0" in " ".join(done.stdout.split())
    assert "accesses 0 0 0 4" in " ".join(again.stdout.split())
    assert TOKEN not in "".join(run.stdout + run.stderr for run in (dry, done, again))


def test_what_is_left_out_is_told(techinfo: Run, tmp_path: Path) -> None:
    """Exit status 1, and nothing is imported."""
    with netbox_server() as fake:
        small_network(fake)
        fake.point("dcim/devices", 1, primary_ip=None)
        _configured(tmp_path, fake.url)
        done = techinfo("inventory", "netbox", **CONFIG)

    assert done.returncode == 1
    assert "left out: device sw-1 (1): has no primary IP address" in done.stderr
    assert "accesses: 0" in techinfo("inventory", "show", **CONFIG).stdout


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("[netbox.element_fields]\nswitch = 'x'\n", "is none of"),
        ("[netbox.access_fields]\nelement = 'x'\n", "comes from devices"),
        ("tokne_file = 'x'\n", "did you mean token_file"),
        ("token_env = 'NOWHERE'\n", "is not set"),
    ],
)
def test_a_wrong_setting_is_named(techinfo: Run, tmp_path: Path, more: str, words: str) -> None:
    """And NetBox is not asked."""
    _configured(tmp_path, "https://netbox.example", more)

    done = techinfo("inventory", "netbox", **CONFIG)

    assert done.returncode == 2
    assert words in " ".join(done.stderr.split())


@pytest.mark.parametrize("url", ["http://netbox.example", "ftp://netbox.example", "https://a:b@c"])
def test_a_url_that_the_token_must_not_go_to_is_refused(
    techinfo: Run, tmp_path: Path, url: str
) -> None:
    """Nor does a token go over the network in the clear."""
    _configured(tmp_path, url)

    done = techinfo("inventory", "netbox", **CONFIG)

    assert done.returncode == 2
    assert "netbox.url" in done.stderr


def test_without_a_section_it_says_so(techinfo: Run) -> None:
    """Exit status 2."""
    done = techinfo("inventory", "netbox")

    assert done.returncode == 2
    assert "docs/netbox.md" in done.stderr


def test_the_api_needs_no_token(techinfo: Run, tmp_path: Path) -> None:
    """Other commands do not look at it: its file may be somebody else's."""
    _configured(tmp_path, "https://netbox.example")
    (tmp_path / "token").unlink()

    assert techinfo("inventory", "show", **CONFIG).returncode == 0
