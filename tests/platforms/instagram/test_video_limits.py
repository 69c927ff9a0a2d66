from dataclasses import replace
from typing import Any

import pytest

from platforms.instagram.test_limits import FILM, JPEG, SOUND, check, errors, warnings

KINDS: dict[str, tuple[list[dict[str, Any]], dict[str, Any]]] = {
    "reel": ([], {}),
    "carousel": ([JPEG], {}),
    "story": ([], {"story": True}),
}
each_kind = pytest.mark.parametrize("kind", KINDS)


def found(kind: str, facts: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Codes of what is refused about the video and of what is warned of."""
    beside, options = KINDS[kind]
    findings = check(FILM | facts, *beside, **options)
    assert {pointer for pointer, _ in errors(findings)} <= {"/media_urls/0"}
    warned = [code for pointer, code in warnings(findings) if pointer == "/media_urls/0"]
    return [code for _, code in errors(findings)], warned


@each_kind
@pytest.mark.parametrize(
    ("content_type", "fits"), [("video/mp4", True), ("video/quicktime", True), ("video/webm", False)]
)
def test_containers(kind: str, content_type: str, fits: bool) -> None:
    assert found(kind, {"content_type": content_type}) == ([] if fits else ["media_type_not_supported"], [])


@pytest.mark.parametrize(
    ("kind", "shortest", "longest"), [("reel", 3_000, 900_000), ("carousel", 3_000, 900_000), ("story", 3_000, 60_000)]
)
def test_lengths(kind: str, shortest: int, longest: int) -> None:
    for length in (shortest - 100, shortest, longest, longest + 100):
        assert found(kind, {"duration_ms": length})[0] == []
    for length in (shortest - 101, longest + 101):
        assert found(kind, {"duration_ms": length})[0] == ["duration_not_supported"]


@pytest.mark.parametrize(("kind", "warned"), [("reel", []), ("carousel", ["may_be_refused"])])
def test_a_carousel_may_want_shorter_videos(kind: str, warned: list[str]) -> None:
    assert found(kind, {"duration_ms": 60_100}) == ([], [])
    assert found(kind, {"duration_ms": 60_101}) == ([], warned)


@pytest.mark.parametrize(("kind", "most"), [("reel", 300), ("carousel", 300), ("story", 100)])
def test_sizes_in_both_readings(kind: str, most: int) -> None:
    length = {"duration_ms": 900_000} if kind != "story" else {"duration_ms": 60_000}
    sizes = {most * 1_000_000: ([], 0), most * 1_048_576: ([], 1), most * 1_048_576 + 1: (["media_too_large"], 0)}
    for size, (refused, warned) in sizes.items():
        codes = found(kind, {"size_bytes": size} | length)
        # A carousel's long video is warned of for its length as well.
        assert (codes[0], len(codes[1]) - (kind == "carousel")) == (refused, warned)


@each_kind
def test_rates_of_bytes(kind: str) -> None:
    assert found(kind, {"size_bytes": 31_250_000}) == ([], [])
    assert found(kind, {"size_bytes": 31_250_001}) == ([], ["may_be_refused"])


@each_kind
def test_width_is_that_which_people_see(kind: str) -> None:
    turned = {"details": replace(SOUND, rotation=90)}
    assert found(kind, {"width": 1920, "height": 1080}) == ([], [])
    assert found(kind, {"width": 1921, "height": 1080}) == (["resolution_not_supported"], [])
    assert found(kind, {"width": 2000, "height": 1080} | turned) == ([], [])
    assert found(kind, {"width": 1080, "height": 2000} | turned) == (["resolution_not_supported"], [])


@pytest.mark.parametrize(
    ("kind", "width", "height", "fits"),
    [
        ("reel", 1000, 100, True),
        ("reel", 1001, 100, False),
        ("reel", 20, 2000, True),
        ("reel", 19, 2000, False),
        ("carousel", 20, 2000, True),
        ("carousel", 1001, 100, False),
        ("story", 1000, 100, True),
        ("story", 1001, 100, False),
        ("story", 200, 2000, True),
        ("story", 199, 2000, False),
    ],
)
def test_shapes(kind: str, width: int, height: int, fits: bool) -> None:
    expected = [] if fits else ["aspect_ratio_not_supported"]
    assert found(kind, {"width": width, "height": height}) == (expected, [])


@each_kind
@pytest.mark.parametrize(
    ("rate", "fits"), [(22.4, False), (22.98, True), (23.976, True), (60.02, True), (60.6, False), (120, False)]
)
def test_frames_per_second(kind: str, rate: float, fits: bool) -> None:
    details = replace(SOUND, frames_per_second=rate)
    assert found(kind, {"details": details}) == ([] if fits else ["frame_rate_not_supported"], [])


@each_kind
@pytest.mark.parametrize(
    ("video", "audio", "fits"),
    [
        ("h264", "aac", True),
        ("hevc", "", True),
        ("vp9", "aac", False),
        ("av1", "aac", False),
        ("h264", "opus", False),
        ("h264", "mp3", False),
    ],
)
def test_codecs(kind: str, video: str, audio: str, fits: bool) -> None:
    details = replace(SOUND, video_codec=video, audio_codec=audio)
    assert found(kind, {"details": details}) == ([] if fits else ["codec_not_supported"], [])


@each_kind
@pytest.mark.parametrize(("pixels", "warned"), [("yuv420p10le", []), ("yuvj420p", []), ("yuv422p", ["may_be_refused"])])
def test_pixels(kind: str, pixels: str, warned: list[str]) -> None:
    assert found(kind, {"details": replace(SOUND, pixel_format=pixels)}) == ([], warned)


@each_kind
def test_what_is_not_known_is_judged_later(kind: str) -> None:
    beside, options = KINDS[kind]
    assert not check({"kind": "video"}, *beside, **options).errors


LIMITS: list[tuple[dict[str, Any], str, str]] = [
    ({"content_type": "video/webm"}, "video/webm", "convert it to MP4"),
    ({"size_bytes": 400_000_000}, "300 MB", "compress"),
    ({"duration_ms": 2_000}, "2 s", "make it longer"),
    ({"duration_ms": 1_000_000}, "1000 s", "shorten it"),
    ({"width": 3840}, "3840x1920", "scale it down"),
    ({"width": 1800, "height": 100}, "1800x100", "crop it"),
    ({"details": replace(SOUND, frames_per_second=90)}, "90", "convert it"),
    ({"details": replace(SOUND, video_codec="vp9")}, "vp9", "convert it to H.264"),
    ({"details": replace(SOUND, audio_codec="opus")}, "opus", "to AAC"),
]


@pytest.mark.parametrize(("facts", "value", "way_out"), LIMITS)
def test_a_refusal_names_what_was_found_and_the_way_out(facts: dict[str, Any], value: str, way_out: str) -> None:
    (refused,) = check(FILM | facts).errors
    assert value in refused.message
    assert way_out in refused.message


def test_a_long_story_can_be_a_reel() -> None:
    (refused,) = check(FILM | {"duration_ms": 61_000}, story=True).errors
    assert "publish it as a reel" in refused.message
