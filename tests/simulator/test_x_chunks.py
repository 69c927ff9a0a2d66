import asyncio
import base64
from typing import Any

import httpx
import pytest

from simulator.harness import JSON, Sim, bearer, moving_gif, picture, video
from simulator.x_calls import (
    UPLOAD,
    append,
    chunked,
    finalize,
    initialized,
    one_shot,
    processed,
    status,
    tweet,
    with_media,
)

MEGABYTE = 1024 * 1024


async def info(sim: Sim, account: JSON, media_id: str) -> JSON:
    answer = await status(sim, account, media_id, command="STATUS")
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["data"]["processing_info"])


async def initialize(sim: Sim, account: JSON, **body: Any) -> httpx.Response:
    return await sim.client.post(f"{UPLOAD}/initialize", json=body, headers=bearer(account))


async def test_a_video_goes_through_pending_and_in_progress_to_succeeded(sim: Sim) -> None:
    account = await sim.account("x")
    await sim.settings(processing_seconds=10)
    answer = (await chunked(sim, account, video())).json()["data"]
    media_id = answer["id"]
    assert answer["media_key"] == f"7_{media_id}"
    assert (answer["size"], answer["video"]) == (len(video()), {"video_type": "video/mp4"})
    assert answer["processing_info"] == {"state": "pending", "check_after_secs": 5}
    refused = await tweet(sim, account, text="a", **with_media(media_id))
    assert refused.json()["errors"][0]["message"] == "Your media IDs are invalid."
    sim.clock.now += 8
    assert await info(sim, account, media_id) == {
        "state": "in_progress",
        "progress_percent": 80,
        "check_after_secs": 2,
    }
    sim.clock.now += 2
    assert await info(sim, account, media_id) == {"state": "succeeded", "progress_percent": 100}
    assert (await status(sim, account, media_id)).status_code == 200, "command may be left out"
    assert (await tweet(sim, account, text="a", **with_media(media_id))).status_code == 201


async def test_initialize_promises_a_day_and_more_for_amplify(sim: Sim) -> None:
    account = await sim.account("x")
    for category, seconds, beginning in (("tweet_video", 86400, "7_"), ("amplify_video", 1_295_999, "13_")):
        answer = await initialize(sim, account, media_type="video/mp4", media_category=category, total_bytes=10)
        data = answer.json()["data"]
        assert set(data) == {"id", "media_key", "expires_after_secs"}
        assert (data["expires_after_secs"], data["media_key"]) == (seconds, beginning + data["id"])


@pytest.mark.parametrize(
    "body",
    [
        {"media_type": "video/avi", "media_category": "tweet_video", "total_bytes": 10},
        {"media_type": "video/mp4", "media_category": "video", "total_bytes": 10},
        {"media_type": "video/mp4", "media_category": "tweet_video", "total_bytes": "10"},
        {"media_type": "video/mp4", "media_category": "tweet_video", "total_bytes": -1},
        {"media_type": "video/mp4", "media_category": "tweet_video", "total_bytes": 512 * MEGABYTE + 1},
        {"media_type": "video/mp4", "media_category": "amplify_video", "total_bytes": 17_179_869_185},
        {"media_type": "image/gif", "media_category": "tweet_gif", "total_bytes": 15 * MEGABYTE + 1},
        {"media_type": "video/mp4", "media_category": "tweet_video", "total_bytes": 10, "name": "a"},
        {"media_type": "video/mp4", "media_category": "tweet_video", "total_bytes": None},
    ],
)
async def test_initialize_has_a_schema_and_limits(sim: Sim, body: JSON) -> None:
    assert (await initialize(sim, await sim.account("x"), **body)).status_code == 400


async def test_segments_come_in_any_order_and_the_last_of_a_number_counts(sim: Sim) -> None:
    account, content = await sim.account("x"), video()
    media_id = await initialized(
        sim, account, media_type="video/mp4", media_category="tweet_video", total_bytes=len(content)
    )
    third = len(content) // 3
    parts = [content[:third], content[third : 2 * third], content[2 * third :]]
    for index in (2, 0):
        answer = await append(sim, account, media_id, index, parts[index])
        assert answer.json()["data"] == {"expires_at": int(sim.clock.now) + 86400}
    assert (await append(sim, account, media_id, 1, b"nonsense")).status_code == 200
    body = {"segment_index": 1, "media": base64.b64encode(parts[1]).decode()}
    again = await sim.client.post(f"{UPLOAD}/{media_id}/append", json=body, headers=bearer(account))
    assert again.status_code == 200
    assert (await finalize(sim, account, media_id)).status_code == 200
    sim.clock.now += 2
    assert (await tweet(sim, account, text="a", **with_media(media_id))).status_code == 201
    [item] = await sim.ledger()
    blob = sim.app.world.store.blob(item["media"][0]["sha256"])
    assert blob is not None
    assert blob.path.read_bytes() == content


@pytest.mark.parametrize("indices", [[], [1], [0, 2], [0]])
async def test_what_does_not_add_up_cannot_be_finalized(sim: Sim, indices: list[int]) -> None:
    account = await sim.account("x")
    media_id = await initialized(sim, account, media_type="video/mp4", media_category="tweet_video", total_bytes=20)
    for index in indices:
        assert (await append(sim, account, media_id, index, b"0123456789")).status_code == 200
    answer = await finalize(sim, account, media_id)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"] == "Segments do not add up to provided total file size."
    assert (await tweet(sim, account, text="a", **with_media(media_id))).status_code == 400


async def test_more_than_was_announced_does_not_add_up_either(sim: Sim) -> None:
    account = await sim.account("x")
    media_id = await initialized(sim, account, media_type="image/png", media_category="tweet_image", total_bytes=9)
    await append(sim, account, media_id, 0, b"0123456789")
    assert (await finalize(sim, account, media_id)).status_code == 400


@pytest.mark.parametrize("index", ["-1", "1000", "one", "1.0", ""])
async def test_a_segment_index_is_0_to_999(sim: Sim, index: str) -> None:
    account = await sim.account("x")
    media_id = await initialized(sim, account, media_type="video/mp4", media_category="tweet_video", total_bytes=20)
    path, files = f"{UPLOAD}/{media_id}/append", {"media": ("part", b"a")}
    answer = await sim.client.post(path, files=files, data={"segment_index": index}, headers=bearer(account))
    assert answer.status_code == 400
    assert (await append(sim, account, media_id, 999, b"a")).status_code == 200


async def test_append_knows_no_other_field_and_needs_both(sim: Sim) -> None:
    account = await sim.account("x")
    media_id = await initialized(sim, account, media_type="video/mp4", media_category="tweet_video", total_bytes=20)
    path, files = f"{UPLOAD}/{media_id}/append", {"media": ("part", b"a")}
    for data in ({"segment_index": "0", "media_id": media_id}, {"segment_index": "0", "name": "a"}, {}):
        assert (await sim.client.post(path, files=files, data=data, headers=bearer(account))).status_code == 400
    assert (await sim.client.post(path, json={"segment_index": 0}, headers=bearer(account))).status_code == 400
    body = {"segment_index": "0", "media": "YQ=="}
    assert (await sim.client.post(path, json=body, headers=bearer(account))).status_code == 400


@pytest.mark.parametrize("status_code", [413, 431])
async def test_a_segment_that_is_too_large_is_refused_as_the_setting_says(sim: Sim, status_code: int) -> None:
    account = await sim.account("x")
    await sim.settings(x_segment_refusal=status_code, x_segment_bytes=MEGABYTE)
    media_id = await initialized(
        sim, account, media_type="video/mp4", media_category="tweet_video", total_bytes=2 * MEGABYTE
    )
    assert (await append(sim, account, media_id, 0, bytes(MEGABYTE))).status_code == 200
    assert (await append(sim, account, media_id, 1, bytes(MEGABYTE + 1))).status_code == status_code
    assert (await append(sim, account, media_id, 1, bytes(2 * MEGABYTE))).status_code == status_code


async def test_another_account_cannot_touch_an_upload(sim: Sim) -> None:
    account, other = await sim.account("x"), await sim.account("x", handle="other")
    media_id = await initialized(sim, account, media_type="video/mp4", media_category="tweet_video", total_bytes=20)
    assert (await append(sim, other, media_id, 0, b"a")).status_code == 400
    assert (await finalize(sim, other, media_id)).status_code == 400
    finished = await processed(sim, account, video())
    assert (await status(sim, other, finished)).status_code == 400
    assert (await tweet(sim, other, text="a", **with_media(finished))).status_code == 400


async def test_an_upload_that_is_not_finalized_cannot_be_posted_and_lapses(sim: Sim) -> None:
    account = await sim.account("x")
    media_id = await initialized(sim, account, media_type="video/mp4", media_category="tweet_video", total_bytes=1)
    await append(sim, account, media_id, 0, b"a")
    assert (await tweet(sim, account, text="a", **with_media(media_id))).status_code == 400
    sim.clock.now += 86400
    assert (await append(sim, account, media_id, 0, b"a")).status_code == 400
    assert (await finalize(sim, account, media_id)).status_code == 400


async def test_status_of_what_needs_no_processing_is_not_found(sim: Sim) -> None:
    account = await sim.account("x")
    image = (await one_shot(sim, account, picture())).json()["data"]["id"]
    for media_id in (image, "1"):
        answer = await status(sim, account, media_id)
        assert (answer.status_code, answer.json()["errors"][0]["message"]) == (400, "BadRequest: Not found")
    film = await processed(sim, account, video())
    assert (await status(sim, account, film, command="FINALIZE")).status_code == 400
    assert (await status(sim, account, film, surprise="1")).status_code == 400


async def test_images_may_come_in_segments_and_need_no_processing(sim: Sim) -> None:
    account = await sim.account("x")
    answer = (await chunked(sim, account, picture("PNG"), "tweet_image", "image/png")).json()["data"]
    assert "processing_info" not in answer
    assert answer["image"] == {"image_type": "image/png", "w": 40, "h": 40}
    assert (await tweet(sim, account, text="a", **with_media(answer["id"]))).status_code == 201


async def test_what_is_no_picture_is_refused_by_finalize_and_no_video_by_processing(sim: Sim) -> None:
    account = await sim.account("x")
    assert (await chunked(sim, account, b"%PDF-1.7 nothing to see", "tweet_image", "image/png")).status_code == 400
    assert (await chunked(sim, account, picture(), "tweet_gif", "image/gif")).status_code == 400
    media_id = await processed(sim, account, picture("PNG"))
    failed = await info(sim, account, media_id)
    assert (failed["state"], failed["error"]["code"], failed["error"]["name"]) == ("failed", 1, "InvalidMedia")
    assert (await tweet(sim, account, text="a", **with_media(media_id))).status_code == 400


async def test_a_second_finalize_says_the_same_or_is_refused(sim: Sim) -> None:
    account = await sim.account("x")
    first = await chunked(sim, account, video())
    media_id = first.json()["data"]["id"]
    assert (await finalize(sim, account, media_id)).json() == first.json()
    assert (await append(sim, account, media_id, 2, b"late")).status_code == 400
    await sim.settings(x_finalize_twice="refuse")
    assert (await finalize(sim, account, media_id)).status_code == 400


async def test_two_finalizes_at_once_make_one_medium(sim: Sim) -> None:
    account, content = await sim.account("x"), video()
    media_id = await initialized(
        sim, account, media_type="video/mp4", media_category="tweet_video", total_bytes=len(content)
    )
    await append(sim, account, media_id, 0, content)
    answers = await asyncio.gather(*(finalize(sim, account, media_id) for _ in range(3)))
    assert [answer.status_code for answer in answers] == [200, 200, 200]


async def test_the_older_command_form_is_refused_unless_the_setting_says_otherwise(sim: Sim) -> None:
    account, content = await sim.account("x"), moving_gif()

    async def command(name: str, fields: dict[str, str], content: bytes | None = None) -> httpx.Response:
        files: dict[str, Any] = {"media": ("part", content)} if content else {"command": (None, name)}
        data = fields | ({"command": name} if content else {})
        return await sim.client.post(UPLOAD, files=files, data=data, headers=bearer(account))

    announced = {"media_type": "image/gif", "media_category": "tweet_gif", "total_bytes": str(len(content))}
    assert (await command("INIT", announced)).status_code == 400
    await sim.settings(x_command_form="accept")
    media_id = (await command("INIT", announced)).json()["data"]["id"]
    assert (await command("APPEND", {"media_id": media_id, "segment_index": "0"}, content)).status_code == 200
    assert (await command("FINALIZE", {"media_id": media_id})).json()["data"]["processing_info"]["state"] == "pending"
    assert (await command("STATUS", {"media_id": media_id})).status_code == 400
    sim.clock.now += 2
    assert (await tweet(sim, account, text="a", **with_media(media_id))).status_code == 201


async def test_slow_processing_takes_seconds_or_questions(sim: Sim) -> None:
    account = await sim.account("x")
    await sim.fault("x", "slow", seconds=60, path="/2/media/upload")
    media_id = await processed(sim, account, video())
    assert (await info(sim, account, media_id))["progress_percent"] == 3
    sim.clock.now += 60
    assert (await info(sim, account, media_id))["state"] == "succeeded"
    await sim.fault("x", "slow", polls=3)
    media_id = await processed(sim, account, video(seconds=2))
    states = [(await info(sim, account, media_id))["state"] for _ in range(3)]
    assert states == ["in_progress", "in_progress", "succeeded"]


async def test_stuck_processing_never_ends(sim: Sim) -> None:
    account = await sim.account("x")
    await sim.fault("x", "stuck")
    media_id = await processed(sim, account, video())
    sim.clock.now += 3600
    stuck = await info(sim, account, media_id)
    assert (stuck["state"], stuck["progress_percent"], stuck["check_after_secs"]) == ("in_progress", 99, 1)
    later = await processed(sim, account, video(seconds=2))
    assert (await info(sim, account, later))["state"] == "succeeded", "one upload was ordered"


async def test_processing_fails_with_an_ordered_reason(sim: Sim) -> None:
    account = await sim.account("x")
    await sim.fault("x", "fail", reason="UnsupportedMedia: too grainy")
    media_id = await processed(sim, account, video())
    assert await info(sim, account, media_id) == {
        "state": "failed",
        "progress_percent": 0,
        "error": {"code": 3, "name": "UnsupportedMedia", "message": "too grainy"},
    }
    assert (await tweet(sim, account, text="a", **with_media(media_id))).status_code == 400


async def test_a_failure_may_hide_behind_99_percent(sim: Sim) -> None:
    account = await sim.account("x")
    await sim.fault("x", "fail", while_in_progress=True)
    media_id = await processed(sim, account, video())
    sim.clock.now += 3600
    hidden = await info(sim, account, media_id)
    assert (hidden["state"], hidden["progress_percent"], hidden["error"]["code"]) == ("in_progress", 99, 1)
    assert (await tweet(sim, account, text="a", **with_media(media_id))).status_code == 400
