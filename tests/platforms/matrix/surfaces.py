"""Drafts to ask the networks' rules with, and their answers: nothing is known here, everything is found by asking."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import BaseModel

from dravo.platforms.base import Draft, Findings, Profile
from dravo.platforms.media import Details, DraftMedium
from dravo.platforms.registry import PLATFORMS

PROFILE = Profile("815", "handle", {"author_urn": "urn:li:person:815"})
"""A plain account: no subscription."""

PICTURE = DraftMedium(
    0, "image", "image/jpeg", 500_000, 1000, 1000, None, Details(frames=1, orientation=1, colours="RGB")
)
GIF = replace(PICTURE, content_type="image/gif", details=replace(PICTURE.details, frames=3))
_CODING = Details(rotation=0, video_codec="h264", audio_codec="aac", pixel_format="yuv420p", frames_per_second=30.0)
VIDEO = DraftMedium(0, "video", "video/mp4", 5_000_000, 1280, 720, 10_000, _CODING)
UPRIGHT = replace(VIDEO, width=720, height=1280)


def draft(
    network: str, media: Sequence[DraftMedium], options: Mapping[str, Any] | None = None, text: str = "Hello"
) -> Draft[BaseModel]:
    placed = [replace(medium, index=index) for index, medium in enumerate(media)]
    return Draft(text, placed, PLATFORMS[network].options.model_validate(dict(options or {})), PROFILE)


def ask(
    network: str, media: Sequence[DraftMedium], options: Mapping[str, Any] | None = None, text: str = "Hello"
) -> Findings:
    return PLATFORMS[network].check(draft(network, media, options, text))


@dataclass(frozen=True)
class Surface:
    """Where a network shows a video. `beside` are media that make it one of several."""

    title: str
    network: str
    video: DraftMedium = VIDEO
    options: Mapping[str, Any] = field(default_factory=dict)
    beside: tuple[DraftMedium, ...] = ()

    def errors(self, **changes: Any) -> list[str]:
        """The codes of what is against the video with such changes. What cannot be a reel goes as another video."""
        found = ask(self.network, [changed(self.video, **changes), *self.beside], self.options)
        unfit = [each.code for each in found.warnings if each.pointer.endswith("/as_reel")]
        return [each.code for each in found.errors] + unfit

    def takes(self, **changes: Any) -> bool:
        return not self.errors(**changes)

    def takes_quietly(self, **changes: Any) -> bool:
        """Whether nothing is even warned of that was not warned of before the change."""
        before, after = (
            {each.code for each in ask(self.network, [medium, *self.beside], self.options).warnings}
            for medium in (self.video, changed(self.video, **changes))
        )
        return self.takes(**changes) and after <= before


def changed(medium: DraftMedium, **changes: Any) -> DraftMedium:
    """The medium with such fields, of its own or of its details."""
    of_details = {name: value for name, value in changes.items() if name in Details.__dataclass_fields__}
    own = {name: value for name, value in changes.items() if name not in of_details}
    return replace(medium, **own, details=replace(medium.details, **of_details))


SURFACES = [
    Surface("Facebook video", "facebook"),
    Surface("Facebook reel", "facebook", UPRIGHT, {"as_reel": True}),
    Surface("Instagram reel", "instagram", UPRIGHT),
    Surface("Instagram story", "instagram", UPRIGHT, {"story": True}),
    Surface("Instagram carousel", "instagram", UPRIGHT, beside=(PICTURE,)),
    Surface("TikTok", "tiktok", UPRIGHT),
    Surface("LinkedIn", "linkedin"),
    Surface("X", "x"),
]


def least(good: int, ok: Callable[[int], bool], bottom: int = 1) -> int | None:
    """The smallest number down to which all is well, from a good one; None where there is no such limit."""
    if ok(bottom):
        return None
    while good - bottom > 1:
        middle = (good + bottom) // 2
        good, bottom = (middle, bottom) if ok(middle) else (good, middle)
    return good


def most(good: int, ok: Callable[[int], bool], top: int) -> int | None:
    """The largest number up to which all is well, from a good one; None where there is no such limit below `top`."""
    if ok(top):
        return None
    while top - good > 1:
        middle = (good + top) // 2
        good, top = (middle, top) if ok(middle) else (good, middle)
    return good
