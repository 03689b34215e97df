"""The section about NetBox: where it is, which of its devices are elements, what its fields mean.

The words beside a key are what the documentation of the settings takes over.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from techinfo.config.network import checked_server
from techinfo.config.secrets import (
    Located,
    SecretFile,
    SecretVariable,
    Section,
    context_of,
    referred,
)

_CustomField = Annotated[str, Field(pattern=r"^[0-9a-z_]{1,64}$")]
"""The name of a custom field (NetBox: lower case, digits, underscores)."""
_Parameter = Annotated[str, Field(pattern=r"^[0-9a-z_]{1,64}$")]
_Filter = dict[
    _Parameter,
    Annotated[tuple[Annotated[str, Field(min_length=1, max_length=255)], ...], Field(min_length=1)],
]

OF_ELEMENTS = frozenset(
    {"driver", "credential", "sys_name", "engine", "role", "mac", "layout", "port"}
    | {"circuit_id", "remote_id", "interface_id", "remote6_id", "enterprise_number"}
    | {"uplink_element", "uplink_port", "ssh_login", "ssh_port", "ssh_platform"}
)
"""Columns of elements that a custom field can tell; name, address and site NetBox has itself."""
OF_SUBSCRIPTIONS = frozenset(
    {"state", "vlan", "mac_limit", "mac_locked", "dhcp_server", "disconnection_date"}
    | {"sp_reference", "sp_subscription_id", "characteristics", "equipment", "note"}
)
"""Columns of subscriptions that a custom field can tell, beside those with a key of their own."""
NOT_OF_ACCESSES = frozenset({"access_id", "element", "port", "port_by"})
_PAGED_BY_US = frozenset({"limit", "offset", "ordering", "brief", "fields", "format"})


class NetBoxSettings(Section):
    """NetBox, from which elements, accesses and holders are imported."""

    url: Annotated[str, AfterValidator(checked_server), Field(max_length=255)]
    """Everything before ``/api``, such as ``https://netbox.example``."""
    token_file: SecretFile | None = None
    """A file that holds an API token; one that may only read is enough."""
    token_env: SecretVariable | None = None
    """The variable of the environment that holds it."""
    ca_file: Located | None = None
    """Certificates that are trusted instead of the system's."""
    elements: _Filter = Field(default={"status": ("active",)})
    """Which devices are elements: parameters of NetBox's list of devices, each with its values,
    such as ``{role = ["access-switch", "olt"], status = ["active"]}``."""
    far_devices: _Filter | None = None
    """Which devices stand at the other end and carry accessIds or tenants: outlets, ONTs, CPEs.
    Left out: accessIds stand on interfaces and cables alone."""
    access_id_field: _CustomField = "access_id"
    """Custom field that holds the accessId: on an interface of an element, on its cable, or on the
    device at the other end."""
    far_element_field: _CustomField | None = None
    """Custom field of far devices that names their element, for those that NetBox traces no path
    to: behind the splitter of a PON. With ``far_port_field``."""
    far_port_field: _CustomField | None = None
    """Custom field of far devices that names the port of that element."""
    provider_field: _CustomField | None = None
    """Custom field of tenants that names the provider. Only a tenant that has it is a holder. Left
    out: no subscriptions are imported."""
    element_fields: dict[str, _CustomField] = Field(default={})
    """Column of elements (``techinfo inventory columns elements``) and the custom field of devices
    that tells it, such as ``{credential = "snmp_credential"}``."""
    access_fields: dict[str, _CustomField] = Field(default={})
    """Column of accesses and the custom field that tells it, looked for where the accessId stands
    first, then on interface, cable and far device."""
    service_field: _CustomField | None = None
    """Custom field with the name of the holder's service, such as BB-100-100, on the object that
    has the tenant."""
    service_type_field: _CustomField | None = None
    """Custom field with what its VLAN carries: bb, iptv, voip. Without it a holder is told link and
    light, and no rows of people."""
    connection_date_field: _CustomField | None = None
    """Custom field with the date from which the holder has it."""
    subscription_fields: dict[str, _CustomField] = Field(default={})
    """Column of subscriptions (``techinfo inventory columns subscriptions``) and the custom field
    that tells it, such as ``{mac_limit = "mac_limit", dhcp_server = "dhcp_server"}``; looked for on
    the object that has the tenant first."""
    snapshot: Located = Path("netbox.json")
    """The file in which it is remembered what NetBox told last, so that only changes are asked for.
    It may be lost: then all is asked for."""
    _secret: SecretStr = PrivateAttr(default=SecretStr(""))

    @field_validator("elements", "far_devices")
    @classmethod
    def _not_paged(cls, found: dict[str, tuple[str, ...]] | None) -> object:
        for parameter in found or {}:
            if parameter in _PAGED_BY_US or parameter.startswith(("id", "last_updated")):
                raise ValueError(f"{parameter} is set by techinfo itself")
        return found

    @field_validator("element_fields")
    @classmethod
    def _of_elements(cls, found: dict[str, str]) -> dict[str, str]:
        for column in found:
            if column not in OF_ELEMENTS:
                raise ValueError(f"{column!r} is none of {', '.join(sorted(OF_ELEMENTS))}")
        return found

    @field_validator("access_fields")
    @classmethod
    def _of_accesses(cls, found: dict[str, str]) -> dict[str, str]:
        for column in found:
            if column in NOT_OF_ACCESSES:
                raise ValueError(f"{column!r} comes from devices, cables and access_id_field")
        return found

    @field_validator("subscription_fields")
    @classmethod
    def _of_subscriptions(cls, found: dict[str, str]) -> dict[str, str]:
        for column in found:
            if column not in OF_SUBSCRIPTIONS:
                raise ValueError(f"{column!r} is none of {', '.join(sorted(OF_SUBSCRIPTIONS))}")
        return found

    @model_validator(mode="after")
    def _both(self) -> Self:
        if (self.far_element_field is None) != (self.far_port_field is None):
            raise ValueError("far_element_field and far_port_field are given together")
        return self

    @model_validator(mode="after")
    def _found(self, info: ValidationInfo) -> Self:
        ways = {"token_file": self.token_file, "token_env": self.token_env}
        secret = referred(ways, context_of(info))
        try:
            token = secret.decode("ascii")
        except UnicodeDecodeError:
            token = ""
        if not token or not token.isprintable() or " " in token:
            raise ValueError("the token is empty, or holds what no token holds")
        self._secret = SecretStr(token)
        return self

    @property
    def secret(self) -> SecretStr:
        """The token, whichever way it was given."""
        return self._secret
