"""Comments under a post, and who the token belongs to."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dravo_simulator.linkedin import errors, littletext
from dravo_simulator.linkedin.door import may_speak_for, read, urn_in_path
from dravo_simulator.linkedin.schemas import CreateComment
from dravo_simulator.store import JSON, Stored
from dravo_simulator.wire import world_of
from dravo_simulator.world import Account


async def create(request: Request, account: Account) -> Response:
    urn = urn_in_path(request)
    order = await read(request, CreateComment)
    world = world_of(request)
    if not may_speak_for(account, order.actor):
        raise errors.access_denied("socialActions.comments.CREATE")
    if world.store.get("linkedin", "post", urn) is None:
        raise errors.not_found(urn)
    if order.object != urn:
        raise errors.invalid_field("object", "differs from the URN of the path")
    with world.store.transaction():
        comment_id = world.snowflake()
        comment = world.create("linkedin", "comment", comment_id, urn, order.model_dump(exclude_none=True))
        text = littletext.unescape(order.message.text)
        options = {"actor": order.actor}
        world.record(account, "comment", comment_id, text=text, options=options, parent=urn)
    return JSONResponse(_view(comment), 201, headers={"x-restli-id": comment_id})


async def list_of(request: Request, account: Account) -> Response:
    """Comments of a post, for organization tokens only."""
    urn = urn_in_path(request)
    if "r_organization_social" not in account.scopes:
        raise errors.access_denied("socialActions.comments.GET_ALL")
    elements = [_view(comment) for comment in world_of(request).store.newest("linkedin", "comment", urn)]
    return JSONResponse({"elements": elements, "paging": {"start": 0, "count": len(elements), "links": []}})


async def userinfo(_request: Request, account: Account) -> Response:
    if not {"openid", "profile"} <= set(account.scopes):
        raise errors.access_denied("userinfo.GET.NO_VERSION")
    given, _, family = account.display_name.partition(" ")
    claims: JSON = {
        "sub": account.id,
        "name": account.display_name,
        "given_name": given,
        "family_name": family,
        "locale": {"country": "US", "language": "en"},
    }
    if "email" in account.scopes:
        claims |= {"email": f"{account.handle}@example.com", "email_verified": True}
    return JSONResponse(claims)


def _view(comment: Stored) -> JSON:
    urn = f"urn:li:comment:({comment.account},{comment.id})"
    return comment.data | {"id": comment.id, "commentUrn": urn, "created": {"time": int(comment.at * 1000)}}
