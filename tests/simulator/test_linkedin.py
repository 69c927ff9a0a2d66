from typing import Any
from urllib.parse import quote

import httpx
import pytest

from dravo_simulator.linkedin.littletext import read
from simulator.harness import JSON, Sim, bearer, picture

POSTS = "/api.linkedin.com/rest/posts"
IMAGES = "/api.linkedin.com/rest/images"


def headers(account: JSON, version: str = "202609") -> dict[str, str]:
    return bearer(account, **{"LinkedIn-Version": version, "X-Restli-Protocol-Version": "2.0.0"})


def finding(account: JSON) -> dict[str, str]:
    return headers(account) | {"X-RestLi-Method": "FINDER"}


def body(account: JSON, commentary: str = "Hello", **more: Any) -> JSON:
    return {
        "author": account["extras"]["author_urn"],
        "commentary": commentary,
        "visibility": "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []},
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
        **more,
    }


async def post(sim: Sim, account: JSON, commentary: str = "Hello", **more: Any) -> httpx.Response:
    return await sim.client.post(POSTS, json=body(account, commentary, **more), headers=headers(account))


async def image(sim: Sim, account: JSON, content: bytes) -> str:
    order = {"initializeUploadRequest": {"owner": account["extras"]["author_urn"]}}
    answer = await sim.client.post(IMAGES, params={"action": "initializeUpload"}, json=order, headers=headers(account))
    value = answer.json()["value"]
    assert value["uploadUrl"].startswith("http://sim.test/www.linkedin.com/dms-uploads/")
    assert (await sim.client.put(value["uploadUrl"], content=content)).status_code == 401
    assert (await sim.client.put(value["uploadUrl"], content=content, headers=bearer(account))).status_code == 201
    return str(value["image"])


async def test_a_post_with_two_images_and_a_comment_lands_in_the_ledger(sim: Sim) -> None:
    account = await sim.account("linkedin")
    urns = [await image(sim, account, picture("PNG", colour=colour)) for colour in ("red", "blue")]
    images = [{"id": urns[0], "altText": "red"}, {"id": urns[1]}]
    answer = await post(sim, account, r"Two \(2\) pictures #teal", content={"multiImage": {"images": images}})
    assert (answer.status_code, answer.content) == (201, b"")
    urn = answer.headers["x-restli-id"]
    assert urn.startswith("urn:li:ugcPost:")

    comment = {"actor": account["extras"]["author_urn"], "object": urn, "message": {"text": r"more \#here"}}
    path = f"/api.linkedin.com/rest/socialActions/{quote(urn, safe='')}/comments"
    assert (await sim.client.post(path, json=comment, headers=headers(account))).status_code == 201

    first, second = await sim.ledger()
    assert (first["text"], [medium.get("alt_text") for medium in first["media"]]) == (
        "Two (2) pictures #teal",
        ["red", None],
    )
    assert (second["kind"], second["parent"], second["text"]) == ("comment", urn, "more #here")


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("plain text, no tricks", "plain text, no tricks"),
        (
            r"price \(net\) \*10\* \_a\_ \~ \@home \\ \| \{\} \[x\] \<b\>",
            "price (net) *10* _a_ ~ @home \\ | {} [x] <b>",
        ),
        ("cut here (and lost", "cut here "),
        ("mail me@example.com", "mail me"),
        ("snake_case", "snake"),
        ("a #tag and {hashtag|\\#|other}!", "a #tag and #other!"),
        ("C# is cut", "C"),
        ("by @[Ada Lovelace](urn:li:person:aB3-x) herself", "by Ada Lovelace herself"),
        ("see https://example.com/a_b~c#d and go on", "see https://example.com/a_b~c#d and go on"),
        ("two\nlines", "two\nlines"),
        ("ends in a backslash \\", "ends in a backslash "),
    ],
)
def test_readers_see_the_text_up_to_the_first_bad_character(written: str, seen: str) -> None:
    assert read(written).text == seen


async def test_a_cut_text_is_still_answered_with_201(sim: Sim) -> None:
    answer = await post(sim, await sim.account("linkedin"), "we lose (everything")
    assert answer.status_code == 201
    assert (await sim.ledger())[0]["text"] == "we lose "


@pytest.mark.parametrize(("version", "status"), [("", 400), ("202512", 426), ("202511", 426), ("202601", 201)])
async def test_only_a_living_version_is_served(sim: Sim, version: str, status: int) -> None:
    account = await sim.account("linkedin")
    answer = await sim.client.post(POSTS, json=body(account), headers=headers(account, version))
    assert answer.status_code == status


async def test_a_version_dies_on_its_day(sim: Sim) -> None:
    account = await sim.account("linkedin")
    sim.clock.now += 60 * 86400
    answer = await sim.client.post(POSTS, json=body(account), headers=headers(account, "202601"))
    assert (answer.status_code, answer.json()["code"]) == (426, "NONEXISTENT_VERSION")


async def test_the_same_post_within_ten_minutes_names_the_first(sim: Sim) -> None:
    account = await sim.account("linkedin")
    urn = (await post(sim, account)).headers["x-restli-id"]
    refused = await post(sim, account)
    assert refused.status_code == 422
    assert refused.json()["message"].endswith(f"Content is a duplicate of {urn}")
    assert refused.json()["errorDetails"]["inputErrors"][0]["code"] == "DUPLICATE_POST"
    sim.clock.now += 601
    assert (await post(sim, account)).status_code == 201


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"author": "urn:li:person:somebody"}, 403),
        ({"surprise": 1}, 400),
        ({"visibility": "EVERYONE"}, 400),
        ({"lifecycleState": "DRAFT"}, 400),
        ({"commentary": "x" * 3001}, 400),
        ({"content": {}}, 400),
        ({"content": {"media": {"id": "urn:li:image:unknown"}}}, 400),
        ({"content": {"media": {"id": "urn:li:video:1"}}}, 400),
        ({"content": {"article": {"source": "example.com"}}}, 400),
    ],
)
async def test_a_bad_post_is_refused(sim: Sim, change: JSON, status: int) -> None:
    account = await sim.account("linkedin")
    assert (await post(sim, account, **change)).status_code == status
    assert await sim.ledger() == []


async def test_an_image_must_be_uploaded_and_belong_to_the_author(sim: Sim) -> None:
    account, other = await sim.account("linkedin"), await sim.account("linkedin", handle="other")
    order = {"initializeUploadRequest": {"owner": account["extras"]["author_urn"]}}
    value = (
        await sim.client.post(IMAGES, params={"action": "initializeUpload"}, json=order, headers=headers(account))
    ).json()["value"]
    waiting = await post(sim, account, content={"media": {"id": value["image"]}})
    assert waiting.json()["code"] == "MEDIA_ASSET_WAITING_UPLOAD"
    foreign = await image(sim, other, picture())
    refused = await post(sim, account, content={"media": {"id": foreign}})
    assert refused.json()["code"] == "INVALID_URN_ID"


async def test_members_may_read_neither_images_nor_posts_but_pages_may(sim: Sim) -> None:
    member = await sim.account("linkedin")
    page_urn = "urn:li:organization:42"
    editor = await sim.account("linkedin", handle="editor", attributes={"organizations": [page_urn]})
    urn = await image(sim, member, picture())
    assert (await sim.client.get(f"{IMAGES}/{quote(urn, safe='')}", headers=headers(member))).status_code == 403
    finder = {"q": "author", "author": member["extras"]["author_urn"]}
    assert (await sim.client.get(POSTS, params=finder, headers=finding(member))).status_code == 403

    assert (await post(sim, editor, "by the page", author=page_urn)).status_code == 201
    found = await sim.client.get(POSTS, params={"q": "author", "author": page_urn}, headers=finding(editor))
    assert [element["commentary"] for element in found.json()["elements"]] == ["by the page"]


async def test_a_urn_in_a_path_must_be_encoded(sim: Sim) -> None:
    account = await sim.account("linkedin")
    urn = (await post(sim, account)).headers["x-restli-id"]
    comment = {"actor": account["extras"]["author_urn"], "object": urn, "message": {"text": "hi"}}
    plain = await sim.client.post(
        f"/api.linkedin.com/rest/socialActions/{urn}/comments", json=comment, headers=headers(account)
    )
    assert (plain.status_code, plain.json()["message"]) == (400, "Syntax exception in path variables")


async def test_the_hundred_and_fifty_first_call_waits_for_midnight(sim: Sim) -> None:
    account = await sim.account("linkedin")
    userinfo = "/api.linkedin.com/v2/userinfo"
    for _ in range(150):
        assert (await sim.client.get(userinfo, headers=bearer(account))).json()["sub"] == account["platform_account_id"]
    assert (await sim.client.get(userinfo, headers=bearer(account))).status_code == 429
    sim.clock.now += 86400
    assert (await sim.client.get(userinfo, headers=bearer(account))).status_code == 200
