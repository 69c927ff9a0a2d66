"""How many posts X takes from one user in a quarter of an hour and from one app in a day, first comments among them.

Source: X docs `x-api/fundamentals/rate-limits` (read 2026-11-23). Another page (`manage-tweets/integrate`) says 200 for a user, so
the smaller number holds. What plans allow less stands in the headers of each answer, which are obeyed (`rate_limits.py`).
"""

from datetime import timedelta

from dravo.platforms.budgets import Budget, calls_of

_POST = calls_of("POST", "/2/tweets")

BUDGETS = (
    Budget("posts_per_quarter_hour", "posts", 100, timedelta(minutes=15), "account", _POST),
    Budget("app_posts_per_day", "posts", 10_000, timedelta(days=1), "app", _POST),
)
