"""The HTTP application: routers, errors, guards, and what lives as long as the process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI

from dravo import __version__
from dravo.accounts.router import router as accounts
from dravo.api import errors, health, metrics, openapi
from dravo.api.middleware import BodyGuard, RequestScope
from dravo.api.routes import known_query, query_names
from dravo.deliveries.router import router as deliveries
from dravo.kit import log
from dravo.media.public import router as public_media
from dravo.media.router import router as media
from dravo.posts.router import router as posts
from dravo.resources import Resources, opened
from dravo.settings import Settings

ROUTERS = (posts, deliveries, accounts, media, public_media, health.router)


def create_app(held: Settings | Resources) -> FastAPI:
    """The application over resources that somebody else closes, or over settings, with resources of its own."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if isinstance(held, Resources):
            yield
            return
        async with opened(held) as resources:
            app.state.resources = resources
            yield

    app = FastAPI(
        title="Dravo",
        version=__version__,
        description="One API for every social network, on your own machines.",
        lifespan=lifespan,
        redirect_slashes=False,
        # Unknown parameters are errors on every route alike, whoever writes it.
        dependencies=[Depends(known_query)],
    )
    if isinstance(held, Resources):
        app.state.resources = held
    for router in ROUTERS:
        app.include_router(router)
    if (held.settings if isinstance(held, Resources) else held).metrics_token is not None:
        app.include_router(metrics.router)
    app.state.query_names = query_names(app)
    errors.install(app)
    openapi.install(app)
    app.add_middleware(BodyGuard)
    app.add_middleware(RequestScope)  # added last, so it is the outermost
    return app


def from_environment() -> FastAPI:
    """What `dravo api` serves: configured by DRAVO_ variables."""
    settings = Settings()
    log.configure(settings.log_level, settings.log_format)
    return create_app(settings)
