"""The part of open.tiktokapis.com that publishing needs, the hosts that bytes go to, and the page where an app is let in."""

from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from dravo_simulator.tiktok import authorization, creator, identity, inits, listing, statuses, tokens, uploads
from dravo_simulator.tiktok.door import endpoint

PUBLISH, UPLOAD = "video.publish", "video.upload"
EITHER = {PUBLISH, UPLOAD}

ROUTES = [
    Route("/v2/oauth/token/", tokens.token, methods=["POST"]),
    Route("/v2/oauth/revoke/", tokens.revoke, methods=["POST"]),
    Route("/v2/user/info/", endpoint("user", 600, None, identity.user_info), methods=["GET"]),
    Route("/v2/video/list/", endpoint("list", 600, {"video.list"}, listing.videos), methods=["POST"]),
    Route("/v2/post/publish/creator_info/query/", endpoint("creator", 20, {PUBLISH}, creator.query), methods=["POST"]),
    Route("/v2/post/publish/video/init/", endpoint("video", 6, {PUBLISH}, inits.video), methods=["POST"]),
    Route("/v2/post/publish/inbox/video/init/", endpoint("inbox", 6, {UPLOAD}, inits.inbox_video), methods=["POST"]),
    Route("/v2/post/publish/content/init/", endpoint("content", 6, EITHER, inits.content), methods=["POST"]),
    Route("/v2/post/publish/status/fetch/", endpoint("status", 30, EITHER, statuses.fetch), methods=["POST"]),
    Route("/v2/post/publish/cancel/", endpoint("cancel", 30, EITHER, statuses.cancel), methods=["POST"]),
]
"""Limits by the reference page of each call; that of cancel is not stated."""
SITE_ROUTES = [Route("/v2/auth/authorize/", authorization.authorize, methods=["GET", "POST"])]
UPLOAD_ROUTES = [Route("/video/", uploads.put, methods=["PUT"])]


async def not_found(scope: Scope, receive: Receive, send: Send) -> None:
    error = {"code": "unsupported_path", "message": "Unsupported path", "log_id": ""}
    await JSONResponse({"data": {}, "error": error}, 404)(scope, receive, send)


async def no_upload(scope: Scope, receive: Receive, send: Send) -> None:
    await Response(status_code=404)(scope, receive, send)
