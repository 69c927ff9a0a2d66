"""The demo of everything: every option of every network is said, and what the networks show is put beside it."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console

from dravo.accounts.simulate import simulate
from dravo.cli.demo import drawings, said
from dravo.cli.demo.client import Client
from dravo.cli.demo.compare import Medium, compare, unexplained
from dravo.cli.demo.drawings import Drawing
from dravo.cli.demo.said import Saying
from dravo.cli.demo.seen import find
from dravo.cli.demo.tables import Compared, show, summary
from dravo.cli.demo.watch import watch
from dravo.cli.house import House
from dravo.cli.seed import WORKSPACE
from dravo.cli.work import chosen_workspace
from dravo.local.errors import LocalError
from dravo.platforms.registry import PLATFORMS
from dravo.resources import opened
from dravo.settings import Settings

Posted = tuple[Saying, dict[str, Any]]
"""What was said, and the post as the API shows it in the end."""


async def publish_side_by_side(house: House, console: Console) -> None:
    """Publish, read back from the simulator and compare. Raises LocalError where anything differs."""
    console.print("\nDrawing a film and six pictures …")
    drawn = await asyncio.to_thread(draw)
    now = datetime.now().astimezone()
    # Accounts of their own: networks count what an account posts in a day, and the plain demo's stay plain.
    accounts = await _accounts(house, f"dravo_{now:%d%H%M%S}")
    async with Client(house) as client:
        addresses = {name: await client.ingest(drawing.payload()) for name, drawing in drawn.items()}
        moment = f"{now:%A %H:%M:%S}"
        posted = await _publish(client, said.to_everybody(moment, addresses), accounts, addresses, console)
        further = said.to_some(moment, addresses, id_on_x(posted))
        posted += await _publish(client, further, accounts, addresses, console)
        ledger = await client.ledger()
    compared = side_by_side(posted, drawn, addresses, ledger)
    for network, each in compared.items():
        show(PLATFORMS[network].title, each, console)
    console.print(f"\n{summary(compared)}", style="bold")
    console.print(f"Look at it:  {house.simulator_url}/wall", style="bold")
    if any(row.verdict == "differs" for each in compared.values() for one in each for row in one.rows):
        raise LocalError("The networks do not show what was said (✗ above). `dravo up` serves the wall with it again.")


def draw() -> dict[str, Drawing]:
    """The media of all posts, by name."""
    pictures = {name: drawings.numbered(number) for number, name in enumerate(said.PICTURES, start=1)}
    return {said.FILM: drawings.film(), **pictures, said.COVER: drawings.cover(), said.CARD: drawings.card()}


async def _accounts(house: House, handle: str) -> dict[str, str]:
    """A new account of each network that may use all of its options."""
    settings = Settings(_env_file=house.variables)
    async with opened(settings) as resources:
        async with resources.db.transaction() as session:
            workspace_id = (await chosen_workspace(session, WORKSPACE)).id
        return {
            name: await simulate(resources, workspace_id, name, handle, said.ATTRIBUTES[name]) for name in PLATFORMS
        }


async def _publish(
    client: Client,
    sayings: Sequence[Saying],
    accounts: Mapping[str, str],
    addresses: Mapping[str, str],
    console: Console,
) -> list[Posted]:
    """Create posts at once, and wait for all of them."""
    named: dict[str, str] = {}
    console.print()
    for saying in sayings:
        accepted = await client.create(body_of(saying, accounts, addresses))
        named[accepted["id"]] = f"{saying.name:<13}"
        console.print(f"POST /v1/posts answered 202: {accepted['id']} ({saying.name}) is {accepted['status']}")
    return list(zip(sayings, await watch(client, named, console), strict=True))


def body_of(saying: Saying, accounts: Mapping[str, str], addresses: Mapping[str, str]) -> dict[str, Any]:
    """A post as it is sent to the API."""
    return {
        "account_ids": [accounts[network] for network in saying.options],
        "text": saying.text,
        "media_urls": [addresses[name] for name in saying.media],
        "platform_options": dict(saying.options),
    }


def id_on_x(posted: Sequence[Posted]) -> str:
    """The id of the first post there, for a reply to it. Raises LocalError where there is none."""
    results = [result for _, post in posted for result in post["results"] if result["platform"] == "x"]
    published = [result["platform_post_id"] for result in results if result["platform_post_id"]]
    if not published:
        raise LocalError(f"Nothing was published on X: {results[0]['error_message']}")
    return str(published[0])


def side_by_side(
    posted: Sequence[Posted],
    drawn: Mapping[str, Drawing],
    addresses: Mapping[str, str],
    ledger: Sequence[Mapping[str, Any]],
) -> dict[str, list[Compared]]:
    """By network, every post that went there, said and seen."""
    media = {name: Medium(each.content_type, len(each.content), each.sha256) for name, each in drawn.items()}
    places = {address: name for name, address in addresses.items()}
    own_ids = {result["platform_post_id"] for _, post in posted for result in post["results"]}
    compared: dict[str, list[Compared]] = {name: [] for name in PLATFORMS}
    for saying, post in posted:
        for result in post["results"]:
            seen = find(ledger, result, own_ids)
            rows = compare(saying, result["platform"], media, places, result, seen)
            compared[result["platform"]].append(Compared(saying.name, rows, unexplained(result, rows)))
    return compared
