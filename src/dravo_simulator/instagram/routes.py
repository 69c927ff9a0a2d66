"""The part of Instagram's API that publishing pictures needs: the same paths on both Graph hosts."""

from starlette.routing import Route

from dravo_simulator.instagram import comments, containers, media

EDGES = [
    Route("/{version}/{object_id}/media", containers.create, methods=["POST"]),
    Route("/{version}/{object_id}/media", media.list_of, methods=["GET"]),
    Route("/{version}/{object_id}/stories", media.stories, methods=["GET"]),
    Route("/{version}/{object_id}/media_publish", media.publish, methods=["POST"]),
    Route("/{version}/{object_id}/content_publishing_limit", media.quota, methods=["GET"]),
]
ROUTES = [
    *EDGES,
    Route("/{version}/{object_id}/comments", comments.create, methods=["POST"]),
    Route("/{version}/{object_id}/comments", comments.list_of, methods=["GET"]),
    Route("/{version}/{object_id}", media.node, methods=["GET"]),
]
