"""The world all five networks share: its clock, its ids, its accounts and the ledger of what happened."""

import hashlib
import json
import random
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

from dravo_simulator.blobs import Blob
from dravo_simulator.grants import Grant, Kind, RevokedBy
from dravo_simulator.settings import Settings
from dravo_simulator.store import JSON, Store, Stored

NETWORKS = ("x", "linkedin", "facebook", "instagram", "tiktok")
YEAR_SECONDS = 365 * 86400
MOST_SECONDS = 100 * YEAR_SECONDS
"""The longest time that can be ordered; what ends later could not be written down."""


@dataclass(frozen=True)
class Account:
    """One account of one network as one of its tokens sees it. Times are Unix seconds.

    Found by id or handle, the token is the one that ``/_control/accounts`` gave last; found by a token, it is that one.
    """

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
    app: str = ""
    """The client id that the token was issued to."""


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

    def set_clock(self, moment: float) -> None:
        """From now on it is ``moment`` (Unix seconds), and time goes on from there."""
        self.store.set_fact("clock_offset", moment - self._clock())

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
        """The account of that id or handle, or the one that an access token speaks for.

        A token that has expired still names its account (`wire.is_live` tells), one that was revoked names none.
        """
        if by == "token":
            grant = self.grant_of(network, value)
            if grant is None or grant.account is None or grant.revoked_by is not None:
                return None
            data = self.store.account_data(network, "id", grant.account)
            return None if data is None else _seen_by(grant, data)
        data = self.store.account_data(network, by, value)
        return None if data is None else self._account(data)

    def accounts(self, network: str | None = None) -> list[Account]:
        return [self._account(data) for data in self.store.accounts_data(network)]

    def put_account(self, account: Account) -> None:
        """Writes an account. Its token's scopes and end are the grant's business, not the account's."""
        kept = {name: value for name, value in vars(account).items() if name not in {"scopes", "expires_at", "app"}}
        self.store.put_account(account.network, account.id, account.handle, kept)

    def _account(self, data: JSON) -> Account:
        # Not by network: an Instagram account of Facebook Login is used with a token of Facebook.
        grant = self.store.grants.find(data["token"])
        return Account(**data, scopes=[], expires_at=None) if grant is None else _seen_by(grant, data)

    # Grants

    def grant_of(self, network: str, token: str, kind: Kind = "access") -> Grant | None:
        """What a token may do, whether it is still alive or not; None when the network never issued it."""
        return self.store.grants.get(network, token, kind)

    def issue(
        self,
        network: str,
        kind: Kind,
        *,
        account: str | None,
        app: str,
        scopes: list[str],
        lives_seconds: float | None,
        family: str | None = None,
        prefix: str = "",
        data: JSON | None = None,
    ) -> Grant:
        """A new token. ``family`` ties it to the consent it came from; without one it begins a family."""
        grant = Grant(
            token=self.token(prefix),
            kind=kind,
            network=network,
            account=account,
            app=app,
            family=family or self.token("")[:16],
            scopes=scopes,
            issued_at=self.now(),
            expires_at=None if lives_seconds is None else self.now() + lives_seconds,
            data=data or {},
        )
        self.store.grants.put(grant)
        return grant

    def revoke(self, grant: Grant, by: RevokedBy, *, family: bool = False) -> None:
        """Ends one token, or with ``family`` everything that came of the same consent."""
        if family:
            self.store.grants.revoke_family(grant, by)
        else:
            self.store.grants.revoke(grant, by)

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


def _seen_by(grant: Grant, data: JSON) -> Account:
    seen = Account(**data, scopes=grant.scopes, expires_at=grant.expires_at, app=grant.app)
    return seen if seen.token == grant.token else replace(seen, token=grant.token, refresh_token=None)


def medium(blob: Blob, *, alt_text: str | None = None, url: str | None = None) -> JSON:
    """A medium as the ledger shows it; what is not known of it is left out."""
    known = {name: blob.facts[name] for name in ("kind", "width", "height", "duration_ms") if name in blob.facts}
    shown: JSON = {"content_type": blob.content_type, "size_bytes": blob.size, "sha256": blob.sha256} | known
    if alt_text:
        shown["alt_text"] = alt_text
    if url:
        shown["url"] = url
    return shown
