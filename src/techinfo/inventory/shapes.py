"""What a record of each kind may hold: keys, spellings, defaults and the rules between fields."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterator, Mapping
from types import MappingProxyType

from techinfo.inventory.fields import Parse, existing, matching
from techinfo.inventory.records import FIELDS, RECORDS, Kind

Value = str | int | None
Values = dict[str, Value]
Wrong = tuple[str, str]
"""A key, and what is wrong with it."""

ACCESS_ID_PATTERN = "^[-0-9a-zA-Z.]{1,36}$"
"""An ON-API ID."""

_ONAPI_SPELLINGS: Mapping[Kind, Mapping[str, str]] = MappingProxyType(
    {
        "accesses": {"accessState": "state", "nationalAddressUUID": "national_address_uuid"},
        "subscriptions": {"operationalState": "state"},
        "offers": {
            "connectionDateTime": "connection",
            "availableDateTime": "available",
            "disconnectionDateTime": "disconnection",
        },
    }
)
"""Kinds that ON-API has too, and where its word for a field is not ours in camel case."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Shape:
    """One kind of record, as an import reads it.

    Attributes:
        parsers: Key -> how its text becomes a value; every field of the record is here.
        defaults: Key -> value where nothing is said. A key without one is required.
        spellings: Every accepted spelling of a key -> the key.
        rules: What is wrong between fields that are each fine.
    """

    kind: Kind
    parsers: Mapping[str, Parse]
    defaults: Mapping[str, Value]
    spellings: Mapping[str, str]
    rules: Callable[[Values], Iterator[Wrong]]
    required: tuple[str, ...] = dataclasses.field(init=False)
    """Keys that every record must give."""

    def __post_init__(self) -> None:
        required = tuple(key for key in self.parsers if key not in self.defaults)
        object.__setattr__(self, "required", required)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Names:
    """What an element or a CPE may name; ``None``: it is not known what there is.

    Attributes:
        drivers: Of drivers.
        credentials: Of credentials in the configuration.
        logins: Of log-ins in the configuration.
        platforms: Of command lines.
        acs: Of ACS servers in the configuration.
    """

    drivers: Collection[str] | None = None
    credentials: Collection[str] | None = None
    logins: Collection[str] | None = None
    platforms: Collection[str] | None = None
    acs: Collection[str] | None = None


_ANY = Names()


def shapes(access_id_pattern: str = ACCESS_ID_PATTERN, names: Names = _ANY) -> Mapping[Kind, Shape]:
    """The shapes of all kinds, in the order in which they are checked.

    Args:
        access_id_pattern: What an accessId and a legacyAccessId look like.
        names: What may be named.
    """
    settings: dict[str, Parse] = {
        "access_id": matching(access_id_pattern, f"an id of the form {access_id_pattern}"),
        "driver": _driver(names),
        "credential": _secret("credential", names.credentials),
        "login": _secret("log-in", names.logins),
        "platform": _platform(names),
        "acs": _secret("ACS", names.acs),
    }
    return MappingProxyType({kind: _shape(kind, settings) for kind in RECORDS})


def _shape(kind: Kind, settings: Mapping[str, Parse]) -> Shape:
    spellings = {key: key for key in FIELDS[kind]}
    if kind in _ONAPI_SPELLINGS:
        spellings |= {camel_case(key): key for key in FIELDS[kind]}
        spellings |= _ONAPI_SPELLINGS[kind]
    return Shape(
        kind=kind,
        parsers={
            name: settings[type_.parse] if isinstance(type_.parse, str) else type_.parse
            for name, type_ in FIELDS[kind].items()
        },
        defaults={
            field.name: field.default
            for field in dataclasses.fields(RECORDS[kind])
            if field.default is not dataclasses.MISSING
        },
        spellings=spellings,
        rules=_RULES.get(kind, _no_rules),
    )


def _driver(names: Names) -> Parse:
    form = matching("[a-z0-9_]{1,64}", "the name of a driver, such as huawei_vrp")
    return form if names.drivers is None else existing(form, names.drivers, "driver")


def _platform(names: Names) -> Parse:
    form = matching("[a-z0-9_]{1,64}", "the name of a platform, such as cisco_ios")
    return form if names.platforms is None else existing(form, names.platforms, "platform")


def _secret(kind: str, names: Collection[str] | None) -> Parse:
    what = f"{kind} in the configuration"
    form = matching("[0-9A-Za-z_-]{1,64}", f"the name of a {what}", secret=True)
    return form if names is None else existing(form, names, what, secret=True)


def _no_rules(_values: Values) -> Iterator[Wrong]:
    return iter(())


def _line_rules(values: Values, *, asked_elsewhere: bool = False) -> Iterator[Wrong]:
    for key in ("ssh_port", "ssh_platform", "ssh_host_key", "ssh_old"):
        if values[key] is not None and values["ssh_login"] is None:
            yield key, "is given, and no ssh_login: its command line would not be asked"
    if asked_elsewhere:
        return
    if values["engine"] == "none" and values["ssh_login"] is None:
        yield "engine", "it has no SNMP agent, and no ssh_login: it could not be asked at all"
    elif values["engine"] == "none" and values["ssh_platform"] is values["driver"] is None:
        yield "engine", "it has no SNMP agent that tells what it is: give its ssh_platform"


def _access_rules(values: Values) -> Iterator[Wrong]:
    port = values["port"]
    if port is not None and values["element"] is None:
        yield "port", "a port without an element"
    if values["port_by"] == "index" and not _is_number(port):
        yield "port", "port_by is index, so the port must be a number"


def _cpe_rules(values: Values) -> Iterator[Wrong]:
    yield from _line_rules(values, asked_elsewhere=values["acs"] is not None)
    if values["acs"] is not None and (values["engine"] != "none" or values["ssh_login"]):
        yield "acs", "is for a CPE that is not asked itself: write engine: none, and no ssh_login"
    if values["mac"] is None and values["serial_number"] is None:
        yield "mac", "neither mac nor serial_number is given; one must identify the CPE"


def _service_rules(values: Values) -> Iterator[Wrong]:
    if values["port"] is not None and values["element"] is None:
        yield "port", "a port without an element"
    if values["element"] is not None and values["site"] is not None:
        yield "site", "element and site are both given; one must say where"


def _subscription_rules(values: Values) -> Iterator[Wrong]:
    begins, ends = values["connection_date"], values["disconnection_date"]
    if begins is not None and ends is not None and str(ends) < str(begins):
        yield "disconnection_date", "is before the connection_date"


def camel_case(key: str) -> str:
    """A key as ON-API spells it, with a few exceptions: ``access_id`` -> ``accessId``."""
    first, *rest = key.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _is_number(port: Value) -> bool:
    return port is None or (str(port).isascii() and str(port).isdecimal())


_RULES: Mapping[Kind, Callable[[Values], Iterator[Wrong]]] = {
    "elements": _line_rules,
    "accesses": _access_rules,
    "cpes": _cpe_rules,
    "services": _service_rules,
    "subscriptions": _subscription_rules,
}
