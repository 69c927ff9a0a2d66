"""POST and DELETE /2/tweets: what X keeps of a post, and what its readers see."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dravo_simulator.store import JSON, Stored
from dravo_simulator.wire import world_of
from dravo_simulator.world import Account, World, medium
from dravo_simulator.x import errors, rules, texts
from dravo_simulator.x.door import read
from dravo_simulator.x.schemas import CreatePost


async def create(request: Request, account: Account) -> Response:
    post = await read(request, CreatePost)
    world = world_of(request)
    rules.check_shape(world, post)
    rules.check_text(world, account, post)
    rules.check_quote(world, post)
    parent = rules.parent_of(world, account, post)
    media = rules.media_of(world, account, post)
    rules.check_duplicate(world, account, post, media)
    rules.check_update_limit(world, account)
    with world.store.transaction():
        stored = _keep(world, account, post, parent, media)
    return JSONResponse(_answer(world, stored), 201)


async def delete(request: Request, account: Account) -> Response:
    """Takes a post of one's own from the readers. The ledger keeps it: it has been published."""
    world, post_id = world_of(request), request.path_params["post_id"]
    post = world.store.get("x", "post", post_id)
    if post is None or post.data["deleted"]:
        raise errors.not_found(f"Could not find tweet with id: [{post_id}].")
    if post.account != account.id:
        raise errors.not_yours()
    with world.store.transaction():
        world.change("x", post, deleted=True)
    return JSONResponse({"data": {"deleted": True}})


def _answer(world: World, stored: Stored) -> JSON:
    data = stored.data
    whole = data["note"] is not None and world.settings.x_long_text_in_answer == "whole"
    names = {"tweet": ["edit_history_tweet_ids"], "post": ["edit_history_post_ids"]}
    history = names.get(world.settings.x_names, names["tweet"])
    text = data["note"]["text"] if whole else data["text"]
    body: JSON = {"data": {"id": stored.id, "text": text} | {name: [stored.id] for name in history}}
    if world.settings.x_partial_errors:
        body["errors"] = [
            {
                "title": "Field Hydration Failure",
                "detail": "A field of this post could not be read back.",
                "type": errors.PROBLEMS + "field-hydration-failure",
            }
        ]
    return body


def _keep(world: World, account: Account, post: CreatePost, parent: Stored | None, media: list[Stored]) -> Stored:
    post_id = world.snowflake()
    full = texts.shorten(post.text, post_id)
    is_long = texts.weighted_length(post.text) > texts.LIMIT
    written = texts.cut(full) if is_long else full
    if media:
        first = media[0].data
        written = texts.with_media_link(written, account.handle, post_id, first["key"], first["category"])
    stored = world.create(
        "x",
        "post",
        post_id,
        account.id,
        {
            "written": post.text,
            "text": written.text,
            "urls": written.urls,
            "note": {"text": full.text, "urls": full.urls} if is_long else None,
            "reply_to": None if parent is None else parent.id,
            "reply_to_account": None if parent is None else parent.account,
            "quotes": post.quote_tweet_id,
            "conversation": post_id if parent is None else parent.data["conversation"],
            "media_keys": [upload.data["key"] for upload in media],
            "reply_settings": post.reply_settings or "everyone",
            "place_id": post.geo.place_id if post.geo and account.attributes["geo"] else None,
            "nullcast": post.nullcast,
            "deleted": False,
        },
    )
    world.remember("x", rules.content_of(world, account, post, media), account.id, post_id)
    world.record(
        account,
        "post" if parent is None else "comment",
        post_id,
        text=post.text,
        media=[_shown(world, upload) for upload in media],
        options=rules.options_of(account, post),
        parent=None if parent is None else parent.id,
    )
    return stored


def _shown(world: World, upload: Stored) -> JSON:
    blob = world.store.blob(upload.data["sha256"])
    assert blob is not None
    return medium(blob, alt_text=upload.data["alt_text"])
