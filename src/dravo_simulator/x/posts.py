"""POST /2/tweets: what X checks, what it keeps, what its readers see."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dravo_simulator.store import JSON, Stored
from dravo_simulator.wire import world_of
from dravo_simulator.world import Account, World, medium
from dravo_simulator.x import errors, texts
from dravo_simulator.x.door import read
from dravo_simulator.x.schemas import EXCLUSIVE, CreatePost

DUPLICATE_SECONDS = 86400
"""How far back X looks for the same text is not documented; a day is our guess."""
MEDIA_SECONDS = 86400
"""Uploads can be attached for 24 hours (``expires_after_secs`` of the upload's answer)."""


async def create(request: Request, account: Account) -> Response:
    post = await read(request, CreatePost)
    world = world_of(request)
    _check_shape(post)
    _check_length(post, account)
    parent = _parent(world, account, post)
    media = _media(world, account, post)
    _check_duplicate(world, account, post)
    with world.store.transaction():
        stored = _keep(world, account, post, parent, media)
    return JSONResponse({"data": {"id": stored.id, "text": stored.data["text"]}}, 201)


def _check_shape(post: CreatePost) -> None:
    given = [name for name in EXCLUSIVE if getattr(post, name) is not None]
    if len(given) > 1:
        raise errors.invalid(f"You can only provide one of {', '.join(EXCLUSIVE)}", **{name: [] for name in given})
    if not post.text.strip() and post.media is None and post.card_uri is None:
        raise errors.invalid("text is required unless media is provided", text=post.text)
    if post.quote_tweet_id is not None:
        # Quote posts left the self-serve plans on 2026-04-16 (changelog).
        raise errors.not_your_conversation()


def _check_length(post: CreatePost, account: Account) -> None:
    limit = texts.PREMIUM_LIMIT if account.attributes["premium"] else texts.LIMIT
    if texts.weighted_length(post.text) > limit:
        raise errors.not_permitted()
    if post.for_super_followers_only and not account.attributes["subscriptions"]:
        raise errors.not_permitted()


def _parent(world: World, account: Account, post: CreatePost) -> Stored | None:
    """The post that is replied to: one's own, or one whose author mentioned the caller."""
    if post.reply is None:
        return None
    parent_id = post.reply.in_reply_to_tweet_id
    parent = world.store.get("x", "post", parent_id)
    if parent is None:
        raise errors.invalid("Your reply tweet ID is invalid.", **{"reply.in_reply_to_tweet_id": parent_id})
    if parent.account != account.id and f"@{account.handle}".lower() not in parent.data["written"].lower():
        raise errors.not_your_conversation()
    return parent


def _media(world: World, account: Account, post: CreatePost) -> list[Stored]:
    """The uploads: the caller's own, not lapsed, and a GIF only by itself."""
    if post.media is None:
        return []
    ids = post.media.media_ids
    uploads = [world.store.get("x", "media", media_id) for media_id in ids]
    usable = [
        upload
        for upload in uploads
        if upload is not None and upload.account == account.id and upload.at + MEDIA_SECONDS > world.now()
    ]
    animated = any(upload.data["category"] == "tweet_gif" for upload in usable)
    if len(usable) != len(ids) or len(set(ids)) != len(ids) or (animated and len(ids) > 1):
        raise errors.invalid("Your media IDs are invalid.", **{"media.media_ids": ids})
    return usable


def _check_duplicate(world: World, account: Account, post: CreatePost) -> None:
    """Refuses the same text under the same post. Posts without text pass: whether X compares media is not documented."""
    if post.text and world.earlier("x", _content(account, post), DUPLICATE_SECONDS):
        raise errors.duplicate()


def _content(account: Account, post: CreatePost) -> list[str | None]:
    return [account.id, texts.same(post.text), post.reply.in_reply_to_tweet_id if post.reply else None]


def _keep(world: World, account: Account, post: CreatePost, parent: Stored | None, media: list[Stored]) -> Stored:
    post_id = world.snowflake()
    written = texts.shorten(post.text, post_id)
    options = post.model_dump(exclude_defaults=True, exclude={"text", "media"})
    stored = world.create(
        "x",
        "post",
        post_id,
        account.id,
        {
            "written": post.text,
            "text": written.text,
            "urls": written.urls,
            "reply_to": None if parent is None else parent.id,
            "conversation": post_id if parent is None else parent.data["conversation"],
            "media": [upload.id for upload in media],
            "reply_settings": post.reply_settings or "everyone",
        },
    )
    world.remember("x", _content(account, post), account.id, post_id)
    world.record(
        account,
        "post" if parent is None else "comment",
        post_id,
        text=post.text,
        media=[_shown(world, upload) for upload in media],
        options=options,
        parent=None if parent is None else parent.id,
    )
    return stored


def _shown(world: World, upload: Stored) -> JSON:
    blob = world.store.blob(upload.data["sha256"])
    assert blob is not None
    return medium(blob, alt_text=upload.data["alt_text"])
