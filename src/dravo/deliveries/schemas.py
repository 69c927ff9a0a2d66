"""The timeline as it is served, and what a user decides about deliveries."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints

from dravo.kit.schemas import Instant, StrictModel

PostId = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,255}$")]


class Resolution(StrictModel):
    """What came of a delivery that is unconfirmed, by somebody who has looked at the account."""

    account_id: str = Field(description="The account whose delivery it is.")
    outcome: Literal["published", "not_published"] = Field(description="What the account shows.")
    platform_post_id: PostId | None = Field(
        None, description="The network's id of the post, where it is published and the id is known."
    )


class Retry(StrictModel):
    """Which failed deliveries to try again."""

    account_ids: list[str] | None = Field(
        None, min_length=1, max_length=100, description="Only those to these accounts; without it all that failed."
    )


class EntryView(BaseModel):
    """One thing that happened. `request` and `answer` are the network's, shortened and without secrets."""

    account_id: str
    platform: str
    name: str
    kind: str
    attempt: int
    started_at: Instant
    finished_at: Instant
    outcome: str
    request: dict[str, Any] | None
    answer: dict[str, Any] | None
    reason: str | None
    next_attempt_at: Instant | None


class TimelineView(BaseModel):
    """Everything that happened to a post's deliveries, delivery by delivery, in order of time."""

    post_id: str
    items: list[EntryView]
