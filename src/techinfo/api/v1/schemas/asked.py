"""What the bodies of requests have in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

AskedId = Annotated[str, Field(max_length=255, description="accessId, else legacyAccessId")]


class Asked(BaseModel):
    """The body of a request; what it does not know it refuses."""

    model_config = ConfigDict(extra="forbid", strict=True)
