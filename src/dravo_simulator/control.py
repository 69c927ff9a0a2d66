"""``/_control``: what a test may order. No credentials: the simulator listens on loopback only."""

from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dravo_simulator.accounts import AccountOrder, describe, provide
from dravo_simulator.faults import Fault
from dravo_simulator.store import JSON
from dravo_simulator.tiktok.state import settle
from dravo_simulator.wire import NotJSON, Refusal, json_object, problems, world_of
from dravo_simulator.world import Settings

Order = TypeVar("Order", bound=BaseModel)


class ClockOrder(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    advance_seconds: float


async def accounts(request: Request) -> Response:
    order = await _read(request, AccountOrder.model_validate)
    account, is_new = provide(world_of(request), order)
    return JSONResponse(describe(account), 201 if is_new else 200)


async def ledger(request: Request) -> Response:
    """Every effect in order; what time has finished meanwhile is finished first."""
    await settle(request)
    return JSONResponse({"items": world_of(request).store.ledger()})


async def faults(request: Request) -> Response:
    orders = request.app.state.faults
    if request.method == "DELETE":
        orders.clear()
        return Response(status_code=204)
    fault = await _read(request, Fault.model_validate)
    orders.add(fault)
    return JSONResponse(fault.model_dump(), 201)


async def reset(request: Request) -> Response:
    # Not in the middle of a pull, which would write its result into the new world.
    async with request.app.state.settling:
        world_of(request).reset()
    request.app.state.faults.clear()
    return Response(status_code=204)


async def clock(request: Request) -> Response:
    order = await _read(request, ClockOrder.model_validate)
    world_of(request).advance_clock(order.advance_seconds)
    return JSONResponse({"now": world_of(request).now()})


async def settings(request: Request) -> Response:
    """Changes the switches that are named, keeps the others."""
    world = world_of(request)

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


ROUTES = [
    Route("/accounts", accounts, methods=["POST"]),
    Route("/ledger", ledger, methods=["GET"]),
    Route("/faults", faults, methods=["POST", "DELETE"]),
    Route("/reset", reset, methods=["POST"]),
    Route("/clock", clock, methods=["POST"]),
    Route("/settings", settings, methods=["POST"]),
]
