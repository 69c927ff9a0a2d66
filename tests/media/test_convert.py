"""Each rule by which a picture is written anew, judged by the bytes that come out."""

import asyncio
import io
import json
import tempfile
from dataclasses import asdict
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageCms, ImageStat

from dravo.media import convert
from dravo.media.child import said_by
from dravo.platforms.media import ImageForm
from support import media

RED, GREEN, BLUE, YELLOW = (200, 30, 30), (30, 160, 40), (40, 40, 200), (220, 210, 40)


def corners(width: int = 64, height: int = 48) -> Image.Image:
    """Another colour in every corner."""
    image = Image.new("RGB", (width, height))
    for colour, left, top in ((RED, 0, 0), (GREEN, 1, 0), (BLUE, 0, 1), (YELLOW, 1, 1)):
        half = (width // 2, height // 2)
        image.paste(colour, (left * half[0], top * half[1], (left + 1) * half[0], (top + 1) * half[1]))
    return image


def photo(width: int, height: int) -> Image.Image:
    """Something that does not compress to nothing."""
    grain = [Image.effect_noise((width, height), strength) for strength in (40, 60, 80)]
    return Image.merge("RGB", grain)


async def asked(body: bytes, form: ImageForm) -> tuple[dict[str, Any], bytes]:
    """What the program says, and the bytes that it writes."""
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as written:
        source.write(body)
        source.flush()
        source.seek(0)
        arguments = [json.dumps(asdict(form)), str(written.fileno())]
        said = await said_by("dravo.media.convert", source, seconds=60, arguments=arguments, lent=[written.fileno()])
        written.seek(0)
        return json.loads(said or b"{}"), written.read()


async def converted(body: bytes, *types: str, **bounds: int) -> Image.Image:
    said, made = await asked(body, ImageForm(types or ("image/jpeg", "image/png"), **bounds))
    assert said == {"made": True}
    return Image.open(io.BytesIO(made))


async def refused(body: bytes, *types: str, **bounds: int) -> str:
    said, made = await asked(body, ImageForm(types or ("image/jpeg", "image/png"), **bounds))
    assert made == b""
    return str(said.get("refused"))


def near(image: Image.Image, at: tuple[int, int], colour: tuple[int, ...], within: int = 6) -> bool:
    pixel = image.getpixel(at)
    assert isinstance(pixel, tuple)
    return all(abs(a - b) <= within for a, b in zip(pixel, colour, strict=True))


def quality_tables(image: Image.Image) -> list[int]:
    tables: dict[int, list[int]] = image.quantization  # type: ignore[attr-defined]  # JPEG only
    return tables[0]


# Types


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


def see_through(width: int = 64, height: int = 48) -> Image.Image:
    image = corners(width, height).convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, width // 2, height // 2))
    return image


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
        assert pixel[3] < 30 or near(made, (x, 16), (*GREEN, pixel[3]), 4), x


# Colours


async def test_cmyk_becomes_what_screens_show() -> None:
    body = media.written(corners().convert("CMYK"), "JPEG", quality=95, subsampling=0)
    made = await converted(body, "image/jpeg")
    assert made.mode == "RGB"
    assert near(made, (5, 5), RED)
    assert near(made, (60, 44), YELLOW)


def _profile(name: str) -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile(name)).tobytes()  # type: ignore[arg-type]


def swapped() -> bytes:
    """A profile of sRGB's with the primaries of red and blue exchanged: who ignores it sees the wrong colours."""
    profile = bytearray(_profile("sRGB"))
    entries = range(132, 132 + 12 * int.from_bytes(profile[128:132], "big"), 12)
    where = {bytes(profile[at : at + 4]): at + 4 for at in entries}
    red, blue = where[b"rXYZ"], where[b"bXYZ"]
    profile[red : red + 8], profile[blue : blue + 8] = profile[blue : blue + 8], profile[red : red + 8]
    return bytes(profile)


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
    made = await converted(media.written(corners(), "PNG", icc_profile=_profile("sRGB")), "image/png")
    assert near(made, (5, 5), RED, 1)
    assert near(made, (60, 44), YELLOW, 1)


@pytest.mark.parametrize("profile", [b"no profile", _profile("LAB")], ids=["garbage", "of-other-colours"])
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
    options: dict[str, Any] = {"exif": media.lying(3), "icc_profile": _profile("sRGB")}
    options |= {"comment": b"Camera of Somebody"} if form == "JPEG" else {}
    options |= {"xmp": b"<x:xmpmeta>Camera of Somebody</x:xmpmeta>"} if form == "WEBP" else {}
    body = media.written(corners(), form, **options)
    assert b"Camera of Somebody" in body
    said, made = await asked(body, ImageForm((written_as,)))
    assert said == {"made": True}
    for trace in (b"Camera of Somebody", b"Exif", b"EXIF", b"eXIf", b"GPS", b"ICC_PROFILE", b"iCCP", b"ICCP", b"xmp"):
        assert trace not in made


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


async def test_the_same_picture_and_form_give_the_same_bytes() -> None:
    form = ImageForm(("image/png", "image/jpeg"), most_side=50)
    for body in (
        media.written(see_through(), "PNG", icc_profile=_profile("sRGB")),
        media.written(photo(64, 48), "JPEG", icc_profile=swapped(), exif=media.lying(6)),
    ):
        first, second = await asyncio.gather(asked(body, form), asked(body, form))
        assert first == second
        assert first[0] == {"made": True}
