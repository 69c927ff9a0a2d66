"""The OpenAPI document, where the framework's own says something else than the code does: errors, bodies, credentials."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts

_PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "Why the request was not carried out (RFC 9457).",
    "required": ["type", "title", "status", "code", "detail", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable; to be decided by."},
        "detail": {"type": "string", "description": "A sentence; names the first of `errors`."},
        "errors": {
            "type": "array",
            "maxItems": 100,
            "items": {
                "type": "object",
                "required": ["pointer", "code", "message"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer into the request."},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                    "account_id": {"type": "string"},
                    "platform": {"type": "string"},
                },
            },
        },
        "request_id": {"type": "string"},
    },
}

_SAID = {
    "400": "The request is not valid.",
    "401": "The credential is missing, malformed, unknown, revoked or expired.",
    "403": "The credential lacks the scope.",
    "404": "There is no such thing for this caller.",
    "413": "The body is too large.",
    "415": "The body is of another type, charset or encoding than is read here.",
    "500": "Something went wrong here.",
    "503": "The database, or the environment, is not there now; see `Retry-After`.",
}


def install(app: FastAPI) -> None:
    """Replace the application's document by ours, made at the first request for it."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # the framework's documented way to extend it


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = _PROBLEM
    document["components"]["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "description": "An API key: dra_live_… or dra_test_…"}
    }
    for route, operation in _operations(app, document):
        scope = _scope_of(route.dependant)
        _hoist_body(operation, schemas)
        _correct_errors(route, operation, is_open=scope is None)
        if scope is not None:
            operation["security"] = [{"bearer": []}]
            operation["description"] = f"{operation.get('description', '')}\n\nNeeds the scope `{scope}`.".strip()
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    return document


def _operations(app: FastAPI, document: dict[str, Any]) -> Iterator[tuple[RouteContext, dict[str, Any]]]:
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, APIRoute) and route.include_in_schema:
            for method in route.methods or ():
                yield route, document["paths"][route.path_format][method.lower()]


def _scope_of(dependant: Dependant) -> str | None:
    """The scope that a route asks for, found where `auth.dependencies.requires` has left it."""
    for below in dependant.dependencies:
        scope = getattr(below.call, "__dict__", {}).get("scope") or _scope_of(below)
        if scope is not None:
            return str(scope)
    return None


def _hoist_body(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Move the schema of a body that a route reads by itself to the components, where every other model is."""
    for content in operation.get("requestBody", {}).get("content", {}).values():
        schema = content["schema"]
        if "$ref" in schema or "title" not in schema:
            continue
        for name, model in {**schema.pop("$defs", {}), schema["title"]: schema}.items():
            if schemas.setdefault(name, model) != model:
                raise ValueError(f"two different models are called {name}")
        content["schema"] = {"$ref": f"#/components/schemas/{schema['title']}"}


def _correct_errors(route: RouteContext, operation: dict[str, Any], *, is_open: bool) -> None:
    responses = operation["responses"]
    if "HTTPValidationError" in str(responses.get("422", "")):
        del responses["422"]
    statuses = ["400", "500", "503"]
    if not is_open:
        statuses += ["401", "403"]
    if "{" in (route.path_format or ""):
        statuses.append("404")
    if "requestBody" in operation:
        statuses += ["413", "415"]
    for status in statuses:
        responses.setdefault(status, {"description": _SAID[status]})
    for status, response in responses.items():
        if status[0] in "45":
            response["content"] = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    operation["responses"] = dict(sorted(responses.items()))
