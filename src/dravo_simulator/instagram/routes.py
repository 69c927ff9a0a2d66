"""The part of Instagram's API that publishing needs: the same paths on both Graph hosts, and the host for bytes."""

from starlette.routing import Route

from dravo_simulator.instagram import comments, containers, media, publishing, resumable

EDGES = [
    Route("/{version}/{object_id}/media", containers.create, methods=["POST"]),
    Route("/{version}/{object_id}/media", media.list_of, methods=["GET"]),
    Route("/{version}/{object_id}/stories", media.stories, methods=["GET"]),
    Route("/{version}/{object_id}/media_publish", publishing.publish, methods=["POST"]),
    Route("/{version}/{object_id}/content_publishing_limit", publishing.quota, methods=["GET"]),
    Route("/{version}/{object_id}/collaborators", media.collaborators, methods=["GET"]),
]
ROUTES = [
    *EDGES,
    Route("/{version}/{object_id}/comments", comments.create, methods=["POST"]),
    Route("/{version}/{object_id}/comments", comments.list_of, methods=["GET"]),
    Route("/{version}/{object_id}", media.node, methods=["GET"]),
    Route("/{version}/{object_id}", media.delete, methods=["DELETE"]),
]
UPLOAD_ROUTES = [Route("/ig-api-upload/{version}/{object_id}", resumable.upload, methods=["POST"])]
