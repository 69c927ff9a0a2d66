"""What becomes of a publish of TikTok with time: posted, public, posted from the inbox, taken down, failed, or never done."""

import pytest

from dravo_simulator.store import Stored
from dravo_simulator.tiktok import state
from dravo_simulator.world import World
from simulator.harness import JSON, Sim, picture
from simulator.tiktok_calls import (
    OPEN,
    cut,
    film,
    init_draft,
    init_photos,
    init_video,
    later,
    post_video,
    status,
    upload,
)

IDS = "publicaly_available_post_id"
PUBLIC: JSON = {"privacy_level": "PUBLIC_TO_EVERYONE"}


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, JSON]]:
    """The events that apps are told, in order."""
    events: list[tuple[str, JSON]] = []

    def happened(_world: World, _publish: Stored, event: str, content: JSON) -> None:
        events.append((event.removeprefix("post.publish."), content))

    monkeypatch.setattr(state, "happened", happened)
    return events


async def test_a_public_post_gets_an_int64_id(sim: Sim, told: list[tuple[str, JSON]]) -> None:
    account = await sim.account("tiktok", attributes=OPEN)
    publish_id = await post_video(sim, account, **PUBLIC)
    [public_id] = (await later(sim, account, publish_id))[IDS]
    assert isinstance(public_id, int)
    assert 10**18 < public_id < 2**63
    assert (await sim.ledger())[0]["options"][IDS] == [public_id]
    named = {"publish_id": publish_id, "publish_type": "DIRECT_PUBLISH"}
    assert told == [("complete", named), ("publicly_available", named | {"post_id": public_id})]


@pytest.mark.parametrize("level", ["MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"])
@pytest.mark.parametrize(("switch", "shown"), [("absent", None), ("empty", [])])
async def test_a_post_that_is_not_public_has_no_id(sim: Sim, level: str, switch: str, shown: list[int] | None) -> None:
    await sim.settings(tiktok_no_public_ids=switch)
    account = await sim.account("tiktok", attributes=OPEN)
    publish_id = await post_video(sim, account, privacy_level=level)
    done = await later(sim, account, publish_id)
    assert (done["status"], done.get(IDS)) == ("PUBLISH_COMPLETE", shown)


async def test_moderation_takes_its_time_and_may_give_several_ids(sim: Sim, told: list[tuple[str, JSON]]) -> None:
    await sim.settings(tiktok_public_id_seconds=60, tiktok_public_ids=2, tiktok_taken_down_seconds=3600)
    account = await sim.account("tiktok", attributes=OPEN)
    publish_id = await post_video(sim, account, **PUBLIC)
    for seconds in (2, 59):
        seen = await later(sim, account, publish_id, seconds)
        assert (seen["status"], IDS in seen) == ("PUBLISH_COMPLETE", False)
    assert len(set((await later(sim, account, publish_id, 1))[IDS])) == 2
    seen = await later(sim, account, publish_id, 3600)
    assert (seen["status"], IDS in seen) == ("PUBLISH_COMPLETE", False)
    assert [event for event, _ in told] == [
        "complete",
        *["publicly_available"] * 2,
        *["no_longer_publicaly_available"] * 2,
    ]
    assert len(await sim.ledger()) == 1


async def test_a_public_id_may_never_come(sim: Sim) -> None:
    await sim.settings(tiktok_public_id_seconds=None)
    account = await sim.account("tiktok", attributes=OPEN)
    seen = await later(sim, account, await post_video(sim, account, **PUBLIC), 86_400)
    assert (seen["status"], IDS in seen) == ("PUBLISH_COMPLETE", False)


@pytest.mark.parametrize(("attributes", "is_public"), [({}, False), (OPEN, True)])
async def test_a_draft_may_be_posted_by_its_owner(
    sim: Sim, told: list[tuple[str, JSON]], attributes: JSON, *, is_public: bool
) -> None:
    await sim.settings(tiktok_draft_posted_seconds=600)
    account = await sim.account("tiktok", attributes=attributes)
    publish_id = await init_photos(sim, account, [sim.host("/a.jpg", picture())], "MEDIA_UPLOAD")
    assert (await later(sim, account, publish_id))["status"] == "SEND_TO_USER_INBOX"
    assert (await later(sim, account, publish_id, 599))["status"] == "SEND_TO_USER_INBOX"
    seen = await later(sim, account, publish_id, 1)
    assert (seen["status"], IDS in seen) == ("PUBLISH_COMPLETE", is_public)
    assert [event for event, _ in told] == ["inbox_delivered", "complete", *["publicly_available"] * is_public]
    assert {content["publish_type"] for _, content in told} == {"INBOX_SHARE"}
    assert len(await sim.ledger()) == 1, "what its owner does in the app is no effect of the caller's"


@pytest.mark.parametrize("path", ["/v2/post/publish/video/init/", "/video/"])
async def test_an_upload_fails_once_as_was_ordered_of_its_init_or_its_bytes(
    sim: Sim, told: list[tuple[str, JSON]], path: str
) -> None:
    account = await sim.account("tiktok")
    await sim.fault("tiktok", "fail", reason="spam_risk_text", path=path)
    failing, fine = await post_video(sim, account), await post_video(sim, account)
    seen = await later(sim, account, failing)
    assert (seen["status"], seen["fail_reason"]) == ("FAILED", "spam_risk_text")
    assert (await status(sim, account, fine))["status"] == "PUBLISH_COMPLETE"
    assert told[0] == (
        "failed",
        {"publish_id": failing, "publish_type": "DIRECT_PUBLISH", "reason": "spam_risk_text"},
    )
    assert [item["id"] for item in await sim.ledger()] == [fine]


@pytest.mark.parametrize("action", [{"action": "stuck"}, {"action": "slow", "seconds": 3600.0}])
async def test_an_upload_can_be_stuck_or_slow(sim: Sim, action: JSON) -> None:
    account = await sim.account("tiktok")
    await sim.fault("tiktok", **action)
    publish_id = await post_video(sim, account)
    assert (await later(sim, account, publish_id, 3600))["status"] == "PROCESSING_UPLOAD"
    expected = "PROCESSING_UPLOAD" if action["action"] == "stuck" else "PUBLISH_COMPLETE"
    assert (await later(sim, account, publish_id))["status"] == expected


async def test_everything_can_be_stuck_or_fail_by_a_switch(sim: Sim) -> None:
    account = await sim.account("tiktok")
    await sim.settings(tiktok_stuck=True)
    posted, pulled = await post_video(sim, account), await init_photos(sim, account, [sim.host("/a.jpg", picture())])
    assert (await later(sim, account, posted, 86_400))["status"] == "PROCESSING_UPLOAD"
    assert (await status(sim, account, pulled))["status"] == "PROCESSING_DOWNLOAD"
    await sim.settings(tiktok_stuck=False, tiktok_fail_reason="internal")
    for publish_id in (posted, pulled):
        assert (await status(sim, account, publish_id))["fail_reason"] == "internal"


async def test_processing_begins_with_the_last_byte(sim: Sim) -> None:
    account, content = await sim.account("tiktok"), film()
    data = await init_video(sim, account, cut(len(content)))
    sim.clock.now += 1800
    await upload(sim, data["upload_url"], content)
    assert (await later(sim, account, data["publish_id"], 1))["status"] == "PROCESSING_UPLOAD"
    assert (await later(sim, account, data["publish_id"], 1))["status"] == "PUBLISH_COMPLETE"


async def test_an_orphan_never_ends(sim: Sim) -> None:
    account = await sim.account("tiktok")
    data = await init_draft(sim, account, cut(1000))
    seen = await later(sim, account, data["publish_id"], 7200)
    assert seen == {"status": "PROCESSING_UPLOAD", "uploaded_bytes": 0}


async def test_a_post_fails_when_its_creator_removes_the_app(sim: Sim) -> None:
    account = await sim.account("tiktok")
    publish_id = await post_video(sim, account)
    await sim.fault("tiktok", "revoke_token")
    await status_refused(sim, account, publish_id)
    again = await sim.account("tiktok", refreshable=True)
    seen = await later(sim, again, publish_id)
    assert (seen["status"], seen["fail_reason"]) == ("FAILED", "auth_removed")
    assert await sim.ledger() == []


async def status_refused(sim: Sim, account: JSON, publish_id: str) -> None:
    assert await status(sim, account, publish_id) == {}
