"""``/_control``: what a test may order. No credentials: the simulator listens on loopback only."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dravo_simulator import consent
from dravo_simulator.accounts import META, AccountOrder, describe, provide
from dravo_simulator.apps import SEEDED, App
from dravo_simulator.faults import EVERY, FIELDS_OF, Fault
from dravo_simulator.sentences import looking_like, sentences
from dravo_simulator.settings import Settings
from dravo_simulator.settle import settle
from dravo_simulator.store import JSON
from dravo_simulator.tiktok.webhooks import set_address
from dravo_simulator.wire import NotJSON, Refusal, json_object, world_of
from dravo_simulator.world import NETWORKS, World, rfc3339

Order = TypeVar("Order", bound=BaseModel)
END_OF_TIME = 221_845_392_000.0
"""The year 9000 in Unix seconds: Python writes no time after 9999, and what is issued now ends later than now."""


class ClockOrder(BaseModel):
    """``POST /_control/clock``: moves the clock by so many seconds, or to a moment; forward only."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    advance_seconds: float | None = None
    set: AwareDatetime | None = Field(default=None, strict=False)

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if (self.advance_seconds is None) == (self.set is None):
            raise ValueError("give either advance_seconds or set")
        return self


class AppOrder(BaseModel):
    """``POST /_control/apps``: another OAuth app. What is not said is as the app that is there from the start has it."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    network: Literal["x", "linkedin", "facebook", "instagram", "tiktok"]
    name: str = Field(default="Another simulated app", min_length=1, max_length=100)
    client_id: (
        Annotated[
            str, looking_like("[A-Za-z0-9._-]{1,100}", "be 1 to 100 letters, digits, dots, hyphens or underscores")
        ]
        | None
    ) = None
    confidential: bool = True
    """Has a secret; false makes a public client, which proves itself by PKCE alone."""
    redirect_uris: list[str] | None = None
    """Compared to the letter; without it every https URI and every loopback one will do."""
    scopes: list[str] | None = None
    refreshable: bool | None = None


class WebhookOrder(BaseModel):
    """``POST /_control/webhooks``: where an app of TikTok is told of events; ``url`` null: nowhere."""

    model_config = ConfigDict(extra="forbid", strict=True)

    network: Literal["tiktok"]
    client_id: str = SEEDED["tiktok"].client_id
    url: str | None


async def accounts(request: Request) -> Response:
    world = world_of(request)
    if request.method == "GET":
        listed = world.accounts(_network(request))
        return JSONResponse({"items": [describe(account) for account in listed]})
    order = await _read(request, AccountOrder.model_validate)
    with _told(within="attributes"):
        account, is_new = provide(world, order)
    return JSONResponse(describe(account), 201 if is_new else 200)


async def apps(request: Request) -> Response:
    known = world_of(request).store.apps
    if request.method == "GET":
        return JSONResponse({"items": [asdict(app) for app in known.all()]})
    order = await _read(request, AppOrder.model_validate)
    world, model = world_of(request), SEEDED[order.network]
    client_id = order.client_id or _new_client_id(world, order.network)
    if known.get(order.network, client_id) is not None:
        raise _refusal(f"client_id: {client_id} is there already")
    app = App(
        network=order.network,
        client_id=client_id,
        client_secret=world.token("secret-") if order.confidential else None,
        name=order.name,
        redirect_uris=order.redirect_uris,
        scopes=model.scopes if order.scopes is None else order.scopes,
        refreshable=model.refreshable if order.refreshable is None else order.refreshable,
    )
    with world.store.transaction():
        known.add(app)
    return JSONResponse(asdict(app), 201)


async def webhooks(request: Request) -> Response:
    """The networks call nobody but the origins that the simulator was told about."""
    order = await _read(request, WebhookOrder.model_validate)
    world = world_of(request)
    if world.store.apps.get(order.network, order.client_id) is None:
        raise _refusal(f"client_id: {order.network} has no app {order.client_id}")
    if order.url is not None and not request.app.state.fetcher.knows(order.url):
        raise _refusal("url: must be of one of the verified origins")
    set_address(world, order.client_id, order.url)
    return JSONResponse(order.model_dump(), 201)


async def consents(request: Request) -> Response:
    order = await _read(request, consent.ConsentOrder.model_validate)
    try:
        consent.order(world_of(request), order)
    except consent.NotThere as missing:
        raise _refusal(str(missing)) from missing
    return JSONResponse(order.model_dump(), 201)


async def ledger(request: Request) -> Response:
    """Every effect in order; what time has finished meanwhile is finished first."""
    await settle(request)
    return JSONResponse({"items": world_of(request).store.ledger()})


async def calls(request: Request) -> Response:
    """Every call that a network received, oldest first."""
    return JSONResponse({"items": request.app.state.calls.all(_network(request))})


async def faults(request: Request) -> Response:
    orders, now = request.app.state.faults, world_of(request).now()
    if request.method == "DELETE":
        orders.clear()
        return Response(status_code=204)
    if request.method == "GET":
        return JSONResponse({"items": [_shown(fault) for fault in orders.armed(now)]})
    fault = await _read(request, Fault.model_validate)
    return JSONResponse(_shown(orders.add(fault, now)), 201)


async def reset(request: Request) -> Response:
    world_of(request).reset()
    request.app.state.faults.clear()
    request.app.state.calls.clear()
    return Response(status_code=204)


async def clock(request: Request) -> Response:
    world = world_of(request)
    if request.method == "POST":
        order = await _read(request, ClockOrder.model_validate)
        now = world.now()
        moment = now + (order.advance_seconds or 0) if order.set is None else order.set.timestamp()
        if moment < now:
            # Tokens that ended, quotas that were used and media that were processed would not come back with it.
            raise _refusal(f"the clock only goes forward, and it is {rfc3339(now)}; POST /_control/reset begins anew")
        if moment > END_OF_TIME:
            raise _refusal("the clock ends with the year 8999")
        if order.set is None:
            world.advance_clock(order.advance_seconds or 0)
        else:
            world.set_clock(moment)
    return JSONResponse({"now": world.now(), "now_at": rfc3339(world.now())})


async def settings(request: Request) -> Response:
    """Changes the switches that are named, keeps the others."""
    world = world_of(request)
    if request.method == "GET":
        return JSONResponse(world.settings.model_dump())

    def merged(body: JSON) -> Settings:
        return Settings.model_validate(world.settings.model_dump() | body)

    world.change_settings(await _read(request, merged))
    return JSONResponse(world.settings.model_dump())


async def _read(request: Request, validate: Callable[[Any], Order]) -> Order:
    try:
        body = await json_object(request)
    except NotJSON as broken:
        raise _refusal("the body is not a JSON object") from broken
    with _told():
        return validate(body)


def _new_client_id(world: World, network: str) -> str:
    """Meta names its apps by numbers."""
    if network in META:
        return str(1_000_000_000_001_000 + world.store.number())
    return world.token("client-")[:27]


def _network(request: Request) -> str | None:
    """The network that a list is asked for, or None for all of them."""
    network = request.query_params.get("network")
    if network is not None and network not in NETWORKS:
        raise _refusal(f"network: must be one of {', '.join(NETWORKS)}")
    return network


@contextmanager
def _told(within: str = "") -> Iterator[None]:
    """Says in sentences what is wrong with an order, or with its field ``within``."""
    try:
        yield
    except ValidationError as invalid:
        raise _refusal(sentences(invalid, within)) from invalid


def _refusal(sentence: str) -> Refusal:
    return Refusal(JSONResponse({"error": sentence}, 422))


def _shown(fault: Fault) -> JSON:
    """A fault without what its action does not know."""
    return fault.model_dump(mode="json", include=EVERY | FIELDS_OF.get(fault.action, set()))


ROUTES = [
    Route("/accounts", accounts, methods=["GET", "POST"]),
    Route("/apps", apps, methods=["GET", "POST"]),
    Route("/consent", consents, methods=["POST"]),
    Route("/webhooks", webhooks, methods=["POST"]),
    Route("/ledger", ledger, methods=["GET"]),
    Route("/calls", calls, methods=["GET"]),
    Route("/faults", faults, methods=["GET", "POST", "DELETE"]),
    Route("/reset", reset, methods=["POST"]),
    Route("/clock", clock, methods=["GET", "POST"]),
    Route("/settings", settings, methods=["GET", "POST"]),
]
