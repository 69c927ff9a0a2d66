"""GET /2/users/{id}/tweets, GET /2/tweets/{id} and GET /2/users/me.

The specification renamed the wire between 2.159 and 2.167; which names the live one takes is not known, so both are taken
unless ``x_names`` says otherwise.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dravo_simulator.store import JSON, Stored
from dravo_simulator.wire import world_of
from dravo_simulator.world import Account, World, rfc3339
from dravo_simulator.x import errors
from dravo_simulator.x.rules import subscription_of

FIELD_PARAMETERS = {"tweet": ["tweet.fields"], "post": ["post.fields"], "both": ["tweet.fields", "post.fields"]}
BESIDE = {"expansions", "media.fields", "user.fields", "poll.fields", "place.fields"}
PAGING = {"max_results", "start_time", "end_time", "since_id", "until_id", "pagination_token", "exclude"}
FIELDS = {
    "id",
    "text",
    "created_at",
    "author_id",
    "conversation_id",
    "entities",
    "attachments",
    "geo",
    "reply_settings",
    "in_reply_to_user_id",
}
RENAMED = {
    "tweet": {"referenced_tweets", "note_tweet", "edit_history_tweet_ids"},
    "post": {"referenced_posts", "note_post", "edit_history_post_ids"},
}
MOST_POSTS = 3200
"""How far back a timeline reaches."""


async def posts_of(request: Request) -> Response:
    _check_parameters(request, PAGING | BESIDE)
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


async def post(request: Request) -> Response:
    _check_parameters(request, BESIDE)
    fields, post_id = _fields(request), request.path_params["post_id"]
    found = world_of(request).store.get("x", "post", post_id)
    if found is None or found.data["deleted"]:
        raise errors.not_found(f"Could not find tweet with id: [{post_id}].")
    return JSONResponse({"data": _view(found, fields)})


async def me(request: Request, account: Account) -> Response:
    tier = subscription_of(account)
    kind = account.attributes["verified_type"] or ("none" if tier == "None" else "blue")
    data = {
        "id": account.id,
        "name": account.display_name,
        "username": account.handle,
        "verified": kind != "none",
        "verified_type": kind,
        "subscription_type": tier,
    }
    wanted = {"id", "name", "username"} | set(request.query_params.get("user.fields", "").split(","))
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
    for post in islice(world.store.newest("x", "post", user_id, since=start or 0), MOST_POSTS):
        if post.data["deleted"] or post.data["nullcast"]:
            continue
        if post.at > visible_before or (end is not None and post.at >= end):
            continue
        if (since is not None and int(post.id) <= since) or (until is not None and int(post.id) >= until):
            continue
        if not (no_replies and post.data["reply_to"]):
            yield post


def _view(post: Stored, fields: set[str]) -> JSON:
    """A post with the default fields and those asked for; X leaves out what is empty."""
    data = post.data
    note = data["note"] and {"text": data["note"]["text"]} | _entities(data["note"]["urls"])
    kinds = {"replied_to": data["reply_to"], "quoted": data["quotes"]}
    references = [{"type": kind, "id": other} for kind, other in kinds.items() if other]
    full: JSON = {
        "id": post.id,
        "text": data["text"],
        "note_tweet": note,
        "note_post": note,
        "edit_history_tweet_ids": [post.id],
        "edit_history_post_ids": [post.id],
        "created_at": rfc3339(post.at),
        "author_id": post.account,
        "conversation_id": data["conversation"],
        "reply_settings": data["reply_settings"],
        "attachments": {"media_keys": data["media_keys"]} if data["media_keys"] else None,
        "geo": {"place_id": data["place_id"]} if data["place_id"] else None,
        "referenced_tweets": references or None,
        "referenced_posts": references or None,
        "in_reply_to_user_id": data["reply_to_account"],
    } | _entities(data["urls"])
    return {name: value for name, value in full.items() if name in fields and value is not None}


def _entities(urls: list[JSON]) -> JSON:
    return {"entities": {"urls": urls}} if urls else {}


def _check_parameters(request: Request, known: set[str]) -> None:
    known = known | set(FIELD_PARAMETERS[world_of(request).settings.x_names])
    unknown = sorted(set(request.query_params) - known)
    if unknown:
        raise errors.invalid(f"The query parameter [{unknown[0]}] is not one of the known ones", **{unknown[0]: []})


def _fields(request: Request) -> set[str]:
    """The fields to show: those asked for, and those that always come."""
    names = world_of(request).settings.x_names
    spoken = ["tweet", "post"] if names == "both" else [names]
    known = FIELDS.union(*(RENAMED[spelling] for spelling in spoken))
    asked = [name for key in FIELD_PARAMETERS[names] for name in request.query_params.get(key, "").split(",")]
    given = {name for name in asked if name}
    unknown = sorted(given - known)
    if unknown:
        raise errors.invalid(f"The field [{unknown[0]}] is not one of the known ones", **{"tweet.fields": unknown})
    return given | {"id", "text", f"edit_history_{spoken[0]}_ids"}


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
