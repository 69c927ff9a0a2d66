"""Every option of a network in depth with a value, the field in which it goes over the wire, and where readers find it again.

Three tests walk these tables: against the option models and the documents, on the wire, and through the simulated networks.
A new option without a row here, or a row without an option, fails the first.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

JSON = dict[str, Any]
PICTURE_URL = "https://house.test/the-address-of-an-ingested-picture"
"""Stands in a value for the address of a picture; the tests put a real one in its place."""

PAGE = "urn:li:organization:815"
EARLIER_POST = "0000000000000000815"
"""Stands for the id of a post of the same account."""


Kind = Literal["picture", "film", "tall film"]


@dataclass(frozen=True)
class Row:
    """One option. `beside` are options that it cannot do without, `media` the kinds of the post's media.

    `wire` finds the value in the body of the call that publishes (or comments; `prepared` there are the bodies of the calls
    that prepare it, `path` its path), `read` finds it among what the network's readers see: the ledger's entries of the post
    and its comment.
    """

    path: str
    value: Any
    wire: Callable[[JSON], Any]
    read: Callable[[JSON], Any]
    beside: Mapping[str, Any] | None = None
    media: tuple[Kind, ...] = ()
    comments: bool = False
    sent_as: Callable[[Any], Any] = lambda value: value

    @property
    def is_sent(self) -> bool:
        """Whether the network has a field for it at all; one that it has not is warned of."""
        return self.wire is not _nowhere

    def options(self) -> JSON:
        """`platform_options.<network>` with this option set."""
        made: JSON = {}
        for path, value in {**(self.beside or {}), self.path: self.value}.items():
            *parents, name = path.split(".")
            inner = made
            for parent in parents:
                inner = inner.setdefault(parent, {})
            inner[name] = value
        return made


POLL = {"poll.options": ["Yes", "No"], "poll.duration_minutes": 60}
CARD = {"article.source": "https://example.com/card"}

X = [
    Row(
        "poll.options",
        ["Ship now", "Schedule it", "Neither"],
        lambda body: body["poll"]["options"],
        lambda item: item["options"]["poll"]["options"],
        beside=POLL,
    ),
    Row(
        "poll.duration_minutes",
        90,
        lambda body: body["poll"]["duration_minutes"],
        lambda item: item["options"]["poll"]["duration_minutes"],
        beside=POLL,
    ),
    Row("first_comment", "And a reply.", lambda body: body["text"], lambda item: item["text"], comments=True),
    Row(
        "reply_settings",
        "following",
        lambda body: body["reply_settings"],
        lambda item: item["options"]["reply_settings"],
    ),
    Row("reply_to", EARLIER_POST, lambda body: body["reply"]["in_reply_to_tweet_id"], lambda item: item["parent"]),
    Row(
        "place_id",
        "00a0000000000000",
        lambda body: body["geo"]["place_id"],
        lambda item: item["options"]["geo"]["place_id"],
    ),
    Row(
        "for_super_followers_only",
        True,
        lambda body: body["for_super_followers_only"],
        lambda item: item["options"]["for_super_followers_only"],
    ),
    Row(
        "made_with_ai",
        True,
        lambda body: body["made_with_ai"],
        lambda item: item["options"]["made_with_ai"],
        media=("picture",),
    ),
]

LINKEDIN = [
    Row("visibility", "CONNECTIONS", lambda body: body["visibility"], lambda item: item["options"]["visibility"]),
    Row(
        "disable_reshare",
        True,
        lambda body: body["isReshareDisabledByAuthor"],
        lambda item: item["options"]["isReshareDisabledByAuthor"],
    ),
    Row(
        "alt_texts",
        ["A dashboard", "Its settings"],
        lambda body: [image["altText"] for image in body["content"]["multiImage"]["images"]],
        lambda item: [medium["alt_text"] for medium in item["media"]],
        media=("picture", "picture"),
    ),
    Row(
        "article.source",
        "https://example.com/a?b=c",
        lambda body: body["content"]["article"]["source"],
        lambda item: item["options"]["article"]["source"],
    ),
    Row(
        "article.title",
        "Social media APIs",
        lambda body: body["content"]["article"]["title"],
        lambda item: item["options"]["article"]["title"],
        beside=CARD,
    ),
    Row(
        "article.description",
        "A practical guide",
        lambda body: body["content"]["article"]["description"],
        lambda item: item["options"]["article"]["description"],
        beside=CARD,
    ),
    Row(
        "article.thumbnail",
        PICTURE_URL,
        lambda body: body["content"]["article"]["thumbnail"].startswith("urn:li:image:"),
        lambda item: [medium["content_type"] for medium in item["media"]] == ["image/jpeg"],
        beside=CARD,
        sent_as=lambda _url: True,
    ),
    Row("author", PAGE, lambda body: body["author"], lambda item: item["options"]["author"]),
    Row(
        "first_comment",
        "More [notes] below.",
        lambda body: body["message"]["text"],
        lambda item: item["text"],
        comments=True,
    ),
]

PICTURE: tuple[Kind, ...] = ("picture",)
FILM: tuple[Kind, ...] = ("tall film",)


def _container(name: str) -> Callable[[JSON], Any]:
    """A field of a call that prepares an Instagram post; lists go there as JSON text."""

    def find(body: JSON) -> Any:
        value = next(form for form in body["prepared"] if name in form)[name]
        return json.loads(value) if value.startswith(("[", "{")) or value.isdecimal() or value == "true" else value

    return find


def _shown(name: str) -> Callable[[JSON], Any]:
    return lambda item: item["options"][name]


FACEBOOK = [
    Row(
        "as_reel",
        True,
        lambda body: body["path"].endswith("/video_reels"),
        lambda item: item["options"]["edge"] == "video_reels",
        media=FILM,
    ),
    Row(
        "first_comment",
        "Below it: äöü & <tags>",
        lambda body: body["message"],
        lambda item: item["text"],
        comments=True,
    ),
]

INSTAGRAM = [
    Row(
        "story",
        True,
        lambda body: body["prepared"][-1].get("media_type") == "STORIES",
        lambda item: item["options"]["product"] == "STORY",
        media=PICTURE,
    ),
    Row(
        "first_comment",
        "#launch #socialapi",
        lambda body: body["message"],
        lambda item: item["text"],
        media=PICTURE,
        comments=True,
    ),
    Row("share_to_feed", True, _container("share_to_feed"), _shown("share_to_feed"), media=FILM),
    Row(
        "location_id",
        "17841400000000000",
        lambda body: next(form for form in body["prepared"] if "location_id" in form)["location_id"],
        _shown("location_id"),
        media=PICTURE,
    ),
    Row(
        "user_tags",
        [{"username": "dravo", "x": 0.25, "y": 0.75}],
        _container("user_tags"),
        lambda item: item["media"][0]["user_tags"],
        media=PICTURE,
    ),
    Row("collaborators", ["dravo", "acme"], _container("collaborators"), _shown("collaborators"), media=PICTURE),
    Row("alt_text", "A dashboard", _container("alt_text"), lambda item: item["media"][0]["alt_text"], media=PICTURE),
    Row(
        "cover_url",
        PICTURE_URL,
        lambda body: any(form.get("cover_url", "").startswith("http") for form in body["prepared"]),
        lambda item: item["options"]["cover"]["content_type"] == "image/jpeg",
        media=FILM,
        sent_as=lambda _url: True,
    ),
    Row("thumb_offset", 1200, _container("thumb_offset"), _shown("thumb_offset"), media=FILM),
    Row("audio_name", "Original audio", _container("audio_name"), _shown("audio_name"), media=FILM),
]


def _nowhere(_item: JSON) -> Any:
    """Of an option that TikTok has no field for."""
    raise KeyError("nowhere")


def _info(name: str) -> Callable[[JSON], Any]:
    """A setting of a TikTok post."""
    return lambda body: body["post_info"][name]


def _post_mode(body: JSON) -> Any:
    """Photos say it in the body; of a video the path says it."""
    return body.get("post_mode") or ("MEDIA_UPLOAD" if "/inbox/" in body["path"] else "DIRECT_POST")


FRIENDS = {"privacy_level": "MUTUAL_FOLLOW_FRIENDS"}

TIKTOK = [
    Row("post_mode", "MEDIA_UPLOAD", _post_mode, _shown("post_mode"), media=PICTURE),
    Row(
        "privacy_level",
        "MUTUAL_FOLLOW_FRIENDS",
        _info("privacy_level"),
        _shown("privacy_level"),
        media=PICTURE,
    ),
    Row("disable_comment", True, _info("disable_comment"), _shown("disable_comment"), media=PICTURE),
    Row("disable_duet", True, _info("disable_duet"), _shown("disable_duet"), media=FILM),
    Row("disable_stitch", True, _info("disable_stitch"), _shown("disable_stitch"), media=FILM),
    Row("is_aigc", True, _info("is_aigc"), _shown("is_aigc"), media=FILM),
    Row(
        "brand_content_toggle",
        True,
        _info("brand_content_toggle"),
        _shown("brand_content_toggle"),
        beside=FRIENDS,
        media=PICTURE,
    ),
    Row("brand_organic_toggle", True, _info("brand_organic_toggle"), _shown("brand_organic_toggle"), media=PICTURE),
    Row("auto_add_music", True, _info("auto_add_music"), _shown("auto_add_music"), media=PICTURE),
    Row(
        "video_cover_timestamp_ms",
        1500,
        _info("video_cover_timestamp_ms"),
        _shown("video_cover_timestamp_ms"),
        media=FILM,
    ),
    Row(
        "photo_cover_index",
        1,
        lambda body: body["source_info"]["photo_cover_index"],
        _shown("photo_cover_index"),
        media=("picture", "picture"),
    ),
    Row("first_comment", "Nowhere to go", _nowhere, _nowhere, media=PICTURE, comments=True),
]

TABLES: dict[str, list[Row]] = {
    "x": X,
    "linkedin": LINKEDIN,
    "facebook": FACEBOOK,
    "instagram": INSTAGRAM,
    "tiktok": TIKTOK,
}
