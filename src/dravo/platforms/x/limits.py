"""X's rules for a post, as far as they can be known before it is sent.

Sources: X docs `media/introduction`, `media/quickstart/best-practices`, `posts/create-post` and `openapi.json` 2.167 (all read
2026-08-22), and twitter-text's configuration v3.
"""

from dravo.platforms.base import Draft, Findings
from dravo.platforms.media import DraftMedium
from dravo.platforms.x.options import XOptions
from dravo.platforms.x.weighted_length import PREMIUM_LIMIT, STANDARD_LIMIT, weighted_length

MOST_IMAGES = 4
IMAGE_TYPES = frozenset({"image/jpeg", "image/png", "image/webp"})
GIF = "image/gif"
MOST_IMAGE_BYTES = 5 * 1024 * 1024
"""X says "5 MB" without saying which MB: what exceeds both readings is known to fail."""


def check(draft: Draft[XOptions]) -> Findings:
    """All that is wrong with the draft, and all that will have no effect. Unknown media facts are judged later."""
    findings = Findings()
    _texts(draft, findings)
    _media(draft, findings)
    for medium in draft.media:
        _image(medium, findings)
    _without_effect(draft.options, findings)
    _not_supported_yet(draft, findings)
    return findings


def _texts(draft: Draft[XOptions], findings: Findings) -> None:
    premium = draft.profile.traits.get("premium") is True
    limit = PREMIUM_LIMIT if premium else STANDARD_LIMIT
    for pointer, text in (
        ("/text", draft.text),
        ("/platform_options/x/first_comment", draft.options.first_comment or ""),
    ):
        length = weighted_length(text)
        if length > limit:
            findings.error(
                pointer,
                "text_too_long",
                f"X takes {limit} weighted characters (emoji and most non-Latin characters count 2, a link 23) and this text "
                f"has {length}; shorten it by {length - limit}"
                + ("." if premium else ", or use an account with X Premium, which takes 25000."),
            )


def _media(draft: Draft[XOptions], findings: Findings) -> None:
    if draft.options.poll and draft.media:
        findings.error(
            "/platform_options/x/poll",
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
    return medium.kind == "video" or medium.content_type == GIF


def _image(medium: DraftMedium, findings: Findings) -> None:
    if medium.kind != "image" or medium.content_type == GIF:
        return
    pointer = f"/media_urls/{medium.index}"
    if medium.content_type is not None and medium.content_type not in IMAGE_TYPES:
        findings.error(
            pointer,
            "media_type_not_supported",
            "X takes JPEG, PNG and WebP images, and this is another type; convert it to one of these.",
        )
    if medium.size_bytes is not None and medium.size_bytes > MOST_IMAGE_BYTES:
        findings.error(
            pointer,
            "media_too_large",
            f"X takes images of at most 5 MB ({MOST_IMAGE_BYTES} bytes) and this one has {medium.size_bytes} bytes; "
            "compress it or make it smaller.",
        )


def _without_effect(options: XOptions, findings: Findings) -> None:
    if options.first_comment is not None and not options.first_comment.strip():
        findings.warn(
            "/platform_options/x/first_comment", "option_without_effect", "The first comment is blank; none is sent."
        )
    if options.place_id is not None and not options.place_id.strip():
        findings.warn("/platform_options/x/place_id", "option_without_effect", "The place id is blank; none is sent.")


def _not_supported_yet(draft: Draft[XOptions], findings: Findings) -> None:
    """What X takes and this version does not deliver yet. Delete this function when it does."""
    for medium in draft.media:
        if _stands_alone(medium):
            what = "A GIF" if medium.content_type == GIF else "A video"
            findings.error(
                f"/media_urls/{medium.index}",
                "not_supported_yet",
                f"{what} cannot be published to X by this version yet; send JPEG, PNG or WebP images.",
            )
