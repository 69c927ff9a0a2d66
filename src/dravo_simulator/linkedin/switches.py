"""LinkedIn's part of the simulator's settings: a switch for each fact that its documentation leaves open.

All of them are changed by ``POST /_control/settings``; the defaults are the reading that live reports support best.
"""

from typing import Literal

from pydantic import BaseModel


class LinkedInSwitches(BaseModel):
    linkedin_active_versions: list[str] | None = None
    """The versions that are served; None: those of the table in ``versions.py`` on the clock's day."""
    linkedin_parentheses_reserved: bool = True
    """Whether a bare ``(`` or ``)`` ends a text as the other reserved characters do."""
    linkedin_links_cut: bool = False
    """Whether a bare ``_``, ``~`` or ``*`` inside a link ends a text."""
    linkedin_bad_text: Literal["cut", "refuse"] = "cut"
    """What becomes of a post with a bare reserved character: 201 and a shorter text, or 400."""
    linkedin_comment_text: Literal["little", "plain"] = "little"
    """Whether a comment's text is little text like a post's, or shown to the letter, backslashes and all."""
    linkedin_escapes_count: bool = False
    """Whether the backslashes of escapes count towards the length of a text."""
    linkedin_length_unit: Literal["utf16", "code_points", "graphemes"] = "utf16"
    """What the limits of a text count."""
    linkedin_missing_field_status: Literal[400, 422] = 400
    """How a body without a required field is refused: the pages say 400, live probes saw 422."""
    linkedin_blank_article_text: Literal["refuse", "accept"] = "refuse"
    """What an article's title or description of white space alone does: 400, or a post."""
    linkedin_duplicate_seconds: float = 600.0
    """How long the same post by the same author is refused."""
    linkedin_duplicate_by: Literal["everything", "text"] = "everything"
    """Whether media and article belong to what makes two posts the same."""
    linkedin_ghost_duplicate: Literal["off", "deleted", "invented"] = "off"
    """The same content again after a delete: published (off), or refused by naming the deleted post, or a new URN each time
    that never was.
    """
    linkedin_comment_permission: Literal["social", "feed"] = "social"
    """Whether commenting needs ``w_member_social`` and ``w_organization_social`` or their ``…_feed`` relatives."""
    linkedin_comments_per_minute: int | None = 1
    """Comments that a member may write in a minute; None: any number. ``rate_limits`` switches it off as well."""
    linkedin_activity_lag_seconds: float = 0.0
    """How long after its creation a post cannot be commented on ("Unable to obtain activity")."""
    linkedin_token_lag_seconds: float = 0.0
    """How long a fresh access token is answered with 401 and 65601."""
    linkedin_members_read_posts: bool = False
    """Whether ``w_member_social`` lets a member read a post of their own by its URN."""
    linkedin_acl_field: Literal["organization", "organizationTarget"] = "organization"
    """How an element of organizationAcls names the page."""
    linkedin_acl_decorated: bool = True
    """Off: the first element of organizationAcls lacks the decoration that was asked for."""
    linkedin_refresh_error: Literal["invalid_grant", "invalid_request"] = "invalid_grant"
    """What a dead refresh token is answered with."""
    linkedin_scope_separator: Literal[",", " "] = ","
    """What stands between the scopes in the answer that brings an access token."""
    linkedin_localhost_redirects: bool = True
    """Whether ``http://localhost`` may be a redirect URI."""
    linkedin_image_bytes: int | None = None
    """The largest picture taken; LinkedIn publishes no limit."""
    linkedin_member_calls: int = 150
    """Calls a member may make through an app in a UTC day."""
    linkedin_app_calls: int = 100_000
    """Calls an app may make in a UTC day."""
    linkedin_retry_after: bool = False
    """Whether a 429 carries ``Retry-After``."""
