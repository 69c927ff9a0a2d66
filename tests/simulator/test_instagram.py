from typing import Any

import httpx
import pytest

from simulator.harness import JSON, Sim, bearer, picture

HOSTS = ("/graph.instagram.com/v26.0", "/graph.facebook.com/v26.0")


async def call(sim: Sim, account: JSON, edge: str, host: str = HOSTS[0], **form: Any) -> httpx.Response:
    return await sim.client.post(f"{host}/{edge}", data=form, headers=bearer(account))


async def read(sim: Sim, account: JSON, path: str, fields: str, host: str = HOSTS[0]) -> JSON:
    answer = await sim.client.get(f"{host}/{path}", params={"fields": fields}, headers=bearer(account))
    return dict(answer.json())


async def container(sim: Sim, account: JSON, **form: Any) -> str:
    answer = await call(sim, account, "me/media", image_url=sim.host("/a.jpg", picture()), **form)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


@pytest.mark.parametrize("host", HOSTS)
async def test_a_container_is_processed_published_and_commented_on(sim: Sim, host: str) -> None:
    account = await sim.account("instagram")
    ig_id = account["extras"]["ig_user_id"]
    form = {
        "image_url": sim.host("/a.jpg", picture()),
        "caption": "Hello #world",
        "alt_text": "teal",
        "user_tags": '[{"username":"ada","x":0.5,"y":0.5}]',
        "collaborators": '["grace"]',
    }
    creation_id = (await call(sim, account, f"{ig_id}/media", host, **form)).json()["id"]
    assert (await read(sim, account, creation_id, "status_code", host))["status_code"] == "IN_PROGRESS"
    early = await call(sim, account, f"{ig_id}/media_publish", host, creation_id=creation_id)
    assert (early.json()["error"]["code"], early.json()["error"]["error_subcode"]) == (9007, 2207027)
    assert await sim.ledger() == []

    sim.clock.now += 2
    assert (await read(sim, account, creation_id, "status_code,status", host))["status_code"] == "FINISHED"
    media_id = (await call(sim, account, f"{ig_id}/media_publish", host, creation_id=creation_id)).json()["id"]
    assert (await read(sim, account, creation_id, "status_code", host))["status_code"] == "PUBLISHED"
    permalink = (await read(sim, account, media_id, "permalink", host))["permalink"]
    assert permalink.startswith("https://www.instagram.com/p/")
    listed = await read(sim, account, f"{ig_id}/media", "id,caption,timestamp", host)
    assert [(media["id"], media["caption"]) for media in listed["data"]] == [(media_id, "Hello #world")]
    used = await read(sim, account, f"{ig_id}/content_publishing_limit", "config,quota_usage", host)
    assert (used["data"][0]["quota_usage"], used["data"][0]["config"]["quota_total"]) == (1, 100)

    assert (await call(sim, account, f"{media_id}/comments", host, message="first")).status_code == 200
    comments = await read(sim, account, f"{media_id}/comments", "id,text,username", host)
    assert [comment["text"] for comment in comments["data"]] == ["first"]
    post, comment = await sim.ledger()
    assert (post["id"], post["text"], post["media"][0]["alt_text"]) == (media_id, "Hello #world", "teal")
    assert post["options"]["collaborators"] == ["grace"]
    assert (comment["kind"], comment["parent"]) == ("comment", media_id)


@pytest.mark.parametrize(("mode", "posts"), [("error", 1), ("same_id", 1), ("duplicate", 2)])
async def test_a_second_publish_follows_the_switch(sim: Sim, mode: str, posts: int) -> None:
    account = await sim.account("instagram")
    await sim.settings(second_publish=mode)
    creation_id = await container(sim, account)
    sim.clock.now += 2
    first = await call(sim, account, "me/media_publish", creation_id=creation_id)
    second = await call(sim, account, "me/media_publish", creation_id=creation_id)
    assert (second.status_code == 400) == (mode == "error")
    assert (second.json().get("id") == first.json()["id"]) == (mode == "same_id")
    assert len(await sim.ledger()) == posts


async def test_a_container_expires_after_a_day(sim: Sim) -> None:
    account = await sim.account("instagram")
    creation_id = await container(sim, account)
    sim.clock.now += 86400
    assert (await read(sim, account, creation_id, "status_code"))["status_code"] == "EXPIRED"
    refused = await call(sim, account, "me/media_publish", creation_id=creation_id)
    assert refused.json()["error"]["error_subcode"] == 2207020


async def test_a_carousel_needs_finished_children(sim: Sim) -> None:
    account = await sim.account("instagram")
    children = [await container(sim, account, is_carousel_item="true") for _ in range(2)]
    early = await call(sim, account, "me/media", media_type="CAROUSEL", children=",".join(children))
    assert early.json()["error"]["code"] == 9007
    sim.clock.now += 2
    form = {"media_type": "CAROUSEL", "children": ",".join(children), "caption": "Both"}
    creation_id = (await call(sim, account, "me/media", **form)).json()["id"]
    sim.clock.now += 2
    assert (await call(sim, account, "me/media_publish", creation_id=creation_id)).status_code == 200
    assert (await call(sim, account, "me/media_publish", creation_id=children[0])).json()["error"]["code"] == 100
    [item] = await sim.ledger()
    assert (item["text"], len(item["media"])) == ("Both", 2)


async def test_a_story_takes_tall_pictures_and_no_comments(sim: Sim) -> None:
    account = await sim.account("instagram")
    url = sim.host("/tall.jpg", picture(size=(90, 160)))
    creation_id = (await call(sim, account, "me/media", media_type="STORIES", image_url=url)).json()["id"]
    sim.clock.now += 2
    media_id = (await call(sim, account, "me/media_publish", creation_id=creation_id)).json()["id"]
    assert (await call(sim, account, f"{media_id}/comments", message="a")).json()["error"]["code"] == 100
    assert (await read(sim, account, "me/media", "id"))["data"] == []
    assert [story["id"] for story in (await read(sim, account, "me/stories", "id"))["data"]] == [media_id]


@pytest.mark.parametrize(
    ("form", "code", "subcode"),
    [
        ({"image_url": "http://elsewhere.test/a.jpg"}, 9004, 2207052),
        ({"image_url": "http://media.test/a.png"}, 36001, 2207005),
        ({"image_url": "http://media.test/tall.jpg"}, 36003, 2207009),
        ({"image_url": "http://media.test/heavy.jpg"}, 36000, 2207004),
        ({"caption": "x" * 2201}, 36004, 2207010),
        ({"collaborators": '["@ada"]'}, 110, 2207018),
        ({"collaborators": '["a","b","c","d"]'}, 100, None),
        ({"user_tags": '[{"username":"ada"}]'}, 100, None),
        ({"media_type": "HOLOGRAM"}, 100, 2207023),
        ({"media_type": "STORIES", "caption": "no"}, 100, None),
        ({"is_carousel_item": "true", "collaborators": '["ada"]'}, 100, None),
        ({"surprise": "1"}, 100, None),
    ],
)
async def test_a_bad_container_is_refused(sim: Sim, form: JSON, code: int, subcode: int | None) -> None:
    sim.host("/a.png", picture("PNG"))
    sim.host("/tall.jpg", picture(size=(90, 160)))
    sim.host("/heavy.jpg", picture() + b"\0" * 8 * 1024 * 1024)
    account = await sim.account("instagram")
    answer = await call(sim, account, "me/media", **({"image_url": sim.host("/good.jpg", picture())} | form))
    error = answer.json()["error"]
    assert (error["code"], error.get("error_subcode")) == (code, subcode)


async def test_the_publishing_quota_ends_the_day(sim: Sim) -> None:
    account = await sim.account("instagram")
    await sim.settings(instagram_quota_total=1)
    for status in (200, 400):
        creation_id = await container(sim, account)
        sim.clock.now += 2
        answer = await call(sim, account, "me/media_publish", creation_id=creation_id)
        assert answer.status_code == status
    assert answer.json()["error"]["error_subcode"] == 2207042


async def test_an_expired_token_says_463(sim: Sim) -> None:
    account = await sim.account("instagram")
    sim.clock.now += 366 * 86400
    assert (await read(sim, account, "me", "id"))["error"]["error_subcode"] == 463
