"""What decoding tells of a medium, each detail from real files."""

import tempfile
from dataclasses import fields
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from dravo.media.ingest import ingest
from dravo.media.inspection import _Details, inspect
from dravo.platforms.media import Details
from dravo.resources import Resources
from support import media


async def details(body: bytes) -> dict[str, Any]:
    with tempfile.TemporaryFile() as file:
        file.write(body)
        file.flush()
        return dict((await inspect(file)).details)


def test_the_names_are_those_that_the_networks_rules_read() -> None:
    assert set(_Details.model_fields) == {field.name for field in fields(Details)}


async def test_pictures_and_videos_know_what_applies_to_them() -> None:
    picture = await details(media.picture("PNG"))
    video = await details(media.video("mp4", "libx264"))
    assert set(picture) == {"frames", "orientation", "colours", "transparent"}
    assert set(video) == {"rotation", "video_codec", "audio_codec", "pixel_format", "frames_per_second"}
    assert Details(**picture, **video)


async def test_an_asset_keeps_them(resources: Resources, workspace: str) -> None:
    with tempfile.TemporaryFile() as file:
        file.write(media.picture("JPEG"))
        asset = await ingest(resources, workspace, "live", file)
    assert asset.details == {"frames": 1, "orientation": 1, "colours": "RGB", "transparent": False}


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
async def test_moving_pictures_have_several_frames(form: str) -> None:
    assert (await details(media.moving(form)))["frames"] == 3


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG", "JPEG"])
async def test_a_still_has_one_frame(form: str) -> None:
    assert (await details(media.picture(form)))["frames"] == 1


async def test_a_picture_for_those_that_cannot_play_an_animated_png_is_no_frame() -> None:
    first, *rest = [Image.new("RGB", (12, 8), (shade, 0, 0)) for shade in (0, 100, 200)]
    body = media.written(first, "PNG", save_all=True, append_images=rest, default_image=True)
    assert (await details(body))["frames"] == 2


async def test_what_a_phone_puts_behind_a_photo_does_not_make_it_move() -> None:
    photo, depth = Image.new("RGB", (12, 8), "red"), Image.new("RGB", (6, 4), "grey")
    body = media.written(photo, "MPO", save_all=True, append_images=[depth])
    known = await details(body)
    assert (known["frames"], known["colours"]) == (1, "RGB")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
async def test_the_orientation_is_read_from_exif(form: str) -> None:
    body = media.written(Image.new("RGB", (12, 8), "red"), form, exif=media.lying(6))
    assert (await details(body))["orientation"] == 6


@pytest.mark.parametrize("said", [0, 9, 300])
async def test_an_orientation_that_does_not_exist_is_upright(said: int) -> None:
    body = media.written(Image.new("RGB", (12, 8), "red"), "JPEG", exif=media.lying(said))
    assert (await details(body))["orientation"] == 1


async def test_broken_exif_spoils_no_picture() -> None:
    body = media.written(Image.new("RGB", (12, 8), "red"), "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff\0\x01")
    assert (await details(body))["orientation"] == 1


async def test_an_orientation_of_xmp_alone_counts_for_nothing() -> None:
    notes = PngInfo()
    notes.add_itxt("XML:com.adobe.xmp", '<x:xmpmeta tiff:Orientation="6"/>')
    body = media.written(Image.new("RGB", (12, 8), "red"), "PNG", pnginfo=notes)
    assert (await details(body))["orientation"] == 1


@pytest.mark.parametrize(
    ("mode", "form"),
    [("RGB", "JPEG"), ("L", "JPEG"), ("CMYK", "JPEG"), ("P", "PNG"), ("1", "PNG"), ("I;16", "PNG"), ("RGBA", "WEBP")],
)
async def test_the_colours_are_those_of_the_file(mode: str, form: str) -> None:
    assert (await details(media.written(Image.new(mode, (12, 8)), form)))["colours"] == mode


def _with_alpha(mode: str, alpha: int) -> Image.Image:
    """One pixel has `alpha`, the others hide nothing."""
    image = Image.new(mode, (12, 8), (9, 255) if mode == "LA" else (9, 9, 9, 255))
    image.putpixel((3, 3), (9, alpha) if mode == "LA" else (9, 9, 9, alpha))
    return image


@pytest.mark.parametrize(("mode", "form"), [("RGBA", "PNG"), ("LA", "PNG"), ("RGBA", "WEBP")])
async def test_one_see_through_pixel_makes_a_picture_transparent_and_an_opaque_channel_does_not(
    mode: str, form: str
) -> None:
    assert (await details(media.written(_with_alpha(mode, 254), form, lossless=True)))["transparent"] is True
    assert (await details(media.written(_with_alpha(mode, 255), form, lossless=True)))["transparent"] is False


@pytest.mark.parametrize(
    ("mode", "used", "key"),
    [("P", 1, 1), ("L", 7, 7), ("1", 0, 0), ("RGB", (7, 8, 9), (7, 8, 9)), ("I;16", 700, 700)],
)
async def test_a_colour_that_is_named_as_see_through_counts_where_it_is_used(mode: str, used: Any, key: Any) -> None:
    image = Image.new(mode, (12, 8), 255 if mode == "1" else 0)
    if mode == "P":
        image.putpalette([0, 0, 0, 255, 0, 0])
    unused = media.written(image, "PNG", transparency=key)
    image.putpixel((3, 3), used)
    assert (await details(media.written(image, "PNG", transparency=key)))["transparent"] is True
    assert (await details(unused))["transparent"] is False


async def test_a_see_through_gif_is_transparent() -> None:
    image = Image.new("P", (12, 8), 0)
    image.putpalette([0, 0, 0, 255, 0, 0])
    image.putpixel((3, 3), 1)
    assert (await details(media.written(image, "GIF", transparency=1)))["transparent"] is True


@pytest.mark.parametrize("form", ["mp4", "mov"])
@pytest.mark.parametrize("turned", [0, 90, 180, 270])
async def test_the_rotation_is_what_players_do_clockwise(form: str, turned: int) -> None:
    assert (await details(media.video(form, "libx264", turned=turned)))["rotation"] == turned


async def test_the_turn_of_a_phones_track_header_is_clockwise() -> None:
    """The matrix as phones write it, byte for byte, so that no library's idea of a direction can cancel out another's."""
    body = media.video("mp4", "libx264")
    upright = b"".join(each.to_bytes(4, "big") for each in (0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000))
    # (x, y) goes to (48 - y, x): the top left corner moves to the top right.
    quarter = [0, 0x10000, 0, -0x10000, 0, 0, 48 * 0x10000, 0, 0x40000000]
    track = body.index(b"tkhd")
    at = body.index(upright, track)
    patched = body[:at] + b"".join(each.to_bytes(4, "big", signed=True) for each in quarter) + body[at + 36 :]
    assert (await details(patched))["rotation"] == 90


@pytest.mark.parametrize(
    ("form", "codec", "sound", "names"),
    [
        ("mp4", "libx264", "aac", ("h264", "aac")),
        ("mp4", "libx265", "libmp3lame", ("hevc", "mp3")),
        ("mov", "mpeg4", "", ("mpeg4", "")),
        ("webm", "libvpx-vp9", "libopus", ("vp9", "opus")),
    ],
)
async def test_codecs_have_the_names_of_their_formats(
    form: str, codec: str, sound: str, names: tuple[str, str]
) -> None:
    known = await details(media.video(form, codec, sound=sound))
    assert (known["video_codec"], known["audio_codec"]) == names


@pytest.mark.parametrize("rate", [10, 60])
async def test_pixels_and_frames_of_a_video_are_told(rate: int) -> None:
    known = await details(media.video("mp4", "libx264", rate=rate))
    assert (known["pixel_format"], known["frames_per_second"]) == ("yuv420p", rate)


async def test_width_and_height_stay_those_of_the_stored_pixels() -> None:
    with tempfile.TemporaryFile() as file:
        file.write(media.written(Image.new("RGB", (12, 8), "red"), "JPEG", exif=media.lying(6)))
        file.flush()
        facts = await inspect(file)
    assert (facts.width, facts.height) == (12, 8)
