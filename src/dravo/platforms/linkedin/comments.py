"""Comments as they go to LinkedIn and come back from it. Source: LinkedIn docs `comments-api` (read 2026-09-19)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from dravo.kit.http import Reply
from dravo.platforms.base import Call
from dravo.platforms.linkedin.authors import Author
from dravo.platforms.linkedin.client import created_id, in_path, refuse, rest
from dravo.platforms.linkedin.little_text import escape, unescape
from dravo.platforms.linkedin.search import CLOCKS_DIFFER_BY, WINDOW_AFTER, comparable, milliseconds


class CreatedComment(BaseModel):
    """A comment that LinkedIn has taken."""

    id: str = Field(min_length=1)


class Message(BaseModel):
    text: str = ""


class Moment(BaseModel):
    """Milliseconds since 1970."""

    time: int


class SeenComment(BaseModel):
    id: str = Field(min_length=1)
    actor: str
    message: Message
    created: Moment


class CommentList(BaseModel):
    elements: list[SeenComment]


def body_of(actor: str, post: str, text: str, written: Literal["plain", "little"]) -> dict[str, Any]:
    """The body of a comment. Whether LinkedIn reads escapes in it is not documented: a setting says how it is `written`."""
    return {"actor": actor, "object": post, "message": {"text": escape(text) if written == "little" else text}}


def create(author: Author, body: Mapping[str, Any], version: str) -> Call[CreatedComment]:
    """POST /rest/socialActions/{post}/comments. The comment's id comes in a header."""

    def read(reply: Reply) -> CreatedComment:
        refuse(reply, "comment", effect=True, author=author)
        return CreatedComment(id=created_id(reply, ""))

    return Call(rest("POST", _path(str(body["object"])), version, json=body), CreatedComment, read, effect=True)


def comments_under(post: str, version: str) -> Call[CommentList]:
    """GET /rest/socialActions/{post}/comments. Needs r_organization_social, and so an organization's post."""

    def read(reply: Reply) -> CommentList:
        refuse(reply, "comment")
        return CommentList.model_validate(reply.json())

    return Call(rest("GET", _path(post), version), CommentList, read)


def _path(post: str) -> str:
    return f"/rest/socialActions/{in_path(post)}/comments"


def the_one(comments: CommentList, actor: str, text: str, sent_at: datetime) -> SeenComment | None:
    """The one comment of that author with that text from that time; None when there is none or there are several."""
    earliest, latest = milliseconds(sent_at - CLOCKS_DIFFER_BY), milliseconds(sent_at + WINDOW_AFTER)
    same = [
        comment
        for comment in comments.elements
        if comment.actor == actor
        and earliest <= comment.created.time <= latest
        and comparable(text) in {comparable(comment.message.text), comparable(unescape(comment.message.text))}
    ]
    return same[0] if len(same) == 1 else None
