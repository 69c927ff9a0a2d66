"""How often TikTok lets one creator's token call, by address.

Sources: the rate limits in TikTok docs `content-posting-api-reference-query-creator-info`, `-direct-post`, `-upload-video`,
`-photo-post` and `-get-video-status` (read 2026-11-23). They do not say whether the minute slides; a sliding one is never more
than a fixed one allows. How many posts a creator may make in a day is told nowhere exactly, so that is left to TikTok.
"""

from datetime import timedelta

from dravo.platforms.budgets import Budget, calls_of

_MINUTE = timedelta(minutes=1)


def _a_minute(name: str, title: str, limit: int, path: str) -> Budget:
    return Budget(name, title, limit, _MINUTE, "account", calls_of("POST", f"/v2/post/publish/{path}/"))


BUDGETS = (
    _a_minute("video_posts_per_minute", "posts of a video", 6, "video/init"),
    _a_minute("video_drafts_per_minute", "drafts of a video", 6, "inbox/video/init"),
    _a_minute("photo_posts_per_minute", "posts and drafts of photos", 6, "content/init"),
    _a_minute("creator_questions_per_minute", "questions about the creator", 20, "creator_info/query"),
    _a_minute("status_questions_per_minute", "questions about a post's progress", 30, "status/fetch"),
)
