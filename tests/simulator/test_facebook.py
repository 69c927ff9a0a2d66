"""Posts, photos and lists of the simulated Facebook Page."""

import json

import pytest

from simulator.facebook_calls import GRAPH, attached, done, photo, read, refused, unseen
from simulator.facebook_calls import send as call
from simulator.harness import JSON, Sim, bearer, picture


async def test_a_text_post_with_link_can_be_read_back(sim: Sim) -> None:
    page = await sim.account("facebook")
    page_id = page["extras"]["page_id"]
    answer = await call(sim, page, f"{page_id}/feed", message="Read this", link="https://example.com/a")
    post_id = answer.json()["id"]
    assert post_id.startswith(f"{page_id}_")

    node = await sim.client.get(f"{GRAPH}/{post_id}", params={"fields": "permalink_url"}, headers=bearer(page))
    assert node.json() == {"id": post_id, "permalink_url": f"https://www.facebook.com/{post_id}"}
    fields = "id,message,created_time,application,permalink_url,attachments{target,subattachments{target}}"
    posts = await sim.client.get(f"{GRAPH}/{page_id}/published_posts", params={"fields": fields}, headers=bearer(page))
    [seen] = posts.json()["data"]
    assert (seen["message"], seen["application"]["name"]) == ("Read this", "Simulated Facebook app")
    [item] = await sim.ledger()
    assert (item["id"], item["text"], item["options"]["link"]) == (post_id, "Read this", "https://example.com/a")


async def test_photos_are_pulled_first_and_posted_together(sim: Sim) -> None:
    page = await sim.account("facebook")
    page_id = page["extras"]["page_id"]
    photos = []
    for name in ("a", "b"):
        url = sim.host(f"/{name}.jpg", picture(colour="red" if name == "a" else "blue"))
        answer = await call(sim, page, f"{page_id}/photos", url=url, published="false", alt_text_custom=name)
        assert set(answer.json()) == {"id"}
        photos.append(answer.json()["id"])
    assert await sim.ledger() == []

    indexed = {f"attached_media[{index}]": json.dumps({"media_fbid": photo}) for index, photo in enumerate(photos)}
    post_id = (await call(sim, page, f"{page_id}/feed", message="Two", **indexed)).json()["id"]
    [item] = await sim.ledger()
    assert [medium["alt_text"] for medium in item["media"]] == ["a", "b"]
    node = await sim.client.get(f"{GRAPH}/{post_id}?fields=attachments", headers=bearer(page))
    [album] = node.json()["attachments"]["data"]
    assert [photo["target"]["id"] for photo in album["subattachments"]["data"]] == photos
    story = await sim.client.get(f"{GRAPH}/{photos[0]}?fields=page_story_id", headers=bearer(page))
    assert story.json()["page_story_id"] == post_id


async def test_unknown_parameters_are_refused_unless_the_switch_is_off(sim: Sim) -> None:
    page = await sim.account("facebook")
    assert (await call(sim, page, "me/feed", message="a", surprise="1")).json()["error"]["code"] == 100
    await sim.settings(strict_parameters=False)
    assert (await call(sim, page, "me/feed", message="a", surprise="1")).status_code == 200


@pytest.mark.parametrize(
    ("edge", "form", "code"),
    [
        ("me/feed", {}, 100),
        ("me/feed", {"message": "a", "published": "perhaps"}, 100),
        ("me/feed", {"message": "a", "attached_media": '[{"media_fbid":"1"}]'}, 100),
        ("me/photos", {"caption": "no picture"}, 324),
        ("me/photos", {"url": "http://elsewhere.test/a.jpg"}, 324),
        ("me/photos", {"url": "http://media.test/missing.jpg"}, 324),
        ("me/photos", {"url": "http://media.test/page.html"}, 324),
        ("1/feed", {"message": "a"}, 100),
        ("1_2/comments", {"message": "a"}, 100),
    ],
)
async def test_a_bad_call_is_refused_in_the_envelope(sim: Sim, edge: str, form: JSON, code: int) -> None:
    sim.host("/page.html", b"<html>")
    answer = await call(sim, await sim.account("facebook"), edge, **form)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)
    assert answer.json()["error"]["fbtrace_id"]
    assert await sim.ledger() == []


async def test_the_same_message_twice_in_a_row_is_a_duplicate(sim: Sim) -> None:
    page = await sim.account("facebook")
    await done(sim, page, "me/feed", message="a")
    assert await refused(sim, page, "me/feed", message="a") == (506, None)
    await done(sim, page, "me/feed", message="b")
    await done(sim, page, "me/feed", message="a")
    sim.clock.now += 3600
    await done(sim, page, "me/feed", message="a")
    await sim.settings(refuse_duplicates=False)
    await done(sim, page, "me/feed", message="a")
    assert [item["text"] for item in await sim.ledger()] == ["a", "b", "a", "a", "a"]


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("https://www.facebook.com/somebody", (100, 1609008)),
        ("https://facebook.com", (100, 1609008)),
        ("https://closed.example.com/a", (1609005, None)),
        ("ftp://example.com", (100, None)),
        ("http://[", (100, None)),
    ],
)
async def test_a_link_that_facebook_cannot_follow_fails_the_post(sim: Sim, link: str, said: tuple[int, int]) -> None:
    page = await sim.account("facebook")
    await sim.settings(facebook_unreadable_hosts=["closed.example.com"])
    assert await refused(sim, page, "me/feed", message="Read this", link=link) == said
    assert await sim.ledger() == []
    await done(sim, page, "me/feed", link="https://notfacebook.com/a")


async def test_a_post_may_be_long_but_not_longer(sim: Sim) -> None:
    page = await sim.account("facebook")
    await sim.settings(facebook_text_length=5)
    await done(sim, page, "me/feed", message="five!")
    assert await refused(sim, page, "me/feed", message="sixes!") == (100, None)


async def test_a_scheduled_post_is_seen_at_its_time(sim: Sim) -> None:
    page = await sim.account("facebook")
    moment = int(sim.clock.now + 3600)
    kept = await photo(sim, page, picture(), temporary="true")
    made = await done(
        sim, page, "me/feed", message="Later", published="false", scheduled_publish_time=moment, **attached(kept)
    )
    assert await sim.ledger() == []
    assert (await read(sim, page, "me/published_posts", "id"))["data"] == []
    [waiting] = (await read(sim, page, "me/feed", "is_published,scheduled_publish_time"))["data"]
    assert (waiting["is_published"], waiting["scheduled_publish_time"]) == (False, moment)
    sim.clock.now += 4000
    [post] = (await read(sim, page, "me/published_posts", "id,created_time,is_published"))["data"]
    assert (post["id"], post["is_published"]) == (made["id"], True)
    [item] = await sim.ledger()
    assert (item["text"], item["at"][:19]) == ("Later", post["created_time"][:19])


@pytest.mark.parametrize("ahead", [599, 31 * 86400])
async def test_a_schedule_has_its_bounds(sim: Sim, ahead: int) -> None:
    page = await sim.account("facebook")
    moment = int(sim.clock.now) + ahead
    form = {"message": "a", "scheduled_publish_time": moment}
    assert await refused(sim, page, "me/feed", published="false", **form) == (100, None)
    form["scheduled_publish_time"] = int(sim.clock.now) + 3600
    assert await refused(sim, page, "me/feed", **form) == (100, None)


async def test_an_unpublished_post_is_listed_by_the_feed_alone(sim: Sim) -> None:
    page = await sim.account("facebook")
    made = await done(sim, page, "me/feed", message="Hidden", published="false")
    assert await sim.ledger() == []
    assert [post["id"] for post in (await read(sim, page, "me/feed", "id"))["data"]] == [made["id"]]
    assert (await read(sim, page, made["id"], "is_published"))["is_published"] is False


async def test_a_reply_can_hold_the_fields_asked_for(sim: Sim) -> None:
    page = await sim.account("facebook")
    made = await done(sim, page, "me/feed", message="a", fields="id,permalink_url")
    assert made["permalink_url"] == f"https://www.facebook.com/{made['id']}"
    shown = await done(sim, page, "me/photos", url=sim.host("/a.jpg", picture()), fields="permalink_url")
    assert shown["permalink_url"] == f"https://www.facebook.com/{shown['post_id']}"


async def test_posts_are_listed_in_pages_and_by_time(sim: Sim) -> None:
    page = await sim.account("facebook")
    for number in range(3):
        await done(sim, page, "me/feed", message=str(number))
        sim.clock.now += 10
    first = await read(sim, page, "me/published_posts", "message", limit=2)
    assert [post["message"] for post in first["data"]] == ["2", "1"]
    after = first["paging"]["cursors"]["after"]
    assert [post["message"] for post in (await read(sim, page, "me/feed", "message", after=after))["data"]] == ["0"]
    since = int(sim.clock.now) - 15
    assert [post["message"] for post in (await read(sim, page, "me/feed", "message", since=since))["data"]] == ["2"]


async def test_a_new_post_can_be_missing_from_the_lists_for_a_while(sim: Sim) -> None:
    page = await sim.account("facebook")
    await sim.settings(facebook_list_lag_seconds=30)
    made = await done(sim, page, "me/feed", message="a")
    assert (await read(sim, page, "me/published_posts", "id"))["data"] == []
    assert (await read(sim, page, made["id"], "message"))["message"] == "a"
    sim.clock.now += 30
    assert len((await read(sim, page, "me/published_posts", "id"))["data"]) == 1


async def test_a_deleted_post_is_gone_for_readers_and_stays_in_the_ledger(sim: Sim) -> None:
    page, other = await sim.account("facebook"), await sim.account("facebook", handle="other")
    made = await done(sim, page, "me/photos", url=sim.host("/a.jpg", picture()))
    path = f"{GRAPH}/{made['post_id']}"
    assert (await sim.client.delete(path, headers=bearer(other))).json()["error"]["error_subcode"] == 33
    assert (await sim.client.delete(path, headers=bearer(page))).json() == {"success": True}
    for gone in (made["post_id"], made["id"]):
        assert await unseen(sim, page, gone) == (100, 33)
    assert (await read(sim, page, "me/feed", "id"))["data"] == []
    assert len(await sim.ledger()) == 1


async def test_unpublished_photos_live_for_a_day_unless_a_post_takes_them(sim: Sim) -> None:
    page = await sim.account("facebook")
    kept, lost = await photo(sim, page, picture()), await photo(sim, page, picture())
    await done(sim, page, "me/feed", message="One", **attached(kept))
    sim.clock.now += 86400
    assert (await read(sim, page, kept, "id"))["id"] == kept
    assert await unseen(sim, page, lost) == (100, 33)
    assert await refused(sim, page, "me/feed", message="Two", **attached(lost)) == (100, 33)


async def test_a_photo_is_posted_once(sim: Sim) -> None:
    page = await sim.account("facebook")
    kept = await photo(sim, page, picture())
    await done(sim, page, "me/feed", **attached(kept))
    assert await refused(sim, page, "me/feed", **attached(kept)) == (1, 1366051)
    await sim.settings(refuse_duplicates=False)
    await done(sim, page, "me/feed", **attached(kept))
    assert len(await sim.ledger()) == 2


async def test_attached_media_may_be_a_list_in_json(sim: Sim) -> None:
    page = await sim.account("facebook")
    photos = [await photo(sim, page, picture(colour=colour), f"/{colour}.jpg") for colour in ("red", "blue")]
    body = {"message": "Two", "attached_media": [{"media_fbid": photo} for photo in photos]}
    assert (await sim.client.post(f"{GRAPH}/me/feed", json=body, headers=bearer(page))).status_code == 200
    [item] = await sim.ledger()
    assert [medium["url"] for medium in item["media"]] == ["http://media.test/red.jpg", "http://media.test/blue.jpg"]


async def test_a_photo_may_not_tell_its_post(sim: Sim) -> None:
    page = await sim.account("facebook")
    await sim.settings(facebook_page_story_id=False)
    made = await done(sim, page, "me/photos", url=sim.host("/a.jpg", picture()))
    assert await read(sim, page, made["id"], "page_story_id") == {"id": made["id"]}


async def test_a_large_picture_is_refused_as_users_are_told(sim: Sim) -> None:
    page = await sim.account("facebook")
    await sim.settings(facebook_photo_bytes=4 * 1024 * 1024)
    heavy = picture() + bytes(4 * 1024 * 1024)
    answer = await call(sim, page, "me/photos", url=sim.host("/heavy.jpg", heavy))
    error = answer.json()["error"]
    assert (error["code"], error["error_subcode"], error["error_user_title"]) == (100, 1366046, "Can't Read Files")
    sent = await sim.client.post(f"{GRAPH}/me/photos", files={"source": ("a.jpg", heavy)}, headers=bearer(page))
    assert sent.json()["error"]["error_subcode"] == 1366046
    await sim.settings(facebook_photo_bytes=5 * 1024 * 1024)
    assert (await call(sim, page, "me/photos", url=sim.host("/heavy.jpg", heavy))).status_code == 200


async def test_webp_is_a_picture_by_the_switch(sim: Sim) -> None:
    page = await sim.account("facebook")
    url = sim.host("/a.webp", picture("WEBP"))
    assert await refused(sim, page, "me/photos", url=url) == (324, 2069019)
    await sim.settings(facebook_webp="accept")
    await done(sim, page, "me/photos", url=url)
    assert (await sim.ledger())[0]["media"][0]["content_type"] == "image/webp"


async def test_facebook_reads_as_its_crawler_does(sim: Sim) -> None:
    page = await sim.account("facebook")
    sim.host("/robots.txt", b"User-agent: facebookexternalhit\nDisallow: /closed/")
    assert await refused(sim, page, "me/photos", url=sim.host("/closed/a.jpg", picture())) == (324, 2069019)
    await done(sim, page, "me/photos", url=sim.host("/open/a.jpg", picture()))
    assert await refused(sim, page, "me/photos", url="https://scontent.fbcdn.net/a.jpg") == (324, 2069019)
