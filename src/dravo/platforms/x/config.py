"""What a deployment may set about X."""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, Field


class XConfig(BaseModel):
    """`DRAVO_X_…`: the sides of the largest video that X takes, in pixels, whichever way it is held; and whether a timeline
    that does not show a post proves its absence.
    """

    video_long_side: int = Field(1280, ge=32)
    video_short_side: int = Field(1024, ge=32)
    resend_after_looks: bool = False

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> Self:
        """What is set, and the defaults for the rest."""
        return cls.model_validate(dict(config))
