"""What networks allow in a window, as they declare it."""

from datetime import UTC, datetime, timedelta

import pytest

from dravo.kit.http import Request
from dravo.platforms.budgets import Budget, calls_of
from dravo.platforms.registry import PLATFORMS

AT = datetime(2026, 11, 25, 12, tzinfo=UTC)
THREE = Budget("three", "calls", 3, timedelta(minutes=1), "account", calls_of("POST", "/"))


def ago(*seconds: float) -> list[datetime]:
    return [AT - timedelta(seconds=each) for each in seconds]


@pytest.mark.parametrize(
    ("taken", "left", "free_in"),
    [
        ((), 3, None),
        ((60, 61), 3, None),
        ((10, 40, 90), 1, 20),
        ((1, 2, 3), 0, 57),
        ((1, 2, 3, 4, 5), 0, 57),
    ],
)
def test_what_is_left_is_the_limit_less_what_was_taken_within_the_window(
    taken: tuple[float, ...], left: int, free_in: int | None
) -> None:
    times = ago(*taken)
    assert THREE.left(times, AT) == left
    assert THREE.free_at(times, AT) == (None if free_in is None else AT + timedelta(seconds=free_in))


@pytest.mark.parametrize(
    ("network", "method", "path", "effect", "counted_by"),
    [
        ("tiktok", "POST", "/v2/post/publish/video/init/", False, ["video_posts_per_minute"]),
        ("tiktok", "POST", "/v2/post/publish/inbox/video/init/", False, ["video_drafts_per_minute"]),
        ("tiktok", "POST", "/v2/post/publish/content/init/", True, ["photo_posts_per_minute"]),
        ("tiktok", "POST", "/v2/post/publish/creator_info/query/", False, ["creator_questions_per_minute"]),
        ("tiktok", "POST", "/v2/post/publish/status/fetch/", False, ["status_questions_per_minute"]),
        ("tiktok", "PUT", "", True, []),
        ("instagram", "POST", "/v25.0/1/media_publish", True, ["posts_per_day"]),
        ("instagram", "POST", "/v25.0/1/media", False, []),
        ("facebook", "POST", "/v25.0/1/video_reels", True, ["reels_per_day"]),
        ("facebook", "POST", "/v25.0/1/video_reels", False, []),
        ("facebook", "POST", "/v25.0/1/feed", True, []),
        ("x", "POST", "/2/tweets", True, ["posts_per_quarter_hour", "app_posts_per_day"]),
        ("x", "GET", "/2/users/1/tweets", False, []),
        ("linkedin", "POST", "/rest/posts", True, ["calls_per_day"]),
        ("linkedin", "GET", "/rest/videos/1", False, ["calls_per_day"]),
    ],
)
def test_each_network_counts_the_calls_that_it_limits(
    network: str, method: str, path: str, effect: bool, counted_by: list[str]
) -> None:
    request = Request(method=method, path=path)  # type: ignore[arg-type]
    assert [each.name for each in PLATFORMS[network].budgets if each.counts(request, effect)] == counted_by


@pytest.mark.parametrize("network", PLATFORMS)
def test_a_network_names_each_budget_once(network: str) -> None:
    names = [budget.name for budget in PLATFORMS[network].budgets]
    assert len(names) == len(set(names))
