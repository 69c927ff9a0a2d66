"""The bodies LinkedIn takes (Posts, Images, Videos, Documents and Comments API pages, views of 2026)."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(min_length=1)]
AltText = Annotated[str, Field(max_length=4086)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Distribution(Strict):
    feedDistribution: Literal["MAIN_FEED", "NONE"]  # noqa: N815 - LinkedIn's name
    targetEntities: list[Any] = Field(default_factory=list)  # noqa: N815 - LinkedIn's name
    thirdPartyDistributionChannels: list[Any] = Field(default_factory=list)  # noqa: N815 - LinkedIn's name


class Media(Strict):
    id: Text
    title: str | None = None
    altText: AltText | None = None  # noqa: N815 - LinkedIn's name


class ManyImage(Strict):
    id: Text
    altText: AltText | None = None  # noqa: N815 - LinkedIn's name


class MultiImage(Strict):
    images: Annotated[list[ManyImage], Field(min_length=2, max_length=20)]


class Article(Strict):
    source: Annotated[str, Field(pattern=r"^https?://\S+$")]
    title: Annotated[str, Field(max_length=400)] | None = None
    description: str | None = None
    thumbnail: Text | None = None


class PollOption(Strict):
    text: Text


class PollSettings(Strict):
    duration: Literal["ONE_DAY", "THREE_DAYS", "SEVEN_DAYS", "FOURTEEN_DAYS"]


class Poll(Strict):
    question: Text
    options: Annotated[list[PollOption], Field(min_length=2)]
    settings: PollSettings


class Content(Strict):
    media: Media | None = None
    multiImage: MultiImage | None = None  # noqa: N815 - LinkedIn's name
    article: Article | None = None
    poll: Poll | None = None


class ReshareContext(Strict):
    parent: Text


class CreatePost(Strict):
    author: Text
    commentary: str
    visibility: Literal["PUBLIC", "CONNECTIONS", "LOGGED_IN", "CONTAINER"]
    distribution: Distribution
    content: Content | None = None
    reshareContext: ReshareContext | None = None  # noqa: N815 - LinkedIn's name
    lifecycleState: Literal["PUBLISHED"]  # noqa: N815 - LinkedIn's name
    isReshareDisabledByAuthor: bool = False  # noqa: N815 - LinkedIn's name


class EditSet(Strict):
    commentary: str


class EditPatch(Strict):
    set: EditSet = Field(alias="$set")


class EditPost(Strict):
    patch: EditPatch


class UploadOrder(Strict):
    owner: Text


class InitializeUpload(Strict):
    """Of an image or a document."""

    initializeUploadRequest: UploadOrder  # noqa: N815 - LinkedIn's name


class VideoOrder(Strict):
    owner: Text
    fileSizeBytes: Annotated[int, Field(ge=1, le=5 * 1024**3)]  # noqa: N815 - LinkedIn's name
    uploadCaptions: bool = False  # noqa: N815 - LinkedIn's name
    uploadThumbnail: bool = False  # noqa: N815 - LinkedIn's name


class InitializeVideo(Strict):
    initializeUploadRequest: VideoOrder  # noqa: N815 - LinkedIn's name


class FinalizeOrder(Strict):
    video: Text
    uploadToken: str  # noqa: N815 - LinkedIn's name
    uploadedPartIds: Annotated[list[Text], Field(min_length=1)]  # noqa: N815 - LinkedIn's name


class FinalizeVideo(Strict):
    finalizeUploadRequest: FinalizeOrder  # noqa: N815 - LinkedIn's name


class Message(Strict):
    text: Text
    attributes: list[Any] = Field(default_factory=list)
    """Mentions, by the reading in which a comment is plain text."""


class CreateComment(Strict):
    actor: Text
    object: Text
    message: Message
    parentComment: Text | None = None  # noqa: N815 - LinkedIn's name
