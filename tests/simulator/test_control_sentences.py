"""What is wrong with an order is said in the order's own words."""

import json
from typing import Any

import pytest
from pydantic import BaseModel

from dravo_simulator.accounts import AccountOrder
from dravo_simulator.attributes import LinkedInAttributes, TikTokAttributes, XAttributes
from dravo_simulator.consent import ConsentOrder
from dravo_simulator.control import AppOrder, ClockOrder, WebhookOrder
from dravo_simulator.faults import Fault
from dravo_simulator.settings import Settings
from simulator.harness import JSON, Sim

X = {"network": "x"}
LIKE_THIS: list[tuple[str, JSON, str]] = [
    ("accounts", {}, "network: is missing"),
    ("accounts", {"network": "foo"}, "network: must be 'x', 'linkedin', 'facebook', 'instagram' or 'tiktok'"),
    ("accounts", X | {"handle": ""}, "handle: may not be empty"),
    ("accounts", X | {"name": "n" * 201}, "name: may have at most 200 characters"),
    ("accounts", X | {"expires_in": -1, "refreshable": 1},
     "expires_in: must be at least 0; refreshable: must be true or false"),
    ("accounts", X | {"scopes": ["a", 1]}, "scopes.1: must be a text"),
    ("accounts", X | {"attributes": []}, "attributes: must be an object"),
    ("accounts", X | {"attributes": {"premiun": 1}}, "attributes.premiun: is no field of this order"),
    ("accounts", {"network": "facebook", "token": "app_only"}, "only X has app-only tokens"),
    ("accounts", {"network": "linkedin", "attributes": {"organizations": ["4711"]}},
     "attributes.organizations.0.urn: must be the URN of a page, such as urn:li:organization:4711"),
    ("accounts", {"network": "linkedin", "attributes": {"organizations": [5]}},
     "attributes.organizations.0: must be an object"),
    ("apps", X | {"client_id": "a b"}, "client_id: must be 1 to 100 letters, digits, dots, hyphens or underscores"),
    ("apps", X | {"client_id": "ends\n"}, "client_id: must be 1 to 100 letters, digits, dots, hyphens or underscores"),
    ("consent", X | {"account": "5"}, "account: x has no account 5"),
    ("faults", X | {"action": "status", "secs": 5}, "secs: is no field of this order"),
    ("faults", X | {"action": "status", "seconds": 5}, "seconds means nothing to status"),
    ("faults", X | {"action": "status", "method": "post"},
     "method: must be a method in capital letters, such as POST"),
    ("faults", X | {"action": "status", "path": "2/tweets"}, "path: must begin with / or *"),
    ("faults", X | {"action": "status", "status": 600}, "status: must be at most 599"),
    ("faults", X | {"action": "status", "count": 1.5}, "count: must be a whole number"),
    ("faults", X | {"action": "throttle", "until": "2026-12-01T00:00:00"},
     "until: must be a time with its zone, such as 2027-02-03T04:05:06Z"),
    ("clock", {"advance_seconds": "1"}, "advance_seconds: must be a number"),
    ("clock", {}, "give either advance_seconds or set"),
    ("settings", {"x_long_post_tiers": "all"}, "x_long_post_tiers: must be a list"),
    ("settings", {"x_surprise": 1}, "x_surprise: is no field of this order"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "order", "sentence"), LIKE_THIS, ids=lambda value: str(value)[:60])
async def test_a_wrong_order_is_told_what_is_wrong(sim: Sim, call: str, order: JSON, sentence: str) -> None:
    refused = await sim.client.post(f"/_control/{call}", json=order)
    assert (refused.status_code, refused.json()) == (422, {"error": sentence})


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"a"'])
async def test_a_body_that_is_no_object_is_told_so(sim: Sim, body: bytes) -> None:
    refused = await sim.client.post("/_control/accounts", content=body)
    assert (refused.status_code, refused.json()) == (422, {"error": "the body is not a JSON object"})


WRONG: list[Any] = [None, True, 5, -5, 1.5, 1e300, 1e400, "", "\n", "x" * 300, [], [5], {}, {"a": 5}, [{"a": 5}]]
ORDERS: list[tuple[str, type[BaseModel], JSON, str]] = [
    ("accounts", AccountOrder, X, ""),
    ("accounts", XAttributes, X, "attributes"),
    ("accounts", LinkedInAttributes, {"network": "linkedin"}, "attributes"),
    ("accounts", TikTokAttributes, {"network": "tiktok"}, "attributes"),
    ("apps", AppOrder, X, ""),
    ("consent", ConsentOrder, X, ""),
    ("faults", Fault, X | {"action": "status"}, ""),
    ("faults", Fault, X | {"action": "throttle"}, ""),
    ("clock", ClockOrder, {}, ""),
    ("settings", Settings, {}, ""),
    ("webhooks", WebhookOrder, {"network": "tiktok", "url": None}, ""),
]


@pytest.mark.parametrize(("call", "model", "order", "within"), ORDERS, ids=lambda value: str(value)[:60])
async def test_no_field_is_refused_in_the_words_of_a_library(
    sim: Sim, call: str, model: type[BaseModel], order: JSON, within: str
) -> None:
    for name in model.model_fields:
        for value in WRONG:
            body = order | ({within: {name: value}} if within else {name: value})
            answer = await sim.client.post(f"/_control/{call}", content=json.dumps(body))
            if answer.status_code == 422:
                said = answer.json()["error"]
                assert not said.startswith(":"), said
                assert "Input" not in said, said
                assert "Value error" not in said, said
                about_time = name in {"until", "set"}
                assert about_time or "such as 2027" not in said, f"{name}={value!r}: {said}"
            else:
                assert answer.is_success, (name, value)
