"""graph.facebook.com: Pages, and the Instagram accounts that are used through Facebook Login."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dravo_simulator.addressed import owner_of
from dravo_simulator.facebook import comments, photos, posts, reels, resumable, rupload, video_nodes, videos
from dravo_simulator.instagram import comments as instagram_comments
from dravo_simulator.instagram import media as instagram_media
from dravo_simulator.instagram.routes import EDGES as INSTAGRAM_EDGES
from dravo_simulator.meta_oauth.pages import page_or
from dravo_simulator.wire import world_of

Endpoint = Callable[[Request], Awaitable[Response]]


def _by_owner(facebook: Endpoint, instagram: Endpoint) -> Endpoint:
    """Both networks have comments and nodes on this host; the id tells whose they are."""

    async def call(request: Request) -> Response:
        is_instagram = owner_of(world_of(request), str(request.path_params["object_id"])) == "instagram"
        return await (instagram if is_instagram else facebook)(request)

    return call


NODE, COMMENTS = "/{version}/{object_id}", "/{version}/{object_id}/comments"
RESUMABLE = [
    Route("/{version}/{object_id}/uploads", resumable.begin, methods=["POST"]),
    Route("/{version}/upload:{session}", resumable.upload, methods=["POST"]),
    Route("/{version}/upload:{session}", resumable.progress, methods=["GET"]),
]
VIDEOS = Route("/{version}/{object_id}/videos", videos.create, methods=["POST"])
ROUTES = [
    *INSTAGRAM_EDGES,
    *RESUMABLE,
    VIDEOS,
    Route("/{version}/{object_id}/videos", video_nodes.list_of, methods=["GET"]),
    Route("/{version}/{object_id}/video_reels", reels.create, methods=["POST"]),
    Route("/{version}/{object_id}/video_reels", video_nodes.list_of, methods=["GET"]),
    Route("/{version}/{object_id}/thumbnails", videos.thumbnail, methods=["POST"]),
    Route("/{version}/{object_id}/feed", posts.create, methods=["POST"]),
    Route("/{version}/{object_id}/feed", posts.feed, methods=["GET"]),
    Route("/{version}/{object_id}/published_posts", posts.published_posts, methods=["GET"]),
    Route("/{version}/{object_id}/photos", photos.create, methods=["POST"]),
    Route(COMMENTS, _by_owner(comments.create, instagram_comments.create), methods=["POST"]),
    Route(COMMENTS, _by_owner(comments.list_of, instagram_comments.list_of), methods=["GET"]),
    Route(NODE, page_or(_by_owner(posts.node, instagram_media.node)), methods=["GET"]),
    Route(NODE, _by_owner(posts.delete, instagram_media.delete), methods=["DELETE"]),
]
VIDEO_ROUTES = [VIDEOS]
"""graph-video.facebook.com."""
UPLOAD_ROUTES = [
    Route("/video-upload/{version}/{video_id}", rupload.upload, methods=["POST"]),
    Route("/video-upload/{version}/{video_id}", rupload.progress, methods=["GET"]),
]
"""rupload.facebook.com."""
