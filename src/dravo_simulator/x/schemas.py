"""The body of POST /2/tweets, to the letter: X allows no other property (openapi 2.167, CreatePostsRequest)."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

PostId = Annotated[str, Field(pattern=r"^[0-9]{1,19}$")]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class MediaPart(Strict):
    media_ids: Annotated[list[PostId], Field(min_length=1, max_length=4)]
    tagged_user_ids: Annotated[list[PostId], Field(max_length=10)] | None = None
    title: str | None = None
    description: str | None = None
    embeddable: bool | None = None
    preview_media_id: PostId | None = None
    call_to_actions: Any = None


class PollPart(Strict):
    options: Annotated[list[Annotated[str, Field(min_length=1, max_length=25)]], Field(min_length=2, max_length=4)]
    duration_minutes: Annotated[int, Field(ge=5, le=10080)]
    reply_settings: str | None = None


class ReplyPart(Strict):
    in_reply_to_tweet_id: PostId
    exclude_reply_user_ids: list[PostId] | None = None
    auto_populate_reply_metadata: bool | None = None


class GeoPart(Strict):
    place_id: str


class EditPart(Strict):
    previous_post_id: PostId


class CreatePost(Strict):
    text: str = ""
    media: MediaPart | None = None
    poll: PollPart | None = None
    reply: ReplyPart | None = None
    quote_tweet_id: PostId | None = None
    reply_settings: Literal["following", "mentionedUsers", "subscribers", "verified"] | None = None
    geo: GeoPart | None = None
    for_super_followers_only: bool = False
    made_with_ai: bool = False
    paid_partnership: bool = False
    nullcast: bool = False
    share_with_followers: bool = False
    community_id: PostId | None = None
    card_uri: str | None = None
    direct_message_deep_link: str | None = None
    edit_options: EditPart | None = None


EXCLUSIVE = ("poll", "quote_tweet_id", "direct_message_deep_link", "media", "card_uri")
"""At most one of these in a post."""


class AltText(Strict):
    text: Annotated[str, Field(max_length=1000)]


class Metadata(Strict):
    alt_text: AltText


class CreateMetadata(Strict):
    id: PostId
    metadata: Metadata
