"""A worker process: one arq worker per queue, the dispatch loop, and the signals. arq carries ids; everything else is ours."""

import asyncio
import contextlib
import signal
from collections.abc import Sequence
from typing import Any

from arq.worker import Worker, func
from redis.exceptions import RedisError

from dravo.deliveries import dispatch
from dravo.deliveries.tasks import Running
from dravo.kit import log
from dravo.kit.db import DatabaseUnavailable
from dravo.kit.ids import Key
from dravo.kit.queue import DELIVER, decode, encode, queue_name, redis_settings
from dravo.resources import Resources, opened
from dravo.settings import Settings

_log = log.get(__name__)

POLL_SECONDS = 0.05
JOB_SECONDS = 24 * 3600
"""arq's own limit on a job; the lease is the real one."""


async def run(settings: Settings, platforms: Sequence[str]) -> None:
    """Work until SIGTERM or SIGINT, then let running steps end and give the leases back."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    async with opened(settings) as resources:
        await _until_database(resources, stopping)
        running = Running(resources)
        tasks = [asyncio.create_task(dispatch.run(resources, platforms, running.start))]
        if settings.redis_url is not None:
            url = settings.redis_url.get_secret_value()
            tasks += [
                asyncio.create_task(_listen(url, queue_name(environment, platform), running, settings.jobs_per_queue))
                for environment in resources.networks
                for platform in platforms
            ]
        _log.info("worker_started", count=len(platforms))
        await stopping.wait()
        _log.info("worker_stopping")
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await running.drain(settings.grace_seconds)


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


async def _listen(redis_url: str, queue: str, running: Running, jobs: int) -> None:
    """Serve one queue; when Redis goes, come back when it does. Meanwhile the dispatch loop delivers by itself."""

    async def deliver(_context: dict[str, Any], workspace_id: str, environment: str, delivery_id: str) -> None:
        await running.deliver(Key(workspace_id, environment, delivery_id))

    pause = 0.5
    while True:
        worker = Worker(
            functions=[func(deliver, name=DELIVER)],  # type: ignore[arg-type]  # arq's protocol wants *args
            queue_name=queue,
            redis_settings=redis_settings(redis_url),
            handle_signals=False,
            max_jobs=jobs,
            job_timeout=JOB_SECONDS,
            max_tries=1,  # retries are rows
            keep_result=0,
            poll_delay=POLL_SECONDS,
            job_serializer=encode,
            job_deserializer=decode,
            log_results=False,
        )
        started = asyncio.get_running_loop().time()
        try:
            await worker.async_run()
        except (RedisError, OSError, TimeoutError) as error:
            _log.warning("redis_unreachable", queue=queue, error=type(error).__name__)
        finally:
            await _closed(worker)
        if asyncio.get_running_loop().time() - started > 30:
            pause = 0.5
        await asyncio.sleep(pause)
        pause = min(pause * 2, 10)


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
    asyncio.run(run(settings, platforms))
