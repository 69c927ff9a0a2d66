"""LinkedIn's calls as they go over the wire, and how their answers read.

Sources: LinkedIn docs `posts-api`, `images-api`, `comments-api` and `versioning` (read 2026-09-19).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal
from urllib.parse import quote

from pydantic import AliasChoices, BaseModel, Field

from dravo.kit.http import Reply, Request, UnreadableAnswer
from dravo.platforms.base import Call
from dravo.platforms.errors import OutcomeUnknown
from dravo.platforms.linkedin.little_text import escape
from dravo.platforms.linkedin.options import Article, LinkedInOptions
from dravo.platforms.linkedin.refusals import Where, refusal
from dravo.platforms.linkedin.search import PostList
from dravo.platforms.linkedin.versions import VERSION
from dravo.platforms.media import Medium

HOST = "api.linkedin.com"
UPLOAD_HOST = "www.linkedin.com"

_HEADERS = {"linkedin-version": VERSION, "x-restli-protocol-version": "2.0.0"}


class ImageUpload(BaseModel):
    """Where an image's bytes go, and the URN that it will have. The address is a secret."""

    # Read under LinkedIn's name from the wire, and under ours from the journal.
    upload_url: str = Field(validation_alias=AliasChoices("uploadUrl", "upload_url"), min_length=1)
    image: str = Field(min_length=1)


class Uploaded(BaseModel):
    """The bytes have arrived; LinkedIn says nothing about them."""


class ImageState(BaseModel):
    """How far LinkedIn is with an image. `FORBIDDEN` is ours: this token may not ask."""

    status: Literal["WAITING_UPLOAD", "PROCESSING", "AVAILABLE", "PROCESSING_FAILED", "FORBIDDEN"]


class CreatedPost(BaseModel):
    """A post that LinkedIn has taken: `urn:li:share:…` or `urn:li:ugcPost:…`."""

    urn: str = Field(min_length=1)


class CreatedComment(BaseModel):
    """A comment that LinkedIn has taken."""

    id: str = Field(min_length=1)


def start_image_upload(owner: str) -> Call[ImageUpload]:
    """POST /rest/images?action=initializeUpload. The owner must be the post's author."""
    request = Request(
        method="POST",
        host=HOST,
        path="/rest/images",
        query={"action": "initializeUpload"},
        headers=_HEADERS,
        json={"initializeUploadRequest": {"owner": owner}},
    )

    def read(reply: Reply) -> ImageUpload:
        _refuse(reply, "image", author=owner)
        answer = reply.json()
        return ImageUpload.model_validate(answer.get("value") if isinstance(answer, dict) else None)

    return Call(request, ImageUpload, read, secret=True)


def send_image(upload_url: str, medium: Medium) -> Call[Uploaded]:
    """PUT the bytes to the address that LinkedIn handed out; unlike a video's, an image's takes the token."""
    request = Request(method="PUT", url=upload_url, content=medium.payload(), timeout_seconds=120)

    def read(reply: Reply) -> Uploaded:
        _refuse(reply, "upload")
        if reply.status != 201:  # an edge's page with 200 is no receipt; the sheet knows 201 only (images, 2026-09-19)
            raise UnreadableAnswer(f"HTTP {reply.status} where 201 says that the bytes have arrived")
        return Uploaded()

    return Call(request, Uploaded, read)


def image_state(image: str) -> Call[ImageState]:
    """GET /rest/images/{urn}. Members' tokens get 403, which is no failure of the image."""
    request = Request(method="GET", host=HOST, path=f"/rest/images/{quote(image, safe='')}", headers=_HEADERS)

    def read(reply: Reply) -> ImageState:
        if reply.status == 403:
            return ImageState(status="FORBIDDEN")
        _refuse(reply, "image")
        return ImageState.model_validate(reply.json())

    return Call(request, ImageState, read)


def post_body(author: str, text: str, images: Sequence[str], options: LinkedInOptions) -> dict[str, Any]:
    """The body of POST /rest/posts. Media win over a link card."""
    body: dict[str, Any] = {
        "author": author,
        "commentary": escape(text),
        "visibility": options.visibility or "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []},
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": options.disable_reshare or False,
    }
    if images:
        body["content"] = _pictures(images, options.alt_texts or ())
    elif options.article:
        body["content"] = {"article": _card(options.article)}
    return body


def _pictures(images: Sequence[str], alt_texts: Sequence[str]) -> dict[str, Any]:
    """One image is `media`; two and more are `multiImage`, which LinkedIn does not take with one."""
    pictures: list[dict[str, str]] = []
    for index, image in enumerate(images):
        alt_text = alt_texts[index] if index < len(alt_texts) else ""
        pictures.append({"id": image, "altText": alt_text} if alt_text.strip() else {"id": image})
    return {"media": pictures[0]} if len(pictures) == 1 else {"multiImage": {"images": pictures}}


def _card(article: Article) -> dict[str, str]:
    card = {"source": article.source, "title": article.title, "description": article.description}
    return {name: value for name, value in card.items() if value}


def create_post(body: Mapping[str, Any]) -> Call[CreatedPost]:
    """POST /rest/posts: the call that the world sees. The post's URN comes in a header, the body is empty."""
    request = Request(method="POST", host=HOST, path="/rest/posts", headers=_HEADERS, json=dict(body))

    def read(reply: Reply) -> CreatedPost:
        _refuse(reply, "post", effect=True, author=str(body.get("author", "")))
        return CreatedPost(urn=_created(reply, "urn:li:"))

    return Call(request, CreatedPost, read, effect=True)


def comment_body(actor: str, post: str, text: str) -> dict[str, Any]:
    """The body of a comment. Its text is plain: LinkedIn shows escapes in comments as they stand (`comments-api`)."""
    return {"actor": actor, "object": post, "message": {"text": text}}


def create_comment(body: Mapping[str, Any]) -> Call[CreatedComment]:
    """POST /rest/socialActions/{post}/comments."""
    path = f"/rest/socialActions/{quote(str(body['object']), safe='')}/comments"
    request = Request(method="POST", host=HOST, path=path, headers=_HEADERS, json=dict(body))

    def read(reply: Reply) -> CreatedComment:
        _refuse(reply, "comment", effect=True, author=str(body.get("actor", "")))
        return CreatedComment(id=_created(reply, ""))

    return Call(request, CreatedComment, read, effect=True)


def posts_of(author: str) -> Call[PostList]:
    """GET /rest/posts?q=author: the 100 posts of an organization that changed last. Members' tokens may not ask."""
    request = Request(
        method="GET",
        host=HOST,
        path="/rest/posts",
        query={"q": "author", "author": author, "count": "100", "sortBy": "LAST_MODIFIED"},
        headers={**_HEADERS, "x-restli-method": "FINDER"},
    )

    def read(reply: Reply) -> PostList:
        _refuse(reply, "post", author=author)
        return PostList.model_validate(reply.json())

    return Call(request, PostList, read)


def post_url(urn: str) -> str:
    """Where a person sees the post."""
    return f"https://www.linkedin.com/feed/update/{urn}/"


def _refuse(reply: Reply, where: Where, *, effect: bool = False, author: str = "") -> None:
    if not reply.ok:
        raise refusal(reply, where=where, effect=effect, author=author)


def _created(reply: Reply, prefix: str) -> str:
    """The id in the header. A success without one may still have had its effect."""
    created = reply.headers.get("x-restli-id", "").strip()
    if not created or not created.startswith(prefix):
        raise OutcomeUnknown(
            f"LinkedIn answered {reply.status} without the id of what it created.",
            raw={"status": reply.status, "x-li-uuid": reply.headers.get("x-li-uuid")},
        )
    return created
