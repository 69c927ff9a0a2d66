"""Options that are legal and do nothing for a post of this kind, and the text that a story does not show.

Source: Instagram platform page `ig-user/media` (read 2026-09-11), by its parameters.
"""

from dravo.platforms.base import Draft, Findings
from dravo.platforms.instagram.kinds import Kind
from dravo.platforms.instagram.options import InstagramOptions

_OF_REELS = ("share_to_feed", "cover_url", "thumb_offset", "audio_name")
_OF_POSTS = ("first_comment", "location_id", "collaborators", "alt_text")
_TEXTS = ("first_comment", "location_id", "alt_text", "audio_name")


def check_effects(draft: Draft[InstagramOptions], kind: Kind | None, findings: Findings) -> None:
    """Warn of each option once, with its first reason."""
    options = draft.options
    if options.story:
        findings.warn(
            "/text", "text_without_effect", "Instagram shows no text with a story; only the medium is published."
        )
    reasons = _reasons(draft, kind)
    for name in _TEXTS:
        said = getattr(options, name)
        if said is not None and not said.strip():
            reasons.setdefault(name, "It is blank; nothing is sent.")
    for name, reason in reasons.items():
        if getattr(options, name) not in (None, []):
            findings.warn(f"/platform_options/instagram/{name}", "option_without_effect", f"{name}: {reason}")


def _reasons(draft: Draft[InstagramOptions], kind: Kind | None) -> dict[str, str]:
    """By option, why it has no effect."""
    match kind:
        case "story":
            return dict.fromkeys((*_OF_REELS, *_OF_POSTS), "Instagram stories do not have it; it is not sent.")
        case "image" | "carousel":
            reasons = dict.fromkeys(
                _OF_REELS, "It is for reels; a post that is none does not have it, and it is not sent."
            )
            if all(medium.kind == "video" for medium in draft.media):
                without = "Instagram takes it for images in a carousel, and this one has videos only; it is not sent."
                reasons |= dict.fromkeys(("alt_text", "user_tags"), without)
            return reasons
        case "reel":
            return _reasons_of_reels(draft)
        case None:
            return {}


def _reasons_of_reels(draft: Draft[InstagramOptions]) -> dict[str, str]:
    options = draft.options
    reasons = {"alt_text": "Instagram takes it for images; a reel does not have it, and it is not sent."}
    if any((tag.x, tag.y) != (0.5, 0.5) for tag in options.user_tags or ()):
        reasons["user_tags"] = "A reel's tags have no place in the picture; the names are sent without x and y."
    if options.cover_url is not None:
        reasons["thumb_offset"] = "cover_url goes before it; it is sent only if that picture cannot be had."
    if draft.media[0].details.audio_codec == "":
        reasons["audio_name"] = (
            "The video has no sound, and Instagram fails to process one with a name for it; it is not sent."
        )
    return reasons
