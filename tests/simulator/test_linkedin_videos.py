"""Videos of the simulated LinkedIn: parts, ETags, and what is only found out by asking."""

import hashlib

import pytest

from simulator.harness import JSON, Sim, bearer, picture
from simulator.linkedin_calls import (
    PAGE,
    PART,
    VIDEOS,
    ask_upload,
    author,
    editor,
    finalize,
    headers,
    image,
    mp4,
    post,
    posted,
    read_post,
    send_parts,
    status,
    video,
)


async def test_a_video_of_three_parts_is_put_together_and_shown(sim: Sim) -> None:
    account = await sim.account("linkedin")
    content = mp4(size=2 * PART + 1000)
    asked = await ask_upload(sim, account, VIDEOS, fileSizeBytes=len(content))
    ranges = [(part["firstByte"], part["lastByte"]) for part in asked["uploadInstructions"]]
    assert ranges == [(0, PART - 1), (PART, 2 * PART - 1), (2 * PART, 2 * PART + 999)]
    assert len({part["uploadUrl"] for part in asked["uploadInstructions"]}) == 3
    assert asked["uploadToken"] == ""
    etags = await send_parts(sim, asked, content)
    answer = await finalize(sim, account, asked["video"], etags)
    assert (answer.status_code, answer.content) == (200, b"")
    assert (await status(sim, account, VIDEOS, asked["video"]))["status"] == "PROCESSING"
    sim.clock.now += 2
    assert (await status(sim, account, VIDEOS, asked["video"]))["status"] == "AVAILABLE"
    urn = await posted(sim, account, content={"media": {"id": asked["video"], "title": "Film", "altText": "teal"}})
    assert urn.startswith("urn:li:ugcPost:")
    (item,) = await sim.ledger()
    (medium,) = item["media"]
    assert medium["sha256"] == hashlib.sha256(content).hexdigest()
    assert (medium["kind"], medium["size_bytes"], medium["alt_text"]) == ("video", len(content), "teal")
    assert abs(medium["duration_ms"] - 4000) <= 200


async def test_a_token_on_a_part_is_tolerated(sim: Sim) -> None:
    account = await sim.account("linkedin")
    asked = await ask_upload(sim, account, VIDEOS, fileSizeBytes=10)
    url = asked["uploadInstructions"][0]["uploadUrl"]
    assert (await sim.client.put(url, content=b"x" * 10, headers=bearer(account))).status_code == 200


@pytest.mark.parametrize("wrong", ["order", "missing", "unknown", "short", "replaced"])
async def test_wrong_parts_are_found_out_by_the_status_alone(sim: Sim, wrong: str) -> None:
    account = await sim.account("linkedin")
    content = mp4(size=PART + 1000)
    asked = await ask_upload(sim, account, VIDEOS, fileSizeBytes=len(content))
    etags = await send_parts(sim, asked, content)
    first, last = asked["uploadInstructions"]
    if wrong == "order":
        etags.reverse()
    elif wrong == "missing":
        etags.pop()
    elif wrong == "unknown":
        etags[1] = "/ambry-video/signedId/never"
    elif wrong == "short":
        sent = await sim.client.put(first["uploadUrl"], content=content[: PART - 1])
        etags[0] = sent.headers["etag"]
    else:
        assert (await sim.client.put(last["uploadUrl"], content=content[PART:])).headers["etag"] != etags[1]
    assert (await finalize(sim, account, asked["video"], etags)).status_code == 200
    assert (await status(sim, account, VIDEOS, asked["video"]))["status"] == "PROCESSING"
    sim.clock.now += 2
    seen = await status(sim, account, VIDEOS, asked["video"])
    assert seen["status"] == "PROCESSING_FAILED"
    assert seen["processingFailureReason"].startswith("PART")


async def test_a_part_can_be_sent_again_before_the_end(sim: Sim) -> None:
    account = await sim.account("linkedin")
    content = mp4()
    asked = await ask_upload(sim, account, VIDEOS, fileSizeBytes=len(content))
    await send_parts(sim, asked, bytes(len(content)))
    etags = await send_parts(sim, asked, content)
    for _ in range(2):
        assert (await finalize(sim, account, asked["video"], etags)).status_code == 200
    sim.clock.now += 2
    assert (await status(sim, account, VIDEOS, asked["video"]))["status"] == "AVAILABLE"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (mp4(seconds=2), "DURATION_OUT_OF_RANGE"),
        (mp4(size=74_999), "FILE_SIZE_OUT_OF_RANGE"),
        (mp4(container="mov"), "UNSUPPORTED_FORMAT"),
        (b"not a video" * 10_000, "UNSUPPORTED_FORMAT"),
    ],
    ids=["too short", "too small", "QuickTime", "text"],
)
async def test_a_video_that_cannot_be_shown_fails_later(sim: Sim, content: bytes, reason: str) -> None:
    account = await sim.account("linkedin")
    urn = await video(sim, account, content)
    sim.clock.now += 2
    seen = await status(sim, account, VIDEOS, urn)
    assert (seen["status"], seen["processingFailureReason"]) == ("PROCESSING_FAILED", reason)
    refused = await post(sim, account, content={"media": {"id": urn}})
    assert (refused.status_code, refused.json()["code"]) == (400, "MEDIA_ASSET_PROCESSING_FAILED")


async def test_a_post_waits_for_finalize(sim: Sim) -> None:
    account = await sim.account("linkedin")
    content = mp4()
    asked = await ask_upload(sim, account, VIDEOS, fileSizeBytes=len(content))
    etags = await send_parts(sim, asked, content)
    refused = await post(sim, account, content={"media": {"id": asked["video"]}})
    assert (refused.status_code, refused.json()["code"]) == (400, "MEDIA_ASSET_WAITING_UPLOAD")
    await finalize(sim, account, asked["video"], etags)
    assert (await post(sim, account, content={"media": {"id": asked["video"]}})).status_code == 201


async def test_a_post_that_did_not_wait_is_lost_with_its_video(sim: Sim) -> None:
    account = await editor(sim)
    bad = await video(sim, account, mp4(seconds=2), owner=PAGE)
    urn = await posted(sim, account, author=PAGE, content={"media": {"id": bad}})
    assert (await read_post(sim, account, urn))["lifecycleState"] == "PUBLISH_REQUESTED"
    sim.clock.now += 2
    assert (await read_post(sim, account, urn))["lifecycleState"] == "PUBLISH_FAILED"
    assert await sim.ledger() == []


@pytest.mark.parametrize("fault", [{"action": "slow", "polls": 2}, {"action": "slow", "seconds": 60}])
async def test_processing_can_take_longer(sim: Sim, fault: JSON) -> None:
    account = await sim.account("linkedin")
    assert (await sim.client.post("/_control/faults", json={"network": "linkedin"} | fault)).status_code == 201
    urn = await video(sim, account, mp4())
    sim.clock.now += 2
    seen = [(await status(sim, account, VIDEOS, urn))["status"] for _ in range(3)]
    if "polls" in fault:
        assert seen == ["PROCESSING", "PROCESSING", "AVAILABLE"]
        return
    assert set(seen) == {"PROCESSING"}
    sim.clock.now += 60
    assert (await status(sim, account, VIDEOS, urn))["status"] == "AVAILABLE"


async def test_a_stuck_video_never_comes_and_its_post_is_never_seen(sim: Sim) -> None:
    account = await sim.account("linkedin")
    order = {"network": "linkedin", "action": "stuck"}
    assert (await sim.client.post("/_control/faults", json=order)).status_code == 201
    urn = await video(sim, account, mp4())
    sim.clock.now += 86400
    assert (await status(sim, account, VIDEOS, urn))["status"] == "PROCESSING"
    await posted(sim, account, content={"media": {"id": urn}})
    assert await sim.ledger() == []


async def test_the_urls_of_a_video_live_thirty_days(sim: Sim) -> None:
    account = await sim.account("linkedin")
    asked = await ask_upload(sim, account, VIDEOS, fileSizeBytes=10)
    assert asked["uploadUrlsExpireAt"] == int((sim.clock.now + 30 * 86400) * 1000)
    sim.clock.now += 30 * 86400
    refused = await sim.client.put(asked["uploadInstructions"][0]["uploadUrl"], content=b"x" * 10)
    assert (refused.status_code, refused.json()["code"]) == (400, "EXPIRED_UPLOAD_URL")


async def test_a_video_belongs_to_its_owner_and_stands_alone(sim: Sim) -> None:
    account, other = await sim.account("linkedin"), await sim.account("linkedin", handle="other")
    urn = await video(sim, account, mp4())
    assert (await post(sim, other, content={"media": {"id": urn}})).json()["code"] == "INVALID_URN_ID"
    assert (await finalize(sim, other, urn, ["x"])).status_code == 404
    images = [{"id": urn}, {"id": await image(sim, account, picture())}]
    assert (await post(sim, account, content={"multiImage": {"images": images}})).json()["code"] == "INVALID_URN_TYPE"


@pytest.mark.parametrize("order", [{}, {"fileSizeBytes": 0}, {"fileSizeBytes": 10, "surprise": 1}])
async def test_the_first_call_is_read_strictly(sim: Sim, order: JSON) -> None:
    account = await sim.account("linkedin")
    written = {"initializeUploadRequest": {"owner": author(account)} | order}
    params = {"action": "initializeUpload"}
    assert (await sim.client.post(VIDEOS, params=params, json=written, headers=headers(account))).status_code == 400


async def test_finalize_wants_the_token_that_was_given(sim: Sim) -> None:
    account = await sim.account("linkedin")
    asked = await ask_upload(sim, account, VIDEOS, fileSizeBytes=10)
    assert (await finalize(sim, account, asked["video"], ["x"], token="other")).status_code == 400


async def test_a_thumbnail_and_captions_have_urls_of_their_own(sim: Sim) -> None:
    account = await sim.account("linkedin")
    content = mp4()
    asked = await ask_upload(
        sim, account, VIDEOS, fileSizeBytes=len(content), uploadThumbnail=True, uploadCaptions=True
    )
    assert (await sim.client.put(asked["thumbnailUploadUrl"], content=b"text")).status_code == 415
    assert (await sim.client.put(asked["thumbnailUploadUrl"], content=picture("PNG"))).status_code == 201
    assert (await sim.client.put(asked["captionsUploadUrl"], content=b"1\n00:00")).status_code == 201
    await finalize(sim, account, asked["video"], await send_parts(sim, asked, content))
    await posted(sim, account, content={"media": {"id": asked["video"]}})
    (item,) = await sim.ledger()
    assert item["media"][0]["thumbnail_sha256"] == hashlib.sha256(picture("PNG")).hexdigest()
