"""A client of X that we did not write works against the simulated X: tweepy, led there by its transport alone."""

import base64
import io
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import requests
import tweepy  # type: ignore[import-untyped]  # ships no types
from PIL import Image
from requests.adapters import HTTPAdapter

from support.simulator import Simulator

ITS_HOST = "https://api.twitter.com"


class LedToTheSimulator(HTTPAdapter):
    """Sends what is meant for X to the simulator, where every real host is the beginning of a path."""

    def __init__(self, simulator: str) -> None:
        super().__init__()
        self._simulator = simulator

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        assert request.url is not None
        request.url = request.url.replace(ITS_HOST, f"{self._simulator}/api.twitter.com", 1)
        return super().send(request, *args, **more)


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    started = Simulator.start(tmp_path_factory.mktemp("simulator"), verified_origin="http://127.0.0.1:9")
    yield started
    started.child.stop()


@pytest.fixture
def client(simulator: Simulator) -> Iterator[Any]:
    """Tweepy with the token of a fresh account, and no other change than its transport."""
    httpx.post(f"{simulator.url}/_control/reset").raise_for_status()
    account = httpx.post(f"{simulator.url}/_control/accounts", json={"network": "x"}).json()
    made = tweepy.Client(account["access_token"])
    made.session.mount(ITS_HOST, LedToTheSimulator(simulator.url))
    with made.session:
        yield made


def ledger(simulator: Simulator) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = httpx.get(f"{simulator.url}/_control/ledger").json()["items"]
    return items


def test_tweepy_publishes_a_text(client: Any, simulator: Simulator) -> None:
    created = client.create_tweet(text="Hello from tweepy & friends", user_auth=False)
    (item,) = ledger(simulator)
    assert (item["id"], item["text"], item["kind"]) == (created.data["id"], "Hello from tweepy & friends", "post")
    assert created.data["text"] == "Hello from tweepy &amp; friends"


def test_tweepy_publishes_an_image(client: Any, simulator: Simulator) -> None:
    file = io.BytesIO()
    Image.new("RGB", (320, 200), "teal").save(file, "PNG")
    # Tweepy's own upload speaks the API of version 1.1, which is gone; its client sends any call of version 2.
    upload = {"media": base64.b64encode(file.getvalue()).decode(), "media_category": "tweet_image"}
    media_id = client.request("POST", "/2/media/upload", json=upload).json()["data"]["id"]
    client.create_tweet(text="With a picture", media_ids=[media_id], user_auth=False)
    (item,) = ledger(simulator)
    (medium,) = item["media"]
    assert (medium["content_type"], medium["width"], medium["height"]) == ("image/png", 320, 200)
    assert medium["size_bytes"] == len(file.getvalue())


def test_tweepy_publishes_a_poll(client: Any, simulator: Simulator) -> None:
    client.create_tweet(text="Tea?", poll_options=["Yes", "No"], poll_duration_minutes=90, user_auth=False)
    (item,) = ledger(simulator)
    assert item["options"]["poll"] == {"options": ["Yes", "No"], "duration_minutes": 90}


def test_tweepy_understands_a_refusal(client: Any) -> None:
    client.create_tweet(text="Once", user_auth=False)
    with pytest.raises(tweepy.Forbidden, match="duplicate content"):
        client.create_tweet(text="Once", user_auth=False)
