"""Pictures to be written anew, and the program that does it, asked as the service asks it."""

import io
import json
import tempfile
from dataclasses import asdict
from typing import Any

from PIL import Image, ImageCms

from dravo.media.child import said_by
from dravo.platforms.media import ImageForm

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


def see_through(width: int = 64, height: int = 48) -> Image.Image:
    image = corners(width, height).convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, width // 2, height // 2))
    return image


def profile_of(name: str) -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile(name)).tobytes()  # type: ignore[arg-type]


def swapped() -> bytes:
    """A profile of sRGB's with the primaries of red and blue exchanged: who ignores it sees the wrong colours."""
    profile = bytearray(profile_of("sRGB"))
    entries = range(132, 132 + 12 * int.from_bytes(profile[128:132], "big"), 12)
    where = {bytes(profile[at : at + 4]): at + 4 for at in entries}
    red, blue = where[b"rXYZ"], where[b"bXYZ"]
    profile[red : red + 8], profile[blue : blue + 8] = profile[blue : blue + 8], profile[red : red + 8]
    return bytes(profile)
