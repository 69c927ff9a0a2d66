import hashlib
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from dravo.api.app import create_app
from dravo.auth.service import create_key
from dravo.kit.storage import Storage, StorageUnavailable
from dravo.media import upload
from dravo.models.media import MediaAsset
from dravo.resources import Resources
from support import media

BOUNDARY = "limit"


def part(body: bytes, name: str = "file", filename: str | None = "a.png") -> bytes:
    named = f'form-data; name="{name}"' + ("" if filename is None else f'; filename="{filename}"')
    return f"--{BOUNDARY}\r\nContent-Disposition: {named}\r\n\r\n".encode() + body + b"\r\n"


async def sent(client: httpx.AsyncClient, body: bytes | AsyncIterator[bytes], **headers: str) -> httpx.Response:
    content_type = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    return await client.post("/v1/media", content=body, headers=content_type | headers)


def whole(*parts: bytes) -> bytes:
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def said(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem document of an answer that must be this one."""
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code), problem
    return problem


async def test_a_picture_becomes_an_asset(
    client: httpx.AsyncClient, resources: Resources, workspace: str, stock: Any
) -> None:
    body = media.picture("PNG")
    answer = await client.post("/v1/media", files={"file": ("holiday.exe", body, "text/html")})
    assert answer.status_code == 201
    view = answer.json()
    assert view == {
        "id": view["id"],
        "public_url": f"http://127.0.0.1:8800/u/{view['id']}.png",
        "kind": "image",
        "content_type": "image/png",
        "size_bytes": len(body),
        "width": 40,
        "height": 30,
        "duration_ms": None,
        "status": "ready",
        "created_at": view["created_at"],
        "expires_at": view["expires_at"],
    }
    assert view["id"].startswith("media_")
    assert view["created_at"].endswith("Z")
    kept = datetime.fromisoformat(view["expires_at"]) - datetime.fromisoformat(view["created_at"])
    assert kept == timedelta(days=60)
    assert "holiday" not in answer.text
    async with resources.db.transaction() as session:
        row = (await session.scalars(select(MediaAsset))).one()
    assert (row.workspace_id, row.environment, row.sha256) == (workspace, "live", hashlib.sha256(body).hexdigest())
    assert row.storage_key == f"live/{workspace}/{row.id}"
    assert [path.read_bytes() for path in stock.files()] == [body]


async def test_a_video_that_was_spooled_to_disk_becomes_an_asset(client: httpx.AsyncClient, stock: Any) -> None:
    free = (8_000_000).to_bytes(4, "big") + b"free" + bytes(8_000_000 - 8)
    body = media.video("mp4", "libx264") + free
    view = (await client.post("/v1/media", files={"file": ("a.mp4", body)})).json()
    assert (view["kind"], view["content_type"], view["size_bytes"]) == ("video", "video/mp4", len(body))
    assert (view["width"], view["height"], view["duration_ms"]) == (64, 48, 1500)
    assert [path.read_bytes() == body for path in stock.files()] == [True]


@pytest.mark.parametrize(
    "body",
    [
        whole(),
        whole(part(b"x", "other")),
        whole(part(b"x"), part(b"x")),
        whole(part(media.picture("PNG")), part(b"x", "extra", None)),
        whole(part(b"x", filename=None)),
        part(media.picture("PNG")),
        b"no multipart at all",
        b"",
    ],
    ids=["none", "other-name", "twice", "a-field-too", "no-file-name", "cut-short", "garbage", "empty-body"],
)
async def test_anything_but_one_part_named_file_is_refused(client: httpx.AsyncClient, stock: Any, body: bytes) -> None:
    said(await sent(client, body), 400, "validation_error")
    assert await stock.is_empty()


async def test_an_empty_file_is_refused(client: httpx.AsyncClient, stock: Any) -> None:
    problem = said(await sent(client, whole(part(b""))), 400, "validation_error")
    assert problem["errors"] == [
        {"pointer": "/file", "code": "empty_file", "message": "is empty; send the bytes of a picture or video"}
    ]
    assert await stock.is_empty()


async def test_an_unknown_type_is_refused_without_naming_the_file(client: httpx.AsyncClient, stock: Any) -> None:
    answer = await client.post("/v1/media", files={"file": ("secret.png", b"<html>", "image/png")})
    assert "secret" not in said(answer, 415, "unsupported_media_type")["detail"]
    assert await stock.is_empty()


@pytest.mark.parametrize(
    ("body", "code"),
    [(media.picture("JPEG")[:300], "damaged_file"), (media.png_that_claims(20_000, 20_000), "too_many_pixels_file")],
)
async def test_a_damaged_file_or_a_bomb_is_refused(
    client: httpx.AsyncClient, stock: Any, body: bytes, code: str
) -> None:
    problem = said(await client.post("/v1/media", files={"file": ("a.jpg", body)}), 400, "validation_error")
    assert problem["errors"][0]["code"] == code
    assert await stock.is_empty()


@pytest.mark.parametrize("content_type", ["application/json", "image/png", "application/x-www-form-urlencoded", ""])
async def test_what_is_not_multipart_is_refused(client: httpx.AsyncClient, stock: Any, content_type: str) -> None:
    answer = await client.post("/v1/media", content=b'{"source_url": "x"}', headers={"Content-Type": content_type})
    said(answer, 415, "unsupported_media_type")
    assert await stock.is_empty()


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Encoding": "gzip"},
        {"Content-Type": f"multipart/form-data; charset=utf-16; boundary={BOUNDARY}"},
    ],
)
async def test_a_content_encoding_or_another_charset_is_refused(
    client: httpx.AsyncClient, stock: Any, headers: dict[str, str]
) -> None:
    said(await sent(client, whole(part(media.picture("PNG"))), **headers), 415, "unsupported_media_type")
    assert await stock.is_empty()


async def test_a_multipart_type_without_a_boundary_is_refused(client: httpx.AsyncClient) -> None:
    answer = await sent(client, whole(part(b"x")), **{"Content-Type": "multipart/form-data"})
    said(answer, 400, "validation_error")


async def test_a_body_that_announces_too_much_is_not_read(client: httpx.AsyncClient, stock: Any) -> None:
    asked: list[bool] = []

    async def body() -> AsyncIterator[bytes]:
        asked.append(True)
        yield b"x"

    length = str(upload.MAX_BODY_BYTES + 1)
    said(await sent(client, body(), **{"Content-Length": length}), 413, "payload_too_large")
    assert asked == []
    assert await stock.is_empty()


async def test_a_body_without_a_length_is_cut_off_at_the_limit(
    client: httpx.AsyncClient, stock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload, "MAX_BODY_BYTES", 3_000_000)
    given = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal given
        yield part(b"x")[:-3]
        while True:
            given += 1
            yield bytes(1_000_000)

    said(await sent(client, endless()), 413, "payload_too_large")
    assert given == 3
    assert await stock.is_empty()


async def test_a_file_just_over_the_limit_is_too_large(
    client: httpx.AsyncClient, stock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = media.picture("PNG")
    monkeypatch.setattr(upload, "MAX_FILE_BYTES", len(body))
    assert (await sent(client, whole(part(body)))).status_code == 201
    monkeypatch.setattr(upload, "MAX_FILE_BYTES", len(body) - 1)
    said(await sent(client, whole(part(body))), 413, "payload_too_large")
    assert await stock.rows() == 1


async def test_a_key_without_the_scope_stores_nothing(resources: Resources, workspace: str, stock: Any) -> None:
    async with resources.db.transaction() as session:
        _, key = await create_key(session, workspace, "live", "Posts", ["posts:write"])
    transport = httpx.ASGITransport(create_app(resources))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8800") as anyone:
        said(await sent(anyone, whole(part(b"x"))), 401, "invalid_credentials")
        bearer = {"Authorization": f"Bearer {key}"}
        said(await sent(anyone, whole(part(b"x")), **bearer), 403, "insufficient_scope")
    assert await stock.is_empty()


async def test_a_storage_that_fails_is_an_upstream_error_and_leaves_no_row(
    client: httpx.AsyncClient, stock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise StorageUnavailable("Generic")

    monkeypatch.setattr(Storage, "put_stream", broken)
    said(await sent(client, whole(part(media.picture("PNG")))), 502, "upstream_error")
    assert await stock.rows() == 0


async def test_the_document_shows_a_multipart_file_and_the_refusals(client: httpx.AsyncClient) -> None:
    operation = (await client.get("/openapi.json")).json()["paths"]["/v1/media"]["post"]
    schema = operation["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert schema["required"] == ["file"]
    assert {"201", "400", "401", "403", "413", "415", "502", "503"} <= operation["responses"].keys()
