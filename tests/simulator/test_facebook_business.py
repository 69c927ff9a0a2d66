"""Meta's own client library works against the simulated Graph API, led there by its transport alone."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests
from facebook_business.adobjects.page import Page  # type: ignore[import-untyped]  # ships no types
from facebook_business.adobjects.pagepost import PagePost  # type: ignore[import-untyped]
from facebook_business.api import FacebookAdsApi  # type: ignore[import-untyped]
from facebook_business.exceptions import FacebookRequestError  # type: ignore[import-untyped]
from facebook_business.session import FacebookSession  # type: ignore[import-untyped]
from requests.adapters import HTTPAdapter

from simulator.facebook_calls import clip
from simulator.harness import picture
from simulator.hosting import hosting
from support.simulator import Simulator

ITS_HOSTS = ("https://graph.facebook.com", "https://graph-video.facebook.com")


class LedToTheSimulator(HTTPAdapter):
    """Sends what is meant for Facebook to the simulator, where every real host is the beginning of a path."""

    def __init__(self, simulator: str) -> None:
        super().__init__()
        self._simulator = simulator

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        assert request.url is not None
        request.url = request.url.replace("https://", f"{self._simulator}/", 1)
        return super().send(request, *args, **more)


@pytest.fixture(scope="module")
def hosted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """An origin that Meta's crawler may pull media from, and the folder that it serves."""
    folder = tmp_path_factory.mktemp("hosted")
    with hosting(folder) as origin:
        yield origin, folder


@pytest.fixture(scope="module")
def simulator(hosted: tuple[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    started = Simulator.start(tmp_path_factory.mktemp("simulator"), verified_origin=hosted[0])
    yield started
    started.child.stop()


@pytest.fixture
def page(simulator: Simulator) -> Iterator[Any]:
    """A Page as the library has it, with a token of its own, and no other change than the transport."""
    httpx.post(f"{simulator.url}/_control/reset").raise_for_status()
    # The library sends more than the edges need, as Meta lets it.
    switches = {"strict_parameters": False, "processing_seconds": 0}
    httpx.post(f"{simulator.url}/_control/settings", json=switches).raise_for_status()
    account = httpx.post(f"{simulator.url}/_control/accounts", json={"network": "facebook"}).json()
    session = FacebookSession(access_token=account["access_token"])
    for host in ITS_HOSTS:
        session.requests.mount(host, LedToTheSimulator(simulator.url))
    with session.requests:
        yield Page(account["platform_account_id"], api=FacebookAdsApi(session))


def ledger(simulator: Simulator) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = httpx.get(f"{simulator.url}/_control/ledger").json()["items"]
    return items


def test_the_library_publishes_a_text_and_reads_it(page: Any, simulator: Simulator) -> None:
    created = page.create_feed(params={"message": "Hello from the library", "link": "https://example.com/a"})
    (item,) = ledger(simulator)
    assert (item["id"], item["text"]) == (created["id"], "Hello from the library")
    fields = ["message", "created_time", "permalink_url"]
    (post,) = page.get_published_posts(fields=fields)
    assert (post["id"], post["message"]) == (created["id"], "Hello from the library")
    again = PagePost(created["id"], api=page.get_api_assured()).api_get(fields=fields)
    assert again["permalink_url"] == f"https://www.facebook.com/{created['id']}"


def test_the_library_follows_a_list_to_its_end(page: Any) -> None:
    made = [page.create_feed(params={"message": str(number)})["id"] for number in range(5)]
    listed = page.get_published_posts(fields=["message"], params={"limit": 2})
    assert [post["id"] for post in listed] == made[::-1]


def test_the_library_publishes_a_photo_that_is_pulled(
    page: Any, simulator: Simulator, hosted: tuple[str, Path]
) -> None:
    origin, folder = hosted
    content = picture("PNG", (320, 200))
    (folder / "teal.png").write_bytes(content)
    said = {"url": f"{origin}/teal.png", "caption": "Teal", "alt_text_custom": "A teal field"}
    created = page.create_photo(params=said)
    (item,) = ledger(simulator)
    assert (item["id"], item["text"]) == (created["post_id"], "Teal")
    (medium,) = item["media"]
    assert (medium["sha256"], medium["alt_text"]) == (hashlib.sha256(content).hexdigest(), "A teal field")


def test_the_library_shows_unpublished_photos_in_a_post(
    page: Any, simulator: Simulator, hosted: tuple[str, Path]
) -> None:
    origin, folder = hosted
    photos = []
    for colour in ("teal", "navy"):
        (folder / f"{colour}.jpg").write_bytes(picture(colour=colour))
        photos.append(page.create_photo(params={"url": f"{origin}/{colour}.jpg", "published": False}))
    assert ledger(simulator) == []
    created = page.create_feed(
        params={"message": "Two", "attached_media": [{"media_fbid": photo["id"]} for photo in photos]}
    )
    (item,) = ledger(simulator)
    assert (item["id"], [medium["url"] for medium in item["media"]]) == (
        created["id"],
        [f"{origin}/teal.jpg", f"{origin}/navy.jpg"],
    )


def test_the_library_carries_a_video_in_ranges(page: Any, simulator: Simulator) -> None:
    film = clip()
    httpx.post(f"{simulator.url}/_control/settings", json={"facebook_range_bytes": 1000}).raise_for_status()
    api, where = page.get_api_assured(), (page["id"], "videos")
    begun = api.call("POST", where, params={"upload_phase": "start", "file_size": len(film)}).json()
    session, span = {"upload_session_id": begun["upload_session_id"]}, begun
    while span["start_offset"] != span["end_offset"]:
        first, last = int(span["start_offset"]), int(span["end_offset"])
        span = api.call(
            "POST",
            where,
            params={"upload_phase": "transfer", "start_offset": first} | session,
            files={"video_file_chunk": ("film.mp4", film[first:last], "multipart/form-data")},
            url_override=ITS_HOSTS[1],
        ).json()
    assert api.call("POST", where, params={"upload_phase": "finish", "description": "A film"} | session).json()[
        "success"
    ]
    (item,) = ledger(simulator)
    assert (item["text"], item["media"][0]["sha256"]) == ("A film", hashlib.sha256(film).hexdigest())


def test_the_library_understands_a_refusal(page: Any) -> None:
    page.create_feed(params={"message": "Once"})
    with pytest.raises(FacebookRequestError) as refused:
        page.create_feed(params={"message": "Once"})
    assert (refused.value.api_error_code(), refused.value.http_status()) == (506, 400)
    assert refused.value.api_transient_error() is False
