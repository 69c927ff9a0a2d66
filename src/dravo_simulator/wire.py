"""What every network's door needs: the world behind a request, tokens, bodies, pictures."""

import base64
import binascii
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import parse_qsl, unquote

from PIL import Image, UnidentifiedImageError
from starlette.requests import Request
from starlette.responses import Response

from dravo_simulator.probe import PICTURES
from dravo_simulator.store import JSON
from dravo_simulator.world import Account, World


class Refusal(Exception):
    """The network says no, in its own words."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.response = response


class NotJSON(ValueError):
    """The body is not a JSON object."""


@dataclass(frozen=True)
class Picture:
    """What the bytes of an image say about themselves."""

    content_type: str
    width: int
    height: int
    frames: int


def world_of(request: Request) -> World:
    return cast("World", request.app.state.world)


def origin(request: Request) -> str:
    """The simulator's own origin as this caller sees it; URLs that a network hands out start with it."""
    return f"{request.url.scheme}://{request.url.netloc}"


def bearer(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme == "Bearer" and token else None


def is_live(account: Account, world: World) -> bool:
    return account.expires_at is None or account.expires_at > world.now()


def basic(request: Request) -> tuple[str, str] | None:
    """Name and password of an ``Authorization: Basic`` header, URL-decoded as OAuth has them."""
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme != "Basic":
        return None
    try:
        name, colon, password = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (unquote(name), unquote(password)) if colon else None


async def form_fields(request: Request) -> dict[str, str]:
    """A urlencoded body, each name once; empty when the body is something else."""
    if content_type(request) != "application/x-www-form-urlencoded":
        return {}
    return dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))


def content_type(request: Request) -> str:
    """The media type without its parameters, in lower case."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def parse(text: str | bytes) -> Any:
    """JSON whose texts are real Unicode: half a surrogate pair could be kept but never shown. Raises NotJSON."""
    try:
        value = json.loads(text)
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as broken:
        raise NotJSON(type(broken).__name__) from broken
    return value


async def json_object(request: Request) -> JSON:
    """The body as a JSON object. Raises NotJSON."""
    body = parse(await request.body())
    if not isinstance(body, dict):
        raise NotJSON("not an object")
    return body


def look_at_picture(content: bytes) -> Picture | None:
    """Reads an image by its bytes, never by its name; None when they are no image known here."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            kind = PICTURES.get(image.format or "")
            if kind is None:
                return None
            return Picture(kind, image.width, image.height, int(getattr(image, "n_frames", 1)))
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return None


def utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def problems(errors: list[Any]) -> Iterator[tuple[str, str, str]]:
    """(path, kind, message) of each thing pydantic found."""
    for error in errors:
        yield ".".join(str(part) for part in error["loc"]), str(error["type"]), str(error["msg"])
