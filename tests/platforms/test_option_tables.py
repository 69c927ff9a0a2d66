"""The option models, the documents and the wire know the same options."""

import json
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from dravo.kit.http import NetworkHttp, Reply, Request
from dravo.platforms.base import Draft, Profile, PublishJob
from dravo.platforms.media import Details, Medium
from dravo.platforms.registry import PLATFORMS
from platforms.memory_run import MemoryRun
from platforms.option_tables import PAGE, TABLES, Row

DOCUMENTS = Path(__file__).parents[2] / "docs" / "platforms"
each_network = pytest.mark.parametrize("network", TABLES)


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


each_row_that_is_sent = pytest.mark.parametrize(
    ("network", "row"),
    [(network, row) for network, rows in TABLES.items() for row in rows if row.is_sent],
    ids=[f"{network}-{row.path}" for network, rows in TABLES.items() for row in rows if row.is_sent],
)


@each_row_that_is_sent
async def test_an_option_goes_over_the_wire_in_its_field(network: str, row: Row) -> None:
    http = Recording()
    await PLATFORMS[network].adapter.publish(job_of(network, row.options(), media_of(row)), MemoryRun(http=http))
    posted, commented = http.bodies()
    assert row.wire(commented if row.comments else posted) == row.sent_as(row.value)


WITH_ANY_MEDIUM = [
    (network, row, medium)
    for network in ("x", "linkedin")
    for row in TABLES[network]
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


REFUSED = {("story", "pictures"), ("story", "mixed"), ("photo_cover_index", "picture")} | {
    ("photo_cover_index", "picture draft")
}
"""A story is of one medium, and the second photo is no cover where there is one photo."""
OF_META_AND_TIKTOK = [
    (network, row, medium)
    for network, kinds in (
        ("facebook", ("none", "picture", "pictures", "video", "reel")),
        ("instagram", ("picture", "pictures", "mixed", "reel", "story", "film story")),
        ("tiktok", ("picture", "pictures", "video", "picture draft", "pictures draft", "video draft")),
    )
    for row in TABLES[network]
    for medium in kinds
    if (row.path, medium) not in REFUSED
]
SENT_AND_WARNED = {("user_tags", "reel")}
"""The names go with a reel, their places in it do not."""


@pytest.mark.parametrize(
    ("network", "row", "medium"),
    OF_META_AND_TIKTOK,
    ids=[f"{net}-{row.path}-{kind}" for net, row, kind in OF_META_AND_TIKTOK],
)
async def test_an_option_is_on_the_wire_or_warned_of(network: str, row: Row, medium: str) -> None:
    """Nothing that a client says is dropped in silence, and nothing that is warned of is sent."""
    options = row.options() | ({"story": True} if "story" in medium else {})
    options |= {"post_mode": "MEDIA_UPLOAD"} if "draft" in medium else {}
    kind = medium.replace("film story", "reel").replace("story", "picture").removesuffix(" draft")
    job = job_of(network, options, MEDIA[kind])
    draft = Draft(job.text, [each.draft() for each in job.media], job.options, job.profile, job.config)
    findings = PLATFORMS[network].check(draft)
    assert findings.errors == []
    warned = any(found.pointer == f"/platform_options/{network}/{row.path}" for found in findings.warnings)
    http = Recording()
    await PLATFORMS[network].adapter.publish(job, MemoryRun(http=http))
    posted, commented = http.bodies()
    try:
        found = row.wire(commented if row.comments else posted)
    except (KeyError, StopIteration):
        found = None
    if (row.path, medium) in SENT_AND_WARNED:
        assert warned
        assert found == [{"username": "dravo"}]
    else:
        assert (found == row.sent_as(row.value)) != warned
        assert warned or found
        assert not warned or not found


async def test_one_alt_text_goes_with_one_picture_and_none_with_a_video() -> None:
    for medium, expected in (("picture", "A dashboard"), ("video", None)):
        http = Recording()
        made = job_of("linkedin", {"alt_texts": ["A dashboard"]}, MEDIA[medium])
        await PLATFORMS["linkedin"].adapter.publish(made, MemoryRun(http=http))
        assert http.bodies()[0]["content"]["media"].get("altText") == expected


ALWAYS_SENT = {
    "author",
    "visibility",
    "disable_reshare",
    "as_reel",
    "post_mode",
    "privacy_level",
    "photo_cover_index",
}
"""LinkedIn wants its three in every body, TikTok the last three: left out, they are sent with their defaults. Facebook leaves
upright videos as drafts unless they are reels, so they are.
"""


@pytest.mark.parametrize(
    ("network", "row"),
    [(network, row) for network, rows in TABLES.items() for row in rows if row.path not in ALWAYS_SENT],
    ids=[f"{network}-{row.path}" for network, rows in TABLES.items() for row in rows if row.path not in ALWAYS_SENT],
)
async def test_an_option_that_is_left_out_is_not_on_the_wire(network: str, row: Row) -> None:
    http = Recording()
    await PLATFORMS[network].adapter.publish(job_of(network, {}, media_of(row)), MemoryRun(http=http))
    posted, commented = http.bodies()
    try:
        found = row.wire(commented if row.comments else posted)
    except (KeyError, TypeError, IndexError, StopIteration):
        return
    assert found is None or found is False


def job_of(network: str, options: dict[str, Any], media: Sequence[Medium]) -> PublishJob[BaseModel]:
    return PublishJob(
        text="Hello",
        media=media,
        options=PLATFORMS[network].options.model_validate(options),
        profile=Profile("815", "handle", {"organizations": [PAGE], "author_urn": "urn:li:person:815"}),
        attachments={"thumbnail": picture(0)} | ({"cover": picture(0)} if "cover_url" in options else {}),
        config={"image_wait_seconds": 0, "comment_text": "plain"} if network == "linkedin" else {},
    )


async def _bytes(_start: int, _end: int) -> AsyncIterator[bytes]:
    yield b"picture"


def picture(index: int, content_type: str = "image/jpeg", frames: int = 1) -> Medium:
    address, details = "https://e.test", Details(frames=frames)
    return Medium(index, "image", content_type, 7, "0" * 64, 1000, 1000, None, address, address, _bytes, details)


def film(width: int, height: int, index: int = 0) -> Medium:
    details = Details(video_codec="h264", audio_codec="aac", pixel_format="yuv420p", frames_per_second=30.0, rotation=0)
    address = "https://e.test"
    return Medium(index, "video", "video/mp4", 7, "0" * 64, width, height, 4000, address, address, _bytes, details)


FILM = film(1280, 720)


def media_of(row: Row) -> list[Medium]:
    kinds = {"film": FILM, "tall film": film(1080, 1920)}
    return [kinds.get(kind) or picture(index) for index, kind in enumerate(row.media)]


MEDIA: dict[str, list[Medium]] = {
    "none": [],
    "picture": [picture(0)],
    "pictures": [picture(0), picture(1)],
    "gif": [picture(0, "image/gif", frames=3)],
    "video": [FILM],
    "reel": [film(1080, 1920)],
    "mixed": [picture(0), film(1080, 1920, 1)],
}


class Recording(NetworkHttp):
    """Says yes to everything, as each network says it, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Request] = []

    async def send(self, request: Request, *, token: str, before: float | None = None) -> Reply:
        self.asked.append(request)
        if "tiktokapis.com" in request.host + request.url:
            return self._of_tiktok(request)
        if request.host in META or "facebook.com" in request.url:
            return _reply(self._of_meta(request))
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

    def _of_tiktok(self, request: Request) -> Reply:
        """A creator who may do everything, and posts that are public at once."""
        if request.method == "PUT":
            return Reply(201, {}, b"")
        everybody = ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR", "SELF_ONLY"]
        is_draft = any("MEDIA_UPLOAD" in str(each.json) or "/inbox/" in each.path for each in self.asked)
        data = {
            "privacy_level_options": everybody,
            "max_video_post_duration_sec": 600,
            "publish_id": "v_pub_file~v2-1.815",
            "upload_url": "https://open-upload.tiktokapis.com/upload?upload_id=1&upload_token=secret",
            "status": "SEND_TO_USER_INBOX" if is_draft else "PUBLISH_COMPLETE",
            "publicaly_available_post_id": [] if is_draft else [7123456789012345678],
        }
        return _reply({"data": data, "error": {"code": "ok", "message": "", "log_id": ""}})

    def _of_meta(self, request: Request) -> dict[str, Any]:
        """Everything that an answer of Meta's may be asked for: an adapter takes what it knows."""
        done = {"status": "complete"}
        status = {"video_status": "ready", "uploading_phase": done, "processing_phase": done, "publishing_phase": done}
        if request.method == "GET" and request.path.endswith("content_publishing_limit"):
            return {"data": [{"quota_usage": 1, "config": {"quota_total": 50, "quota_duration": 86400}}]}
        number = str(len(self.asked))
        return {
            "id": number,
            "success": True,
            "video_id": number,
            "upload_session_id": number,
            "start_offset": "7" if (request.form or {}).get("upload_phase") == "transfer" else "0",
            "end_offset": "7",
            "upload_url": "https://rupload.facebook.com/video-upload/v26.0/1",
            "status_code": "FINISHED",
            "status": status if request.host == "graph.facebook.com" else "Finished",
            "published": True,
        }

    def bodies(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The bodies of the call that publishes and of the one that comments; empty when there was none.

        With Meta's the path and the bodies of the calls before stand beside.
        """
        posts = [request for request in self.asked if _publishes(request)]
        comments = [*posts[1:], *(request for request in self.asked if request.path.endswith("/comments"))]
        posted = {
            "path": posts[0].path,
            "prepared": [request.form for request in self.asked if request.path.endswith("/media") and request.form],
            **(posts[0].json or posts[0].form or {}),
        }
        return posted, (comments[0].json or dict(comments[0].form or {})) if comments else {}


META = {"graph.facebook.com", "graph-video.facebook.com", "graph.instagram.com", "rupload.facebook.com"}


def _publishes(request: Request) -> bool:
    finished = (request.form or {}).get("upload_phase") == "finish"
    return finished or request.path.endswith(("/2/tweets", "/rest/posts", "/feed", "/media_publish", "/init/"))


def _reply(body: object, status: int = 200) -> Reply:
    return Reply(status, {}, json.dumps(body).encode())
