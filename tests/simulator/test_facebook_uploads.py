"""The bytes of a reel on their way to the simulated rupload.facebook.com, or the URL they are read at."""

import asyncio
import hashlib

import pytest

from simulator.facebook_calls import carry, finish, reel_film, said_in, start, status
from simulator.harness import Sim, bearer


async def test_facebook_reads_a_hosted_reel_by_its_header(sim: Sim) -> None:
    page, film = await sim.account("facebook"), reel_film()
    video_id, url = await start(sim, page)
    hosted = sim.host("/reel.mp4", film)
    assert (await carry(sim, page, url, file_url=hosted)).json() == {"success": True}
    await finish(sim, page, video_id)
    sim.clock.now += 2
    [item] = await sim.ledger()
    assert (item["media"][0]["url"], item["media"][0]["size_bytes"]) == (hosted, len(film))


@pytest.mark.parametrize(
    ("switch", "alone", "beside"), [("either", True, True), ("alone", True, False), ("with_offset", False, True)]
)
async def test_whether_an_offset_stands_beside_a_hosted_url_is_a_switch(
    sim: Sim, switch: str, *, alone: bool, beside: bool
) -> None:
    page, hosted = await sim.account("facebook"), sim.host("/reel.mp4", reel_film())
    await sim.settings(facebook_hosted_upload=switch)
    cases: list[tuple[dict[str, str], bool]] = [({}, alone), ({"offset": "0"}, beside)]
    for more, is_taken in cases:
        _, url = await start(sim, page)
        answer = await carry(sim, page, url, b"", file_url=hosted, **more)
        assert answer.is_success == is_taken
        if not is_taken:
            assert answer.json()["debug_info"]["type"] == "ParameterValidationError"


@pytest.mark.parametrize(
    "hosted", ["http://media.test/none.mp4", "http://media.test/text.mp4", "https://video.fbcdn.net/a.mp4", "file:///a"]
)
async def test_a_hosted_reel_that_cannot_be_read_fails_its_upload(sim: Sim, hosted: str) -> None:
    page = await sim.account("facebook")
    sim.host("/text.mp4", b"text")
    video_id, url = await start(sim, page)
    answer = await carry(sim, page, url, file_url=hosted)
    assert (answer.status_code, answer.json()["debug_info"]["type"]) == (400, "ProcessingFailedError")
    assert "Video Upload Is Missing" in (await finish(sim, page, video_id)).text
    if "text" not in hosted:
        failed = await status(sim, page, video_id)
        assert (failed["video_status"], failed["uploading_phase"]["status"]) == ("upload_failed", "error")
    assert (await carry(sim, page, url, file_url=sim.host("/good.mp4", reel_film()))).is_success
    assert (await status(sim, page, video_id))["video_status"] == "upload_complete"


async def test_a_broken_upload_goes_on_where_it_ended(sim: Sim) -> None:
    page, film = await sim.account("facebook"), reel_film()
    video_id, url = await start(sim, page)
    size = str(len(film))
    broken = await carry(sim, page, url, film[:1000], offset="0", file_size=size)
    assert broken.json()["debug_info"]["type"] == "PartialRequestError"
    assert broken.json()["debug_info"]["retriable"] is True
    seen = await status(sim, page, video_id)
    assert seen["uploading_phase"] == {
        "status": "in_progress",
        "bytes_transferred": 1000,
        "source_file_size": len(film),
    }
    assert "Video Upload Is Missing" in (await finish(sim, page, video_id)).text
    token = {"Authorization": f"OAuth {page['access_token']}"}
    assert (await sim.client.get(url, headers=token)).json()["offset"] == 1000
    for offset in (0, 999, 1001):
        wrong = await carry(sim, page, url, film[1000:], offset=str(offset), file_size=size)
        assert wrong.json()["debug_info"]["type"] == "OffsetInvalidError"
    assert (await carry(sim, page, url, film[1000:], offset="1000", file_size=size)).json() == {"success": True}
    again = await carry(sim, page, url, film, offset="0", file_size=size)
    assert again.json()["debug_info"]["type"] == "OffsetInvalidError"
    await finish(sim, page, video_id)
    sim.clock.now += 2
    assert (await sim.ledger())[0]["media"][0]["sha256"] == hashlib.sha256(film).hexdigest()


async def test_of_the_same_bytes_sent_twice_at_once_one_is_taken(sim: Sim) -> None:
    page, film = await sim.account("facebook"), reel_film()
    video_id, url = await start(sim, page)
    headers = {"offset": "0", "file_size": str(len(film))}
    answers = await asyncio.gather(*(carry(sim, page, url, film, **headers) for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 400]
    assert (await status(sim, page, video_id))["uploading_phase"]["bytes_transferred"] == len(film)


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({}, "ParameterValidationError"),
        ({"offset": "0"}, "ParameterValidationError"),
        ({"offset": "first", "file_size": "3"}, "ParameterValidationError"),
        ({"offset": "0", "file_size": "2"}, "PartialRequestError"),
    ],
)
async def test_bytes_come_with_both_headers(sim: Sim, headers: dict[str, str], kind: str) -> None:
    page = await sim.account("facebook")
    _, url = await start(sim, page)
    answer = await carry(sim, page, url, b"abc", **headers)
    assert (answer.status_code, answer.json()["debug_info"]["type"]) == (400, kind)


async def test_the_upload_host_wants_its_own_scheme_and_the_pages_own_upload(sim: Sim) -> None:
    page, other = await sim.account("facebook"), await sim.account("facebook", handle="other")
    video_id, url = await start(sim, page)
    bearing = await sim.client.post(url, headers=bearer(page, offset="0", file_size="1"), content=b"a")
    assert (bearing.status_code, bearing.json()["debug_info"]["type"]) == (401, "NotAuthorizedError")
    assert (await carry(sim, other, url, b"a", offset="0", file_size="1")).status_code == 404
    dead = await sim.account("facebook", token="expired")
    assert said_in(await carry(sim, dead, url, b"a", offset="0", file_size="1")) == (190, 463)
    assert said_in(await finish(sim, other, video_id)) == (100, 33)
