"""How many reels Facebook takes for one Page in a day. For other posts it names no number.

Source: Video API guide `reels-publishing` (page of 2026-07-30): 30 within a moving 24 hours.
"""

from datetime import timedelta

from dravo.platforms.budgets import Budget, orders_at

BUDGETS = (Budget("reels_per_day", "reels", 30, timedelta(days=1), "account", orders_at("/video_reels")),)
