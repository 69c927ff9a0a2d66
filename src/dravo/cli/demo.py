"""The demo: one post with an ingested picture and options for each network, watched until it is everywhere."""

import asyncio
import hashlib
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from PIL import Image, ImageDraw
from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.text import Text

from dravo.cli.house import House
from dravo.kit.http import NetworkHttp, Payload, Request, network_client
from dravo.lifecycle.states import FINAL
from dravo.local.errors import LocalError

WATCH_SECONDS = 180.0
_COLOURS = {"published": "green", "failed": "red", "unconfirmed": "yellow", "processing": "cyan"}


async def publish_one_post(house: House, console: Console) -> None:
    """Ingest a picture, create the post through the API as any client would, and show it on its way."""
    assert house.seeded is not None
    client = network_client()
    try:
        api = _Api(NetworkHttp(client, simulator_url=None), house.base_url, house.seeded.api_key)
        picture = _picture()
        media = await api.send(Request(method="POST", url="/v1/media", files={"file": picture}))
        body = _post(house.seeded.accounts, media["public_url"])
        accepted = await api.send(Request(method="POST", url="/v1/posts", json=body))
        console.print(f"\nPOST /v1/posts answered 202: {accepted['id']} is {accepted['status']}")
        await _watch(api, accepted["id"], console)
        console.print(f"\nLook at it:  {house.simulator_url}/wall", style="bold")
        console.print(f"Read it:     curl -H 'Authorization: Bearer {house.seeded.api_key}' \\")
        console.print(f"               {house.base_url}/v1/posts/{accepted['id']}")
        console.print("Every step:  the same address with /timeline")
    finally:
        await client.aclose()


class _Api:
    """Calls our own API as a client with a key does."""

    def __init__(self, http: NetworkHttp, base_url: str, api_key: str) -> None:
        self._http = http
        self._base_url = base_url
        self._api_key = api_key

    async def send(self, request: Request) -> Any:
        reply = await self._http.send(replace(request, url=self._base_url + request.url), token=self._api_key)
        if not reply.ok:
            raise LocalError(
                f"The API answered {reply.status} to {request.method} {request.url}: {reply.json().get('detail')}"
            )
        return reply.json()


def _post(accounts: dict[str, str], picture_url: str) -> dict[str, Any]:
    # The time makes it another post each time: networks refuse to publish the same text twice.
    moment = datetime.now().astimezone().strftime("%A %H:%M:%S")
    return {
        "account_ids": list(accounts.values()),
        "text": f"Hello from Dravo, {moment}: one request, five networks. #dravo",
        "media_urls": [picture_url],
        "platform_options": {
            "facebook": {"first_comment": "The first comment came with the same request."},
            "instagram": {
                "alt_text": "The word Dravo above five coloured dots",
                "first_comment": "#oneapi #selfhosted",
                "user_tags": [{"username": "dravo", "x": 0.5, "y": 0.4}],
            },
            "tiktok": {
                "privacy_level": "SELF_ONLY",
                "disable_comment": True,
                "first_comment": "TikTok has no call for this.",
            },
            "linkedin": {
                "visibility": "PUBLIC",
                "alt_texts": ["The word Dravo above five coloured dots"],
                "first_comment": "Implementation notes below.",
            },
            "x": {"reply_settings": "following", "first_comment": "Follow-up in the thread."},
        },
    }


def _picture() -> Payload:
    """A JPEG of 1080 by 1080 pixels, which every network takes as it is."""
    picture = Image.new("RGB", (1080, 1080), "#10131c")
    draw = ImageDraw.Draw(picture)
    draw.text((540, 430), "Dravo", fill="white", anchor="mm", font_size=220)
    for place, colour in enumerate(("#1877f2", "#e1306c", "#25f4ee", "#0a66c2", "#e7e9ea")):
        draw.ellipse((190 + place * 150, 680, 290 + place * 150, 780), fill=colour)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=90)
    body = file.getvalue()

    async def read() -> AsyncIterator[bytes]:
        yield body

    return Payload("image/jpeg", len(body), hashlib.sha256(body).hexdigest(), read)


async def _watch(api: _Api, post_id: str, console: Console) -> None:
    """One line per account, until each delivery has come to its end."""
    seen: dict[str, list[str]] = {}
    printed: dict[str, str] = {}
    deadline = asyncio.get_running_loop().time() + WATCH_SECONDS
    with Live(console=console, refresh_per_second=20, transient=False) as live:
        while True:
            post = await api.send(Request(method="GET", url=f"/v1/posts/{post_id}"))
            for result in post["results"]:
                trail = seen.setdefault(result["account_id"], ["queued"])
                _advance(trail, result["status"])
                line = _line(result, trail)
                if not console.is_terminal and printed.get(result["account_id"]) != line.plain:
                    printed[result["account_id"]] = line.plain
                    console.print(line)
            if console.is_terminal:
                live.update(Group(*(_line(result, seen[result["account_id"]]) for result in post["results"])))
            if all(result["status"] in FINAL for result in post["results"]):
                break
            if asyncio.get_running_loop().time() > deadline:
                console.print("It takes longer than usual; the timeline of the post tells why.")
                break
            await asyncio.sleep(0.05)
    for result in post["results"]:
        for warning in result["warnings"]:
            console.print(f"  note from {result['platform']}: {escape(warning['message'])}", style="dim")


def _advance(trail: list[str], status: str) -> None:
    """The way that a delivery went. Between two questions it may pass `processing`, which every end has behind it."""
    if status in FINAL and status != "canceled" and "processing" not in trail:
        trail.append("processing")
    if status not in trail:
        trail.append(status)


def _line(result: dict[str, Any], trail: list[str]) -> Text:
    line = Text(f"  {result['platform']:<10}")
    for number, status in enumerate(trail):
        line.append(" → " if number else "", "dim")
        line.append(status, _COLOURS.get(status, ""))
    if result["status"] == "published":
        line.append(f"   {result['platform_post_id'] or 'no public id (the post is private)'}")
        if result["platform_post_url"]:
            line.append(f"  {result['platform_post_url']}", "dim")
    elif result["error_message"]:
        line.append(f"   {result['error_message']}", "dim")
    return line
