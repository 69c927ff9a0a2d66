"""graph.facebook.com: Pages, and the Instagram accounts that are used through Facebook Login."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dravo_simulator.facebook import comments, photos, posts
from dravo_simulator.instagram import comments as instagram_comments
from dravo_simulator.instagram import media as instagram_media
from dravo_simulator.instagram.door import knows
from dravo_simulator.instagram.routes import EDGES as INSTAGRAM_EDGES
from dravo_simulator.wire import world_of

Endpoint = Callable[[Request], Awaitable[Response]]


def _by_owner(facebook: Endpoint, instagram: Endpoint) -> Endpoint:
    """Both networks have comments and nodes on this host; the id tells whose they are."""

    async def call(request: Request) -> Response:
        is_instagram = knows(world_of(request), str(request.path_params["object_id"]))
        return await (instagram if is_instagram else facebook)(request)

    return call


COMMENTS = "/{version}/{object_id}/comments"
ROUTES = [
    *INSTAGRAM_EDGES,
    Route("/{version}/{object_id}/feed", posts.create, methods=["POST"]),
    Route("/{version}/{object_id}/feed", posts.feed, methods=["GET"]),
    Route("/{version}/{object_id}/published_posts", posts.published_posts, methods=["GET"]),
    Route("/{version}/{object_id}/photos", photos.create, methods=["POST"]),
    Route(COMMENTS, _by_owner(comments.create, instagram_comments.create), methods=["POST"]),
    Route(COMMENTS, _by_owner(comments.list_of, instagram_comments.list_of), methods=["GET"]),
    Route("/{version}/{object_id}", _by_owner(posts.node, instagram_media.node), methods=["GET"]),
]
