"""Every example request of the published specification is accepted as it stands."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.door import Door

EXAMPLES: dict[str, dict[str, Any]] = json.loads((Path(__file__).parent / "specification_examples.json").read_text())
NETWORKS = ("facebook", "instagram", "tiktok", "linkedin", "x")


async def test_example_of_the_create_call_is_accepted_as_it_stands(door: Door) -> None:
    await door.account("facebook", account_id="acc_8f2c1d")
    await door.account("tiktok", account_id="acc_4b9e07")
    answer = await door.create(EXAMPLES["create"])
    assert answer.status_code == 202, answer.text
    assert answer.json() == {"id": answer.json()["id"], "status": "queued", "scheduled_at": None}


@pytest.mark.parametrize("network", NETWORKS)
async def test_example_options_are_accepted_for_an_account_of_their_network(door: Door, network: str) -> None:
    media = [] if network == "x" else ["https://cdn.dravo.dev/u/abc/cover.jpg"]
    body = {"account_ids": [await door.account(network)], "text": "An example.", "media_urls": media}
    answer = await door.create(body | EXAMPLES[network])
    assert answer.status_code == 202, answer.text


async def test_all_example_options_are_accepted_at_once_for_one_account(door: Door) -> None:
    options: dict[str, Any] = {}
    for network in NETWORKS:
        options |= EXAMPLES[network]["platform_options"]
    body = {"account_ids": [await door.account("facebook")], "text": "An example.", "platform_options": options}
    answer = await door.create(body)
    assert answer.status_code == 202, answer.text
