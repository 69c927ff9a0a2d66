"""Instagram's column of the wall: profiles, stories, slides, and tags where they were put."""

import re
from typing import Any

import pytest

from dravo_simulator.wall_instagram import frame, spots
from simulator.harness import JSON, Sim, picture, video
from simulator.wall_entries import column, record, shown

FEED: JSON = {"media_type": "IMAGE", "product": "FEED"}
CAROUSEL: JSON = {"media_type": "CAROUSEL", "product": "FEED"}
REEL: JSON = {"media_type": "REELS", "product": "REELS"}
STORY: JSON = {"media_type": "STORIES", "product": "STORY"}


def photo(sim: Sim, *tags: JSON, size: tuple[int, int] = (40, 40), **more: Any) -> JSON:
    taken = shown(sim, picture(size=size), "image/jpeg", **more)
    return taken | {"width": size[0], "height": size[1]} | ({"user_tags": list(tags)} if tags else {})


def clip(sim: Sim, *tags: JSON) -> JSON:
    return shown(sim, video(), "video/mp4") | {"width": 64, "height": 48, "user_tags": list(tags)}


def at(x: float, y: float, username: str = "ada") -> JSON:
    return {"username": username, "x": x, "y": y}


def opened(seen: str) -> list[str]:
    """The posts below the grid, newest first."""
    return re.findall(r'<article class="card".*?</article>', seen, re.DOTALL)


async def test_a_profile_leads_its_grid_and_its_opened_posts(sim: Sim) -> None:
    await record(sim, "instagram", 1, text="One", media=[photo(sim)], options=FEED)
    await record(sim, "instagram", 2, text="Several", media=[photo(sim), photo(sim)], options=CAROUSEL)
    await record(sim, "instagram", 3, text="Moving", media=[clip(sim)], options=REEL)
    seen = await column(sim, "instagram")
    assert "3 posts" in seen
    tiles = re.findall(r'<a class="tile" href="#instagram-(\d)" aria-label="([^"]*)">', seen)
    assert tiles == [("3", "Reel: Moving"), ("2", "2 slides: Several"), ("1", "Picture: One")]
    assert re.findall(r'<article class="card" id="instagram-(\d)"', seen) == ["3", "2", "1"]
    assert seen.index('class="tile"') < seen.index('class="card"')


async def test_each_account_has_a_profile_of_its_own(sim: Sim) -> None:
    await sim.account("instagram", handle="ada.weaves", name="Ada Weaver")
    other = sim.app.world.account("instagram", by="handle", value="ada.weaves")
    assert other is not None
    await record(sim, "instagram", 1, text="By the first", media=[photo(sim)], options=FEED)
    sim.app.world.record(other, "post", "2", text="By ada", media=[photo(sim)], options=FEED)
    profiles = (await column(sim, "instagram")).split('class="profile"')[1:]
    assert [("By ada" in profile, "By the first" in profile) for profile in profiles] == [(True, False), (False, True)]
    assert 'aria-label="ada.weaves"' in profiles[0]


async def test_a_story_is_seen_for_a_day_and_is_no_post(sim: Sim) -> None:
    await record(sim, "instagram", 1, media=[photo(sim)], options=STORY)
    await record(sim, "instagram", 2, text="A post", media=[photo(sim)], options=FEED)
    sim.clock.now += 86_399
    seen = await column(sim, "instagram")
    assert 'aria-label="Stories"' in seen
    assert '<article class="story" id="instagram-1"' in seen
    assert ("1 post<" in seen, len(opened(seen)), seen.count('class="tile"')) == (True, 1, 1)
    sim.clock.now += 1
    seen = await column(sim, "instagram")
    assert ("Stories" in seen, 'class="story"' in seen, "A post" in seen) == (False, False, True)


async def test_stories_are_seen_in_the_order_they_came(sim: Sim) -> None:
    for number in (1, 2):
        await record(sim, "instagram", number, media=[photo(sim)], options=STORY)
    assert re.findall(r'class="story" id="instagram-(\d)"', await column(sim, "instagram")) == ["1", "2"]


async def test_people_are_marked_where_they_are_and_listed_where_that_is_nowhere(sim: Sim) -> None:
    media = [photo(sim, at(0.25, 0.5), at(1, 1, "grace")), photo(sim)]
    await record(sim, "instagram", 1, media=media, options=CAROUSEL)
    await record(sim, "instagram", 2, media=[clip(sim, {"username": "linus"}, {"username": "ada"})], options=REEL)
    await record(sim, "instagram", 3, media=[photo(sim, {"username": "margaret"})], options=STORY)
    seen = await column(sim, "instagram")
    reel, carousel = opened(seen)
    assert re.findall(r'<circle cx="([\d.]+)%" cy="([\d.]+)%"', carousel) == [("25.0", "50.0"), ("100", "100")]
    assert re.findall(r'title="(@\w+)"', carousel) == ["@ada", "@grace"]
    assert "People:" not in carousel
    assert "<circle" not in reel
    assert re.findall(r'<span class="mention">(@\w+)', reel[reel.index("People:") :]) == ["@linus", "@ada"]
    assert 'Mentioned: <span class="mention">@margaret' in seen


@pytest.mark.parametrize(
    ("size", "around", "fit", "sent", "seen"),
    [
        ((100, 100), (100, 100), "cover", (0.2, 0.7), (0.2, 0.7)),
        ((200, 100), (100, 100), "cover", (0.4, 0.7), (0.3, 0.7)),
        ((100, 200), (100, 100), "cover", (0.2, 0.6), (0.2, 0.7)),
        ((200, 100), (100, 100), "cover", (0.1, 0.9), (0.0, 0.9)),
        ((200, 100), (100, 100), "contain", (0.2, 0.0), (0.2, 0.25)),
        ((100, 200), (100, 100), "contain", (1.0, 0.3), (0.75, 0.3)),
    ],
)
def test_a_tag_stays_on_its_spot_when_the_picture_is_cropped_or_has_margins(
    size: tuple[int, int], around: tuple[int, int], fit: Any, sent: tuple[float, float], seen: tuple[float, float]
) -> None:
    [spot] = spots({"width": size[0], "height": size[1], "user_tags": [at(*sent)]}, around, fit)
    assert (spot["x"], spot["y"]) == pytest.approx(seen)


@pytest.mark.parametrize(
    ("x", "y", "across", "down"),
    [(0.1, 0.1, "right", "below"), (0.5, 0.9, "amid", "above"), (0.9, 0.5, "left", "below")],
)
def test_a_name_is_written_where_there_is_room(x: float, y: float, across: str, down: str) -> None:
    [spot] = spots({"user_tags": [at(x, y)]}, (1, 1), "cover")
    assert (spot["across"], spot["down"]) == (across, down)


def test_a_carousel_has_the_shape_of_its_first_slide() -> None:
    media = [{"width": 800, "height": 1000}, {"width": 1000, "height": 800}]
    assert frame({"options": CAROUSEL, "media": media}) == (800, 1000)
    assert frame({"options": REEL, "media": media[1:]}) == frame({"options": STORY, "media": media}) == (9, 16)


async def test_the_header_names_who_made_the_post_and_where(sim: Sim) -> None:
    options = FEED | {"collaborators": ["grace", "linus"], "location_id": "1234567", "is_ai_generated": True}
    await record(sim, "instagram", media=[photo(sim)], options=options)
    [post] = opened(await column(sim, "instagram"))
    header = post[: post.index("<figure")]
    assert re.search(r"<b>[\w.]+, grace and linus</b>", header)
    assert ("<small>Place 1234567</small>" in header, "<small>AI info</small>" in header) == (True, True)


async def test_a_reel_has_its_cover_and_its_sound(sim: Sim) -> None:
    cover = shown(sim, picture(colour="gold"), "image/jpeg")["sha256"]
    options = REEL | {"cover": {"sha256": cover}, "audio_name": "Shuttle song", "share_to_feed": True}
    await record(sim, "instagram", media=[clip(sim)], options=options)
    seen = await column(sim, "instagram")
    assert f'poster="/wall/media/{cover}"' in seen
    assert f'<img src="/wall/media/{cover}"' in seen
    assert ("· Shuttle song" in seen, "Reel · also in the feed" in seen) == (True, True)


@pytest.mark.parametrize(("of_reel", "of_slide"), [({"thumb_offset": 1500}, {}), ({}, {"thumb_offset": 1500})])
async def test_a_video_without_cover_is_seen_at_its_offset(sim: Sim, of_reel: JSON, of_slide: JSON) -> None:
    await record(sim, "instagram", media=[clip(sim) | of_slide], options=REEL | of_reel)
    tile = re.search(r'<a class="tile".*?</a>', await column(sim, "instagram"), re.DOTALL)
    assert tile is not None
    assert '#t=1.5" muted' in tile[0]


async def test_a_reel_that_is_not_in_the_feed_is_not_in_the_grid(sim: Sim) -> None:
    await record(sim, "instagram", text="Apart", media=[clip(sim)], options=REEL | {"share_to_feed": False})
    seen = await column(sim, "instagram")
    assert ('class="tile"' in seen, "Reel · not in the feed" in seen) == (False, True)


async def test_a_caption_has_tags_and_mentions_but_no_links(sim: Sim) -> None:
    await record(sim, "instagram", text="See @ada #loom https://example.com/a " + "word " * 40, options=FEED)
    [post] = opened(await column(sim, "instagram"))
    assert ('<span class="mention">@ada</span>' in post, '<span class="tag">#loom</span>' in post) == (True, True)
    assert ("https://example.com/a" in post, "<a " in post) == (True, False)
    assert ("<summary>more</summary>" in post, post.count("word")) == (True, 40)


async def test_comments_stand_below_their_post(sim: Sim) -> None:
    await record(sim, "instagram", 1, text="The post", media=[photo(sim)], options=FEED)
    await record(sim, "instagram", 2, "comment", text="Below it", parent="1")
    [post] = opened(await column(sim, "instagram"))
    assert post.index("The post") < post.index('class="replies"') < post.index("Below it")
