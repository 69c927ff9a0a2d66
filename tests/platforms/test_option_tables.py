"""The option models, the documents and the wire know the same options."""

import json
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from dravo.kit.http import NetworkHttp, Reply, Request
from dravo.platforms.base import Profile, PublishJob
from dravo.platforms.media import Details, Medium
from dravo.platforms.registry import PLATFORMS
from platforms.memory_run import MemoryRun
from platforms.option_tables import PAGE, TABLES, Row

DOCUMENTS = Path(__file__).parents[2] / "docs" / "platforms"
each_network = pytest.mark.parametrize("network", TABLES)
each_row = pytest.mark.parametrize(
    ("network", "row"),
    [(network, row) for network, rows in TABLES.items() for row in rows],
    ids=[f"{network}-{row.path}" for network, rows in TABLES.items() for row in rows],
)


def paths(model: type[BaseModel], before: str = "") -> Iterator[str]:
    """Every option by its path; an object of options is its members."""
    for name, field in model.model_fields.items():
        inner = [kind for kind in (field.annotation, *get_args(field.annotation)) if _is_model(kind)]
        if inner:
            for kind in inner:
                yield from paths(kind, f"{before}{name}.")
        else:
            yield before + name


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


@each_network
def test_every_option_has_a_row_and_every_row_an_option(network: str) -> None:
    assert sorted(paths(PLATFORMS[network].options)) == sorted(row.path for row in TABLES[network])


@each_network
def test_every_option_is_in_the_networks_document(network: str) -> None:
    document = (DOCUMENTS / f"{network}.md").read_text()
    options = document.partition("## Options")[2].partition("\n## ")[0]
    documented = re.findall(r"^\| `([a-z_.]+)` \|", options, re.MULTILINE)
    assert sorted(documented) == sorted(paths(PLATFORMS[network].options))


@each_row
async def test_an_option_goes_over_the_wire_in_its_field(network: str, row: Row) -> None:
    http = Recording()
    media = [picture(index) for index in range(row.media)]
    await PLATFORMS[network].adapter.publish(job_of(network, row.options(), media), MemoryRun(http=http))
    posted, commented = http.bodies()
    assert row.wire(commented if row.comments else posted) == row.sent_as(row.value)


WITH_ANY_MEDIUM = [
    (network, row, medium)
    for network, rows in TABLES.items()
    for row in rows
    for medium in ("none", "picture", "pictures", "gif", "video")
    if not row.path.startswith(("poll", "article", "alt_texts"))
]


@pytest.mark.parametrize(
    ("network", "row", "medium"),
    WITH_ANY_MEDIUM,
    ids=[f"{net}-{row.path}-{kind}" for net, row, kind in WITH_ANY_MEDIUM],
)
async def test_an_option_goes_over_the_wire_with_every_kind_of_medium(network: str, row: Row, medium: str) -> None:
    http = Recording()
    await PLATFORMS[network].adapter.publish(job_of(network, row.options(), MEDIA[medium]), MemoryRun(http=http))
    posted, commented = http.bodies()
    assert row.wire(commented if row.comments else posted) == row.sent_as(row.value)
    assert bool(posted.get("media") or posted.get("content")) == bool(MEDIA[medium])


async def test_one_alt_text_goes_with_one_picture_and_none_with_a_video() -> None:
    for medium, expected in (("picture", "A dashboard"), ("video", None)):
        http = Recording()
        made = job_of("linkedin", {"alt_texts": ["A dashboard"]}, MEDIA[medium])
        await PLATFORMS["linkedin"].adapter.publish(made, MemoryRun(http=http))
        assert http.bodies()[0]["content"]["media"].get("altText") == expected


ALWAYS_SENT = {"author", "visibility", "disable_reshare"}
"""LinkedIn wants these in every body: left out, they are sent with their defaults."""


@pytest.mark.parametrize(
    ("network", "row"),
    [(network, row) for network, rows in TABLES.items() for row in rows if row.path not in ALWAYS_SENT],
    ids=[f"{network}-{row.path}" for network, rows in TABLES.items() for row in rows if row.path not in ALWAYS_SENT],
)
async def test_an_option_that_is_left_out_is_not_on_the_wire(network: str, row: Row) -> None:
    http = Recording()
    profile = Profile("815", "handle", {"author_urn": "urn:li:person:815"})
    job: PublishJob[BaseModel] = PublishJob("Hello", [], PLATFORMS[network].options(), profile)
    await PLATFORMS[network].adapter.publish(job, MemoryRun(http=http))
    posted, commented = http.bodies()
    with pytest.raises((KeyError, TypeError)):
        row.wire(commented if row.comments else posted)


def job_of(network: str, options: dict[str, Any], media: Sequence[Medium]) -> PublishJob[BaseModel]:
    return PublishJob(
        text="Hello",
        media=media,
        options=PLATFORMS[network].options.model_validate(options),
        profile=Profile("815", "handle", {"organizations": [PAGE], "author_urn": "urn:li:person:815"}),
        attachments={"thumbnail": picture(0)},
        config={"image_wait_seconds": 0, "comment_text": "plain"} if network == "linkedin" else {},
    )


async def _bytes(_start: int, _end: int) -> AsyncIterator[bytes]:
    yield b"picture"


def picture(index: int, content_type: str = "image/jpeg", frames: int = 1) -> Medium:
    address, details = "https://e.test", Details(frames=frames)
    return Medium(index, "image", content_type, 7, "0" * 64, 10, 10, None, address, address, _bytes, details)


FILM = Medium(0, "video", "video/mp4", 7, "0" * 64, 10, 10, 4000, "https://e.test", "https://e.test", _bytes)
MEDIA: dict[str, list[Medium]] = {
    "none": [],
    "picture": [picture(0)],
    "pictures": [picture(0), picture(1)],
    "gif": [picture(0, "image/gif", frames=3)],
    "video": [FILM],
}


class Recording(NetworkHttp):
    """Says yes to everything, as each network says it, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Request] = []

    async def send(self, request: Request, *, token: str, before: float | None = None) -> Reply:
        self.asked.append(request)
        if request.host == "api.x.com":
            return _reply({"data": {"id": str(len(self.asked)), "text": ""}}, 201)
        if request.path == "/rest/videos" and request.query.get("action") == "initializeUpload":
            part = {"uploadUrl": "https://www.linkedin.com/dms-uploads/1", "firstByte": 0, "lastByte": 6}
            return _reply({"value": {"video": "urn:li:video:1", "uploadToken": "", "uploadInstructions": [part]}})
        if request.query.get("action") == "finalizeUpload":
            return Reply(200, {}, b"")
        if request.query.get("action") == "initializeUpload":
            urn = f"urn:li:image:{len(self.asked)}"
            return _reply({"value": {"uploadUrl": "https://www.linkedin.com/dms-uploads/1", "image": urn}})
        if request.method == "PUT":
            return Reply(201, {"etag": '"1"'}, b"")
        if request.method == "GET":
            return _reply({"status": "AVAILABLE"})
        return Reply(201, {"x-restli-id": f"urn:li:share:{len(self.asked)}"}, b"")

    def bodies(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The bodies of the call that publishes and of the one that comments; empty when there was none."""
        posts = [request for request in self.asked if request.path in {"/2/tweets", "/rest/posts"}]
        comments = [*posts[1:], *(request for request in self.asked if request.path.endswith("/comments"))]
        return posts[0].json, comments[0].json if comments else {}


def _reply(body: object, status: int = 200) -> Reply:
    return Reply(status, {}, json.dumps(body).encode())
