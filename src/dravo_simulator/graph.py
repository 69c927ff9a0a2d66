"""What the two Graph hosts have in common: version, parameters, token, error envelope, field lists."""

import re
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from dravo_simulator import graph_versions
from dravo_simulator.addressed import OBJECTS
from dravo_simulator.blobs import CHUNK_BYTES, Received
from dravo_simulator.grants import Grant
from dravo_simulator.graph_host import note_of, usage
from dravo_simulator.hosts import split
from dravo_simulator.meta_oauth import errors
from dravo_simulator.meta_oauth.bearers import death_of, instagram_reached
from dravo_simulator.meta_oauth.issue import kind_of
from dravo_simulator.meta_oauth.people import tasks_of
from dravo_simulator.store import JSON
from dravo_simulator.wire import NotJSON, Refusal, content_type, json_object, parse, world_of
from dravo_simulator.world import Account, World, rfc3339

TRANSIENT = {1, 2, 6001}
FULL_PERCENT = 100
OF_APP = {4, 341}
"""Codes of a throttle that say that the app's quota is used up; the others are a user's or an account's (Rate limits page)."""


def refusal(
    world: World,
    code: int,
    message: str,
    *,
    subcode: int | None = None,
    status: int = 400,
    kind: str = "OAuthException",
    title: str | None = None,
    data: JSON | None = None,
) -> Refusal:
    """The error envelope; most errors come as 400, those of tokens too (Error handling guide).

    With a ``title``, a person is told as well: it and the message are ``error_user_title`` and ``error_user_msg``.
    """
    error: JSON = {"message": f"(#{code}) {message}", "type": kind, "code": code}
    if subcode is not None:
        error["error_subcode"] = subcode
    error["is_transient"] = code in TRANSIENT
    if title is not None:
        error |= {"error_user_title": title, "error_user_msg": message}
    if data is not None:
        error["error_data"] = data
    error["fbtrace_id"] = world.token("A")[:23]
    return Refusal(JSONResponse({"error": error}, status))


def no_such_object(world: World, object_id: str, method: str) -> Refusal:
    return refusal(
        world,
        100,
        f"Unsupported {method.lower()} request. Object {object_id!r} does not exist, cannot be loaded or lacks this edge",
        subcode=33,
        kind="GraphMethodException",
    )


@dataclass(frozen=True)
class Call:
    """One call: whose token, which parameters (query, then body), which files."""

    world: World
    account: Account
    parameters: JSON
    files: dict[str, Received]
    """Files of a multipart body, on disk: `take` one, or it is discarded when the call is over."""

    def allow(self, *names: str) -> None:
        """Refuses what the edge does not know, when the switch says so."""
        unknown = sorted((set(self.parameters) | set(self.files)) - set(names))
        if unknown and self.world.settings.strict_parameters:
            raise self.invalid(f"Unknown parameter: {unknown[0]}")

    def need(self, *scopes: str) -> None:
        missing = [scope for scope in scopes if scope not in self.account.scopes]
        if missing:
            # A read that is not allowed is (#10), a write (#200) (Error handling guide).
            code = 10 if self.account.network == "instagram" or missing == ["pages_read_engagement"] else 200
            raise refusal(self.world, code, f"The permission {missing[0]} is missing", status=403)

    def need_task(self, task: str) -> None:
        """What the person behind the token must be allowed to do on the Page."""
        if task not in tasks_of(self.account):
            raise refusal(
                self.world, 1, "The person viewing has not the Page permission that this needs", subcode=2853006
            )

    def take(self, name: str) -> Received | None:
        """A file that was sent along; whoever takes it keeps it or discards it."""
        return self.files.pop(name, None)

    def invalid(self, message: str, subcode: int | None = None) -> Refusal:
        return refusal(self.world, 100, message, subcode=subcode)

    def text(self, name: str) -> str | None:
        value = self.parameters.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise self.invalid(f"Param {name} must be a string")
        return str(value)

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.parameters.get(name, default)
        known = {True: True, "true": True, "1": True, False: False, "false": False, "0": False}
        if not isinstance(value, bool | str) or value not in known:
            raise self.invalid(f"Param {name} must be a boolean")
        return known[value]

    def number(self, name: str) -> float | None:
        text = self.text(name)
        if text is not None and not (text.isdecimal() and len(text) <= 15):
            raise self.invalid(f"Param {name} must be an integer")
        return None if text is None else int(text)

    def structure(self, name: str) -> Any:
        """A list or map: native in a JSON body, a JSON text everywhere else."""
        value = self.parameters.get(name)
        if not isinstance(value, str):
            return value
        try:
            return parse(value)
        except NotJSON as broken:
            raise self.invalid(f"Param {name} must be JSON") from broken

    def fields(self, default: Iterable[str]) -> list[str]:
        """The names asked for with ``fields=``, without the nested ones."""
        given = self.text("fields")
        return list(default) if given is None else top_level_names(given)


def top_level_names(fields: str) -> list[str]:
    names, depth = [""], 0
    for character in fields:
        depth += {"{": 1, "(": 1, "}": -1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            names.append("")
        else:
            names[-1] += character
    return [re.split(r"[{.(]", name.strip())[0] for name in names if name.strip()]


async def read(request: Request, *networks: str) -> Call:
    """Checks version and token and gathers the parameters, wherever they were put."""
    check_version(request)
    world = world_of(request)
    parameters: JSON = dict(request.query_params)
    files = note_of(request.scope).files
    if request.method == "POST":
        await _read_body(request, parameters, files)
    account = account_of(request, token_of(request, parameters), networks)
    parameters.pop("access_token", None)
    return Call(world, account, parameters, files)


def check_version(request: Request) -> None:
    """Notes which version answers; a version that never was is no path."""
    world, asked = world_of(request), request.path_params["version"]
    version = graph_versions.used(world, asked)
    if version is None:
        raise refusal(world, 2500, f"Unknown path components: /{asked}")
    note_of(request.scope).version = version


def token_of(request: Request, parameters: JSON) -> Any:
    """Of the header, in either of its two spellings, or of the parameters."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme in {"Bearer", "OAuth"} and token else parameters.get("access_token")


def live_grant(world: World, token: Any) -> Grant:
    """What an access token of Meta may do. Refuses none, an unknown one and a dead one."""
    if not isinstance(token, str) or not token:
        raise refusal(world, 2500, "An active access token must be used to query information about the current user.")
    grant = world.grant_of("facebook", token) or world.grant_of("instagram", token)
    if grant is None:
        raise refusal(world, 190, "Invalid OAuth access token - Cannot parse access token")
    death = death_of(world, grant)
    if death is not None:
        raise refusal(world, 190, death.message, subcode=death.subcode)
    return grant


def account_of(request: Request, token: Any, networks: Sequence[str]) -> Account:
    """The account that a call is made as: a Page by a token of its own, an Instagram account by its own or its Page's."""
    world = world_of(request)
    grant = live_grant(world, token)
    of_instagram = split(request.scope["path"])[0] == "graph.instagram.com"
    if (kind_of(grant) == "instagram") != of_instagram:
        raise refusal(world, 190, "Invalid OAuth access token - Cannot parse access token")
    account: Account | None
    if "instagram" in networks:
        account = _meant(request, instagram_reached(world, grant))
        if account is None:
            raise no_such_object(world, str(request.path_params["object_id"]), request.method)
    else:
        if kind_of(grant) != "page":
            raise refusal(world, 190, "A Page access token is required for this call", subcode=2069032)
        account = world.account("facebook", by="token", value=grant.token)
        assert account is not None, "a Page's token stands for its Page"
    _count(request, account)
    return account


def _meant(request: Request, reached: list[Account]) -> Account | None:
    """The account of the path, or that of the object in it; else the only one there is, or the first."""
    object_id = str(request.path_params["object_id"])
    store = world_of(request).store
    objects = [store.get("instagram", kind, object_id) for kind in OBJECTS["instagram"]]
    owners = {object_id, *(found.account for found in objects if found is not None)}
    named = [account for account in reached if account.id in owners]
    return next(iter([*named, *reached]), None)


def _count(request: Request, account: Account) -> None:
    """Notes whose quota this call uses, and refuses it when none is left. A 100 in the headers is the end."""
    world, note = world_of(request), note_of(request.scope)
    note.account, note.network = account.id, account.network
    if world.settings.graph_account_usage >= FULL_PERCENT:
        raise throttled(world, account.network, account.id, world.settings.graph_regain_minutes)
    if world.settings.graph_app_usage >= FULL_PERCENT:
        raise refusal(world, 4, "Application request limit reached")


def throttled(world: World, network: str, account: str, minutes: int, code: int | None = None) -> Refusal:
    """Meta answers 400 and tells the minutes in the account's usage header (Rate limits page, read 2026-09-11).

    The app's header is full only where the code says that the app is.
    """
    code = code or {"facebook": 80001, "instagram": 80002}[network]
    refused = refusal(world, code, "There have been too many calls to this account. Wait a bit and try again")
    of_app = FULL_PERCENT if code in OF_APP else None
    told = usage(world, account, network, minutes=minutes, of_app=of_app, of_account=FULL_PERCENT)
    refused.response.headers.update(told)
    return refused


async def _read_body(request: Request, parameters: JSON, files: dict[str, Received]) -> None:
    kind = content_type(request)
    world = world_of(request)
    if kind == "application/json":
        try:
            parameters |= await json_object(request)
        except NotJSON as broken:
            raise refusal(world, 100, "The body is not a JSON object") from broken
    elif kind in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        try:
            async with request.form() as form:
                for name, value in form.multi_items():
                    if isinstance(value, UploadFile):
                        files[name] = await world.store.blobs.receive(_pieces(value))
                    else:
                        parameters[name] = value
        except HTTPException as broken:
            raise refusal(world, 100, "The body cannot be read") from broken


async def _pieces(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(CHUNK_BYTES):
        yield chunk


def select(call: Call, node: JSON, fields: list[str]) -> JSON:
    """The node cut down to the fields asked for; ``id`` always comes along, empty ones never."""
    unknown = [name for name in fields if name not in node]
    if unknown:
        raise call.invalid(f"Tried accessing nonexisting field ({unknown[0]})")
    return {name: value for name, value in node.items() if (name in fields or name == "id") and value is not None}


def facebook_time(moment: float) -> str:
    return rfc3339(moment)[:19] + "+0000"


def answer(body: JSON) -> Response:
    return JSONResponse(body)


async def unknown_path(scope: Scope, receive: Receive, send: Send) -> None:
    _, path = split(scope["path"])
    refused = errors.refusal(world_of(Request(scope)), 2500, f"Unknown path components: {path}")
    await refused.response(scope, receive, send)
