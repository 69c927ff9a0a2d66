"""LinkedIn's rules for a post, as far as they can be known before it is sent.

Sources: LinkedIn docs `posts-api`, `multiimage-post-api`, `images-api` (read 2026-09-19); the limits of titles and comments are
from publishing guides of 2026 and are not in LinkedIn's own pages.
"""

from dravo.platforms.base import Draft, Findings
from dravo.platforms.linkedin.authors import is_organization, own_urn
from dravo.platforms.linkedin.little_text import escape
from dravo.platforms.linkedin.options import LinkedInOptions
from dravo.platforms.media import DraftMedium

MOST_TEXT = 3000
MOST_COMMENT = 1250
MOST_TITLE = 400
MOST_ALT_TEXT = 4086
MOST_IMAGES = 20
IMAGE_TYPES = frozenset({"image/jpeg", "image/png", "image/gif"})
FEWER_PIXELS_THAN = 36_152_320

_OPTIONS = "/platform_options/linkedin"


def check(draft: Draft[LinkedInOptions]) -> Findings:
    """All that is wrong with the draft, and all that will have no effect. Unknown media facts are judged later."""
    findings = Findings()
    _texts(draft, findings)
    _media(draft, findings)
    for medium in draft.media:
        _image(medium, findings)
    _author(draft, findings)
    _without_effect(draft, findings)
    _not_supported_yet(draft, findings)
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


def _image(medium: DraftMedium, findings: Findings) -> None:
    if medium.kind != "image":
        return
    pointer = f"/media_urls/{medium.index}"
    if medium.content_type is not None and medium.content_type not in IMAGE_TYPES:
        findings.error(
            pointer,
            "media_type_not_supported",
            "LinkedIn takes JPEG, PNG and GIF images, and this is another type; convert it to one of these.",
        )
    if medium.width is None or medium.height is None:
        return
    pixels = medium.width * medium.height
    if pixels >= FEWER_PIXELS_THAN:
        findings.error(
            pointer,
            "media_too_many_pixels",
            f"LinkedIn takes images of fewer than {FEWER_PIXELS_THAN} pixels and this one has {medium.width} x "
            f"{medium.height} = {pixels}; make it smaller.",
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
        findings.warn(
            f"{_OPTIONS}/alt_texts",
            "option_without_effect",
            f"There are {len(options.alt_texts or ())} alt texts and {images} images; the rest of the alt texts is not used.",
        )
    if options.article and draft.media:
        findings.warn(
            f"{_OPTIONS}/article",
            "option_without_effect",
            "LinkedIn shows media or a link card, not both; the media win and the card is left out.",
        )
    if options.first_comment is not None and not options.first_comment.strip():
        findings.warn(f"{_OPTIONS}/first_comment", "option_without_effect", "The first comment is blank; none is sent.")


def _not_supported_yet(draft: Draft[LinkedInOptions], findings: Findings) -> None:
    """What LinkedIn takes and this version does not deliver yet. Delete this function when it does."""
    for medium in draft.media:
        if medium.kind == "video":
            findings.error(
                f"/media_urls/{medium.index}",
                "not_supported_yet",
                "A video cannot be published to LinkedIn by this version yet; send images, or a link card.",
            )
    if draft.options.article and draft.options.article.thumbnail and not draft.media:
        findings.warn(
            f"{_OPTIONS}/article/thumbnail",
            "option_not_supported_yet",
            "The picture of a link card is not uploaded by this version yet; the card is published without it.",
        )
