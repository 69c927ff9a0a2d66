"""Meta's crawler, and robots.txt as it reads it."""

from collections.abc import AsyncIterator

import httpx
import pytest

from dravo_simulator import robots
from dravo_simulator.blobs import TooLarge
from dravo_simulator.crawler import Crawled, Crawler
from dravo_simulator.fetch import Fetcher, FetchFailed, FetchTimedOut
from dravo_simulator.world import World
from simulator.harness import MEDIA_ORIGIN, Clock, picture

URL = f"{MEDIA_ORIGIN}/media/a.jpg?key=1"


class Host:
    """A server of media: one picture at every path, and a robots.txt."""

    def __init__(self) -> None:
        self.robots = httpx.Response(404)
        self.answer = httpx.Response(200, content=picture(), headers={"content-type": "image/jpeg"})
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        given = self.robots if request.url.path == "/robots.txt" else self.answer
        return httpx.Response(given.status_code, content=given.content, headers=given.headers)

    @property
    def paths(self) -> list[str]:
        return [request.url.path for request in self.requests]


@pytest.fixture
def host() -> Host:
    return Host()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> World:
    return World(clock=clock)


@pytest.fixture
def crawler(host: Host, world: World) -> Crawler:
    return Crawler(Fetcher([MEDIA_ORIGIN], httpx.MockTransport(host)), world)


async def crawl(crawler: Crawler, url: str = URL) -> Crawled:
    return await crawler.get(url, "image", at_most=1_000_000)


async def test_it_says_who_it_is_and_asks_robots_first(crawler: Crawler, host: Host) -> None:
    crawled = await crawl(crawler)
    assert crawled.received.path.read_bytes() == picture()
    assert crawled.content_type == "image/jpeg"
    assert host.paths == ["/robots.txt", "/media/a.jpg"]
    assert all(request.headers["user-agent"].startswith("facebookexternalhit/1.1 (+") for request in host.requests)


async def test_what_robots_forbids_is_not_read(crawler: Crawler, host: Host) -> None:
    host.robots = httpx.Response(200, text="User-agent: *\nDisallow: /media/\n")
    with pytest.raises(FetchFailed, match="robots"):
        await crawl(crawler)
    assert host.paths == ["/robots.txt"]
    await crawl(crawler, f"{MEDIA_ORIGIN}/other/a.jpg")


async def test_robots_is_remembered_for_a_minute(crawler: Crawler, host: Host, clock: Clock) -> None:
    await crawl(crawler)
    host.robots = httpx.Response(200, text="User-agent: facebookexternalhit\nDisallow: /")
    await crawl(crawler)
    clock.now += 61
    with pytest.raises(FetchFailed, match="robots"):
        await crawl(crawler)
    assert host.paths.count("/robots.txt") == 2


@pytest.mark.parametrize(("status", "is_read"), [(404, True), (403, True), (302, True), (500, False), (503, False)])
async def test_a_robots_that_is_not_there_forbids_nothing_and_a_broken_one_all(
    crawler: Crawler, host: Host, status: int, is_read: bool
) -> None:
    host.robots = httpx.Response(status)
    if is_read:
        await crawl(crawler)
    else:
        with pytest.raises(FetchFailed):
            await crawl(crawler)


@pytest.mark.parametrize(
    "url",
    [
        "http://elsewhere.test/a.jpg",
        "ftp://media.test/a.jpg",
        "http://ada:secret@media.test/a.jpg",
        "http://media.test/\u00e4.jpg",
        "/a.jpg",
        "",
    ],
)
async def test_it_reads_ascii_urls_of_known_origins_without_credentials(crawler: Crawler, host: Host, url: str) -> None:
    with pytest.raises(FetchFailed):
        await crawl(crawler, url)
    assert "/a.jpg" not in host.paths


@pytest.mark.parametrize(
    ("status", "content_type"),
    [
        (404, "image/jpeg"),
        (206, "image/jpeg"),
        (200, "text/html"),
        (200, "video/mp4"),
        (200, "application/octet-stream"),
        (200, ""),
    ],
)
async def test_the_answer_must_be_a_200_of_the_right_type(
    crawler: Crawler, host: Host, status: int, content_type: str
) -> None:
    host.answer = httpx.Response(status, content=picture(), headers={"content-type": content_type})
    with pytest.raises(FetchFailed):
        await crawl(crawler)


async def test_parameters_of_the_type_do_not_matter(crawler: Crawler, host: Host) -> None:
    host.answer = httpx.Response(200, content=picture(), headers={"content-type": "Image/JPEG; charset=binary"})
    assert (await crawl(crawler)).content_type == "image/jpeg"


async def test_a_redirect_is_followed_only_by_the_switch(crawler: Crawler, host: Host, world: World) -> None:
    host.answer = httpx.Response(302, headers={"location": "/moved/b.jpg"})
    with pytest.raises(FetchFailed, match="302"):
        await crawl(crawler)
    world.change_settings(world.settings.model_copy(update={"meta_redirects": "follow"}))
    with pytest.raises(FetchFailed, match="too many"):
        await crawl(crawler)
    assert host.paths[-1] == "/moved/b.jpg"
    host.answer = httpx.Response(302, headers={"location": "http://elsewhere.test/b.jpg"})
    with pytest.raises(FetchFailed, match="reachable"):
        await crawl(crawler)


async def test_a_redirect_within_the_origin_arrives(world: World) -> None:
    def serve(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/b.jpg":
            return httpx.Response(200, content=picture(), headers={"content-type": "image/jpeg"})
        return httpx.Response(404 if request.url.path == "/robots.txt" else 301, headers={"location": "/b.jpg"})

    world.change_settings(world.settings.model_copy(update={"meta_redirects": "follow"}))
    crawler = Crawler(Fetcher([MEDIA_ORIGIN], httpx.MockTransport(serve)), world)
    assert (await crawl(crawler)).received.size == len(picture())


async def test_too_much_is_refused_and_not_kept(crawler: Crawler, world: World) -> None:
    with pytest.raises(TooLarge):
        await crawler.get(URL, "image", at_most=len(picture()) - 1)
    assert list(world.store.blobs.part("any").parent.iterdir()) == []
    assert (await crawler.get(URL, "image", at_most=len(picture()))).received.size == len(picture())


async def test_a_chunked_body_has_no_length_and_is_read(world: World) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for part in (picture()[:100], picture()[100:]):
            yield part

    def serve(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/robots.txt":
            return httpx.Response(404)
        return httpx.Response(200, content=chunks(), headers={"content-type": "image/jpeg"})

    crawler = Crawler(Fetcher([MEDIA_ORIGIN], httpx.MockTransport(serve)), world)
    assert (await crawl(crawler)).received.path.read_bytes() == picture()


async def test_a_timeout_is_told_from_other_failures(world: World) -> None:
    failures: list[Exception] = [httpx.ReadTimeout("slow"), httpx.ConnectError("none")]

    def serve(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/robots.txt":
            return httpx.Response(404)
        raise failures.pop(0)

    crawler = Crawler(Fetcher([MEDIA_ORIGIN], httpx.MockTransport(serve)), world)
    with pytest.raises(FetchTimedOut):
        await crawl(crawler)
    with pytest.raises(FetchFailed) as failed:
        await crawl(crawler)
    assert not isinstance(failed.value, FetchTimedOut)


@pytest.mark.parametrize(
    ("text", "path", "is_allowed"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow: /\nAllow: /media/", "/media/a.jpg", True),
        ("User-agent: *\nDisallow: /\nAllow: /media/", "/other", False),
        ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: FacebookExternalHit\nAllow: /", "/a", True),
        ("User-agent: facebookexternalhit\nDisallow: /\n\nUser-agent: *\nAllow: /", "/a", False),
        ("User-agent: one\nUser-agent: facebookexternalhit\nDisallow: /", "/a", False),
        ("User-agent: other\nDisallow: /", "/a", True),
        ("User-agent: *\nDisallow: /*.jpg$", "/media/a.jpg", False),
        ("User-agent: *\nDisallow: /*.jpg$", "/media/a.jpg?key=1", True),
        ("User-agent: *\nDisallow: / # all of it", "/a", False),
        ("Sitemap: http://x.test/s\nDisallow: /", "/a", True),
        ("USER-AGENT:*\nDISALLOW:/media", "/media/a", False),
    ],
)
def test_the_longest_rule_of_the_nearest_group_decides(text: str, path: str, is_allowed: bool) -> None:
    assert robots.allows(text, "facebookexternalhit", path) == is_allowed
