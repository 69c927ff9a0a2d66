"""The demo: one post with an ingested picture and options for each network, watched until it is everywhere."""

from datetime import datetime
from typing import Any

from rich.console import Console
from rich.markup import escape

from dravo.cli.demo.client import Client
from dravo.cli.demo.drawings import picture
from dravo.cli.demo.watch import watch
from dravo.cli.house import House


async def publish_one_post(house: House, console: Console) -> None:
    """Ingest a picture, create the post through the API as any client would, and show it on its way."""
    assert house.seeded is not None
    async with Client(house) as client:
        accepted = await client.create(_post(house.seeded.accounts, await client.ingest(picture().payload())))
        console.print(f"\nPOST /v1/posts answered 202: {accepted['id']} is {accepted['status']}")
        (post,) = await watch(client, {accepted["id"]: ""}, console)
    for result in post["results"]:
        for warning in result["warnings"]:
            console.print(f"  note from {result['platform']}: {escape(warning['message'])}", style="dim")
    console.print(f"\nLook at it:  {house.simulator_url}/wall", style="bold")
    console.print(f"Read it:     curl -H 'Authorization: Bearer {house.seeded.api_key}' \\")
    console.print(f"               {house.base_url}/v1/posts/{accepted['id']}")
    console.print("Every step:  the same address with /timeline")


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
