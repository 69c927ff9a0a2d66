"""The bodies LinkedIn takes (Posts API, Images API and Comments API pages, views of 2026)."""

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


class Content(Strict):
    media: Media | None = None
    multiImage: MultiImage | None = None  # noqa: N815 - LinkedIn's name
    article: Article | None = None


class CreatePost(Strict):
    author: Text
    commentary: str
    visibility: Literal["PUBLIC", "CONNECTIONS", "LOGGED_IN", "CONTAINER"]
    distribution: Distribution
    content: Content | None = None
    lifecycleState: Literal["PUBLISHED"]  # noqa: N815 - LinkedIn's name
    isReshareDisabledByAuthor: bool = False  # noqa: N815 - LinkedIn's name


class UploadOrder(Strict):
    owner: Text


class InitializeUpload(Strict):
    initializeUploadRequest: UploadOrder  # noqa: N815 - LinkedIn's name


class Message(Strict):
    text: Annotated[str, Field(min_length=1, max_length=1250)]


class CreateComment(Strict):
    actor: Text
    object: Text
    message: Message
    parentComment: Text | None = None  # noqa: N815 - LinkedIn's name
