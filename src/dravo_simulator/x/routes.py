"""The part of api.x.com that publishing needs, and the page of x.com where an app is let in."""

from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from dravo_simulator.x import chunks, media, oauth, posts, timeline, tokens
from dravo_simulator.x.door import QUARTER_SECONDS, Quota, endpoint, reading

WRITE = {"tweet.read", "tweet.write", "users.read"}
READ = {"tweet.read", "users.read"}
MEDIA = {"media.write"}


def _segments(name: str) -> Quota:
    return Quota(name, 1_875, 180_000)


ROUTES = [
    Route("/2/oauth2/token", tokens.token, methods=["POST"]),
    Route("/2/oauth2/revoke", tokens.revoke, methods=["POST"]),
    Route("/2/tweets", endpoint(Quota("posts", 100, 10_000), WRITE, posts.create), methods=["POST"]),
    Route("/2/tweets/{post_id}", endpoint(Quota("delete", 50), WRITE, posts.delete), methods=["DELETE"]),
    Route("/2/tweets/{post_id}", reading(Quota("post", 900), READ, timeline.post), methods=["GET"]),
    Route("/2/media/upload", endpoint(Quota("upload", 500, 50_000), MEDIA, media.upload), methods=["POST"]),
    Route("/2/media/upload", endpoint(Quota("upload status", 1_000, 100_000), MEDIA, chunks.status), methods=["GET"]),
    Route("/2/media/upload/initialize", endpoint(_segments("initialize"), MEDIA, chunks.initialize), methods=["POST"]),
    Route("/2/media/upload/{media_id}/append", endpoint(_segments("append"), MEDIA, chunks.append), methods=["POST"]),
    Route(
        "/2/media/upload/{media_id}/finalize",
        endpoint(_segments("finalize"), MEDIA, chunks.finalize),
        methods=["POST"],
    ),
    Route("/2/media/metadata", endpoint(Quota("metadata", 500, 50_000), MEDIA, media.describe), methods=["POST"]),
    Route("/2/users/me", endpoint(Quota("me", 75), READ, timeline.me), methods=["GET"]),
    Route(
        "/2/users/{user_id}/tweets",
        reading(Quota("timeline", 900, 10_000, QUARTER_SECONDS), READ, timeline.posts_of),
        methods=["GET"],
    ),
]
SITE_ROUTES = [Route("/i/oauth2/authorize", oauth.authorize, methods=["GET", "POST"])]


async def not_found(scope: Scope, receive: Receive, send: Send) -> None:
    body = {"title": "Not Found", "detail": "Not Found", "type": "about:blank", "status": 404}
    await JSONResponse(body, 404)(scope, receive, send)
