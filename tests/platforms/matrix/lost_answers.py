"""Whether a network can be asked for a post whose answer was lost, and what with: the facts from the conformance suite's cases."""

from collections.abc import Sequence

from conformance.cases import CASES, Case
from dravo.platforms.registry import PLATFORMS

BY_CASE: dict[tuple[str, ...], tuple[str, str]] = {
    ("facebook", "facebook-text", "facebook-photos"): (
        "text, photos",
        "The Page's newest posts are listed and compared by text, time, photos and card.",
    ),
    ("facebook-video", "facebook-reel"): (
        "video, reel",
        "The id is known before the post is ordered, so the video itself is asked.",
    ),
    ("instagram", "instagram-by-facebook", "instagram-reel", "instagram-carousel"): (
        "image, reel, carousel",
        "The container is asked whether it was published; the account's list tells under which id.",
    ),
    ("instagram-story",): ("story", "The container is asked; the list of stories tells the id, by kind and time."),
    ("tiktok", "tiktok-photos-draft"): (
        "photos, direct or as a draft",
        "Without the answer there is no id to ask by, and TikTok lists public posts only.",
    ),
    ("tiktok-photos-listed",): (
        "public photos of an account that has granted `video.list`",
        "The creator's newest public posts are listed and compared by text and time.",
    ),
    ("tiktok-video", "tiktok-video-draft"): (
        "video, direct or as a draft",
        "The publish_id is known before the last bytes, so its status is asked; an upload posts once, so they may come again.",
    ),
    ("linkedin-member",): (
        "any, as a member",
        "LinkedIn lets nobody list a member's posts; `DRAVO_LINKEDIN_PROBE` lets the duplicate be refused under its id.",
    ),
    ("linkedin-organization", "linkedin-video", "linkedin-images", "linkedin-card"): (
        "any, as a page",
        "The page's last posts are listed and compared by text, media, link and time.",
    ),
    ("x", "x-poll", "x-gif", "x-video"): (
        "any",
        "The account's own timeline is read and compared by text, number of media, parent and time.",
    ),
}
"""By the cases' names: the kinds of posts, and what is asked. Whether it can be asked at all is the cases' to say."""


def lost_answers() -> list[Sequence[str]]:
    """A line for each way to look. Raises ValueError where a case is in no line, or cases of one line disagree."""
    by_name = {case.name: case for case in CASES}
    if missing := set(by_name) ^ {name for names in BY_CASE for name in names}:
        raise ValueError(f"cases and lines differ by {sorted(missing)}")
    lines: list[Sequence[str]] = [["network", "post", "is found again", "by what", "its first comment"]]
    for names, (kinds, sentence) in BY_CASE.items():
        told = {(_post(by_name[name]), _comment(by_name[name])) for name in names}
        if len(told) > 1:
            raise ValueError(f"{names} are not found in the same way")
        ((post, comment),) = told
        title = PLATFORMS[by_name[names[0]].platform].title
        lines.append([title, kinds, post, sentence, comment])
    return lines


def _post(case: Case) -> str:
    return "yes" if case.can_be_asked else "no: `unconfirmed`"


def _comment(case: Case) -> str:
    if not case.has_comments:
        return "has none"
    return "is found again" if case.comment_can_be_asked else "warning `first_comment_unconfirmed`"
