"""Reels of the simulated Facebook: start, bytes, finish, and the phases until readers see them."""

import hashlib

import pytest

from simulator.facebook_calls import (
    GRAPH,
    UPLOAD,
    carry,
    clip,
    finish,
    read,
    reel_film,
    refused,
    said_in,
    send,
    start,
    status,
    unseen,
    uploaded,
)
from simulator.harness import JSON, Sim, bearer, picture


async def test_a_reel_goes_through_its_phases_and_is_seen_at_their_end(sim: Sim) -> None:
    page, film = await sim.account("facebook"), reel_film()
    video_id, url = await start(sim, page)
    assert url == f"http://sim.test{UPLOAD}/{video_id}"
    fresh = await status(sim, page, video_id)
    assert (fresh["video_status"], fresh["uploading_phase"]["status"]) == ("uploading", "not_started")

    assert (await carry(sim, page, url, film, offset="0", file_size=str(len(film)))).json() == {"success": True}
    there = await status(sim, page, video_id)
    assert there["video_status"] == "upload_complete"
    assert there["uploading_phase"] == {
        "status": "complete",
        "bytes_transferred": len(film),
        "source_file_size": len(film),
    }
    assert there["processing_phase"] == {"status": "not_started"}

    answer = await finish(sim, page, video_id, description="A reel", title="First")
    assert answer.json() == {"success": True}
    working = await status(sim, page, video_id)
    assert (working["video_status"], working["processing_phase"]["status"]) == ("processing", "in_progress")
    assert working["publishing_phase"] == {"status": "not_started"}
    assert await sim.ledger() == []

    sim.clock.now += 2
    over = await status(sim, page, video_id)
    assert (over["video_status"], over["processing_progress"]) == ("ready", 100)
    assert (over["publishing_phase"]["status"], over["publishing_phase"]["publish_status"]) == ("complete", "published")
    node = await read(sim, page, video_id, "published,permalink_url,post_id,description,length")
    assert (node["published"], node["permalink_url"]) == (True, f"/reel/{video_id}/")
    assert (node["description"], node["length"]) == ("A reel", 3.0)
    [item] = await sim.ledger()
    assert (item["id"], item["text"]) == (node["post_id"], "A reel")
    told = {"edge": "video_reels", "video_id": video_id, "video_state": "PUBLISHED", "title": "First"}
    assert item["options"] == told
    [medium] = item["media"]
    assert medium["sha256"] == hashlib.sha256(film).hexdigest()
    assert (medium["kind"], medium["width"], medium["height"], medium["duration_ms"]) == ("video", 540, 960, 3000)

    [post] = (await read(sim, page, "me/published_posts", "id,attachments{target,media_type},status_type"))["data"]
    assert (post["id"], post["status_type"]) == (node["post_id"], "added_video")
    assert post["attachments"]["data"][0]["target"]["id"] == video_id
    for edge in ("video_reels", "videos"):
        assert [found["id"] for found in (await read(sim, page, f"me/{edge}", "id"))["data"]] == [video_id]


async def test_finish_comes_after_the_bytes(sim: Sim) -> None:
    page = await sim.account("facebook")
    video_id, _ = await start(sim, page)
    error = (await finish(sim, page, video_id)).json()["error"]
    assert error["error_user_title"] == "Video Upload Is Missing"
    assert said_in(await finish(sim, page, "1")) == (100, 33)


@pytest.mark.parametrize(
    "form",
    [
        {"upload_phase": "transfer"},
        {},
        {"upload_phase": "start", "description": "too early"},
        {"upload_phase": "finish", "surprise": "1"},
    ],
)
async def test_the_phases_are_start_and_finish(sim: Sim, form: JSON) -> None:
    assert await refused(sim, await sim.account("facebook"), "me/video_reels", **form) == (100, None)


@pytest.mark.parametrize(
    ("film", "subcode"),
    [
        (reel_film(size=(960, 540)), 1363040),
        (reel_film(size=(360, 640)), 1363127),
        (reel_film(seconds=2), 1363128),
        (reel_film(fps=10), 1363129),
    ],
    ids=["lying", "small", "short", "slow"],
)
@pytest.mark.parametrize("where", ["in_processing", "at_finish"])
async def test_a_reel_outside_the_limits_fails(sim: Sim, film: bytes, subcode: int, where: str) -> None:
    page = await sim.account("facebook")
    await sim.settings(facebook_reel_checks=where)
    video_id = await uploaded(sim, page, film)
    answer = await finish(sim, page, video_id)
    if where == "at_finish":
        assert said_in(answer) == (100, subcode)
        return
    assert answer.json() == {"success": True}
    sim.clock.now += 2
    seen = await status(sim, page, video_id)
    assert (seen["video_status"], seen["processing_phase"]["status"]) == ("error", "error")
    assert seen["processing_phase"]["errors"][0]["code"] == subcode
    assert seen["publishing_phase"] == {"status": "not_started", "publish_status": "error"}
    assert await sim.ledger() == []


async def test_what_is_no_video_is_no_reel(sim: Sim) -> None:
    page = await sim.account("facebook")
    video_id = await uploaded(sim, page, picture())
    await finish(sim, page, video_id)
    sim.clock.now += 2
    assert (await status(sim, page, video_id))["video_status"] == "error"


async def test_the_other_spellings_are_spoken_too(sim: Sim) -> None:
    page = await sim.account("facebook")
    await sim.settings(
        facebook_phase_done="completed",
        facebook_bytes_name="bytes_transfered",
        facebook_errors_name="error",
        facebook_permalinks="absolute",
        facebook_post_id_in_finish=True,
    )
    good, bad = await uploaded(sim, page, reel_film()), await uploaded(sim, page, clip())
    named = (await finish(sim, page, good)).json()
    await finish(sim, page, bad)
    sim.clock.now += 2
    seen = await status(sim, page, good)
    assert {seen[f"{phase}_phase"]["status"] for phase in ("uploading", "processing", "publishing")} == {"completed"}
    assert seen["uploading_phase"]["bytes_transfered"] == len(reel_film())
    assert (await status(sim, page, bad))["processing_phase"]["error"]["code"] == 1363040
    node = await read(sim, page, good, "permalink_url,post_id")
    assert node["permalink_url"] == f"https://www.facebook.com/reel/{good}/"
    assert named == {"success": True, "post_id": node["post_id"]}


async def test_publishing_can_take_its_time_after_processing(sim: Sim) -> None:
    page = await sim.account("facebook")
    await sim.settings(facebook_publishing_seconds=30)
    video_id = await uploaded(sim, page, reel_film())
    await finish(sim, page, video_id)
    sim.clock.now += 2
    assert (await status(sim, page, video_id))["publishing_phase"] == {"status": "in_progress"}
    assert (await read(sim, page, video_id, "published,post_id"))["published"] is False
    sim.clock.now += 30
    assert (await status(sim, page, video_id))["publishing_phase"]["publish_status"] == "published"
    assert len(await sim.ledger()) == 1


async def test_a_scheduled_reel_is_seen_at_its_time(sim: Sim) -> None:
    page = await sim.account("facebook")
    moment = int(sim.clock.now) + 3600
    video_id = await uploaded(sim, page, reel_film())
    assert said_in(await finish(sim, page, video_id, "SCHEDULED")) == (100, None)
    assert said_in(await finish(sim, page, video_id, scheduled_publish_time=moment)) == (100, None)
    too_far = int(sim.clock.now) + 30 * 86400
    assert said_in(await finish(sim, page, video_id, "SCHEDULED", scheduled_publish_time=too_far)) == (100, None)
    assert (await finish(sim, page, video_id, "SCHEDULED", scheduled_publish_time=moment)).is_success
    sim.clock.now += 10
    assert (await status(sim, page, video_id))["publishing_phase"]["publish_status"] == "scheduled"
    assert await sim.ledger() == []
    sim.clock.now += 3600
    [item] = await sim.ledger()
    assert item["options"]["video_state"] == "SCHEDULED"


async def test_a_draft_is_seen_once_it_is_finished_anew(sim: Sim) -> None:
    page = await sim.account("facebook")
    video_id = await uploaded(sim, page, reel_film())
    await finish(sim, page, video_id, "DRAFT")
    sim.clock.now += 2
    assert (await status(sim, page, video_id))["publishing_phase"]["publish_status"] == "draft"
    assert await sim.ledger() == []
    await finish(sim, page, video_id)
    sim.clock.now += 2
    assert len(await sim.ledger()) == 1


@pytest.mark.parametrize(("switch", "posts"), [("same", 1), ("refuse", 1), ("duplicate", 2)])
async def test_a_second_finish_follows_the_switch(sim: Sim, switch: str, posts: int) -> None:
    page = await sim.account("facebook")
    await sim.settings(facebook_second_finish=switch)
    video_id = await uploaded(sim, page, reel_film())
    await finish(sim, page, video_id)
    assert (await finish(sim, page, video_id)).is_success == (switch != "refuse")
    sim.clock.now += 2
    assert len(await sim.ledger()) == posts


async def test_a_page_publishes_so_many_reels_in_a_day(sim: Sim) -> None:
    page = await sim.account("facebook")
    await sim.settings(facebook_reels_per_day=1)
    first, second = await uploaded(sim, page, reel_film()), await uploaded(sim, page, reel_film())
    await finish(sim, page, first)
    assert said_in(await finish(sim, page, second)) == (613, None)
    sim.clock.now += 86399
    third = await uploaded(sim, page, reel_film())
    sim.clock.now += 1
    assert (await finish(sim, page, third)).is_success


async def test_an_upload_that_is_never_finished_expires(sim: Sim) -> None:
    page = await sim.account("facebook")
    video_id = await uploaded(sim, page, reel_film())
    sim.clock.now += 86400
    assert (await status(sim, page, video_id))["video_status"] == "expired"
    assert said_in(await finish(sim, page, video_id)) == (100, 33)


@pytest.mark.parametrize("order", [{"action": "slow", "polls": 2}, {"action": "stuck"}, {"action": "fail"}])
async def test_processing_can_be_slow_stuck_or_fail(sim: Sim, order: JSON) -> None:
    page = await sim.account("facebook")
    await sim.fault("facebook", **order, path="*/video_reels")
    video_id = await uploaded(sim, page, reel_film())
    await finish(sim, page, video_id)
    sim.clock.now += 2
    seen = [(await status(sim, page, video_id))["video_status"] for _ in range(3)]
    expected = {"slow": ["processing", "processing", "ready"], "stuck": ["processing"] * 3, "fail": ["error"] * 3}
    assert seen == expected[order["action"]]
    assert len(await sim.ledger()) == (order["action"] == "slow")
    if order["action"] == "stuck":
        assert (await status(sim, page, video_id))["copyright_check_status"] == {"status": "error"}


async def test_a_failure_on_order_names_its_reason(sim: Sim) -> None:
    page = await sim.account("facebook")
    await sim.fault("facebook", "fail", reason="1363047: come back later")
    video_id = await uploaded(sim, page, reel_film())
    await finish(sim, page, video_id)
    sim.clock.now += 2
    phase = (await status(sim, page, video_id))["processing_phase"]
    assert phase == {"status": "error", "errors": [{"message": "come back later", "code": 1363047}]}


async def test_a_cover_goes_with_the_reel(sim: Sim) -> None:
    page = await sim.account("facebook")
    video_id = await uploaded(sim, page, reel_film())
    cover = picture("PNG", (54, 96))
    form, files = {"is_preferred": "true"}, {"source": ("cover.png", cover)}
    path = f"{GRAPH}/{video_id}/thumbnails"
    answer = await sim.client.post(path, data=form, files=files, headers=bearer(page))
    assert answer.json() == {"success": True}
    assert said_in(await send(sim, page, f"{video_id}/thumbnails")) == (324, None)
    assert said_in(await send(sim, page, "1/thumbnails")) == (100, 33)
    await finish(sim, page, video_id)
    sim.clock.now += 2
    [item] = await sim.ledger()
    assert item["media"][0]["thumbnail_sha256"] == hashlib.sha256(cover).hexdigest()


async def test_a_deleted_reel_is_never_seen(sim: Sim) -> None:
    page = await sim.account("facebook")
    video_id = await uploaded(sim, page, reel_film())
    await finish(sim, page, video_id)
    assert (await sim.client.delete(f"{GRAPH}/{video_id}", headers=bearer(page))).json() == {"success": True}
    sim.clock.now += 2
    assert await sim.ledger() == []
    assert await unseen(sim, page, video_id) == (100, 33)
