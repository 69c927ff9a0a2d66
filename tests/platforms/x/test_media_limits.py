from typing import Any

import pytest

from dravo.platforms.base import Draft, Findings, Profile
from dravo.platforms.media import Details, DraftMedium, ImageForm
from dravo.platforms.x import PLATFORM
from dravo.platforms.x.config import XConfig
from dravo.platforms.x.options import XOptions
from dravo.settings import Settings

BEST_VIDEO: dict[str, Any] = {
    "kind": "video",
    "content_type": "video/mp4",
    "size_bytes": 1000,
    "width": 1280,
    "height": 720,
    "duration_ms": 30_000,
}
BEST_CODING: dict[str, Any] = {
    "rotation": 0,
    "video_codec": "h264",
    "audio_codec": "aac",
    "pixel_format": "yuv420p",
    "frames_per_second": 30.0,
}
BEST_GIF: dict[str, Any] = {
    "kind": "image",
    "content_type": "image/gif",
    "size_bytes": 1000,
    "width": 100,
    "height": 100,
}
MIB = 1024 * 1024


def draft(medium: DraftMedium, config: dict[str, Any] | None = None, **traits: object) -> Draft[XOptions]:
    return Draft("Hello", [medium], XOptions(), Profile("42", "dravo", traits), config or {})


def found(medium: DraftMedium, config: dict[str, Any] | None = None, **traits: object) -> Findings:
    findings = PLATFORM.check(draft(medium, config, **traits))
    assert {finding.pointer for finding in findings.errors + findings.warnings} <= {"/media_urls/0"}
    return findings


def codes(findings: Findings) -> list[str]:
    return [finding.code for finding in findings.errors]


def video(**facts: Any) -> DraftMedium:
    coding = BEST_CODING | {name: facts.pop(name) for name in list(facts) if name in BEST_CODING}
    return DraftMedium(0, details=Details(**coding), **BEST_VIDEO | facts)


def gif(frames: int | None = 2, **facts: Any) -> DraftMedium:
    return DraftMedium(0, details=Details(frames=frames), **BEST_GIF | facts)


VIDEO_EDGES: list[tuple[dict[str, Any], dict[str, Any], str, list[str]]] = [
    # accepted, refused, the code, what the sentence says
    ({"content_type": "video/quicktime"}, {"content_type": "video/webm"}, "media_type_not_supported", ["MP4", "webm"]),
    ({"size_bytes": 512 * MIB}, {"size_bytes": 512 * MIB + 1}, "media_too_large", ["536870912", "536870913"]),
    ({"duration_ms": 500}, {"duration_ms": 499}, "duration_not_supported", ["0.5", "0.499 s", "longer"]),
    ({"duration_ms": 140_000}, {"duration_ms": 140_001}, "duration_not_supported", ["140", "140.001 s", "shorten"]),
    ({"width": 1280}, {"width": 1281}, "resolution_not_supported", ["1280x1024", "1281x720"]),
    ({"height": 1024}, {"height": 1025}, "resolution_not_supported", ["1280x1024", "1280x1025"]),
    ({"width": 1024, "height": 1280}, {"width": 1025, "height": 1280}, "resolution_not_supported", ["1025x1280"]),
    ({"width": 32, "height": 32}, {"width": 32, "height": 31}, "resolution_not_supported", ["32x32", "32x31"]),
    ({"width": 1200, "height": 400}, {"width": 1201, "height": 400}, "aspect_ratio_not_supported", ["3:1", "1201x400"]),
    ({"width": 400, "height": 1200}, {"width": 400, "height": 1201}, "aspect_ratio_not_supported", ["1:3", "400x1201"]),
    ({"frames_per_second": 60.02}, {"frames_per_second": 61.0}, "frame_rate_not_supported", ["60", "61"]),
    ({"video_codec": "h264"}, {"video_codec": "hevc"}, "codec_not_supported", ["H.264", "hevc"]),
    ({"audio_codec": ""}, {"audio_codec": "opus"}, "codec_not_supported", ["AAC", "opus"]),
    ({"pixel_format": "yuvj420p"}, {"pixel_format": "yuv422p"}, "pixel_format_not_supported", ["yuv420p", "yuv422p"]),
]


@pytest.mark.parametrize(("accepted", "refused", "code", "said"), VIDEO_EDGES)
def test_video_is_judged_at_its_edges(
    accepted: dict[str, Any], refused: dict[str, Any], code: str, said: list[str]
) -> None:
    assert codes(found(video(**accepted))) == []
    findings = found(video(**refused))
    assert codes(findings) == [code]
    assert [words for words in said if words not in findings.errors[0].message] == []


@pytest.mark.parametrize("unknown", [*BEST_VIDEO, *BEST_CODING])
def test_what_is_not_known_of_a_video_is_judged_later(unknown: str) -> None:
    kept = {"kind": "video"} if unknown == "kind" else {unknown: None}
    assert codes(found(video(**kept))) == []


def test_video_is_measured_as_it_is_shown() -> None:
    assert codes(found(video(width=1024, height=1280, rotation=90))) == []
    assert "720x1281" in found(video(width=1281, height=720, rotation=90)).errors[0].message


def test_long_video_of_a_premium_account_is_a_warning() -> None:
    findings = found(video(duration_ms=600_000), premium=True)
    assert codes(findings) == []
    assert [finding.code for finding in findings.warnings] == ["may_be_refused"]
    assert "600 s" in findings.warnings[0].message
    assert codes(found(video(duration_ms=499), premium=True)) == ["duration_not_supported"]
    assert found(video(duration_ms=140_000), premium=True).warnings == []


def test_deployment_says_how_large_videos_are() -> None:
    config = {"video_long_side": 1920, "video_short_side": 1200, "another": "setting"}
    assert codes(found(video(width=1920, height=1200), config)) == []
    assert codes(found(video(width=1921, height=1200), config)) == ["resolution_not_supported"]
    assert codes(found(video(width=1920, height=1201), config)) == ["resolution_not_supported"]
    assert codes(found(video(width=1080, height=1920), config)) == []


def test_what_a_deployment_may_set_is_what_settings_know() -> None:
    settings = {
        name.removeprefix("x_"): field.default for name, field in Settings.model_fields.items() if name.startswith("x_")
    }
    assert XConfig().model_dump() == settings
    assert PLATFORM.config is XConfig


GIF_EDGES: list[tuple[DraftMedium, DraftMedium, str, list[str]]] = [
    (gif(size_bytes=15 * MIB), gif(size_bytes=15 * MIB + 1), "media_too_large", ["15728640", "15728641"]),
    (gif(width=1280), gif(width=1281), "resolution_not_supported", ["1280x1080", "1281x100"]),
    (
        gif(width=1280, height=1080),
        gif(width=1280, height=1081),
        "resolution_not_supported",
        ["1280x1080", "1280x1081"],
    ),
    (gif(frames=350), gif(frames=351), "media_too_many_frames", ["350", "351"]),
    (
        gif(width=1000, height=1000, frames=300),
        gif(width=1000, height=1000, frames=301),
        "media_too_many_pixels",
        ["300 million", "301.0 million"],
    ),
]


@pytest.mark.parametrize(("accepted", "refused", "code", "said"), GIF_EDGES)
def test_gif_is_judged_at_its_edges(accepted: DraftMedium, refused: DraftMedium, code: str, said: list[str]) -> None:
    assert codes(found(accepted)) == []
    findings = found(refused)
    assert codes(findings) == [code]
    assert [words for words in said if words not in findings.errors[0].message] == []


def test_what_is_not_known_of_a_gif_is_judged_later() -> None:
    assert codes(found(gif(frames=None, size_bytes=6 * MIB))) == []
    assert codes(found(gif(frames=1000, width=None))) == ["media_too_many_frames"]
    assert codes(found(gif(frames=None, size_bytes=16 * MIB))) == ["media_too_large"]


@pytest.mark.parametrize("content_type", ["image/webp", "image/png"])
def test_moving_picture_other_than_a_gif_is_refused(content_type: str) -> None:
    findings = found(gif(content_type=content_type))
    assert codes(findings) == ["media_type_not_supported"]
    assert content_type in findings.errors[0].message
    assert PLATFORM.image_form(draft(gif(content_type=content_type)), gif(content_type=content_type)) is None


STILLS = [
    DraftMedium(0, "image", "image/bmp", 1000, 10, 10),
    DraftMedium(0, "image", "image/png", 90_000_000, 9000, 9000),
    DraftMedium(0, "image", "image/jpeg", 1000, 10, 10, None, Details(frames=1, orientation=6, colours="CMYK")),
    gif(frames=1, size_bytes=16 * MIB, width=4000, height=4000),
]


@pytest.mark.parametrize("medium", STILLS)
def test_still_picture_outside_of_the_form_is_brought_into_it(medium: DraftMedium) -> None:
    assert codes(found(medium)) == []
    form = PLATFORM.image_form(draft(medium), medium)
    assert form is not None
    assert form.faults(medium) != []


@pytest.mark.parametrize(
    ("size", "content_type", "frames", "as_it_is"),
    [
        (5_000_000, "image/png", 1, True),
        (5_000_001, "image/png", 1, False),
        (5_000_000, "image/webp", None, True),
        (5_000_000, "image/jpeg", None, True),
        (5_000_000, "image/gif", 1, True),
        (5_000_001, "image/gif", 1, False),
    ],
)
def test_still_picture_within_the_form_goes_as_it_is(
    size: int, content_type: str, frames: int | None, *, as_it_is: bool
) -> None:
    medium = gif(frames=frames, content_type=content_type, size_bytes=size)
    form = PLATFORM.image_form(draft(medium), medium)
    assert isinstance(form, ImageForm)
    assert (form.faults(medium) == []) is as_it_is


@pytest.mark.parametrize("medium", [video(), gif(frames=2), gif(frames=None), DraftMedium(0)])
def test_what_moves_or_may_move_is_not_converted(medium: DraftMedium) -> None:
    assert PLATFORM.image_form(draft(medium), medium) is None
