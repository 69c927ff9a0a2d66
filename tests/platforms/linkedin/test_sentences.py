"""What a user is told of LinkedIn's refusals: which medium, which limit and until when, and what to do."""

from typing import Any

import httpx
import pytest
import respx

from dravo.kit.http import Reply
from dravo.platforms.base import Call
from dravo.platforms.errors import PlatformError, Rejected, Transient
from dravo.platforms.linkedin import PLATFORM, comments, images, posts, processing, videos
from dravo.platforms.linkedin.client import pointer_of
from dravo.platforms.linkedin.options import LinkedInOptions
from dravo.platforms.linkedin.refusals import medium_named
from platforms.linkedin.material import API, FILM, ME, MEMBER, answer, envelope, job, medium, takes_images
from platforms.linkedin.test_refusals import DAILY, DUPLICATE
from platforms.memory_run import KeepingRun, MemoryRun

V = "202609"
THIRD = medium(index=2)
SECOND = medium(data=FILM, kind="video", index=1)
UPLOAD = videos.VideoUpload(
    video="urn:li:video:1",
    upload_token="",
    parts=[videos.Part(upload_url="https://www.linkedin.com/dms-uploads/1", first_byte=0, last_byte=9)],
)
CALLS: dict[str, tuple[Call[Any], str]] = {
    "image": (images.start_upload(MEMBER, V, pointer_of(THIRD)), "/media_urls/2"),
    "image bytes": (images.send_bytes("https://www.linkedin.com/dms-uploads/1", THIRD), "/media_urls/2"),
    "image state": (processing.state_of("urn:li:image:1", V, pointer_of(THIRD)), "/media_urls/2"),
    "video": (videos.start_upload(MEMBER, SECOND, V), "/media_urls/1"),
    "video part": (videos.send_part(UPLOAD.parts[0], SECOND), "/media_urls/1"),
    "video end": (videos.finalize(MEMBER, SECOND, UPLOAD, ["e"], V), "/media_urls/1"),
    "video state": (processing.state_of("urn:li:video:1", V, pointer_of(SECOND)), "/media_urls/1"),
}
POST = posts.create(MEMBER, posts.body_of(ME, "Hello", [], LinkedInOptions()), V)
COMMENT = comments.create(MEMBER, comments.body_of(ME, "urn:li:share:1", "More", "plain"), V)


def verdict(call: Call[Any], reply: Reply) -> PlatformError:
    with pytest.raises(PlatformError) as caught:
        call.read(reply)
    return caught.value


@pytest.mark.parametrize(("call", "pointer"), CALLS.values(), ids=list(CALLS))
@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, {}),
        (400, envelope("MISSING_FIELD")),
        (400, envelope("MEDIA_ASSET_PROCESSING_FAILED")),
        (404, {}),
        (410, b""),
        (413, b""),
        (415, b""),
        (422, {}),
    ],
)
def test_refused_upload_names_its_medium(call: Call[Any], pointer: str, status: int, body: object) -> None:
    said = verdict(call, answer(status, body))
    assert isinstance(said, Rejected)
    assert said.pointer == pointer


def test_author_that_is_refused_at_an_upload_is_not_put_down_to_the_medium() -> None:
    said = verdict(CALLS["image"][0], answer(400, envelope("INVALID_URN_ID", "owner")))
    assert isinstance(said, Rejected)
    assert (said.code, said.pointer) == ("invalid_urn", None)
    assert 'check author. LinkedIn says: "owner".' in said.message


MEDIA = ["urn:li:image:1", "urn:li:image:10", "urn:li:image:C4E-_x"]


@pytest.mark.parametrize(
    ("words", "media", "pointer"),
    [
        ("urn:li:image:1 could not be processed", MEDIA, "/media_urls/0"),
        ("(urn:li:image:10)", MEDIA, "/media_urls/1"),
        ("failed: urn:li:image:C4E-_x", MEDIA, "/media_urls/2"),
        ("urn:li:image:100 could not be processed", MEDIA, "/media_urls"),
        ("urn:li:image:1 and urn:li:image:10", MEDIA, "/media_urls"),
        ("one of them", MEDIA, "/media_urls"),
        ("it", MEDIA[:1], "/media_urls/0"),
        ("it", [], "/media_urls"),
    ],
)
def test_medium_is_known_by_its_urn(words: str, media: list[str], pointer: str) -> None:
    assert medium_named({"message": words}, media) == pointer
    assert medium_named({"errorDetails": {"inputErrors": [{"description": words}]}}, media) == pointer


@pytest.mark.parametrize(
    ("code", "ours", "tries"),
    [
        ("MEDIA_ASSET_PROCESSING_FAILED", "media_processing_failed", 0),
        ("MEDIA_ASSET_WAITING_UPLOAD", "media_not_uploaded", 3),
    ],
)
async def test_refused_post_names_the_medium_that_it_was_refused_for(
    network: respx.MockRouter, code: str, ours: str, tries: int
) -> None:
    takes_images(network)
    body = envelope(code, "urn:li:image:2 is not there")
    network.post(f"{API}/posts").mock(return_value=httpx.Response(400, json=body))
    run, post = KeepingRun(), job([medium(0), medium(1)])
    for _ in range(tries):
        with pytest.raises(Transient):
            await PLATFORM.adapter.publish(post, run)
    with pytest.raises(Rejected) as caught:
        await PLATFORM.adapter.publish(post, run)
    assert (caught.value.code, caught.value.pointer) == (ours, "/media_urls/1")


@pytest.mark.parametrize(
    ("message", "headers", "sentence"),
    [
        (
            DAILY,
            {"date": "Mon, 23 Nov 2026 21:04:05 GMT"},
            "LinkedIn's limit of calls a day, for this account or for the app, is reached; it is tried again after midnight UTC.",
        ),
        (DAILY, {}, "reached; it is tried again in an hour."),
        (DAILY, {"retry-after": "30"}, "is reached; it is tried again in 30 s, as LinkedIn asks."),
        (
            "Comment create throttled: creation rate limit exceeded for member",
            {},
            "LinkedIn's limit of comments a minute for this account is reached;",
        ),
        (
            "?",
            {},
            "LinkedIn's rate limit for this account is reached; LinkedIn does not say until when, so it is tried again in a minute.",
        ),
    ],
)
def test_limit_is_said_with_its_end(message: str, headers: dict[str, str], sentence: str) -> None:
    assert sentence in verdict(POST, answer(429, {"message": message}, headers)).message


@pytest.mark.parametrize(
    ("call", "status", "body", "advice"),
    [
        (POST, 422, DUPLICATE, "content, urn:li:share:7141; change the text, or delete the earlier post."),
        (POST, 422, {**DUPLICATE, "message": "?"}, "change the text, or delete the earlier post."),
        (POST, 404, envelope("NOT_FOUND", "Could not find it"), 'again. LinkedIn says: "Could not find it".'),
        (POST, 404, b"<html>", "check author, or connect the account again."),
        (COMMENT, 404, {}, "look whether it is still there"),
        (POST, 400, envelope("FIELD_LENGTH_TOO_LONG", "commentary"), 'shorten it. LinkedIn says: "commentary".'),
        (POST, 400, b"<html>", "check the text and the options"),
        (CALLS["image"][0], 404, {}, "post again"),
        (
            CALLS["image"][0],
            503,
            b"",
            "LinkedIn is out of service for the moment (it answered 503); it is tried again.",
        ),
    ],
)
def test_refusal_says_what_to_do(call: Call[Any], status: int, body: object, advice: str) -> None:
    assert advice in verdict(call, answer(status, body)).message


async def test_conflict_that_does_not_end_says_what_to_do(network: respx.MockRouter) -> None:
    network.post(f"{API}/posts").mock(return_value=httpx.Response(409, json={}))
    run = KeepingRun()
    with pytest.raises(PlatformError):
        await PLATFORM.adapter.publish(job(), run)
    with pytest.raises(Rejected) as caught:
        await PLATFORM.adapter.publish(job(), run)
    assert "It was tried 2 times; post again later." in caught.value.message
    assert caught.value.pointer is None


async def test_refusal_of_the_only_image_names_it(network: respx.MockRouter) -> None:
    takes_images(network)
    body = envelope("MEDIA_ASSET_PROCESSING_FAILED")
    network.post(f"{API}/posts").mock(return_value=httpx.Response(400, json=body))
    with pytest.raises(Rejected) as caught:
        await PLATFORM.adapter.publish(job([medium()]), MemoryRun())
    assert caught.value.pointer == "/media_urls/0"
