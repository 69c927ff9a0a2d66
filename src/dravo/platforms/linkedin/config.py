"""What a deployment may set about LinkedIn: the settings `DRAVO_LINKEDIN_…`."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from dravo.platforms.base import Config
from dravo.platforms.linkedin.versions import VERSION


class LinkedInConfig(BaseModel):
    """The settings, each with what holds where nothing is set."""

    model_config = ConfigDict(frozen=True)

    version: str = Field(VERSION, pattern=r"^20[0-9]{4}$")
    """The version of the API that every call names."""

    image_wait_seconds: float = Field(5.0, ge=0)
    """Pause between a member's images and the post: members' tokens may not ask whether an image is ready."""

    comment_text: Literal["plain", "little"] = "little"
    """How LinkedIn reads a comment's text; its documentation leaves it open whether escapes are shown."""

    probe: bool = False
    """Whether a member's lost post is sent once more, so that LinkedIn's refusal of the duplicate names the first one."""

    member_calls_per_day: int = Field(150, ge=0)
    """How many calls a day LinkedIn allows for each member; 0 for as many as it takes."""

    @classmethod
    def of(cls, config: Config) -> Self:
        """The settings of a job or draft. Raises pydantic's ValidationError."""
        return cls.model_validate(dict(config))
