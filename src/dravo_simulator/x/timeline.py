"""GET /2/users/{id}/tweets and GET /2/users/me."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dravo_simulator.store import JSON, Stored
from dravo_simulator.wire import world_of
from dravo_simulator.world import Account, World, rfc3339
from dravo_simulator.x import errors
from dravo_simulator.x.texts import LIMIT

PARAMETERS = {
    "max_results",
    "start_time",
    "end_time",
    "since_id",
    "until_id",
    "pagination_token",
    "exclude",
    "tweet.fields",
    "post.fields",
    "expansions",
    "media.fields",
    "user.fields",
}
FIELDS = {
    "id",
    "text",
    "created_at",
    "author_id",
    "conversation_id",
    "entities",
    "attachments",
    "reply_settings",
    "referenced_tweets",
    "referenced_posts",
    "note_tweet",
    "note_post",
    "in_reply_to_user_id",
    "edit_history_tweet_ids",
    "edit_history_post_ids",
}


async def posts_of(request: Request, _account: Account) -> Response:
    query = request.query_params
    unknown = sorted(set(query) - PARAMETERS)
    if unknown:
        raise errors.invalid(f"The query parameter [{unknown[0]}] is not one of the known ones", **{unknown[0]: []})
    world = world_of(request)
    user_id = request.path_params["user_id"]
    if world.account("x", by="id", value=user_id) is None:
        raise errors.not_found(f"Could not find user with id: [{user_id}].")
    fields = _fields(request)
    size = _max_results(request)
    page = list(islice(_matching(request, world, user_id), size + 1))
    body: JSON = {"meta": {"result_count": len(page[:size])}}
    if page:
        body["data"] = [_view(post, fields) for post in page[:size]]
        body["meta"] |= {"newest_id": page[0].id, "oldest_id": page[:size][-1].id}
    if len(page) > size:
        body["meta"]["next_token"] = page[size - 1].id
    return JSONResponse(body)


async def me(_request: Request, account: Account) -> Response:
    premium = account.attributes["premium"]
    data = {
        "id": account.id,
        "name": account.display_name,
        "username": account.handle,
        "verified": premium,
        "verified_type": "blue" if premium else "none",
        "subscription_type": "Premium" if premium else "None",
    }
    wanted = {"id", "name", "username"} | set(_request.query_params.get("user.fields", "").split(","))
    return JSONResponse({"data": {name: value for name, value in data.items() if name in wanted}})


def _matching(request: Request, world: World, user_id: str) -> Iterator[Stored]:
    query = request.query_params
    start, end = _time(request, "start_time"), _time(request, "end_time")
    since = _post_id(request, "since_id")
    until = min(
        (found for found in (_post_id(request, "until_id"), _post_id(request, "pagination_token")) if found),
        default=None,
    )
    no_replies = "replies" in query.get("exclude", "").split(",")
    visible_before = world.now() - world.settings.x_timeline_lag_seconds
    for post in world.store.newest("x", "post", user_id, since=start or 0):
        if post.at > visible_before or (end is not None and post.at >= end):
            continue
        if (since is not None and int(post.id) <= since) or (until is not None and int(post.id) >= until):
            continue
        if not (no_replies and post.data["reply_to"]):
            yield post


def _view(post: Stored, fields: set[str]) -> JSON:
    """A post with the default fields and those asked for; X leaves out what is empty."""
    data = post.data
    is_long = len(data["text"]) > LIMIT
    note = {"text": data["text"]} if is_long else None
    replied = [{"type": "replied_to", "id": data["reply_to"]}] if data["reply_to"] else None
    full: JSON = {
        "id": post.id,
        "text": data["text"][: LIMIT - 1] + "…" if is_long else data["text"],
        "note_tweet": note,
        "note_post": note,
        "edit_history_tweet_ids": [post.id],
        "edit_history_post_ids": [post.id],
        "created_at": rfc3339(post.at),
        "author_id": post.account,
        "conversation_id": data["conversation"],
        "reply_settings": data["reply_settings"],
        "entities": {"urls": data["urls"]} if data["urls"] else None,
        "attachments": {"media_keys": [f"3_{media_id}" for media_id in data["media"]]} if data["media"] else None,
        "referenced_tweets": replied,
        "referenced_posts": replied,
        "in_reply_to_user_id": post.account if replied else None,
    }
    wanted = fields | {"id", "text", "edit_history_tweet_ids"}
    return {name: value for name, value in full.items() if name in wanted and value is not None}


def _fields(request: Request) -> set[str]:
    """``tweet.fields`` and its newer name ``post.fields`` are both taken (the docs and openapi 2.167 differ)."""
    asked = [name for key in ("tweet.fields", "post.fields") for name in request.query_params.get(key, "").split(",")]
    given = {name for name in asked if name}
    unknown = sorted(given - FIELDS)
    if unknown:
        raise errors.invalid(f"The field [{unknown[0]}] is not one of the known ones", **{"tweet.fields": unknown})
    return given


def _max_results(request: Request) -> int:
    text = request.query_params.get("max_results", "10")
    if not text.isdecimal() or not 5 <= int(text) <= 100:
        raise errors.invalid("The `max_results` query parameter value is not between 5 and 100", max_results=text)
    return int(text)


def _time(request: Request, name: str) -> float | None:
    text = request.query_params.get(name)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as broken:
        raise errors.invalid(f"The `{name}` query parameter value is not a time", **{name: text}) from broken
    if moment.tzinfo is None:
        raise errors.invalid(f"The `{name}` query parameter value has no time zone", **{name: text})
    return moment.timestamp()


def _post_id(request: Request, name: str) -> int | None:
    text = request.query_params.get(name)
    if text is None:
        return None
    if not text.isdecimal() or len(text) > 19:
        raise errors.invalid(f"The `{name}` query parameter value is not valid", **{name: text})
    return int(text)
