"""A video of TikTok by its bytes: how it must be cut, and what each chunk is answered with."""

import asyncio

import httpx
import pytest

from dravo_simulator.tiktok.limits import fault_of_cut
from dravo_simulator.tiktok.schemas import FileUpload
from simulator.harness import JSON, Sim, serving
from simulator.tiktok_calls import (
    API,
    CHUNK,
    call,
    code,
    cut,
    direct,
    film,
    init_draft,
    init_video,
    later,
    long_film,
    parts_on_disk,
    put,
    status,
    upload,
)

MB, MIB = 1_000_000, 1_048_576


@pytest.mark.parametrize(
    ("size", "chunk", "count", "megabyte", "is_taken"),
    [
        (50_000_123, 10_000_000, 5, MB, True),
        (4_194_304, 4_194_304, 1, MB, True),
        (4_999_999, 2_000_000, 2, MB, False),
        (5_000_000, 5_000_000, 1, MB, True),
        (5_000_000, 5_000_000, 1, MIB, True),
        (6_000_000, 5_000_000, 1, MIB, False),
        (10_000_000, 4_999_999, 2, MB, False),
        (19_999_999, 10_000_000, 1, MB, True),
        (64_000_000, 64_000_000, 1, MB, True),
        (64_000_001, 64_000_001, 1, MB, False),
        (67_108_864, 67_108_864, 1, MIB, True),
        (64_000_001, 64_000_000, 1, MB, False),
        (150_000_000, 64_000_000, 2, MB, True),
        (150_000_000, 64_000_000, 3, MB, False),
        (50_000_000, 10_000_000, 0, MB, False),
        (4 * 1024**3, 5_000_000, 858, MB, True),
        (4 * 1024**3 + 1, 10_000_000, 429, MB, False),
    ],
)
def test_a_file_is_cut_by_the_rules(size: int, chunk: int, count: int, megabyte: int, *, is_taken: bool) -> None:
    source = FileUpload(source="FILE_UPLOAD", video_size=size, chunk_size=chunk, total_chunk_count=count)
    assert (fault_of_cut(source, megabyte) is None) == is_taken


async def test_a_wrong_cut_is_refused_at_init(sim: Sim) -> None:
    account = await sim.account("tiktok")
    for path, more in (("video/init/", {"post_info": direct()}), ("inbox/video/init/", {})):
        answer = await call(sim, account, path, more | {"source_info": cut(CHUNK, CHUNK // 4)})
        assert (answer.status_code, code(answer)) == (400, "invalid_param")


@pytest.mark.parametrize(("title", "said"), [("🐟" * 1100, "ok"), ("🐟" * 1100 + "a", "invalid_param")])
async def test_a_caption_is_counted_in_utf16_units(sim: Sim, title: str, said: str) -> None:
    body = {"post_info": direct(title=title), "source_info": cut(1000)}
    assert code(await call(sim, await sim.account("tiktok"), "video/init/", body)) == said


async def test_a_video_in_chunks_is_posted_byte_for_byte(sim: Sim) -> None:
    account, content = await sim.account("tiktok"), long_film(2 * CHUNK + 123)
    said = {"title": "Two 🐟", "disable_duet": True, "is_aigc": True, "video_cover_timestamp_ms": 500}
    data = await init_video(sim, account, cut(len(content), CHUNK), **said)
    assert data["publish_id"].startswith("v_pub_file~v2-1.")
    assert data["upload_url"].startswith("http://sim.test/open-upload.tiktokapis.com/video/?upload_id=")
    assert len(data["upload_url"]) <= 256
    assert await status(sim, account, data["publish_id"]) == {"status": "PROCESSING_UPLOAD", "uploaded_bytes": 0}

    first = await put(sim, data["upload_url"], content[:CHUNK], 0, len(content))
    assert (first.status_code, first.content) == (206, b"")
    assert first.headers["content-range"] == f"bytes 0-{CHUNK}/{len(content)}"
    assert (await status(sim, account, data["publish_id"]))["uploaded_bytes"] == CHUNK
    last = await put(sim, data["upload_url"], content[CHUNK:], CHUNK, len(content))
    assert (last.status_code, last.headers["content-range"]) == (201, f"bytes 0-{len(content)}/{len(content)}")

    done = await later(sim, account, data["publish_id"])
    assert done == {"status": "PUBLISH_COMPLETE", "uploaded_bytes": len(content)}
    [item] = await sim.ledger()
    [medium] = item["media"]
    assert (medium["kind"], medium["content_type"], medium["size_bytes"]) == ("video", "video/mp4", len(content))
    assert (medium["width"], medium["height"], medium["duration_ms"]) == (360, 640, 1000)
    assert "url" not in medium
    assert item["text"] == said.pop("title")
    assert item["options"] == direct() | said | {"media_type": "VIDEO", "post_mode": "DIRECT_POST"}
    assert (await sim.client.get(f"/wall/media/{medium['sha256']}")).content == content
    assert parts_on_disk(sim.app) == 0


async def test_a_draft_of_a_video_carries_no_words(sim: Sim) -> None:
    account, content = await sim.account("tiktok"), film()
    data = await init_draft(sim, account, cut(len(content)))
    assert data["publish_id"].startswith("v_inbox_file~v2.")
    assert await upload(sim, data["upload_url"], content) == [201]
    assert (await later(sim, account, data["publish_id"]))["status"] == "SEND_TO_USER_INBOX"
    [item] = await sim.ledger()
    assert item["text"] == ""
    assert item["options"] == {"media_type": "VIDEO", "post_mode": "MEDIA_UPLOAD", "inbox": True}


@pytest.mark.parametrize(("switch", "said"), [("ignore", "ok"), ("refuse", "invalid_param")])
async def test_words_with_a_draft_are_ignored_or_refused(sim: Sim, switch: str, said: str) -> None:
    await sim.settings(tiktok_inbox_post_info=switch)
    body = {"source_info": cut(1000), "post_info": {"title": "lost"}}
    assert code(await call(sim, await sim.account("tiktok"), "inbox/video/init/", body)) == said


@pytest.mark.parametrize("asked", [-1, 5000])
async def test_a_cover_outside_of_the_video_is_its_first_frame(sim: Sim, asked: int) -> None:
    account, content = await sim.account("tiktok"), film()
    data = await init_video(sim, account, cut(len(content)), video_cover_timestamp_ms=asked)
    await upload(sim, data["upload_url"], content)
    sim.clock.now += 2
    assert (await sim.ledger())[0]["options"]["video_cover_timestamp_ms"] == 0


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Content-Type": "application/octet-stream"}, 400),
        ({"Content-Range": "bytes 0-999999/2000000"}, 400),
        ({"Content-Range": "0-999/1000"}, 400),
        ({"Content-Range": "bytes 0-499/1000"}, 400),
        ({"Content-Length": "999"}, 400),
        ({"Content-Range": "bytes 0-1000/1001"}, 400),
    ],
)
async def test_a_chunk_with_wrong_headers_is_400(sim: Sim, headers: dict[str, str], expected: int) -> None:
    account = await sim.account("tiktok")
    data = await init_video(sim, account, cut(1000))
    answer = await put(sim, data["upload_url"], bytes(1000), 0, 1000, **headers)
    assert (answer.status_code, answer.content) == (expected, b"")
    assert (await status(sim, account, data["publish_id"]))["uploaded_bytes"] == 0


async def test_a_chunk_has_its_size_and_its_turn(sim: Sim) -> None:
    account, size = await sim.account("tiktok"), 2 * CHUNK
    url = (await init_video(sim, account, cut(size, CHUNK)))["upload_url"]
    assert (await put(sim, url, bytes(CHUNK - 1), 0, size)).status_code == 400
    early = await put(sim, url, bytes(CHUNK), CHUNK, size)
    assert (early.status_code, early.headers["content-range"]) == (416, f"bytes 0-0/{size}")
    assert (await put(sim, url, bytes(CHUNK), 0, size)).status_code == 206
    assert (await put(sim, url, bytes(5), size - 5, size)).status_code == 416
    assert (await put(sim, url, bytes(5), CHUNK, size)).status_code == 400


@pytest.mark.parametrize(
    ("switches", "statuses", "progress"),
    [
        ({}, [416, 416], f"bytes 0-{CHUNK}/{2 * CHUNK}"),
        ({"tiktok_second_put": 206}, [206, 201], f"bytes 0-{CHUNK}/{2 * CHUNK}"),
        ({"tiktok_uploaded": "last"}, [416, 416], f"bytes 0-{CHUNK - 1}/{2 * CHUNK}"),
        ({"tiktok_uploaded": "none"}, [416, 416], None),
    ],
)
async def test_a_chunk_that_is_there_already_is_answered_by_a_switch(
    sim: Sim, switches: JSON, statuses: list[int], progress: str | None
) -> None:
    await sim.settings(**switches)
    account, size = await sim.account("tiktok"), 2 * CHUNK
    data = await init_video(sim, account, cut(size, CHUNK))
    await put(sim, data["upload_url"], bytes(CHUNK), 0, size)
    again = await put(sim, data["upload_url"], bytes(CHUNK), 0, size)
    assert (again.status_code, again.headers.get("content-range")) == (statuses[0], progress)
    assert (await put(sim, data["upload_url"], bytes(7), 0, size)).status_code == 416, "no chunk of those there"
    assert (await put(sim, data["upload_url"], bytes(CHUNK), CHUNK, size)).status_code == 201
    assert (await put(sim, data["upload_url"], bytes(CHUNK), CHUNK, size)).status_code == statuses[1]
    assert (await status(sim, account, data["publish_id"]))["uploaded_bytes"] == size


@pytest.mark.parametrize("finished", [404, 403])
async def test_an_upload_that_is_finished_may_take_nothing_whatever_it_is(sim: Sim, finished: int) -> None:
    await sim.settings(tiktok_finished_put=finished, tiktok_second_put=206)
    url = (await init_video(sim, await sim.account("tiktok"), cut(1000)))["upload_url"]
    assert (await put(sim, url, bytes(7), 7, 1000)).status_code == 416, "it is not finished yet"
    assert (await put(sim, url, bytes(1000), 0, 1000)).status_code == 201
    again = await put(sim, url, bytes(1000), 0, 1000)
    assert (again.status_code, again.headers.get("content-range")) == (finished, None)


async def test_a_status_may_count_bytes_late_or_never(sim: Sim) -> None:
    await sim.settings(tiktok_uploaded_bytes_seconds=30)
    account, size = await sim.account("tiktok"), 2 * CHUNK
    data = await init_video(sim, account, cut(size, CHUNK))
    await put(sim, data["upload_url"], bytes(CHUNK), 0, size)
    assert (await later(sim, account, data["publish_id"], 20))["uploaded_bytes"] == 0
    await put(sim, data["upload_url"], bytes(CHUNK), CHUNK, size)
    assert (await later(sim, account, data["publish_id"], 10))["uploaded_bytes"] == CHUNK
    assert (await later(sim, account, data["publish_id"], 20))["uploaded_bytes"] == size
    await sim.settings(tiktok_uploaded_bytes_seconds=None)
    assert set(await status(sim, account, data["publish_id"])) == {"status", "fail_reason"}


async def test_an_upload_has_an_hour_and_its_own_address(sim: Sim) -> None:
    await sim.settings(tiktok_upload_host="upload.us.tiktokapis.com")
    url = (await init_video(sim, await sim.account("tiktok"), cut(1000)))["upload_url"]
    assert url.startswith("http://sim.test/upload.us.tiktokapis.com/video/?")
    assert (await put(sim, url + "0", bytes(1000), 0, 1000)).status_code == 404
    assert (await put(sim, url.replace("upload_id=", "upload_id=9"), bytes(1000), 0, 1000)).status_code == 404
    sim.clock.now += 3600
    assert (await put(sim, url, bytes(1000), 0, 1000)).status_code == 403


async def test_the_record_of_calls_hides_the_address_of_an_upload(sim: Sim) -> None:
    url = (await init_video(sim, await sim.account("tiktok"), cut(1000)))["upload_url"]
    await put(sim, url, bytes(1000), 0, 1000)
    [_, sent] = await sim.calls()
    assert (sent["network"], sent["host"], sent["status"]) == ("tiktok", "open-upload.tiktokapis.com", 201)
    assert url.rpartition("=")[2] not in str(sent)


@pytest.mark.parametrize("action", ["drop_after", "status_after"])
async def test_a_lost_answer_to_the_last_chunk_has_its_effect(sim: Sim, action: str) -> None:
    account, content = await sim.account("tiktok"), film()
    data = await init_video(sim, account, cut(len(content)))
    await sim.fault("tiktok", action, method="PUT", path="/video/")
    async with serving(sim.app) as address, httpx.AsyncClient() as client:
        url = data["upload_url"].replace("http://sim.test", address)
        headers = {"Content-Type": "video/mp4", "Content-Range": f"bytes 0-{len(content) - 1}/{len(content)}"}
        try:
            assert (await client.put(url, content=content, headers=headers)).status_code == 500
        except httpx.TransportError:
            assert action == "drop_after"
    assert (await later(sim, account, data["publish_id"]))["status"] == "PUBLISH_COMPLETE"
    assert len(await sim.ledger()) == 1


async def test_a_lost_answer_to_an_init_leaves_an_orphan(sim: Sim) -> None:
    account = await sim.account("tiktok")
    await sim.fault("tiktok", "status_after", path="/v2/post/publish/video/init/", status=503)
    body = {"post_info": direct(), "source_info": cut(1000)}
    assert (await call(sim, account, "video/init/", body)).status_code == 503
    assert len(list(sim.app.world.store.newest("tiktok", "publish", account["platform_account_id"]))) == 1
    assert (await call(sim, account, "video/init/", body)).status_code == 200


async def test_bytes_are_throttled_without_a_body(sim: Sim) -> None:
    account = await sim.account("tiktok")
    url = (await init_video(sim, account, cut(1000)))["upload_url"]
    await sim.fault("tiktok", "throttle", seconds=60)
    answer = await put(sim, url, bytes(1000), 0, 1000)
    assert (answer.status_code, answer.content) == (429, b"")
    assert code(await sim.client.post(f"{API}/status/fetch/")) == "rate_limit_exceeded"


async def test_a_chunk_that_breaks_off_counts_nothing(sim: Sim) -> None:
    account = await sim.account("tiktok")
    data = await init_video(sim, account, cut(1000))
    async with serving(sim.app) as address:
        path = data["upload_url"].removeprefix("http://sim.test")
        reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
        head = f"PUT {path} HTTP/1.1\r\nHost: sim\r\nContent-Type: video/mp4\r\nContent-Length: 1000\r\n"
        writer.write(f"{head}Content-Range: bytes 0-999/1000\r\n\r\n".encode() + bytes(600))
        writer.write_eof()
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()
    assert (await status(sim, account, data["publish_id"]))["uploaded_bytes"] == 0
    assert parts_on_disk(sim.app) == 0
    assert (await put(sim, data["upload_url"], bytes(1000), 0, 1000)).status_code == 201
