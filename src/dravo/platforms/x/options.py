"""What a client may say about a post to X beyond its text and media."""

from typing import Annotated, Literal

from pydantic import Field

from dravo.kit.schemas import StrictModel

Choice = Annotated[str, Field(min_length=1, max_length=25)]


class Poll(StrictModel):
    """A poll under the post; X takes no media beside it."""

    options: list[Choice] = Field(min_length=2, max_length=4, description="2 to 4 choices of 1 to 25 characters each.")
    duration_minutes: int = Field(
        ge=5, le=10_080, description="How long the poll stays open, in minutes (up to 7 days)."
    )


class XOptions(StrictModel):
    """`platform_options.x`."""

    poll: Poll | None = Field(None, description="Adds a poll. A post with a poll takes no media.")
    first_comment: str | None = Field(
        None,
        max_length=5000,
        description="A reply to the new post, sent right after it. The post's own length limit holds; if the reply fails, "
        "the post stands and the result carries a warning.",
    )
    reply_settings: Literal["following", "mentionedUsers", "subscribers", "verified"] | None = Field(
        None, description="Who may reply. Left out, everybody may."
    )
    reply_to: str | None = Field(
        None,
        pattern=r"^[0-9]{1,19}$",
        description="The id of the post that this one replies to. X allows replies to your own posts, and to posts whose "
        "author mentioned or quoted you.",
    )
    place_id: str | None = Field(
        None, max_length=5000, description="An X place id. X drops it silently when the account has geotagging off."
    )
    for_super_followers_only: bool | None = Field(
        None, description="Only subscribers see the post; the account must offer subscriptions."
    )
    made_with_ai: bool | None = Field(None, description="Labels the post as holding AI-generated media.")
