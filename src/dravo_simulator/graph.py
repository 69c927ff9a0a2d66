"""What the two Graph hosts have in common: version, parameters, token, error envelope, field lists, pages of a list."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from dravo_simulator.store import JSON
from dravo_simulator.wire import NotJSON, Refusal, bearer, content_type, is_live, json_object, parse, world_of
from dravo_simulator.world import Account, World, rfc3339

VERSIONS = {"v21.0", "v22.0", "v23.0", "v24.0", "v25.0", "v26.0"}
"""Alive in November 2026 (changelog page of 2026-10-29); one newer exists whose number is not certain."""
MOST_PER_PAGE = 100
Item = TypeVar("Item")


def refusal(
    world: World,
    code: int,
    message: str,
    *,
    subcode: int | None = None,
    status: int = 400,
    kind: str = "OAuthException",
) -> Refusal:
    """The error envelope; most errors come as 400, those of tokens too (Error handling guide)."""
    error: JSON = {"message": f"(#{code}) {message}", "type": kind, "code": code}
    if subcode is not None:
        error["error_subcode"] = subcode
    error["is_transient"] = code in {1, 2}
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
    files: dict[str, bytes]

    def allow(self, *names: str) -> None:
        """Refuses what the edge does not know, when the switch says so."""
        unknown = sorted((set(self.parameters) | set(self.files)) - set(names))
        if unknown and self.world.settings.strict_parameters:
            raise self.invalid(f"Unknown parameter: {unknown[0]}")

    def need(self, *scopes: str) -> None:
        missing = [scope for scope in scopes if scope not in self.account.scopes]
        if missing:
            code = 10 if self.account.network == "instagram" else 200
            raise refusal(self.world, code, f"The permission {missing[0]} is missing", status=403)

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
    world = world_of(request)
    version = request.path_params["version"]
    if version not in VERSIONS:
        raise refusal(world, 2500, f"Unknown path components: /{version}")
    parameters: JSON = dict(request.query_params)
    files: dict[str, bytes] = {}
    if request.method == "POST":
        await _read_body(request, parameters, files)
    token = bearer(request) or parameters.get("access_token")
    parameters.pop("access_token", None)
    return Call(world, _account(world, token, networks), parameters, files)


async def _read_body(request: Request, parameters: JSON, files: dict[str, bytes]) -> None:
    kind = content_type(request)
    if kind == "application/json":
        try:
            parameters |= await json_object(request)
        except NotJSON as broken:
            raise refusal(world_of(request), 100, "The body is not a JSON object") from broken
    elif kind in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        async with request.form() as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    files[name] = await value.read()
                else:
                    parameters[name] = value


def _account(world: World, token: Any, networks: Sequence[str]) -> Account:
    if not isinstance(token, str) or not token:
        raise refusal(world, 2500, "An active access token must be used")
    found = [world.account(network, by="token", value=token) for network in ("facebook", "instagram")]
    account = next((account for account in found if account is not None), None)
    if account is None:
        raise refusal(world, 190, "Invalid OAuth access token")
    if not is_live(account, world):
        raise refusal(world, 190, "The session of this access token has expired", subcode=463)
    if account.network not in networks:
        if networks == ("facebook",):
            raise refusal(world, 190, "A Page access token is required", subcode=2069032)
        raise refusal(world, 190, "Invalid OAuth access token")
    return account


def listing(call: Call, items: list[Item], identity: list[str]) -> tuple[list[Item], JSON]:
    """One page of a list by ``limit`` and ``after``, and its cursors."""
    limit = int(call.number("limit") or 25)
    if not 1 <= limit <= MOST_PER_PAGE:
        raise call.invalid("Param limit must be between 1 and 100")
    after = call.text("after")
    start = identity.index(after) + 1 if after in identity else 0
    page, names = items[start : start + limit], identity[start : start + limit]
    if not page:
        return [], {}
    cursors = {"cursors": {"before": names[0], "after": names[-1]}}
    return page, {"paging": cursors}


def select(call: Call, node: JSON, fields: list[str]) -> JSON:
    """The node cut down to the fields asked for; ``id`` always comes along, empty ones never."""
    unknown = [name for name in fields if name not in node]
    if unknown:
        raise call.invalid(f"Tried accessing nonexisting field ({unknown[0]})")
    return {name: value for name, value in node.items() if (name in fields or name == "id") and value is not None}


def facebook_time(moment: float) -> str:
    return rfc3339(moment)[:19] + "+0000"


def answer(body: JSON) -> Response:
    return JSONResponse(body, headers={"facebook-api-version": "v26.0"})


async def unknown_path(scope: Scope, receive: Receive, send: Send) -> None:
    error = {"message": f"Unknown path components: {scope['path']}", "type": "OAuthException", "code": 2500}
    await JSONResponse({"error": error | {"fbtrace_id": "A"}}, 400)(scope, receive, send)
