"""What a deployment may set about Facebook: the settings `DRAVO_FACEBOOK_…`."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from dravo.platforms._graph.wire import VERSION
from dravo.platforms.base import Config


class FacebookConfig(BaseModel):
    """The settings, each with what holds where nothing is set."""

    model_config = ConfigDict(frozen=True)

    version: str = Field(VERSION, pattern=r"^v[0-9]+\.[0-9]+$")
    """The version of the Graph API that every call names."""

    vertical_as_reel: bool = True
    """Whether a vertical video goes as a reel where the post does not say: as a video it has been seen to stay a draft."""

    @classmethod
    def of(cls, config: Config) -> Self:
        """The settings of a job or draft. Raises pydantic's ValidationError."""
        return cls.model_validate(dict(config))
