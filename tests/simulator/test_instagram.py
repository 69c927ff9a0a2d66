import json

import pytest

from simulator.harness import Sim, bearer
from simulator.instagram_calls import (
    BY_FACEBOOK,
    FACEBOOK,
    INSTAGRAM,
    call,
    container,
    fault_of,
    film,
    make,
    photo,
    publish,
    published,
    read,
    ready,
    refusal,
    status,
)

LOGINS = pytest.mark.parametrize("login", ["instagram", "facebook"])


@LOGINS
async def test_a_container_is_processed_published_and_commented_on(sim: Sim, login: str) -> None:
    account = await sim.account("instagram", attributes={"login": login})
    ig_id = account["extras"]["ig_user_id"]
    form = {
        "caption": "Hello #world",
        "alt_text": "teal",
        "user_tags": '[{"username":"ada","x":0.5,"y":0.25}]',
        "collaborators": '["grace"]',
        "location_id": "4711",
    }
    creation_id = (await call(sim, account, f"{ig_id}/media", image_url=photo(sim), **form)).json()["id"]
    assert await status(sim, account, creation_id) == "IN_PROGRESS"
    early = await call(sim, account, f"{ig_id}/media_publish", creation_id=creation_id)
    assert refusal(early) == (9007, 2207027)
    assert await sim.ledger() == []

    sim.clock.now += 2
    assert await read(sim, account, creation_id, "status_code,status") == {
        "id": creation_id,
        "status_code": "FINISHED",
        "status": "Finished: Media has been uploaded and it is ready to be published.",
    }
    media_id = (await call(sim, account, f"{ig_id}/media_publish", creation_id=creation_id)).json()["id"]
    assert await status(sim, account, creation_id) == "PUBLISHED"
    permalink = (await read(sim, account, media_id, "permalink"))["permalink"]
    assert permalink.startswith("https://www.instagram.com/p/")
    listed = await read(sim, account, f"{ig_id}/media", "id,caption,timestamp")
    assert [(media["id"], media["caption"]) for media in listed["data"]] == [(media_id, "Hello #world")]

    assert (await call(sim, account, f"{media_id}/comments", message="first")).status_code == 200
    comments = await read(sim, account, f"{media_id}/comments", "id,text,username")
    assert [comment["text"] for comment in comments["data"]] == ["first"]
    post, comment = await sim.ledger()
    assert (post["id"], post["text"]) == (media_id, "Hello #world")
    assert post["options"] == {
        "media_type": "IMAGE",
        "product": "FEED",
        "collaborators": ["grace"],
        "location_id": "4711",
    }
    [medium] = post["media"]
    assert (medium["kind"], medium["alt_text"], medium["url"]) == ("image", "teal", "http://media.test/a.jpg")
    assert medium["user_tags"] == [{"username": "ada", "x": 0.5, "y": 0.25}]
    assert (comment["kind"], comment["parent"]) == ("comment", media_id)


async def test_a_reel_shows_its_cover_tags_and_audio(sim: Sim) -> None:
    account = await sim.account("instagram")
    media_id = await published(
        sim,
        account,
        media_type="REELS",
        video_url=film(sim, sound="aac"),
        caption="Moving",
        cover_url=photo(sim, "/cover.jpg"),
        thumb_offset=1500,
        share_to_feed="false",
        audio_name="Waves",
        user_tags='[{"username":"ada"}]',
        collaborators='["grace"]',
    )
    [post] = await sim.ledger()
    cover = post["options"].pop("cover")
    assert (cover["content_type"], cover["url"]) == ("image/jpeg", "http://media.test/cover.jpg")
    assert post["options"] == {
        "media_type": "REELS",
        "product": "REELS",
        "share_to_feed": False,
        "audio_name": "Waves",
        "collaborators": ["grace"],
    }
    [medium] = post["media"]
    assert (medium["kind"], medium["duration_ms"], medium["user_tags"]) == ("video", 3000, [{"username": "ada"}])
    shown = await read(
        sim, account, media_id, "permalink,media_type,media_product_type,is_shared_to_feed,thumbnail_url"
    )
    assert shown.pop("permalink").startswith("https://www.instagram.com/reel/")
    assert shown.pop("thumbnail_url").endswith(cover["sha256"])
    assert shown == {
        "id": media_id,
        "media_type": "VIDEO",
        "media_product_type": "REELS",
        "is_shared_to_feed": False,
    }


async def test_a_reel_without_a_cover_keeps_its_offset(sim: Sim) -> None:
    account = await sim.account("instagram")
    await published(sim, account, media_type="REELS", video_url=film(sim), thumb_offset=1500)
    [post] = await sim.ledger()
    assert post["options"] == {"media_type": "REELS", "product": "REELS", "thumb_offset": 1500}


async def test_a_carousel_mixes_pictures_and_videos(sim: Sim) -> None:
    account = await sim.account("instagram")
    tags = '[{"username":"ada","x":0.1,"y":0.9}]'
    first = await ready(sim, account, is_carousel_item="true", alt_text="One", user_tags=tags)
    second = await ready(
        sim, account, is_carousel_item="true", media_type="VIDEO", video_url=film(sim), thumb_offset=500
    )
    media_id = await published(sim, account, media_type="CAROUSEL", children=f"{first},{second}", caption="Both")
    [post] = await sim.ledger()
    assert (post["text"], post["options"]) == ("Both", {"media_type": "CAROUSEL", "product": "FEED"})
    one, two = post["media"]
    assert (one["kind"], one["alt_text"], one["user_tags"]) == ("image", "One", json.loads(tags))
    assert (two["kind"], two["thumb_offset"]) == ("video", 500)
    shown = await read(sim, account, media_id, "media_type,media_product_type,children{media_type,media_url}")
    assert (shown["media_type"], shown["media_product_type"]) == ("CAROUSEL_ALBUM", "FEED")
    items = shown["children"]["data"]
    assert [item["media_type"] for item in items] == ["IMAGE", "VIDEO"]
    assert items[1]["media_url"].endswith(two["sha256"])
    alone = await read(sim, account, items[1]["id"], "media_type")
    assert alone == {"id": items[1]["id"], "media_type": "VIDEO"}
    assert (await read(sim, account, media_id, "children"))["children"]["data"][0] == {"id": items[0]["id"]}


async def test_a_carousel_needs_finished_items_of_the_same_account(sim: Sim) -> None:
    account = await sim.account("instagram")
    children = [await container(sim, account, is_carousel_item="true") for _ in range(2)]
    both = ",".join(children)
    assert refusal(await make(sim, account, media_type="CAROUSEL", children=both)) == (9007, 2207027)
    sim.clock.now += 2
    assert refusal(await make(sim, account, media_type="CAROUSEL", children=children[0])) == (100, 2207028)
    eleven = ",".join(children[:1] * 11)
    assert refusal(await make(sim, account, media_type="CAROUSEL", children=eleven)) == (100, 2207028)
    single = await ready(sim, account)
    mixed = json.dumps([children[0], single])
    assert refusal(await make(sim, account, media_type="CAROUSEL", children=mixed)) == (24, 2207006)
    stranger = await sim.account("instagram", handle="stranger")
    assert refusal(await make(sim, stranger, media_type="CAROUSEL", children=both)) == (24, 2207006)
    assert refusal(await publish(sim, account, children[0])) == (100, None)
    assert (await make(sim, account, media_type="CAROUSEL", children=json.dumps(children))).status_code == 200
    sim.clock.now += 86400
    assert refusal(await make(sim, account, media_type="CAROUSEL", children=both)) == (-2, 2207020)


@pytest.mark.parametrize("medium", ["image", "video"])
async def test_a_story_has_any_shape_places_no_comments_and_a_list_of_its_own(sim: Sim, medium: str) -> None:
    account = await sim.account("instagram")
    url = photo(sim, size=(90, 160)) if medium == "image" else film(sim, size=(48, 96))
    tags = '[{"username":"ada"},{"username":"grace","x":0.2,"y":0.3}]'
    media_id = await published(sim, account, media_type="STORIES", user_tags=tags, **{f"{medium}_url": url})
    [post] = await sim.ledger()
    assert (post["text"], post["options"]) == ("", {"media_type": "STORIES", "product": "STORY"})
    assert (post["media"][0]["kind"], post["media"][0]["user_tags"]) == (medium, json.loads(tags))
    assert refusal(await call(sim, account, f"{media_id}/comments", message="a")) == (100, None)
    assert (await read(sim, account, "me/media"))["data"] == []
    assert [story["id"] for story in (await read(sim, account, "me/stories"))["data"]] == [media_id]
    permalink = (await read(sim, account, media_id, "permalink"))["permalink"]
    assert permalink == f"https://www.instagram.com/stories/{account['handle']}/{media_id}/"
    sim.clock.now += 86401
    assert (await read(sim, account, "me/stories"))["data"] == []


async def test_stories_of_creators_are_a_switch(sim: Sim) -> None:
    creator = await sim.account("instagram", attributes={"account_type": "MEDIA_CREATOR"})
    business = await sim.account("instagram", handle="business")
    assert (await make(sim, creator, media_type="STORIES")).status_code == 200
    await sim.settings(instagram_creator_stories="refuse")
    assert refusal(await make(sim, creator, media_type="STORIES")) == (10, None)
    assert (await make(sim, business, media_type="STORIES")).status_code == 200
    assert (await make(sim, creator)).status_code == 200


async def test_a_container_expires_after_a_day(sim: Sim) -> None:
    account = await sim.account("instagram")
    creation_id = await container(sim, account)
    sim.clock.now += 86399
    assert await status(sim, account, creation_id) == "FINISHED"
    sim.clock.now += 1
    assert await status(sim, account, creation_id) == "EXPIRED"
    assert refusal(await publish(sim, account, creation_id)) == (-2, 2207020)


async def test_four_hundred_containers_are_a_day_of_them(sim: Sim) -> None:
    account = await sim.account("instagram")
    url = photo(sim)
    for _ in range(399):
        sim.app.world.count_sliding(f"instagram containers {account['platform_account_id']}", 400, 86400)
    assert (await make(sim, account, image_url=url)).status_code == 200
    assert refusal(await make(sim, account, image_url=url)) == (80002, None)
    sim.clock.now += 86401
    assert (await make(sim, account, image_url=url)).status_code == 200


@LOGINS
async def test_each_right_has_a_scope_by_its_login(sim: Sim, login: str) -> None:
    attributes = {"login": login}
    full = await sim.account("instagram", attributes=attributes)
    media_id = await published(sim, full)
    scopes = full["scopes"]
    publishing, commenting = (
        next(scope for scope in scopes if scope.endswith(right)) for right in ("content_publish", "manage_comments")
    )
    less = await sim.account("instagram", scopes=[scope for scope in scopes if scope != publishing])
    assert refusal(await make(sim, less)) == (10, None)
    assert refusal(await publish(sim, less, "1")) == (10, None)
    silent = await sim.account("instagram", scopes=[scope for scope in scopes if scope != commenting])
    assert refusal(await call(sim, silent, f"{media_id}/comments", message="a")) == (10, None)
    blind = await sim.account("instagram", scopes=[publishing])
    assert (await read(sim, blind, media_id))["error"]["code"] == 10


async def test_a_token_is_for_the_host_of_its_login(sim: Sim) -> None:
    for attributes, wrong in (({}, FACEBOOK), (BY_FACEBOOK, INSTAGRAM)):
        account = await sim.account("instagram", handle=f"on{wrong[7:10]}", attributes=attributes)
        answer = await sim.client.get(f"{wrong}/{account['platform_account_id']}", headers=bearer(account))
        assert refusal(answer) == (190, None)


async def test_a_medium_cannot_be_deleted_with_a_publishing_token(sim: Sim) -> None:
    account = await sim.account("instagram")
    media_id = await published(sim, account)
    answer = await sim.client.delete(f"{INSTAGRAM}/{media_id}", headers=bearer(account))
    assert refusal(answer) == (10, None)
    missing = await sim.client.delete(f"{INSTAGRAM}/1", headers=bearer(account))
    assert refusal(missing) == (100, 33)


async def test_an_expired_token_says_463(sim: Sim) -> None:
    account = await sim.account("instagram")
    sim.clock.now += 366 * 86400
    assert (await read(sim, account, "me"))["error"]["error_subcode"] == 463


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        ("2207085", "Error: Media upload has failed with error code 2207085"),
        ("Something else", "Error: Something else"),
    ],
)
async def test_processing_fails_with_the_ordered_reason(sim: Sim, reason: str, text: str) -> None:
    account = await sim.account("instagram")
    await sim.fault("instagram", "fail", method="POST", path="/v26.0/*/media", reason=reason)
    assert await fault_of(sim, account) == text


async def test_slow_and_stuck_processing(sim: Sim) -> None:
    account = await sim.account("instagram")
    await sim.fault("instagram", "slow", polls=2)
    slow = await container(sim, account)
    sim.clock.now += 2
    assert [await status(sim, account, slow) for _ in range(2)] == ["IN_PROGRESS", "FINISHED"]
    await sim.fault("instagram", "stuck")
    stuck = await container(sim, account)
    sim.clock.now += 3600
    assert await status(sim, account, stuck) == "IN_PROGRESS"
