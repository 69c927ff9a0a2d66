"""How often TikTok may be called, and how much may be published in a day."""

import pytest

from simulator.harness import JSON, Sim, picture
from simulator.tiktok_calls import (
    OPEN,
    call,
    code,
    cut,
    direct,
    film,
    init_draft,
    init_photos,
    init_video,
    later,
    photos,
    post_video,
    upload,
)

VIDEO: JSON = {"post_info": direct(), "source_info": cut(1000)}


@pytest.mark.parametrize(
    ("path", "limit", "body"),
    [
        ("creator_info/query/", 20, {}),
        ("video/init/", 6, VIDEO),
        ("inbox/video/init/", 6, {"source_info": cut(1000)}),
        ("content/init/", 6, photos(["http://media.test/a.jpg"])),
        ("status/fetch/", 30, {"publish_id": "p_pub_url~v2.1"}),
    ],
)
async def test_each_token_has_so_many_calls_in_a_minute(sim: Sim, path: str, limit: int, body: JSON) -> None:
    await sim.settings(tiktok_pending_drafts=100)
    sim.host("/a.jpg", picture())
    account = await sim.account("tiktok")
    codes = [code(await call(sim, account, path, body)) for _ in range(limit)]
    assert "rate_limit_exceeded" not in codes
    answer = await call(sim, account, path, body)
    assert (answer.status_code, code(answer)) == (429, "rate_limit_exceeded")
    renewed = await sim.account("tiktok", refreshable=True)
    assert code(await call(sim, renewed, path, body)) == codes[0]
    sim.clock.now += 60
    assert code(await call(sim, account, path, body)) == codes[0]


@pytest.mark.parametrize(("minute", "left"), [("sliding", 1), ("fixed", 6)])
async def test_the_minute_slides_or_is_fixed(sim: Sim, minute: str, left: int) -> None:
    await sim.settings(tiktok_minute=minute)
    account = await sim.account("tiktok")
    for seconds in (0, 50, 0, 0, 0, 0):
        sim.clock.now += seconds
        assert code(await call(sim, account, "video/init/", VIDEO)) == "ok"
    sim.clock.now += 11
    codes = [code(await call(sim, account, "video/init/", VIDEO)) for _ in range(7)]
    assert codes == ["ok"] * left + ["rate_limit_exceeded"] * (7 - left)


async def test_a_creator_posts_so_often_in_a_day(sim: Sim) -> None:
    await sim.settings(tiktok_posts_per_day=2)
    account, url = await sim.account("tiktok"), sim.host("/a.jpg", picture())
    await sim.fault("tiktok", "fail")
    failing = await init_photos(sim, account, [url])
    assert (await later(sim, account, failing))["status"] == "FAILED"
    await post_video(sim, account)
    await init_photos(sim, account, [url])
    for path, body in (("video/init/", VIDEO), ("content/init/", photos([url]))):
        answer = await call(sim, account, path, body)
        assert (answer.status_code, code(answer)) == (403, "spam_risk_too_many_posts")
    told = await call(sim, account, "creator_info/query/")
    assert (told.status_code, code(told)) == (200, "spam_risk_too_many_posts")
    sim.clock.now += 86_401
    assert code(await call(sim, account, "creator_info/query/")) == "ok"


async def test_who_begins_more_than_they_may_post_fails_later(sim: Sim) -> None:
    await sim.settings(tiktok_posts_per_day=1)
    account, content = await sim.account("tiktok"), film()
    begun = [await init_video(sim, account, cut(len(content))) for _ in range(2)]
    for data in begun:
        await upload(sim, data["upload_url"], content)
    assert (await later(sim, account, begun[0]["publish_id"]))["status"] == "PUBLISH_COMPLETE"
    assert (await later(sim, account, begun[1]["publish_id"]))["fail_reason"] == "spam_risk_too_many_posts"


@pytest.mark.parametrize(("do_orphans_count", "said"), [(True, "spam_risk_too_many_pending_share"), (False, "ok")])
async def test_so_many_drafts_may_wait(sim: Sim, said: str, *, do_orphans_count: bool) -> None:
    await sim.settings(tiktok_orphans_are_pending=do_orphans_count)
    account, url = await sim.account("tiktok"), sim.host("/a.jpg", picture())
    await init_draft(sim, account, cut(1000))
    for _ in range(4):
        await init_photos(sim, account, [url], "MEDIA_UPLOAD")
    answer = await call(sim, account, "inbox/video/init/", {"source_info": cut(1000)})
    assert (answer.status_code, code(answer)) == (200 if said == "ok" else 403, said)
    assert code(await call(sim, account, "content/init/", photos([url]))) == "ok", "a direct post is no draft"


async def test_a_draft_that_is_posted_makes_room(sim: Sim) -> None:
    await sim.settings(tiktok_pending_drafts=1, tiktok_draft_posted_seconds=60)
    account, url = await sim.account("tiktok"), sim.host("/a.jpg", picture())
    publish_id = await init_photos(sim, account, [url], "MEDIA_UPLOAD")
    body = photos([url], "MEDIA_UPLOAD")
    assert (await later(sim, account, publish_id))["status"] == "SEND_TO_USER_INBOX"
    assert code(await call(sim, account, "content/init/", body)) == "spam_risk_too_many_pending_share"
    assert (await later(sim, account, publish_id, 60))["status"] == "PUBLISH_COMPLETE"
    assert code(await call(sim, account, "content/init/", body)) == "ok"


async def test_an_app_that_is_not_audited_has_five_creators_a_day(sim: Sim) -> None:
    audited = [await sim.account("tiktok", handle=f"audited{number}", attributes=OPEN) for number in range(6)]
    for account in audited:
        assert code(await call(sim, account, "video/init/", VIDEO)) == "ok"
    accounts = [await sim.account("tiktok", handle=f"creator{number}") for number in range(6)]
    for account in accounts[:5]:
        assert code(await call(sim, account, "creator_info/query/")) == "ok"
        assert code(await call(sim, account, "video/init/", VIDEO)) == "ok"
    told = await call(sim, accounts[5], "creator_info/query/")
    assert (told.status_code, code(told)) == (200, "reached_active_user_cap")
    for path, body in (("video/init/", VIDEO), ("inbox/video/init/", {"source_info": cut(1000)})):
        answer = await call(sim, accounts[5], path, body)
        assert (answer.status_code, code(answer)) == (403, "reached_active_user_cap")
    assert code(await call(sim, accounts[0], "video/init/", VIDEO)) == "ok", "one of the five"
    assert code(await call(sim, audited[0], "video/init/", VIDEO)) == "ok"
    sim.clock.now += 86_400
    assert code(await call(sim, accounts[5], "video/init/", VIDEO)) == "ok"


async def test_no_limit_holds_when_they_are_off(sim: Sim) -> None:
    await sim.settings(rate_limits=False, tiktok_posts_per_day=0, tiktok_pending_drafts=0, tiktok_active_users=0)
    account = await sim.account("tiktok")
    for _ in range(7):
        await init_draft(sim, account, cut(1000))
        assert (await later(sim, account, await post_video(sim, account)))["status"] == "PUBLISH_COMPLETE"
