"""A worker process: one arq worker per queue, the dispatch loop, and the signals. arq carries ids; everything else is ours."""

import asyncio
import contextlib
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from arq.worker import Worker, func
from redis.exceptions import RedisError

from dravo.deliveries import dispatch, holds
from dravo.deliveries.tasks import Running
from dravo.kit import crashpoints, log
from dravo.kit.db import DatabaseUnavailable
from dravo.kit.ids import Key
from dravo.kit.queue import DELIVER, decode, encode, queue_name, redis_settings
from dravo.platforms.registry import PLATFORMS
from dravo.resources import Resources, opened
from dravo.settings import CrashSettings, Settings

_log = log.get(__name__)

POLL_SECONDS = 0.05
STOP_SECONDS = 3.0
"""How long arq may take to end after the deliveries have."""

DAY_SECONDS = 24 * 3600


async def run(settings: Settings, platforms: Sequence[str]) -> None:
    """Work until SIGTERM or SIGINT, then let running steps end and give the leases back."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    async with opened(settings) as resources:
        await _until_database(resources, stopping)
        await _end_outdated_holds(resources)
        running = Running(resources)
        dispatching = asyncio.create_task(dispatch.run(resources, platforms, running.start))
        listening = []
        if settings.redis_url is not None:
            listener = Listener(settings, running, stopping)
            listening = [
                asyncio.create_task(listener.serve(queue_name(environment, platform)))
                for environment in resources.networks
                for platform in platforms
            ]
        watching = asyncio.create_task(_watch_settings(resources, platforms))
        _log.info("worker_started", count=len(platforms))
        await stopping.wait()
        _log.info("worker_stopping")
        crashpoints.passing("stopping", "worker")
        dispatching.cancel()
        watching.cancel()
        await running.drain(settings.grace_seconds)
        if listening:
            await asyncio.wait(listening, timeout=STOP_SECONDS)
        for task in listening:
            task.cancel()
        await asyncio.gather(dispatching, watching, *listening, return_exceptions=True)


async def _end_outdated_holds(resources: Resources) -> None:
    try:
        async with resources.db.transaction() as session:
            await holds.end_outdated(session, resources.settings.of_network)
    except DatabaseUnavailable as error:  # the canary will find out
        _log.warning("database_unavailable", reason="holds are left as they are", error=str(error))


async def _watch_settings(resources: Resources, platforms: Sequence[str]) -> None:
    """Say once a day, and at the start, what is wrong with the settings of a network or soon will be."""
    while True:
        today = datetime.now(UTC).date()
        for platform in (PLATFORMS[name] for name in platforms):
            concern = platform.concern(resources.settings.of_network(platform.name), today)
            if concern is not None:
                _log.warning("network_settings", alert="network_settings", platform=platform.name, reason=concern)
        await asyncio.sleep(DAY_SECONDS)


async def _until_database(resources: Resources, stopping: asyncio.Event) -> None:
    """A worker may start before its Postgres: it waits rather than dies."""
    while not stopping.is_set():
        try:
            await resources.db.ping()
        except DatabaseUnavailable as error:
            _log.warning("database_unavailable", reason="waiting for it", error=str(error))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), 1)
        else:
            return


class _Stopped(Exception):
    """The process stops: nothing more is taken from this queue."""


class _Worker(Worker):
    """arq's worker, told to stop between two polls: cancelled in the middle of a command it leaves connections open."""

    def __init__(self, stopping: asyncio.Event, **options: Any) -> None:
        super().__init__(**options)
        self._stopping = stopping

    async def _poll_iteration(self) -> None:
        if self._stopping.is_set():
            raise _Stopped
        await super()._poll_iteration()


@dataclass(frozen=True, slots=True)
class Listener:
    """Serves queues; when Redis goes, it comes back when Redis does. Meanwhile the dispatch loop delivers by itself.

    A ring is answered as soon as its delivery has a slot, not when that has ended: what a dead worker had not answered stands at the
    head of the queue until arq forgets it, and a hundred of these would hide all others.
    """

    settings: Settings
    running: Running
    stopping: asyncio.Event

    async def serve(self, queue: str) -> None:
        """Serve one queue until the process stops."""
        pause = 0.5
        # Of the queue, not of one connection to Redis: what the last one has begun still runs.
        slots = asyncio.Semaphore(self.settings.jobs_per_queue)
        while not self.stopping.is_set():
            started = asyncio.get_running_loop().time()
            worker = self._worker(queue, slots)
            try:
                await worker.async_run()
            except _Stopped:
                await asyncio.gather(*worker.tasks.values(), return_exceptions=True)
            except (RedisError, OSError, TimeoutError) as error:
                _log.warning("redis_unreachable", queue=queue, error=type(error).__name__)
            finally:
                await _closed(worker)
            if asyncio.get_running_loop().time() - started > 30:
                pause = 0.5
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), pause)
            pause = min(pause * 2, 10)

    def _worker(self, queue: str, slots: asyncio.Semaphore) -> Worker:
        patience = self.settings.ring_again_seconds

        async def deliver(_context: dict[str, Any], workspace_id: str, environment: str, delivery_id: str) -> None:
            try:
                await asyncio.wait_for(slots.acquire(), patience)
            except TimeoutError:
                return  # it is rung again by dispatch, which may find a worker with a slot
            task = self.running.start(Key(workspace_id, environment, delivery_id))
            if task is None:
                slots.release()
            else:
                task.add_done_callback(lambda _: slots.release())

        assert self.settings.redis_url is not None, "without Redis nobody listens"
        return _Worker(
            self.stopping,
            functions=[func(deliver, name=DELIVER)],  # type: ignore[arg-type]  # arq's protocol wants *args
            queue_name=queue,
            redis_settings=redis_settings(self.settings.redis_url.get_secret_value()),
            handle_signals=False,
            max_jobs=self.settings.jobs_per_queue,
            # What a dead worker had not answered is forgotten by arq ten seconds after this.
            job_timeout=2 * patience,
            max_tries=1,  # retries are rows
            keep_result=0,
            poll_delay=POLL_SECONDS,
            job_serializer=encode,
            job_deserializer=decode,
            log_results=False,
        )


async def _closed(worker: Worker) -> None:
    """End arq's tasks, not the deliveries behind them (they are shielded), and its connections, though Redis may be gone."""
    for task in worker.tasks.values():
        task.cancel()
    await asyncio.gather(*worker.tasks.values(), return_exceptions=True)
    worker.tasks.clear()
    if worker._pool is not None:  # noqa: SLF001 - arq offers no way to close that survives a dead Redis
        with contextlib.suppress(RedisError, OSError):
            await worker._pool.aclose(close_connection_pool=True)  # noqa: SLF001 - as above


def main(platforms: Sequence[str]) -> None:
    """Run a worker for these networks until it is told to stop."""
    settings = Settings()
    log.configure(settings.log_level, settings.log_format)
    if (orders := CrashSettings().crash_orders) is not None:
        crashpoints.arm(orders)
    asyncio.run(run(settings, platforms))
