"""Photos of TikTok, and what every call of its API has in common."""

import pytest

from simulator.harness import JSON, Sim, picture
from simulator.tiktok_calls import (
    API,
    OPEN,
    call,
    code,
    cut,
    direct,
    film,
    init_photos,
    later,
    photos,
    post_video,
    status,
)


async def test_a_private_photo_post_completes_after_its_time(sim: Sim) -> None:
    account = await sim.account("tiktok")
    creator = (await call(sim, account, "creator_info/query/")).json()
    assert creator["error"]["code"] == "ok"
    assert creator["data"]["privacy_level_options"] == ["FOLLOWER_OF_CREATOR", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"]
    urls = [sim.host("/a.jpg", picture()), sim.host("/b.webp", picture("WEBP"))]
    publish_id = await init_photos(sim, account, urls)
    assert publish_id.startswith("p_pub_url~v2.")
    assert (await status(sim, account, publish_id))["status"] == "PROCESSING_DOWNLOAD"
    assert await sim.ledger() == []

    done = await later(sim, account, publish_id)
    assert done == {"status": "PUBLISH_COMPLETE", "downloaded_bytes": len(picture()) + len(picture("WEBP"))}
    [item] = await sim.ledger()
    assert (item["id"], item["text"]) == (publish_id, "D")
    assert [(medium["content_type"], medium["url"]) for medium in item["media"]] == [
        ("image/jpeg", urls[0]),
        ("image/webp", urls[1]),
    ]
    assert item["options"] == direct() | {
        "media_type": "PHOTO",
        "post_mode": "DIRECT_POST",
        "title": "T",
        "photo_cover_index": 0,
    }


async def test_a_photo_draft_carries_its_words_and_nothing_else(sim: Sim) -> None:
    account = await sim.account("tiktok")
    url = sim.host("/a.jpg", picture())
    publish_id = await init_photos(sim, account, [url], "MEDIA_UPLOAD", disable_comment=True)
    assert (await later(sim, account, publish_id))["status"] == "SEND_TO_USER_INBOX"
    [item] = await sim.ledger()
    assert (item["text"], item["options"]) == (
        "D",
        {"media_type": "PHOTO", "post_mode": "MEDIA_UPLOAD", "title": "T", "photo_cover_index": 0, "inbox": True},
    )


@pytest.mark.parametrize(
    ("change", "http", "said"),
    [
        ({"post_info": {"privacy_level": "SELF_ONLY"}}, 400, "invalid_param"),
        ({"surprise": 1}, 400, "invalid_param"),
        ({"media_type": "VIDEO"}, 400, "invalid_param"),
        ({"title": "t" * 91}, 400, "invalid_param"),
        ({"title": "🐟" * 46}, 400, "invalid_param"),
        ({"description": "d" * 4001}, 400, "invalid_param"),
        ({"is_aigc": True}, 400, "invalid_param"),
        ({"photo_cover_index": 1}, 400, "invalid_param"),
        ({"photo_images": []}, 400, "invalid_param"),
        ({"photo_images": ["http://elsewhere.test/a.jpg"]}, 403, "url_ownership_unverified"),
        ({"photo_images": ["https://elsewhere.test/a.jpg"]}, 403, "url_ownership_unverified"),
        ({"privacy_level": None}, 403, "privacy_level_option_mismatch"),
        ({"privacy_level": "MUTUAL_FOLLOW_FRIENDS"}, 403, "unaudited_client_can_only_post_to_private_accounts"),
        ({"brand_content_toggle": True}, 400, "invalid_param"),
    ],
)
async def test_a_bad_order_is_refused(sim: Sim, change: JSON, http: int, said: str) -> None:
    body = photos([sim.host("/a.jpg", picture())])
    for name, value in change.items():
        inner = {"photo_images": "source_info", "photo_cover_index": "source_info"}.get(name, "post_info")
        (body if name in {"post_info", "surprise", "media_type"} else body[inner])[name] = value
    answer = await call(sim, await sim.account("tiktok"), "content/init/", body)
    assert (answer.status_code, code(answer)) == (http, said)


@pytest.mark.parametrize(
    ("switches", "change", "said"),
    [
        ({"tiktok_invalid_param": "invalid_params"}, {"title": "t" * 91}, "invalid_params"),
        ({"tiktok_brand_toggles": "optional"}, {"brand_content_toggle": None}, "ok"),
        ({"tiktok_branded_private": "accept"}, {"brand_content_toggle": True}, "ok"),
    ],
)
async def test_open_questions_have_switches(sim: Sim, switches: JSON, change: JSON, said: str) -> None:
    await sim.settings(**switches)
    body = photos([sim.host("/a.jpg", picture())], **change)
    assert code(await call(sim, await sim.account("tiktok"), "content/init/", body)) == said


async def test_a_cover_that_no_photo_has_may_mean_the_first(sim: Sim) -> None:
    await sim.settings(tiktok_cover_out_of_range="accept")
    account, body = await sim.account("tiktok"), photos([sim.host("/a.jpg", picture())])
    body["source_info"]["photo_cover_index"] = 7
    assert code(await call(sim, account, "content/init/", body)) == "ok"
    sim.clock.now += 2
    assert (await sim.ledger())[0]["options"]["photo_cover_index"] == 0


@pytest.mark.parametrize(
    ("attributes", "level", "said"),
    [
        ({"audited": True}, "PUBLIC_TO_EVERYONE", "privacy_level_option_mismatch"),
        ({"audited": True}, "FOLLOWER_OF_CREATOR", "ok"),
        (OPEN, "FOLLOWER_OF_CREATOR", "privacy_level_option_mismatch"),
        (OPEN, "PUBLIC_TO_EVERYONE", "ok"),
        ({"private": False}, "SELF_ONLY", "unaudited_client_can_only_post_to_private_accounts"),
        ({"banned": True}, "SELF_ONLY", "spam_risk_user_banned_from_posting"),
    ],
)
async def test_profile_and_audit_say_who_may_see_a_post(sim: Sim, attributes: JSON, level: str, said: str) -> None:
    account = await sim.account("tiktok", attributes=attributes)
    for path, source in (
        ("content/init/", photos([sim.host("/a.jpg", picture())])["source_info"]),
        ("video/init/", cut(1000)),
    ):
        body = {"post_info": direct(privacy_level=level), "source_info": source}
        extra = {"media_type": "PHOTO", "post_mode": "DIRECT_POST"} if path == "content/init/" else {}
        assert code(await call(sim, account, path, body | extra)) == said


async def test_the_creator_is_told_with_its_limits(sim: Sim) -> None:
    attributes = OPEN | {"duet_disabled": True, "max_video_post_duration_sec": 180}
    open_account = await sim.account("tiktok", attributes=attributes)
    told = (await call(sim, open_account, "creator_info/query/")).json()["data"]
    assert told["privacy_level_options"] == ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"]
    assert (told["duet_disabled"], told["stitch_disabled"], told["comment_disabled"]) == (True, False, False)
    assert told["max_video_post_duration_sec"] == 180
    private = await sim.account("tiktok", handle="private")
    told = (await call(sim, private, "creator_info/query/")).json()["data"]
    assert (told["duet_disabled"], told["stitch_disabled"]) == (True, True)


async def test_an_old_app_takes_no_photos_as_drafts(sim: Sim) -> None:
    account = await sim.account("tiktok", attributes={"old_app": True})
    answer = await call(sim, account, "content/init/", photos([sim.host("/a.jpg", picture())], "MEDIA_UPLOAD"))
    assert (answer.status_code, code(answer)) == (400, "app_version_check_failed")
    assert code(await call(sim, account, "content/init/", photos([sim.host("/a.jpg", picture())]))) == "ok"


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [
        ("video.publish", {"creator_info/query/", "video/init/", "content DIRECT_POST"}),
        ("video.upload", {"inbox/video/init/", "content MEDIA_UPLOAD"}),
        ("video.list", set[str]()),
    ],
)
async def test_each_call_needs_its_scope(sim: Sim, scope: str, allowed: set[str]) -> None:
    account, url = await sim.account("tiktok", scopes=[scope]), sim.host("/a.jpg", picture())
    bodies = {
        "creator_info/query/": {},
        "video/init/": {"post_info": direct(), "source_info": cut(1000)},
        "inbox/video/init/": {"source_info": cut(1000)},
        "content DIRECT_POST": photos([url]),
        "content MEDIA_UPLOAD": photos([url], "MEDIA_UPLOAD"),
    }
    for name, body in bodies.items():
        answer = await call(sim, account, name if name.endswith("/") else "content/init/", body)
        expected = (200, "ok") if name in allowed else (401, "scope_not_authorized")
        assert (answer.status_code, code(answer)) == expected, name


async def test_a_publish_id_belongs_to_its_creator(sim: Sim) -> None:
    account, other = await sim.account("tiktok"), await sim.account("tiktok", handle="other")
    publish_id = await init_photos(sim, account, [sim.host("/a.jpg", picture())])
    for path in ("status/fetch/", "cancel/"):
        foreign = await call(sim, other, path, {"publish_id": publish_id})
        assert (foreign.status_code, code(foreign)) == (400, "token_not_authorized_for_specified_publish_id")
        unknown = await call(sim, other, path, {"publish_id": "p_pub_url~v2.1"})
        assert (unknown.status_code, code(unknown)) == (400, "invalid_publish_id")


async def test_a_publish_id_may_be_forgotten(sim: Sim) -> None:
    await sim.settings(tiktok_publish_id_seconds=3600)
    account = await sim.account("tiktok")
    publish_id = await post_video(sim, account, film())
    assert (await later(sim, account, publish_id))["status"] == "PUBLISH_COMPLETE"
    sim.clock.now += 3600
    assert code(await call(sim, account, "status/fetch/", {"publish_id": publish_id})) == "invalid_publish_id"


async def test_a_wrong_token_is_401_in_the_envelope(sim: Sim) -> None:
    answer = await sim.client.post(f"{API}/creator_info/query/", headers={"Authorization": "Bearer nobody"})
    assert (answer.status_code, code(answer)) == (401, "access_token_invalid")
    assert answer.json()["error"]["log_id"]
