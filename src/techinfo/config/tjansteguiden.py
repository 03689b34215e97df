"""The section about Tjänsteguiden: where its orders are, and what its numbers mean.

The words beside a key are what the documentation of the settings takes over.
"""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationInfo,
    model_validator,
)

from techinfo.config.network import checked_server
from techinfo.config.secrets import (
    Located,
    Name,
    SecretFile,
    SecretVariable,
    Section,
    context_of,
    referred,
)

_Number = Annotated[str, Field(pattern=r"^[0-9]{1,20}$")]
_Service = Annotated[str, Field(pattern=r"^[-0-9A-Za-z._]{1,64}$")]
_ServiceType = Annotated[str, Field(pattern=r"^[0-9A-Za-z_.-]{1,32}$")]


class TjansteguidenSettings(Section):
    """Tjänsteguiden, from which orders of households are read (docs/orders.md)."""

    url: Annotated[str, AfterValidator(checked_server), Field(max_length=255)]
    """Of the orders: ``https://www.example.com/admin/edit/services/plain/orders``."""
    api_user_file: SecretFile | None = None
    """A file that holds the number of the API user, who may read orders from this address."""
    api_user_env: SecretVariable | None = None
    """The variable of the environment that holds it."""
    providers: dict[_Number, Name]
    """The portal's number of a provider (``xsp``), and the provider as inventory and users spell
    it. An order of any other is left out."""
    services: dict[_Number, _Service] = Field(default={})
    """The portal's number of a service, and its name here. One that is not named keeps its
    ``service_uid``, or its number."""
    service_types: dict[Annotated[str, Field(min_length=1, max_length=64)], _ServiceType] = Field(
        default={"BB": "bb", "IPTV": "iptv", "VOIP": "voip"}
    )
    """Beginning of a service's name here, in any case, and what the service's VLAN carries. A
    service that begins otherwise is of the type ``unknown``."""
    prefix: Annotated[str, Field(pattern=r"^[-0-9A-Za-z.]{1,16}$")] = "TG-"
    """What stands in front of an order's number in the subscriptionId, and of no other."""
    days: Annotated[int, Field(ge=1, le=400)] = 90
    """So many days back orders are asked for: longer than any takes until it is delivered."""
    ca_file: Located | None = None
    """Certificates that are trusted instead of the system's."""
    _secret: SecretStr = PrivateAttr(default=SecretStr(""))

    @model_validator(mode="after")
    def _found(self, info: ValidationInfo) -> Self:
        ways = {"api_user_file": self.api_user_file, "api_user_env": self.api_user_env}
        secret = referred(ways, context_of(info)).decode("ascii", "replace")
        if not re.fullmatch(r"[0-9]{1,20}", secret):
            raise ValueError("the API user is no number")
        self._secret = SecretStr(secret)
        return self

    @property
    def secret(self) -> SecretStr:
        """The API user's number, whichever way it was given."""
        return self._secret
