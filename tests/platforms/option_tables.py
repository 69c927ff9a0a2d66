"""Every option of X and LinkedIn with a value, the field in which it goes over the wire, and where readers find it again.

Three tests walk these tables: against the option models and the documents, on the wire, and through the simulated networks.
A new option without a row here, or a row without an option, fails the first.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

JSON = dict[str, Any]
PICTURE_URL = "https://house.test/the-address-of-an-ingested-picture"
"""Stands in a value for the address of a picture; the tests put a real one in its place."""

PAGE = "urn:li:organization:815"
EARLIER_POST = "0000000000000000815"
"""Stands for the id of a post of the same account."""


@dataclass(frozen=True)
class Row:
    """One option. `beside` are options that it cannot do without, `media` the number of pictures of the post.

    `wire` finds the value in the body of the call that publishes (or comments), `read` finds it among what the network's
    readers see: the ledger's entries of the post and its comment.
    """

    path: str
    value: Any
    wire: Callable[[JSON], Any]
    read: Callable[[JSON], Any]
    beside: Mapping[str, Any] | None = None
    media: int = 0
    comments: bool = False
    sent_as: Callable[[Any], Any] = lambda value: value

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
        media=1,
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
        media=2,
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

TABLES: dict[str, list[Row]] = {"x": X, "linkedin": LINKEDIN}
