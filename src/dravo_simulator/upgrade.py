"""Brings a state file of release 0.1, where an account had one token and media lay in the database, to today's tables."""

import hashlib
import json
import sqlite3
from dataclasses import replace
from typing import Any

from dravo_simulator import attributes
from dravo_simulator.apps import SEEDED
from dravo_simulator.blobs import Blobs
from dravo_simulator.grants import Grant, Grants

OLD_TABLES = "ALTER TABLE accounts RENAME TO old_accounts; ALTER TABLE blobs RENAME TO old_blobs;"


def rename_old_tables(db: sqlite3.Connection) -> None:
    """Makes room for the new tables; `move` then fills them."""
    db.executescript(OLD_TABLES)


def move(db: sqlite3.Connection, blobs: Blobs) -> None:
    """Inside the caller's transaction. Files are written first, so that a crash leaves them unused, not missing."""
    for content_type, content in db.execute("SELECT content_type, bytes FROM old_blobs").fetchall():
        blobs.add(content, content_type)
    for network, account_id, handle, text in db.execute(
        "SELECT network, id, handle, data FROM old_accounts"
    ).fetchall():
        data = json.loads(text)
        _grant(db, data)
        kept = {name: value for name, value in data.items() if name not in {"expires_at", "scopes"}}
        kept["attributes"] = attributes.settled(network, data["attributes"])
        db.execute("INSERT INTO accounts VALUES (?, ?, ?, ?)", (network, account_id, handle, json.dumps(kept)))
    # What X, LinkedIn, Facebook and uploads under way knew about themselves looked different. The ledger keeps every effect.
    db.execute("DELETE FROM objects WHERE network IN ('x', 'linkedin', 'facebook') OR kind IN ('container', 'publish')")
    db.execute("DELETE FROM pending")
    db.execute("DROP TABLE old_blobs")
    db.execute("DROP TABLE old_accounts")


def is_old(db: sqlite3.Connection) -> bool:
    """Whether the file has tables, but not today's."""
    columns = {row[1] for row in db.execute("PRAGMA table_info(accounts)").fetchall()}
    return "token" in columns


def _grant(db: sqlite3.Connection, data: dict[str, Any]) -> None:
    """The account's one access token, and the refresh token beside it where it had one."""
    family = hashlib.sha256(data["token"].encode()).hexdigest()[:16]
    access = Grant(
        token=data["token"],
        kind="access",
        network=data["network"],
        account=data["id"],
        app=SEEDED[data["network"]].client_id,
        family=family,
        scopes=data["scopes"],
        issued_at=0.0,
        expires_at=data["expires_at"],
    )
    Grants(db).put(access)
    if data["refresh_token"] is not None:
        Grants(db).put(replace(access, token=data["refresh_token"], kind="refresh", expires_at=None))
