"""What the application knows of its own routes: which methods a path takes, and which query parameters a route."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import ParamTypes
from fastapi.routing import APIRoute, iter_route_contexts

from dravo.kit.errors import FieldError, escape, validation_problem


def allowed_methods(app: FastAPI, path: str) -> list[str]:
    """The methods that some route takes at this path; HEAD beside GET, and OPTIONS, which tells them."""
    methods: set[str] = set()
    for route in iter_route_contexts(app.routes):
        if route.path_regex.match(path):
            methods |= route.methods or set()
    if "GET" in methods:
        methods.add("HEAD")
    return sorted(methods | {"OPTIONS"})


def query_names(app: FastAPI) -> dict[Callable[..., Any], list[str]]:
    """The query parameters that each endpoint knows; made once, when all routes are there."""
    return {
        route.endpoint: [
            field.alias
            for field in get_flat_params(route.dependant)
            if getattr(field.field_info, "in_", ParamTypes.query) is ParamTypes.query
        ]
        for route in iter_route_contexts(app.routes)
        if isinstance(route.original_route, APIRoute) and route.endpoint is not None
    }


async def known_query(request: Request) -> None:
    """Refuse query parameters that the route does not know, or that are there twice. Raises Problem 400.

    Under /v1 only: media addresses and probes are called by programs that add parameters of their own.
    """
    if not request.url.path.startswith("/v1/"):
        return
    known: list[str] = request.app.state.query_names[request.scope["endpoint"]]
    seen: set[str] = set()
    errors = []
    for name, _ in request.query_params.multi_items():
        pointer = f"/query/{escape(name)}"
        if name not in known:
            say = f"unknown parameter; known are {', '.join(known)}" if known else "this call takes no parameters"
            errors.append(FieldError(pointer, "unknown_parameter", say))
        elif name in seen:
            errors.append(FieldError(pointer, "repeated", "must be there once"))
        seen.add(name)
    if errors:
        raise validation_problem(errors)
