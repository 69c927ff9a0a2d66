"""Lists on the Graph hosts: page by page, by the address that each page tells of the next."""

from collections.abc import Awaitable, Callable

import pytest

from simulator.facebook_calls import GRAPH, clip, done, reel_film, said_in, uploaded
from simulator.facebook_calls import finish as finish_reel
from simulator.harness import JSON, Sim, bearer
from simulator.instagram_calls import BY_FACEBOOK, call, host_of, published

Make = Callable[[Sim, JSON, int], Awaitable[str]]


async def walked(sim: Sim, account: JSON, edge: str) -> list[list[str]]:
    """The ids of every page, two to a page."""
    pages, url = [], f"{host_of(account) if account['network'] == 'instagram' else GRAPH}/{edge}?fields=id&limit=2"
    while url:
        answer = (await sim.client.get(url, headers=bearer(account))).json()
        pages.append([item["id"] for item in answer["data"]])
        assert set(answer["paging"]["cursors"]) == {"before", "after"}
        url = answer["paging"].get("next", "")
        assert "token" not in url
        assert not url or url.startswith("http://sim.test/graph.")
    return pages


async def text(sim: Sim, page: JSON, number: int) -> str:
    return str((await done(sim, page, "me/feed", message=str(number)))["id"])


async def film(sim: Sim, page: JSON, number: int) -> str:
    url = sim.host(f"/{number}.mp4", clip())
    return str((await done(sim, page, "me/videos", file_url=url, description=str(number)))["id"])


async def reel(sim: Sim, page: JSON, number: int) -> str:
    video_id = await uploaded(sim, page, reel_film())
    assert (await finish_reel(sim, page, video_id, description=str(number))).status_code == 200
    return video_id


@pytest.mark.parametrize(
    ("edge", "make"), [("published_posts", text), ("feed", text), ("videos", film), ("video_reels", reel)]
)
async def test_what_a_page_has_is_followed_to_its_end(sim: Sim, edge: str, make: Make) -> None:
    page = await sim.account("facebook")
    first, second, third = [await make(sim, page, number) for number in range(3)]
    assert await walked(sim, page, f"me/{edge}") == [[third, second], [first]]


@pytest.mark.parametrize("attributes", [{}, BY_FACEBOOK], ids=str)
async def test_what_an_account_has_is_followed_to_its_end(sim: Sim, attributes: JSON) -> None:
    account = await sim.account("instagram", attributes=attributes)
    media = [await published(sim, account, caption=str(number)) for number in range(3)]
    assert await walked(sim, account, "me/media") == [media[:0:-1], media[:1]]
    stories = [await published(sim, account, media_type="STORIES") for _ in range(3)]
    assert await walked(sim, account, "me/stories") == [stories[:0:-1], stories[:1]]
    invited = await published(sim, account, collaborators='["ada","grace","joan"]')
    assert [len(page) for page in await walked(sim, account, f"{invited}/collaborators")] == [2, 1]


async def test_comments_are_followed_to_their_end(sim: Sim) -> None:
    page, account = await sim.account("facebook"), await sim.account("instagram")
    post, medium = await text(sim, page, 1), await published(sim, account)
    on_page = [(await done(sim, page, f"{post}/comments", message=str(number)))["id"] for number in range(3)]
    assert await walked(sim, page, f"{post}/comments") == [on_page[:2], on_page[2:]]
    made = [(await call(sim, account, f"{medium}/comments", message=str(n))).json()["id"] for n in range(3)]
    assert await walked(sim, account, f"{medium}/comments") == [made[:0:-1], made[:1]]


async def test_a_token_in_the_query_is_in_the_address_of_the_next_page(sim: Sim) -> None:
    page = await sim.account("facebook")
    first, second = [await text(sim, page, number) for number in range(2)]
    query = {"access_token": page["access_token"], "fields": "message", "limit": 1}
    listed = (await sim.client.get(f"{GRAPH}/me/feed", params=query)).json()
    assert [post["id"] for post in listed["data"]] == [second]
    rest = (await sim.client.get(listed["paging"]["next"])).json()
    assert rest["data"] == [{"id": first, "message": "0"}]
    assert "next" not in rest["paging"]


@pytest.mark.parametrize("asked", [{"limit": "0"}, {"limit": "101"}, {"limit": "²"}, {"limit": ""}, {"after": "%"}])
async def test_a_list_that_cannot_be_cut_so_is_refused(sim: Sim, asked: JSON) -> None:
    page = await sim.account("facebook")
    answer = await sim.client.get(f"{GRAPH}/me/feed", params=asked, headers=bearer(page))
    assert said_in(answer) == (100, None)


async def test_behind_a_post_that_is_gone_no_more_is_listed(sim: Sim) -> None:
    page = await sim.account("facebook")
    _, second = [await text(sim, page, number) for number in range(2)]
    query = {"limit": "1", "fields": "id"}
    listed = await sim.client.get(f"{GRAPH}/me/feed", params=query, headers=bearer(page))
    assert (await sim.client.delete(f"{GRAPH}/{second}", headers=bearer(page))).json() == {"success": True}
    assert (await sim.client.get(listed.json()["paging"]["next"], headers=bearer(page))).json() == {"data": []}
