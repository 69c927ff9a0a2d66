"""How many posts X takes from one app in a day, first comments among them.

Source: X docs `x-api/fundamentals/rate-limits` (read 2026-11-23). X's pages contradict each other about what one user may post, and
plans allow less: that stands in the headers of each answer, which are obeyed (`rate_limits.py`).
"""

from datetime import timedelta

from dravo.platforms.budgets import Budget, calls_of

BUDGETS = (Budget("app_posts_per_day", "posts", 10_000, timedelta(days=1), "app", calls_of("POST", "/2/tweets")),)
