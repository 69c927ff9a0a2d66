"""Each rule by which a picture is written anew, judged by the bytes that come out."""

import io
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat

from dravo.media import convert
from dravo.platforms.media import ImageForm
from support import media
from support.pictures import (
    GREEN,
    RED,
    YELLOW,
    asked,
    converted,
    corners,
    near,
    photo,
    quality_tables,
    refused,
    see_through,
)


@pytest.mark.parametrize("form", ["PNG", "WEBP", "GIF"])
async def test_an_opaque_picture_is_written_in_the_type_that_is_preferred(form: str) -> None:
    body = media.written(corners(), form)
    made = await converted(body, "image/jpeg", "image/png")
    assert (made.format, made.mode, made.size) == ("JPEG", "RGB", (64, 48))
    assert near(made, (5, 5), RED)
    assert near(made, (60, 44), YELLOW)
    assert (await converted(body, "image/png", "image/jpeg")).format == "PNG"


async def test_without_need_a_jpeg_is_written_at_95_with_full_colour() -> None:
    body = media.written(photo(64, 48), "PNG")
    made = await converted(body, "image/jpeg")
    best = Image.open(io.BytesIO(media.written(photo(64, 48), "JPEG", quality=95, subsampling=0)))
    assert quality_tables(made) == quality_tables(best)
    assert made.layer == best.layer  # type: ignore[attr-defined]  # the sampling of each channel


async def test_a_type_that_is_never_written_is_passed_over() -> None:
    assert (await converted(media.written(corners(), "WEBP"), "image/gif", "image/png")).format == "PNG"
    assert await refused(media.written(corners(), "WEBP"), "image/gif") == "type"


# Transparency


async def test_a_see_through_picture_stays_so_where_some_type_allows_it() -> None:
    made = await converted(media.written(see_through(), "WEBP", lossless=True), "image/jpeg", "image/png")
    assert (made.format, made.mode) == ("PNG", "RGBA")
    assert near(made, (5, 5), (0, 0, 0, 0))
    assert near(made, (60, 44), (*YELLOW, 255))
    body = media.written(see_through(), "PNG")
    assert (await converted(body, "image/jpeg", "image/webp")).format == "WEBP"
    assert (await converted(body, "image/webp", "image/png")).format == "PNG"


async def test_a_see_through_picture_lies_on_white_where_none_does() -> None:
    made = await converted(media.written(see_through(), "PNG"), "image/jpeg")
    assert (made.format, made.mode) == ("JPEG", "RGB")
    assert near(made, (5, 5), (255, 255, 255))
    assert near(made, (60, 44), YELLOW)


async def test_an_alpha_channel_that_hides_nothing_does_not_count() -> None:
    made = await converted(media.written(corners().convert("RGBA"), "PNG"), "image/jpeg", "image/png")
    assert made.format == "JPEG"


@pytest.mark.parametrize(
    ("mode", "key", "shown"),
    [
        ("P", 1, (0, 0, 0)),
        ("L", 200, (40, 40, 40)),
        ("RGB", (9, 9, 9), (40, 40, 40)),
        ("I;16", 51400, (40, 40, 40)),
        ("LA", None, (40, 40, 40)),
    ],
)
async def test_every_way_to_be_see_through_becomes_alpha(mode: str, key: Any, shown: tuple[int, ...]) -> None:
    base: Any = {"P": 0, "L": 40, "RGB": (40, 40, 40), "I;16": 40 * 257, "LA": (40, 255)}[mode]
    image = Image.new(mode, (16, 16), base)
    if mode == "P":
        image.putpalette([0, 0, 0, 255, 0, 0])
    image.paste((200, 0) if mode == "LA" else key, (0, 0, 8, 8))
    options = {} if mode == "LA" else {"transparency": key}
    made = await converted(media.written(image, "PNG", **options), "image/png", most_side=1000)
    assert made.mode == "RGBA"
    assert made.getchannel("A").getpixel((2, 2)) == 0
    assert near(made, (12, 12), (*shown, 255))


async def test_hidden_colours_do_not_bleed_when_a_picture_is_scaled() -> None:
    image = Image.new("RGBA", (64, 64), (*GREEN, 255))
    image.paste((*RED, 0), (0, 0, 33, 64))
    made = await converted(media.written(image, "PNG"), "image/png", most_side=32)
    for x in range(32):
        pixel = made.getpixel((x, 16))
        assert isinstance(pixel, tuple)
        # Of what can hardly be seen the colour says little.
        assert pixel[3] < 30 or near(made, (x, 16), (*GREEN, pixel[3]), 16), x


# Measures and bytes


@pytest.mark.parametrize(
    ("size", "bounds", "expected"),
    [
        ((400, 300), {"most_side": 100}, (100, 75)),
        ((300, 400), {"most_side": 100}, (75, 100)),
        ((400, 300), {"most_pixels": 30_000}, (200, 150)),
        ((400, 300), {"most_pixels": 29_999}, (199, 149)),
        ((400, 300), {"most_pixels": 1_000_000, "most_side": 4096}, (400, 300)),
        ((400, 300), {"most_side": 200, "most_pixels": 7_500}, (100, 75)),
        ((1000, 1), {"most_side": 100}, (100, 1)),
        ((400, 300), {"most_short_side": 150}, (200, 150)),
        ((300, 400), {"most_short_side": 150}, (150, 200)),
        ((4000, 100), {"most_short_side": 100}, (4000, 100)),
        ((400, 300), {"most_side": 200, "most_short_side": 100}, (133, 100)),
    ],
)
async def test_a_picture_is_scaled_just_into_its_bounds(
    size: tuple[int, int], bounds: dict[str, int], expected: tuple[int, int]
) -> None:
    assert (await converted(media.written(photo(*size), "PNG"), **bounds)).size == expected


async def test_bounds_hold_for_a_picture_that_lies_too() -> None:
    body = media.written(photo(400, 300), "JPEG", exif=media.lying(6))
    assert (await converted(body, most_side=100)).size == (75, 100)


async def test_scaling_keeps_what_is_seen() -> None:
    made = await converted(media.written(corners(640, 480), "PNG"), most_side=64)
    apart = ImageStat.Stat(ImageChops.difference(made.convert("RGB"), corners())).mean
    assert max(apart) < 3


async def test_a_line_that_would_vanish_is_refused() -> None:
    assert await refused(media.written(Image.new("RGB", (5000, 1)), "PNG"), most_pixels=1000) == "measures"


async def test_a_type_without_room_for_a_long_side_is_passed_over() -> None:
    long = media.written(Image.new("RGB", (17_000, 4), RED), "PNG")
    assert (await converted(long, "image/webp", "image/png")).format == "PNG"
    assert await refused(long, "image/webp") == "measures"


async def test_fewer_bytes_cost_quality_before_they_cost_pixels() -> None:
    image = photo(600, 400)
    body = media.written(image, "PNG")
    best, *lower = [media.written(image, "JPEG", **way) for way in convert._WAYS["image/jpeg"]]
    for chosen in lower:
        made = await converted(body, "image/jpeg", most_bytes=len(chosen))
        assert made.size == (600, 400)
        assert quality_tables(made) == quality_tables(Image.open(io.BytesIO(chosen)))
    assert len(best) > len(lower[0]) > len(lower[-1])


async def test_bytes_that_quality_cannot_save_are_saved_by_scaling_down_to_what_a_screen_shows() -> None:
    image = photo(3000, 1500)
    least = len(media.written(image, "JPEG", **convert._WAYS["image/jpeg"][-1]))
    bound = least * 6 // 10
    said, made = await asked(media.written(image, "PNG"), ImageForm(("image/jpeg",), most_bytes=bound))
    assert said == {"made": True}
    assert bound * 0.7 < len(made) <= bound
    width, height = Image.open(io.BytesIO(made)).size
    assert 2048 <= width < 3000
    assert abs(width / height - 2) < 0.01


async def test_a_picture_is_not_made_small_to_save_bytes() -> None:
    image = photo(3000, 1500)
    assert await refused(media.written(image, "PNG"), most_bytes=100_000) == "size"
    assert await refused(media.written(photo(600, 400), "PNG"), most_bytes=20_000) == "size"


async def test_a_see_through_picture_is_never_written_with_a_loss_of_its_edges_but_scaled() -> None:
    image = photo(2600, 1300).convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 2600, 300))
    body = media.written(image, "PNG")
    made = await converted(body, "image/jpeg", "image/png", most_bytes=len(body) * 8 // 10)
    assert (made.format, made.mode) == ("PNG", "RGBA")
    assert 2048 <= made.width < 2600


# Refusals


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
async def test_what_moves_is_not_made_to_stand_still(form: str) -> None:
    assert await refused(media.moving(form), "image/jpeg") == "moves"


async def test_what_a_phone_puts_behind_a_photo_hinders_no_conversion() -> None:
    depth = Image.new("RGB", (6, 4), "grey")
    body = media.written(corners(), "MPO", save_all=True, append_images=[depth], quality=95)
    made = await converted(body, "image/jpeg")
    assert (made.format, made.size) == ("JPEG", (64, 48))


@pytest.mark.parametrize(
    "body",
    [
        media.png_that_claims(10_001, 10_001),
        media.png_that_claims(200_000, 200_000),
        media.png_that_claims(9_000, 9_000),
        media.picture("PNG")[:200],
        media.picture("JPEG")[:300],
        b"<svg/>",
        b"",
        media.video("mp4", "libx264"),
    ],
    ids=["bomb", "great-bomb", "empty-promise", "half-png", "half-jpeg", "svg", "nothing", "video"],
)
async def test_what_cannot_be_read_makes_no_picture(body: bytes) -> None:
    said, made = await asked(body, ImageForm(("image/jpeg",)))
    assert "made" not in said
    assert made == b""


async def test_a_picture_of_nothing_but_detail_is_written_with_less_quality() -> None:
    """Pillow has no room for an optimized JPEG of more than two bytes a pixel; that is no reason to refuse it."""
    noise = Image.merge("RGB", [Image.effect_noise((1200, 1200), 120 + band) for band in range(3)])
    made = await converted(media.written(noise, "PNG"), "image/jpeg", most_bytes=4_000_000)
    assert (made.format, made.size) == ("JPEG", (1200, 1200))
