"""What all sections of the settings are made of."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from techinfo.config.secrets import from_folder, secret_file, secret_variable

Located = Annotated[Path, AfterValidator(from_folder)]
"""A path, counted from the folder of the settings file."""
SecretFile = Annotated[Path, AfterValidator(secret_file)]
"""A file that holds a secret."""
SecretVariable = Annotated[
    str, Field(pattern=r"^[A-Za-z_][0-9A-Za-z_]*$"), AfterValidator(secret_variable)
]
"""A variable of the environment that holds a secret."""


def _network(found: str) -> str:
    try:
        return str(ipaddress.ip_network(found.strip()))
    except ValueError as error:
        raise ValueError(f"is not a network such as 192.0.2.0/24: {error}") from None


Network = Annotated[str, AfterValidator(_network)]
"""An IPv4 or IPv6 network, or one address."""


class Section(BaseModel):
    """Keys of one section; unknown ones are refused, and no value is shown in an error."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        allow_inf_nan=False,
        validate_default=True,
        revalidate_instances="always",
        use_attribute_docstrings=True,
    )
