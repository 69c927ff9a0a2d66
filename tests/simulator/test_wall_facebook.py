"""Facebook's column of the wall."""

import re

import pytest

from simulator.harness import Sim, bearer, picture, video
from simulator.wall_entries import column, record, shown


@pytest.mark.parametrize(
    ("number", "grid", "beyond"), [(1, "n1", None), (2, "n2", None), (3, "n3", None), (5, "n5", None), (7, "n5", "+2")]
)
async def test_an_album_shows_five_pictures_and_counts_the_rest(
    sim: Sim, number: int, grid: str, beyond: str | None
) -> None:
    media = [shown(sim, picture(colour=f"#0{index}0000"), "image/jpeg", f"alt {index}") for index in range(number)]
    await record(sim, "facebook", media=media, options={"edge": "feed"})
    seen = await column(sim, "facebook")
    assert f'class="pictures {grid}"' in seen
    assert (seen.count("<img"), seen.count(">ALT</summary>")) == (min(number, 5), min(number, 5))
    assert re.findall(r'class="more">([^<]*)', seen) == ([] if beyond is None else [beyond])


async def test_a_link_is_a_card_with_its_domain(sim: Sim) -> None:
    await record(sim, "facebook", text="Read", options={"edge": "feed", "link": "https://www.example.com/a"})
    card = re.search(r'<a class="linkcard bare" href="https://www.example.com/a".*?</a>', await column(sim, "facebook"))
    assert card is not None
    assert "<small>example.com</small>" in card[0]


@pytest.mark.parametrize(("edge", "is_reel"), [("videos", False), ("video_reels", True)])
async def test_a_reel_is_told_from_a_video(sim: Sim, edge: str, is_reel: bool) -> None:
    await record(sim, "facebook", media=[shown(sim, video(), "video/mp4")], options={"edge": edge})
    seen = await column(sim, "facebook")
    assert seen.count("<video") == 1
    assert (">Reel</span>" in seen, 'class="moving reel"' in seen) == (is_reel, is_reel)


async def test_a_long_text_waits_behind_see_more(sim: Sim) -> None:
    await record(sim, "facebook", text="word " * 200)
    seen = await column(sim, "facebook")
    assert "<summary>See more</summary>" in seen
    assert seen.count("word") == 200


async def test_comments_are_counted_and_those_of_the_page_marked(sim: Sim) -> None:
    await record(sim, "facebook", text="The post")
    await record(sim, "facebook", 2, "comment", text="The first", parent="1")
    assert "1 comment<" in await column(sim, "facebook")
    await record(
        sim, "facebook", 3, "comment", text="With a picture", parent="1", media=[shown(sim, picture(), "image/jpeg")]
    )
    seen = await column(sim, "facebook")
    assert "2 comments<" in seen
    assert seen.index("The post") < seen.index("The first") < seen.index("With a picture") < seen.index("<img")
    assert seen.count(">Author</span>") == 2


async def test_a_deleted_post_is_gone_with_its_comments(sim: Sim) -> None:
    page = await sim.account("facebook")
    host = "/graph.facebook.com/v26.0"
    made = await sim.client.post(f"{host}/me/feed", data={"message": "Regretted"}, headers=bearer(page))
    await sim.client.post(f"{host}/{made.json()['id']}/comments", data={"message": "Below"}, headers=bearer(page))
    assert "Below" in await column(sim, "facebook")
    assert (await sim.client.delete(f"{host}/{made.json()['id']}", headers=bearer(page))).status_code == 200
    seen = await column(sim, "facebook")
    assert ("Regretted" in seen, "Below" in seen) == (False, False)
