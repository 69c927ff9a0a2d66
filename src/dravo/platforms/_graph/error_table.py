"""Meta's error codes and what each means for a delivery.

Sources: Graph API guides `error-handling` and `rate-limiting`, Instagram platform `error-codes` (page of 2026-06-02), Pages API
`error-codes` (page of 2026-05-07), Page references `photos`, `videos`, `feed` and the Reels guide (read 2026-09-11), and codes
that users of other publishers have met (postiz-app, mixpost, trypost, koala).
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from dravo.platforms.errors import Scope

Kind = Literal["again", "pause", "reconnect", "rejected", "hold"]
"""The verdict's class: Transient, RateLimited, CredentialsExpired, Rejected, Misconfigured."""


@dataclass(frozen=True, slots=True)
class Row:
    """What one code means. `doubtful` marks answers after which a call with an effect may have happened all the same.

    `wait` is how long to stay away when no header says it. What is not `renewable` a newer token of the same consent lacks
    too; `at_once`: a token of the right kind is to be got from the one that is there.
    """

    kind: Kind
    code: str
    message: str
    doubtful: bool = False
    wait: timedelta | None = None
    scope: Scope = "account"
    pointer: str | None = None
    renewable: bool = True
    at_once: bool = False


Key = tuple[int | None, int | None]
"""Code and subcode; None as subcode: whatever the subcode, None as code: the subcode says it alone."""

_RELOGIN = "reconnect the account"


def _again(code: str, message: str, seconds: int | None = None) -> Row:
    return Row("again", code, message, wait=None if seconds is None else timedelta(seconds=seconds))


def _pause(message: str, *, scope: Scope = "account", hours: int = 1, code: str = "rate_limited") -> Row:
    return Row("pause", code, message, scope=scope, wait=timedelta(hours=hours))


def _reconnect(message: str, code: str = "account_needs_reconnect", *, renewable: bool = False) -> Row:
    return Row("reconnect", code, message, renewable=renewable)


def _rejected(code: str, message: str, pointer: str | None = None) -> Row:
    return Row("rejected", code, message, pointer=pointer)


def _hold(code: str, message: str, scope: Scope = "account") -> Row:
    """For what the app's owner can put right and no author of a post: it then goes as it is."""
    return Row("hold", code, message, scope=scope)


def _doubtful(row: Row) -> Row:
    return replace(row, doubtful=True)


_GENERAL: dict[Key, Row] = {
    (1, None): _doubtful(_again("network_error", "Meta had an unknown error.")),
    (2, None): _doubtful(_again("network_unavailable", "Meta's service is unavailable for the moment.")),
    (3, None): _hold("capability_missing", "The app lacks a capability for this call; check its products and review."),
    (4, None): _pause("The app has used up its calls for now.", scope="app"),
    (17, None): _pause("The user has used up the calls for now."),
    (32, None): _pause("The Page has used up its calls for now."),
    (341, None): _pause("The app has reached a limit of its own.", scope="app"),
    (613, None): _pause("A call limit of this edge is used up for now."),
    (80001, None): _pause("The Page's business calls are used up for now."),
    (80002, None): _pause("The Instagram account's business calls are used up for now."),
    (100, None): _rejected("invalid_parameter", "Meta did not accept a parameter; its words say which one to change."),
    (100, 33): _doubtful(
        _rejected(
            "object_not_visible",
            "Meta does not show the object to this token, or it is gone; look whether it is there and the account's role on it.",
        )
    ),
    (104, None): _hold("signature_invalid", "Meta did not accept the app's signature; check the app secret.", "app"),
    (368, None): _pause("Meta blocks this action for a while; slow down.", code="action_blocked"),
    (368, 1390008): _pause("Meta finds that the account posts too fast.", code="posting_too_fast"),
    (506, None): _doubtful(
        _rejected("duplicate_content", "Meta refuses the same post twice in a row; change the text.", "/text")
    ),
    (2500, None): _hold(
        "api_path_unknown", "Meta knows no such path, or saw no token; the API version may be gone.", "app"
    ),
    (None, 1363047): _again("network_unavailable", "Meta's service is unavailable for the moment."),
    (None, 1609010): _again("network_unavailable", "Meta's service is unavailable for the moment."),
}

_ACCOUNT: dict[Key, Row] = {
    (1, 2853006): _reconnect(
        f"The connected user may not act for the Page; {_RELOGIN} with a role on it.", "permission_missing"
    ),
    (10, None): _reconnect(f"The permission for this was not granted; {_RELOGIN} and grant it.", "permission_missing"),
    (102, None): _reconnect(f"The session has ended; {_RELOGIN}.", renewable=True),
    (190, None): _reconnect(f"The token is no longer valid; {_RELOGIN}.", renewable=True),
    (190, 458): _reconnect(f"The user has removed the app; {_RELOGIN}.", renewable=True),
    (190, 459): _reconnect(f"The user must pass a security check at Meta first; then {_RELOGIN}.", renewable=True),
    (190, 460): _reconnect(f"The user's password has changed; {_RELOGIN}.", renewable=True),
    (190, 463): _reconnect(f"The token has expired; {_RELOGIN}.", renewable=True),
    (190, 464): _reconnect(
        f"The user's account is not confirmed; confirm it at Meta, then {_RELOGIN}.", renewable=True
    ),
    (190, 467): _reconnect(f"The session was ended at Meta; {_RELOGIN}.", renewable=True),
    (190, 492): _reconnect(f"The user has lost the role on the Page; {_RELOGIN} with a role on it.", renewable=True),
    (190, 2069032): Row(
        "reconnect",
        "wrong_token_kind",
        f"Meta wants the Page's own token here; {_RELOGIN} with a role on the Page.",
        at_once=True,
    ),
    (200, None): _reconnect(
        f"A permission is missing; {_RELOGIN} and grant all that is asked for.", "permission_missing"
    ),
    (200, 2069030): _rejected(
        "call_not_supported",
        "Meta does not offer this call for Pages of this kind; post by hand at Meta, or as another kind of post.",
    ),
    (200, 2069031): _rejected(
        "field_not_supported",
        "Meta does not offer a field of this call for Pages of this kind; leave the options out, or post by hand at Meta.",
    ),
    (200, 2069033): _rejected(
        "feature_retired",
        "Meta has retired the feature that was asked for; leave the options out, or post by hand at Meta.",
    ),
    (210, None): _rejected(
        "user_not_visible", "The user is not visible to the app; look at the user's settings for apps."
    ),
    (283, None): _reconnect(
        f"The permission to read the Page is missing; {_RELOGIN} and grant it.", "permission_missing"
    ),
    (25, 2207050): _reconnect(
        "Instagram has restricted the account; open the app and settle it there.", "account_restricted"
    ),
    (None, 1404006): _reconnect(
        f"Meta asks for a security check before commenting; pass it, then {_RELOGIN}.", "account_check_needed"
    ),
    (None, 1404078): _reconnect(
        f"The Page needs Meta's publishing authorization; complete it, then {_RELOGIN}.", "account_check_needed"
    ),
    (None, 4854002): _reconnect(
        f"Meta asks to confirm the identity behind the Page; confirm it, then {_RELOGIN}.", "account_check_needed"
    ),
    (None, 1404112): _reconnect(
        f"Meta limits the account for some days; when they are over, {_RELOGIN}.", "account_restricted"
    ),
}

_CONTENT: dict[Key, Row] = {
    (110, 2207018): _rejected(
        "username_unknown",
        "Instagram finds no account of a name among the tags or collaborators; write each name as it stands in its profile.",
    ),
    (324, None): _rejected(
        "media_invalid",
        "The image is not readable for Meta, or it could not fetch it; send a JPEG or PNG that opens elsewhere, and look whether "
        "the address in DRAVO_PUBLIC_URL is reached from the internet.",
    ),
    (352, 2207026): _rejected(
        "media_type_not_supported",
        "Instagram does not take this video format; convert it to MP4 with H.264 and AAC.",
    ),
    (382, None): _rejected("media_too_small", "The video file is too small; send a longer or a better one."),
    (389, None): _rejected("media_unreachable", "Meta could not fetch the video; look whether the address is public."),
    (6000, None): _rejected(
        "media_invalid", "Meta finds a fault in the video file; convert it to MP4 with H.264 and AAC."
    ),
    (6001, None): _again("upload_failed", "The upload of the video failed at Meta."),
    (1609005, None): _rejected(
        "link_invalid", "Meta could not read the linked page; look whether it opens without a login.", "/text"
    ),
    (36000, 2207004): _rejected("media_too_large", "Instagram takes images of at most 8 MB; make it smaller."),
    (36001, 2207005): _rejected("media_type_not_supported", "Instagram takes JPEG images only; convert it."),
    (36003, 2207009): _rejected(
        "aspect_ratio_not_supported", "Instagram takes images from 4:5 to 1.91:1; crop it or add borders."
    ),
    (36004, 2207010): _rejected(
        "text_too_long", "Instagram takes captions of at most 2200 characters; shorten the text.", "/text"
    ),
    (None, 1346003): _rejected("content_abusive", "Meta has flagged the content as abusive; change it."),
    (None, 1349125): _rejected(
        "content_invalid", "Meta did not accept the format of the content; change the text or the media."
    ),
    (None, 1363040): _rejected(
        "aspect_ratio_not_supported", "Facebook does not take the video's aspect ratio; make it 9:16 for a reel."
    ),
    (None, 1363127): _rejected(
        "resolution_not_supported", "Facebook takes reels of at least 540x960 pixels; send it in a higher resolution."
    ),
    (None, 1363128): _rejected("duration_not_supported", "Facebook takes reels of 3 to 90 seconds; cut it."),
    (None, 1363129): _rejected(
        "frame_rate_not_supported", "Facebook takes reels of 24 to 60 frames a second; convert it."
    ),
    (None, 1366046): _rejected(
        "media_invalid",
        "The photo is too big or of a type that Facebook does not take; send a JPEG or PNG of less than 4 MB.",
    ),
    (None, 1366051): _doubtful(
        _rejected(
            "duplicate_content", "Facebook says that these photos are posted already; look at the Page, or change them."
        )
    ),
    (None, 1404102): _rejected(
        "content_against_standards",
        "Meta finds that the content violates its Community Standards; change it, or appeal at Meta.",
    ),
    (None, 1609008): _rejected(
        "link_invalid", "Meta does not take links to facebook.com here; take the link out.", "/text"
    ),
    (None, 2061006): _rejected("link_invalid", "Meta finds an invalid URL in the content; correct it.", "/text"),
    (None, 2069019): _rejected("media_invalid", "Meta cannot read the file; send one that opens elsewhere."),
}

_INSTAGRAM: dict[Key, Row] = {
    (-1, 2207001): _doubtful(_again("network_error", "Instagram had an error.")),
    (-1, 2207032): _again("container_failed", "Instagram could not make the container."),
    (-1, 2207053): _again("upload_failed", "Instagram's upload failed for an unknown reason."),
    (-2, 2207003): _again("media_timeout", "Meta took too long to download the medium."),
    (-2, 2207020): _rejected(
        "container_expired",
        "Instagram has dropped the prepared medium, which is older than a day; it is prepared again.",
    ),
    (1, 2207057): _rejected(
        "thumb_offset_out_of_range",
        "The offset lies beyond the video; choose a smaller one.",
        "/platform_options/instagram/thumb_offset",
    ),
    (4, 2207051): _doubtful(
        _pause("Instagram suspects spam and blocks the action for a while.", hours=2, code="action_blocked")
    ),
    (9, 2207042): _pause("The account's posts of the last 24 hours are used up.", code="daily_quota_used"),
    (24, 2207006): _rejected("container_not_found", "Instagram does not find the prepared medium; post again."),
    (24, 2207008): _doubtful(
        _again("container_not_found", "Instagram does not find the prepared medium yet, or any more.", 60)
    ),
    (100, 2207023): _rejected(
        "invalid_parameter", "Instagram does not know the media type; the app must be brought up to date."
    ),
    (100, 2207028): _rejected(
        "too_many_media", "Instagram takes 2 to 10 media in a carousel; spread them over several posts.", "/media_urls"
    ),
    (100, 2207035): _rejected("tag_invalid", "A product tag on a video must not carry a position; leave x and y out."),
    (100, 2207036): _rejected("tag_invalid", "A product tag on an image needs a position; give it x and y."),
    (100, 2207037): _rejected("tag_invalid", "A product tag is not valid; correct it or leave it out."),
    (100, 2207040): _rejected(
        "too_many_tags", "Instagram takes at most 20 tags; leave some out.", "/platform_options/instagram/user_tags"
    ),
    (9004, 2207052): _again("media_unreachable", "Meta could not fetch the medium from its address."),
    (9007, 2207027): _again("container_not_ready", "Instagram is not done with the medium yet.", 30),
    (None, 2207077): _again("media_timeout", "Instagram could not download the video."),
    (None, 2207081): _rejected(
        "trial_reels_not_supported", "The account does not support trial reels; post a normal one."
    ),
    (None, 2207082): _rejected("media_invalid", "Instagram could not take the medium; convert it and post again."),
    (None, 2207085): _rejected(
        "media_invalid", "Instagram could not process the video; convert it to MP4 with H.264 and AAC."
    ),
}

ROWS: dict[Key, Row] = _GENERAL | _ACCOUNT | _CONTENT | _INSTAGRAM


PERMISSIONS = range(200, 300)
"""The whole range stands for missing permissions."""

_SAID_ALREADY = ("already posted", "duplicate")
"""How 368 is worded for the same content again, where waiting changes nothing (koala#422)."""


def row_of(code: int | None, subcode: int | None, said: str = "") -> Row | None:
    """The row for an error, the most telling first; None for a code that no source explains. `said` are Meta's words."""
    if code == 368 and subcode is None and any(words in said.lower() for words in _SAID_ALREADY):
        return ROWS[506, None]
    for key in ((code, subcode), (None, subcode), (code, None)):
        if key != (None, None) and key in ROWS:
            return ROWS[key]
    if code is None:
        return None
    if code in PERMISSIONS:
        return ROWS[200, None]
    named = [row for (known, _), row in ROWS.items() if known == code]
    # Meta leaves subcodes out at times: a code that has one meaning only needs none.
    return named[0] if subcode is None and len(named) == 1 else None


def row_of_subcode(subcode: int) -> Row | None:
    """The row for a subcode that came without its code (the status text of an Instagram container)."""
    return next((row for (_, known), row in ROWS.items() if known == subcode), None)
