"""Comments of the simulated Facebook Page."""

import pytest

from simulator.facebook_calls import (
    GRAPH,
    attached,
    clip,
    done,
    finish,
    photo,
    read,
    reel_film,
    refused,
    unseen,
    uploaded,
)
from simulator.harness import Sim, bearer, picture


async def test_a_published_photo_is_a_post_that_takes_comments(sim: Sim) -> None:
    page = await sim.account("facebook")
    form = {"caption": "Look", "access_token": page["access_token"]}
    answer = await sim.client.post(f"{GRAPH}/me/photos", data=form, files={"source": ("a.png", picture("PNG"))})
    post_id = answer.json()["post_id"]
    comment = await sim.client.post(f"{GRAPH}/{post_id}/comments", json={"message": "first"}, headers=bearer(page))
    assert comment.json()["id"].startswith(post_id.partition("_")[2] + "_")
    assert (await read(sim, page, comment.json()["id"], "message"))["message"] == "first"
    await done(sim, page, f"{answer.json()['id']}/comments", message="second")
    listed = (await read(sim, page, f"{post_id}/comments", "id,message,from"))["data"]
    assert [found["message"] for found in listed] == ["first", "second"]
    assert {found["from"]["id"] for found in listed} == {page["platform_account_id"]}
    items = await sim.ledger()
    assert [(item["kind"], item.get("parent")) for item in items] == [
        ("post", None),
        ("comment", post_id),
        ("comment", post_id),
    ]


async def test_one_photo_of_several_has_comments_of_its_own(sim: Sim) -> None:
    page = await sim.account("facebook")
    photos = [await photo(sim, page, picture(colour=colour), f"/{colour}.jpg") for colour in ("red", "blue")]
    post_id = (await done(sim, page, "me/feed", message="Two", **attached(*photos)))["id"]
    await done(sim, page, f"{photos[0]}/comments", message="of the red one")
    assert (await read(sim, page, f"{post_id}/comments", "message"))["data"] == []
    assert len((await read(sim, page, f"{photos[0]}/comments", "message"))["data"]) == 1
    assert (await sim.ledger())[1]["parent"] == post_id


async def test_a_comment_may_be_a_picture(sim: Sim) -> None:
    page = await sim.account("facebook")
    post_id = (await done(sim, page, "me/feed", message="a"))["id"]
    url = sim.host("/a.jpg", picture())
    await done(sim, page, f"{post_id}/comments", attachment_url=url)
    await done(sim, page, f"{post_id}/comments", message="Look", attachment_id=await photo(sim, page, picture("PNG")))
    assert [item["media"][0]["content_type"] for item in (await sim.ledger())[1:]] == ["image/jpeg", "image/png"]
    assert await refused(sim, page, f"{post_id}/comments", attachment_url=url, attachment_id="1") == (100, None)
    assert await refused(sim, page, f"{post_id}/comments", attachment_id="1") == (100, 33)
    assert await refused(sim, page, f"{post_id}/comments", attachment_url="http://media.test/no.jpg") == (324, 2069019)


async def test_a_comment_says_something_and_not_too_much(sim: Sim) -> None:
    page = await sim.account("facebook")
    await sim.settings(facebook_comment_length=3)
    post_id = (await done(sim, page, "me/feed", message="a"))["id"]
    assert await refused(sim, page, f"{post_id}/comments", message="four") == (100, None)
    assert await refused(sim, page, f"{post_id}/comments", message=" ") == (100, None)
    await done(sim, page, f"{post_id}/comments", message="yes")


@pytest.mark.parametrize("under", ["video", "post"])
async def test_a_reel_takes_comments_once_it_is_published(sim: Sim, under: str) -> None:
    page = await sim.account("facebook")
    await sim.settings(facebook_post_id_in_finish=True)
    video_id = await uploaded(sim, page, reel_film())
    post_id = (await finish(sim, page, video_id)).json()["post_id"]
    object_id = video_id if under == "video" else post_id
    assert await refused(sim, page, f"{object_id}/comments", message="first") == (100, 33)
    sim.clock.now += 2
    await done(sim, page, f"{object_id}/comments", message="first")
    for path in (video_id, post_id):
        assert len((await read(sim, page, f"{path}/comments", "message"))["data"]) == 1


async def test_what_nobody_sees_takes_no_comments(sim: Sim) -> None:
    page = await sim.account("facebook")
    hidden = (await done(sim, page, "me/feed", message="a", published="false"))["id"]
    kept = await photo(sim, page, picture())
    draft = (await done(sim, page, "me/videos", file_url=sim.host("/a.mp4", clip()), published="false"))["id"]
    sim.clock.now += 10
    for object_id in (hidden, kept, draft):
        assert await refused(sim, page, f"{object_id}/comments", message="first") == (100, 33)


async def test_commenting_has_a_permission_and_a_task_of_its_own(sim: Sim) -> None:
    page = await sim.account("facebook")
    post_id = (await done(sim, page, "me/feed", message="a"))["id"]
    mute = await sim.account("facebook", scopes=["pages_read_engagement", "pages_manage_posts"])
    assert await refused(sim, mute, f"{post_id}/comments", message="first") == (200, None)
    await sim.account("facebook", attributes={"tasks": ["CREATE_CONTENT"]})
    assert await refused(sim, page, f"{post_id}/comments", message="first") == (1, 2853006)
    assert await unseen(sim, page, "1_2/comments") == (100, 33)
