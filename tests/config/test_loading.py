"""Settings from a file and the environment: what wins, what is refused, what is warned of."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from techinfo.config import load
from techinfo.errors import ConfigError

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a settings file that only its owner can read."""

    def write(text: str) -> Path:
        path = tmp_path / "techinfo.toml"
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        return path

    return write


def test_the_environment_stands_over_the_file(write: Write) -> None:
    """A variable wins over its key; the other keys of the section stay."""
    path = write('[service]\nhost = "192.0.2.1"\nport = 80\n[snmp]\ntimeouts = [1.0]\n')
    environ = {"TECHINFO_SERVICE__PORT": "9000", "TECHINFO_SNMP__TIMEOUTS": "[0.5, 1]"}

    found = load(path, environ)

    assert (found.service.host, found.service.port) == ("192.0.2.1", 9000)
    assert found.snmp.timeouts == (0.5, 1.0)


def test_a_variable_finds_a_name_in_another_case(write: Write) -> None:
    """Variables are in capitals, names in the file need not be."""
    path = write('[credentials.Olt-Oak]\ncommunity = "one"\n')

    found = load(path, {"TECHINFO_CREDENTIALS__OLT-OAK__COMMUNITY": "[two"})

    assert found.credential("Olt-Oak").secret.get_secret_value() == b"[two"


def test_paths_count_from_the_folder_of_the_file(write: Write, tmp_path: Path) -> None:
    """A service that is started elsewhere finds the same files; also the default one."""
    elsewhere = tmp_path / "elsewhere"
    path = write(f'[drivers]\nfolders = ["mine", "{elsewhere}"]\n')

    found = load(path, {})

    assert found.inventory.path == tmp_path / "inventory.sqlite"
    assert found.drivers.folders == (tmp_path / "mine", elsewhere)
    assert load(None, {}).inventory.path == Path("inventory.sqlite")


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_secret_is_read_from_a_file(write: Write, tmp_path: Path, end: str) -> None:
    """The line end that an editor writes is no part of the secret; a space is."""
    path = write('[credentials.default]\ncommunity_file = "community"\n')
    (tmp_path / "community").write_bytes(b" s3cret" + end.encode())

    found = load(path, {})

    assert found.credential("default").secret.get_secret_value() == b" s3cret"


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ("[servce]\nport = 1", "servce", "unknown setting; did you mean service?"),
        ("[service]\nprot = 1", "service.prot", "unknown setting; did you mean port?"),
        ("[service]\nzebra = 1", "service.zebra", "unknown setting; known are host, port, "),
        ("[service]\nport = 'x'", "service.port", "found 'x'"),
        ("[snmp]\ntimeouts = [1, 'x']", "snmp.timeouts[1]", "found 'x'"),
        ("[service]\nport = true", "service.port", "is a number, not true or false"),
        ("[snmp]\ntimeouts = [1, true]", "snmp.timeouts", "is a number, not true or false"),
        ("[audit]\nkeep_days = true", "audit.keep_days", "is a number, not true or false"),
        ("service = 3", "service", "is a section with keys of its own"),
        ("credentials = 3", "credentials", "is a section with keys of its own"),
        ("[polling]\nsites = 'ELM'", "polling.sites", "is a list, between square brackets"),
        ("[inventory]\npath = 5", "inventory.path", "is a path, in quotes"),
        (
            "[credentials.default]\ncommunty_file = 'x'",
            "credentials.default.communty_file",
            "unknown setting; did you mean community_file?",
        ),
        ("[credentials.'a b']\ncommunity = 'x'", "credentials.a b", "match pattern"),
        ("[users.bob]\npassword_env = 'X'", "users.bob.role", "is missing"),
        (
            "[credentials.default]\ncommunity = 's3'\ncommunity_env = 'SET'",
            "credentials.default",
            "needs exactly one of community, community_file and community_env",
        ),
        ("[credentials.default]", "credentials.default", "needs exactly one of"),
        (
            "[credentials.default]\ncommunity_file = 'nowhere'",
            "credentials.default.community_file",
            "nowhere is not there",
        ),
        (
            "[credentials.default]\ncommunity_file = '.'",
            "credentials.default.community_file",
            "is not a file",
        ),
        (
            "[credentials.default]\ncommunity_env = 'UNSET'",
            "credentials.default.community_env",
            "the variable UNSET is not set",
        ),
    ],
)
def test_a_mistake_names_its_key(write: Write, text: str, key: str, said: str) -> None:
    """The key stands as it would be searched for in the file."""
    with pytest.raises(ConfigError) as caught:
        load(write(text), {"SET": "s3"})

    assert caught.value.key == key
    assert said in str(caught.value)


def test_all_mistakes_are_told_together(write: Write) -> None:
    """The first is the error, the others stand in its message, with their variables."""
    path = write("[service]\nport = 70000\n")

    with pytest.raises(ConfigError) as caught:
        load(path, {"TECHINFO_COLLECT__MAX_AGE": "3"})

    first, second = str(caught.value).splitlines()
    assert first == "service.port: Input should be less than or equal to 65535, found '70000'"
    assert second.startswith("  collect.max_age: unknown setting; did you mean max_age_s?")
    assert second.endswith("(from TECHINFO_COLLECT__MAX_AGE)")


@pytest.mark.parametrize(
    ("octets", "said"),
    [
        (b"port 80", "is not TOML: .*line 1"),
        (b"[a]\n[a]", "is not TOML: .*line 2"),
        (b"a = " + b"[" * 100_000, "is not TOML"),
        (b"a = " + b"9" * 5000, "is not TOML|unknown setting"),
        (b"[service]\nhost = '\xff'", "is not UTF-8"),
        (b"#" * (2**20 + 1), "is longer than 1 MiB"),
    ],
)
def test_a_file_that_is_no_toml_is_named(tmp_path: Path, octets: bytes, said: str) -> None:
    """The file is told, and the line where TOML knows it."""
    path = tmp_path / "techinfo.toml"
    path.write_bytes(octets)

    with pytest.raises(ConfigError, match=said):
        load(path, {})


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Defaults do not stand in for a file that was asked for."""
    with pytest.raises(ConfigError, match=r"none\.toml: cannot be read: No such file"):
        load(tmp_path / "none.toml", {})


@pytest.mark.parametrize(
    ("variable", "said"),
    [
        ("TECHINFO_SERVICE__PORT__X", "TECHINFO_SERVICE__PORT__X goes below a plain value"),
        ("TECHINFO___PORT", "TECHINFO___PORT: names no setting"),
        ("TECHINFO_SERVICE__", "TECHINFO_SERVICE__: names no setting"),
        ("TECHINFO_SERVICE__PROT", r"did you mean port\? \(from TECHINFO_SERVICE__PROT\)"),
    ],
)
def test_a_variable_that_sets_nothing_is_refused(write: Write, variable: str, said: str) -> None:
    """A slip in a variable's name is not silently without effect."""
    with pytest.raises(ConfigError, match=said):
        load(write("[service]\nport = 80\n"), {variable: "1"})


def test_a_single_underscore_is_warned_of(write: Write) -> None:
    """Variables of other programs are left alone, one that nearly is a setting is not."""
    environ = {"TECHINFO_SERVICE_PORT": "9000", "TECHINFO_CONFIG": "x", "SERVICE__PORT": "1"}

    found = load(write(""), environ)

    assert found.service.port == 8080
    assert found.warnings == ("TECHINFO_SERVICE_PORT sets nothing; TECHINFO_SERVICE__PORT would",)


def test_a_secret_that_everybody_can_read_is_warned_of(write: Write, tmp_path: Path) -> None:
    """The community in an open file, and an open file that holds one; never the secret itself."""
    (tmp_path / "community").write_text("s3cret-too")
    (tmp_path / "community").chmod(0o644)
    path = write(
        "[credentials.a]\ncommunity = 's3cret'\n[credentials.b]\ncommunity_file = 'community'\n"
    )
    path.chmod(0o644)

    warnings = load(path, {}).warnings

    assert [warning.split(":")[0] for warning in warnings] == [
        "credentials.a.community",
        "credentials.b.community_file",
    ]
    assert "s3cret" not in "".join(warnings)


def test_a_secret_that_only_some_can_read_is_no_matter(write: Write, tmp_path: Path) -> None:
    """A file of mode 600, and a community that came from a variable, are as they should be."""
    (tmp_path / "community").write_text("s3cret")
    (tmp_path / "community").chmod(0o640)
    path = write(
        "[credentials.a]\ncommunity = 's3cret'\n[credentials.b]\ncommunity_file = 'community'\n"
    )

    assert load(path, {"TECHINFO_CREDENTIALS__C__COMMUNITY": "s3cret"}).warnings == ()


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.sampled_from(["[service]", "[credentials.a]", "[users.a]", "port", "community", "role"])
        | st.sampled_from(["=", "\n", '"s3cret"', "'", "[", "]", "{", "}", ".", "1", "nan", "true"])
        | st.text(max_size=3),
        max_size=20,
    ).map("".join),
    st.dictionaries(
        st.text(st.sampled_from("SERVICE_PORT"), max_size=12).map("TECHINFO_".__add__),
        st.text(max_size=5),
        max_size=3,
    ),
)
def test_whatever_stands_in_a_file_only_a_config_error_comes_out(
    write: Write, text: str, environ: dict[str, str]
) -> None:
    """Settings are read, or refused by name."""
    path = write("")
    path.write_bytes(text.encode("utf-8", "surrogatepass"))

    with contextlib.suppress(ConfigError):
        load(path, environ)
