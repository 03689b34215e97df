"""What a record of each kind may hold: keys, spellings, defaults and the rules between fields."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterator, Mapping
from types import MappingProxyType

from techinfo.inventory.fields import (
    Parse,
    address,
    existing,
    json_text,
    layout,
    mac,
    matching,
    moment,
    one_of,
    option82,
    pattern,
    text,
    whole_number,
)
from techinfo.inventory.records import RECORDS, Kind
from techinfo.inventory.tables import offer_key, scope_key

Value = str | int | None
Values = dict[str, Value]
Wrong = tuple[str, str]
"""A key, and what is wrong with it."""

ACCESS_ID_PATTERN = "^[-0-9a-zA-Z.]{1,36}$"
"""An ON-API ID."""

_UINT32 = 2**32 - 1
_ONAPI_SPELLINGS: Mapping[Kind, Mapping[str, str]] = MappingProxyType(
    {
        "subscriptions": {"operationalState": "state"},
        "offers": {
            "connectionDateTime": "connection",
            "availableDateTime": "available",
            "disconnectionDateTime": "disconnection",
        },
    }
)
"""Where ON-API's word for a field is another."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """One kind of record, as an import reads it.

    Attributes:
        parsers: Key -> how its text becomes a value; every field of the record is here.
        defaults: Key -> value where nothing is said. A key without one is required.
        spellings: Every accepted spelling of a key -> the key.
        rules: What is wrong between fields that are each fine.
        identity: The text that only one record may have.
    """

    kind: Kind
    parsers: Mapping[str, Parse]
    defaults: Mapping[str, Value]
    spellings: Mapping[str, str]
    rules: Callable[[Values], Iterator[Wrong]]
    identity: Callable[[Values], str]

    @property
    def required(self) -> tuple[str, ...]:
        """Keys that every record must give."""
        return tuple(key for key in self.parsers if key not in self.defaults)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Names:
    """What an element or a CPE may name; ``None``: it is not known what there is.

    Attributes:
        drivers: Of drivers.
        credentials: Of credentials in the configuration.
    """

    drivers: Collection[str] | None = None
    credentials: Collection[str] | None = None


_ANY = Names()


def shapes(access_id_pattern: str = ACCESS_ID_PATTERN, names: Names = _ANY) -> Mapping[Kind, Shape]:
    """The shapes of all kinds, in the order in which they are checked.

    Args:
        access_id_pattern: What an accessId and a legacyAccessId look like.
        names: What may be named.
    """
    access_id = matching(access_id_pattern, f"an id of the form {access_id_pattern}")
    return MappingProxyType(
        {
            "elements": _shape(
                "elements", _element(names), _nothing, lambda values: str(values["name"])
            ),
            "accesses": _shape("accesses", _access(access_id), _access_rules, _access_id),
            "cpes": _shape("cpes", _cpe(access_id, names), _cpe_rules, _access_id),
            "services": _shape("services", _service(), _service_rules, _scope),
            "subscriptions": _shape(
                "subscriptions",
                _subscription(access_id),
                _subscription_rules,
                lambda values: str(values["subscription_id"]),
            ),
            "offers": _shape(
                "offers",
                _offer(access_id),
                _nothing,
                lambda values: offer_key(str(values["access_id"]), str(values["service"])),
            ),
        }
    )


def _shape(
    kind: Kind,
    parsers: dict[str, Parse],
    rules: Callable[[Values], Iterator[Wrong]],
    identity: Callable[[Values], str],
) -> Shape:
    fields = dataclasses.fields(RECORDS[kind])
    spellings = {key: key for key in parsers}
    if kind in {"subscriptions", "offers"}:
        spellings |= {_camel_case(key): key for key in parsers}
        spellings |= _ONAPI_SPELLINGS[kind]
    if kind == "accesses":
        spellings |= {_camel_case(key): key for key in parsers}
        spellings |= {"accessState": "state", "nationalAddressUUID": "national_address_uuid"}
    return Shape(
        kind=kind,
        parsers={field.name: parsers[field.name] for field in fields},
        defaults={
            field.name: field.default
            for field in fields
            if field.default is not dataclasses.MISSING
        },
        spellings=spellings,
        rules=rules,
        identity=identity,
    )


def _element(names: Names) -> dict[str, Parse]:
    return {
        "name": text(64),
        "address": address,
        "port": whole_number(1, 65535),
        "driver": _driver(names),
        "credential": _credential(names),
        "sys_name": text(),
        "site": text(64),
        "engine": one_of("slim", "pysnmp"),
        "role": one_of("switch", "olt", "cpe"),
        "mac": mac,
        "ip": address,
        "layout": layout,
        "circuit_id": pattern,
        "remote_id": pattern,
        "interface_id": pattern,
        "remote6_id": pattern,
        "enterprise_number": whole_number(0, _UINT32),
    }


def _access(access_id: Parse) -> dict[str, Parse]:
    vlan = whole_number(1, 4094)
    plain = text()
    return {
        "access_id": access_id,
        "legacy_access_id": access_id,
        "element": text(64),
        "port": plain,
        "port_by": one_of("name", "descr", "alias", "index", "any"),
        "ont_id": whole_number(0, _UINT32),
        "uni": whole_number(0, _UINT32),
        "s_vlan": vlan,
        "c_vlan": vlan,
        "state": matching("[A-Z_]{1,32}", "a state in upper case, such as ACTIVE"),
        "street_name": plain,
        "street_number": plain,
        "street_littera": plain,
        "postal_code": text(16),
        "city": plain,
        "country_code": matching("[A-Z]{2}", "a country of ISO 3166-1, such as SE"),
        "premises_type": plain,
        "mdu_apartment_number": plain,
        "mdu_distinguisher": plain,
        "outlet": plain,
        "population": plain,
        "price_group": whole_number(0, 2**31 - 1),
        "national_address_uuid": text(64),
        "module": whole_number(0, 65535),
        "port_number": whole_number(0, 65535),
        "co_fiber_converter": plain,
        "co_cpe_switch": plain,
        "co_cpe_router": plain,
        "co_network_agreement": one_of("REQUIRED_NOT_VALID", "REQUIRED_VALID", "NOT_REQUIRED"),
    }


def _cpe(access_id: Parse, names: Names) -> dict[str, Parse]:
    return {
        "access_id": access_id,
        "address": address,
        "port": whole_number(1, 65535),
        "driver": _driver(names),
        "credential": _credential(names),
        "mac": mac,
        "serial_number": text(64),
        "engine": one_of("slim", "pysnmp"),
    }


def _service() -> dict[str, Parse]:
    return {
        "vlan": whole_number(1, 4094),
        "service_type": matching("[0-9A-Za-z_.-]{1,32}", "the name of a service, such as bb"),
        "element": text(64),
        "site": text(64),
        "port": text(),
    }


def _subscription(access_id: Parse) -> dict[str, Parse]:
    reference = text()
    identifier = text(512)
    return {
        "subscription_id": access_id,
        "access_id": access_id,
        "provider": matching("[0-9A-Za-z_.@-]{1,64}", "the name of a provider, such as isp-1"),
        "service": text(),
        "service_type": matching("[0-9A-Za-z_.-]{1,32}", "the name of a service, such as bb"),
        "state": one_of("ORDERED", "ACTIVATED", "SUSPENDED"),
        "connection_date": moment,
        "disconnection_date": moment,
        "sp_reference": reference,
        "sp_subscription_id": reference,
        "vlan": whole_number(1, 4094),
        "option82": option82,
        "ipv4_circuit_id": identifier,
        "ipv4_remote_id": identifier,
        "ipv6_interface_id": identifier,
        "ipv6_remote_id": identifier,
        "note": text(),
        "characteristics": json_text,
        "equipment": json_text,
    }


def _offer(access_id: Parse) -> dict[str, Parse]:
    return {
        "access_id": access_id,
        "service": text(),
        "connection": moment,
        "available": moment,
        "disconnection": moment,
        "forced_takeover_possible": whole_number(0, 1),
        "comments": json_text,
        "characteristics": json_text,
    }


def _driver(names: Names) -> Parse:
    form = matching("[a-z0-9_]{1,64}", "the name of a driver, such as huawei_vrp")
    return form if names.drivers is None else existing(form, names.drivers, "driver")


def _credential(names: Names) -> Parse:
    what = "credential in the configuration"
    form = matching("[0-9A-Za-z_-]{1,64}", f"the name of a {what}", secret=True)
    if names.credentials is None:
        return form
    return existing(form, names.credentials, what, secret=True)


def _nothing(_values: Values) -> Iterator[Wrong]:
    return iter(())


def _access_rules(values: Values) -> Iterator[Wrong]:
    port = values["port"]
    if port is not None and values["element"] is None:
        yield "port", "a port without an element"
    if values["port_by"] == "index" and not _is_number(port):
        yield "port", "port_by is index, so the port must be a number"


def _cpe_rules(values: Values) -> Iterator[Wrong]:
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


def _access_id(values: Values) -> str:
    return str(values["access_id"])


def _scope(values: Values) -> str:
    where = {key: value for key in ("element", "site", "port") if (value := values[key])}
    return scope_key(int(values["vlan"] or 0), **{key: str(value) for key, value in where.items()})


def _camel_case(key: str) -> str:
    first, *rest = key.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _is_number(port: Value) -> bool:
    return port is None or (str(port).isascii() and str(port).isdecimal())
