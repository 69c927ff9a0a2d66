"""The servers of a test run: real ones, that keep nothing."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from dravo.local import postgres, valkey
from dravo.local.server import Server


@dataclass
class Servers:
    folder: Path
    _postgres: Server
    _valkey: Server

    @classmethod
    def start(cls, folder: Path) -> Self:
        return cls(folder, postgres.prepare(folder, durable=False).start(), valkey.prepare(folder).start())

    @property
    def database_url(self) -> str:
        return self._postgres.url

    @property
    def redis_url(self) -> str:
        return self._valkey.url

    def stop(self) -> None:
        self._valkey.stop()
        self._postgres.stop()
