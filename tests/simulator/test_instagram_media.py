"""What Instagram takes as a medium, and how it says that it does not."""

import asyncio
from dataclasses import replace

import httpx
import pytest

from dravo_simulator.errands import MOST_AT_ONCE
from dravo_simulator.instagram import limits
from dravo_simulator.probe import Facts
from dravo_simulator.settings import Settings
from simulator.harness import JSON, Sim, picture, serving, video
from simulator.instagram_calls import container, fault_of, film, make, photo, read, refusal, status


@pytest.fixture(params=["in_background", "at_create"])
async def at_once(request: pytest.FixtureRequest, sim: Sim) -> bool:
    """Whether a container waits for its medium."""
    await sim.settings(instagram_fetch=request.param)
    return bool(request.param == "at_create")


@pytest.mark.parametrize(
    ("path", "content", "code", "subcode"),
    [
        ("/none.jpg", None, 9004, 2207052),
        ("/a.html", picture(), 9004, 2207052),
        ("/a.jpg", picture("PNG"), 36001, 2207005),
        ("/a.jpg", b"not a picture", 36001, 2207005),
        ("/a.jpg", picture(size=(79, 100)), 36003, 2207009),
        ("/a.jpg", picture(size=(192, 100)), 36003, 2207009),
        ("/a.jpg", picture() + b"\0" * 8 * 1024 * 1024, 36000, 2207004),
        ("/a.jpg", picture() + b"\0" * 33 * 1024 * 1024, 36000, 2207004),
    ],
)
async def test_a_bad_picture_is_refused_or_fails(
    sim: Sim, at_once: bool, path: str, content: bytes | None, code: int, subcode: int
) -> None:
    account = await sim.account("instagram")
    url = f"http://media.test{path}" if content is None else sim.host(path, content)
    if at_once:
        assert refusal(await make(sim, account, image_url=url)) == (code, subcode)
    else:
        fault = await fault_of(sim, account, image_url=url)
        assert fault == f"Error: Media upload has failed with error code {subcode}"
    assert await sim.ledger() == []


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("size", [(80, 100), (191, 100), (40, 40)])
async def test_a_picture_at_the_edge_is_taken(sim: Sim, size: tuple[int, int]) -> None:
    account = await sim.account("instagram")
    creation_id = await container(sim, account, image_url=photo(sim, size=size))
    sim.clock.now += 2
    assert await status(sim, account, creation_id) == "FINISHED"


async def test_what_cannot_be_fetched_fails_without_being_processed(sim: Sim) -> None:
    account = await sim.account("instagram")
    creation_id = await container(sim, account, image_url="http://elsewhere.test/a.jpg")
    shown = await read(sim, account, creation_id, "status_code,status")
    assert (shown["status_code"], shown["status"][-7:]) == ("ERROR", "2207052")


async def test_other_pictures_are_taken_by_a_switch(sim: Sim) -> None:
    account = await sim.account("instagram")
    await sim.settings(instagram_other_images="accept", instagram_fetch="at_create")
    assert (await make(sim, account, image_url=sim.host("/a.png", picture("PNG")))).status_code == 200
    assert (await make(sim, account, image_url=sim.host("/a.webp", picture("WEBP")))).status_code == 200
    assert refusal(await make(sim, account, image_url=sim.host("/a.gif", picture("GIF")))) == (36001, 2207005)


async def test_the_largest_picture_is_a_switch(sim: Sim) -> None:
    account = await sim.account("instagram")
    content = picture()
    await sim.settings(instagram_image_bytes=len(content), instagram_fetch="at_create")
    assert (await make(sim, account, image_url=sim.host("/a.jpg", content))).status_code == 200
    assert refusal(await make(sim, account, image_url=sim.host("/a.jpg", content + b"\0"))) == (36000, 2207004)


REEL: JSON = {"media_type": "REELS"}
STORY: JSON = {"media_type": "STORIES"}
CHILD: JSON = {"media_type": "VIDEO", "is_carousel_item": "true"}


@pytest.mark.parametrize(
    ("form", "facts", "is_taken"),
    [
        (REEL, {}, True),
        (REEL, {"sound": "aac"}, True),
        (REEL, {"form": "mov"}, True),
        (REEL, {"seconds": 2.5}, False),
        (REEL, {"fps": 22}, False),
        (REEL, {"fps": 60}, True),
        (REEL, {"fps": 62}, False),
        (REEL, {"codec": "mpeg4"}, False),
        (REEL, {"pixels": "yuv444p"}, False),
        (REEL, {"sound": "mp3"}, False),
        (REEL, {"form": "matroska"}, False),
        (REEL, {"size": (1922, 200), "seconds": 3}, False),
        (REEL, {"size": (660, 64)}, False),
        (REEL, {"size": (640, 64)}, True),
        (CHILD, {}, True),
        (CHILD, {"seconds": 2.5}, False),
        (CHILD, {"seconds": 61, "size": (16, 16)}, True),
        (STORY, {}, True),
        (STORY, {"seconds": 60, "size": (16, 16)}, True),
        (STORY, {"seconds": 61, "size": (16, 16)}, False),
        (STORY, {"size": (16, 192)}, False),
        (REEL, {"size": (16, 192)}, True),
    ],
)
async def test_a_video_must_be_what_its_surface_plays(sim: Sim, form: JSON, facts: JSON, is_taken: bool) -> None:
    account = await sim.account("instagram")
    creation_id = await container(sim, account, video_url=film(sim, **facts), **form)
    assert await status(sim, account, creation_id) == "IN_PROGRESS"
    sim.clock.now += 2
    shown = await read(sim, account, creation_id, "status_code,status")
    assert shown["status_code"] == ("FINISHED" if is_taken else "ERROR"), shown
    assert is_taken or shown["status"].endswith("2207026")


@pytest.mark.parametrize(
    ("kind", "facts", "is_taken"),
    [
        ("REELS", {"duration_ms": 900_000}, True),
        ("REELS", {"duration_ms": 900_251}, False),
        ("REELS", {"duration_ms": 2_750}, True),
        ("REELS", {"duration_ms": 2_749}, False),
        ("STORIES", {"duration_ms": 60_251}, False),
        ("REELS", {"width": 1920}, True),
        ("REELS", {"width": 1921}, False),
        ("REELS", {"width": 9, "height": 1000}, False),
        ("REELS", {"width": 10, "height": 1000}, True),
        ("STORIES", {"width": 99, "height": 1000}, False),
        ("STORIES", {"width": 100, "height": 1000}, True),
        ("REELS", {"width": 1000, "height": 99}, False),
        ("REELS", {"video_codec": "hevc", "pixel_format": "yuv420p10le"}, True),
        ("REELS", {"video_codec": "vp9"}, False),
        ("REELS", {"fps": 60.5}, True),
        ("REELS", {"fps": 60.6}, False),
        ("REELS", {"fps": None}, False),
        ("REELS", {"content_type": "video/webm"}, False),
        ("REELS", {"kind": "image"}, False),
    ],
)
def test_the_facts_of_a_video_decide(kind: str, facts: JSON, is_taken: bool) -> None:
    video_facts = Facts(
        "video", "video/mp4", 720, 1280, duration_ms=5000, video_codec="h264", pixel_format="yuv420p", fps=30
    )
    fault = limits.fault_of_video(replace(video_facts, **facts), kind, {}, Settings())
    assert fault == (None if is_taken else 2207026)


async def test_a_video_in_a_carousel_may_be_held_to_a_minute(sim: Sim) -> None:
    account = await sim.account("instagram")
    await sim.settings(instagram_carousel_video_seconds=60)
    assert (await fault_of(sim, account, video_url=film(sim, seconds=61, size=(16, 16)), **CHILD)).endswith("2207026")


async def test_a_bad_video_comes_out_in_processing_even_when_the_call_waits(sim: Sim, at_once: bool) -> None:
    account = await sim.account("instagram")
    short = film(sim, "/short.mp4", seconds=1)
    assert (await fault_of(sim, account, video_url=short, **REEL)).endswith("2207026")
    if at_once:
        missing = await make(sim, account, video_url="http://media.test/none.mp4", **REEL)
        assert refusal(missing) == (9004, 2207052)


@pytest.mark.parametrize(
    ("path", "content", "number"),
    [
        ("/none.jpg", None, "2207052"),
        ("/cover.jpg", picture("PNG"), "2207005"),
        ("/cover.jpg", picture() + b"\0" * 8 * 1024 * 1024, "2207004"),
    ],
)
async def test_a_cover_is_really_read(sim: Sim, path: str, content: bytes | None, number: str) -> None:
    account = await sim.account("instagram")
    url = f"http://media.test{path}" if content is None else sim.host(path, content)
    assert (await fault_of(sim, account, video_url=film(sim), cover_url=url, **REEL)).endswith(number)


async def test_nothing_is_left_on_disk_of_what_was_refused(sim: Sim) -> None:
    account = await sim.account("instagram")
    await fault_of(sim, account, video_url=film(sim), cover_url=sim.host("/cover.jpg", b"bad"), **REEL)
    blobs = sim.app.world.store.blobs
    folder = blobs.part("any").parent
    assert list(folder.iterdir()) == []


async def test_a_slow_host_is_waited_for_in_the_background() -> None:
    arrived = asyncio.Event()

    async def slow(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/robots.txt":
            return httpx.Response(404)
        await arrived.wait()
        return httpx.Response(200, content=picture(), headers={"content-type": "image/jpeg"})

    sim = Sim(hosts=httpx.MockTransport(slow))
    account = await sim.account("instagram")
    creation_id = await container(sim, account, image_url="http://media.test/a.jpg")
    sim.clock.now += 3600
    assert await status(sim, account, creation_id) == "IN_PROGRESS"
    arrived.set()
    assert await status(sim, account, creation_id) == "FINISHED"
    await sim.close()


async def test_eight_media_are_pulled_at_once_and_the_others_after_them() -> None:
    together = asyncio.Barrier(MOST_AT_ONCE)
    reading: set[str] = set()
    most = 0

    async def serve(request: httpx.Request) -> httpx.Response:
        nonlocal most
        if request.url.path == "/robots.txt":
            return httpx.Response(404)
        reading.add(request.url.path)
        most = max(most, len(reading))
        await together.wait()
        reading.remove(request.url.path)
        return httpx.Response(200, content=picture(), headers={"content-type": "image/jpeg"})

    sim = Sim(hosts=httpx.MockTransport(serve))
    account = await sim.account("instagram")
    numbers = range(2 * MOST_AT_ONCE)
    made = [await container(sim, account, image_url=f"http://media.test/{number}.jpg") for number in numbers]
    assert await sim.ledger() == []
    sim.clock.now += 2
    assert [await status(sim, account, creation_id) for creation_id in made] == ["FINISHED"] * len(made)
    assert most == MOST_AT_ONCE == 8
    await sim.close()


async def test_under_a_server_media_are_pulled_without_being_asked_for() -> None:
    pulled = asyncio.Event()

    def serve(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/robots.txt":
            return httpx.Response(404)
        pulled.set()
        return httpx.Response(200, content=video(seconds=3, fps=24), headers={"content-type": "video/mp4"})

    sim = Sim(hosts=httpx.MockTransport(serve))
    account = await sim.account("instagram")
    async with serving(sim.app, lifespan="on"):
        await container(sim, account, video_url="http://media.test/a.mp4", **REEL)
        await asyncio.wait_for(pulled.wait(), timeout=10)
    await sim.client.aclose()


async def test_a_host_that_gives_nothing_is_2207003() -> None:
    def silent(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/robots.txt":
            return httpx.Response(404)
        raise httpx.ReadTimeout("nothing came")

    sim = Sim(hosts=httpx.MockTransport(silent))
    account = await sim.account("instagram")
    assert (await fault_of(sim, account, image_url="http://media.test/a.jpg")).endswith("2207003")
    await sim.settings(instagram_fetch="at_create")
    assert refusal(await make(sim, account, image_url="http://media.test/a.jpg")) == (-2, 2207003)
    await sim.close()


async def test_a_reset_forgets_what_was_waited_for(sim: Sim) -> None:
    account = await sim.account("instagram")
    creation_id = await container(sim, account)
    assert sim.app.world.store.watched("instagram") == [creation_id]
    await sim.client.post("/_control/reset")
    assert sim.app.world.store.watched("instagram") == []
    await sim.account("instagram")
