"""Colours, turning and what is left out, judged by the pixels and bytes that come out."""

import asyncio
from typing import Any

import pytest
from PIL import Image

from dravo.platforms.media import ImageForm
from support import media
from support.pictures import (
    BLUE,
    GREEN,
    RED,
    YELLOW,
    asked,
    converted,
    corners,
    near,
    photo,
    profile_of,
    see_through,
    swapped,
)


async def test_cmyk_becomes_what_screens_show() -> None:
    body = media.written(corners().convert("CMYK"), "JPEG", quality=95, subsampling=0)
    made = await converted(body, "image/jpeg")
    assert made.mode == "RGB"
    assert near(made, (5, 5), RED)
    assert near(made, (60, 44), YELLOW)


@pytest.mark.parametrize(("form", "written_as"), [("PNG", "image/jpeg"), ("WEBP", "image/png"), ("JPEG", "image/png")])
async def test_colours_of_another_profile_are_brought_to_srgb_and_the_profile_goes(form: str, written_as: str) -> None:
    body = media.written(corners(), form, icc_profile=swapped(), quality=95)
    made = await converted(body, written_as)
    assert "icc_profile" not in made.info
    assert near(made, (5, 5), RED[::-1], 12)
    assert near(made, (5, 44), BLUE[::-1], 12)


async def test_see_through_pixels_keep_their_alpha_on_the_way_to_srgb() -> None:
    made = await converted(media.written(see_through(), "PNG", icc_profile=swapped()), "image/png")
    assert near(made, (5, 44), (*BLUE[::-1], 255), 12)
    assert made.getchannel("A").getpixel((5, 5)) == 0


async def test_what_is_in_srgb_already_keeps_its_colours() -> None:
    made = await converted(media.written(corners(), "PNG", icc_profile=profile_of("sRGB")), "image/png")
    assert near(made, (5, 5), RED, 1)
    assert near(made, (60, 44), YELLOW, 1)


@pytest.mark.parametrize("profile", [b"no profile", profile_of("LAB")], ids=["garbage", "of-other-colours"])
async def test_a_profile_that_does_not_fit_counts_as_none(profile: bytes) -> None:
    made = await converted(media.written(corners(), "PNG", icc_profile=profile), "image/png")
    assert near(made, (5, 5), RED, 0)


@pytest.mark.parametrize("value", [0, 10 * 257, 128 * 257, 65535])
async def test_sixteen_bits_of_grey_become_eight_of_the_same(value: int) -> None:
    made = await converted(media.written(Image.new("I;16", (16, 16), value), "PNG"), "image/png")
    assert made.getpixel((3, 3)) == (value // 257,) * 3


@pytest.mark.parametrize(("mode", "value", "shown"), [("1", 255, 255), ("L", 90, 90), ("LA", (90, 255), 90)])
async def test_grey_stays_grey(mode: str, value: Any, shown: int) -> None:
    made = await converted(media.written(Image.new(mode, (16, 16), value), "PNG"), "image/jpeg")
    assert near(made, (3, 3), (shown,) * 3, 2)


# Turning, and what is left out


TURNS = {
    1: (RED, GREEN, BLUE, YELLOW),
    2: (GREEN, RED, YELLOW, BLUE),
    3: (YELLOW, BLUE, GREEN, RED),
    4: (BLUE, YELLOW, RED, GREEN),
    5: (RED, BLUE, GREEN, YELLOW),
    6: (BLUE, RED, YELLOW, GREEN),
    7: (YELLOW, GREEN, BLUE, RED),
    8: (GREEN, YELLOW, RED, BLUE),
}
"""Orientation → the colours of the corners as a person sees them: top left, top right, bottom left, bottom right.

Exif 2.32, tag 0x0112: the value says where the stored first row and first column are seen (6: right side, top).
"""


@pytest.mark.parametrize("turn", TURNS)
async def test_a_picture_is_written_upright(turn: int) -> None:
    body = media.written(corners(), "JPEG", exif=media.lying(turn), quality=95, subsampling=0)
    made = await converted(body, "image/jpeg")
    width, height = made.size
    assert made.size == ((48, 64) if turn >= 5 else (64, 48))
    places = [(5, 5), (width - 6, 5), (5, height - 6), (width - 6, height - 6)]
    assert [near(made, at, colour, 10) for at, colour in zip(places, TURNS[turn], strict=True)] == [True] * 4
    assert dict(made.getexif()) == {}


@pytest.mark.parametrize("written_as", ["image/jpeg", "image/png", "image/webp"])
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
async def test_nothing_of_the_file_but_its_pixels_is_written(form: str, written_as: str) -> None:
    options: dict[str, Any] = {"exif": media.lying(3), "icc_profile": profile_of("sRGB")}
    options |= {"comment": b"Camera of Somebody"} if form == "JPEG" else {}
    options |= {"xmp": b"<x:xmpmeta>Camera of Somebody</x:xmpmeta>"} if form == "WEBP" else {}
    body = media.written(corners(), form, **options)
    assert b"Camera of Somebody" in body
    said, made = await asked(body, ImageForm((written_as,)))
    assert said == {"made": True}
    for trace in (b"Camera of Somebody", b"Exif", b"EXIF", b"eXIf", b"GPS", b"ICC_PROFILE", b"iCCP", b"ICCP", b"xmp"):
        assert trace not in made


async def test_the_same_picture_and_form_give_the_same_bytes() -> None:
    form = ImageForm(("image/png", "image/jpeg"), most_side=50)
    for body in (
        media.written(see_through(), "PNG", icc_profile=profile_of("sRGB")),
        media.written(photo(64, 48), "JPEG", icc_profile=swapped(), exif=media.lying(6)),
    ):
        first, second = await asyncio.gather(asked(body, form), asked(body, form))
        assert first == second
        assert first[0] == {"made": True}
