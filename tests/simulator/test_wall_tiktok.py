"""TikTok's column of the wall: what is written around a video or photos, and the frame that a player begins with."""

import io
import re

import pytest
from PIL import Image

from simulator.harness import JSON, Sim, picture
from simulator.tiktok_calls import OPEN, cut, film, init_draft, post_video, upload
from simulator.wall_entries import column, record, shown
from simulator.wall_material import film as two_colours

HOUR = 3600


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"privacy_level": "SELF_ONLY"}, "Only you</span>"),
        ({"privacy_level": "FOLLOWER_OF_CREATOR"}, "Followers</span>"),
        ({"brand_content_toggle": True, "brand_organic_toggle": True}, "Paid partnership"),
        ({"brand_organic_toggle": True}, "Promotional content"),
        ({"is_aigc": True}, "AI-generated"),
        ({"auto_add_music": True}, "Recommended sound"),
        ({"disable_comment": True}, "Comments off"),
        ({"disable_duet": True}, "Duets off"),
        ({"disable_stitch": True}, "Stitches off"),
        ({"inbox": True}, "Inbox of sim_tiktok"),
    ],
)
async def test_what_is_said_of_a_post_is_written_on_it(sim: Sim, options: JSON, words: str) -> None:
    media = [shown(sim, picture(), "image/jpeg")]
    await record(sim, "tiktok", 1, media=media, options={"privacy_level": "PUBLIC_TO_EVERYONE"})
    assert words not in await column(sim, "tiktok")
    await record(sim, "tiktok", 2, media=media, options=options)
    assert words in await column(sim, "tiktok")


@pytest.mark.parametrize(("index", "cover"), [(0, 1), (2, 3), (7, 1), (None, 1)])
async def test_the_cover_is_one_of_the_photos(sim: Sim, index: int | None, cover: int) -> None:
    media = [shown(sim, picture(colour=colour), "image/jpeg") for colour in ("red", "green", "blue")]
    await record(sim, "tiktok", media=media, options={"photo_cover_index": index})
    slides = re.findall(r'<div class="slide( cover)?">.*?(\d)/3</span>', await column(sim, "tiktok"), re.DOTALL)
    assert [int(number) for is_cover, number in slides if is_cover] == [cover]


async def test_a_draft_leaves_the_inbox_when_its_owner_posts_it(sim: Sim) -> None:
    await sim.settings(tiktok_draft_posted_seconds=HOUR)
    account = await sim.account("tiktok", attributes=OPEN)
    content = film()
    data = await init_draft(sim, account, cut(len(content)))
    await upload(sim, data["upload_url"], content)
    sim.clock.now += 2
    assert "Simulated TikTok app sent a video" in await column(sim, "tiktok")
    sim.clock.now += HOUR
    seen = await column(sim, "tiktok")
    assert ("Inbox of" in seen, "Everyone</span>" in seen) == (False, True)


async def test_a_post_that_was_taken_down_says_so(sim: Sim) -> None:
    await sim.settings(tiktok_taken_down_seconds=HOUR)
    account = await sim.account("tiktok", attributes=OPEN)
    await post_video(sim, account, privacy_level="PUBLIC_TO_EVERYONE")
    sim.clock.now += 2
    assert "No longer public" not in await column(sim, "tiktok")
    sim.clock.now += HOUR
    assert "No longer public" in await column(sim, "tiktok")


@pytest.mark.parametrize(("moment_ms", "is_red"), [(0, True), (1000, True), (3000, False), (99_999, False)])
async def test_a_player_begins_with_the_frame_of_that_moment(sim: Sim, moment_ms: int, is_red: bool) -> None:
    video = shown(sim, two_colours(), "video/mp4")
    await record(sim, "tiktok", media=[video], options={"video_cover_timestamp_ms": moment_ms})
    poster = re.search(r'poster="([^"]+)"', await column(sim, "tiktok"))
    assert poster is not None
    answer = await sim.client.get(poster[1])
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    pixel = Image.open(io.BytesIO(answer.content)).resize((1, 1)).getpixel((0, 0))
    assert isinstance(pixel, tuple)
    red, _, blue = pixel
    assert (red > blue) is is_red


async def test_what_has_no_frame_is_not_found(sim: Sim) -> None:
    image, broken = shown(sim, picture(), "image/jpeg"), shown(sim, b"no film", "video/mp4")
    film_of_two = shown(sim, two_colours(), "video/mp4")
    for path in (
        f"{image['sha256']}/0",
        f"{broken['sha256']}/0",
        f"{'0' * 64}/0",
        f"{film_of_two['sha256']}/-1",
        f"{film_of_two['sha256']}/{10**30}",
    ):
        assert (await sim.client.get(f"/wall/stills/{path}")).status_code == 404, path
