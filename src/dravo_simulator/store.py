"""What the simulated networks remember: one SQLite file, or memory when no file is given."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from dravo_simulator import upgrade
from dravo_simulator.apps import Apps
from dravo_simulator.blobs import Blob, Blobs
from dravo_simulator.grants import Grants

JSON = dict[str, Any]

# A commit reaches the operating system before the answer leaves, so the process may be killed at any moment. Power loss
# is not what this file has to survive, hence synchronous=NORMAL.
SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS numbers (number INTEGER PRIMARY KEY AUTOINCREMENT);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS blobs (
    sha256 TEXT PRIMARY KEY, content_type TEXT NOT NULL, size INTEGER NOT NULL, facts TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS accounts (
    network TEXT NOT NULL, id TEXT NOT NULL, handle TEXT NOT NULL, data TEXT NOT NULL,
    PRIMARY KEY (network, id), UNIQUE (network, handle)
);
CREATE TABLE IF NOT EXISTS apps (
    network TEXT NOT NULL, client_id TEXT NOT NULL, data TEXT NOT NULL, UNIQUE (network, client_id)
);
CREATE TABLE IF NOT EXISTS grants (
    token TEXT PRIMARY KEY, network TEXT NOT NULL, kind TEXT NOT NULL, account TEXT, app TEXT NOT NULL,
    family TEXT NOT NULL, data TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS grants_of_account ON grants (network, account);
CREATE INDEX IF NOT EXISTS grants_of_family ON grants (family);
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, network TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL,
    account TEXT NOT NULL, at REAL NOT NULL, data TEXT NOT NULL, UNIQUE (network, kind, id)
);
CREATE INDEX IF NOT EXISTS objects_of_account ON objects (network, kind, account, seq);
CREATE TABLE IF NOT EXISTS pending (network TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (network, id));
CREATE TABLE IF NOT EXISTS ledger (seq INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, item TEXT NOT NULL);
"""
TABLES = ("numbers", "facts", "blobs", "accounts", "apps", "grants", "objects", "pending", "ledger")


@dataclass(frozen=True)
class Stored:
    """One object of a network: a post, a medium, a container. ``at`` is its creation in Unix seconds."""

    kind: str
    id: str
    account: str
    at: float
    data: JSON


class Store:
    def __init__(self, path: str | None) -> None:
        # Opened by the thread that builds the app, used by the one that runs its event loop: never by two at once.
        self._db = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
        is_old = upgrade.is_old(self._db)
        if is_old:
            upgrade.rename_old_tables(self._db)
        self._db.executescript(SCHEMA)
        self.apps = Apps(self._db)
        self.blobs = Blobs(self._db, path)
        self.grants = Grants(self._db)
        if is_old:
            with self.transaction():
                upgrade.move(self._db, self.blobs)

    def close(self) -> None:
        self._db.close()
        self.blobs.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the writes inside, or none; nothing may be awaited inside."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def clear(self) -> None:
        with self.transaction():
            for table in TABLES:
                self._db.execute(f"DELETE FROM {table}")
        self.blobs.clear()

    def number(self) -> int:
        """A number never given before in this file, so ids stay unique over a restart."""
        row = self._db.execute("INSERT INTO numbers DEFAULT VALUES RETURNING number").fetchone()
        return int(row[0])

    def fact(self, name: str) -> Any:
        row = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return None if row is None else json.loads(row[0])

    def set_fact(self, name: str, value: Any) -> None:
        self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, json.dumps(value)))

    def add_blob(self, content: bytes, content_type: str) -> Blob:
        return self.blobs.add(content, content_type)

    def blob(self, sha256: str) -> Blob | None:
        return self.blobs.get(sha256)

    def put_account(self, network: str, account_id: str, handle: str, data: JSON) -> None:
        """Writes an account; an existing one keeps its place in the order of creation."""
        self._db.execute(
            "INSERT INTO accounts VALUES (?, ?, ?, ?) ON CONFLICT (network, id) DO UPDATE SET data = excluded.data",
            (network, account_id, handle, json.dumps(data)),
        )

    def account_data(self, network: str, column: str, value: str) -> JSON | None:
        assert column in {"id", "handle"}
        query = f"SELECT data FROM accounts WHERE network = ? AND {column} = ?"
        row = self._db.execute(query, (network, value)).fetchone()
        return None if row is None else dict(json.loads(row[0]))

    def accounts_data(self, network: str | None = None) -> list[JSON]:
        """Every account of a network, or of all, oldest first."""
        query = "SELECT data FROM accounts WHERE network = coalesce(?, network) ORDER BY rowid"
        return [json.loads(row[0]) for row in self._db.execute(query, (network,)).fetchall()]

    def put(self, network: str, stored: Stored) -> None:
        """Writes an object; an existing one keeps its place in the order of creation."""
        self._db.execute(
            "INSERT INTO objects (network, kind, id, account, at, data) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (network, kind, id) DO UPDATE SET data = excluded.data",
            (network, stored.kind, stored.id, stored.account, stored.at, json.dumps(stored.data)),
        )

    def get(self, network: str, kind: str, object_id: str) -> Stored | None:
        query = "SELECT kind, id, account, at, data FROM objects WHERE network = ? AND kind = ? AND id = ?"
        row = self._db.execute(query, (network, kind, object_id)).fetchone()
        return None if row is None else _stored(row)

    def newest(self, network: str, kind: str, account: str, *, since: float = 0) -> Iterator[Stored]:
        """The account's objects of that kind created at ``since`` or later, newest first."""
        query = (
            "SELECT kind, id, account, at, data FROM objects"
            " WHERE network = ? AND kind = ? AND account = ? AND at >= ? ORDER BY seq DESC"
        )
        for row in self._db.execute(query, (network, kind, account, since)).fetchall():
            yield _stored(row)

    def watch(self, network: str, object_id: str) -> None:
        """Marks an object as not finished, so that passing time is applied to it."""
        self._db.execute("INSERT OR IGNORE INTO pending VALUES (?, ?)", (network, object_id))

    def unwatch(self, network: str, object_id: str) -> None:
        self._db.execute("DELETE FROM pending WHERE network = ? AND id = ?", (network, object_id))

    def watched(self, network: str) -> list[str]:
        return [row[0] for row in self._db.execute("SELECT id FROM pending WHERE network = ?", (network,)).fetchall()]

    def record(self, at: float, item: JSON) -> None:
        self._db.execute("INSERT INTO ledger (at, item) VALUES (?, ?)", (at, json.dumps(item)))

    def ledger(self) -> list[JSON]:
        rows = self._db.execute("SELECT item FROM ledger ORDER BY at, seq").fetchall()
        return [json.loads(row[0]) for row in rows]


def _stored(row: tuple[str, str, str, float, str]) -> Stored:
    kind, object_id, account, at, data = row
    return Stored(kind, object_id, account, at, json.loads(data))
