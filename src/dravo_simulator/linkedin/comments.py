"""Comments under a post: written, listed, read and deleted (Comments API page, view of 2026-08)."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dravo_simulator.lengths import length
from dravo_simulator.linkedin import errors, littletext
from dravo_simulator.linkedin.door import query, read, urn_in_path
from dravo_simulator.linkedin.pages import may_post_as
from dravo_simulator.linkedin.posts import rules
from dravo_simulator.linkedin.schemas import CreateComment
from dravo_simulator.store import JSON, Stored
from dravo_simulator.wire import world_of
from dravo_simulator.world import Account, World

MOST_CHARACTERS = 1250
"""From a third party's notes of 2026-05; no page of LinkedIn's gives the number."""


async def create(request: Request, account: Account) -> Response:
    urn = urn_in_path(request)
    order = await read(request, CreateComment)
    world = world_of(request)
    if not _may_comment_as(world, account, order.actor):
        raise errors.access_denied("socialActions.comments.CREATE")
    if order.object != urn:
        raise errors.invalid_field("object", "differs from the URN of the path")
    _check_post(world, urn)
    parent = _parent(world, urn, order)
    seen = _read_text(world, order.message.text)
    _check_pace(world, account)
    with world.store.transaction():
        comment_id = world.snowflake()
        comment = world.create("linkedin", "comment", comment_id, urn, order.model_dump(exclude_none=True))
        world.record(
            account, "comment", comment_id, text=seen.text, options=_options(order, seen), parent=parent or urn
        )
    return JSONResponse(_view(comment), 201, headers={"x-restli-id": comment_id})


async def list_of(request: Request, account: Account) -> Response:
    """Comments of a post, for organization tokens only."""
    query(request, {"start", "count"})
    urn = urn_in_path(request)
    _check_reader(account)
    comments = world_of(request).store.newest("linkedin", "comment", urn)
    elements = [_view(comment) for comment in comments if not comment.data.get("deleted")]
    return JSONResponse({"elements": elements, "paging": {"start": 0, "count": len(elements), "links": []}})


async def show(request: Request, account: Account) -> Response:
    _check_reader(account)
    return JSONResponse(_view(_standing(request)))


async def delete(request: Request, account: Account) -> Response:
    query(request, {"actor"})
    comment = _standing(request)
    world = world_of(request)
    if not _may_comment_as(world, account, comment.data["actor"]):
        raise errors.access_denied("socialActions.comments.DELETE")
    with world.store.transaction():
        world.change("linkedin", comment, deleted=True)
    return Response(status_code=204)


def _may_comment_as(world: World, account: Account, actor: str) -> bool:
    """Whether the plain permissions do, or only those of the vetted Community Management API, is not settled."""
    is_member = actor == account.extras["author_urn"]
    if not is_member and not may_post_as(account, actor):
        return False
    plain = "w_member_social" if is_member else "w_organization_social"
    enough = {f"{plain}_feed"} | ({plain} if world.settings.linkedin_comment_permission == "social" else set())
    return not enough.isdisjoint(account.scopes)


def _check_reader(account: Account) -> None:
    if {"r_organization_social", "r_organization_social_feed"}.isdisjoint(account.scopes):
        raise errors.access_denied("socialActions.comments.GET")


def _check_post(world: World, urn: str) -> None:
    """The post must be there, and for a moment after its creation it is not there for comments yet."""
    post = world.store.get("linkedin", "post", urn)
    if post is None or post.data.get("deleted"):
        raise errors.not_found(urn)
    if world.now() < post.at + world.settings.linkedin_activity_lag_seconds:
        # Seen with 404 by clients that retry on it.
        raise errors.refusal(404, f"Unable to obtain activity for {urn}")


def _parent(world: World, urn: str, order: CreateComment) -> str | None:
    """The id of the comment that is replied to."""
    if order.parentComment is None:
        return None
    parent_id = order.parentComment.rstrip(")").rpartition(",")[2]
    parent = world.store.get("linkedin", "comment", parent_id)
    if parent is None or parent.account != urn or order.parentComment != _urn(parent):
        raise errors.invalid_field("parentComment", f"{order.parentComment} is no comment of {urn}", "INVALID_URN_ID")
    return parent.id


def _read_text(world: World, written: str) -> littletext.Seen:
    """The text as readers see it."""
    switches = world.settings
    is_little = switches.linkedin_comment_text == "little"
    counted = littletext.unescaped(written) if is_little and not switches.linkedin_escapes_count else written
    if length(counted, switches.linkedin_length_unit) > MOST_CHARACTERS:
        raise errors.invalid_field("message.text", f"exceeds {MOST_CHARACTERS} characters", "FIELD_LENGTH_TOO_LONG")
    return littletext.read(written, rules(world)) if is_little else littletext.Seen(written, written, {}, [], "")


def _options(order: CreateComment, seen: littletext.Seen) -> JSON:
    options: JSON = {"actor": order.actor} | littletext.differences(order.message.text, seen)
    if order.parentComment:
        options["parentComment"] = order.parentComment
    return options


def _check_pace(world: World, account: Account) -> None:
    most = world.settings.linkedin_comments_per_minute
    if most is not None and not world.count_sliding(f"linkedin comments {account.id}", most, 60):
        raise errors.comment_limit(world)


def _standing(request: Request) -> Stored:
    comment = world_of(request).store.get("linkedin", "comment", request.path_params["comment_id"])
    if comment is None or comment.account != urn_in_path(request) or comment.data.get("deleted"):
        raise errors.not_found("the comment")
    return comment


def _urn(comment: Stored) -> str:
    """Comments hang on the activity of a post, which has its number."""
    return f"urn:li:comment:(urn:li:activity:{comment.account.rpartition(':')[2]},{comment.id})"


def _view(comment: Stored) -> JSON:
    moment = {"time": int(comment.at * 1000)}
    return comment.data | {"id": comment.id, "commentUrn": _urn(comment), "created": moment, "lastModified": moment}
