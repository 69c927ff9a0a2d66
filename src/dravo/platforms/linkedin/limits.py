"""LinkedIn's rules for a post, as far as they can be known before it is sent.

Sources: LinkedIn docs `posts-api`, `multiimage-post-api`, `images-api`, `videos-api` (read 2026-09-19); the limits of titles
and comments are from publishing guides of 2026 and are not in LinkedIn's own pages. What a still picture must be is in
`forms`: it is brought into that form rather than refused.
"""

from dravo.platforms.base import Draft, Findings
from dravo.platforms.linkedin.authors import is_organization, own_urn
from dravo.platforms.linkedin.forms import MOST_BYTES, MOST_PIXELS
from dravo.platforms.linkedin.little_text import escape
from dravo.platforms.linkedin.options import LinkedInOptions
from dravo.platforms.media import DraftMedium

MOST_TEXT = 3000
MOST_COMMENT = 1250
MOST_TITLE = 400
MOST_ALT_TEXT = 4086
MOST_IMAGES = 20
MOST_FRAMES = 250
VIDEO_BYTES = (75_000, 500_000_000)
"""75 KB and 500 MB; the page that names 5 GB beside it does so for a field, not for posts."""
VIDEO_SECONDS = (3, 1800)

_OPTIONS = "/platform_options/linkedin"


def check(draft: Draft[LinkedInOptions]) -> Findings:
    """All that is wrong with the draft, and all that will have no effect. Unknown media facts are judged later."""
    findings = Findings()
    _texts(draft, findings)
    _media(draft, findings)
    for medium in draft.media:
        if medium.kind == "video":
            _video(medium, findings)
        elif medium.moves:
            _moving_picture(medium, findings)
    _author(draft, findings)
    _without_effect(draft, findings)
    return findings


def _utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _texts(draft: Draft[LinkedInOptions], findings: Findings) -> None:
    _at_most(findings, "/text", "text_too_long", draft.text, limit=MOST_TEXT, what="a post")
    if _utf16_units(draft.text) <= MOST_TEXT < _utf16_units(escape(draft.text)):
        findings.warn(
            "/text",
            "text_near_limit",
            f"LinkedIn takes {MOST_TEXT} characters, and this text exceeds that once its reserved characters are escaped; "
            "whether LinkedIn counts those is not known, so it may refuse the post.",
        )
    options = draft.options
    _at_most(
        findings,
        f"{_OPTIONS}/first_comment",
        "text_too_long",
        options.first_comment or "",
        limit=MOST_COMMENT,
        what="a comment",
    )
    title = options.article.title if options.article else None
    _at_most(
        findings, f"{_OPTIONS}/article/title", "title_too_long", title or "", limit=MOST_TITLE, what="a card's title"
    )
    for index, alt_text in enumerate(options.alt_texts or ()):
        pointer = f"{_OPTIONS}/alt_texts/{index}"
        _at_most(findings, pointer, "alt_text_too_long", alt_text, limit=MOST_ALT_TEXT, what="an alt text")


def _at_most(findings: Findings, pointer: str, code: str, text: str, *, limit: int, what: str) -> None:
    """Lengths are in UTF-16 units, as LinkedIn's own composer counts; its documentation names no unit."""
    length = _utf16_units(text)
    if length > limit:
        findings.error(
            pointer,
            code,
            f"LinkedIn takes at most {limit} characters for {what} and this has {length}; shorten it by {length - limit}.",
        )


def _media(draft: Draft[LinkedInOptions], findings: Findings) -> None:
    count, videos = len(draft.media), sum(medium.kind == "video" for medium in draft.media)
    if count > MOST_IMAGES:
        findings.error(
            "/media_urls",
            "too_many_media",
            f"LinkedIn takes at most {MOST_IMAGES} images; this post has {count} media.",
        )
    if videos and any(medium.kind == "image" for medium in draft.media):
        findings.error(
            "/media_urls", "mixed_media", "LinkedIn takes images or a video, not both in one post; send two posts."
        )
    elif videos and count > 1:
        findings.error(
            "/media_urls", "too_many_media", f"LinkedIn takes 1 video to a post, alone; this post has {count} media."
        )


def _moving_picture(medium: DraftMedium, findings: Findings) -> None:
    """A picture that moves is sent as it is or not at all."""
    pointer, frames = f"/media_urls/{medium.index}", medium.details.frames or 1
    if medium.content_type not in {None, "image/gif"}:
        findings.error(
            pointer,
            "media_type_not_supported",
            f"LinkedIn takes moving pictures as GIF only and this one is {medium.content_type} with {frames} frames; send a "
            "GIF, a video, or a still picture.",
        )
        return
    if frames > MOST_FRAMES:
        findings.error(
            pointer,
            "media_too_many_frames",
            f"LinkedIn takes GIFs of at most {MOST_FRAMES} frames and this one has {frames}; shorten it, or send a video.",
        )
    size = medium.size_bytes
    if size is not None and size > MOST_BYTES:
        findings.warn(
            pointer,
            "may_be_refused",
            f"The GIF has {size} bytes. LinkedIn publishes no limit, and guides name {MOST_BYTES} to {2 * MOST_BYTES}; a moving "
            "picture is not made smaller here.",
        )
    pixels = (medium.width or 0) * (medium.height or 0)
    if pixels > MOST_PIXELS:
        findings.error(
            pointer,
            "media_too_many_pixels",
            f"LinkedIn takes pictures of at most {MOST_PIXELS} pixels and this one has {medium.width} x {medium.height} = "
            f"{pixels}; a moving one is not made smaller here, so send it smaller.",
        )


def _video(medium: DraftMedium, findings: Findings) -> None:
    pointer = f"/media_urls/{medium.index}"
    if medium.content_type not in {None, "video/mp4"}:
        findings.error(
            pointer,
            "media_type_not_supported",
            f"LinkedIn takes videos of type video/mp4 only and this one is {medium.content_type}; convert it to MP4.",
        )
    least, most = VIDEO_BYTES
    size = medium.size_bytes
    if size is not None and size < least:
        findings.error(
            pointer,
            "media_too_small",
            f"LinkedIn takes videos of at least {least} bytes and this one has {size}; send a longer or a better one.",
        )
    if size is not None and size > most:
        findings.error(
            pointer,
            "media_too_large",
            f"LinkedIn takes videos of at most {most} bytes and this one has {size}; compress it or cut it.",
        )
    shortest, longest = VIDEO_SECONDS
    length = medium.duration_ms
    if length is not None and not shortest * 1000 <= length <= longest * 1000:
        findings.error(
            pointer,
            "duration_not_supported",
            f"LinkedIn takes videos of {shortest} to {longest} seconds and this one has {length / 1000}; "
            f"{'send a longer one' if length < shortest * 1000 else 'cut it'}.",
        )


def _author(draft: Draft[LinkedInOptions], findings: Findings) -> None:
    """That `author` is the account's own is checked by the adapter: it is the delivery's result, not the request's."""
    authors = [own_urn(draft.profile), draft.options.author or ""]
    if draft.options.visibility == "CONNECTIONS" and any(is_organization(author) for author in authors):
        findings.error(
            f"{_OPTIONS}/visibility",
            "visibility_not_allowed",
            "An organization has no connections on LinkedIn; leave visibility out, or set it to PUBLIC.",
        )


def _without_effect(draft: Draft[LinkedInOptions], findings: Findings) -> None:
    options, images = draft.options, sum(medium.kind != "video" for medium in draft.media)
    if len(options.alt_texts or ()) > images:
        findings.warn(f"{_OPTIONS}/alt_texts", "option_without_effect", _too_many_alt_texts(draft, images))
    if options.article and draft.media:
        findings.warn(
            f"{_OPTIONS}/article",
            "option_without_effect",
            "LinkedIn shows media or a link card, not both; the media win and the card is left out.",
        )
    for name in ("title", "description"):
        said = getattr(options.article, name, None)
        if said is not None and not said.strip() and not draft.media:
            findings.warn(
                f"{_OPTIONS}/article/{name}", "option_without_effect", f"The card's {name} is blank; none is sent."
            )
    if options.first_comment is not None and not options.first_comment.strip():
        findings.warn(f"{_OPTIONS}/first_comment", "option_without_effect", "The first comment is blank; none is sent.")


def _too_many_alt_texts(draft: Draft[LinkedInOptions], images: int) -> str:
    said = len(draft.options.alt_texts or ())
    unused = said - images
    none_for_videos = any(medium.kind == "video" for medium in draft.media)
    return (
        f"This post has {_count(said, 'alt text')} for {_count(images, 'image')}; {unused} {'is' if unused == 1 else 'are'} not used."
        + (" LinkedIn takes no alt texts for videos." if none_for_videos else "")
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
