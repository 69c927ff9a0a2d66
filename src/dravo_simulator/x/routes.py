"""The part of api.x.com that publishing needs."""

from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from dravo_simulator.x import media, posts, timeline
from dravo_simulator.x.door import QUARTER_SECONDS, Quota, endpoint

ROUTES = [
    Route(
        "/2/tweets",
        endpoint(Quota("tweets", 100, 10_000), {"tweet.read", "tweet.write", "users.read"}, posts.create),
        methods=["POST"],
    ),
    Route("/2/media/upload", endpoint(Quota("upload", 500, 50_000), {"media.write"}, media.upload), methods=["POST"]),
    Route(
        "/2/media/metadata", endpoint(Quota("metadata", 500, 50_000), {"media.write"}, media.describe), methods=["POST"]
    ),
    Route("/2/users/me", endpoint(Quota("me", 75), {"tweet.read", "users.read"}, timeline.me), methods=["GET"]),
    Route(
        "/2/users/{user_id:str}/tweets",
        endpoint(Quota("timeline", 900, 10_000, QUARTER_SECONDS), {"tweet.read", "users.read"}, timeline.posts_of),
        methods=["GET"],
    ),
]


async def not_found(scope: Scope, receive: Receive, send: Send) -> None:
    body = {"title": "Not Found", "detail": "Not Found", "type": "about:blank", "status": 404}
    await JSONResponse(body, 404)(scope, receive, send)
