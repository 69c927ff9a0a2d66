"""Calls to the simulated Meta's consent pages and tokens, as a client would make them."""

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx

from simulator.harness import JSON, Sim

BACK = "https://app.example/back"
GRAPH = "/graph.facebook.com/v26.0"
INSTAGRAM = "/graph.instagram.com"
DIALOG = "/www.facebook.com/v26.0/dialog/oauth"
INSTAGRAM_DIALOG = "/www.instagram.com/oauth/authorize"
APP = {"client_id": "1000000000000001", "client_secret": "simulated-facebook-secret"}
INSTAGRAM_APP = {"client_id": "1000000000000002", "client_secret": "simulated-instagram-secret"}
SCOPES = ["pages_show_list", "pages_read_engagement", "pages_manage_posts"]
INSTAGRAM_SCOPES = ["instagram_business_basic", "instagram_business_content_publish"]
DAY = 86400


def given(parameters: JSON) -> JSON:
    return {name: value for name, value in parameters.items() if value is not None}


async def authorize(sim: Sim, **change: Any) -> httpx.Response:
    asked = {"response_type": "code", "redirect_uri": BACK, "state": "s&t=1", "scope": ",".join(SCOPES)}
    return await sim.client.get(f"{DIALOG}?{urlencode(given(asked | {'client_id': APP['client_id']} | change))}")


async def authorize_instagram(sim: Sim, **change: Any) -> httpx.Response:
    asked = {"response_type": "code", "redirect_uri": BACK, "state": "s&t=1", "scope": ",".join(INSTAGRAM_SCOPES)}
    query = urlencode(given(asked | {"client_id": INSTAGRAM_APP["client_id"]} | change))
    return await sim.client.get(f"{INSTAGRAM_DIALOG}?{query}")


def returned(answer: httpx.Response) -> dict[str, str]:
    """What the redirect brings back to the app."""
    assert answer.status_code == 302, answer.text
    location = urlsplit(answer.headers["location"])
    assert f"{location.scheme}://{location.netloc}{location.path}" == BACK
    return dict(parse_qsl(location.query))


async def consent(sim: Sim, network: str = "facebook", **order: Any) -> None:
    answer = await sim.client.post("/_control/consent", json={"network": network, **order})
    assert answer.status_code == 201, answer.text


async def code(sim: Sim, scopes: list[str] | None = None, **order: Any) -> str:
    await consent(sim, **order)
    return returned(await authorize(sim, scope=",".join(scopes or SCOPES)))["code"]


async def instagram_code(sim: Sim, scopes: list[str] | None = None, **order: Any) -> str:
    await consent(sim, "instagram", **order)
    return returned(await authorize_instagram(sim, scope=",".join(scopes or INSTAGRAM_SCOPES)))["code"]


async def exchange(sim: Sim, method: str = "GET", **change: Any) -> httpx.Response:
    """oauth/access_token by the code or token named in ``change``."""
    parameters = given(APP | {"redirect_uri": BACK} | change)
    if method == "GET":
        return await sim.client.get(f"{GRAPH}/oauth/access_token", params=parameters)
    return await sim.client.post(f"{GRAPH}/oauth/access_token", data=parameters)


async def lengthen(sim: Sim, token: str, **change: Any) -> httpx.Response:
    return await exchange(sim, grant_type="fb_exchange_token", fb_exchange_token=token, redirect_uri=None, **change)


async def user_token(sim: Sim, scopes: list[str] | None = None, **order: Any) -> str:
    """A long-lived one, by every step that leads to it."""
    short = await exchange(sim, code=await code(sim, scopes, **order))
    answer = await lengthen(sim, short.json()["access_token"])
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


async def get(sim: Sim, path: str, token: str, **parameters: Any) -> httpx.Response:
    return await sim.client.get(path, params=parameters, headers={"Authorization": f"Bearer {token}"})


async def pages(sim: Sim, token: str, **parameters: Any) -> list[JSON]:
    answer = await get(sim, f"{GRAPH}/me/accounts", token, **parameters)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["data"])


async def examined(sim: Sim, token: str, **change: Any) -> JSON:
    """What debug_token says."""
    asked = {"input_token": token, "access_token": f"{APP['client_id']}|{APP['client_secret']}"} | change
    answer = await sim.client.get(f"{GRAPH}/debug_token", params=asked)
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["data"])


async def instagram_token(sim: Sim, **change: Any) -> httpx.Response:
    """api.instagram.com/oauth/access_token."""
    form = given(INSTAGRAM_APP | {"grant_type": "authorization_code", "redirect_uri": BACK} | change)
    return await sim.client.post("/api.instagram.com/oauth/access_token", data=form)


async def lengthen_instagram(sim: Sim, token: str, **change: Any) -> httpx.Response:
    secret = INSTAGRAM_APP["client_secret"]
    asked = {"grant_type": "ig_exchange_token", "client_secret": secret, "access_token": token}
    return await sim.client.get(f"{INSTAGRAM}/access_token", params=given(asked | change))


async def refresh_instagram(sim: Sim, token: str, **change: Any) -> httpx.Response:
    asked = {"grant_type": "ig_refresh_token", "access_token": token}
    return await sim.client.get(f"{INSTAGRAM}/refresh_access_token", params=given(asked | change))


def refusal(answer: httpx.Response) -> tuple[int, int | None]:
    """Code and subcode of Graph's envelope."""
    assert answer.status_code == 400, answer.text
    error = answer.json()["error"]
    assert error["message"]
    assert error["type"] in {"OAuthException", "GraphMethodException"}
    return error["code"], error.get("error_subcode")
