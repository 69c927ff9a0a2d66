"""Who a token belongs to, and which pages that member has a role on."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dravo_simulator.linkedin import errors
from dravo_simulator.linkedin.door import paging, query
from dravo_simulator.linkedin.pages import Page, pages_of
from dravo_simulator.store import JSON
from dravo_simulator.wire import origin, world_of
from dravo_simulator.world import Account

ADMIN_SCOPES = {"r_organization_admin", "rw_organization_admin"}


async def userinfo(request: Request, account: Account) -> Response:
    """OpenID Connect's claims; ``sub`` is opaque text, not a number (Sign In with LinkedIn, read 2026-09)."""
    if not {"openid", "profile"} <= set(account.scopes):
        raise errors.access_denied("userinfo.GET.NO_VERSION")
    given, _, family = account.display_name.partition(" ")
    claims: JSON = {
        "sub": account.id,
        "name": account.display_name,
        "given_name": given,
        "family_name": family,
        "picture": f"{origin(request)}/wall/avatar.svg",
        "locale": {"country": "US", "language": "en"},
    }
    if "email" in account.scopes:
        claims |= {"email": f"{account.handle}@example.com", "email_verified": True}
    return JSONResponse(claims)


async def organization_acls(request: Request, account: Account) -> Response:
    """The finder ``roleAssignee``: one element per page and role, filtered by ``role`` and ``state``."""
    given = query(request, {"q", "role", "state", "start", "count", "projection"})
    if given.get("q") != "roleAssignee":
        raise errors.illegal("Unknown finder on resource organizationAcls")
    if ADMIN_SCOPES.isdisjoint(account.scopes):
        raise errors.access_denied("organizationAcls.FINDER-roleAssignee.NO_VERSION")
    start, count = paging(given)
    pages = [
        page
        for page in pages_of(account)
        if given.get("role", page.role) == page.role and given.get("state", page.state) == page.state
    ]
    switches = world_of(request).settings
    field = switches.linkedin_acl_field
    elements = []
    for position, page in enumerate(pages[start : start + count]):
        element = {
            field: page.urn,
            "role": page.role,
            "state": page.state,
            "roleAssignee": account.extras["author_urn"],
        }
        if f"{field}~" in given.get("projection", "") and (switches.linkedin_acl_decorated or position > 0):
            element[f"{field}~"] = _decoration(page)
        elements.append(element)
    pages_shown = {"start": start, "count": count, "total": len(pages), "links": []}
    return JSONResponse({"elements": elements, "paging": pages_shown})


def _decoration(page: Page) -> JSON:
    return {"id": int(page.number), "localizedName": page.name, "vanityName": page.name.lower().replace(" ", "-")}
