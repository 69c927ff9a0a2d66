"""One simulator and one server of media for all tests of this folder; an empty world for each."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import httpx
import pytest
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from conformance.house import House
from dravo.api.app import create_app
from dravo.kit.db import Database
from dravo.resources import Resources, opened
from dravo.settings import Settings
from support.book import Book
from support.clock import Clock
from support.simulator import Control, Simulator
from support.time import Time


class MediaServer:
    """The API on a real port, where networks pull media from; each test puts its own application there."""

    app: ASGIApp

    def __init__(self, listener: socket.socket) -> None:
        self.origin = f"http://127.0.0.1:{listener.getsockname()[1]}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the test runner's."""
        yield


@pytest.fixture(scope="session")
async def media_server() -> AsyncIterator[MediaServer]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    served = MediaServer(listener)
    server = _Server(uvicorn.Config(served, lifespan="off", log_config=None, ws="none", timeout_graceful_shutdown=1))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:  # noqa: ASYNC110 - uvicorn offers a flag and no event
        await asyncio.sleep(0.01)
    try:
        yield served
    finally:
        server.should_exit = True
        await serving
        listener.close()


@pytest.fixture(scope="session")
def simulator(media_server: MediaServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    started = Simulator.start(tmp_path_factory.mktemp("simulator"), verified_origin=media_server.origin)
    try:
        yield started
    finally:
        started.child.stop()


@pytest.fixture(scope="session")
async def control(simulator: Simulator) -> AsyncIterator[Control]:
    async with httpx.AsyncClient(base_url=simulator.url, trust_env=False) as http:
        yield Control(http)


@pytest.fixture
async def resources(
    settings: Settings, clock: Clock, pool: Database, simulator: Simulator, media_server: MediaServer
) -> AsyncIterator[Resources]:
    """The house's own resources, with the simulator in place of the networks."""
    here = settings.model_copy(update={"simulator_url": simulator.url, "public_url": media_server.origin})
    async with opened(here) as built:
        resources = replace(built, db=pool)
        media_server.app = create_app(resources)
        yield resources


@pytest.fixture
async def house(resources: Resources, workspace: str, clock: Clock, control: Control) -> House:
    await control.reset()
    return House(resources, Book(resources, workspace), Time(clock, resources, control.http), control)
