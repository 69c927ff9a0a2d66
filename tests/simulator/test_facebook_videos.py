"""Videos of the simulated Facebook that are no reels: by URL, as a file, in ranges, by a handle."""

import asyncio
import hashlib

import httpx
import pytest

from simulator.facebook_calls import GRAPH, clip, done, read, reel_film, refused, said_in, send, status
from simulator.harness import JSON, Sim, bearer, picture

VIDEO_HOST = "/graph-video.facebook.com/v26.0"


async def begin(sim: Sim, page: JSON, size: int) -> JSON:
    return await done(sim, page, "me/videos", upload_phase="start", file_size=size)


async def carry(sim: Sim, page: JSON, session: str, offset: int | str, chunk: bytes) -> httpx.Response:
    form = {"upload_phase": "transfer", "upload_session_id": session, "start_offset": str(offset)}
    files = {"video_file_chunk": ("chunk", chunk)}
    return await sim.client.post(f"{VIDEO_HOST}/me/videos", data=form, files=files, headers=bearer(page))


async def finish(sim: Sim, page: JSON, session: str, **form: str) -> httpx.Response:
    return await send(sim, page, "me/videos", upload_phase="finish", upload_session_id=session, **form)


@pytest.mark.parametrize("host", [GRAPH, VIDEO_HOST])
async def test_a_video_by_url_is_accepted_first_and_seen_later(sim: Sim, host: str) -> None:
    page, url = await sim.account("facebook"), sim.host("/a.mp4", clip())
    page_id = page["platform_account_id"]
    form = {"file_url": url, "description": "A film", "title": "First"}
    answer = await sim.client.post(f"{host}/{page_id}/videos", data=form, headers=bearer(page))
    assert set(answer.json()) == {"id"}
    video_id = answer.json()["id"]
    seen = await status(sim, page, video_id)
    assert (seen["video_status"], seen["uploading_phase"]["status"]) == ("processing", "complete")
    assert await sim.ledger() == []
    sim.clock.now += 2
    node = await read(sim, page, video_id, "status,published,permalink_url,post_id,title")
    assert (node["status"]["video_status"], node["published"]) == ("ready", True)
    assert (node["permalink_url"], node["title"]) == (f"/{page_id}/videos/{video_id}/", "First")
    [item] = await sim.ledger()
    assert (item["id"], item["text"]) == (node["post_id"], "A film")
    assert item["options"] == {"edge": "videos", "video_id": video_id, "video_state": "PUBLISHED", "title": "First"}
    assert (item["media"][0]["url"], item["media"][0]["width"]) == (url, 160)
    listed = await read(sim, page, "me/videos", "id,description", type="uploaded")
    assert [(found["id"], found["description"]) for found in listed["data"]] == [(video_id, "A film")]
    assert (await read(sim, page, "me/videos", "id", type="tagged"))["data"] == []
    assert (await read(sim, page, "me/video_reels", "id"))["data"] == []


async def test_a_video_comes_as_one_file_too(sim: Sim) -> None:
    page, cover = await sim.account("facebook"), picture()
    files = {"source": ("a.mp4", clip()), "thumb": ("a.jpg", cover)}
    answer = await sim.client.post(f"{VIDEO_HOST}/me/videos", files=files, headers=bearer(page))
    assert answer.status_code == 200
    sim.clock.now += 2
    [item] = await sim.ledger()
    assert item["media"][0]["sha256"] == hashlib.sha256(clip()).hexdigest()
    assert item["media"][0]["thumbnail_sha256"] == hashlib.sha256(cover).hexdigest()


async def test_a_video_is_carried_in_the_ranges_that_facebook_asks_for(sim: Sim) -> None:
    page, film = await sim.account("facebook"), clip()
    await sim.settings(facebook_range_bytes=1000)
    begun = await begin(sim, page, len(film))
    assert (begun["start_offset"], begun["end_offset"]) == ("0", "1000")
    session = begun["upload_session_id"]
    assert (await status(sim, page, begun["video_id"]))["video_status"] == "uploading"
    span, ranges = begun, 0
    while span["start_offset"] != span["end_offset"]:
        first, last = int(span["start_offset"]), int(span["end_offset"])
        span = (await carry(sim, page, session, first, film[first:last])).json()
        ranges += 1
    assert (span["start_offset"], ranges) == (str(len(film)), -(-len(film) // 1000))
    assert (await finish(sim, page, session, description="In ranges")).json() == {"success": True}
    assert said_in(await finish(sim, page, session)) == (100, None)
    sim.clock.now += 2
    [item] = await sim.ledger()
    assert (item["text"], item["media"][0]["sha256"]) == ("In ranges", hashlib.sha256(film).hexdigest())
    assert (await read(sim, page, begun["video_id"], "published"))["published"] is True


async def test_two_finishes_at_once_publish_once(sim: Sim) -> None:
    page, film = await sim.account("facebook"), clip()
    session = (await begin(sim, page, len(film)))["upload_session_id"]
    await carry(sim, page, session, 0, film)
    answers = await asyncio.gather(*(finish(sim, page, session) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400]
    sim.clock.now += 2
    assert len(await sim.ledger()) == 1


async def test_a_wrong_offset_is_told_the_right_one(sim: Sim) -> None:
    page, film = await sim.account("facebook"), clip()
    await sim.settings(facebook_range_bytes=1000)
    session = (await begin(sim, page, len(film)))["upload_session_id"]
    await carry(sim, page, session, 0, film[:1000])
    for offset, chunk in ((0, film[:1000]), (2000, film[2000:3000]), (1000, film[1000:2001])):
        answer = await carry(sim, page, session, offset, chunk)
        assert said_in(answer) == (6001, 1363037)
        assert answer.json()["error"]["error_data"] == {"start_offset": "1000", "end_offset": "2000"}
        assert answer.json()["error"]["is_transient"] is True
    assert said_in(await finish(sim, page, session)) == (6001, None)
    assert said_in(await carry(sim, page, session, "first", film[1000:2000])) == (100, None)
    assert (await carry(sim, page, session, 1000, film[1000:2000])).json()["start_offset"] == "2000"


async def test_a_transfer_can_be_cancelled(sim: Sim) -> None:
    page = await sim.account("facebook")
    begun = await begin(sim, page, 10)
    session = begun["upload_session_id"]
    cancel = {"upload_phase": "cancel", "upload_session_id": session}
    assert await done(sim, page, "me/videos", **cancel) == {"success": True}
    assert said_in(await carry(sim, page, session, 0, b"0" * 10)) == (100, None)
    assert await refused(sim, page, "me/videos", **cancel) == (100, None)


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({}, 100),
        ({"description": "no video"}, 100),
        ({"file_url": "http://media.test/a.mp4", "upload_phase": "start", "file_size": "10"}, 100),
        ({"upload_phase": "start"}, 100),
        ({"upload_phase": "start", "file_size": "0"}, 100),
        ({"upload_phase": "dance"}, 100),
        ({"upload_phase": "finish", "upload_session_id": "51"}, 100),
        ({"upload_phase": "transfer"}, 100),
        ({"file_url": "http://media.test/missing.mp4"}, 389),
        ({"file_url": "http://elsewhere.test/a.mp4"}, 389),
        ({"file_url": "http://media.test/a.jpg"}, 389),
        ({"file_url": "http://["}, 389),
        ({"file_url": "http://media.test/text.mp4"}, 6000),
        ({"file_url": "http://media.test/tiny.mp4"}, 382),
        ({"file_url": "http://media.test/a.mp4", "scheduled_publish_time": "1"}, 100),
        ({"file_url": "http://media.test/a.mp4", "fbuploader_video_file_chunk": "4:a"}, 100),
        ({"fbuploader_video_file_chunk": "4:a"}, 100),
        ({"file_url": "http://media.test/a.mp4", "surprise": "1"}, 100),
    ],
)
async def test_a_bad_call_is_refused(sim: Sim, form: dict[str, str], code: int) -> None:
    page = await sim.account("facebook")
    sim.host("/a.mp4", clip())
    sim.host("/a.jpg", picture())
    sim.host("/text.mp4", b"text" * 1000)
    sim.host("/tiny.mp4", clip()[:1000])
    assert (await refused(sim, page, "me/videos", **form))[0] == code
    sim.clock.now += 10
    assert await sim.ledger() == []


@pytest.mark.parametrize(("switch", "posts"), [("draft", 0), ("publish", 1)])
async def test_an_upright_video_stays_a_draft(sim: Sim, switch: str, posts: int) -> None:
    page = await sim.account("facebook")
    await sim.settings(facebook_vertical_videos=switch)
    video_id = (await done(sim, page, "me/videos", file_url=sim.host("/a.mp4", reel_film())))["id"]
    sim.clock.now += 60
    node = await read(sim, page, video_id, "status,published,post_id")
    assert (node["status"]["video_status"], node["published"], "post_id" in node) == ("ready", bool(posts), bool(posts))
    assert node["status"]["publishing_phase"]["publish_status"] == ("published" if posts else "draft")
    assert len(await sim.ledger()) == posts


async def test_a_video_can_wait_unseen_or_for_its_time(sim: Sim) -> None:
    page, url = await sim.account("facebook"), sim.host("/a.mp4", clip())
    moment = int(sim.clock.now) + 3600
    hidden = (await done(sim, page, "me/videos", file_url=url, published="false"))["id"]
    form = {"file_url": url, "published": "false", "scheduled_publish_time": moment}
    later = (await done(sim, page, "me/videos", description="Later", **form))["id"]
    sim.clock.now += 60
    assert (await status(sim, page, hidden))["publishing_phase"]["publish_status"] == "draft"
    assert (await status(sim, page, later))["publishing_phase"]["publish_status"] == "scheduled"
    assert await sim.ledger() == []
    sim.clock.now += 3600
    [item] = await sim.ledger()
    assert item["text"] == "Later"


async def test_a_deleted_post_takes_its_video_along(sim: Sim) -> None:
    page = await sim.account("facebook")
    video_id = (await done(sim, page, "me/videos", file_url=sim.host("/a.mp4", clip())))["id"]
    sim.clock.now += 2
    post_id = (await read(sim, page, video_id, "post_id"))["post_id"]
    assert (await sim.client.delete(f"{GRAPH}/{post_id}", headers=bearer(page))).json() == {"success": True}
    assert (await read(sim, page, "me/videos", "id"))["data"] == []


async def test_a_file_goes_to_a_session_and_its_handle_to_the_page(sim: Sim) -> None:
    page, film = await sim.account("facebook"), clip()
    query = {"file_name": "a.mp4", "file_length": str(len(film)), "file_type": "video/mp4"}
    token = {"Authorization": f"OAuth {page['access_token']}"}
    opened = await sim.client.post(f"{GRAPH}/app/uploads", params=query, headers=token)
    session = opened.json()["id"]
    assert session.startswith("upload:")
    half = len(film) // 2
    broken = await sim.client.post(f"{GRAPH}/{session}", headers=token | {"file_offset": "0"}, content=film[:half])
    early = {"fbuploader_video_file_chunk": broken.json()["h"]}
    assert await refused(sim, page, "me/videos", **early) == (100, None)
    offset = (await sim.client.get(f"{GRAPH}/{session}", headers=token)).json()["file_offset"]
    assert offset == half
    wrong = await sim.client.post(f"{GRAPH}/{session}", headers=token | {"file_offset": "0"}, content=film)
    assert said_in(wrong) == (100, None)
    rest = await sim.client.post(f"{GRAPH}/{session}", headers=token | {"file_offset": str(half)}, content=film[half:])
    form = {"fbuploader_video_file_chunk": rest.json()["h"], "description": "By its handle"}
    sent = await sim.client.post(f"{VIDEO_HOST}/me/videos", data=form, headers=bearer(page))
    assert sent.status_code == 200
    sim.clock.now += 2
    [item] = await sim.ledger()
    assert (item["text"], item["media"][0]["sha256"]) == ("By its handle", hashlib.sha256(film).hexdigest())


async def test_a_session_is_the_apps_own_and_takes_what_was_announced(sim: Sim) -> None:
    page = await sim.account("facebook")
    query = {"file_name": "a.mp4", "file_length": "3", "file_type": "video/mp4"}
    token = {"Authorization": f"OAuth {page['access_token']}"}
    assert said_in(await sim.client.post(f"{GRAPH}/1/uploads", params=query, headers=token)) == (100, 33)
    bad = query | {"file_length": "much"}
    assert said_in(await sim.client.post(f"{GRAPH}/app/uploads", params=bad, headers=token)) == (100, None)
    session = (await sim.client.post(f"{GRAPH}/app/uploads", params=query, headers=token)).json()["id"]
    long = await sim.client.post(f"{GRAPH}/{session}", headers=token | {"file_offset": "0"}, content=b"four")
    assert said_in(long) == (100, None)
    assert said_in(await sim.client.get(f"{GRAPH}/upload:other", headers=token)) == (100, None)
