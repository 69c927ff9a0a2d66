import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
import respx
from pydantic import ValidationError

from dravo.platforms.base import Call
from dravo.platforms.errors import Misconfigured, RateLimited, Rejected, Transient
from dravo.platforms.linkedin import PLATFORM
from dravo.platforms.linkedin.posts import create
from dravo.platforms.linkedin.thumbnails import Thumbnail
from platforms.linkedin.material import (
    API,
    ME,
    MEMBER,
    PAGE,
    PICTURE,
    answer,
    body_of,
    created,
    envelope,
    job,
    medium,
    publish_to_the_end,
    states,
    takes_images,
)
from platforms.memory_run import KeepingRun, MemoryRun

CARD = {"source": "https://e.com", "thumbnail": "https://e.com/t.jpg"}
BARE = {"article": {"source": "https://e.com"}}
IMAGES = f"{API}/images"
IMAGE_STATE = f"{API}/images/urn%3Ali%3Aimage%3A1"
PAUSE = {"image_wait_seconds": 7}


@pytest.fixture
def posts(network: respx.MockRouter) -> respx.Route:
    return network.post(f"{API}/posts").mock(return_value=created())


async def test_picture_of_a_card_is_uploaded_and_named(network: respx.MockRouter, posts: respx.Route) -> None:
    bytes_sent = takes_images(network)
    run = KeepingRun()
    _, pauses = await publish_to_the_end(job(article=CARD, thumbnail=medium(), config=PAUSE), run)
    assert await bytes_sent.calls.last.request.aread() == PICTURE
    assert body_of(posts)["content"] == {"article": {"source": "https://e.com", "thumbnail": "urn:li:image:1"}}
    assert run.names == ["thumbnail", "thumbnail-bytes", "publish"]
    assert [pause.name for pause in pauses] == ["media-settle"]
    assert run.warnings == []


async def test_picture_of_an_organizations_card_is_waited_for(network: respx.MockRouter, posts: respx.Route) -> None:
    takes_images(network)
    network.get(IMAGE_STATE).mock(side_effect=states("PROCESSING", "AVAILABLE"))
    _, pauses = await publish_to_the_end(job(account=PAGE, article=CARD, thumbnail=medium()), KeepingRun())
    assert [pause.name for pause in pauses] == ["thumbnail-ready"]
    assert body_of(posts)["content"]["article"]["thumbnail"] == "urn:li:image:1"


@pytest.mark.parametrize("refused_at", ["start", "bytes", "processing"])
async def test_card_goes_without_a_picture_that_is_refused(
    network: respx.MockRouter, posts: respx.Route, refused_at: str
) -> None:
    bytes_sent = takes_images(network)
    state = network.get(IMAGE_STATE).mock(side_effect=states("PROCESSING_FAILED"))
    if refused_at == "start":
        network.post(f"{API}/images", params={"action": "initializeUpload"}).mock(
            return_value=httpx.Response(422, json={})
        )
    if refused_at == "bytes":
        bytes_sent.mock(return_value=httpx.Response(415))
    run = KeepingRun()
    post = job(account=PAGE, article=CARD, thumbnail=medium())
    await publish_to_the_end(post, run)
    assert body_of(posts)["content"] == {"article": {"source": "https://e.com"}}
    assert [code for code, _ in run.warnings] == ["thumbnail_failed"]
    asked = len(network.calls)
    await publish_to_the_end(post, run)
    assert len(network.calls) == asked + 1, "a second run keeps the refusal and sends the same post"
    assert state.called == (refused_at == "processing")


@pytest.mark.parametrize(
    ("media", "options"), [([], {"article": {"source": "https://e.com"}}), ([medium()], {"article": CARD}), ([], {})]
)
async def test_nothing_is_uploaded_where_there_is_no_card_or_picture(
    network: respx.MockRouter, posts: respx.Route, media: list[Any], options: dict[str, Any]
) -> None:
    takes_images(network)
    run = MemoryRun()
    thumbnail = medium() if media or not options else None
    await PLATFORM.adapter.publish(job(media, thumbnail=thumbnail, **options), run)
    assert not [name for name in run.names if name.startswith("thumbnail")]


async def test_upload_address_of_a_picture_is_kept_for_less_than_it_lives(
    network: respx.MockRouter, posts: respx.Route
) -> None:
    takes_images(network)
    run = KeepingRun()
    await PLATFORM.adapter.publish(job(article=CARD, thumbnail=medium()), run)
    assert run.spans["thumbnail"] == timedelta(hours=23)


# -- no post is held or lost for the picture ---------------------------------------------------------------------------


async def runs_until_published(run: KeepingRun, *, account: str = ME) -> int:
    """Run a post with a picture until it is out, as the engine does after what may pass; tells how often it failed."""
    post = job(article=CARD, thumbnail=medium(), account=account)
    for failed in range(9):
        try:
            await publish_to_the_end(post, run)
        except Transient:
            continue
        return failed
    raise AssertionError("the post never goes out")


@pytest.mark.parametrize("fails_at", ["start", "bytes", "state"])
async def test_picture_whose_upload_fails_three_times_is_left_out_for_good(
    network: respx.MockRouter, posts: respx.Route, fails_at: str
) -> None:
    failing = takes_images(network)
    if fails_at == "start":
        failing = network.post(IMAGES, params={"action": "initializeUpload"})
    if fails_at == "state":
        failing = network.get(IMAGE_STATE)
    failing.mock(side_effect=None, return_value=httpx.Response(503))
    run = KeepingRun()
    assert await runs_until_published(run, account=PAGE) == 2
    assert (failing.call_count, body_of(posts)["content"]) == (3, BARE)
    failing.mock(return_value=httpx.Response(201))
    later = run.next_run()
    assert await runs_until_published(later, account=PAGE) == 0
    assert (failing.call_count, body_of(posts)["content"]) == (3, BARE), "the first of the runs has decided"
    for each in (run, later):
        assert [code for code, _ in each.warnings] == ["thumbnail_failed"]
        assert "its upload has failed 3 times (network_unavailable)" in each.warnings[0][1]


async def test_picture_whose_upload_fails_twice_is_shown(network: respx.MockRouter, posts: respx.Route) -> None:
    takes_images(network).mock(side_effect=[httpx.Response(503), httpx.Response(503), httpx.Response(201)])
    run = KeepingRun()
    assert await runs_until_published(run) == 2
    assert body_of(posts)["content"]["article"]["thumbnail"] == "urn:li:image:1"
    assert run.warnings == []


@pytest.mark.parametrize("code", ["EXPIRED_UPLOAD_URL", "MEDIA_ASSET_WAITING_UPLOAD"])
async def test_picture_whose_address_has_lapsed_begins_nothing_anew(
    network: respx.MockRouter, posts: respx.Route, code: str
) -> None:
    takes_images(network).mock(return_value=httpx.Response(400, json=envelope(code)))
    run = KeepingRun()
    assert await runs_until_published(run) == 0
    assert body_of(posts)["content"] == BARE
    assert [code for code, _ in run.warnings] == ["thumbnail_failed"]


async def test_picture_that_linkedin_never_finishes_is_left_out(network: respx.MockRouter, posts: respx.Route) -> None:
    takes_images(network)
    state = network.get(IMAGE_STATE).mock(side_effect=states(*["PROCESSING"] * 6, "AVAILABLE"))
    run = KeepingRun()
    _, pauses = await publish_to_the_end(job(account=PAGE, article=CARD, thumbnail=medium()), run)
    assert [pause.after.seconds for pause in pauses] == [2, 5, 10, 20, 60]
    assert (state.call_count, body_of(posts)["content"]) == (6, BARE)
    assert "takes too long" in run.warnings[0][1]


@pytest.mark.parametrize("status", [400, 404, 410])
async def test_picture_that_linkedin_does_not_know_is_left_out(
    network: respx.MockRouter, posts: respx.Route, status: int
) -> None:
    takes_images(network)
    network.get(IMAGE_STATE).mock(return_value=httpx.Response(status, json={}))
    run = KeepingRun()
    assert await runs_until_published(run, account=PAGE) == 0
    assert body_of(posts)["content"] == BARE


async def test_picture_that_is_forbidden_without_a_reason_holds_nothing(
    network: respx.MockRouter, posts: respx.Route
) -> None:
    network.post(IMAGES).mock(return_value=httpx.Response(403, html="<html>"))
    run = KeepingRun()
    assert await runs_until_published(run) == 0
    assert (body_of(posts)["content"], run.warnings[0][0]) == (BARE, "thumbnail_failed")


@pytest.mark.parametrize(("status", "error"), [(426, Misconfigured), (429, RateLimited)])
async def test_what_stops_every_call_stops_the_picture(
    network: respx.MockRouter, status: int, error: type[Exception]
) -> None:
    network.post(IMAGES).mock(return_value=httpx.Response(status, json={}))
    with pytest.raises(error):
        await PLATFORM.adapter.publish(job(article=CARD, thumbnail=medium()), KeepingRun())


FAILED = httpx.Response(400, json=envelope("MEDIA_ASSET_PROCESSING_FAILED", "urn:li:image:1 could not be processed"))
MISSING = httpx.Response(400, json=envelope("MEDIA_ASSET_WAITING_UPLOAD"))
STRANGE = httpx.Response(400, json=envelope("INVALID_URN_ID", "urn:li:image:1 is unknown"))


@pytest.mark.parametrize(
    ("refusals", "failed"), [([FAILED], 0), ([STRANGE], 0), ([MISSING] * 4, 3)], ids=["failed", "strange", "missing"]
)
async def test_card_that_is_refused_for_its_picture_goes_out_without_it(
    network: respx.MockRouter, refusals: list[httpx.Response], failed: int
) -> None:
    takes_images(network)
    posts = network.post(f"{API}/posts").mock(side_effect=[*refusals, created()])
    run = KeepingRun()
    assert await runs_until_published(run) == failed
    sent = [json.loads(call.request.content)["content"]["article"].get("thumbnail") for call in posts.calls]
    assert sent == [*["urn:li:image:1"] * len(refusals), None]
    assert [code for code, _ in run.warnings] == ["thumbnail_failed"]
    assert "cannot use it; send a JPEG" in run.warnings[0][1]


class ConfirmedRun(KeepingRun):
    """The publish was confirmed by an earlier run, with the answer that was kept of it."""

    answer: dict[str, Any]

    async def commit(self, name: str, call: Call[Any], **_: Any) -> Any:
        return call.answer.model_validate(self.answer)


@pytest.mark.parametrize(
    ("kept", "warned"),
    [({"urn": "urn:li:share:1", "bare": True}, ["thumbnail_failed"]), ({"urn": "urn:li:share:1"}, [])],
)
async def test_later_run_tells_of_the_missing_picture_from_the_kept_answer(
    network: respx.MockRouter, kept: dict[str, Any], warned: list[str]
) -> None:
    takes_images(network)
    run = ConfirmedRun()
    run.answer = kept
    await PLATFORM.adapter.publish(job(article=CARD, thumbnail=medium()), run)
    assert [code for code, _ in run.warnings] == warned


def test_answer_of_a_bare_post_is_kept_as_one() -> None:
    calls = create(MEMBER, {}, "202609"), create(MEMBER, {}, "202609", bare=True)
    kept = [call.read(answer(201, b"", {"x-restli-id": "urn:li:share:1"})).model_dump() for call in calls]
    assert [each["bare"] for each in kept] == [False, True]


@pytest.mark.parametrize("code", ["INVALID_URN_ID", "FIELD_LENGTH_TOO_LONG"])
async def test_card_that_is_refused_for_something_else_is_not_sent_again(network: respx.MockRouter, code: str) -> None:
    takes_images(network)
    posts = network.post(f"{API}/posts").mock(return_value=httpx.Response(400, json=envelope(code, "author")))
    with pytest.raises(Rejected):
        await PLATFORM.adapter.publish(job(article=CARD, thumbnail=medium()), KeepingRun())
    assert posts.call_count == 1


class ProbedRun(KeepingRun):
    """Probes the call that was sent last, as the engine does; of another it knows nothing."""

    last_sent: str = ""

    async def commit(self, name: str, call: Call[Any], **known: Any) -> Any:
        self.last_sent = call.request.fingerprint()
        return await super().commit(name, call, **known)

    async def probe(self, call: Call[Any], *, within: timedelta) -> Any:
        return await self._send("probe", call) if call.request.fingerprint() == self.last_sent else None


@pytest.mark.parametrize("refusals", [[FAILED], []], ids=["bare", "with its picture"])
async def test_lost_card_is_probed_as_it_was_sent(network: respx.MockRouter, refusals: list[httpx.Response]) -> None:
    takes_images(network)
    posts = network.post(f"{API}/posts").mock(side_effect=[*refusals, httpx.Response(503), created()])
    run = ProbedRun()
    published = await PLATFORM.adapter.publish(job(article=CARD, thumbnail=medium(), config={"probe": True}), run)
    assert published.platform_post_id == "urn:li:share:1"
    assert posts.calls[-1].request.content == posts.calls[-2].request.content
    assert [code for code, _ in run.warnings] == ["thumbnail_failed"] * len(refusals)


def test_what_other_code_kept_of_a_picture_is_not_taken_for_its_absence() -> None:
    with pytest.raises(ValidationError):
        Thumbnail.model_validate({"shape of last year": True})
