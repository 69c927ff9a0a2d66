"""What an app may do in an account's name: access tokens, refresh tokens and codes, each with its scopes and its end."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

Kind = Literal["access", "refresh", "code"]
RevokedBy = Literal[
    "user",
    "scope_change",
    "rotation",
    "order",
    "password_changed",
    "checkpointed",
    "unconfirmed",
    "invalidated",
    "role_lost",
]
"""The user disconnected the app; another consent asked for other scopes; a refresh replaced it; a test ordered it.

The others are Meta's: the password was changed, the user must prove who they are, was never confirmed, logged out, or has no
role on the Page any more.
"""


@dataclass(frozen=True)
class Grant:
    """One token. Times are Unix seconds of the simulator's clock."""

    token: str
    kind: Kind
    network: str
    account: str | None
    """Whose account it speaks for; None: the app's own (app-only) token."""
    app: str
    """The client id it was issued to."""
    family: str
    """What came of the same consent has the same family: a code, the tokens it was exchanged for, their successors."""
    scopes: list[str]
    issued_at: float
    expires_at: float | None
    revoked_by: RevokedBy | None = None
    used_at: float | None = None
    """When a code or a refresh token that works once was used."""
    data: dict[str, Any] = field(default_factory=dict)
    """What the network wants to see again: a code's redirect URI and challenge, a refresh token's first issue, whose token of
    Meta it is (`meta_oauth.issue`).
    """

    def is_live(self, now: float) -> bool:
        return self.revoked_by is None and self.used_at is None and not self.has_expired(now)

    def has_expired(self, now: float) -> bool:
        return self.expires_at is not None and self.expires_at <= now

    def allows(self, scopes: set[str]) -> bool:
        return scopes <= set(self.scopes)


class Grants:
    """The table ``grants``. Writes belong to the caller's transaction."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def put(self, grant: Grant) -> None:
        row = (
            grant.token,
            grant.network,
            grant.kind,
            grant.account,
            grant.app,
            grant.family,
            json.dumps(asdict(grant)),
        )
        self._db.execute(
            "INSERT INTO grants VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (token) DO UPDATE SET data = excluded.data",
            row,
        )

    def get(self, network: str, token: str, kind: Kind = "access") -> Grant | None:
        query = "SELECT data FROM grants WHERE token = ? AND network = ? AND kind = ?"
        row = self._db.execute(query, (token, network, kind)).fetchone()
        return None if row is None else Grant(**json.loads(row[0]))

    def find(self, token: str) -> Grant | None:
        """The grant of any network and kind that this token is."""
        row = self._db.execute("SELECT data FROM grants WHERE token = ?", (token,)).fetchone()
        return None if row is None else Grant(**json.loads(row[0]))

    def of_account(self, network: str, account: str, app: str | None = None) -> Iterator[Grant]:
        """Every grant for an account, of one app or of all, oldest first."""
        query = "SELECT data FROM grants WHERE network = ? AND account = ? AND app = coalesce(?, app) ORDER BY rowid"
        for row in self._db.execute(query, (network, account, app)).fetchall():
            yield Grant(**json.loads(row[0]))

    def of_family(self, family: str) -> Iterator[Grant]:
        for row in self._db.execute("SELECT data FROM grants WHERE family = ? ORDER BY rowid", (family,)).fetchall():
            yield Grant(**json.loads(row[0]))

    def revoke(self, grant: Grant, by: RevokedBy) -> Grant:
        """Ends a grant; one that is revoked already keeps its first reason."""
        if grant.revoked_by is None:
            grant = replace(grant, revoked_by=by)
            self.put(grant)
        return grant

    def revoke_family(self, grant: Grant, by: RevokedBy) -> None:
        for member in self.of_family(grant.family):
            self.revoke(member, by)

    def use(self, grant: Grant, at: float) -> None:
        """Marks a grant that works once as used."""
        self.put(replace(grant, used_at=at))

    def expire(self, grant: Grant, at: float) -> None:
        self.put(replace(grant, expires_at=at))
