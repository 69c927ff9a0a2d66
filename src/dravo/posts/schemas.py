"""What a client sends about a post, and what it is told at once."""

from collections import Counter
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, Field, ValidationError
from pydantic_core import PydanticCustomError

from dravo.accounts.schemas import PlatformName
from dravo.kit.errors import FieldError, unescape, validation_problem
from dravo.kit.paging import PageQuery, QueryText
from dravo.kit.schemas import HttpUrl, Instant, StrictModel, field_errors, parse_json
from dravo.platforms import registry

PostStatus = Literal["scheduled", "queued", "processing", "published", "partial", "failed", "canceled", "unconfirmed"]


class PlatformOptions(registry.PlatformOptions):
    """Options that only one network has, by network. Unknown networks and unknown names are refused."""


def _not_blank(value: str) -> str:
    if not value.strip():
        raise PydanticCustomError("blank", "must hold more than white space")
    return value


def _no_duplicates(value: list[str]) -> list[str]:
    twice = [account_id for account_id, times in Counter(value).items() if times > 1]
    if twice:
        places = [i for i, account_id in enumerate(value) if account_id == twice[0]]
        raise PydanticCustomError(
            "duplicate_account",
            "entries {first} and {second} are the same account; name each account once",
            {"first": places[0], "second": places[1]},
        )
    return value


class PostCreate(StrictModel):
    """A post to one or more accounts."""

    account_ids: Annotated[list[str], AfterValidator(_no_duplicates)] = Field(
        min_length=1, max_length=100, description="The connected accounts of this environment to publish to."
    )
    text: Annotated[str, AfterValidator(_not_blank)] = Field(
        min_length=1, max_length=5000, description="1 to 5000 code points, not only white space. Networks allow less."
    )
    media_urls: list[HttpUrl] | None = Field(
        None, max_length=35, description="Absolute http(s) URLs: public ones, or the `public_url` of ingested media."
    )
    platform_options: PlatformOptions | None = Field(None, description="What only one network has, by network.")
    scheduled_at: Instant | None = Field(
        None, description="ISO 8601 with a timezone, at least 60 seconds and at most 2 years ahead."
    )

    @property
    def urls(self) -> list[str]:
        return self.media_urls or []


EXAMPLE = {
    "account_ids": ["acc_8f2c1d", "acc_4b9e07"],
    "text": "Shipping Dravo: one API for every social network.",
    "media_urls": ["https://cdn.dravo.dev/u/abc/cover.jpg"],
    "platform_options": {"facebook": {"as_reel": True}, "tiktok": {"privacy_level": "SELF_ONLY"}},
}


@dataclass(frozen=True, slots=True)
class Reading:
    """A body as far as it could be read: fields named in `broken` hold a stand-in, and `errors` say why."""

    post: PostCreate
    errors: list[FieldError]
    broken: frozenset[str]


_STAND_INS = {"account_ids": ["-"], "text": "-"}


def read(body: bytes) -> Reading:
    """Read a create body. A field that is wrong does not keep the others from being checked, so that a client learns of
    everything at once. Raises Problem 400 when there is no object to read.
    """
    value = parse_json(body)
    try:
        return Reading(PostCreate.model_validate(value), [], frozenset())
    except ValidationError as error:
        errors = field_errors(PostCreate, error)
    if not isinstance(value, dict):
        raise validation_problem(errors)
    broken = frozenset(unescape(error.pointer.split("/")[1]) for error in errors)
    sound = {name: value[name] for name in value if name in PostCreate.model_fields and name not in broken}
    return Reading(PostCreate.model_validate(_STAND_INS | sound), errors, broken)


class PostAccepted(BaseModel):
    """The post is durable and will be delivered."""

    id: str
    status: Literal["queued", "scheduled"]
    scheduled_at: Instant | None


class PostCanceled(BaseModel):
    """No delivery of the post will be sent."""

    id: str
    status: Literal["canceled"]
    scheduled_at: Instant | None


class PostsQuery(PageQuery):
    """Filters of the list of posts."""

    of: ClassVar[str] = "post"

    status: PostStatus | None = Field(None, description="Only posts with this status.")
    platform: PlatformName | None = Field(None, description="Only posts to an account of this network.")
    account_id: QueryText | None = Field(None, description="Only posts to this account.")
    q: QueryText | None = Field(None, description="Only posts whose text holds this.")
    created_from: Instant | None = Field(None, description="Only posts created at this time or later.")
    created_to: Instant | None = Field(None, description="Only posts created before this time.")
    scheduled_from: Instant | None = Field(None, description="Only posts scheduled for this time or later.")
    scheduled_to: Instant | None = Field(None, description="Only posts scheduled for before this time.")
