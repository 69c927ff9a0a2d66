"""Asks the probe what a file is, and believes it no more than it must."""

from typing import IO, Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from dravo.kit.schemas import StrictModel
from dravo.media.child import TooSlow, said_by
from dravo.media.probe import TYPES, Facts, Refusal

SECONDS = 20.0

_SENTENCES = {
    "unknown": "The file is none of JPEG, PNG, WebP, GIF, MP4, MOV and WebM, judged by its bytes.",
    "damaged": "The file begins like a picture or video that we take, but it is damaged or cut short.",
    "too_many_pixels": "The picture has more than 100 million pixels; send a smaller one.",
}


class UnusableMedia(Exception):
    """The bytes are no medium that we take: `unknown` type, `damaged`, or `too_many_pixels`; the text is for the user."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(_SENTENCES[reason])
        self.reason = reason


_FfmpegName = Annotated[str, Field(pattern=r"^[a-z0-9_]{0,40}$")]
_Count = Annotated[int, Field(ge=1, lt=2**31)]


class _Details(StrictModel):
    """`platforms.media.Details` as a stranger may fill it."""

    frames: _Count | None = None
    orientation: Annotated[int, Field(ge=1, le=8)] | None = None
    colours: Annotated[str, Field(pattern=r"^[A-Za-z0-9;]{1,10}$")] | None = None
    transparent: bool | None = None
    rotation: Literal[0, 90, 180, 270] | None = None
    video_codec: _FfmpegName | None = None
    audio_codec: _FfmpegName | None = None
    pixel_format: _FfmpegName | None = None
    frames_per_second: Annotated[float, Field(gt=0, le=100_000, allow_inf_nan=False)] | None = None


class _Facts(StrictModel):
    content_type: str
    width: _Count
    height: _Count
    duration_ms: Annotated[int, Field(ge=1, lt=2**31)] | None
    details: _Details


class _Refused(StrictModel):
    refused: Refusal


_ANSWER: TypeAdapter[_Facts | _Refused] = TypeAdapter(_Facts | _Refused)


async def inspect(file: IO[bytes]) -> Facts:
    """Type, size in pixels, length and details of a file on disk (it needs a descriptor). Raises UnusableMedia."""
    try:
        said = await said_by("dravo.media.probe", file, seconds=SECONDS)
    except TooSlow:
        said = None
    if said is None:
        raise UnusableMedia("damaged")
    return _understood(said)


def _understood(said: bytes) -> Facts:
    """The child's word, checked like a stranger's. A child that crashed, or that the system ended, has said nothing."""
    try:
        answer = _ANSWER.validate_json(said)
    except ValidationError:
        raise UnusableMedia("damaged") from None
    if isinstance(answer, _Refused):
        raise UnusableMedia(answer.refused)
    if answer.content_type not in TYPES:
        raise UnusableMedia("damaged")
    details = answer.details.model_dump(exclude_none=True)
    return Facts(answer.content_type, answer.width, answer.height, answer.duration_ms, details)
