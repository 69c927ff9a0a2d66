"""Every error of every route becomes a problem document; none tells a value that was sent, or how we are made inside."""

from collections.abc import Mapping
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic_core import ErrorDetails
from starlette.exceptions import HTTPException

from dravo.api.routes import allowed_methods
from dravo.kit import log
from dravo.kit.db import DatabaseUnavailable
from dravo.kit.errors import FieldError, Problem, escape, validation_problem
from dravo.kit.storage import StorageUnavailable
from dravo.kit.wording import worded

_log = log.get(__name__)

RETRY_AFTER_SECONDS = "5"


def install(app: FastAPI) -> None:
    """Teach the application to answer errors."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(HTTPException, _http_exception)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(DatabaseUnavailable, _database_unavailable)
    app.add_exception_handler(StorageUnavailable, _storage_unavailable)


def problem_response(problem: Problem, request_id: str) -> JSONResponse:
    return JSONResponse(
        problem.as_json(request_id), problem.status, headers=problem.headers, media_type="application/problem+json"
    )


def unexpected() -> Problem:
    return Problem(
        500,
        "internal_error",
        "Something went wrong here",
        "The request failed on our side; its id helps to find out why.",
    )


def _respond(request: Request, problem: Problem) -> Response:
    return problem_response(problem, request.scope["dravo.request_id"])


async def _problem(request: Request, error: Exception) -> Response:
    return _respond(request, cast("Problem", error))


_OF_STATUS = {
    400: ("validation_error", "The request is not valid", "The request cannot be read."),
    404: ("not_found", "There is no such thing", "There is nothing at this path."),
    413: ("payload_too_large", "The body is too large", "The body is too large."),
    415: ("unsupported_media_type", "The body's type is not read here", "The body's type is not read here."),
}


async def _http_exception(request: Request, error: Exception) -> Response:
    """What the framework itself refuses."""
    refused = cast("HTTPException", error)
    if refused.status_code == 405:
        return _method_not_allowed(request)
    code, title, detail = _OF_STATUS.get(refused.status_code, ("request_refused", "The request was refused", ""))
    if refused.status_code in {413, 415}:
        detail = refused.detail  # our own words, from the guard of the body
    return _respond(request, Problem(refused.status_code, code, title, detail or title, headers=refused.headers))


def _method_not_allowed(request: Request) -> Response:
    allowed = ", ".join(allowed_methods(request.app, request.scope["path"]))
    if request.method == "OPTIONS":
        return Response(status_code=204, headers={"Allow": allowed})
    return _respond(
        request,
        Problem(
            405,
            "method_not_allowed",
            "The path has no such method",
            f"This path takes {allowed}.",
            headers={"Allow": allowed},
        ),
    )


async def _validation_error(request: Request, error: Exception) -> Response:
    """The framework's 422, as a 400 without the input that it would echo."""
    found = [_field_error(details) for details in cast("RequestValidationError", error).errors()]
    return _respond(request, validation_problem(found))


def _field_error(details: Mapping[str, Any]) -> FieldError:
    pointer = "".join(f"/{escape(part)}" for part in details["loc"] if not str(part).startswith("function-"))
    if details["type"] == "extra_forbidden":
        return FieldError(pointer, "unknown_parameter", "unknown parameter")
    return FieldError(pointer, *worded(cast("ErrorDetails", details)))


async def _database_unavailable(request: Request, error: Exception) -> Response:
    _log.warning("database_unavailable", error=str(error))
    said = "Nothing was stored; send the request again in a few seconds."
    if isinstance(error, DatabaseUnavailable) and error.committing and request.method not in {"GET", "HEAD"}:
        said = (
            "The connection broke while the request was being stored, so it may be stored or not. Send it again with the "
            "same Idempotency-Key; without one, look at the list first, or it may be done twice."
        )
    return _respond(
        request,
        Problem(
            503,
            "unavailable",
            "The database cannot be reached",
            said,
            headers={"Retry-After": RETRY_AFTER_SECONDS},
        ),
    )


async def _storage_unavailable(request: Request, error: Exception) -> Response:
    _log.warning("storage_unavailable", error=str(error))
    return _respond(
        request,
        Problem(502, "upstream_error", "The object store failed", "The media storage did not answer; try again."),
    )
