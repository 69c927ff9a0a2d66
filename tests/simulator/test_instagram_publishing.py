"""media_publish under every reading of it, its quota, and what can be read afterwards."""

import pytest

from simulator.harness import JSON, Sim, bearer, picture
from simulator.instagram_calls import (
    BY_FACEBOOK,
    INSTAGRAM,
    call,
    container,
    film,
    publish,
    published,
    read,
    ready,
    refusal,
    status,
)


@pytest.mark.parametrize(("mode", "posts"), [("error", 1), ("same_id", 1), ("duplicate", 2)])
async def test_a_second_publish_follows_the_switch(sim: Sim, mode: str, posts: int) -> None:
    account = await sim.account("instagram")
    await sim.settings(second_publish=mode)
    creation_id = await ready(sim, account)
    first = await publish(sim, account, creation_id)
    second = await publish(sim, account, creation_id)
    assert (second.status_code == 400) == (mode == "error")
    assert (second.json().get("id") == first.json()["id"]) == (mode == "same_id")
    assert len(await sim.ledger()) == posts
    assert len((await read(sim, account, "me/media"))["data"]) == posts


async def test_what_is_not_there_or_failed_cannot_be_published(sim: Sim) -> None:
    account = await sim.account("instagram")
    assert refusal(await publish(sim, account, "1")) == (24, 2207008)
    stranger = await sim.account("instagram", handle="stranger")
    assert refusal(await publish(sim, stranger, await ready(sim, account))) == (24, 2207008)
    failed = await container(sim, account, image_url="http://media.test/none.jpg")
    assert refusal(await publish(sim, account, failed)) == (9007, 2207027)
    assert await sim.ledger() == []


async def test_a_medium_is_pulled_at_the_latest_when_it_is_to_be_published(sim: Sim) -> None:
    account = await sim.account("instagram")
    creation_id = await container(sim, account)
    sim.clock.now += 2
    assert (await publish(sim, account, creation_id)).status_code == 200


async def test_what_an_earlier_release_left_is_published_and_read(sim: Sim) -> None:
    account = await sim.account("instagram")
    world, ig_id = sim.app.world, account["platform_account_id"]
    with world.store.transaction():
        blob = world.store.add_blob(picture(), "image/jpeg")
        course = {"from": 0, "until": 0, "polls": 0, "stuck": False, "reason": None}
        old: JSON = {
            "kind": "IMAGE",
            "media_id": None,
            "children": [],
            "sha256": blob.sha256,
            "url": "http://media.test/a.jpg",
        }
        world.create("instagram", "container", "17", ig_id, old | {"options": {"caption": "Old"}, "processing": course})
        shown = {"caption": "Older", "shortcode": "C1", "media_type": "IMAGE", "product": "FEED"}
        world.create("instagram", "media", "18", ig_id, shown | {"pictures": [blob.sha256]})
    assert (await publish(sim, account, "17")).status_code == 200
    listed = await read(sim, account, "me/media", "caption,media_url,is_shared_to_feed")
    assert [(media["caption"], media["media_url"][-64:]) for media in listed["data"]] == [
        ("Old", blob.sha256),
        ("Older", blob.sha256),
    ]


async def test_the_quota_ends_the_day_and_comes_back(sim: Sim) -> None:
    account = await sim.account("instagram")
    await sim.settings(instagram_quota_total=1)
    await published(sim, account)
    creation_id = await ready(sim, account)
    assert refusal(await publish(sim, account, creation_id)) == (9, 2207042)
    sim.clock.now += 86399
    assert (await publish(sim, account, await ready(sim, account))).status_code == 200


async def test_the_quota_can_be_asked_for(sim: Sim) -> None:
    account = await sim.account("instagram", attributes=BY_FACEBOOK)
    await published(sim, account)
    sim.clock.now += 3600
    full = await read(sim, account, "me/content_publishing_limit", "config,quota_usage")
    assert full == {"data": [{"config": {"quota_total": 100, "quota_duration": 86400}, "quota_usage": 1}]}
    path = f"/graph.facebook.com/v26.0/{account['platform_account_id']}/content_publishing_limit"
    assert (await sim.client.get(path, headers=bearer(account))).json() == {"data": [{"quota_usage": 1}]}
    recent = await read(sim, account, "me/content_publishing_limit", "quota_usage", since=int(sim.clock.now) - 60)
    assert recent == {"data": [{"quota_usage": 0}]}
    old = await read(sim, account, "me/content_publishing_limit", "quota_usage", since=int(sim.clock.now) - 86401)
    assert old["error"]["code"] == 100


async def test_a_false_block_hides_a_post_that_went_live(sim: Sim) -> None:
    account = await sim.account("instagram")
    await sim.settings(instagram_false_block=True)
    creation_id = await ready(sim, account)
    assert refusal(await publish(sim, account, creation_id)) == (4, 2207051)
    assert await status(sim, account, creation_id) == "PUBLISHED"
    assert len(await sim.ledger()) == 1


async def test_reads_may_be_hidden_while_publishing_works(sim: Sim) -> None:
    account = await sim.account("instagram")
    creation_id = await ready(sim, account)
    await sim.settings(instagram_hidden_reads=True)
    hidden = await read(sim, account, creation_id, "status_code")
    assert (hidden["error"]["code"], hidden["error"]["error_subcode"]) == (100, 33)
    media_id = (await publish(sim, account, creation_id)).json()["id"]
    assert (await read(sim, account, media_id))["error"]["error_subcode"] == 33
    assert (await read(sim, account, "me", "username"))["username"] == account["handle"]
    assert [media["id"] for media in (await read(sim, account, "me/media"))["data"]] == [media_id]


async def test_a_new_medium_may_be_missing_from_the_list(sim: Sim) -> None:
    account = await sim.account("instagram")
    await sim.settings(instagram_list_lag_seconds=30)
    media_id = await published(sim, account)
    assert (await read(sim, account, media_id))["id"] == media_id
    assert (await read(sim, account, "me/media"))["data"] == []
    sim.clock.now += 30
    assert [media["id"] for media in (await read(sim, account, "me/media"))["data"]] == [media_id]


async def test_the_list_is_newest_first_in_pages_and_between_times(sim: Sim) -> None:
    account = await sim.account("instagram")
    made = [await published(sim, account, caption=str(number)) for number in range(2)]
    made.append(await published(sim, account, media_type="REELS", video_url=film(sim)))
    first = await read(sim, account, "me/media", "id,media_product_type", limit=2)
    assert [media["id"] for media in first["data"]] == made[:0:-1]
    assert [media["media_product_type"] for media in first["data"]] == ["REELS", "FEED"]
    rest = await read(sim, account, "me/media", limit=2, after=first["paging"]["cursors"]["after"])
    assert [media["id"] for media in rest["data"]] == made[:1]
    late = await read(sim, account, "me/media", since=int(sim.clock.now) - 1)
    assert [media["id"] for media in late["data"]] == made[2:]
    early = await read(sim, account, "me/media", until=int(sim.clock.now) - 1)
    assert [media["id"] for media in early["data"]] == made[1::-1]


async def test_collaborators_are_invited(sim: Sim) -> None:
    account = await sim.account("instagram")
    media_id = await published(sim, account, collaborators='["ada","grace"]')
    listed = await read(sim, account, f"{media_id}/collaborators", "username,invite_status")
    assert [(person["username"], person["invite_status"]) for person in listed["data"]] == [
        ("ada", "Pending"),
        ("grace", "Pending"),
    ]
    assert (await read(sim, account, "1/collaborators"))["error"]["error_subcode"] == 33


async def test_unknown_fields_are_refused(sim: Sim) -> None:
    account = await sim.account("instagram")
    media_id = await published(sim, account)
    assert (await read(sim, account, media_id, "id,colour"))["error"]["code"] == 100


async def test_a_medium_belongs_to_its_account(sim: Sim) -> None:
    account = await sim.account("instagram")
    media_id = await published(sim, account)
    stranger = await sim.account("instagram", handle="stranger")
    assert (await read(sim, stranger, media_id))["error"]["error_subcode"] == 33
    assert refusal(await call(sim, stranger, f"{media_id}/comments", message="a")) == (100, 33)
    assert refusal(await call(sim, stranger, f"{account['platform_account_id']}/media")) == (100, 33)


@pytest.mark.parametrize("message", ["x" * 301, "#a #b #c #d #e", "http://a.test http://b.test", "LOUD"])
async def test_comments_are_held_to_the_older_limits_by_the_switch(sim: Sim, message: str) -> None:
    account = await sim.account("instagram")
    media_id = await published(sim, account)
    assert (await call(sim, account, f"{media_id}/comments", message=message)).status_code == 200
    await sim.settings(instagram_comment_rules="legacy")
    assert refusal(await call(sim, account, f"{media_id}/comments", message=message)) == (100, None)
    assert (await call(sim, account, f"{media_id}/comments", message="Fine, #a http://a.test")).status_code == 200


async def test_an_empty_comment_is_refused(sim: Sim) -> None:
    account = await sim.account("instagram")
    media_id = await published(sim, account)
    assert refusal(await call(sim, account, f"{media_id}/comments", message=" ")) == (100, None)


async def test_a_user_token_reaches_the_account_of_its_page(sim: Sim) -> None:
    account = await sim.account("instagram", attributes=BY_FACEBOOK | {"token_kind": "user"})
    media_id = await published(sim, account)
    assert (await sim.ledger())[0]["account"] == account["platform_account_id"]
    assert (await read(sim, account, media_id, "username"))["username"] == account["handle"]


async def test_a_user_token_reaches_what_each_of_its_accounts_has(sim: Sim) -> None:
    for handle in ("first", "second"):
        await sim.account("facebook", handle=handle, attributes={"user": "ada"})
    attributes = BY_FACEBOOK | {"token_kind": "user"}
    for handle in ("first", "second"):
        account = await sim.account("instagram", handle=handle, attributes=attributes)
    own = account["platform_account_id"]

    async def made(edge: str, **form: str) -> str:
        answer = await call(sim, account, f"{own}/{edge}", **form)
        assert answer.status_code == 200, answer.text
        sim.clock.now += 2
        return str(answer.json()["id"])

    url = sim.host("/a.jpg", picture())
    children = [await made("media", image_url=url, is_carousel_item="true") for _ in range(2)]
    creation_id = await made("media", media_type="CAROUSEL", children=",".join(children))
    medium = await made("media_publish", creation_id=creation_id)
    items = (await read(sim, account, medium, "children"))["children"]["data"]
    for object_id in (own, *children, creation_id, medium, *(item["id"] for item in items)):
        assert (await read(sim, account, object_id))["id"] == object_id
    assert (await read(sim, account, items[1]["id"], "username"))["username"] == "second"


async def test_parameters_may_be_json(sim: Sim) -> None:
    account = await sim.account("instagram")
    body = {
        "image_url": sim.host("/a.jpg", b""),
        "user_tags": [{"username": "ada", "x": 0.5, "y": 0.5}],
        "is_ai_generated": True,
    }
    answer = await sim.client.post(f"{INSTAGRAM}/me/media", json=body, headers=bearer(account))
    assert answer.status_code == 200
