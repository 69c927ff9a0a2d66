"""The list of a creator's videos, which has public posts only."""

from typing import Any

import httpx
import pytest

from simulator.harness import JSON, Sim, bearer, picture
from simulator.tiktok_calls import OPEN, code, init_photos, later, post_video

PUBLIC: JSON = {"privacy_level": "PUBLIC_TO_EVERYONE"}


async def videos(sim: Sim, account: JSON, fields: str = "id,title,create_time", **body: Any) -> httpx.Response:
    path = "/open.tiktokapis.com/v2/video/list/"
    return await sim.client.post(path, params={"fields": fields}, json=body, headers=bearer(account))


async def listed(sim: Sim, account: JSON, **body: Any) -> JSON:
    return dict((await videos(sim, account, **body)).json()["data"])


async def test_public_posts_are_listed_newest_first_in_pages(sim: Sim) -> None:
    account = await sim.account("tiktok", attributes=OPEN)
    ids = []
    for title in ("one", "two", "three"):
        posted = await later(sim, account, await post_video(sim, account, title=title, **PUBLIC))
        ids.append(str(posted["publicaly_available_post_id"][0]))
    await later(sim, account, await post_video(sim, account, title="hidden"))
    first = await listed(sim, account, max_count=2)
    assert [(video["id"], video["title"]) for video in first["videos"]] == [(ids[2], "three"), (ids[1], "two")]
    assert set(first["videos"][0]) == {"id", "title", "create_time"}
    assert first["has_more"] is True
    second = await listed(sim, account, cursor=first["cursor"])
    assert [video["title"] for video in second["videos"]] == ["one"]
    assert second["has_more"] is False
    assert (await listed(sim, account, cursor=second["cursor"]))["videos"] == []
    other = await sim.account("tiktok", handle="other", attributes=OPEN)
    assert (await listed(sim, other))["videos"] == []


async def test_a_video_is_told_with_its_cover(sim: Sim) -> None:
    account = await sim.account("tiktok", attributes=OPEN)
    said: JSON = {"title": "a" + "🐟" * 100, "video_cover_timestamp_ms": 500, "is_aigc": True}
    await later(sim, account, await post_video(sim, account, **said, **PUBLIC))
    fields = "title,width,height,duration,cover_image_url,share_url,is_aigc"
    [video] = (await videos(sim, account, fields)).json()["data"]["videos"]
    assert (video["title"], video["is_aigc"]) == ("a" + "🐟" * 74, True)
    assert (video["width"], video["height"], video["duration"]) == (360, 640, 1)
    assert video["cover_image_url"].endswith("#t=0.5")
    assert video["share_url"].startswith("https://www.tiktok.com/@sim_tiktok/video/")
    await sim.settings(tiktok_list_text_length=None)
    [video] = (await videos(sim, account, "title")).json()["data"]["videos"]
    assert video == {"title": said["title"]}


@pytest.mark.parametrize(("unit", "kept"), [("utf16", 74), ("code_points", 149)])
@pytest.mark.parametrize("end", ["", "...", "…"])
async def test_a_long_title_is_cut_by_units_or_characters(sim: Sim, unit: str, kept: int, end: str) -> None:
    await sim.settings(tiktok_list_text_unit=unit, tiktok_list_text_end=end)
    account = await sim.account("tiktok", attributes=OPEN)
    titles = ["a" + "🐟" * 200, "a" * 150]
    for title in titles:
        await later(sim, account, await post_video(sim, account, title=title, **PUBLIC))
    shown = [video["title"] for video in (await listed(sim, account))["videos"]]
    assert shown == ["a" * 150, "a" + "🐟" * kept + end]


@pytest.mark.parametrize("has_photos", [True, False])
async def test_photos_may_be_listed_too(sim: Sim, *, has_photos: bool) -> None:
    await sim.settings(tiktok_list_photos=has_photos)
    account, urls = await sim.account("tiktok", attributes=OPEN), [sim.host("/a.jpg", picture())]
    await later(sim, account, await init_photos(sim, account, urls, **PUBLIC))
    fields = "title,video_description,duration"
    expected = [{"title": "T", "video_description": "D", "duration": 0}] if has_photos else []
    assert (await videos(sim, account, fields)).json()["data"]["videos"] == expected


async def test_a_new_post_may_be_missing_for_a_while(sim: Sim) -> None:
    await sim.settings(tiktok_list_lag_seconds=60)
    account = await sim.account("tiktok", attributes=OPEN)
    await later(sim, account, await post_video(sim, account, **PUBLIC))
    assert (await listed(sim, account))["videos"] == []
    sim.clock.now += 60
    assert len((await listed(sim, account))["videos"]) == 1


@pytest.mark.parametrize(
    ("fields", "body"),
    [("", {}), ("id,likes", {}), ("id", {"max_count": 21}), ("id", {"max_count": 0}), ("id", {"cursor": "x"})],
)
async def test_a_bad_question_is_refused(sim: Sim, fields: str, body: JSON) -> None:
    answer = await videos(sim, await sim.account("tiktok"), fields, **body)
    assert (answer.status_code, code(answer)) == (400, "invalid_param")


async def test_the_list_needs_its_scope(sim: Sim) -> None:
    answer = await videos(sim, await sim.account("tiktok", scopes=["video.publish"]))
    assert (answer.status_code, code(answer)) == (401, "scope_not_authorized")
