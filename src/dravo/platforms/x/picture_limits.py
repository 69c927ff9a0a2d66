"""X's rules for pictures: the form of still ones, and how much may move in a GIF.

Source: X docs `media/introduction` and `media/quickstart/best-practices` (read 2026-08-22). "MB" is not defined there: stills
are made to fit the smaller reading, and a GIF is refused when it exceeds both.
"""

from typing import Any

from dravo.platforms.base import Draft, Findings
from dravo.platforms.media import DraftMedium, ImageForm

GIF = "image/gif"
STILL = ImageForm(types=("image/jpeg", "image/png", "image/webp"), most_bytes=5_000_000)
STILL_GIF = ImageForm(types=(*STILL.types, GIF), most_bytes=STILL.most_bytes)
"""A GIF of one frame is a picture like others, which X takes as it is."""

MOST_GIF_BYTES = 15 * 1024 * 1024
MOST_GIF_SIDES = (1280, 1080)
MOST_GIF_FRAMES = 350
MOST_GIF_PIXELS = 300_000_000
"""Width times height times frames."""


def image_form(_draft: Draft[Any], medium: DraftMedium) -> ImageForm | None:
    """What X takes of a still picture. What moves, or may move for all that is known, stays as it is."""
    if medium.kind != "image" or medium.moves:
        return None
    if medium.content_type == GIF:
        return STILL_GIF if medium.details.frames == 1 else None
    return STILL


def check_picture(medium: DraftMedium, findings: Findings) -> None:
    """What is wrong with a picture and cannot be mended here. Stills are brought into their form, so that leaves what moves."""
    if medium.kind == "video":
        return
    pointer = f"/media_urls/{medium.index}"
    if medium.moves and medium.content_type not in {GIF, None}:
        findings.error(
            pointer,
            "media_type_not_supported",
            f"X shows movement in GIFs and videos only, and this is a moving {medium.content_type}; convert it to a GIF or "
            "an MP4 video, or send one of its frames.",
        )
    if medium.content_type == GIF:
        _gif(medium, pointer, findings)


def _gif(medium: DraftMedium, pointer: str, findings: Findings) -> None:
    if medium.details.frames == 1:
        return
    if medium.size_bytes is not None and medium.size_bytes > MOST_GIF_BYTES:
        findings.error(
            pointer,
            "media_too_large",
            f"X takes GIFs of at most 15 MB ({MOST_GIF_BYTES} bytes) and this one has {medium.size_bytes} bytes; make it "
            "smaller or shorter, or send it as an MP4 video.",
        )
    sides = medium.width, medium.height
    if sides[0] is not None and sides[1] is not None:
        longer, shorter = max(sides[0], sides[1]), min(sides[0], sides[1])
        if longer > MOST_GIF_SIDES[0] or shorter > MOST_GIF_SIDES[1]:
            findings.error(
                pointer,
                "resolution_not_supported",
                f"X takes GIFs of at most {MOST_GIF_SIDES[0]}x{MOST_GIF_SIDES[1]} pixels and this one is "
                f"{sides[0]}x{sides[1]}; scale it down.",
            )
    _movement(medium, pointer, findings)


def _movement(medium: DraftMedium, pointer: str, findings: Findings) -> None:
    frames = medium.details.frames
    if frames is None:
        return
    if frames > MOST_GIF_FRAMES:
        findings.error(
            pointer,
            "media_too_many_frames",
            f"X takes GIFs of at most {MOST_GIF_FRAMES} frames and this one has {frames}; shorten it, or send it as an MP4 "
            "video.",
        )
    pixels = (medium.width or 0) * (medium.height or 0) * frames
    if pixels > MOST_GIF_PIXELS:
        findings.error(
            pointer,
            "media_too_many_pixels",
            f"X takes GIFs of at most {MOST_GIF_PIXELS // 1_000_000} million pixels over all frames and this one has "
            f"{pixels / 1_000_000:.1f} million; make it smaller or shorter, or send it as an MP4 video.",
        )
