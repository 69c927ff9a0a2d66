"""The Pages of a person and their tokens: ``/me/accounts``, the portfolios' edges, and a Page or a person as a node."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dravo_simulator import graph, graph_lists
from dravo_simulator.grants import Grant
from dravo_simulator.meta_oauth import errors
from dravo_simulator.meta_oauth.bearers import pages_reached
from dravo_simulator.meta_oauth.door import allow, caller
from dravo_simulator.meta_oauth.issue import derived_token, kind_of
from dravo_simulator.meta_oauth.people import (
    business_id,
    business_of,
    instagram_of,
    person_of,
    tasks_of,
)
from dravo_simulator.meta_oauth.selection import select
from dravo_simulator.store import JSON
from dravo_simulator.wire import origin, world_of
from dravo_simulator.world import Account, World

Endpoint = Callable[[Request], Awaitable[Response]]
LISTED = "pages_show_list"
"""The permission that lists Pages. Without it the lists are empty, not refused."""
PORTFOLIOS = "business_management"


async def accounts(request: Request) -> Response:
    """The Pages that the person chose and has a role on. Those of a business portfolio may be missing, and are here."""
    user = _person(request, "accounts")
    return _list(request, user, [page for page in _listed(world_of(request), user) if business_of(page) is None])


async def businesses(request: Request) -> Response:
    user, world = _person(request, "businesses"), world_of(request)
    named = [business_of(page) for page in _listed(world, user)] if PORTFOLIOS in user.scopes else []
    nodes: list[JSON] = [{"id": business_id(name), "name": name} for name in dict.fromkeys(named) if name is not None]
    fields = request.query_params.get("fields", "id,name")
    return _paged(request, [select(world, node, fields, "Business") for node in nodes])


async def owned_pages(request: Request) -> Response:
    return _of_business(request, "owned_pages")


async def client_pages(request: Request) -> Response:
    return _of_business(request, "client_pages")


def page_or(otherwise: Endpoint) -> Endpoint:
    """GET of a node: a Page, the person or ``me`` here, everything else as it is found there."""

    async def node(request: Request) -> Response:
        world, object_id = world_of(request), str(request.path_params["object_id"])
        is_here = object_id == "me" or any(
            object_id in {page.id, person_of(page).id} for page in world.accounts("facebook")
        )
        return await _node(request, object_id) if is_here else await otherwise(request)

    return node


async def _node(request: Request, object_id: str) -> Response:
    graph.check_version(request)
    world, grant = world_of(request), caller(request)
    if kind_of(grant) == "page":
        (await graph.read(request, "facebook")).need("pages_read_engagement")
    allow(request, "fields")
    fields = request.query_params.get("fields", "id,name")
    meant = grant.account if object_id == "me" else object_id
    people = [person_of(page) for page in world.accounts("facebook")]
    # A person whose last Page was given to another user is nobody any more.
    person = next((person for person in people if person.id == meant == grant.account), None)
    if person is not None:
        return JSONResponse(select(world, {"id": person.id, "name": person.name}, fields, "User"))
    page = next((page for page in pages_reached(world, grant) if page.id == meant), None)
    if page is None or not tasks_of(page):
        raise graph.no_such_object(world, object_id, request.method)
    with world.store.transaction():
        return JSONResponse(select(world, _view(request, grant, page), fields, "Page"))


def _person(request: Request, edge: str) -> Grant:
    """The person that a call is made as; only people have these edges."""
    graph.check_version(request)
    user = caller(request)
    allow(request, "fields", "limit", "after")
    if kind_of(user) != "user":
        raise errors.no_such_field(world_of(request), edge, "Page")
    return user


def _listed(world: World, user: Grant) -> list[Account]:
    return [page for page in pages_reached(world, user) if tasks_of(page)] if LISTED in user.scopes else []


def _of_business(request: Request, edge: str) -> Response:
    user, world = _person(request, edge), world_of(request)
    number = str(request.path_params["business_id"])
    pages = [page for page in _listed(world, user) if business_of(page) is not None]
    within = [page for page in pages if business_id(str(business_of(page))) == number]
    if PORTFOLIOS not in user.scopes or not within:
        raise graph.no_such_object(world, number, request.method)
    return _list(request, user, [page for page in within if page.attributes.get("business_edge") == edge])


def _list(request: Request, user: Grant, pages: list[Account]) -> Response:
    world = world_of(request)
    fields = request.query_params.get("fields", "access_token,category,name,id,tasks")
    with world.store.transaction():
        nodes = [select(world, _view(request, user, page), fields, "Page") for page in pages]
    return _paged(request, nodes)


def _paged(request: Request, nodes: list[JSON]) -> Response:
    page, paging = graph_lists.listed(request, nodes, [node["id"] for node in nodes])
    return JSONResponse({"data": page} | paging)


def _view(request: Request, grant: Grant, page: Account) -> JSON:
    """A Page as a token sees it: its own token, what may be done on it, and with instagram_basic who is linked to it."""
    world = world_of(request)
    token = grant if kind_of(grant) == "page" else derived_token(world, grant, page)
    linked = instagram_of(world, page) if "instagram_basic" in grant.scopes else None
    return {
        "id": page.id,
        "name": page.display_name,
        "username": page.handle,
        "category": "Software",
        "link": f"https://www.facebook.com/{page.handle}",
        "access_token": token.token,
        "tasks": tasks_of(page),
        "instagram_business_account": None if linked is None else _linked(request, linked),
    }


def _linked(request: Request, account: Account) -> JSON:
    return {
        "id": account.id,
        "username": account.handle,
        "name": account.display_name,
        "profile_picture_url": f"{origin(request)}/wall/avatar.svg",
    }
