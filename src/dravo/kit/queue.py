"""The bell: tells workers that a delivery may be due. arq carries it; nothing is lost when it rings into the void.

A ring is an id and a wake number. Rings are buffered and flushed in the background, so that no caller waits for Redis.
"""

import asyncio
import contextlib
import json
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from arq.connections import ArqRedis, RedisSettings
from redis.asyncio import ConnectionPool
from redis.exceptions import RedisError

from dravo.kit import log
from dravo.kit.ids import Key

_log = log.get(__name__)

DELIVER = "deliver"
"""The name under which workers know the one function that is rung."""


@dataclass(frozen=True, slots=True)
class Ring:
    """A delivery that may be due, on the queue of its network. The wake number makes a later ring a new message."""

    key: Key
    platform: str
    wake: int


def queue_name(environment: str, platform: str) -> str:
    """One queue per network and environment: a network that hangs delays no other."""
    return f"dravo:{environment}:{platform}"


def encode(job: dict[str, Any]) -> bytes:
    """Messages as JSON: with pickle, write access to Redis would be code execution."""
    return json.dumps(job).encode()


def decode(message: bytes) -> dict[str, Any]:
    """The other way round. Raises ValueError."""
    job: dict[str, Any] = json.loads(message)
    return job


def redis_settings(url: str) -> RedisSettings:
    """How arq reaches Redis: it gives up soon, since the dispatch loop goes on without it."""
    settings = RedisSettings.from_dsn(url)
    settings.conn_timeout = 2
    settings.conn_retries = 1
    return settings


class Bell:
    """Rings workers through Redis. Without Redis, or when it fails, rings are dropped: dispatch will ring again."""

    CAPACITY = 10_000
    BATCH = 100
    REST_SECONDS = 5.0
    """After a failure Redis is left alone for so long: one that hangs must not slow down those who only ring it."""

    def __init__(self, redis_url: str | None) -> None:
        self._redis: ArqRedis | None = None
        if redis_url is not None:
            pool = ConnectionPool.from_url(redis_url, socket_connect_timeout=1, socket_timeout=1, max_connections=50)
            self._redis = ArqRedis(pool, job_serializer=encode, job_deserializer=decode)
        self._waiting: deque[Ring] = deque(maxlen=self.CAPACITY)
        self._flusher: asyncio.Task[None] | None = None
        self._rests_until = 0.0

    def ring(self, rings: Iterable[Ring]) -> None:
        """Buffer and return at once; the oldest rings fall out of a full buffer."""
        if self._redis is None:
            return
        self._waiting.extend(rings)
        if self._waiting and (self._flusher is None or self._flusher.done()):
            self._flusher = asyncio.get_running_loop().create_task(self._flush())

    async def ring_now(self, rings: Iterable[Ring]) -> bool:
        """Ring and wait for Redis; False when it could not be reached, so that the caller runs the deliveries itself."""
        if self._redis is None or time.monotonic() < self._rests_until:
            return False
        try:
            await asyncio.gather(*(self._enqueue(ring) for ring in rings))
        except (RedisError, OSError, TimeoutError) as error:
            _log.warning("redis_unreachable", error=type(error).__name__)
            self._rests_until = time.monotonic() + self.REST_SECONDS
            return False
        return True

    async def ping(self) -> bool:
        """Whether Redis answers now."""
        if self._redis is None:
            return False
        try:
            await asyncio.wait_for(self._redis.ping(), 0.5)
        except (RedisError, OSError, TimeoutError):
            return False
        return True

    async def _flush(self) -> None:
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(self.BATCH, len(self._waiting)))]
            if not await self.ring_now(batch):
                self._waiting.clear()

    async def _enqueue(self, ring: Ring) -> None:
        assert self._redis is not None
        await self._redis.enqueue_job(
            DELIVER,
            *ring.key,
            _job_id=f"{ring.key.id}:{ring.wake}",
            _queue_name=queue_name(ring.key.environment, ring.platform),
        )

    async def aclose(self) -> None:
        if self._flusher is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._flusher, 2)
        if self._redis is not None:
            await self._redis.aclose(close_connection_pool=True)
