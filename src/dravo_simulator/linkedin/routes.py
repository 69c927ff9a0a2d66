"""The part of api.linkedin.com and of the upload host that publishing needs."""

from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from dravo_simulator.linkedin import comments, images, posts
from dravo_simulator.linkedin.door import unversioned, versioned

ROUTES = [
    Route("/v2/userinfo", unversioned(comments.userinfo), methods=["GET"]),
    Route("/rest/images", versioned(images.initialize), methods=["POST"]),
    Route("/rest/images/{urn}", versioned(images.show), methods=["GET"]),
    Route("/rest/posts", versioned(posts.create), methods=["POST"]),
    Route("/rest/posts", versioned(posts.find), methods=["GET"]),
    Route("/rest/posts/{urn}", versioned(posts.show), methods=["GET"]),
    Route("/rest/socialActions/{urn}/comments", versioned(comments.create), methods=["POST"]),
    Route("/rest/socialActions/{urn}/comments", versioned(comments.list_of), methods=["GET"]),
]
UPLOAD_ROUTES = [Route("/dms-uploads/{upload_id}/{rest:path}", images.put, methods=["PUT"])]


async def not_found(scope: Scope, receive: Receive, send: Send) -> None:
    body = {"status": 404, "code": "RESOURCE_NOT_FOUND", "message": "No virtual resource found"}
    await JSONResponse(body, 404)(scope, receive, send)
