"""The part of open.tiktokapis.com that posting photos needs."""

from collections.abc import Awaitable, Callable
from typing import TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from dravo_simulator import processing
from dravo_simulator.store import JSON
from dravo_simulator.tiktok import authorization, errors, identity, tokens
from dravo_simulator.tiktok.schemas import ContentInit, StatusFetch
from dravo_simulator.tiktok.state import settle
from dravo_simulator.wire import NotJSON, bearer, content_type, is_live, json_object, origin, problems, world_of
from dravo_simulator.world import Account, World

Body = TypeVar("Body", bound=BaseModel)
Handler = Callable[[Request, Account], Awaitable[Response]]
MINUTE_SECONDS, DAY_SECONDS = 60, 86400
DIRECT_POSTS_A_DAY = 15
PENDING_SHARES_A_DAY = 5
"""Content sharing guidelines: per creator, over all apps, in 24 hours."""


def endpoint(name: str, per_minute: int, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """Token, then the limit per token and minute (the reference page of each call)."""

    async def call(request: Request) -> Response:
        world = world_of(request)
        token = bearer(request)
        account = world.account("tiktok", by="token", value=token) if token else None
        if account is None or not is_live(account, world):
            raise errors.refusal(world, 401, "access_token_invalid", "The access token is invalid or not found")
        if not world.count_sliding(f"tiktok {name} {account.id}", per_minute, MINUTE_SECONDS):
            raise errors.refusal(world, 429, "rate_limit_exceeded", "The API rate limit was exceeded")
        return await handler(request, account)

    return call


async def creator_info(request: Request, account: Account) -> Response:
    world = world_of(request)
    _need(world, account, "video.publish")
    private = account.attributes["private"]
    data: JSON = {
        "creator_avatar_url": f"{origin(request)}/wall/avatar.svg",
        "creator_username": account.handle,
        "creator_nickname": account.display_name,
        "privacy_level_options": privacy_options(account),
        "comment_disabled": account.attributes["comment_disabled"],
        "duet_disabled": private,
        "stitch_disabled": private,
        "max_video_post_duration_sec": 600,
    }
    return errors.ok(world, data)


def privacy_options(account: Account) -> list[str]:
    first = "FOLLOWER_OF_CREATOR" if account.attributes["private"] else "PUBLIC_TO_EVERYONE"
    return [first, "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"]


async def content_init(request: Request, account: Account) -> Response:
    world = world_of(request)
    order = await _read(request, ContentInit)
    direct = order.post_mode == "DIRECT_POST"
    _need(world, account, "video.publish" if direct else "video.upload")
    if order.source_info.photo_cover_index >= len(order.source_info.photo_images):
        raise errors.invalid_param(world, "photo_cover_index is out of range")
    if direct:
        _check_direct(world, account, order)
    _check_urls(request, order.source_info.photo_images)
    _check_day(world, account, direct=direct)
    with world.store.transaction():
        publish_id = f"p_pub_url~v2.{world.snowflake()}"
        data: JSON = {
            "app": account.app,
            "status": "PROCESSING_DOWNLOAD",
            "post_mode": order.post_mode,
            "post_info": order.post_info.model_dump(exclude_unset=True),
            "urls": order.source_info.photo_images,
            "photo_cover_index": order.source_info.photo_cover_index,
            "processing": processing.begin(request, world, world.settings.processing_seconds),
            "pulled": None,
            "downloaded_bytes": 0,
            "fail_reason": None,
            "public_ids": [],
        }
        world.create("tiktok", "publish", publish_id, account.id, data)
        world.store.watch("tiktok", publish_id)
    return errors.ok(world, {"publish_id": publish_id})


async def status(request: Request, account: Account) -> Response:
    world = world_of(request)
    if not {"video.publish", "video.upload"} & set(account.scopes):
        raise errors.refusal(world, 401, "scope_not_authorized", "The scope is not authorized")
    order = await _read(request, StatusFetch)
    asked = world.store.get("tiktok", "publish", order.publish_id)
    if asked is not None and asked.account == account.id:
        with world.store.transaction():
            world.change("tiktok", asked, processing=processing.asked(asked.data["processing"]))
    await settle(request)
    publish = world.store.get("tiktok", "publish", order.publish_id)
    if publish is None:
        raise errors.refusal(world, 400, "invalid_publish_id", "The publish_id does not exist")
    if publish.account != account.id:
        code = "token_not_authorized_for_specified_publish_id"
        raise errors.refusal(world, 400, code, "The token is not authorized for this publish_id")
    data: JSON = {"status": publish.data["status"], "downloaded_bytes": publish.data["downloaded_bytes"]}
    if publish.data["status"] == "FAILED":
        data["fail_reason"] = publish.data["fail_reason"]
    if publish.data["public_ids"]:
        # TikTok's own spelling.
        data["publicaly_available_post_id"] = publish.data["public_ids"]
    return errors.ok(world, data)


def _check_direct(world: World, account: Account, order: ContentInit) -> None:
    info = order.post_info
    if info.privacy_level is None:
        raise errors.invalid_param(world, "privacy_level is required")
    if info.brand_content_toggle is None or info.brand_organic_toggle is None:
        raise errors.invalid_param(world, "brand_content_toggle and brand_organic_toggle are required")
    may_only_be_private = not account.attributes["audited"]
    if may_only_be_private and not (account.attributes["private"] and info.privacy_level == "SELF_ONLY"):
        code = "unaudited_client_can_only_post_to_private_accounts"
        raise errors.refusal(world, 403, code, "Unaudited clients can only post privately to private accounts")
    if info.privacy_level not in privacy_options(account):
        raise errors.refusal(world, 403, "privacy_level_option_mismatch", "The privacy level is not one of the options")
    if info.brand_content_toggle and info.privacy_level == "SELF_ONLY":
        raise errors.invalid_param(world, "branded content cannot be private")


def _check_urls(request: Request, urls: list[str]) -> None:
    """Only https on a verified property of the app. The origins named at the start count as verified https hosts."""
    world, fetcher = world_of(request), request.app.state.fetcher
    for url in urls:
        if not fetcher.knows(url) and not _is_verified(world, url):
            message = "Review the URL ownership verification rules"
            raise errors.refusal(world, 403, "url_ownership_unverified", message)


def _is_verified(world: World, url: str) -> bool:
    """A verified domain covers its subdomains (Media transfer guide)."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    host = parts.hostname or ""
    verified = world.settings.tiktok_verified_hosts
    return parts.scheme == "https" and any(host == name or host.endswith("." + name) for name in verified)


def _check_day(world: World, account: Account, *, direct: bool) -> None:
    if direct and not world.count_sliding(f"tiktok posts {account.id}", DIRECT_POSTS_A_DAY, DAY_SECONDS):
        raise errors.refusal(world, 403, "spam_risk_too_many_posts", "The daily post cap of the creator is reached")
    if not direct and not world.count_sliding(f"tiktok shares {account.id}", PENDING_SHARES_A_DAY, DAY_SECONDS):
        raise errors.refusal(world, 403, "spam_risk_too_many_pending_share", "Too many pending shares")


def _need(world: World, account: Account, scope: str) -> None:
    if scope not in account.scopes:
        raise errors.refusal(world, 401, "scope_not_authorized", f"The scope {scope} is not authorized")


async def _read(request: Request, model: type[Body]) -> Body:
    world = world_of(request)
    if content_type(request) != "application/json":
        raise errors.invalid_param(world, "The content type must be application/json")
    try:
        return model.model_validate(await json_object(request))
    except NotJSON as broken:
        raise errors.invalid_param(world, "The body is not a JSON object") from broken
    except ValidationError as invalid:
        path, _, message = next(problems(invalid.errors()))
        raise errors.invalid_param(world, f"{path}: {message}") from invalid


ROUTES = [
    Route("/v2/oauth/token/", tokens.token, methods=["POST"]),
    Route("/v2/oauth/revoke/", tokens.revoke, methods=["POST"]),
    Route("/v2/user/info/", endpoint("user", 600, identity.user_info), methods=["GET"]),
    Route("/v2/post/publish/creator_info/query/", endpoint("creator", 20, creator_info), methods=["POST"]),
    Route("/v2/post/publish/content/init/", endpoint("init", 6, content_init), methods=["POST"]),
    Route("/v2/post/publish/status/fetch/", endpoint("status", 30, status), methods=["POST"]),
]
SITE_ROUTES = [Route("/v2/auth/authorize/", authorization.authorize, methods=["GET", "POST"])]


async def not_found(scope: Scope, receive: Receive, send: Send) -> None:
    error = {"code": "unsupported_path", "message": "Unsupported path", "log_id": ""}
    await JSONResponse({"data": {}, "error": error}, 404)(scope, receive, send)
