"""What becomes of media on each network: kinds of posts, still pictures, videos."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from dravo.platforms.facebook.config import FacebookConfig
from dravo.platforms.facebook.eligibility import goes_as_reel
from dravo.platforms.instagram.kinds import kind_of
from dravo.platforms.media import DraftMedium
from dravo.platforms.registry import PLATFORMS
from platforms.matrix.surfaces import GIF, PICTURE, SURFACES, UPRIGHT, VIDEO, Surface, ask, changed, draft, least, most

MOST_ASKED = 60
"""Media in the largest post that is asked about; the API takes 35."""
LONGEST_TEXT = 5000
"""What the API takes."""
MOST_BYTES = 100_000_000_000
NONE = "any"

Options = Mapping[str, Any]
KINDS: list[tuple[str, list[DraftMedium], Options]] = [
    ("no medium", [], {}),
    ("1 picture", [PICTURE], {}),
    ("several pictures", [PICTURE, PICTURE], {}),
    ("moving GIF", [GIF], {}),
    ("1 video", [VIDEO], {}),
    ("1 upright video (9:16)", [UPRIGHT], {}),
    ("several videos", [VIDEO, VIDEO], {}),
    ("pictures and videos together", [PICTURE, VIDEO], {}),
    ("story of a picture", [PICTURE], {"story": True}),
    ("story of a video", [UPRIGHT], {"story": True}),
    ("draft of pictures for the creator", [PICTURE, PICTURE], {"post_mode": "MEDIA_UPLOAD"}),
    ("draft of a video for the creator", [UPRIGHT], {"post_mode": "MEDIA_UPLOAD"}),
]

Rows = Iterator[Sequence[str]]


def kinds() -> Rows:
    """What each kind of post becomes."""
    yield "", *(platform.title for platform in PLATFORMS.values())
    yield "characters of text", *(_text(network) for network in PLATFORMS)
    for title, media, options in KINDS:
        yield title, *(_becomes(network, media, options) for network in PLATFORMS)


def _text(network: str) -> str:
    """The longest text; where a video changes it, the one beside a video as well."""
    limits = [_longest(network, [medium]) for medium in (PICTURE, VIDEO)]
    return f"{limits[0]:,}" + ("" if limits[0] == limits[1] else f"; with a video {limits[1]:,}")


def _longest(network: str, media: list[DraftMedium]) -> int:
    return most(1, lambda length: not ask(network, media, text="a" * length).errors, LONGEST_TEXT) or LONGEST_TEXT


def _becomes(network: str, media: list[DraftMedium], options: Options) -> str:
    if not set(options) <= set(PLATFORMS[network].options.model_fields):
        return "no such post"
    found = ask(network, media, options)
    if found.errors:
        return f"✗ `{found.errors[0].code}`"
    words = [_surface(network, media, options)]
    if len(media) > 1:
        kind = media[1]
        limit = most(
            len(media), lambda number: not ask(network, [media[0], *[kind] * (number - 1)], options).errors, MOST_ASKED
        )
        words.append(f"2 to {limit}")
    if media == [GIF]:
        words.append(_gif(network))
    words += [f"warning `{each.code}`" for each in found.warnings]
    return ", ".join(["✓", *filter(None, words)]).replace("✓, ", "✓ ")


def _surface(network: str, media: list[DraftMedium], options: Options) -> str:
    """The network's word for such a post, where it has several."""
    asked = draft(network, media, options)
    if network == "facebook" and goes_as_reel(asked.media, asked.options, FacebookConfig()):  # type: ignore[arg-type]
        return "reel"
    return (kind_of(asked) or "") if network == "instagram" else ""  # type: ignore[arg-type]


def _gif(network: str) -> str:
    def takes(size: int) -> bool:
        return not ask(network, [changed(GIF, size_bytes=size)]).errors

    def takes_quietly(size: int) -> bool:
        found = ask(network, [changed(GIF, size_bytes=size)])
        return not found.errors and not found.warnings

    return _upto(most(1, takes_quietly, MOST_BYTES), most(1, takes, MOST_BYTES), _bytes)


PICTURE_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WebP": "image/webp", "GIF": "image/gif"}


def pictures() -> Rows:
    """Still pictures: what goes as it is, and what is written anew."""
    yield "", *(platform.title for platform in PLATFORMS.values())
    yield "goes as it is", *(_types(network, fits=True) for network in PLATFORMS)
    yield "is converted", *(_types(network, fits=False) or "none" for network in PLATFORMS)
    yield "made smaller above", *(_smaller(network) for network in PLATFORMS)
    yield "shape (width : height)", *(_shape(network) for network in PLATFORMS)


def _types(network: str, *, fits: bool) -> str:
    found = []
    for name, content_type in PICTURE_TYPES.items():
        medium = changed(PICTURE, content_type=content_type)
        form = PLATFORMS[network].image_form(draft(network, [medium]), medium)
        assert not ask(network, [medium]).errors
        if (form is None or not form.faults(medium)) == fits:
            found.append(name)
    return ", ".join(found)


def _smaller(network: str) -> str:
    form = PLATFORMS[network].image_form(draft(network, [PICTURE]), PICTURE)
    assert form is not None
    limits = [
        (form.most_pixels, "pixels"),
        (form.most_side, "pixels on the longer side"),
        (form.most_short_side, "pixels on the shorter side"),
    ]
    size = [] if form.most_bytes is None else [_bytes(form.most_bytes)]
    return ", ".join([*size, *(f"{limit:,} {unit}" for limit, unit in limits if limit is not None)])


def _shape(network: str) -> str:
    def takes(width: int) -> bool:
        return not ask(network, [changed(PICTURE, width=width, height=1000)]).errors

    return _between(least(1000, takes), most(1000, takes, 100_000), lambda width: f"{width / 1000:.2f}")


CONTAINERS = {"MP4": "video/mp4", "MOV": "video/quicktime", "WebM": "video/webm"}
CODECS = {"H.264": "h264", "HEVC": "hevc", "VP8": "vp8", "VP9": "vp9", "AV1": "av1"}
SOUNDS = {"none": "", "AAC": "aac", "Opus": "opus", "MP3": "mp3"}
PIXELS = ("yuv420p", "yuv422p", "yuv444p", "yuv420p10le")


def videos() -> Rows:
    """What a video must be, by where it is shown."""
    yield "", *(surface.title for surface in SURFACES)
    for title, cell in _OF_VIDEOS.items():
        yield title, *(cell(surface) for surface in SURFACES)


def _named(values: Mapping[str, str], name: str) -> Callable[[Surface], str]:
    return lambda surface: ", ".join(word for word, value in values.items() if surface.takes(**{name: value}))


def _size(surface: Surface) -> str:
    assert surface.video.size_bytes is not None
    good = surface.video.size_bytes
    smallest = least(good, lambda size: surface.takes(size_bytes=size))
    largest = most(good, lambda size: surface.takes(size_bytes=size, duration_ms=None), MOST_BYTES)
    quiet = most(good, lambda size: surface.takes_quietly(size_bytes=size, duration_ms=None), MOST_BYTES)
    return (f"from {_bytes(smallest)} " if smallest else "") + _upto(quiet, largest, _bytes)


def _length(surface: Surface) -> str:
    assert surface.video.duration_ms is not None
    good = surface.video.duration_ms
    shortest = least(good, lambda length: surface.takes(duration_ms=length))
    longest = most(good, lambda length: surface.takes(duration_ms=length), 100_000_000)
    quiet = most(good, lambda length: surface.takes_quietly(duration_ms=length, size_bytes=None), 100_000_000)
    return (f"from {_seconds(shortest)} " if shortest else "") + _upto(quiet, longest, _seconds)


def _sides(surface: Surface) -> str:
    """The smallest and the largest of the same shape, by the longer side."""
    lies = surface.video.width == VIDEO.width

    def sized(longer: int) -> tuple[int, int]:
        shorter = round(longer * 9 / 16)
        return (longer, shorter) if lies else (shorter, longer)

    def takes(longer: int) -> bool:
        width, height = sized(longer)
        return surface.takes(width=width, height=height)

    def shown(longer: int) -> str:
        return "x".join(str(side) for side in sized(longer))

    return _between(least(1280, takes), most(1280, takes, 20_000), shown)


def _ratio(surface: Surface) -> str:
    def takes(width: int) -> bool:
        # Large or small enough for every network's sides: only the shape is asked about.
        return not {"aspect_ratio_not_supported", "option_without_effect"} & set(
            surface.errors(width=width, height=1280)
        )

    good = 2276 if surface.video.width == VIDEO.width else 720
    return _between(least(good, takes), most(good, takes, 100_000), lambda width: f"{width / 1280:.2f}")


def _rate(surface: Surface) -> str:
    def takes(rate: int) -> bool:
        return surface.takes(frames_per_second=float(rate))

    return _between(least(30, takes), most(30, takes, 1000), str)


def _pixels(surface: Surface) -> str:
    taken = [form for form in PIXELS if surface.takes(pixel_format=form)]
    quiet = [form for form in PIXELS if surface.takes_quietly(pixel_format=form)]
    if quiet == list(PIXELS):
        return NONE
    return ", ".join(quiet) + ("; others with a warning" if taken != quiet else "")


_OF_VIDEOS: dict[str, Callable[[Surface], str]] = {
    "container": _named(CONTAINERS, "content_type"),
    "size": _size,
    "length": _length,
    "sides, in its shape": _sides,
    "shape (width : height)": _ratio,
    "frames per second": _rate,
    "codec": _named(CODECS, "video_codec"),
    "sound": _named(SOUNDS, "audio_codec"),
    "pixels": _pixels,
}


def _upto(quiet: int | None, largest: int | None, shown: Callable[[int], str]) -> str:
    if largest is None and quiet is None:
        return NONE
    if quiet == largest:
        assert quiet is not None
        return f"up to {shown(quiet)}"
    above = "above" if largest is None else f"up to {shown(largest)}"
    return (f"up to {shown(quiet)}; " if quiet is not None else "") + f"{above} with a warning"


def _between(smallest: int | None, largest: int | None, shown: Callable[[int], str]) -> str:
    parts = [f"from {shown(smallest)}" if smallest else "", f"to {shown(largest)}" if largest else ""]
    return " ".join(filter(None, parts)) or NONE


UNITS = {"GiB": 1024**3, "MiB": 1024**2, "MB": 1_000_000, "kB": 1_000}


def _bytes(number: int) -> str:
    return next((f"{number // unit} {name}" for name, unit in UNITS.items() if number % unit == 0), f"{number:,} bytes")


def _seconds(milliseconds: int) -> str:
    minutes, rest = divmod(milliseconds, 60_000)
    if rest or minutes < 10:
        return f"{milliseconds / 1000:g} s"
    return f"{minutes} min" if minutes % 60 else f"{minutes // 60} h"
