import json
from typing import Any

import pytest

from simulator.harness import JSON, Sim
from simulator.instagram_calls import call, container, fault_of, film, make, photo, published, ready, refusal

TAG = {"username": "ada"}
PLACED = TAG | {"x": 0.5, "y": 0.5}
SURFACES: dict[str, JSON] = {
    "image": {},
    "reel": {"media_type": "REELS"},
    "carousel": {"media_type": "CAROUSEL"},
    "child image": {"is_carousel_item": "true"},
    "child video": {"is_carousel_item": "true", "media_type": "VIDEO"},
    "story image": {"media_type": "STORIES"},
    "story video": {"media_type": "STORIES"},
}
ON: dict[str, tuple[str, set[str]]] = {
    "caption": ("Hello", {"image", "reel", "carousel"}),
    "collaborators": ('["grace"]', {"image", "reel", "carousel"}),
    "location_id": ("4711", {"image", "reel", "carousel"}),
    "is_ai_generated": ("true", {"image", "reel", "carousel", "story image", "story video"}),
    "alt_text": ("Teal", {"image", "child image"}),
    "cover_url": ("http://media.test/cover.jpg", {"reel"}),
    "thumb_offset": ("100", {"reel", "child video"}),
    "share_to_feed": ("true", {"reel", "carousel"}),
    "audio_name": ("Waves", {"reel"}),
}
"""A value that is in order, and where it applies."""


async def given(sim: Sim, account: JSON, surface: str, **form: Any) -> Any:
    """The answer to a container of that surface with these parameters."""
    form = SURFACES[surface] | form
    if surface == "carousel":
        children = [await ready(sim, account, is_carousel_item="true") for _ in range(2)]
        return await make(sim, account, children=json.dumps(children), **form)
    is_video = surface == "reel" or surface.endswith("video")
    medium = {"video_url": film(sim, sound="aac")} if is_video else {"image_url": photo(sim)}
    return await make(sim, account, **medium, **form)


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("name", ON)
async def test_a_parameter_applies_exactly_where_the_reference_says(sim: Sim, name: str, surface: str) -> None:
    account = await sim.account("instagram")
    value, surfaces = ON[name]
    answer = await given(sim, account, surface, **{name: value})
    if surface in surfaces:
        assert answer.status_code == 200, answer.text
    else:
        assert refusal(answer) == (100, None)
        assert name in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("surface", "tag", "is_taken"),
    [
        ("image", PLACED, True),
        ("image", TAG, False),
        ("image", TAG | {"x": 0.5}, False),
        ("image", TAG | {"x": 0.5, "y": 1.01}, False),
        ("image", TAG | {"x": True, "y": 0.5}, False),
        ("child image", PLACED, True),
        ("child image", TAG, False),
        ("reel", TAG, True),
        ("reel", PLACED, False),
        ("story image", TAG, True),
        ("story image", PLACED, True),
        ("story image", TAG | {"y": 0.5}, False),
        ("story video", TAG, True),
        ("story video", PLACED, True),
        ("carousel", PLACED, False),
        ("child video", TAG, False),
        ("image", {"x": 0.5, "y": 0.5}, False),
        ("image", PLACED | {"z": 1}, False),
    ],
)
async def test_tags_say_where_as_their_surface_wants(sim: Sim, surface: str, tag: JSON, is_taken: bool) -> None:
    account = await sim.account("instagram")
    answer = await given(sim, account, surface, user_tags=json.dumps([tag]))
    assert (answer.status_code == 200) == is_taken, answer.text


@pytest.mark.parametrize(
    ("form", "code", "subcode"),
    [
        ({"caption": "x" * 2201}, 36004, 2207010),
        ({"caption": "#a " * 31}, 36004, 2207010),
        ({"caption": "@a " * 21}, 100, 2207040),
        ({"collaborators": '["@ada"]'}, 110, 2207018),
        ({"collaborators": '["no such name"]'}, 110, 2207018),
        ({"collaborators": '["a","b","c","d"]'}, 100, None),
        ({"collaborators": "ada"}, 100, None),
        ({"user_tags": '[{"username":"@ada","x":0,"y":0}]'}, 110, 2207018),
        ({"user_tags": json.dumps([PLACED] * 21)}, 100, 2207040),
        ({"user_tags": '"ada"'}, 100, None),
        ({"alt_text": "x" * 1001}, 100, None),
        ({"location_id": "here"}, 100, None),
        ({"media_type": "HOLOGRAM"}, 100, 2207023),
        ({"media_type": "VIDEO"}, 100, 2207023),
        ({"media_type": "REELS", "is_carousel_item": "true"}, 100, None),
        ({"media_type": "REELS", "audio_name": " "}, 100, None),
        ({"media_type": "REELS", "thumb_offset": "-1"}, 100, None),
        ({"surprise": "1"}, 100, None),
    ],
)
async def test_a_bad_parameter_is_refused(sim: Sim, form: JSON, code: int, subcode: int | None) -> None:
    account = await sim.account("instagram")
    medium = "video_url" if form.get("media_type") in {"VIDEO", "REELS"} else "image_url"
    url = film(sim) if medium == "video_url" else photo(sim)
    assert refusal(await make(sim, account, **{medium: url}, **form)) == (code, subcode)


@pytest.mark.parametrize(
    "form", [{"caption": "x" * 2200}, {"caption": "#a " * 30}, {"caption": "@a " * 20}, {"alt_text": "x" * 1000}]
)
async def test_a_limit_itself_is_taken(sim: Sim, form: JSON) -> None:
    assert (await make(sim, await sim.account("instagram"), **form)).status_code == 200


async def test_a_container_needs_the_medium_of_its_type(sim: Sim) -> None:
    account = await sim.account("instagram")
    for form in ({}, {"media_type": "REELS"}, {"media_type": "STORIES"}):
        assert refusal(await call(sim, account, "me/media", **form)) == (100, None)
    assert refusal(await make(sim, account, media_type="REELS", image_url=photo(sim))) == (100, None)
    assert refusal(await make(sim, account, video_url=film(sim))) == (100, None)


@pytest.mark.parametrize(("unit", "most"), [("utf16", 1100), ("code_points", 2200), ("graphemes", 2200)])
async def test_a_caption_is_counted_in_the_unit_of_the_switch(sim: Sim, unit: str, most: int) -> None:
    account = await sim.account("instagram")
    await sim.settings(instagram_length_unit=unit)
    assert (await make(sim, account, caption="\U0001f642" * most)).status_code == 200
    assert refusal(await make(sim, account, caption="\U0001f642" * (most + 1))) == (36004, 2207010)


async def test_a_caption_on_an_item_can_be_ignored(sim: Sim) -> None:
    account = await sim.account("instagram")
    await sim.settings(instagram_caption_on_children="ignored")
    child = {"is_carousel_item": "true", "caption": "Nobody reads this"}
    children = [await ready(sim, account, **child) for _ in range(2)]
    await published(sim, account, media_type="CAROUSEL", children=json.dumps(children))
    assert "Nobody" not in json.dumps(await sim.ledger())
    assert refusal(await make(sim, account, collaborators='["a"]', **child)) == (100, None)


async def test_without_strictness_what_does_not_apply_has_no_effect(sim: Sim) -> None:
    account = await sim.account("instagram")
    await sim.settings(strict_parameters=False)
    await published(sim, account, cover_url="http://media.test/none.jpg", audio_name="Waves", surprise="1")
    [post] = await sim.ledger()
    assert post["options"] == {"media_type": "IMAGE", "product": "FEED"}
    assert refusal(await make(sim, account, is_carousel_item="true", collaborators='["a"]')) == (100, None)


async def test_switches_open_what_the_reference_leaves_open(sim: Sim) -> None:
    account = await sim.account("instagram")
    tags = {"user_tags": json.dumps([TAG])}
    await sim.settings(instagram_tags_on_child_videos="accept", instagram_thumb_offset_on_stories="accept")
    assert (await given(sim, account, "child video", **tags)).status_code == 200
    assert (await given(sim, account, "story video", thumb_offset=100)).status_code == 200
    assert (await given(sim, account, "story image", thumb_offset=100)).status_code == 400
    await sim.settings(instagram_thumb_offset_on_child_videos="refuse", instagram_locations=["4711"])
    assert refusal(await given(sim, account, "child video", thumb_offset=100)) == (100, None)
    assert (await given(sim, account, "image", location_id="4711")).status_code == 200
    assert refusal(await given(sim, account, "image", location_id="4712")) == (100, None)


async def test_positions_on_a_reel_mean_nothing_where_they_are_taken(sim: Sim) -> None:
    account = await sim.account("instagram")
    await sim.settings(instagram_reel_tag_positions="accept")
    await published(sim, account, media_type="REELS", video_url=film(sim), user_tags=json.dumps([PLACED]))
    assert (await sim.ledger())[0]["media"][0]["user_tags"] == [TAG]


async def test_an_offset_and_an_audio_name_must_fit_the_video(sim: Sim) -> None:
    account = await sim.account("instagram")
    reel = {"media_type": "REELS", "video_url": film(sim)}
    assert (await fault_of(sim, account, thumb_offset=3001, **reel)).endswith("2207057")
    assert (await fault_of(sim, account, audio_name="Waves", **reel)).endswith("2207082")
    await container(sim, account, thumb_offset=3000, **reel)
