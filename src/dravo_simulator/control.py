"""``/_control``: what a test may order. No credentials: the simulator listens on loopback only."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Literal, Self, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dravo_simulator import consent
from dravo_simulator.accounts import AccountOrder, describe, provide
from dravo_simulator.apps import SEEDED, App
from dravo_simulator.faults import EVERY, FIELDS_OF, Fault
from dravo_simulator.settings import Settings
from dravo_simulator.store import JSON
from dravo_simulator.tiktok.state import settle
from dravo_simulator.wire import NotJSON, Refusal, json_object, problems, world_of
from dravo_simulator.world import rfc3339

Order = TypeVar("Order", bound=BaseModel)


class ClockOrder(BaseModel):
    """``POST /_control/clock``: moves the clock by so many seconds, or to a moment."""

    model_config = ConfigDict(extra="forbid", strict=True)

    advance_seconds: float | None = Field(default=None, allow_inf_nan=False)
    set: AwareDatetime | None = Field(default=None, strict=False)

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if (self.advance_seconds is None) == (self.set is None):
            raise ValueError("give either advance_seconds or set")
        return self


class AppOrder(BaseModel):
    """``POST /_control/apps``: another OAuth app. What is not said is as the app that is there from the start has it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    network: Literal["x", "linkedin"]
    name: str = Field(default="Another simulated app", min_length=1, max_length=100)
    client_id: str | None = Field(default=None, pattern=r"^[A-Za-z0-9._-]{1,100}$")
    confidential: bool = True
    """Has a secret; false makes a public client, which proves itself by PKCE alone."""
    redirect_uris: list[str] | None = None
    """Compared to the letter; without it every https URI and every loopback one will do."""
    scopes: list[str] | None = None
    refreshable: bool | None = None


async def accounts(request: Request) -> Response:
    world = world_of(request)
    if request.method == "GET":
        listed = world.accounts(request.query_params.get("network"))
        return JSONResponse({"items": [describe(account) for account in listed]})
    order = await _read(request, AccountOrder.model_validate)
    account, is_new = provide(world, order)
    return JSONResponse(describe(account), 201 if is_new else 200)


async def apps(request: Request) -> Response:
    known = world_of(request).store.apps
    if request.method == "GET":
        return JSONResponse({"items": [asdict(app) for app in known.all()]})
    order = await _read(request, AppOrder.model_validate)
    world, model = world_of(request), SEEDED[order.network]
    client_id = order.client_id or world.token("client-")[:27]
    if known.get(order.network, client_id) is not None:
        raise Refusal(JSONResponse({"error": f"client_id: {client_id} is there already"}, 422))
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


async def consents(request: Request) -> Response:
    order = await _read(request, consent.ConsentOrder.model_validate)
    if not consent.order(world_of(request), order):
        raise Refusal(JSONResponse({"error": f"account: {order.network} has no account {order.account}"}, 422))
    return JSONResponse(order.model_dump(), 201)


async def ledger(request: Request) -> Response:
    """Every effect in order; what time has finished meanwhile is finished first."""
    await settle(request)
    return JSONResponse({"items": world_of(request).store.ledger()})


async def calls(request: Request) -> Response:
    """Every call that a network received, oldest first."""
    return JSONResponse({"items": request.app.state.calls.all(request.query_params.get("network"))})


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
    # Not in the middle of a pull, which would write its result into the new world.
    async with request.app.state.settling:
        world_of(request).reset()
    request.app.state.faults.clear()
    request.app.state.calls.clear()
    return Response(status_code=204)


async def clock(request: Request) -> Response:
    world = world_of(request)
    if request.method == "POST":
        order = await _read(request, ClockOrder.model_validate)
        if order.set is not None:
            world.set_clock(order.set.timestamp())
        else:
            world.advance_clock(order.advance_seconds or 0)
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
        return validate(await json_object(request))
    except NotJSON as broken:
        raise Refusal(JSONResponse({"error": f"the body is not a JSON object: {broken}"}, 422)) from broken
    except ValidationError as invalid:
        found = [f"{path}: {message}" for path, _, message in problems(invalid.errors())]
        raise Refusal(JSONResponse({"error": "; ".join(found)}, 422)) from invalid


def _shown(fault: Fault) -> JSON:
    """A fault without what its action does not know."""
    return fault.model_dump(mode="json", include=EVERY | FIELDS_OF.get(fault.action, set()))


ROUTES = [
    Route("/accounts", accounts, methods=["GET", "POST"]),
    Route("/apps", apps, methods=["GET", "POST"]),
    Route("/consent", consents, methods=["POST"]),
    Route("/ledger", ledger, methods=["GET"]),
    Route("/calls", calls, methods=["GET"]),
    Route("/faults", faults, methods=["GET", "POST", "DELETE"]),
    Route("/reset", reset, methods=["POST"]),
    Route("/clock", clock, methods=["GET", "POST"]),
    Route("/settings", settings, methods=["GET", "POST"]),
]
