"""What an element names must exist: a mistake shows at the import, and not at night."""

from __future__ import annotations

from pathlib import Path

import pytest

from techinfo.errors import InventoryImportError
from techinfo.inventory import Inventory, Names

_NAMES = Names(
    drivers=("generic", "huawei_vrp"),
    credentials=("default", "core"),
    logins=("default",),
    platforms=("huawei_vrp", "cisco_ios"),
)
_HEAD = "name,address,driver,credential\n"


@pytest.mark.parametrize(
    ("row", "key", "said"),
    [
        ("sw-1,192.0.2.1,huawei_vrb,core", "driver", "did you mean 'huawei_vrp'?"),
        ("sw-1,192.0.2.1,qqq,core", "driver", "there are generic, huawei_vrp"),
        ("sw-1,192.0.2.1,generic,defualt", "credential", "did you mean 'default'?"),
        ("sw-1,192.0.2.1,generic,zq9-s3x", "credential", "there are core, default"),
    ],
)
def test_a_name_that_nothing_has_is_refused(tmp_path: Path, row: str, key: str, said: str) -> None:
    """With file, line, key and a near miss; what may be a secret is not repeated."""
    path = tmp_path / "elements.csv"
    path.write_text(_HEAD + "sw-0,192.0.2.9,generic,core\n" + row + "\n")

    with Inventory.in_memory() as inventory, pytest.raises(InventoryImportError) as caught:
        inventory.import_files([path], names=_NAMES)

    error = caught.value
    assert (error.path, error.line, error.key) == (path, 3, key)
    assert said in str(error)
    assert "zq9" not in str(error)


def test_names_that_exist_are_taken(tmp_path: Path) -> None:
    """And those of CPEs are looked at as well."""
    path = tmp_path / "net.yaml"
    path.write_text(
        "elements: [{name: sw-1, address: 192.0.2.1, driver: generic, credential: core}]\n"
        "accesses: [{access_id: A-1, element: sw-1, port: ge1}]\n"
        "cpes: [{access_id: A-1, address: 192.0.2.3, mac: '02:00:5e:00:53:01', driver: nonesuch}]\n"
    )

    with Inventory.in_memory() as inventory:
        with pytest.raises(InventoryImportError, match="nonesuch"):
            inventory.import_files([path], names=_NAMES)
        path.write_text(path.read_text().replace("nonesuch", "generic"))
        inventory.import_files([path], names=_NAMES)

        assert len(inventory.elements()) == 1


@pytest.mark.parametrize(
    ("given", "key", "said"),
    [
        ("ssh_login: defualt", "ssh_login", "did you mean 'default'?"),
        ("ssh_login: default, ssh_platform: cisco_iso", "ssh_platform", "mean 'cisco_ios'?"),
        ("ssh_login: default, ssh_old: ssh-rsa aes", "ssh_old", "'aes' is no old algorithm"),
        ("ssh_login: default, ssh_host_key: AAAA", "ssh_host_key", "neither a host key"),
        ("ssh_login: default, ssh_port: 0", "ssh_port", "1 to 65535"),
        ("ssh_port: 22", "ssh_port", "no ssh_login"),
    ],
)
def test_a_command_line_that_cannot_be_reached_so_is_refused(
    tmp_path: Path, given: str, key: str, said: str
) -> None:
    """A log-in or platform that there is not, a key that is none, a port that nobody asks."""
    path = tmp_path / "net.yaml"
    path.write_text(f"elements: [{{name: sw-1, address: 192.0.2.1, {given}}}]\n")

    with Inventory.in_memory() as inventory, pytest.raises(InventoryImportError) as caught:
        inventory.import_files([path], names=_NAMES)

    assert caught.value.key == f"elements[0].{key}"
    assert said in str(caught.value)


def test_how_a_command_line_is_reached_is_kept(tmp_path: Path) -> None:
    """The host key without its comment, old algorithms with one blank between them."""
    path = tmp_path / "net.yaml"
    key = "ssh-ed25519 " + 60 * "A" + "=="
    path.write_text(
        "elements: [{name: sw-1, address: 192.0.2.1, ssh_login: default, ssh_port: 2222,"
        f" ssh_platform: cisco_ios, ssh_host_key: '{key} root@sw-1', "
        "ssh_old: 'ssh-rsa  hmac-md5'}]"
    )

    with Inventory.in_memory() as inventory:
        inventory.import_files([path], names=_NAMES)
        (element,) = inventory.elements()

        assert (element.ssh_login, element.ssh_port) == ("default", 2222)
        assert (element.ssh_host_key, element.ssh_old) == (key, "ssh-rsa hmac-md5")
        assert inventory.is_logged_in_at("192.0.2.1", 2222, "default")
        assert not inventory.is_logged_in_at("192.0.2.1", 22, "default")


@pytest.mark.parametrize(
    ("switch", "login", "is_sent"),
    [("default", "homes", True), ("homes", "homes", False), ("", "homes", True)],
)
def test_a_log_in_of_switches_is_never_sent_to_a_cpe(
    tmp_path: Path, switch: str, login: str, is_sent: bool
) -> None:
    """A customer's box that is logged in to would learn what opens the switches."""
    path = tmp_path / "net.yaml"
    its = f", ssh_login: {switch}" if switch else ""
    path.write_text(
        f"elements: [{{name: sw-1, address: 192.0.2.1{its}}}]\n"
        "accesses: [{access_id: A-1, element: sw-1, port: ge1}]\n"
        "cpes: [{access_id: A-1, address: 192.0.2.77, mac: '02:00:00:00:00:77', engine: none,"
        f" ssh_login: {login}, ssh_platform: openwrt}}]"
    )

    with Inventory.in_memory() as inventory:
        inventory.import_files([path])

        assert inventory.is_logged_in_at("192.0.2.77", 22, login) is is_sent
        assert not inventory.is_logged_in_at("192.0.2.78", 22, login)


@pytest.mark.parametrize(
    ("given", "key"),
    [("engine: none", "engine"), ("ssh_port: 22", "ssh_port")],
)
def test_a_cpe_that_could_not_be_asked_so_is_refused(tmp_path: Path, given: str, key: str) -> None:
    """As an element is."""
    path = tmp_path / "net.yaml"
    path.write_text(
        "accesses: [{access_id: A-1}]\n"
        f"cpes: [{{access_id: A-1, mac: '02:00:00:00:00:77', {given}}}]"
    )

    with Inventory.in_memory() as inventory, pytest.raises(InventoryImportError) as caught:
        inventory.import_files([path])

    assert caught.value.key == f"cpes[0].{key}"


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ("acs: homes", "acs"),
        ("acs: homes, engine: none, ssh_login: homes, ssh_platform: openwrt", "acs"),
        ("acs: 'two words', engine: none", "acs"),
    ],
)
def test_a_cpe_is_asked_itself_or_its_acs_is(tmp_path: Path, given: str, key: str) -> None:
    """What nobody can ask needs no address."""
    path = tmp_path / "net.yaml"
    cpe = "access_id: A-1, mac: '02:00:00:00:00:77'"

    with Inventory.in_memory() as inventory:
        path.write_text(f"accesses: [{{access_id: A-1}}]\ncpes: [{{{cpe}, {given}}}]")
        with pytest.raises(InventoryImportError) as caught:
            inventory.import_files([path])
        path.write_text(
            f"accesses: [{{access_id: A-1}}]\ncpes: [{{{cpe}, engine: none, acs: homes}}]"
        )
        inventory.import_files([path])
        known = inventory.cpe("A-1")

    assert caught.value.key == f"cpes[0].{key}"
    assert known
    assert known.acs == "homes"
