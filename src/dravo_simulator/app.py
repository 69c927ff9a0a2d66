"""The ASGI app: every real host is the first segment of a path, so one origin stands for all of them."""

import asyncio
import contextlib
import json
import logging
import random
import time
from collections.abc import AsyncIterator, Callable, Sequence

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dravo_simulator import control, graph, wall
from dravo_simulator.calls import Calls, Recording
from dravo_simulator.crawler import Crawler
from dravo_simulator.disturb import Disturbing
from dravo_simulator.facebook import routes as facebook
from dravo_simulator.faults import Orders
from dravo_simulator.fetch import Fetcher
from dravo_simulator.graph_host import GraphHost
from dravo_simulator.instagram import routes as instagram
from dravo_simulator.instagram.pulls import Pulls
from dravo_simulator.linkedin import routes as linkedin
from dravo_simulator.meta_oauth import routes as meta_oauth
from dravo_simulator.settle import settle_world
from dravo_simulator.store import JSON
from dravo_simulator.throttled import THROTTLED
from dravo_simulator.tiktok import routes as tiktok
from dravo_simulator.tiktok.arrivals import Arrivals
from dravo_simulator.tiktok.webhooks import Webhooks
from dravo_simulator.wire import Refusal
from dravo_simulator.world import World
from dravo_simulator.x import routes as x

logger = logging.getLogger("dravo_simulator")
SETTLE_EVERY_SECONDS = 0.5


class Simulator:
    """The ASGI app, with its world at hand for tests that run it in their own process."""

    def __init__(self, app: ASGIApp, world: World) -> None:
        self._app = app
        self.world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


def create_app(
    *,
    state: str | None = None,
    verified_origins: Sequence[str] = (),
    fetcher: Fetcher | None = None,
    clock: Callable[[], float] = time.time,
    source: random.Random | None = None,
    settings: JSON | None = None,
) -> Simulator:
    """Builds the simulator.

    ``state`` names the SQLite file that survives a restart; without it everything is gone with the process.
    ``verified_origins`` are the only origins that media are pulled from, and count as TikTok's verified https hosts.
    """
    world = World(state=state, clock=clock, source=source)
    if settings:
        world.change_settings(world.settings.model_validate(world.settings.model_dump() | settings))
    inner = Starlette(
        routes=[
            Route("/healthz", healthz, methods=["GET"]),
            Mount("/_control", routes=control.ROUTES),
            Route("/wall", wall.wall, methods=["GET"]),
            Mount("/wall", routes=wall.ROUTES),
            _host("api.x.com", x.ROUTES, x.not_found),
            _host("api.twitter.com", x.ROUTES, x.not_found),  # the name that many clients still use
            _host("x.com", x.SITE_ROUTES, x.not_found),
            _host("api.linkedin.com", linkedin.ROUTES, linkedin.not_found),
            _host("www.linkedin.com", linkedin.UPLOAD_ROUTES, linkedin.not_found),
            _graph_host("graph.facebook.com", [*meta_oauth.FACEBOOK_GRAPH, *facebook.ROUTES], world),
            _graph_host("graph-video.facebook.com", facebook.VIDEO_ROUTES, world),
            _graph_host("rupload.facebook.com", [*facebook.UPLOAD_ROUTES, *instagram.UPLOAD_ROUTES], world),
            _graph_host("graph.instagram.com", [*meta_oauth.INSTAGRAM_GRAPH, *instagram.ROUTES], world),
            _host("www.facebook.com", meta_oauth.FACEBOOK_SITE, graph.unknown_path),
            _host("www.instagram.com", meta_oauth.INSTAGRAM_SITE, graph.unknown_path),
            _host("api.instagram.com", meta_oauth.INSTAGRAM_API, graph.unknown_path),
            _host("open.tiktokapis.com", tiktok.ROUTES, tiktok.not_found),
            _host("www.tiktok.com", tiktok.SITE_ROUTES, tiktok.not_found),
            _host("open-upload.tiktokapis.com", tiktok.UPLOAD_ROUTES, tiktok.no_upload),
            _host("upload.us.tiktokapis.com", tiktok.UPLOAD_ROUTES, tiktok.no_upload),
        ],
        exception_handlers={Refusal: _refuse, ClientDisconnect: _let_go},
        lifespan=_lifespan,
    )
    inner.router.redirect_slashes = False
    orders, calls = Orders(), Calls()
    inner.state.world = world
    inner.state.faults = orders
    inner.state.calls = calls
    inner.state.fetcher = fetcher or Fetcher(list(verified_origins))
    inner.state.crawler = Crawler(inner.state.fetcher, world)
    inner.state.pulls = Pulls(inner.state.crawler, world)
    inner.state.webhooks = Webhooks(inner.state.fetcher, world)
    inner.state.arrivals = Arrivals(inner.state.fetcher, world)
    inner.state.finalizing = asyncio.Lock()
    # The record comes first, so that it holds what a fault swallows; the log after, so that it holds what was answered.
    return Simulator(Recording(Disturbing(_logged(inner), world, orders, THROTTLED), world, calls), world)


async def healthz(_request: Request) -> Response:
    return JSONResponse({"status": "ok"})


def _host(name: str, routes: Sequence[BaseRoute], not_found: ASGIApp) -> Mount:
    return Mount(f"/{name}", app=Router(routes, redirect_slashes=False, default=not_found))


def _graph_host(name: str, routes: Sequence[BaseRoute], world: World) -> Mount:
    host = Router(routes, redirect_slashes=False, default=graph.unknown_path)
    return Mount(f"/{name}", app=GraphHost(host, world))


async def _refuse(_request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)
    return refusal.response


async def _let_go(_request: Request, _left: Exception) -> Response:
    """The caller left before its body was there. Nobody hears this; the log shows the number that nginx has for it."""
    return Response(status_code=499)


@contextlib.asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    """Under a server, processing goes on by itself; inside a test, time only passes when somebody looks."""
    ticking = asyncio.create_task(_tick(app))
    try:
        yield
    finally:
        ticking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await ticking
        await app.state.pulls.close()
        await app.state.arrivals.close()
        await app.state.webhooks.close()
        app.state.world.store.close()


async def _tick(app: Starlette) -> None:
    while True:
        await settle_world(app.state)
        await asyncio.sleep(SETTLE_EVERY_SECONDS)


def _logged(app: ASGIApp) -> ASGIApp:
    """One line per call with method, path and status: a query string may hold a token, so it is never written."""

    async def logging_app(scope: Scope, receive: Receive, send: Send) -> None:
        async def watching_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                line = {"method": scope["method"], "path": scope["path"], "status": message["status"]}
                logger.info(json.dumps(line))
            await send(message)

        await app(scope, receive, watching_send if scope["type"] == "http" else send)

    return logging_app
