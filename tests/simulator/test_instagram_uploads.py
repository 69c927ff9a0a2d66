"""Videos whose bytes are sent: upload_type=resumable and rupload.facebook.com."""

import httpx
import pytest

from simulator.harness import JSON, Sim, video
from simulator.instagram_calls import BY_FACEBOOK, film, make, photo, publish, read, refusal, status

REEL = video(seconds=3, fps=24)


async def begun(sim: Sim, account: JSON, **form: str) -> tuple[str, str]:
    """A container that waits for bytes, and where they go."""
    answer = await make(sim, account, media_type="REELS", upload_type="resumable", **form)
    assert answer.status_code == 200, answer.text
    return answer.json()["id"], answer.json()["uri"]


async def send(sim: Sim, account: JSON, uri: str, content: bytes = b"", **headers: str) -> httpx.Response:
    token = {"authorization": f"OAuth {account['access_token']}"}
    return await sim.client.post(uri, content=content, headers=token | headers)


def failure(answer: httpx.Response) -> tuple[str, bool]:
    assert answer.status_code == 400, answer.text
    return answer.json()["debug_info"]["type"], answer.json()["debug_info"]["retriable"]


@pytest.fixture
async def account(sim: Sim) -> JSON:
    return await sim.account("instagram", attributes=BY_FACEBOOK)


async def test_bytes_are_sent_processed_and_published(sim: Sim, account: JSON) -> None:
    creation_id, uri = await begun(sim, account, caption="Sent", cover_url=photo(sim, "/cover.jpg"))
    assert f"/rupload.facebook.com/ig-api-upload/v26.0/{creation_id}" in uri
    sim.clock.now += 3600
    assert await status(sim, account, creation_id) == "IN_PROGRESS"
    answer = await send(sim, account, uri, REEL, offset="0", file_size=str(len(REEL)))
    assert answer.json() == {"success": True, "message": "Upload successful."}
    assert await status(sim, account, creation_id) == "IN_PROGRESS"
    sim.clock.now += 2
    assert (await publish(sim, account, creation_id)).status_code == 200
    [post] = await sim.ledger()
    assert (post["text"], post["media"][0]["size_bytes"]) == ("Sent", len(REEL))
    assert "url" not in post["media"][0]
    assert post["options"]["cover"]["url"] == "http://media.test/cover.jpg"


async def test_parts_go_on_where_the_last_one_ended(sim: Sim, account: JSON) -> None:
    creation_id, uri = await begun(sim, account)
    size = str(len(REEL))
    partial = await send(sim, account, uri, REEL[:1000], offset="0", file_size=size)
    assert failure(partial) == ("PartialRequestError", True)
    assert failure(await send(sim, account, uri, REEL[:1000], offset="0", file_size=size)) == (
        "OffsetInvalidError",
        False,
    )
    assert (await send(sim, account, uri, REEL[1000:], offset="1000", file_size=size)).status_code == 200
    sim.clock.now += 2
    assert await status(sim, account, creation_id) == "FINISHED"
    assert list(sim.app.world.store.blobs.part("any").parent.iterdir()) == []


async def test_a_hosted_file_is_read(sim: Sim, account: JSON) -> None:
    creation_id, uri = await begun(sim, account)
    missing = await send(sim, account, uri, file_url="http://media.test/none.mp4")
    assert failure(missing) == ("ProcessingFailedError", True)
    assert (await send(sim, account, uri, file_url=film(sim))).status_code == 200
    sim.clock.now += 2
    assert await status(sim, account, creation_id) == "FINISHED"


@pytest.mark.parametrize(
    "headers",
    [{}, {"offset": "0"}, {"file_size": "9"}, {"offset": "x", "file_size": "9"}, {"offset": "0", "file_size": "8"}],
)
async def test_the_headers_must_say_what_comes(sim: Sim, account: JSON, headers: dict[str, str]) -> None:
    _, uri = await begun(sim, account)
    assert failure(await send(sim, account, uri, b"nine byte", **headers)) == ("ParameterValidationError", False)


async def test_bad_bytes_fail_in_processing(sim: Sim, account: JSON) -> None:
    creation_id, uri = await begun(sim, account)
    assert (await send(sim, account, uri, b"nine byte", offset="0", file_size="9")).status_code == 200
    sim.clock.now += 2
    shown = await read(sim, account, creation_id, "status_code,status")
    assert (shown["status_code"], shown["status"][-7:]) == ("ERROR", "2207026")


async def test_an_upload_is_over_when_it_is_done_or_expired(sim: Sim, account: JSON) -> None:
    _, uri = await begun(sim, account)
    size = str(len(REEL))
    assert (await send(sim, account, uri, REEL, offset="0", file_size=size)).status_code == 200
    assert failure(await send(sim, account, uri, REEL, offset="0", file_size=size)) == (
        "ParameterValidationError",
        False,
    )
    _, late = await begun(sim, account)
    sim.clock.now += 86400
    assert failure(await send(sim, account, late, REEL, offset="0", file_size=size)) == (
        "ParameterValidationError",
        False,
    )


async def test_nobody_else_may_send(sim: Sim, account: JSON) -> None:
    _, uri = await begun(sim, account)
    stranger = await sim.account("instagram", handle="stranger", attributes=BY_FACEBOOK)
    assert failure(await send(sim, stranger, uri, REEL))[0] == "ParameterValidationError"
    without = await sim.client.post(uri, content=REEL)
    assert refusal(without) == (2500, None)


async def test_instagram_login_has_no_uploads(sim: Sim) -> None:
    account = await sim.account("instagram")
    answer = await make(sim, account, media_type="REELS", upload_type="resumable")
    assert refusal(answer) == (100, None)


async def test_a_container_has_a_url_or_an_upload(sim: Sim, account: JSON) -> None:
    both = await make(sim, account, media_type="REELS", upload_type="resumable", video_url=film(sim))
    assert refusal(both) == (100, None)
    odd = await make(sim, account, media_type="REELS", upload_type="surprise")
    assert refusal(odd) == (100, None)
