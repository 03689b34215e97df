"""A folder of recordings as a lab, and what ``lab.toml`` says of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from techinfo.errors import ConfigError
from techinfo.lab.folder import read_folder
from techinfo.lab.site import FaultSpec, Site

ROW = "1.3.6.1.2.1.1.5.0|4|sw\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three recordings, one in a folder below, a context and other files."""
    (tmp_path / "below").mkdir()
    for name in ("a.snmprec", "a@10.snmprec", "b.walk", "below/c.snmprec", "d.part", "notes.txt"):
        (tmp_path / name).write_text(ROW, encoding="utf-8")
    return tmp_path


def _toml(folder: Path, text: str) -> None:
    (folder / "lab.toml").write_text(text, encoding="utf-8")


def test_every_recording_is_a_device(folder: Path) -> None:
    """By its name; contexts, parts and notes are none."""
    found = read_folder(folder)

    assert [device.name for device in found.devices] == ["a", "b", "below/c"]
    assert [device.recordings[0].name for device in found.devices] == [
        "a.snmprec",
        "b.walk",
        "c.snmprec",
    ]
    assert found.port is None
    Site(devices=found.devices)


def test_an_address_depends_on_the_name_alone(folder: Path) -> None:
    """It stays when other recordings come and go."""
    before = {device.name: device.address for device in read_folder(folder).devices}
    (folder / "b.walk").unlink()
    (folder / "0.snmprec").write_text(ROW, encoding="utf-8")

    now = {device.name: device.address for device in read_folder(folder).devices}

    assert now["a"] == before["a"]
    assert now["below/c"] == before["below/c"]
    assert all(address.startswith("127.") for address in now.values())


def test_a_thousand_recordings_have_a_thousand_addresses(tmp_path: Path) -> None:
    """Names that fall on one address are moved apart."""
    for n in range(1000):
        (tmp_path / f"sw{n}.snmprec").write_text(ROW, encoding="utf-8")

    devices = read_folder(tmp_path).devices

    assert len({device.address for device in devices}) == 1000
    Site(devices=devices)


def test_lab_toml_says_more(folder: Path) -> None:
    """Address, community, rows, faults; a second device of a recording; one that is absent."""
    _toml(
        folder,
        """
port = 2161
community = "lab"
[devices.a]
address = "127.0.1.3"
community = "own"
rows = ["1.3.6.1.2.1.1.5.0|4|renamed"]
faults = [{kind = "slow", seconds = 2.0}, {kind = "swapped", recording = "b.walk"}]
[devices.b]
absent = true
[devices.copy]
recording = "below/c.snmprec"
""",
    )

    found = read_folder(folder)

    a, below, copy = found.devices
    assert found.port == 2161
    assert (a.address, a.community, a.rows) == (
        "127.0.1.3",
        "own",
        ("1.3.6.1.2.1.1.5.0|4|renamed",),
    )
    assert a.faults == (
        FaultSpec(kind="slow", args={"seconds": 2.0}),
        FaultSpec(kind="swapped", args={"recording": str(folder / "b.walk")}),
    )
    assert (copy.name, copy.community, copy.recordings) == ("copy", "lab", below.recordings)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("prot = 1", "prot"),
        ("port = 70000", "port"),
        ('port = "1161"', "port"),
        ('devices = "all"', "devices"),
        ("devices.a = 1", "devices.a"),
        ('[devices.a]\nadress = "127.0.0.9"', "devices.a.adress"),
        ("[devices.nonesuch]\nabsent = false", "devices.nonesuch"),
        ('[devices.a]\nfaults = [{kind = "lazy"}]', "devices.a.faults"),
        ('[devices.a]\nfaults = ["slow"]', "devices.a.faults"),
        ('[devices.a]\nfaults = [{kind = "slow", seconds = [1]}]', "devices.a.faults"),
        ("port = ", "lab.toml"),
    ],
)
def test_a_wrong_key_is_named(folder: Path, text: str, key: str) -> None:
    """Nothing is guessed."""
    _toml(folder, text)

    with pytest.raises(ConfigError) as caught:
        read_folder(folder)

    assert caught.value.key.endswith(key)


def test_one_device_twice(folder: Path) -> None:
    """A recording beside its packed double would be two devices of one name."""
    (folder / "a.snmprec.xz").write_bytes(b"")

    with pytest.raises(ConfigError, match=r"a\.snmprec and a\.snmprec\.xz"):
        read_folder(folder)


def test_a_folder_without_recordings(tmp_path: Path) -> None:
    """Neither an empty one nor one that is none."""
    with pytest.raises(ConfigError, match="holds no recording"):
        read_folder(tmp_path)
    with pytest.raises(ConfigError, match="is not a folder"):
        read_folder(tmp_path / "nowhere")
