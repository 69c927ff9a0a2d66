"""Posts on their way, one line per account, until each has come to its end."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from dravo.cli.demo.client import Client
from dravo.cli.demo.seen import told_id
from dravo.lifecycle.states import FINAL

SECONDS = 180.0
"""How long a demo is watched; a network may need longer than that when it is told to."""
_COLOURS = {"published": "green", "failed": "red", "unconfirmed": "yellow", "processing": "cyan"}


async def watch(client: Client, named: Mapping[str, str], console: Console) -> list[dict[str, Any]]:
    """Show posts, given by id with the word that their lines begin with, and answer them as they are in the end."""
    seen: dict[tuple[str, str], list[str]] = {}
    printed: dict[tuple[str, str], str] = {}
    deadline = asyncio.get_running_loop().time() + SECONDS
    with Live(console=console, refresh_per_second=20, transient=False) as live:
        while True:
            posts = [await client.post(post_id) for post_id in named]
            lines = []
            for key, result, options in _results(posts):
                trail = seen.setdefault(key, ["queued"])
                _advance(trail, result["status"])
                lines.append(line := _line(named[key[0]], result, options, trail))
                if not console.is_terminal and printed.get(key) != line.plain:
                    printed[key] = line.plain
                    console.print(line)
            if console.is_terminal:
                live.update(Group(*lines))
            if all(result["status"] in FINAL for _, result, _ in _results(posts)):
                break
            if asyncio.get_running_loop().time() > deadline:
                console.print("It takes longer than usual; the timeline of the post tells why.")
                break
            await asyncio.sleep(0.05)
    return posts


def _results(posts: Sequence[dict[str, Any]]) -> list[tuple[tuple[str, str], dict[str, Any], dict[str, Any]]]:
    """Each result with the ids of post and account, and with the options that were said to its network."""
    return [
        ((post["id"], result["account_id"]), result, post["platform_options"].get(result["platform"], {}))
        for post in posts
        for result in post["results"]
    ]


def _advance(trail: list[str], status: str) -> None:
    """The way that a delivery went. Between two questions it may pass `processing`, which every end has behind it."""
    if status in FINAL and status != "canceled" and "processing" not in trail:
        trail.append("processing")
    if status not in trail:
        trail.append(status)


def _line(name: str, result: dict[str, Any], options: dict[str, Any], trail: list[str]) -> Text:
    line = Text(f"  {name}{result['platform']:<10}")
    for number, status in enumerate(trail):
        line.append(" → " if number else "", "dim")
        line.append(status, _COLOURS.get(status, ""))
    if result["status"] == "published":
        line.append(f"   {told_id(result, options)}")
        if result["platform_post_url"] and not name:
            line.append(f"  {result['platform_post_url']}", "dim")
    elif result["error_message"]:
        line.append(f"   {result['error_message']}", "dim")
    return line
