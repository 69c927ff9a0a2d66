"""X's calls for posts as they go over the wire, and how their answers read.

Sources: X docs `posts/create-post`, `users/posts` and `openapi.json` 2.159 and 2.167 (all read 2026-08-22).
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import quote

from pydantic import BaseModel, Field

from dravo.kit.http import Reply, Request
from dravo.platforms.base import Call
from dravo.platforms.x.answers import reader
from dravo.platforms.x.options import XOptions
from dravo.platforms.x.refusals import refusal
from dravo.platforms.x.timeline import Timeline

HOST = "api.x.com"

Fields = Literal["tweet.fields", "post.fields"]

FIELDS: dict[Fields, str] = {
    "tweet.fields": "created_at,text,entities,attachments,referenced_tweets,note_tweet",
    "post.fields": "created_at,text,entities,attachments,referenced_posts,note_post",
}
"""What is compared, in both spellings of the parameter; which of them is live is not known, the older one is asked for first."""


class CreatedPost(BaseModel):
    """A post that X has taken. `text` is X's own reading of it: links shortened."""

    id: str = Field(min_length=1)
    text: str = ""


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
    return Call(request, CreatedPost, reader(CreatedPost, effect=True), effect=True)


def own_posts(
    user_id: str, since: datetime, *, fields: Fields = "tweet.fields", page: str | None = None
) -> Call[Timeline]:
    """GET the account's posts since `since`, newest first, 100 to a page, replies included.

    On the first page a refusal of the parameter `fields` is an answer too.
    """
    query = {
        "max_results": "100",
        "start_time": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "exclude": "retweets",
        fields: FIELDS[fields],
    }
    if page is not None:
        query["pagination_token"] = page
    request = Request(method="GET", host=HOST, path=f"/2/users/{quote(user_id, safe='')}/tweets", query=query)

    def read(reply: Reply) -> Timeline:
        if page is None and reply.status == 400 and fields.encode() in reply.body:
            return Timeline(fields_refused=True)
        if not reply.ok:
            raise refusal(reply, effect=False)
        return Timeline.model_validate(reply.json())

    return Call(request, Timeline, read)


def post_url(handle: str, post_id: str) -> str:
    """Where a person sees the post."""
    return f"https://x.com/{handle.removeprefix('@')}/status/{post_id}"
