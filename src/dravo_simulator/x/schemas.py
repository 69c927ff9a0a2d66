"""The bodies X takes, to the letter: it allows no other property (openapi 2.167, ``CreatePostsRequest`` and relatives)."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

PostId = Annotated[str, Field(pattern=r"^[0-9]{1,19}$")]
ReplySettings = Literal["following", "mentionedUsers", "subscribers", "verified"]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class AppInstall(Strict):
    app_store_id: str | None = None
    ipad_app_store_id: str | None = None
    play_store_id: str | None = None


class Visit(Strict):
    url: str


class CallToActions(Strict):
    app_install: AppInstall | None = None
    visit_site: Visit | None = None
    watch_now: Visit | None = None


class MediaPart(Strict):
    media_ids: Annotated[list[PostId], Field(min_length=1, max_length=4)]
    tagged_user_ids: Annotated[list[PostId], Field(max_length=10)] | None = None
    title: str | None = None
    description: str | None = None
    embeddable: bool | None = None
    preview_media_id: PostId | None = None
    call_to_actions: CallToActions | None = None


class PollPart(Strict):
    options: Annotated[list[Annotated[str, Field(min_length=1, max_length=25)]], Field(min_length=2, max_length=4)]
    duration_minutes: Annotated[int, Field(ge=5, le=10080)]
    reply_settings: ReplySettings | None = None


class ReplyPart(Strict):
    in_reply_to_tweet_id: PostId
    exclude_reply_user_ids: list[str] | None = None
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
    reply_settings: ReplySettings | None = None
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


class AltText(BaseModel):
    text: Annotated[str, Field(max_length=1000, strict=True)]


class Metadata(BaseModel):
    """Other metadata than alt text is taken and changes nothing here."""

    model_config = ConfigDict(extra="allow")

    alt_text: AltText | None = None


class CreateMetadata(BaseModel):
    """The one body whose schema does not forbid other properties."""

    id: PostId
    metadata: Metadata | None = None


class InitializeUpload(Strict):
    media_category: (
        Literal[
            "amplify_video",
            "tweet_gif",
            "tweet_image",
            "tweet_video",
            "dm_gif",
            "dm_image",
            "dm_video",
            "subtitles",
        ]
        | None
    ) = None
    media_type: (
        Literal[
            "video/mp4",
            "video/webm",
            "video/mp2t",
            "video/quicktime",
            "text/srt",
            "text/vtt",
            "image/jpeg",
            "image/gif",
            "image/bmp",
            "image/png",
            "image/webp",
            "image/pjpeg",
            "image/tiff",
            "model/gltf-binary",
            "model/vnd.usdz+zip",
        ]
        | None
    ) = None
    total_bytes: Annotated[int, Field(ge=0, le=17_179_869_184)] | None = None
    shared: bool | None = None
    additional_owners: list[PostId] | None = None


class AppendFields(Strict):
    """Of append, beside the segment itself."""

    segment_index: Annotated[int, Field(ge=0, le=999)]
