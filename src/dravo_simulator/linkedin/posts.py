"""POST /rest/posts: what is checked, what is kept, what readers see."""

from starlette.requests import Request
from starlette.responses import Response

from dravo_simulator.lengths import length
from dravo_simulator.linkedin import contents, errors, littletext, media
from dravo_simulator.linkedin.door import may_speak_for, read
from dravo_simulator.linkedin.schemas import CreatePost
from dravo_simulator.store import JSON, Stored
from dravo_simulator.wire import world_of
from dravo_simulator.world import Account, World

MOST_CHARACTERS = 3000
"""Posts API page, 2026-06; neither the unit nor whether escapes count is documented, so each has a switch."""


async def create(request: Request, account: Account) -> Response:
    post = await read(request, CreatePost)
    world = world_of(request)
    if not may_speak_for(account, post.author):
        raise errors.access_denied("posts.CREATE")
    _check_shape(post)
    contents.check_article(world, post)
    seen = read_text(world, post.commentary)
    used = contents.used(world, post)
    _check_duplicate(world, post)
    with world.store.transaction():
        urn = f"urn:li:{_urn_kind(post)}:{world.snowflake()}"
        kept = post.model_dump(exclude_none=True) | {"media": [[medium.kind, medium.id] for medium, _ in used]}
        world.create("linkedin", "post", urn, post.author, kept)
        world.remember("linkedin", contents.fingerprint(world, post), account.id, urn)
        if all(media.will_be_seen(medium) for medium, _ in used):
            shown = [media.shown(world, medium, alt_text) for medium, alt_text in used]
            world.record(account, "post", urn, text=seen.text, media=shown, options=_options(post, seen))
    return Response(status_code=201, headers={"x-restli-id": urn})


def read_text(world: World, commentary: str) -> littletext.Seen:
    """The text as readers see it. Refuses one that is too long, and by one reading one with a bare reserved character."""
    switches = world.settings
    counted = commentary if switches.linkedin_escapes_count else littletext.unescaped(commentary)
    if length(counted, switches.linkedin_length_unit) > MOST_CHARACTERS:
        raise errors.invalid_field("commentary", f"exceeds {MOST_CHARACTERS} characters", "FIELD_LENGTH_TOO_LONG")
    seen = littletext.read(commentary, rules(world))
    if seen.rest and switches.linkedin_bad_text == "refuse":
        raise errors.invalid_field("commentary", f"{seen.rest[0]} must be escaped")
    return seen


def rules(world: World) -> littletext.Rules:
    return littletext.Rules(
        parentheses_reserved=world.settings.linkedin_parentheses_reserved, links_cut=world.settings.linkedin_links_cut
    )


def _check_shape(post: CreatePost) -> None:
    is_member = post.author.startswith("urn:li:person:")
    if is_member and post.distribution.feedDistribution == "NONE":
        raise errors.invalid_field("distribution.feedDistribution", "NONE is for organizations")
    if is_member and post.distribution.targetEntities:
        raise errors.invalid_field("distribution.targetEntities", "targeting is for organizations")
    if not is_member and post.visibility == "CONNECTIONS":
        raise errors.invalid_field("visibility", "CONNECTIONS is for members")
    given = [] if post.content is None else [name for name, value in post.content if value is not None]
    if post.content is not None and len(given) != 1:
        raise errors.invalid_field("content", "exactly one kind of content is expected")
    if not given and post.reshareContext is None and not post.commentary.strip():
        raise errors.invalid_field("commentary", "may not be blank", "INVALID_VALUE_BLANK_FIELD")


def _check_duplicate(world: World, post: CreatePost) -> None:
    """The same again within ten minutes (ugcPosts page; for /rest/posts it is only observed)."""
    earlier = world.earlier("linkedin", contents.fingerprint(world, post), world.settings.linkedin_duplicate_seconds)
    if earlier is None:
        return
    known = world.store.get("linkedin", "post", earlier)
    assert known is not None
    ghost = world.settings.linkedin_ghost_duplicate
    if not known.data.get("deleted") or ghost == "deleted":
        raise errors.duplicate(earlier)
    if ghost == "invented":
        raise errors.duplicate(f"urn:li:share:{world.snowflake()}")


def _urn_kind(post: CreatePost) -> str:
    """Videos and several images come as ugcPost, the rest as share (as reported; no rule is documented)."""
    content = post.content
    is_ugc = content is not None and (
        content.multiImage is not None or (content.media is not None and content.media.id.startswith("urn:li:video:"))
    )
    return "ugcPost" if is_ugc else "share"


def _options(post: CreatePost, seen: littletext.Seen) -> JSON:
    """What was sent besides text and media, and the text itself where it is not what readers see."""
    options: JSON = {
        "author": post.author,
        "visibility": post.visibility,
        "distribution": post.distribution.model_dump(exclude_defaults=True),
        "isReshareDisabledByAuthor": post.isReshareDisabledByAuthor,
    }
    return options | contents.options(post) | littletext.differences(post.commentary, seen)


def lifecycle(world: World, post: Stored) -> str:
    """Where a post stands: its media may still be processed, or have failed after it was accepted."""
    found = [world.store.get("linkedin", kind, urn) for kind, urn in post.data["media"]]
    statuses = {media.status_of(medium, world) for medium in found if medium is not None}
    if "PROCESSING_FAILED" in statuses:
        return "PUBLISH_FAILED"
    return "PUBLISH_REQUESTED" if "PROCESSING" in statuses else "PUBLISHED"
