"""The world all five networks share: its clock, its ids, its accounts and the ledger of what happened."""

import hashlib
import json
import random
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from dravo_simulator.store import JSON, Blob, Store, Stored

NETWORKS = ("x", "linkedin", "facebook", "instagram", "tiktok")
YEAR_SECONDS = 365 * 86400


class Settings(BaseModel):
    """Switches for what the documentation leaves open or a test wants to see; changed by ``POST /_control/settings``."""

    model_config = ConfigDict(extra="forbid", strict=True)

    strict_parameters: bool = True
    """Graph calls with an unknown parameter are refused; the real Graph is said to ignore most."""
    second_publish: Literal["error", "same_id", "duplicate"] = "error"
    """What ``media_publish`` answers to a container that was published before (not documented)."""
    processing_seconds: float = 2.0
    """How long Instagram containers, TikTok posts and LinkedIn images take."""
    refuse_duplicates: bool = True
    """Off: X, LinkedIn and Facebook take the same content again, so a double send shows up in the ledger."""
    rate_limits: bool = True
    """Off: no documented quota is enforced."""
    x_timeline_lag_seconds: float = 0.0
    """How long a new post of X is missing from its author's timeline."""
    instagram_quota_total: int = 100
    """Posts an Instagram account may publish in 24 hours (the pages say 100, 50 and 25)."""
    tiktok_verified_hosts: list[str] = []
    """Verified properties of the app beside the origins named at the start; https only."""
    tiktok_fail_reason: str | None = None
    """When set, every TikTok post ends FAILED with this reason."""
    tiktok_stuck: bool = False
    """TikTok posts stay in PROCESSING_DOWNLOAD for as long as this is on."""


@dataclass(frozen=True)
class Account:
    """One account of one network with the single token that speaks for it. Times are Unix seconds."""

    network: str
    id: str
    handle: str
    display_name: str
    token: str
    refresh_token: str | None
    expires_at: float | None
    scopes: list[str]
    attributes: JSON = field(default_factory=dict)
    """What differs between accounts of a network: X ``premium``, TikTok ``private`` and ``audited``, and so on."""
    extras: JSON = field(default_factory=dict)


@dataclass(frozen=True)
class Window:
    """Where a caller stands in a counted window: calls allowed, calls left, its end in Unix seconds."""

    limit: int
    remaining: int
    reset: float
    admitted: bool


class World:
    def __init__(
        self,
        *,
        state: str | None = None,
        clock: Callable[[], float] = time.time,
        source: random.Random | None = None,
    ) -> None:
        self.store = Store(state)
        self.random = source or random.SystemRandom()
        self._clock = clock
        self._fixed: dict[str, tuple[float, int]] = {}
        self._sliding: dict[str, deque[float]] = {}
        self.settings = Settings.model_validate(self.store.fact("settings") or {})

    # Time and names

    def now(self) -> float:
        """The simulator's time in Unix seconds: its clock plus whatever ``/_control/clock`` added."""
        return self._clock() + float(self.store.fact("clock_offset") or 0)

    def advance_clock(self, seconds: float) -> None:
        self.store.set_fact("clock_offset", float(self.store.fact("clock_offset") or 0) + seconds)

    def change_settings(self, settings: Settings) -> None:
        self.settings = settings
        self.store.set_fact("settings", settings.model_dump())

    def reset(self) -> None:
        self.store.clear()
        self._fixed.clear()
        self._sliding.clear()
        self.settings = Settings()

    def snowflake(self) -> str:
        """A 19-digit id that grows with time, as X, LinkedIn and TikTok give them: milliseconds, then a counter."""
        return str((int(self.now() * 1000) << 22) | (self.store.number() & 0x3FFFFF))

    def token(self, prefix: str) -> str:
        return prefix + "".join(self.random.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(40))

    # Accounts

    def account(self, network: str, *, by: Literal["id", "handle", "token"], value: str) -> Account | None:
        data = self.store.account_data(network, by, value)
        return None if data is None else Account(**data)

    def add_account(self, account: Account) -> None:
        self.store.add_account(account.network, account.id, account.handle, account.token, vars(account))

    # Objects

    def create(self, network: str, kind: str, object_id: str, account: str, data: JSON) -> Stored:
        stored = Stored(kind, object_id, account, self.now(), data)
        self.store.put(network, stored)
        return stored

    def change(self, network: str, stored: Stored, **changes: Any) -> Stored:
        changed = Stored(stored.kind, stored.id, stored.account, stored.at, stored.data | changes)
        self.store.put(network, changed)
        return changed

    # Duplicates

    def earlier(self, network: str, content: list[Any], seconds: float) -> str | None:
        """The id of what was posted with the same content in the last ``seconds``, for networks that refuse it."""
        known = self.store.get(network, "content", _fingerprint(content))
        if known is None or not self.settings.refuse_duplicates or known.data["at"] <= self.now() - seconds:
            return None
        return str(known.data["id"])

    def remember(self, network: str, content: list[Any], account: str, object_id: str) -> None:
        data = {"id": object_id, "at": self.now()}
        self.create(network, "content", _fingerprint(content), account, data)

    # Quotas: counted in memory, a restart forgives

    def count_fixed(self, key: str, limit: int, seconds: float) -> Window:
        """Counts one call in a window that opens with its first call, as X does."""
        reset, used = self._fixed.get(key, (0.0, 0))
        if reset <= self.now():
            reset, used = self.now() + seconds, 0
        admitted = used < limit or not self.settings.rate_limits
        if admitted:
            used += 1
        self._fixed[key] = (reset, used)
        return Window(limit, max(0, limit - used), reset, admitted)

    def count_sliding(self, key: str, limit: int, seconds: float) -> bool:
        """Counts one call in the last ``seconds``; false, and not counted, when the limit is reached."""
        calls = self._sliding.setdefault(key, deque())
        while calls and calls[0] <= self.now() - seconds:
            calls.popleft()
        if len(calls) >= limit and self.settings.rate_limits:
            return False
        calls.append(self.now())
        return True

    def count_utc_day(self, key: str, limit: int) -> bool:
        """Counts one call in the current UTC day, as LinkedIn does."""
        day = int(self.now() // 86400)
        reset, used = self._fixed.get(key, (0.0, 0))
        if reset != day:
            used = 0
        if used >= limit and self.settings.rate_limits:
            return False
        self._fixed[key] = (day, used + 1)
        return True

    # The ledger

    def record(
        self,
        account: Account,
        kind: Literal["post", "comment"],
        object_id: str,
        *,
        text: str,
        media: list[JSON] | None = None,
        options: JSON | None = None,
        parent: str | None = None,
        at: float | None = None,
    ) -> None:
        """Writes down one effect: something the readers of a network can see from now on."""
        moment = self.now() if at is None else at
        item: JSON = {
            "network": account.network,
            "account": account.id,
            "kind": kind,
            "id": object_id,
            "text": text,
            "media": media or [],
            "options": options or {},
            "at": rfc3339(moment),
        }
        if parent is not None:
            item["parent"] = parent
        self.store.record(moment, item)


def _fingerprint(content: list[Any]) -> str:
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def rfc3339(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def medium(blob: Blob, *, alt_text: str | None = None, url: str | None = None) -> JSON:
    """A medium as the ledger shows it."""
    shown: JSON = {"content_type": blob.content_type, "size_bytes": len(blob.bytes), "sha256": blob.sha256}
    if alt_text:
        shown["alt_text"] = alt_text
    if url:
        shown["url"] = url
    return shown
