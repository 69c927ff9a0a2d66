"""The demo that says everything: nothing is left out of it, every network takes it, and it sees what differs."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from io import BytesIO, StringIO
from typing import Any, get_args
from unittest.mock import AsyncMock

import pytest
from pydantic import BaseModel
from rich.console import Console

from dravo.cli.demo import said, side_by_side
from dravo.cli.demo.client import Client
from dravo.cli.demo.compare import Field, Medium, compare, leaves, unexplained
from dravo.cli.demo.drawings import Drawing
from dravo.cli.demo.said import Saying
from dravo.cli.demo.seen import IN_THE_INBOX, PRIVATE, READS, Seen, find
from dravo.cli.demo.tables import Compared, show, summary
from dravo.cli.demo.watch import watch
from dravo.media.probe import probe
from dravo.platforms.base import Draft, Profile
from dravo.platforms.media import Details, DraftMedium
from dravo.platforms.registry import PLATFORMS

ADDRESSES = {name: f"https://house.test/u/{name.replace(' ', '-')}" for name in (said.COVER, said.CARD)}


def sayings() -> list[Saying]:
    return [*said.to_everybody("Monday", ADDRESSES), *said.to_some("Monday", ADDRESSES, "815")]


def paths(model: type[BaseModel], before: str = "") -> Iterator[str]:
    """Every option by its path; an object of options is its members, a list of objects is one option."""
    for name, field in model.model_fields.items():
        inner = [kind for kind in (field.annotation, *get_args(field.annotation)) if _is_model(kind)]
        for kind in inner:
            yield from paths(kind, f"{before}{name}.")
        if not inner:
            yield before + name


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


@cache
def drawn() -> dict[str, Drawing]:
    return side_by_side.draw()


def draft_of(saying: Saying, network: str) -> Draft[BaseModel]:
    media = []
    for index, name in enumerate(saying.media):
        facts = probe(BytesIO(drawn()[name].content))
        media.append(
            DraftMedium(
                index,
                "video" if facts.content_type.startswith("video/") else "image",
                facts.content_type,
                len(drawn()[name].content),
                facts.width,
                facts.height,
                facts.duration_ms,
                Details.of(facts.details),
            )
        )
    profile = Profile("815", "dravo", {"organizations": [said.PAGE], "author_urn": "urn:li:person:815"})
    return Draft(saying.text, media, PLATFORMS[network].options.model_validate(dict(saying.options[network])), profile)


@pytest.mark.parametrize("network", PLATFORMS)
def test_every_option_is_said_and_looked_for(network: str) -> None:
    of_model = set(paths(PLATFORMS[network].options))
    assert {path for each in sayings() for path, _ in leaves(each.options.get(network, {}))} == of_model
    assert set(READS[network]) == of_model


def test_one_video_and_four_pictures_go_to_all_networks() -> None:
    video, pictures = said.to_everybody("Monday", ADDRESSES)
    assert set(video.options) == set(pictures.options) == set(PLATFORMS)
    assert [drawn()[name].content_type for name in video.media] == ["video/mp4"]
    assert [drawn()[name].content_type for name in pictures.media] == ["image/jpeg"] * 4
    assert len({drawing.sha256 for drawing in drawn().values()}) == len(drawn())
    assert len(drawn()[said.FILM].content) < 2_000_000


@pytest.mark.parametrize(
    ("saying", "network"),
    [(saying, network) for saying in sayings() for network in saying.options],
    ids=[f"{saying.name}-{network}" for saying in sayings() for network in saying.options],
)
def test_a_network_takes_what_is_said(saying: Saying, network: str) -> None:
    draft = draft_of(saying, network)
    findings = PLATFORMS[network].check(draft)
    assert findings.errors == []
    forms = [(PLATFORMS[network].image_form(draft, medium), medium) for medium in draft.media]
    assert [form.faults(medium) for form, medium in forms if form is not None and form.faults(medium)] == []


SAYING = Saying(
    "post",
    "Hello",
    {
        "linkedin": {"visibility": "PUBLIC", "first_comment": "More"},
        "tiktok": {"disable_comment": True, "first_comment": "Nowhere"},
    },
    ("one",),
)
ONE = Medium("image/jpeg", 7, "a" * 64)
ENTRY: dict[str, Any] = {
    "network": "linkedin",
    "account": "urn:li:person:1",
    "kind": "post",
    "id": "urn:li:share:1",
    "text": "Hello",
    "media": [{"content_type": "image/jpeg", "size_bytes": 7, "sha256": "a" * 64, "kind": "image"}],
    "options": {"visibility": "PUBLIC"},
}
COMMENT = ENTRY | {"kind": "comment", "id": "c", "parent": "urn:li:share:1", "text": "More", "options": {}}
RESULT: dict[str, Any] = {
    "platform": "linkedin",
    "platform_post_id": "urn:li:share:1",
    "status": "published",
    "warnings": [],
    "raw_response": {},
    "error_message": None,
}


def compared(ledger: list[dict[str, Any]], result: Mapping[str, Any] = RESULT) -> list[Field]:
    seen = find(ledger, result, {"urn:li:share:1"})
    return compare(SAYING, str(result["platform"]), {"one": ONE}, {}, result, seen)


def differing(rows: list[Field]) -> set[str]:
    return {row.option for row in rows if row.verdict == "differs"}


def test_what_is_shown_as_it_was_said_is_the_same() -> None:
    rows = compared([ENTRY, COMMENT])
    assert [row.verdict for row in rows] == ["same"] * 5
    assert [row.option for row in rows] == ["id", "text", "media", "visibility", "first_comment"]


@pytest.mark.parametrize(
    ("change", "option"),
    [
        ({"text": "Hello."}, "text"),
        ({"media": []}, "media"),
        ({"media": ENTRY["media"] * 2}, "media"),
        ({"media": [{**ENTRY["media"][0], "sha256": "b" * 64}]}, "media"),
        ({"options": {"visibility": "CONNECTIONS"}}, "visibility"),
        ({"options": {}}, "visibility"),
    ],
)
def test_a_field_that_is_shown_otherwise_differs(change: dict[str, Any], option: str) -> None:
    assert differing(compared([ENTRY | change, COMMENT])) == {option}


@pytest.mark.parametrize("comments", [[], [COMMENT | {"text": "Less"}], [COMMENT, COMMENT | {"id": "d"}]])
def test_a_comment_that_is_missing_or_another_or_there_twice_differs(comments: list[dict[str, Any]]) -> None:
    assert differing(compared([ENTRY, *comments])) == {"first_comment"}


@pytest.mark.parametrize("ledger", [[], [ENTRY, ENTRY], [ENTRY | {"network": "x"}]])
def test_a_post_that_is_not_there_once_differs(ledger: list[dict[str, Any]]) -> None:
    assert differing(compared(ledger)) == {"post"}


@pytest.mark.parametrize("status", ["failed", "unconfirmed"])
def test_a_post_that_is_there_and_said_not_to_be_differs(status: str) -> None:
    assert differing(compared([ENTRY, COMMENT], RESULT | {"status": status})) == {"post"}


def test_a_second_copy_of_a_post_differs_whatever_its_id() -> None:
    assert differing(compared([ENTRY, COMMENT, ENTRY | {"id": "urn:li:share:2"}])) == {"post"}


@pytest.mark.parametrize("change", [{"account": "urn:li:person:2"}, {"kind": "comment"}, {"text": "Hello again"}])
def test_what_only_resembles_a_post_is_no_copy_of_it(change: dict[str, Any]) -> None:
    assert differing(compared([ENTRY, COMMENT, ENTRY | {"id": "urn:li:share:2"} | change])) == set()


def test_a_warning_excuses_its_own_option_and_no_other() -> None:
    warning = {"code": "first_comment_not_supported", "message": "TikTok's API has no call for comments."}
    other = {"code": "effect_uncertain", "message": "Something else."}
    result = RESULT | {"platform": "tiktok", "platform_post_id": None, "raw_response": {"publish_id": "p"}}
    result |= {"warnings": [warning, other]}
    entry = ENTRY | {"network": "tiktok", "id": "p", "options": {"disable_comment": False}}
    rows = compared([entry], result)
    assert differing(rows) == {"disable_comment"}
    assert [row.words for row in rows if row.verdict == "warned"] == [warning["message"]]
    assert unexplained(result, rows) == ["Something else."]


def converted(place: int, content_type: str, size: int, code: str = "media_converted") -> dict[str, str]:
    sent = f"{content_type}, 10 x 10 pixels, {size} bytes"
    message = f"media_urls[{place}] (https://house.test/u/{place}) was converted for X, since its type is image/png; what is sent is {sent}."
    return {"code": code, "message": message}


TWO = [Medium("image/png", 70, "a" * 64), Medium("image/png", 90, "b" * 64)]
ANEW = [Medium("image/jpeg", 7, "c" * 64), Medium("image/jpeg", 9, "d" * 64)]
TOLD = [converted(0, "image/jpeg", 7), converted(1, "image/jpeg", 9)]


@pytest.mark.parametrize(
    ("shown", "warnings", "verdict"),
    [
        (ANEW, TOLD, "warned"),
        ([ANEW[0], TWO[1]], TOLD[:1], "warned"),
        (ANEW, TOLD[:1], "differs"),
        (ANEW[::-1], TOLD, "differs"),
        (TWO[::-1], TOLD, "differs"),
        (ANEW[:1], TOLD, "differs"),
        ([*ANEW, ANEW[1]], TOLD, "differs"),
        ([ANEW[0], Medium("image/jpeg", 8, "e" * 64)], TOLD, "differs"),
        ([ANEW[0], Medium("image/webp", 9, "e" * 64)], TOLD, "differs"),
        (ANEW, [TOLD[0], converted(1, "image/jpeg", 9, "media_left_out")], "differs"),
    ],
)
def test_only_a_conversion_into_what_is_shown_excuses_other_media(
    shown: list[Medium], warnings: list[dict[str, str]], verdict: str
) -> None:
    media = [{"content_type": one.content_type, "size_bytes": one.size_bytes, "sha256": one.sha256} for one in shown]
    saying = Saying("post", "Hello", {"linkedin": {}}, ("one", "two"))
    result = RESULT | {"warnings": warnings}
    rows = compare(saying, "linkedin", {"one": TWO[0], "two": TWO[1]}, {}, result, Seen(ENTRY | {"media": media}))
    assert [row.verdict for row in rows if row.option == "media"] == [verdict]
    assert unexplained(result, rows) == ([] if verdict == "warned" else [told["message"] for told in warnings])


@pytest.mark.parametrize("terminal", [True, False])
def test_every_row_is_shown_within_the_terminal(*, terminal: bool) -> None:
    rows = compared([ENTRY | {"text": "Goodbye"}, COMMENT])
    rows.append(replace(rows[0], option="story", seen=None, verdict="warned", words="It has none."))
    file = StringIO()
    console = Console(file=file, force_terminal=terminal, width=120, highlight=False, soft_wrap=True, color_system=None)
    each = [Compared("post", rows, ["A note."])]
    show("LinkedIn", each, console)
    text = file.getvalue()
    for words in ("LinkedIn", "visibility", "Goodbye", "warned of: It has none.", "A note.", "aaaaaaaa…", "✗"):
        assert words in text
    assert max(map(len, text.splitlines())) <= 120 or not terminal
    assert (
        summary({"linkedin": each})
        == "3 options, 6 fields of 1 posts on 1 networks: 4 the same, 1 warned of, 1 different."
    )


DRAFT = {"post_mode": "MEDIA_UPLOAD"}


@pytest.mark.parametrize(
    ("options", "shown", "public_id"),
    [
        ({}, {}, PRIVATE),
        (DRAFT, DRAFT | {"inbox": True}, IN_THE_INBOX),
        ({}, {"publicaly_available_post_id": [7]}, "7"),
    ],
)
async def test_what_has_no_public_id_on_tiktok_is_said_to_be_private_or_in_the_inbox(
    options: dict[str, Any], shown: dict[str, Any], public_id: str
) -> None:
    assert Seen({"network": "tiktok", "id": "p", "options": shown}).public_id == public_id
    result = RESULT | {"platform": "tiktok", "platform_post_url": None, "account_id": "acc"}
    result |= {"platform_post_id": public_id if public_id == "7" else None}
    post = {"id": "post", "platform_options": {"tiktok": options}, "results": [result]}
    client = AsyncMock(Client)
    client.post.return_value = post
    file = StringIO()
    assert await watch(client, {"post": ""}, Console(file=file, force_terminal=False, width=120)) == [post]
    assert file.getvalue().strip() == f"tiktok    queued → processing → published   {public_id}"


def test_a_draft_that_is_posted_in_place_of_lying_in_the_inbox_differs() -> None:
    result = RESULT | {"platform": "tiktok", "platform_post_id": None, "raw_response": {"publish_id": "p"}}
    saying = Saying("post", "Hello", {"tiktok": DRAFT}, ())
    entry = ENTRY | {"network": "tiktok", "id": "p", "media": [], "options": DRAFT}
    for shown, expected in ((DRAFT, {"id"}), (DRAFT | {"inbox": True}, set())):
        seen = find([entry | {"options": shown}], result, set())
        assert differing(compare(saying, "tiktok", {}, {}, result, seen)) == expected
