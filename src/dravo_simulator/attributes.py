"""What differs between accounts of a network, as ``attributes`` of ``POST /_control/accounts``. A name that is not here is refused."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from dravo_simulator.linkedin import pages
from dravo_simulator.sentences import looking_like

JSON = dict[str, Any]
OrganizationUrn = Annotated[
    str, looking_like("urn:li:organization:[0-9]+", "be the URN of a page, such as urn:li:organization:4711")
]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class XAttributes(Strict):
    premium: bool = False
    """Texts up to 25,000 and a blue mark."""
    subscription_type: Literal["None", "Basic", "Premium", "PremiumPlus"] | None = None
    """Of ``GET /2/users/me``; without it ``premium`` decides between None and Premium."""
    verified_type: Literal["none", "blue", "business", "government"] | None = None
    """Without it: blue for Premium, else none."""
    subscriptions: bool = False
    """Offers subscriptions, so may post for subscribers only."""
    long_videos: bool = False
    """May post videos longer than 140 seconds and larger than 512 MB, as some Premium accounts."""
    geo: bool = True
    """Has location switched on. Off: X drops a place and answers 201 all the same."""
    state: Literal["active", "suspended", "locked"] = "active"
    credits_depleted: bool = False
    """The developer who owns the app has no credits left: 402."""


class Page(Strict):
    """A LinkedIn page that the member has a role on."""

    urn: OrganizationUrn
    name: str = "Simulated page"
    role: str = "ADMINISTRATOR"
    state: str = "APPROVED"


def _page_of_urn(given: Any) -> Any:
    return {"urn": given} if isinstance(given, str) else given


class LinkedInAttributes(Strict):
    organizations: list[Annotated[Page, BeforeValidator(_page_of_urn)]] = []
    """Pages by URN (as administrator), or with ``urn``, ``name``, ``role`` and ``state``."""


class TikTokAttributes(Strict):
    private: bool = True
    """A private profile: no public posts, no duets, no stitches."""
    audited: bool = False
    """Whether the app that its tokens are of has passed TikTok's audit."""
    comment_disabled: bool = False
    """Comments are off in the profile; so are duets and stitches by the next two."""
    duet_disabled: bool = False
    stitch_disabled: bool = False
    max_video_post_duration_sec: int = Field(default=600, ge=1)
    """The longest video of a direct post: every creator may post three minutes, some five or ten."""
    banned: bool = False
    """May not make new posts: spam_risk_user_banned_from_posting."""
    old_app: bool = False
    """The creator's app is older than 31.8 and takes no photos as drafts."""


TokenKind = Literal["page", "user"]


class FacebookAttributes(Strict):
    """Of a Page, which is what an account of Facebook is here."""

    token_kind: TokenKind = "page"  # noqa: S105 - a word, not a token
    """Whether the token handed out is the Page's own or that of the person behind it, from which a client derives the Page's."""
    user: str | None = Field(default=None, min_length=1, max_length=100)
    """The person with a role on it; Pages of the same user are listed together. Without it a person to itself."""
    tasks: list[Literal["ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MANAGE", "MESSAGING", "MODERATE"]] = [
        "ADVERTISE",
        "ANALYZE",
        "CREATE_CONTENT",
        "MANAGE",
        "MESSAGING",
        "MODERATE",
    ]
    """What that person may do on it; empty: no role, and the Page is not listed."""
    business: str | None = Field(default=None, min_length=1, max_length=100)
    """The business portfolio it belongs to; then it is missing in the person's own list and found in the portfolio's."""
    business_edge: Literal["owned_pages", "client_pages"] = "owned_pages"
    """Which of the portfolio's lists it is in."""


class InstagramAttributes(Strict):
    login: Literal["instagram", "facebook"] = "instagram"
    """How an app gets in: with a token of its own for graph.instagram.com, or by the Page it is linked to."""
    page: str | None = Field(default=None, min_length=1, max_length=100)
    """Handle of the Page it is linked to, made when it is not there; with login facebook it is the account's own without it."""
    token_kind: TokenKind = "page"  # noqa: S105 - a word, not a token
    """With login facebook: whether the token handed out is that of the Page or of the person behind it."""
    account_type: Literal["BUSINESS", "MEDIA_CREATOR"] = "BUSINESS"


MODELS: dict[str, type[Strict]] = {
    "x": XAttributes,
    "linkedin": LinkedInAttributes,
    "facebook": FacebookAttributes,
    "instagram": InstagramAttributes,
    "tiktok": TikTokAttributes,
}


def settled(network: str, given: JSON, before: JSON | None = None) -> JSON:
    """The attributes as an account keeps them: those that are named, over the earlier ones or the plain ones.

    Raises pydantic's ValidationError. LinkedIn's pages are kept twice: ``organizations`` is their URNs, ``pages`` all of it.
    """
    merged = {name: value for name, value in (before or {}).items() if name != "pages"} | given
    if before is not None and network == "linkedin" and "organizations" not in given:
        merged["organizations"] = before["pages"]
    kept: JSON = MODELS[network].model_validate(merged).model_dump()
    if network == "linkedin":
        given_pages = kept["organizations"]
        kept = {"organizations": [page["urn"] for page in given_pages], "pages": given_pages}
    return kept


def extras_of(network: str, attributes: JSON) -> dict[str, Any]:
    """What of the attributes a client learns when an account is connected; of LinkedIn's pages those it may post as."""
    if network == "x":
        tier = attributes["subscription_type"] or ("Premium" if attributes["premium"] else "None")
        return {"premium": tier != "None"}
    if network == "linkedin":
        return {"organizations": pages.postable(attributes)}
    if network == "instagram":
        return {"login": attributes.get("login", "instagram")}
    return {}
