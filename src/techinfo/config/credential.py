"""How agents are asked: the community, or the user of SNMPv3."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import (
    AfterValidator,
    Field,
    PrivateAttr,
    SecretBytes,
    SecretStr,
    ValidationInfo,
    model_validator,
)

from techinfo.config.secrets import (
    Context,
    Network,
    SecretFile,
    SecretVariable,
    Section,
    context_of,
    in_environ,
    in_file,
    referred,
)

SECRETS: Final = ("community", "auth_key", "priv_key")
"""Each also with ``_file`` and ``_env``."""
_OF_V3: Final = ("user", "level", "auth", "auth_key", "priv", "priv_key", "context")
_MOST_OF_A_COMMUNITY: Final = 255
_LEAST_OF_A_KEY: Final = 8
"""RFC 3414, 11.2."""
_MOST_OF_A_NAME: Final = 32
"""SNMP-USER-BASED-SM-MIB usmUserName, SNMP-VIEW-BASED-ACM-MIB vacmContextName."""


def _key(secret: bytes) -> None:
    if len(secret) < _LEAST_OF_A_KEY:
        raise ValueError(f"a key of SNMPv3 has {_LEAST_OF_A_KEY} octets at least")


def _key_itself(found: SecretStr) -> SecretStr:
    _key(found.get_secret_value().encode("utf-8", "replace"))
    return found


def _key_file(path: Path) -> Path:
    _key(in_file(path))
    return path


def _key_variable(name: str, info: ValidationInfo) -> str:
    _key(in_environ(name, context_of(info).environ))
    return name


def _short(found: str) -> str:
    if len(found.encode()) > _MOST_OF_A_NAME:
        raise ValueError(f"has more than {_MOST_OF_A_NAME} octets")
    return found


_Key = Annotated[SecretStr, AfterValidator(_key_itself)]
_KeyFile = Annotated[SecretFile, AfterValidator(_key_file)]
_KeyVariable = Annotated[SecretVariable, AfterValidator(_key_variable)]
_Short = Annotated[str, AfterValidator(_short)]


class Credential(Section):
    """An SNMP community, or a user of SNMPv3 with its keys.

    A secret is given in exactly one of three ways: itself, by a file, or by a variable.
    """

    community: SecretStr | None = None
    """The community itself; a file that everybody can read is then warned of."""
    community_file: SecretFile | None = None
    """A file that holds it; a line end at its end is no part of it."""
    community_env: SecretVariable | None = None
    """The variable of the environment that holds it."""
    version: Literal["1", "2c"] = "2c"
    """Of SNMP with a community; ``1`` for agents that know nothing later."""
    user: _Short | None = None
    """Name of an SNMPv3 user. There is no community then."""
    level: Literal["authPriv", "authNoPriv", "noAuthNoPriv"] = "authPriv"
    """How SNMPv3 messages are guarded. Anything less than authPriv must be said here."""
    auth: Literal["MD5", "SHA", "SHA-224", "SHA-256", "SHA-384", "SHA-512"] | None = None
    """Authentication protocol of the user; MD5 is for switches that have nothing else."""
    auth_key: _Key | None = None
    """Passphrase of it; a file that everybody can read is then warned of."""
    auth_key_file: _KeyFile | None = None
    """A file that holds it; a line end at its end is no part of it."""
    auth_key_env: _KeyVariable | None = None
    """The variable of the environment that holds it."""
    priv: Literal["DES", "AES-128", "AES-192", "AES-256", "AES-192-C", "AES-256-C"] | None = None
    """Privacy protocol of the user; ``-C`` for Cisco and others that lengthen keys by Reeder; DES
    is for switches that have nothing else."""
    priv_key: _Key | None = None
    """Passphrase of it; a file that everybody can read is then warned of."""
    priv_key_file: _KeyFile | None = None
    """A file that holds it; a line end at its end is no part of it."""
    priv_key_env: _KeyVariable | None = None
    """The variable of the environment that holds it."""
    context: _Short = ""
    """Context of SNMPv3; nearly every device has all in the one without a name."""
    networks: Annotated[tuple[Network, ...], Field(min_length=1)] | None = None
    """Networks that it may be sent to, and nowhere else. Left out: it is sent to the elements and
    CPEs of the inventory that are asked with it."""
    _secrets: dict[str, SecretBytes] = PrivateAttr(default={})

    @model_validator(mode="after")
    def _found(self, info: ValidationInfo) -> Self:
        context = context_of(info)
        if any(key.startswith(_OF_V3) for key in self.model_fields_set):
            self._secrets = self._keys(context)
            return self
        community = self._referred("community", context)
        if not 0 < len(community.get_secret_value()) <= _MOST_OF_A_COMMUNITY:
            raise ValueError(f"a community has 1 to {_MOST_OF_A_COMMUNITY} octets")
        self._secrets = {"community": community}
        return self

    def _keys(self, context: Context) -> dict[str, SecretBytes]:
        if any(key.startswith("community") for key in self.model_fields_set):
            raise ValueError("has a community and keys of SNMPv3; one of them")
        if "version" in self.model_fields_set:
            raise ValueError("version is of a community; a user is always of SNMPv3")
        if not self.user:
            raise ValueError("user is missing, as keys of SNMPv3 are given")
        wanted = {"authPriv": ("auth", "priv"), "authNoPriv": ("auth",)}.get(self.level, ())
        for part in ("auth", "priv"):
            of_part = [key for key in self.model_fields_set if key.startswith(part)]
            if of_part and part not in wanted:
                raise ValueError(f'{min(of_part)} is given, but level = "{self.level}"')
            if part in wanted and getattr(self, part) is None:
                raise ValueError(f'{part} is missing, which level = "{self.level}" needs')
        return {f"{part}_key": self._referred(f"{part}_key", context) for part in wanted}

    def _referred(self, name: str, context: Context) -> SecretBytes:
        ways = (name, f"{name}_file", f"{name}_env")
        return SecretBytes(referred({way: getattr(self, way) for way in ways}, context))

    @property
    def secret(self) -> SecretBytes:
        """The community as it goes over the wire; empty for SNMPv3."""
        return self._secrets.get("community", SecretBytes(b""))

    @property
    def auth_secret(self) -> SecretBytes:
        """The passphrase that messages are authenticated with; empty where none is."""
        return self._secrets.get("auth_key", SecretBytes(b""))

    @property
    def priv_secret(self) -> SecretBytes:
        """The passphrase that messages are encrypted with; empty where none is."""
        return self._secrets.get("priv_key", SecretBytes(b""))
