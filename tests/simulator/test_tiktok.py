from typing import Any

import httpx
import pytest

from simulator.harness import JSON, Sim, bearer, picture

API = "/open.tiktokapis.com/v2/post/publish"


async def call(sim: Sim, account: JSON, path: str, body: JSON | None = None) -> httpx.Response:
    return await sim.client.post(f"{API}/{path}", json=body or {}, headers=bearer(account))


def order(urls: list[str], mode: str = "DIRECT_POST", **info: Any) -> JSON:
    direct = {"privacy_level": "SELF_ONLY", "brand_content_toggle": False, "brand_organic_toggle": False}
    return {
        "media_type": "PHOTO",
        "post_mode": mode,
        "post_info": {"title": "T", "description": "D"} | (direct if mode == "DIRECT_POST" else {}) | info,
        "source_info": {"source": "PULL_FROM_URL", "photo_images": urls, "photo_cover_index": 0},
    }


async def status(sim: Sim, account: JSON, publish_id: str) -> JSON:
    return dict((await call(sim, account, "status/fetch/", {"publish_id": publish_id})).json()["data"])


async def test_a_private_photo_post_completes_after_its_time(sim: Sim) -> None:
    account = await sim.account("tiktok")
    creator = (await call(sim, account, "creator_info/query/")).json()
    assert creator["error"]["code"] == "ok"
    assert creator["data"]["privacy_level_options"] == ["FOLLOWER_OF_CREATOR", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"]
    urls = [sim.host("/a.jpg", picture()), sim.host("/b.webp", picture("WEBP"))]
    publish_id = (await call(sim, account, "content/init/", order(urls))).json()["data"]["publish_id"]
    assert (await status(sim, account, publish_id))["status"] == "PROCESSING_DOWNLOAD"
    assert await sim.ledger() == []

    sim.clock.now += 2
    [item] = await sim.ledger()
    assert (item["id"], item["text"], len(item["media"])) == (publish_id, "D", 2)
    assert item["options"]["privacy_level"] == "SELF_ONLY"
    done = await status(sim, account, publish_id)
    assert (done["status"], "publicaly_available_post_id" in done) == ("PUBLISH_COMPLETE", False)
    assert len(await sim.ledger()) == 1


async def test_a_public_post_gets_an_int64_id(sim: Sim) -> None:
    account = await sim.account("tiktok", attributes={"private": False, "audited": True})
    body = order([sim.host("/a.jpg", picture())], privacy_level="PUBLIC_TO_EVERYONE")
    publish_id = (await call(sim, account, "content/init/", body)).json()["data"]["publish_id"]
    sim.clock.now += 2
    [public_id] = (await status(sim, account, publish_id))["publicaly_available_post_id"]
    assert isinstance(public_id, int)
    assert 10**18 < public_id < 2**63


async def test_a_draft_goes_to_the_inbox(sim: Sim) -> None:
    account = await sim.account("tiktok")
    body = order([sim.host("/a.jpg", picture())], "MEDIA_UPLOAD")
    publish_id = (await call(sim, account, "content/init/", body)).json()["data"]["publish_id"]
    sim.clock.now += 2
    assert (await status(sim, account, publish_id))["status"] == "SEND_TO_USER_INBOX"
    assert (await sim.ledger())[0]["options"]["inbox"] is True


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "photo_pull_failed"),
        (picture("PNG"), "file_format_check_failed"),
        (picture(size=(1081, 1100)), "picture_size_check_failed"),
    ],
)
async def test_a_bad_picture_fails_the_post_later(sim: Sim, content: bytes | None, reason: str) -> None:
    account = await sim.account("tiktok")
    if content is not None:
        sim.host("/a.jpg", content)
    answer = await call(sim, account, "content/init/", order(["http://media.test/a.jpg"]))
    assert answer.json()["error"]["code"] == "ok"
    sim.clock.now += 2
    failed = await status(sim, account, answer.json()["data"]["publish_id"])
    assert (failed["status"], failed["fail_reason"]) == ("FAILED", reason)
    assert await sim.ledger() == []


@pytest.mark.parametrize(
    ("change", "http", "code"),
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
        (
            {"privacy_level": "MUTUAL_FOLLOW_FRIENDS"},
            403,
            "unaudited_client_can_only_post_to_private_accounts",
        ),
    ],
)
async def test_a_bad_order_is_refused(sim: Sim, change: JSON, http: int, code: str) -> None:
    body = order([sim.host("/a.jpg", picture())])
    for name, value in change.items():
        inner = {"photo_images": "source_info", "photo_cover_index": "source_info"}.get(name, "post_info")
        (body if name in {"post_info", "surprise", "media_type"} else body[inner])[name] = value
    answer = await call(sim, await sim.account("tiktok"), "content/init/", body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (http, code)


async def test_an_audited_app_still_obeys_the_options(sim: Sim) -> None:
    account = await sim.account("tiktok", attributes={"audited": True})
    body = order([sim.host("/a.jpg", picture())], privacy_level="PUBLIC_TO_EVERYONE")
    assert (await call(sim, account, "content/init/", body)).json()["error"]["code"] == "privacy_level_option_mismatch"


async def test_the_seventh_init_of_a_minute_is_too_many(sim: Sim) -> None:
    account = await sim.account("tiktok")
    body = order([sim.host("/a.jpg", picture())])
    codes = [(await call(sim, account, "content/init/", body)).json()["error"]["code"] for _ in range(7)]
    assert codes == ["ok"] * 6 + ["rate_limit_exceeded"]
    sim.clock.now += 60
    assert (await call(sim, account, "content/init/", body)).json()["error"]["code"] == "ok"


async def test_a_publish_id_belongs_to_its_token(sim: Sim) -> None:
    account, other = await sim.account("tiktok"), await sim.account("tiktok", handle="other")
    answer = await call(sim, account, "content/init/", order([sim.host("/a.jpg", picture())]))
    foreign = await call(sim, other, "status/fetch/", {"publish_id": answer.json()["data"]["publish_id"]})
    assert foreign.json()["error"]["code"] == "token_not_authorized_for_specified_publish_id"
    unknown = await call(sim, other, "status/fetch/", {"publish_id": "p_pub_url~v2.1"})
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (400, "invalid_publish_id")


async def test_a_wrong_token_is_401_in_the_envelope(sim: Sim) -> None:
    answer = await sim.client.post(f"{API}/creator_info/query/", headers={"Authorization": "Bearer nobody"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "access_token_invalid")
