"""X's rules for a post, as far as they can be known before it is sent.

Sources: X docs `media/introduction`, `posts/create-post`, `manage-tweets/integrate`, the changelog up to 2026-04-16 and
`openapi.json` 2.167 (all read 2026-08-22), and twitter-text's configuration v3.
"""

from dravo.platforms.base import Draft, Findings
from dravo.platforms.media import DraftMedium
from dravo.platforms.x.cashtags import cashtags
from dravo.platforms.x.config import XConfig
from dravo.platforms.x.options import XOptions
from dravo.platforms.x.picture_limits import GIF, check_picture
from dravo.platforms.x.video_limits import check_video
from dravo.platforms.x.weighted_length import PREMIUM_LIMIT, STANDARD_LIMIT, weighted_length

MOST_IMAGES = 4
MOST_CASHTAGS = 1
ROOT = "/platform_options/x"


def check(draft: Draft[XOptions]) -> Findings:
    """All that is wrong with the draft, and all that will have no effect. Unknown media facts are judged later."""
    findings = Findings()
    premium = draft.profile.traits.get("premium") is True
    for pointer, text in (("/text", draft.text), (f"{ROOT}/first_comment", draft.options.first_comment or "")):
        _length(pointer, text, findings, premium=premium)
        _cashtags(pointer, text, findings)
    _media(draft, findings)
    config = XConfig.of(draft.config)
    for medium in draft.media:
        check_picture(medium, findings)
        check_video(medium, config, findings, premium=premium)
    _choices(draft.options, findings)
    _without_effect(draft.options, findings)
    _perhaps_without_effect(draft, findings)
    return findings


def _length(pointer: str, text: str, findings: Findings, *, premium: bool) -> None:
    limit, length = PREMIUM_LIMIT if premium else STANDARD_LIMIT, weighted_length(text)
    if length > limit:
        findings.error(
            pointer,
            "text_too_long",
            f"X takes {limit} weighted characters (emoji and most non-Latin characters count 2, a link 23) and this text "
            f"has {length}; shorten it by {length - limit}"
            + ("." if premium else ", or use an account with X Premium, which takes 25000."),
        )


def _cashtags(pointer: str, text: str, findings: Findings) -> None:
    found = cashtags(text)
    if len(found) > MOST_CASHTAGS:
        findings.error(
            pointer,
            "too_many_cashtags",
            f"X takes at most {MOST_CASHTAGS} cashtag in a post and this text has {len(found)}"
            + (", and may count one that is repeated each time" if len(set(found)) < len(found) else "")
            + "; write the others without the dollar sign.",
        )


def _media(draft: Draft[XOptions], findings: Findings) -> None:
    if draft.options.poll and draft.media:
        findings.error(
            f"{ROOT}/poll",
            "poll_with_media",
            "X takes a poll or media, not both in one post; remove the poll or the media_urls.",
        )
    if len(draft.media) > MOST_IMAGES:
        findings.error(
            "/media_urls",
            "too_many_media",
            f"X takes at most {MOST_IMAGES} images, or 1 video, or 1 GIF; this post has {len(draft.media)} media.",
        )
    alone = [medium for medium in draft.media if _stands_alone(medium)]
    if not alone or len(draft.media) == 1:
        return
    if len(alone) == len(draft.media):
        code, reason = "too_many_media", f"and this post has {len(alone)}"
    else:
        code, reason = "mixed_media", "and this post has other media beside it"
    findings.error(
        "/media_urls", code, f"X takes 1 video or 1 GIF to a post, alone, {reason}; send them as posts of their own."
    )


def _stands_alone(medium: DraftMedium) -> bool:
    return medium.kind == "video" or (medium.content_type == GIF and medium.moves)


def _choices(options: XOptions, findings: Findings) -> None:
    """A poll's choices that X's pages neither allow nor forbid: they are sent as they are."""
    choices = [choice.strip() for choice in options.poll.options] if options.poll else []
    for index, choice in enumerate(choices):
        pointer = f"{ROOT}/poll/options/{index}"
        if not choice:
            findings.warn(
                pointer,
                "may_be_refused",
                f"Choice {index + 1} of the poll is blank, and X does not say whether it takes that; give it a text.",
            )
        elif choice in choices[:index]:
            findings.warn(
                pointer,
                "may_be_refused",
                f"Choice {index + 1} of the poll is the same as choice {choices.index(choice) + 1}, and X does not say whether "
                "it takes that; make them differ.",
            )


def _without_effect(options: XOptions, findings: Findings) -> None:
    if options.first_comment is not None and not options.first_comment.strip():
        findings.warn(f"{ROOT}/first_comment", "option_without_effect", "The first comment is blank; none is sent.")
    if options.place_id is not None and not options.place_id.strip():
        findings.warn(f"{ROOT}/place_id", "option_without_effect", "The place id is blank; none is sent.")


def _perhaps_without_effect(draft: Draft[XOptions], findings: Findings) -> None:
    """What is sent as it was asked for, and X may pass over without a word."""
    options = draft.options
    if options.place_id and options.place_id.strip():
        findings.warn(
            f"{ROOT}/place_id",
            "effect_uncertain",
            "X leaves the place out without saying so when the account has geotagging off.",
        )
    if options.reply_settings and options.reply_to:
        findings.warn(
            f"{ROOT}/reply_settings",
            "effect_uncertain",
            "X does not say whether a reply may limit who replies to it; it is asked to.",
        )
    if options.made_with_ai and not draft.media:
        findings.warn(
            f"{ROOT}/made_with_ai",
            "effect_uncertain",
            "The label tells of media made with AI, and X does not say what it does on a post without media.",
        )
