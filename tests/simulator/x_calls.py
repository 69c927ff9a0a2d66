"""X's calls as a client makes them, for the tests of the simulated X."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from simulator.harness import JSON, Sim, bearer

API = "/api.x.com"
TWEETS = f"{API}/2/tweets"
UPLOAD = f"{API}/2/media/upload"
AUTHORIZE = "/x.com/i/oauth2/authorize"
CALLBACK = "https://client.example/callback"
VERIFIER = "a-verifier-of-at-least-forty-three-characters-0123456789"
SCOPES = "tweet.read tweet.write users.read media.write offline.access"
SEEDED = ("simulated-x-app", "simulated-x-secret")


async def tweet(sim: Sim, account: JSON, **body: Any) -> httpx.Response:
    return await sim.client.post(TWEETS, json=body, headers=bearer(account))


async def posted(sim: Sim, account: JSON, **body: Any) -> str:
    answer = await tweet(sim, account, **body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["data"]["id"])


async def one_shot(
    sim: Sim, account: JSON, content: bytes, category: str = "tweet_image", **more: str
) -> httpx.Response:
    return await sim.client.post(
        UPLOAD,
        files={"media": ("picture", content, "image/png")},
        data={"media_category": category, **more},
        headers=bearer(account),
    )


async def initialized(sim: Sim, account: JSON, **body: Any) -> str:
    answer = await sim.client.post(f"{UPLOAD}/initialize", json=body, headers=bearer(account))
    assert answer.status_code == 200, answer.text
    return str(answer.json()["data"]["id"])


async def append(sim: Sim, account: JSON, media_id: str, index: int, content: bytes) -> httpx.Response:
    return await sim.client.post(
        f"{UPLOAD}/{media_id}/append",
        files={"media": ("part", content, "application/octet-stream")},
        data={"segment_index": str(index)},
        headers=bearer(account),
    )


async def finalize(sim: Sim, account: JSON, media_id: str) -> httpx.Response:
    return await sim.client.post(f"{UPLOAD}/{media_id}/finalize", headers=bearer(account))


async def status(sim: Sim, account: JSON, media_id: str, **query: str) -> httpx.Response:
    return await sim.client.get(UPLOAD, params={"media_id": media_id, **query}, headers=bearer(account))


async def chunked(
    sim: Sim, account: JSON, content: bytes, category: str = "tweet_video", media_type: str = "video/mp4"
) -> httpx.Response:
    """Initialize, two segments, finalize: the answer of finalize."""
    media_id = await initialized(sim, account, media_type=media_type, media_category=category, total_bytes=len(content))
    half = len(content) // 2
    for index, part in enumerate((content[:half], content[half:])):
        answer = await append(sim, account, media_id, index, part)
        assert answer.status_code == 200, answer.text
    return await finalize(sim, account, media_id)


async def processed(sim: Sim, account: JSON, content: bytes, **more: str) -> str:
    """An upload that is done with processing."""
    answer = await chunked(sim, account, content, **more)
    assert answer.status_code == 200, answer.text
    sim.clock.now += 2
    return str(answer.json()["data"]["id"])


def with_media(*media_ids: str) -> JSON:
    return {"media": {"media_ids": list(media_ids)}}


def challenge(verifier: str = VERIFIER) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def asked(**changes: str | None) -> dict[str, str]:
    """The parameters of an authorize request that is in order, but for the changes; None leaves one out."""
    parameters: dict[str, str | None] = {
        "response_type": "code",
        "client_id": SEEDED[0],
        "redirect_uri": CALLBACK,
        "scope": SCOPES,
        "state": "opaque",
        "code_challenge": challenge(),
        "code_challenge_method": "S256",
    }
    return {name: value for name, value in (parameters | changes).items() if value is not None}


async def consented(sim: Sim, parameters: dict[str, str] | None = None, **order: Any) -> dict[str, str]:
    """What comes back to the app after the next authorize request, as ordered."""
    ordered = await sim.client.post("/_control/consent", json={"network": "x", **order})
    assert ordered.status_code == 201, ordered.text
    answer = await sim.client.get(AUTHORIZE, params=parameters or asked())
    assert answer.status_code == 302, answer.text
    return returned(answer)


def returned(answer: httpx.Response) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


async def token(sim: Sim, form: dict[str, str], app: tuple[str, str] | None = SEEDED) -> httpx.Response:
    auth = httpx.BasicAuth(*app) if app else httpx.USE_CLIENT_DEFAULT
    return await sim.client.post(f"{API}/2/oauth2/token", data=form, auth=auth)


def exchange(code: str, **changes: str) -> dict[str, str]:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    return form | changes


def renewal(refresh_token: str) -> dict[str, str]:
    return {"grant_type": "refresh_token", "refresh_token": refresh_token}
