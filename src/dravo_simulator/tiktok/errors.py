"""TikTok's envelope: data and error in every answer, ``ok`` when there is none."""

from starlette.responses import JSONResponse, Response

from dravo_simulator.store import JSON
from dravo_simulator.wire import Refusal
from dravo_simulator.world import World

SENTENCES = {
    "access_token_invalid": (401, "The access token is invalid or not found in the request"),
    "scope_not_authorized": (401, "The user did not authorize the scope required for completing this request"),
    "rate_limit_exceeded": (429, "The API rate limit was exceeded"),
    "spam_risk_too_many_posts": (403, "The daily post cap of the creator is reached"),
    "spam_risk_too_many_pending_share": (403, "The creator has too many shares that wait in the inbox"),
    "spam_risk_user_banned_from_posting": (403, "The creator is banned from making new posts"),
    "reached_active_user_cap": (403, "The daily quota of users who publish through the app is reached"),
    "unaudited_client_can_only_post_to_private_accounts": (403, "Unaudited clients can only post to private accounts"),
    "url_ownership_unverified": (403, "Review the URL ownership verification rules"),
    "privacy_level_option_mismatch": (403, "The privacy level is not one of the options of the creator"),
    "app_version_check_failed": (400, "The creator's app is older than 31.8 and cannot take photos"),
    "invalid_publish_id": (400, "The publish_id does not exist"),
    "token_not_authorized_for_specified_publish_id": (400, "The token is not authorized for this publish_id"),
    "publish_not_cancellable": (400, "The task is in a final state or past its download"),
}
"""HTTP status and message of each code; the messages are ours."""


def ok(world: World, data: JSON) -> Response:
    return _envelope(world, 200, data, "ok", "")


def said(world: World, code: str) -> Response:
    """A code of business with HTTP 200, as creator_info alone says it, on purpose."""
    return _envelope(world, 200, {}, code, SENTENCES[code][1])


def refused(world: World, code: str) -> Refusal:
    """One of the codes above, as they are said."""
    status, message = SENTENCES[code]
    return refusal(world, status, code, message)


def invalid_param(world: World, message: str) -> Refusal:
    return refusal(world, 400, world.settings.tiktok_invalid_param, message)


def refusal(world: World, status: int, code: str, message: str) -> Refusal:
    return Refusal(_envelope(world, status, {}, code, message))


def _envelope(world: World, status: int, data: JSON, code: str, message: str) -> Response:
    log_id = world.token("2026")[:32].upper()
    return JSONResponse({"data": data, "error": {"code": code, "message": message, "log_id": log_id}}, status)
