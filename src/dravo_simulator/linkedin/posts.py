"""POST /rest/posts and the finder."""

from itertools import islice

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dravo_simulator.linkedin import errors, littletext
from dravo_simulator.linkedin.door import may_speak_for, read, urn_in_path
from dravo_simulator.linkedin.images import shown, usable
from dravo_simulator.linkedin.schemas import CreatePost
from dravo_simulator.store import JSON, Stored
from dravo_simulator.wire import utf16_units, world_of
from dravo_simulator.world import Account, World

MOST_CHARACTERS = 3000
"""The unit is not documented (Posts API page, 2026-06); UTF-16 units without the escapes here."""
DUPLICATE_SECONDS = 600
"""About ten minutes, from the ugcPosts page; for /rest/posts it is only observed."""


async def create(request: Request, account: Account) -> Response:
    post = await read(request, CreatePost)
    world = world_of(request)
    if not may_speak_for(account, post.author):
        raise errors.access_denied("posts.CREATE")
    _check(post)
    media = _media(world, post)
    content = [post.author, post.commentary, [image.id for image, _ in media], _article_source(post)]
    earlier = world.earlier("linkedin", content, DUPLICATE_SECONDS)
    if earlier:
        raise errors.duplicate(earlier)
    kind = "ugcPost" if post.content and post.content.multiImage else "share"
    with world.store.transaction():
        urn = f"urn:li:{kind}:{world.snowflake()}"
        world.create("linkedin", "post", urn, post.author, post.model_dump(exclude_none=True))
        world.remember("linkedin", content, account.id, urn)
        world.record(
            account,
            "post",
            urn,
            text=littletext.read(post.commentary),
            media=[shown(world, image, alt_text) for image, alt_text in media],
            options=_options(post),
        )
    return Response(status_code=201, headers={"x-restli-id": urn})


async def find(request: Request, account: Account) -> Response:
    """Posts of an author, newest first: for organizations with r_organization_social. r_member_social is closed."""
    if request.query_params.get("q") != "author" or request.headers.get("x-restli-method", "FINDER") != "FINDER":
        raise errors.refusal(400, "Unknown finder on resource posts", "ILLEGAL_ARGUMENT")
    author = request.query_params.get("author", "")
    if b"author=urn:li" in request.scope["query_string"]:
        raise errors.refusal(400, "Syntax exception in query parameters", "ILLEGAL_ARGUMENT")
    if author not in account.attributes["organizations"] or "r_organization_social" not in account.scopes:
        raise errors.access_denied("partnerApiPosts.FINDER-author.NO_VERSION")
    count = request.query_params.get("count", "10")
    if not count.isdecimal() or not 1 <= int(count) <= 100:
        raise errors.invalid_field("count", "must be between 1 and 100")
    world = world_of(request)
    elements = [_view(post) for post in islice(world.store.newest("linkedin", "post", author), int(count))]
    return JSONResponse({"elements": elements, "paging": {"start": 0, "count": int(count), "links": []}})


async def show(request: Request, account: Account) -> Response:
    urn = urn_in_path(request)
    post = world_of(request).store.get("linkedin", "post", urn)
    if "r_organization_social" not in account.scopes:
        raise errors.access_denied("partnerApiPosts.GET.NO_VERSION")
    if post is None or post.account not in account.attributes["organizations"]:
        raise errors.not_found(urn)
    return JSONResponse(_view(post))


def _check(post: CreatePost) -> None:
    if utf16_units(littletext.unescape(post.commentary)) > MOST_CHARACTERS:
        raise errors.invalid_field("commentary", f"exceeds {MOST_CHARACTERS} characters", "FIELD_LENGTH_TOO_LONG")
    is_member = post.author.startswith("urn:li:person:")
    if is_member and post.distribution.feedDistribution == "NONE":
        raise errors.invalid_field("distribution.feedDistribution", "NONE is for organizations")
    if not is_member and post.visibility == "CONNECTIONS":
        raise errors.invalid_field("visibility", "CONNECTIONS is for members")
    given = [] if post.content is None else [name for name, value in post.content if value is not None]
    if post.content is not None and len(given) != 1:
        raise errors.invalid_field("content", "exactly one kind of content is expected")
    if not given and not post.commentary.strip():
        raise errors.invalid_field("commentary", "may not be blank", "INVALID_VALUE_BLANK_FIELD")


def _media(world: World, post: CreatePost) -> list[tuple[Stored, str | None]]:
    content = post.content
    if content is None:
        return []
    if content.media:
        return [(usable(world, content.media.id, post.author, "content.media.id"), content.media.altText)]
    if content.article and content.article.thumbnail:
        return [(usable(world, content.article.thumbnail, post.author, "content.article.thumbnail"), None)]
    images = content.multiImage.images if content.multiImage else []
    return [(usable(world, image.id, post.author, "content.multiImage.images"), image.altText) for image in images]


def _article_source(post: CreatePost) -> str | None:
    return post.content.article.source if post.content and post.content.article else None


def _options(post: CreatePost) -> JSON:
    options: JSON = {
        "author": post.author,
        "visibility": post.visibility,
        "distribution": post.distribution.model_dump(exclude_defaults=True),
        "isReshareDisabledByAuthor": post.isReshareDisabledByAuthor,
    }
    if post.content and post.content.article:
        options["article"] = post.content.article.model_dump(exclude_none=True)
    return options


def _view(post: Stored) -> JSON:
    millis = int(post.at * 1000)
    times = {"createdAt": millis, "publishedAt": millis, "lastModifiedAt": millis}
    return post.data | times | {"id": post.id}
