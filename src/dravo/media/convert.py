"""Writes a still picture anew in a form that a network takes: the program of a child process, like the probe.

`python -m dravo.media.convert FORM DESCRIPTOR < FILE`: `FORM` is an `ImageForm` as JSON; the picture goes to the
descriptor, and one JSON object to standard output: `{"made": true}`, or why there is none. `dravo.media.renditions`
starts it. Nobody should see a difference, so what cannot be done without one is refused. The same file and form give
the same bytes. Nothing of the file but its pixels is written: neither camera nor place nor thumbnail.
"""

import contextlib
import json
import math
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Literal

from PIL import Image, ImageCms

from dravo.media.confinement import confine
from dravo.media.probe import TYPES, alpha_of, bound_pixels, content_type_of, frames_of, is_transparent, orientation_of

CPU_SECONDS = 60
MOST_BYTES = 100_000_000
LEAST_SIDE = 2048
"""Pixels of the longer side below which a picture is not scaled to save bytes; screens show that much of one."""

Refusal = Literal["moves", "type", "size", "measures", "damaged"]

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF orientation → what turns the stored pixels upright (Exif 2.32, tag 0x0112)."""

_WAYS: dict[str, tuple[dict[str, int | bool], ...]] = {
    "image/jpeg": (
        {"quality": 95, "subsampling": 0, "optimize": True},
        {"quality": 92, "subsampling": 2, "optimize": True},
        {"quality": 89, "subsampling": 2, "optimize": True},
        {"quality": 85, "subsampling": 2, "optimize": True},
    ),
    "image/png": ({},),
    "image/webp": ({"quality": 95}, {"quality": 90}, {"quality": 85}),
}
"""How each type is written, best first; the next is tried when the bytes are too many. Subsampling 0 is 4:4:4, 2 is 4:2:0."""

_SEE_THROUGH = ("image/png", "image/webp")


class Refused(Exception):
    """There is no such picture; the argument is a Refusal."""


@dataclass(frozen=True, slots=True)
class Form:
    """`platforms.media.ImageForm`, as it comes in."""

    types: list[str]
    most_bytes: int | None
    most_pixels: int | None
    most_side: int | None
    most_short_side: int | None


def convert(file: IO[bytes], form: Form) -> bytes:
    """The picture in the form. Raises Refused."""
    image = _loaded(file)
    turn, profile, see_through = orientation_of(image), image.info.get("icc_profile"), is_transparent(image)
    image = _plain(image, see_through=see_through)
    image = _scaled(image, _measures(image.size, form))
    image = _in_srgb(image, profile)
    image = image.transpose(_UPRIGHT[turn]) if turn in _UPRIGHT else image
    image.info.clear()  # what is written takes profiles and comments from here
    types = [each for each in _SEE_THROUGH if each in form.types] if see_through else []
    if not types:
        image = _on_white(image)
        types = [each for each in form.types if each in _WAYS]
    if not types:
        raise Refused("type")
    return _within(min(form.most_bytes or MOST_BYTES, MOST_BYTES), image, types)


def _loaded(file: IO[bytes]) -> Image.Image:
    content_type = content_type_of(file.read(64))
    if content_type is None or TYPES[content_type].kind != "image":
        raise Refused("damaged")
    file.seek(0)
    bound_pixels()
    image = Image.open(file, formats=[TYPES[content_type].decoder])
    if frames_of(image) > 1:
        raise Refused("moves")
    image.load()
    return image


def _plain(image: Image.Image, *, see_through: bool) -> Image.Image:
    """One of RGBA, CMYK, L and RGB, so that the profile of the file still fits."""
    alpha = alpha_of(image) if see_through else None
    if image.mode == "I;16":
        image = image.convert("I").point(lambda value: value * (1 / 257) + 0.5).convert("L")
    if alpha is not None:
        image = image.convert("RGB")
        image.putalpha(alpha)
        return image
    return image if image.mode in {"CMYK", "RGB"} else image.convert("L" if image.mode in {"1", "L", "LA"} else "RGB")


def _measures(size: tuple[int, int], form: Form) -> tuple[int, int]:
    """The largest width and height of the same shape that the form allows."""
    width, height = size
    if form.most_side is not None and max(width, height) > form.most_side:
        longer = max(width, height)
        width, height = (max(1, round(side * form.most_side / longer)) for side in size)
    if form.most_short_side is not None and min(width, height) > form.most_short_side:
        shorter = min(size)
        width, height = (max(1, round(side * form.most_short_side / shorter)) for side in size)
    if form.most_pixels is not None and width * height > form.most_pixels:
        width, height = math.isqrt(form.most_pixels * width // height), math.isqrt(form.most_pixels * height // width)
    if width < 1 or height < 1:
        raise Refused("measures")
    return width, height


def _scaled(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    return image if image.size == size else image.resize(size, Image.Resampling.LANCZOS)


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB or RGBA as screens show it without a profile; a profile that cannot be read counts as none."""
    colours = image.convert("RGB") if image.mode == "RGBA" else image
    if profile:
        with contextlib.suppress(ImageCms.PyCMSError, OSError):
            colours = _through(profile, colours)
    colours = colours.convert("RGB")
    if image.mode == "RGBA":
        colours.putalpha(image.getchannel("A"))
    return colours


def _through(profile: bytes, colours: Image.Image) -> Image.Image:
    converted = ImageCms.profileToProfile(
        colours,
        ImageCms.ImageCmsProfile(BytesIO(profile)),
        ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        outputMode="RGB",
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    assert converted is not None
    return converted


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return white


def _within(most_bytes: int, image: Image.Image, types: list[str]) -> bytes:
    """The best way of writing the picture that is short enough; scaled where none is, but not below LEAST_SIDE."""
    smallest: tuple[int, str] | None = None
    for content_type in types:
        if smallest is not None and content_type == "image/png":
            continue  # what keeps every pixel is hardly shorter than what does not, and takes long to find out
        for body in _written(image, content_type):
            if len(body) <= most_bytes:
                return body
            smallest = min(smallest or (len(body), content_type), (len(body), content_type))
    if smallest is None:
        raise Refused("measures")  # no type has room for so long a side
    size, content_type = smallest
    longer = side = max(image.size)
    least = min(LEAST_SIDE, longer)
    while side > least:
        side = max(least, int(side * min(0.97, 0.97 * math.sqrt(most_bytes / size))))
        measures = max(1, round(image.width * side / longer)), max(1, round(image.height * side / longer))
        *_, body = _written(_scaled(image, measures), content_type)
        if len(body) <= most_bytes:
            return body
        size = len(body)
    raise Refused("size")


def _written(image: Image.Image, content_type: str) -> Iterator[bytes]:
    """The picture in each way of a type, best first; nothing where the type has no room for its measures."""
    for way in _WAYS[content_type]:
        body = _saved(image, content_type, way) or _saved(image, content_type, way | {"optimize": False})
        if body is None:
            return
        yield body


def _saved(image: Image.Image, content_type: str, way: dict[str, int | bool]) -> bytes | None:
    """The bytes, or None where they cannot be: of a detailed picture because Pillow's room for optimized ones is too small."""
    out = BytesIO()
    try:
        image.save(out, TYPES[content_type].decoder, **way)
    except (OSError, ValueError):
        return None
    return out.getvalue()


def main() -> None:
    """Read standard input, write the picture to the descriptor that is named, and say what became of it."""
    confine(cpu_seconds=CPU_SECONDS, file_bytes=MOST_BYTES)
    form = Form(**json.loads(sys.argv[1]))
    said: dict[str, object] = {"made": True}
    try:
        with open(0, "rb") as file:
            body = convert(file, form)
        with os.fdopen(int(sys.argv[2]), "wb") as out:
            out.write(body)
    except Refused as refused:
        said = {"refused": str(refused)}
    except (MemoryError, RecursionError):
        said = {"refused": "damaged"}
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main()
