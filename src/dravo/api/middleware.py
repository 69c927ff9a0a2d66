"""Around every request: its id, its log line, its last resort, and the guard of its body. Plain ASGI, nothing buffered."""

import re
import time
import traceback
from collections.abc import Awaitable, Callable

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dravo.api.errors import problem_response, unexpected
from dravo.api.limits import BodyRule, body_rule
from dravo.kit import log
from dravo.kit.errors import not_found
from dravo.kit.ids import new_id

_log = log.get(__name__)

_REQUEST_ID = re.compile(r"[!-~]{1,128}")


class RequestScope:
    """Gives a request its id, and answers what nothing else has answered with a 500 that tells nothing."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        offered = Headers(scope=scope).get("x-request-id", "")
        request_id = offered if _REQUEST_ID.fullmatch(offered) else new_id("req")
        scope["dravo.request_id"] = request_id
        method = scope["method"]
        answer = _Answer(request_id, send, wants_body=method != "HEAD")
        scope = _readable(scope)
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            await self._guarded(scope, receive, answer)
            _log.info(
                "request",
                method=method,
                route=getattr(scope.get("route"), "path", None),
                status=answer.status,
                duration_ms=round((time.perf_counter() - started) * 1000, 1),
            )

    async def _guarded(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        try:
            if "\0" in scope["path"]:  # no path of ours has one, and Postgres refuses it inside an id
                await problem_response(not_found("path"), answer.request_id)(scope, receive, answer.send)
                return
            await self._app(scope, receive, answer.send)
        except ClientDisconnect:
            _log.info("client_disconnected")
        except Exception as error:
            # The frames, without the message: drivers put values into theirs.
            frames = "".join(traceback.format_tb(error.__traceback__))
            _log.error("unexpected_error", error=type(error).__name__, exception=frames)
            if answer.status is not None:
                raise  # the server must cut the connection: half an answer is out
            await problem_response(unexpected(), answer.request_id)(scope, receive, answer.send)


def _readable(scope: Scope) -> Scope:
    """HEAD is GET without its body. Routes that know HEAD themselves (files) are asked as they are."""
    if scope["method"] == "HEAD" and scope["path"].startswith(("/v1/", "/healthz", "/readyz")):
        return {**scope, "method": "GET"}
    return scope


class _Answer:
    """Watches an answer on its way out: names the request in it, and drops the body where only the head was asked for."""

    def __init__(self, request_id: str, send: Send, *, wants_body: bool) -> None:
        self.request_id = request_id
        self.status: int | None = None
        self._send = send
        self._wants_body = wants_body

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            MutableHeaders(scope=message)["X-Request-Id"] = self.request_id
        elif message["type"] == "http.response.body" and not self._wants_body:
            message = {**message, "body": b""}
        await self._send(message)


class BodyGuard:
    """Refuses a body of the wrong type, or of too many bytes, at the moment at which a route reads it.

    Not earlier, so that an unknown path is 404 and a missing credential 401 whatever came with it; and never later, so
    that no more than the limit is ever held. The framework's own limit answers in plain text.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await self._app(scope, _guarded(receive, Headers(scope=scope), body_rule(scope["path"])), send)


def _guarded(receive: Receive, headers: Headers, rule: BodyRule) -> Callable[[], Awaitable[Message]]:
    seen = 0

    async def guarded() -> Message:
        nonlocal seen
        announced = headers.get("content-length", "")
        if (
            rule.max_bytes is not None
            and announced.isascii()
            and announced.isdigit()
            and int(announced) > rule.max_bytes
        ):
            raise _too_large(rule)
        message = await receive()
        if message["type"] != "http.request" or not message.get("body"):
            return message
        if seen == 0 and (reason := _refusal(headers, rule)):
            raise HTTPException(415, reason)
        seen += len(message["body"])
        if rule.max_bytes is not None and seen > rule.max_bytes:
            raise _too_large(rule)
        return message

    return guarded


def _too_large(rule: BodyRule) -> HTTPException:
    return HTTPException(413, f"The body is longer than {rule.max_bytes} bytes.")


def _refusal(headers: Headers, rule: BodyRule) -> str | None:
    """Why a body of this type is not read, or None."""
    accepted = " or ".join(sorted(rule.media_types))
    if headers.get("content-encoding") is not None:
        return "Send the body as it is, without Content-Encoding."
    types = headers.getlist("content-type")
    if len(types) != 1:
        return f"Send the body with one Content-Type: {accepted}."
    media_type, *parameters = (part.strip().lower() for part in types[0].split(";"))
    if media_type not in rule.media_types:
        return f"Send the body as {accepted}."
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset" and value.strip().strip('"') not in {"utf-8", "utf8"}:
            return "Send the body in UTF-8."
    return None
