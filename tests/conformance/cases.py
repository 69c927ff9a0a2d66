"""Each network's plainest post with everything it has, each further kind of post, and what may be expected."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from conformance.samples import Sample, film, gif, picture, tall_film, video
from dravo.kit.http import Request

Is = Callable[[Request], bool]


@dataclass(frozen=True)
class Case:
    """`can_be_asked`: whether a lost post is found again; `comment_can_be_asked` the same for a first comment.

    `at_once`: the first call publishes. `can_be_sent_again`: the network itself makes one post of two such calls, so a lost one is sent once more.

    `scopes` are what the account is known to have granted, where that is known. `media` make the post's samples; `options` are the network's, beside the first comment.
    """

    name: str
    platform: str
    publishes: Is
    comments: Is
    can_be_asked: bool
    comment_can_be_asked: bool = False
    can_be_sent_again: bool = False
    at_once: bool = False
    has_comments: bool = True
    shows_text: bool = True
    attributes: dict[str, Any] = field(default_factory=dict)
    traits: dict[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    media: tuple[Callable[[], Sample], ...] = (picture,)
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def tells_absence(self) -> bool:
        """Whether the network also lets us know, sooner or later, that a post is not there, so that it is sent again."""
        return self.can_be_asked and self.platform != "x" and "photos-listed" not in self.name

    @property
    def refuses_the_last_words(self) -> bool:
        """Facebook refuses a post with the words of the one before, so a second one that is lost stays unknown."""
        return self.platform == "facebook" and self.name in {"facebook", "facebook-text", "facebook-photos"}

    @property
    def has_steps(self) -> bool:
        return not self.at_once and (bool(self.media) or THUMBNAIL in str(self.options))

    def is_step(self, request: Request) -> bool:
        return not self.publishes(request) and not self.comments(request)


def _x_post(request: Request) -> bool:
    return request.path == "/2/tweets" and "reply" not in request.json


def _x_comment(request: Request) -> bool:
    return request.path == "/2/tweets" and "reply" in request.json


def _posts_to(end: str) -> Is:
    return lambda request: request.method == "POST" and request.path.rstrip("/").endswith(end)


def _finishes(edge: str) -> Is:
    """The last of the three phases in which Facebook takes a video."""
    return lambda request: request.path.endswith(edge) and (request.form or {}).get("upload_phase") == "finish"


def _sends_the_last_byte(request: Request) -> bool:
    """The last part of a video for TikTok, which posts from then on."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    if request.method != "PUT" or "content-range" not in headers:
        return False
    last, _, size = headers["content-range"].rpartition("-")[2].partition("/")
    return int(last) + 1 == int(size)


def _never(_request: Request) -> bool:
    return False


PAGE_NUMBER = "4711"
"""Stands for a number of each post's own."""
ORGANIZATION = f"urn:li:organization:{PAGE_NUMBER}"
PAGE: dict[str, Any] = {
    "attributes": {"organizations": [ORGANIZATION]},
    "traits": {"author_urn": ORGANIZATION},
}
"""An account that posts as a LinkedIn page, which LinkedIn can be asked about."""
THUMBNAIL = "a picture of ours"
"""Stands in options for the address of an ingested picture."""

CASES = [
    Case("x", "x", _x_post, _x_comment, can_be_asked=True, comment_can_be_asked=True),
    Case("linkedin-member", "linkedin", _posts_to("/rest/posts"), _posts_to("/comments"), can_be_asked=False),
    Case(
        "linkedin-organization",
        "linkedin",
        _posts_to("/rest/posts"),
        _posts_to("/comments"),
        can_be_asked=True,
        comment_can_be_asked=True,
        **PAGE,
    ),
    Case(
        "x-poll",
        "x",
        _x_post,
        _x_comment,
        can_be_asked=True,
        comment_can_be_asked=True,
        media=(),
        options={"poll": {"options": ["Yes", "No"], "duration_minutes": 60}},
    ),
    Case("x-gif", "x", _x_post, _x_comment, can_be_asked=True, comment_can_be_asked=True, media=(gif,)),
    Case("x-video", "x", _x_post, _x_comment, can_be_asked=True, comment_can_be_asked=True, media=(video,)),
    Case(
        "linkedin-video",
        "linkedin",
        _posts_to("/rest/posts"),
        _posts_to("/comments"),
        can_be_asked=True,
        comment_can_be_asked=True,
        media=(video,),
        **PAGE,
    ),
    Case(
        "linkedin-images",
        "linkedin",
        _posts_to("/rest/posts"),
        _posts_to("/comments"),
        can_be_asked=True,
        comment_can_be_asked=True,
        media=(picture, picture),
        options={"alt_texts": ["One", "Two"]},
        **PAGE,
    ),
    Case(
        "linkedin-card",
        "linkedin",
        _posts_to("/rest/posts"),
        _posts_to("/comments"),
        can_be_asked=True,
        comment_can_be_asked=True,
        media=(),
        options={"article": {"source": "https://example.com/a", "title": "A", "thumbnail": THUMBNAIL}},
        **PAGE,
    ),
    Case("facebook", "facebook", _posts_to("/feed"), _posts_to("/comments"), True, True),
    Case("facebook-text", "facebook", _posts_to("/feed"), _posts_to("/comments"), True, True, media=()),
    Case(
        "facebook-photos", "facebook", _posts_to("/feed"), _posts_to("/comments"), True, True, media=(picture, picture)
    ),
    Case("facebook-video", "facebook", _finishes("/videos"), _posts_to("/comments"), True, True, media=(film,)),
    Case(
        "facebook-reel",
        "facebook",
        _finishes("/video_reels"),
        _posts_to("/comments"),
        True,
        True,
        media=(tall_film,),
        options={"as_reel": True},
    ),
    Case("instagram", "instagram", _posts_to("/media_publish"), _posts_to("/comments"), True, True),
    Case(
        "instagram-by-facebook",
        "instagram",
        _posts_to("/media_publish"),
        _posts_to("/comments"),
        True,
        True,
        attributes={"login": "facebook"},
    ),
    Case(
        "instagram-reel",
        "instagram",
        _posts_to("/media_publish"),
        _posts_to("/comments"),
        True,
        True,
        media=(tall_film,),
        options={"share_to_feed": True, "cover_url": THUMBNAIL},
    ),
    Case(
        "instagram-carousel",
        "instagram",
        _posts_to("/media_publish"),
        _posts_to("/comments"),
        True,
        True,
        media=(picture, film),
    ),
    Case(
        "instagram-story",
        "instagram",
        _posts_to("/media_publish"),
        _never,
        True,
        has_comments=False,
        shows_text=False,
        warnings=("text_without_effect", "option_without_effect"),
        media=(tall_film,),
        options={"story": True},
    ),
    Case(
        "tiktok",
        "tiktok",
        _posts_to("/content/init"),
        _never,
        can_be_asked=False,
        has_comments=False,
        warnings=("first_comment_not_supported",),
    ),
    Case(
        "tiktok-photos-listed",
        "tiktok",
        _posts_to("/content/init"),
        _never,
        can_be_asked=True,
        has_comments=False,
        warnings=("first_comment_not_supported",),
        attributes={"private": False, "audited": True},
        scopes=("user.info.basic", "video.publish", "video.upload", "video.list"),
        media=(picture, picture),
        options={"privacy_level": "PUBLIC_TO_EVERYONE"},
    ),
    Case(
        "tiktok-photos-draft",
        "tiktok",
        _posts_to("/content/init"),
        _never,
        can_be_asked=False,
        at_once=True,
        has_comments=False,
        warnings=("first_comment_not_supported",),
        media=(picture, picture),
        options={"post_mode": "MEDIA_UPLOAD", "photo_cover_index": 1},
    ),
    Case(
        "tiktok-video",
        "tiktok",
        _sends_the_last_byte,
        _never,
        can_be_asked=True,
        can_be_sent_again=True,
        has_comments=False,
        warnings=("first_comment_not_supported",),
        attributes={"private": False, "audited": True},
        media=(tall_film,),
        options={"privacy_level": "PUBLIC_TO_EVERYONE"},
    ),
    Case(
        "tiktok-video-draft",
        "tiktok",
        _sends_the_last_byte,
        _never,
        can_be_asked=True,
        can_be_sent_again=True,
        has_comments=False,
        shows_text=False,
        warnings=("text_without_effect", "first_comment_not_supported"),
        media=(tall_film,),
        options={"post_mode": "MEDIA_UPLOAD"},
    ),
]

each = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
each_with_comments = pytest.mark.parametrize(
    "case", [case for case in CASES if case.has_comments], ids=lambda case: case.name
)
