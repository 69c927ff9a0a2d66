"""What the demo of everything says: five posts that together set every option of every network.

The first two go to all networks. Options that exclude a medium, or each other, are in the three that follow.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

PAGE = "urn:li:organization:2414183"
"""The LinkedIn page that the demo's member may post for."""

ATTRIBUTES: dict[str, dict[str, Any]] = {
    "x": {"subscriptions": True},
    "linkedin": {"organizations": [PAGE]},
    "facebook": {},
    "instagram": {},
    "tiktok": {"private": False, "audited": True},
}
"""What is special about the demo's accounts (docs/simulator.md), without which a network would refuse some options."""

FILM = "film"
PICTURES = ("picture 1", "picture 2", "picture 3", "picture 4")
COVER, CARD = "cover", "card"
"""The names of the demo's media."""


@dataclass(frozen=True, slots=True)
class Saying:
    """One post. `media` are names of media; `options` are those of each network that it goes to."""

    name: str
    text: str
    options: Mapping[str, Mapping[str, Any]]
    media: tuple[str, ...] = field(default=())


def to_everybody(moment: str, addresses: Mapping[str, str]) -> list[Saying]:
    """The posts that go to all five networks; `addresses` are those of the media by name, `moment` makes texts differ."""
    return [_video(moment, addresses), _pictures(moment)]


def to_some(moment: str, addresses: Mapping[str, str], earlier_on_x: str) -> list[Saying]:
    """The posts with what did not go with those, to the networks concerned; `earlier_on_x` is the id of a post there."""
    return [_text(moment, addresses, earlier_on_x), _story_and_draft(moment), _reel(moment)]


def _video(moment: str, addresses: Mapping[str, str]) -> Saying:
    return Saying(
        name="video",
        text=f"One video, five networks ({moment}). äöü & <tags> 🎬 #dravo",
        media=(FILM,),
        options={
            "facebook": {"as_reel": True, "first_comment": "The first comment came with the same request."},
            "instagram": {
                "share_to_feed": True,
                "location_id": "107677462599905",
                "collaborators": ["dravo.studio", "acme"],
                "cover_url": addresses[COVER],
                "audio_name": "Five notes",
                "first_comment": "#oneapi #selfhosted",
            },
            "tiktok": {
                "post_mode": "DIRECT_POST",
                "privacy_level": "PUBLIC_TO_EVERYONE",
                "disable_comment": True,
                "disable_duet": True,
                "disable_stitch": True,
                "is_aigc": True,
                "brand_content_toggle": True,
                "brand_organic_toggle": True,
                "video_cover_timestamp_ms": 2500,
                "first_comment": "TikTok has no call for this.",
            },
            "linkedin": {
                "author": PAGE,
                "visibility": "PUBLIC",
                "disable_reshare": True,
                "first_comment": "Implementation [notes] below.",
            },
            "x": {
                "reply_settings": "following",
                "place_id": "df51dec6f4ee2b2c",
                "made_with_ai": True,
                "first_comment": "Follow-up in the thread.",
            },
        },
    )


def _pictures(moment: str) -> Saying:
    described = [f"The number {number} on a coloured ground" for number in range(1, len(PICTURES) + 1)]
    return Saying(
        name="pictures",
        text=f"Four pictures, five networks ({moment}). äöü & <tags> 📷 #dravo",
        media=PICTURES,
        options={
            "facebook": {"first_comment": "Which of the four is yours?"},
            "instagram": {
                "location_id": "107677462599905",
                "collaborators": ["acme"],
                "user_tags": [{"username": "dravo.studio", "x": 0.25, "y": 0.75}],
                "alt_text": "A number on a coloured ground",
                "first_comment": "#four",
            },
            "tiktok": {
                "post_mode": "DIRECT_POST",
                "privacy_level": "SELF_ONLY",
                "disable_comment": True,
                "brand_content_toggle": False,
                "brand_organic_toggle": True,
                "auto_add_music": True,
                "photo_cover_index": 2,
            },
            "linkedin": {
                "visibility": "CONNECTIONS",
                "disable_reshare": False,
                "alt_texts": described,
                # A comment a minute is what LinkedIn takes of a member, and the video's is one.
            },
            "x": {"for_super_followers_only": True, "first_comment": "The third one, say we."},
        },
    )


def _text(moment: str, addresses: Mapping[str, str], earlier_on_x: str) -> Saying:
    """What takes no media beside it: a poll and a card."""
    return Saying(
        name="text",
        text=f"A poll here and a card there ({moment}).",
        options={
            "x": {
                "reply_to": earlier_on_x,
                "poll": {"options": ["Ship now", "Schedule it", "Neither"], "duration_minutes": 90},
            },
            "linkedin": {
                "article": {
                    "source": "https://example.com/one-api?for=everything",
                    "title": "One API",
                    "description": "For every social network, on your own machines",
                    "thumbnail": addresses[CARD],
                }
            },
        },
    )


def _story_and_draft(moment: str) -> Saying:
    """What is not seen as a post: a story goes after a day, a draft waits for its creator."""
    return Saying(
        name="story, draft",
        text=f"A story here and a draft there ({moment}).",
        media=PICTURES[:1],
        options={"instagram": {"story": True}, "tiktok": {"post_mode": "MEDIA_UPLOAD"}},
    )


def _reel(moment: str) -> Saying:
    """Instagram's cover once more, from within the film: a picture of one's own goes before it."""
    return Saying(
        name="reel",
        text=f"A reel with a cover from within ({moment}).",
        media=(FILM,),
        options={"instagram": {"thumb_offset": 1200}},
    )
