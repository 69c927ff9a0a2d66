"""X's calls as they go over the wire, and how their answers read.

Sources: X docs `posts/create-post`, `media/quickstart`, `users/posts` and `openapi.json` 2.167 (all read 2026-08-22).
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, Field, ValidationError

from dravo.kit.http import Reply, Request, UnreadableAnswer
from dravo.platforms.base import Call
from dravo.platforms.errors import OutcomeUnknown
from dravo.platforms.media import Medium
from dravo.platforms.x.options import XOptions
from dravo.platforms.x.refusals import refusal
from dravo.platforms.x.timeline import Timeline

A = TypeVar("A", bound=BaseModel)

HOST = "api.x.com"

MEDIA_LIVES_FOR = timedelta(hours=23)
"""Uploaded media can be used for 24 hours; the hour is for the post to be sent."""

WINDOW_BEFORE = timedelta(seconds=60)
"""How far X's clock and ours may differ when a post is looked for."""


class UploadedMedia(BaseModel):
    """A picture that a post can name within 24 hours."""

    id: str = Field(min_length=1)


class CreatedPost(BaseModel):
    """A post that X has taken. `text` is X's own reading of it: links shortened."""

    id: str = Field(min_length=1)
    text: str = ""


def upload_image(medium: Medium) -> Call[UploadedMedia]:
    """POST /2/media/upload in one go; for images only. An upload that no post names expires by itself."""
    request = Request(
        method="POST",
        host=HOST,
        path="/2/media/upload",
        form={"media_category": "tweet_image"},
        files={"media": medium.payload()},
        timeout_seconds=120,
    )
    return Call(request, UploadedMedia, _reader(UploadedMedia, effect=False))


def post_body(text: str, media_ids: Sequence[str], options: XOptions) -> dict[str, Any]:
    """The body of POST /2/tweets for the post itself. What is off or blank is left out, as X has it by default."""
    body: dict[str, Any] = {"text": text}
    if media_ids:
        body["media"] = {"media_ids": list(media_ids)}
    if options.poll:
        body["poll"] = {"options": list(options.poll.options), "duration_minutes": options.poll.duration_minutes}
    if options.reply_to:
        body["reply"] = {"in_reply_to_tweet_id": options.reply_to}
    if options.reply_settings:
        body["reply_settings"] = options.reply_settings
    if options.place_id and options.place_id.strip():
        body["geo"] = {"place_id": options.place_id}
    if options.for_super_followers_only:
        body["for_super_followers_only"] = True
    if options.made_with_ai:
        body["made_with_ai"] = True
    return body


def comment_body(text: str, post_id: str) -> dict[str, Any]:
    """The body of POST /2/tweets for a first comment: a reply to one's own post, which X always allows."""
    return {"text": text, "reply": {"in_reply_to_tweet_id": post_id}}


def create_post(body: dict[str, Any]) -> Call[CreatedPost]:
    """POST /2/tweets: the call that the world sees."""
    request = Request(method="POST", host=HOST, path="/2/tweets", json=body)
    return Call(request, CreatedPost, _reader(CreatedPost, effect=True), effect=True)


def own_posts(user_id: str, since: datetime) -> Call[Timeline]:
    """GET the account's newest 100 posts since `since`, replies included.

    The fields go by their older names: the newer spelling (`post.fields`) is in the specification, but not known to be live.
    """
    request = Request(
        method="GET",
        host=HOST,
        path=f"/2/users/{quote(user_id, safe='')}/tweets",
        query={
            "max_results": "100",
            "start_time": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "exclude": "retweets",
            "tweet.fields": "created_at,text,entities,attachments,referenced_tweets,note_tweet",
        },
    )

    def read(reply: Reply) -> Timeline:
        if not reply.ok:
            raise refusal(reply, effect=False)
        return Timeline.model_validate(reply.json())

    return Call(request, Timeline, read)


def post_url(handle: str, post_id: str) -> str:
    """Where a person sees the post."""
    return f"https://x.com/{handle.removeprefix('@')}/status/{post_id}"


def _reader(model: type[A], *, effect: bool) -> Callable[[Reply], A]:
    """Reads `{"data": {...}}`. A success that names nothing may still have had its effect."""

    def read(reply: Reply) -> A:
        if not reply.ok:
            raise refusal(reply, effect=effect)
        try:
            answer = reply.json()
            return model.model_validate(answer.get("data") if isinstance(answer, dict) else None)
        except (UnreadableAnswer, ValidationError) as error:
            if not effect:
                raise
            raise OutcomeUnknown(f"X answered {reply.status} without the id of the post.") from error

    return read
