"""The part of api.linkedin.com and www.linkedin.com that publishing needs."""

from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from dravo_simulator.linkedin import (
    authorization,
    comments,
    documents,
    identity,
    images,
    posts,
    standing,
    tokens,
    video_parts,
    videos,
)
from dravo_simulator.linkedin.door import unversioned, versioned

COMMENTS = "/rest/socialActions/{urn}/comments"
ROUTES = [
    Route("/v2/userinfo", unversioned(identity.userinfo), methods=["GET"]),
    Route("/rest/organizationAcls", versioned(identity.organization_acls, "FINDER", named=False), methods=["GET"]),
    Route("/rest/images", versioned(images.initialize, "ACTION"), methods=["POST"]),
    Route("/rest/images/{urn}", versioned(images.show, "GET"), methods=["GET"]),
    Route("/rest/videos", versioned(videos.act, "ACTION"), methods=["POST"]),
    Route("/rest/videos/{urn}", versioned(videos.show, "GET"), methods=["GET"]),
    Route("/rest/documents", versioned(documents.initialize, "ACTION"), methods=["POST"]),
    Route("/rest/documents/{urn}", versioned(documents.show, "GET"), methods=["GET"]),
    Route("/rest/posts", versioned(posts.create, "CREATE"), methods=["POST"]),
    Route("/rest/posts", versioned(standing.find, "FINDER"), methods=["GET"]),
    Route("/rest/posts/{urn}", versioned(standing.show, "GET"), methods=["GET"]),
    Route("/rest/posts/{urn}", versioned(standing.edit, "PARTIAL_UPDATE"), methods=["POST"]),
    Route("/rest/posts/{urn}", versioned(standing.delete, "DELETE"), methods=["DELETE"]),
    Route(COMMENTS, versioned(comments.create, "CREATE"), methods=["POST"]),
    Route(COMMENTS, versioned(comments.list_of, "GET_ALL"), methods=["GET"]),
    Route(COMMENTS + "/{comment_id}", versioned(comments.show, "GET"), methods=["GET"]),
    Route(COMMENTS + "/{comment_id}", versioned(comments.delete, "DELETE", named=False), methods=["DELETE"]),
]
UPLOAD_ROUTES = [
    Route("/oauth/v2/authorization", authorization.authorize, methods=["GET", "POST"]),
    Route("/oauth/v2/accessToken", tokens.access_token, methods=["POST"]),
    Route("/oauth/v2/introspectToken", tokens.introspect_token, methods=["POST"]),
    Route("/dms-uploads/{upload_id}/uploaded-image/0", images.put, methods=["PUT"]),
    Route("/dms-uploads/{upload_id}/uploaded-document/0", documents.put, methods=["PUT"]),
    Route("/dms-uploads/{upload_id}/uploaded-video/{number:int}", video_parts.put, methods=["PUT"]),
    Route("/dms-uploads/{upload_id}/uploaded-thumbnail/0", video_parts.put_thumbnail, methods=["PUT"]),
    Route("/dms-uploads/{upload_id}/uploaded-captions/0", video_parts.put_captions, methods=["PUT"]),
]


async def not_found(scope: Scope, receive: Receive, send: Send) -> None:
    body = {"status": 404, "code": "RESOURCE_NOT_FOUND", "message": "No virtual resource found"}
    await JSONResponse(body, 404)(scope, receive, send)
