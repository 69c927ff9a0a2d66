"""Media that TikTok pulls from URLs: from whom, when, for how long; and what it makes of a file, however it came."""

import asyncio
from pathlib import Path

import httpx
import pytest

from dravo_simulator import errands
from dravo_simulator.probe import Facts
from dravo_simulator.tiktok import limits
from simulator.harness import JSON, MEDIA_ORIGIN, Sim, picture, serving, video
from simulator.tiktok_calls import (
    call,
    code,
    direct,
    film,
    init_draft,
    init_photos,
    init_video,
    later,
    parts_on_disk,
    photos,
    post_video,
    pull,
    status,
)


class Host:
    """A server of one picture that counts how often each path was read, and answers some only when it is let go."""

    def __init__(self, *hanging: str) -> None:
        self.read: list[str] = []
        self.asked = asyncio.Event()
        self._hanging = hanging
        self._may_go_on = asyncio.Event()

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.read.append(request.url.path)
        if request.url.path in self._hanging:
            self.asked.set()
            await self._may_go_on.wait()
        return httpx.Response(200, content=picture())

    def let_go(self) -> None:
        self._may_go_on.set()


async def test_a_pull_begins_by_itself_and_reads_nothing_twice() -> None:
    host = Host("/b.jpg")
    sim = Sim(hosts=httpx.MockTransport(host))
    account = await sim.account("tiktok")
    publish_id = await init_photos(sim, account, [f"{MEDIA_ORIGIN}/a.jpg", f"{MEDIA_ORIGIN}/b.jpg"])
    async with asyncio.timeout(5):
        await host.asked.wait()  # nobody has looked
    host.let_go()
    assert (await later(sim, account, publish_id))["status"] == "PUBLISH_COMPLETE"
    assert (await later(sim, account, publish_id))["downloaded_bytes"] == 2 * len(picture())
    assert host.read == ["/a.jpg", "/b.jpg"]
    await sim.close()


async def test_a_restart_goes_on_with_what_is_not_there_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errands, "PATIENCE_SECONDS", 0.01)
    first, state = Host("/b.jpg"), str(tmp_path / "state.sqlite")
    sim = Sim(state, hosts=httpx.MockTransport(first))
    async with serving(sim.app, lifespan="on"):
        account = await sim.account("tiktok")
        publish_id = await init_photos(sim, account, [f"{MEDIA_ORIGIN}/{name}.jpg" for name in "abc"])
        async with asyncio.timeout(5):
            await first.asked.wait()
        seen = await status(sim, account, publish_id)
        assert seen == {"status": "PROCESSING_DOWNLOAD", "downloaded_bytes": len(picture())}
    monkeypatch.undo()
    second = Host()
    sim = Sim(state, seed=8, hosts=httpx.MockTransport(second))
    assert (await later(sim, account, publish_id))["status"] == "PUBLISH_COMPLETE"
    assert (first.read, second.read) == (["/a.jpg", "/b.jpg"], ["/b.jpg", "/c.jpg"])
    await sim.close()


async def test_a_pull_ends_after_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errands, "PATIENCE_SECONDS", 0.01)
    host = Host("/a.mp4")
    sim = Sim(hosts=httpx.MockTransport(host))
    account = await sim.account("tiktok")
    data = await init_video(sim, account, pull(f"{MEDIA_ORIGIN}/a.mp4"))
    assert (await later(sim, account, data["publish_id"], 3599))["status"] == "PROCESSING_DOWNLOAD"
    failed = await later(sim, account, data["publish_id"], 1)
    assert (failed["status"], failed["fail_reason"]) == ("FAILED", "video_pull_failed")
    await sim.close()


async def test_a_pull_can_be_cancelled_while_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errands, "PATIENCE_SECONDS", 0.01)
    host = Host("/a.jpg")
    sim = Sim(hosts=httpx.MockTransport(host))
    account = await sim.account("tiktok")
    publish_id = await init_photos(sim, account, [f"{MEDIA_ORIGIN}/a.jpg"])
    async with asyncio.timeout(5):
        await host.asked.wait()
    assert code(await call(sim, account, "cancel/", {"publish_id": publish_id})) == "ok"
    host.let_go()
    failed = await later(sim, account, publish_id)
    assert (failed["status"], failed["fail_reason"]) == ("FAILED", "publish_cancelled")
    answer = await call(sim, account, "cancel/", {"publish_id": publish_id})
    assert (answer.status_code, code(answer)) == (400, "publish_not_cancellable")
    assert await sim.ledger() == []
    await sim.close()


async def test_a_reset_in_the_middle_of_a_pull_forgets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errands, "PATIENCE_SECONDS", 0.01)
    host = Host("/b.jpg")
    sim = Sim(hosts=httpx.MockTransport(host))
    urls = [f"{MEDIA_ORIGIN}/a.jpg", f"{MEDIA_ORIGIN}/b.jpg"]
    forgotten = await init_photos(sim, await sim.account("tiktok"), urls)
    async with asyncio.timeout(5):
        await host.asked.wait()
    assert (await sim.client.post("/_control/reset")).status_code == 204
    host.let_go()
    monkeypatch.undo()
    account = await sim.account("tiktok")
    publish_id = await init_photos(sim, account, urls[:1])
    assert (await later(sim, account, publish_id))["status"] == "PUBLISH_COMPLETE"
    assert code(await call(sim, account, "status/fetch/", {"publish_id": forgotten})) == "invalid_publish_id"
    assert [item["id"] for item in await sim.ledger()] == [publish_id]
    assert parts_on_disk(sim.app) == 0
    await sim.close()


async def test_what_has_arrived_cannot_be_cancelled(sim: Sim) -> None:
    account = await sim.account("tiktok")
    for publish_id in (
        await init_photos(sim, account, [sim.host("/a.jpg", picture())]),
        await post_video(sim, account),
    ):
        answer = await call(sim, account, "cancel/", {"publish_id": publish_id})
        assert (answer.status_code, code(answer)) == (400, "publish_not_cancellable")
        assert (await later(sim, account, publish_id))["status"] == "PUBLISH_COMPLETE"


@pytest.mark.parametrize("by_a_switch", [True, False])
async def test_a_pull_that_is_stuck_can_be_cancelled(sim: Sim, *, by_a_switch: bool) -> None:
    account, url = await sim.account("tiktok"), sim.host("/a.jpg", picture())
    if by_a_switch:
        await sim.settings(tiktok_stuck=True)
    else:
        await sim.fault("tiktok", "stuck", path="/v2/post/publish/content/init/")
    publish_id = await init_photos(sim, account, [url])
    assert (await later(sim, account, publish_id, 7200))["status"] == "PROCESSING_DOWNLOAD"
    assert code(await call(sim, account, "cancel/", {"publish_id": publish_id})) == "ok"
    await sim.settings(tiktok_stuck=False)
    failed = await later(sim, account, publish_id)
    assert (failed["status"], failed["fail_reason"]) == ("FAILED", "publish_cancelled")
    assert code(await call(sim, account, "cancel/", {"publish_id": publish_id})) == "publish_not_cancellable"
    assert await sim.ledger() == []


async def test_an_upload_that_is_stuck_cannot_be_cancelled(sim: Sim) -> None:
    await sim.settings(tiktok_stuck=True)
    account = await sim.account("tiktok")
    publish_id = await post_video(sim, account)
    assert code(await call(sim, account, "cancel/", {"publish_id": publish_id})) == "publish_not_cancellable"


async def test_a_redirect_is_not_followed() -> None:
    def elsewhere(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(302, headers={"location": f"{MEDIA_ORIGIN}/b.jpg"})

    sim = Sim(hosts=httpx.MockTransport(elsewhere))
    account = await sim.account("tiktok")
    publish_id = await init_photos(sim, account, [f"{MEDIA_ORIGIN}/a.jpg"])
    assert (await later(sim, account, publish_id))["fail_reason"] == "photo_pull_failed"
    await sim.close()


@pytest.mark.parametrize(
    ("url", "is_verified"),
    [
        (f"{MEDIA_ORIGIN}/a.jpg", True),
        ("https://shop.test/a.jpg", True),
        ("https://cdn.shop.test/a/b.jpg", True),
        ("http://shop.test/a.jpg", False),
        ("https://notshop.test/a.jpg", False),
        ("https://shop.test.elsewhere.test/a.jpg", False),
        ("https://other.test/media/a.jpg", True),
        ("https://other.test/mediation/a.jpg", False),
        ("https://cdn.other.test/media/a.jpg", False),
        ("https://192.0.2.1/media/a.jpg", False),
        ("https://[/a.jpg", False),
    ],
)
async def test_only_verified_properties_may_be_pulled_from(sim: Sim, url: str, *, is_verified: bool) -> None:
    await sim.settings(tiktok_verified_hosts=["shop.test", "https://other.test/media/", "https://192.0.2.1/media/"])
    account = await sim.account("tiktok")
    bodies = {
        "content/init/": photos([url]),
        "video/init/": {"post_info": direct(), "source_info": pull(url)},
        "inbox/video/init/": {"source_info": pull(url)},
    }
    for path, body in bodies.items():
        answer = await call(sim, account, path, body)
        expected = (200, "ok") if is_verified else (403, "url_ownership_unverified")
        assert (answer.status_code, code(answer)) == expected


async def test_a_video_can_be_pulled(sim: Sim) -> None:
    account, url = await sim.account("tiktok"), sim.host("/a.mp4", film())
    posted, draft = await init_video(sim, account, pull(url), title="Pulled"), await init_draft(sim, account, pull(url))
    assert set(posted) == {"publish_id"}
    assert posted["publish_id"].startswith("v_pub_url~v2.")
    assert draft["publish_id"].startswith("v_inbox_url~v2.")
    done = await later(sim, account, posted["publish_id"])
    assert done == {"status": "PUBLISH_COMPLETE", "downloaded_bytes": len(film())}
    assert (await status(sim, account, draft["publish_id"]))["status"] == "SEND_TO_USER_INBOX"
    assert {item["id"]: item["text"] for item in await sim.ledger()} == {
        posted["publish_id"]: "Pulled",
        draft["publish_id"]: "",
    }


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "photo_pull_failed"),
        (picture("PNG"), "file_format_check_failed"),
        (picture("GIF"), "file_format_check_failed"),
        (b"no picture", "file_format_check_failed"),
        (picture(size=(1081, 1100)), "picture_size_check_failed"),
        (picture() + bytes(20_000_000), "picture_size_check_failed"),
        (picture() + bytes(40_000_000), "picture_size_check_failed"),
    ],
)
async def test_one_bad_photo_fails_the_post_later(sim: Sim, content: bytes | None, reason: str) -> None:
    account, urls = await sim.account("tiktok"), [sim.host("/a.jpg", picture()), f"{MEDIA_ORIGIN}/b.jpg"]
    if content is not None:
        sim.host("/b.jpg", content)
    publish_id = await init_photos(sim, account, urls)
    assert (await status(sim, account, publish_id))["status"] == "PROCESSING_DOWNLOAD"
    failed = await later(sim, account, publish_id)
    assert (failed["status"], failed["fail_reason"]) == ("FAILED", reason)
    assert await sim.ledger() == []
    assert parts_on_disk(sim.app) == 0


async def test_a_long_photo_is_judged_by_its_shorter_side(sim: Sim) -> None:
    account = await sim.account("tiktok")
    publish_id = await init_photos(sim, account, [sim.host("/a.jpg", picture(size=(1080, 1920)))])
    assert (await later(sim, account, publish_id))["status"] == "PUBLISH_COMPLETE"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"no video at all", "file_format_check_failed"),
        (picture(), "file_format_check_failed"),
        (video(size=(360, 640), fps=24, codec="mpeg4"), "file_format_check_failed"),
        (video(size=(360, 640), fps=10), "frame_rate_check_failed"),
        (video(size=(64, 640), fps=24), "picture_size_check_failed"),
    ],
)
async def test_a_bad_file_fails_the_post_later(sim: Sim, content: bytes, reason: str) -> None:
    account = await sim.account("tiktok")
    publish_id = await post_video(sim, account, content)
    assert (await status(sim, account, publish_id))["status"] == "PROCESSING_UPLOAD"
    failed = await later(sim, account, publish_id)
    assert (failed["status"], failed["fail_reason"]) == ("FAILED", reason)
    assert parts_on_disk(sim.app) == 0


async def test_a_direct_post_has_its_creators_limit_and_a_draft_only_that_of_the_api(sim: Sim) -> None:
    account = await sim.account("tiktok", attributes={"max_video_post_duration_sec": 1})
    url = sim.host("/a.mp4", film(seconds=1.5))
    direct_post = (await init_video(sim, account, pull(url)))["publish_id"]
    draft = (await init_draft(sim, account, pull(url)))["publish_id"]
    assert (await later(sim, account, direct_post))["fail_reason"] == "duration_check_failed"
    assert (await status(sim, account, draft))["status"] == "SEND_TO_USER_INBOX"


GOOD: JSON = {
    "kind": "video",
    "content_type": "video/mp4",
    "width": 1080,
    "height": 1920,
    "fps": 30.0,
    "duration_ms": 60_000,
    "video_codec": "h264",
}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, None),
        ({"content_type": "video/webm", "video_codec": "vp9"}, None),
        ({"content_type": "video/quicktime", "video_codec": "hevc"}, None),
        ({"content_type": "video/x-matroska"}, "file_format_check_failed"),
        ({"video_codec": "av1"}, "file_format_check_failed"),
        ({"duration_ms": 600_000}, None),
        ({"duration_ms": 600_001}, "duration_check_failed"),
        ({"fps": 23.976}, None),
        ({"fps": 60.0}, None),
        ({"fps": 22.0}, "frame_rate_check_failed"),
        ({"fps": 61.0}, "frame_rate_check_failed"),
        ({"width": 360, "height": 4096}, None),
        ({"width": 359}, "picture_size_check_failed"),
        ({"height": 4097}, "picture_size_check_failed"),
    ],
)
def test_a_video_is_judged_by_what_it_is(change: JSON, reason: str | None) -> None:
    facts = Facts(**(GOOD | change))
    assert limits.fault_of_video(facts, 3600) == reason
