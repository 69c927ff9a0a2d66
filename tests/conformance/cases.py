"""Each network's plainest post with everything it has, and what the engine may expect of the network."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from dravo.kit.http import Request

Is = Callable[[Request], bool]


@dataclass(frozen=True)
class Case:
    """`can_be_asked`: whether a lost post is found again; `comment_can_be_asked` the same for a first comment."""

    name: str
    platform: str
    publishes: Is
    comments: Is
    can_be_asked: bool
    comment_can_be_asked: bool = False
    has_comments: bool = True
    attributes: dict[str, Any] = field(default_factory=dict)
    traits: dict[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    def is_step(self, request: Request) -> bool:
        return not self.publishes(request) and not self.comments(request)


def _x_post(request: Request) -> bool:
    return request.path == "/2/tweets" and "reply" not in request.json


def _x_comment(request: Request) -> bool:
    return request.path == "/2/tweets" and "reply" in request.json


def _posts_to(end: str) -> Is:
    return lambda request: request.method == "POST" and request.path.rstrip("/").endswith(end)


def _never(_request: Request) -> bool:
    return False


ORGANIZATION = "urn:li:organization:4711"

CASES = [
    Case("x", "x", _x_post, _x_comment, can_be_asked=True, comment_can_be_asked=True),
    Case("linkedin-member", "linkedin", _posts_to("/rest/posts"), _posts_to("/comments"), can_be_asked=False),
    Case(
        "linkedin-organization",
        "linkedin",
        _posts_to("/rest/posts"),
        _posts_to("/comments"),
        can_be_asked=True,
        attributes={"organizations": [ORGANIZATION]},
        traits={"author_urn": ORGANIZATION},
    ),
    Case("facebook", "facebook", _posts_to("/feed"), _posts_to("/comments"), True, True),
    Case("instagram", "instagram", _posts_to("/media_publish"), _posts_to("/comments"), True, True),
    Case(
        "tiktok",
        "tiktok",
        _posts_to("/content/init"),
        _never,
        can_be_asked=False,
        has_comments=False,
        warnings=("first_comment_not_supported",),
    ),
]

each = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
each_with_comments = pytest.mark.parametrize(
    "case", [case for case in CASES if case.has_comments], ids=lambda case: case.name
)
