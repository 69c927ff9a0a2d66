"""Pictures and videos as the networks' rules and adapters see them, and the form that a network wants a picture in."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, Self

from dravo.kit.http import Payload

Kind = Literal["image", "video"]


@dataclass(frozen=True, slots=True)
class Details:
    """What decoding tells of a medium beyond its size. None: does not apply, or is not known.

    Codecs and pixel formats by FFmpeg's names (`h264`, `aac`, `yuv420p`), `colours` by Pillow's (`RGB`, `CMYK`, `P`, …).
    """

    frames: int | None = None
    """Of a picture: more than one moves."""
    orientation: int | None = None
    """Of a picture: EXIF 1..8; 1 is upright."""
    colours: str | None = None
    transparent: bool | None = None
    """Whether some pixel of a picture really is see-through."""
    rotation: int | None = None
    """Of a video: degrees clockwise by which players turn it (0, 90, 180, 270)."""
    video_codec: str | None = None
    audio_codec: str | None = None
    """An empty text: the video has no sound."""
    pixel_format: str | None = None
    frames_per_second: float | None = None

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """From what was stored; what newer code may have stored beside is no business of this one."""
        known = {each.name for each in fields(cls)}
        return cls(**{name: value for name, value in kept.items() if name in known})


@dataclass(frozen=True, slots=True)
class DraftMedium:
    """What is known of a medium when a rule is checked; a foreign URL is known by its index alone until it is fetched.

    Width and height are pixels as stored, before any turning.
    """

    index: int
    kind: Kind | None = None
    content_type: str | None = None
    size_bytes: int | None = None
    width: int | None = None
    height: int | None = None
    duration_ms: int | None = None
    details: Details = Details()

    @property
    def shown_size(self) -> tuple[int, int] | None:
        """Width and height in pixels as a person sees them: turned by orientation or rotation."""
        if self.width is None or self.height is None:
            return None
        lies = (self.details.orientation or 1) >= 5 or (self.details.rotation or 0) % 180 == 90
        return (self.height, self.width) if lies else (self.width, self.height)

    @property
    def moves(self) -> bool:
        """Whether it is a picture known to have several frames."""
        return self.kind != "video" and (self.details.frames or 1) > 1


@dataclass(frozen=True, slots=True)
class Medium:
    """One picture or video at delivery time, with all its facts known.

    `public_url` is an address of ours for networks that pull media, alive for this attempt only: a new generation of steps
    has another. Sizes in bytes and pixels, length in ms.
    `open` reads the bytes from the first position to before the second.
    """

    index: int
    kind: Kind
    content_type: str
    size_bytes: int
    sha256: str
    width: int
    height: int
    duration_ms: int | None
    source_url: str
    public_url: str
    open: Callable[[int, int], AsyncIterator[bytes]] = field(compare=False)
    details: Details = Details()

    def payload(self) -> Payload:
        return self.part(0, self.size_bytes)

    def part(self, start: int, end: int) -> Payload:
        """The bytes from `start` to before `end`, read from the storage when they are sent."""
        whole = (start, end) == (0, self.size_bytes)
        mark = self.sha256 if whole else f"{self.sha256}:{start}-{end}"
        return Payload(self.content_type, end - start, mark, lambda: self.open(start, end))

    def draft(self) -> DraftMedium:
        """The same as the networks' rules see it."""
        return DraftMedium(
            self.index,
            self.kind,
            self.content_type,
            self.size_bytes,
            self.width,
            self.height,
            self.duration_ms,
            self.details,
        )


@dataclass(frozen=True, slots=True)
class ImageForm:
    """What a network takes of a still picture. A picture outside of it is brought into it where nobody would see that.

    `types` are content types, in the order of preference for what must be written anew. `most_pixels` is width times
    height, `most_side` the longer side in pixels and `most_short_side` the shorter one.
    """

    types: tuple[str, ...]
    most_bytes: int | None = None
    most_pixels: int | None = None
    most_side: int | None = None
    most_short_side: int | None = None

    def faults(self, medium: DraftMedium) -> list[str]:
        """Each property by which a picture is known to be outside, as an end of the sentence "its … "."""
        found = []
        if medium.content_type is not None and medium.content_type not in self.types:
            found.append(f"type is {medium.content_type}")
        if medium.details.colours in {"CMYK", "YCCK", "LAB", "HSV"}:
            found.append(f"colour space is {medium.details.colours}")
        if (medium.details.orientation or 1) != 1:
            found.append(f"orientation is not upright (EXIF {medium.details.orientation})")
        if medium.size_bytes is not None and self.most_bytes is not None and medium.size_bytes > self.most_bytes:
            found.append(f"size is {medium.size_bytes} bytes")
        if medium.width is not None and medium.height is not None:
            shorter, longer = sorted((medium.width, medium.height))
            bounds = (
                (shorter * longer, self.most_pixels),
                (longer, self.most_side),
                (shorter, self.most_short_side),
            )
            if any(most is not None and measure > most for measure, most in bounds):
                found.append(f"measures are {medium.width} x {medium.height} pixels")
        return found


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture that an option names by URL, beside `media_urls`: a card's thumbnail, a video's cover.

    `pointer` leads to the option in the create request. A picture that cannot be had is left out with a warning.
    """

    name: str
    url: str
    pointer: str
    form: ImageForm
