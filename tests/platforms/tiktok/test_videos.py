import json
from datetime import timedelta
from typing import Any, Literal

import pytest
import respx

from dravo.platforms.errors import Rejected, Transient
from dravo.platforms.tiktok import PLATFORM
from dravo.platforms.tiktok.videos import start_upload
from platforms.memory_run import Paused
from platforms.tiktok.material import (
    API,
    FILM,
    UPLOAD,
    Address,
    LookingRun,
    creator,
    film,
    job,
    ok,
    publish_to_the_end,
    refused,
    status,
    statuses,
    takes_a_video,
    willing,
    wire,
)

publish = PLATFORM.adapter.publish
CHUNKS = [(0, 9), (10, 19), (20, 29), (30, 42)]
pytestmark = pytest.mark.usefixtures("small_chunks")


async def test_a_direct_video_with_everything_said() -> None:
    options: dict[str, Any] = {
        "privacy_level": "PUBLIC_TO_EVERYONE",
        "disable_comment": True,
        "disable_duet": False,
        "disable_stitch": True,
        "is_aigc": True,
        "brand_content_toggle": True,
        "brand_organic_toggle": False,
        "video_cover_timestamp_ms": 1500,
    }
    post = job(film(), **options, auto_add_music=True, photo_cover_index=0, first_comment="x")
    call = start_upload("Hi 😀", film(), post.options)
    assert call.secret
    assert not call.effect
    request, place = await wire(call, {"publish_id": "v1", "upload_url": UPLOAD})
    assert str(request.url) == f"{API}/video/init/"
    assert json.loads(request.content) == {
        "post_info": {"title": "Hi 😀"} | options,
        "source_info": {"source": "FILE_UPLOAD", "video_size": 43, "chunk_size": 10, "total_chunk_count": 4},
    }
    assert place.model_dump() == {"publish_id": "v1", "upload_url": UPLOAD}
    assert "upload_token" not in repr(place)


async def test_a_direct_video_with_nothing_said() -> None:
    request, _ = await wire(
        start_upload("Hi", film(b"0123"), job().options), {"publish_id": "v1", "upload_url": UPLOAD}
    )
    assert json.loads(request.content) == {
        "post_info": {
            "title": "Hi",
            "privacy_level": "SELF_ONLY",
            "brand_content_toggle": False,
            "brand_organic_toggle": False,
        },
        "source_info": {"source": "FILE_UPLOAD", "video_size": 4, "chunk_size": 4, "total_chunk_count": 1},
    }


async def test_a_draft_says_nothing_but_the_files_measures() -> None:
    options = job(post_mode="MEDIA_UPLOAD", privacy_level="SELF_ONLY", is_aigc=True).options
    request, _ = await wire(start_upload("Hi", film(), options), {"publish_id": "v1", "upload_url": UPLOAD})
    assert str(request.url) == f"{API}/inbox/video/init/"
    assert list(json.loads(request.content)) == ["source_info"]


async def test_a_video_goes_in_chunks_and_the_last_one_posts(network: respx.MockRouter) -> None:
    address = Address()
    route = takes_a_video(network, address)
    statuses(network, status("PROCESSING_UPLOAD", uploaded_bytes=43), status("PUBLISH_COMPLETE"))
    run = LookingRun()
    published, pauses = await publish_to_the_end(job(film(content_type="video/webm")), run)
    assert address.calls == CHUNKS
    assert address.file == FILM
    assert route.calls.last.request.headers["content-type"] == "video/webm"
    assert run.names == ["creator", "video", *(f"video-chunk-000{number}" for number in range(3)), "publish"]
    assert {name: run.spans[name] for name in ("creator", "video")} == {
        "creator": timedelta(minutes=50),
        "video": timedelta(minutes=50),
    }
    assert [(pause.name, pause.after.seconds) for pause in pauses] == [("processed", 2)]
    assert published.platform_post_id is None
    assert published.raw == {"publish_id": "v1", "status": "PUBLISH_COMPLETE"}


async def test_a_short_video_is_one_chunk_and_one_commit(network: respx.MockRouter) -> None:
    address = Address()
    takes_a_video(network, address)
    statuses(network, status("PUBLISH_COMPLETE"))
    run = LookingRun()
    await publish(job(film(b"0123456789012345678")), run)
    assert address.calls == [(0, 18)]
    assert run.names == ["creator", "video", "publish"]


async def test_a_draft_ends_in_the_inbox_and_asks_nothing_of_the_creator(network: respx.MockRouter) -> None:
    takes_a_video(network, Address())
    statuses(network, status("SEND_TO_USER_INBOX"))
    run = LookingRun()
    published = await publish(job(film(), post_mode="MEDIA_UPLOAD"), run)
    assert (published.platform_post_id, published.platform_post_url) == (None, None)
    assert run.names[0] == "video"


@pytest.mark.parametrize("counts", ["bytes", "last", "nothing"])
@pytest.mark.parametrize("takes_twice", [False, True])
@pytest.mark.parametrize("lost", [0, 1, 2])
async def test_an_upload_goes_on_with_the_chunk_whose_answer_was_lost(
    network: respx.MockRouter, lost: int, counts: Literal["bytes", "last", "nothing"], *, takes_twice: bool
) -> None:
    address = Address(counts, takes_twice=takes_twice, loses=frozenset({lost}))
    takes_a_video(network, address)
    has = (lost + 1) * 10
    statuses(
        network,
        *([] if takes_twice or counts != "nothing" else [status("PROCESSING_UPLOAD", uploaded_bytes=has)]),
        status("PUBLISH_COMPLETE"),
    )
    run = LookingRun()
    with pytest.raises(Transient):
        await publish(job(film()), run)
    await publish_to_the_end(job(film()), run)
    assert address.calls == [*CHUNKS[: lost + 1], *CHUNKS[lost:]]
    assert address.file == FILM


async def test_where_tiktok_is_behind_it_gets_the_bytes_again(network: respx.MockRouter) -> None:
    address = Address()
    takes_a_video(network, address)
    statuses(network, status("PUBLISH_COMPLETE"))
    run = LookingRun()
    address.loses = frozenset({2})
    with pytest.raises(Transient):
        await publish(job(film()), run)
    address.received, address.file = 10, FILM[:10]  # it has lost the second chunk and the third
    await publish_to_the_end(job(film()), run)
    assert address.calls == [*CHUNKS[:3], CHUNKS[2], CHUNKS[1], CHUNKS[2], CHUNKS[3]]
    assert address.file == FILM


async def test_an_upload_that_is_whole_already_is_ended_and_not_begun_anew(network: respx.MockRouter) -> None:
    address = Address(received=43)
    takes_a_video(network, address)
    statuses(network, status("PUBLISH_COMPLETE"))
    await publish_to_the_end(job(film()), LookingRun())
    assert address.calls == [CHUNKS[0], CHUNKS[3]]


async def test_tiktok_is_asked_about_the_video_whose_end_was_sent(network: respx.MockRouter) -> None:
    takes_a_video(network, Address())
    asked = statuses(network, status("PROCESSING_UPLOAD"), status("PUBLISH_COMPLETE"))
    run = LookingRun()
    with pytest.raises(Paused):
        await publish(job(film()), run)
    del run.kept["video"]  # as where it cannot be read any more
    network.post(f"{API}/video/init/").mock(return_value=ok(publish_id="v2", upload_url=UPLOAD))
    published = await publish(job(film()), run)
    assert published.raw["publish_id"] == "v1"
    assert {call.request.content for call in asked.calls} == {b'{"publish_id":"v1"}'}


async def test_progress_within_a_chunk_is_waited_on(network: respx.MockRouter) -> None:
    address = Address("nothing", received=10)
    takes_a_video(network, address)
    statuses(
        network,
        status("PROCESSING_UPLOAD", uploaded_bytes=7),
        refused(400, "invalid_publish_id"),
        status("PROCESSING_UPLOAD", uploaded_bytes=9),
        status("PUBLISH_COMPLETE"),
    )
    _, pauses = await publish_to_the_end(job(film()), LookingRun())
    assert [(pause.name, pause.after.seconds) for pause in pauses] == [
        ("video-chunk-0000-progress", 2),
        ("video-chunk-0000-progress", 5),
    ]
    assert address.calls == [CHUNKS[0], *CHUNKS[1:]]


@pytest.mark.parametrize(
    ("code", "ours"), [("invalid_file_upload", "media_invalid"), ("invalid_param", "invalid_parameter")]
)
async def test_a_refused_beginning_names_the_video_where_that_is_to_blame(
    network: respx.MockRouter, code: str, ours: str
) -> None:
    willing(network)
    network.post(f"{API}/video/init/").mock(return_value=refused(400, code))
    with pytest.raises(Rejected) as raised:
        await publish(job(film()), LookingRun())
    assert raised.value.code == ours
    assert raised.value.pointer == ("/media_urls/0" if ours == "media_invalid" else None)


@pytest.mark.parametrize(("length_ms", "fits"), [(60_000, True), (60_100, True), (60_101, False), (None, True)])
async def test_a_video_is_measured_by_what_its_creator_may_post(
    network: respx.MockRouter, length_ms: int | None, *, fits: bool
) -> None:
    address = Address()
    takes_a_video(network, address)
    network.post(f"{API}/creator_info/query/").mock(return_value=creator(max_video_post_duration_sec=60))
    statuses(network, status("PUBLISH_COMPLETE"))
    post, run = job(film(length_ms=length_ms)), LookingRun()
    if fits:
        await publish(post, run)
        return
    with pytest.raises(Rejected) as raised:
        await publish(post, run)
    assert (raised.value.code, raised.value.pointer) == ("duration_not_supported", "/media_urls/0")
    assert run.names == ["creator"]


async def test_duets_and_stitches_that_the_creator_has_off_are_a_warning(network: respx.MockRouter) -> None:
    takes_a_video(network, Address())
    network.post(f"{API}/creator_info/query/").mock(return_value=creator(duet_disabled=True, stitch_disabled=True))
    statuses(network, status("PUBLISH_COMPLETE"))
    run = LookingRun()
    await publish(job(film(), disable_duet=False, disable_stitch=False, disable_comment=False), run)
    assert [message.partition(":")[0] for _, message in run.warnings] == ["disable_duet", "disable_stitch"]
    quiet = LookingRun()
    network.put(UPLOAD).mock(side_effect=Address())
    await publish(job(film(), disable_duet=True), quiet)
    assert quiet.warnings == []
