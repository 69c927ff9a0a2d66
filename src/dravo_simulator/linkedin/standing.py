"""Posts that are there: read, found, edited and deleted."""

from itertools import islice

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dravo_simulator.linkedin import errors, littletext
from dravo_simulator.linkedin.door import may_speak_for, paging, query, read, urn_in_path
from dravo_simulator.linkedin.posts import lifecycle, read_text
from dravo_simulator.linkedin.schemas import EditPost
from dravo_simulator.store import JSON, Stored
from dravo_simulator.wire import world_of
from dravo_simulator.world import Account, World


async def find(request: Request, account: Account) -> Response:
    """Posts of an author, newest first: for organizations with r_organization_social. r_member_social is closed."""
    given = query(request, {"q", "author", "start", "count", "sortBy", "isDsc", "viewContext"})
    if given.get("q") != "author":
        raise errors.illegal("Unknown finder on resource posts")
    author = given.get("author", "")
    if author not in account.attributes["organizations"] or "r_organization_social" not in account.scopes:
        raise errors.access_denied("partnerApiPosts.FINDER-author.NO_VERSION")
    if given.get("sortBy", "LAST_MODIFIED") not in {"LAST_MODIFIED", "CREATED"}:
        raise errors.invalid_field("sortBy", "must be LAST_MODIFIED or CREATED")
    start, count = paging(given)
    world = world_of(request)
    standing = [post for post in world.store.newest("linkedin", "post", author) if not post.data.get("deleted")]
    if given.get("sortBy") == "LAST_MODIFIED":
        standing.sort(key=_modified_at, reverse=True)
    elements = [_view(world, post) for post in islice(standing, start, start + count)]
    return JSONResponse({"elements": elements, "paging": {"start": start, "count": count, "links": []}})


async def show(request: Request, account: Account) -> Response:
    post = _standing(request)
    urn = urn_in_path(request)
    is_own = post is not None and post.account == account.extras["author_urn"]
    members_may = world_of(request).settings.linkedin_members_read_posts and "w_member_social" in account.scopes
    if "r_organization_social" not in account.scopes and not (is_own and members_may):
        raise errors.access_denied("partnerApiPosts.GET.NO_VERSION")
    if post is None or not ((is_own and members_may) or post.account in account.attributes["organizations"]):
        raise errors.not_found(urn)
    return JSONResponse(_view(world_of(request), post))


async def edit(request: Request, account: Account) -> Response:
    """PARTIAL_UPDATE: a new commentary, under the rules of the first."""
    order = await read(request, EditPost)
    post = _standing(request)
    if post is None:
        raise errors.not_found(urn_in_path(request))
    if not may_speak_for(account, post.account):
        raise errors.access_denied("posts.PARTIAL_UPDATE")
    world = world_of(request)
    commentary = order.patch.set.commentary
    seen = read_text(world, commentary)
    with world.store.transaction():
        told = littletext.differences(commentary, seen)
        world.change("linkedin", post, commentary=commentary, edited_at=world.now(), seen=seen.text, told=told)
    return Response(status_code=204)


async def delete(request: Request, account: Account) -> Response:
    """Deleting what is gone already is answered alike."""
    post = _standing(request)
    if post is None:
        return Response(status_code=204)
    if not may_speak_for(account, post.account):
        raise errors.access_denied("posts.DELETE")
    world = world_of(request)
    with world.store.transaction():
        world.change("linkedin", post, deleted=True)
    return Response(status_code=204)


def _standing(request: Request) -> Stored | None:
    post = world_of(request).store.get("linkedin", "post", urn_in_path(request))
    return None if post is None or post.data.get("deleted") else post


def _modified_at(post: Stored) -> float:
    return float(post.data.get("edited_at", post.at))


def _view(world: World, post: Stored) -> JSON:
    """As the API returns it: the text as little text, cut where readers' text is cut, with hashtags as templates."""
    hidden = {"media", "edited_at", "seen", "told"}
    body = {name: value for name, value in post.data.items() if name not in hidden}
    created, modified = int(post.at * 1000), int(_modified_at(post) * 1000)
    return body | {
        "id": post.id,
        "commentary": read_text(world, post.data["commentary"]).canonical,
        "lifecycleState": lifecycle(world, post),
        "createdAt": created,
        "publishedAt": created,
        "lastModifiedAt": modified,
    }
