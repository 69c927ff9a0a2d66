"""How many posts Instagram takes from one account in a day.

Source: guide `content-publishing` (100 within 24 hours). Other pages say 50 and old ones 25: what Instagram allows an account less,
it says itself when it is asked (`quota.py`).
"""

from datetime import timedelta

from dravo.platforms.budgets import Budget, orders_at

BUDGETS = (Budget("posts_per_day", "posts", 100, timedelta(days=1), "account", orders_at("/media_publish")),)
