"""What the readers of the simulated networks see of a post, and where each option is to be found in it.

The fields are those of the ledger (docs/simulator.md).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

JSON = Mapping[str, Any]

PRIVATE = "no public id (the post is private)"
IN_THE_INBOX = "no public id (it lies in the creator's inbox)"


@dataclass(frozen=True, slots=True)
class Seen:
    """A post in the ledger, the comments under it, and the ids of others that its account has with the same text and kind."""

    entry: JSON
    comments: Sequence[str] = ()
    copies: Sequence[str] = ()

    @property
    def public_id(self) -> str:
        """The id that the network's readers know it by, or why there is none: TikTok's posts have one only when everybody may see them."""
        options = self.entry["options"]
        if self.entry["network"] == "tiktok":
            public = options.get("publicaly_available_post_id") or [IN_THE_INBOX if "inbox" in options else PRIVATE]
            return str(public[0])
        return str(options.get("video_id") or self.entry["id"])

    @property
    def media(self) -> Sequence[JSON]:
        """The media of the post itself: the picture of a card is none."""
        media: Sequence[JSON] = () if "article" in self.entry["options"] else self.entry["media"]
        return media


def told_id(result: JSON, options: JSON) -> str:
    """The id that a result tells of a post that is published, or why there is none. `options` are what was said to the network."""
    without = IN_THE_INBOX if options.get("post_mode") == "MEDIA_UPLOAD" else PRIVATE
    return str(result["platform_post_id"] or without)


def find(ledger: Sequence[JSON], result: JSON, own_ids: Collection[str]) -> Seen | None:
    """The one post that a result tells of, without what else `own_ids` have to tell. None: nobody sees it."""
    names = {result["platform_post_id"], result["raw_response"].get("publish_id")} - {None}
    found = [
        entry
        for entry in ledger
        if entry["network"] == result["platform"]
        and not names.isdisjoint({entry["id"], entry["options"].get("video_id")})
    ]
    if len(found) != 1:
        return None
    (entry,) = found
    beneath = [other["text"] for other in ledger if other.get("parent") == entry["id"] and other["id"] not in own_ids]
    copies = [other["id"] for other in ledger if other is not entry and _traits(other) == _traits(entry)]
    return Seen(entry, beneath, copies)


def _traits(entry: JSON) -> tuple[Any, ...]:
    """What two posts of the demo never have in common: each has a text of its own on an account."""
    return tuple(entry[name] for name in ("network", "account", "kind", "text"))


Reads = Callable[[Seen], Any]


def _option(*path: str) -> Reads:
    def read(seen: Seen) -> Any:
        value = seen.entry["options"]
        for name in path:
            value = value[name]
        return value

    return read


def _comment(seen: Seen) -> Any:
    return seen.comments[0] if len(seen.comments) == 1 else list(seen.comments) or None


def _of_each_medium(name: str) -> Reads:
    return lambda seen: [medium.get(name) for medium in seen.entry["media"]]


READS: dict[str, dict[str, Reads]] = {
    "facebook": {
        "as_reel": lambda seen: seen.entry["options"]["edge"] == "video_reels",
        "first_comment": _comment,
    },
    "instagram": {
        "story": lambda seen: seen.entry["options"]["product"] == "STORY",
        "share_to_feed": _option("share_to_feed"),
        "location_id": _option("location_id"),
        "user_tags": lambda seen: seen.entry["media"][0]["user_tags"],
        "collaborators": _option("collaborators"),
        "alt_text": lambda seen: _agreed(_of_each_medium("alt_text")(seen)),
        "cover_url": _option("cover", "sha256"),
        "thumb_offset": _option("thumb_offset"),
        "audio_name": _option("audio_name"),
        "first_comment": _comment,
    },
    "tiktok": {
        name: _option(name)
        for name in (
            *("post_mode", "privacy_level", "disable_comment", "disable_duet", "disable_stitch", "is_aigc"),
            *("brand_content_toggle", "brand_organic_toggle", "auto_add_music"),
            *("video_cover_timestamp_ms", "photo_cover_index"),
        )
    }
    | {"first_comment": _comment},
    "linkedin": {
        "author": _option("author"),
        "visibility": _option("visibility"),
        "disable_reshare": _option("isReshareDisabledByAuthor"),
        "alt_texts": _of_each_medium("alt_text"),
        "article.source": _option("article", "source"),
        "article.title": _option("article", "title"),
        "article.description": _option("article", "description"),
        "article.thumbnail": lambda seen: seen.entry["media"][0]["sha256"],
        "first_comment": _comment,
    },
    "x": {
        "poll.options": _option("poll", "options"),
        "poll.duration_minutes": _option("poll", "duration_minutes"),
        "reply_to": lambda seen: seen.entry["parent"],
        "reply_settings": _option("reply_settings"),
        "place_id": _option("geo", "place_id"),
        "for_super_followers_only": _option("for_super_followers_only"),
        "made_with_ai": _option("made_with_ai"),
        "first_comment": _comment,
    },
}
"""By network and option: where its value is found. What is missing there raises KeyError or IndexError."""


def _agreed(values: list[Any]) -> Any:
    """One value where all are the same."""
    return values[0] if values and all(value == values[0] for value in values) else values
