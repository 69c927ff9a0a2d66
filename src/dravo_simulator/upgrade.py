"""Brings a state file of release 0.1, where an account had one token and media lay in the database, to today's tables."""

import hashlib
import json
import sqlite3

from dravo_simulator.blobs import Blobs
from dravo_simulator.grants import Grant, Grants

UPLOADS = [("x", "media"), ("instagram", "container"), ("tiktok", "publish"), ("linkedin", "image")]
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
        db.execute("INSERT INTO accounts VALUES (?, ?, ?, ?)", (network, account_id, handle, json.dumps(kept)))
    # Uploads that no post has taken looked different; they would have lapsed within a day.
    for network, kind in UPLOADS:
        db.execute("DELETE FROM objects WHERE network = ? AND kind = ?", (network, kind))
    db.execute("DELETE FROM pending")
    db.execute("DROP TABLE old_blobs")
    db.execute("DROP TABLE old_accounts")


def is_old(db: sqlite3.Connection) -> bool:
    """Whether the file has tables, but not today's."""
    columns = {row[1] for row in db.execute("PRAGMA table_info(accounts)").fetchall()}
    return "token" in columns


def _grant(db: sqlite3.Connection, data: dict[str, object]) -> None:
    family = hashlib.sha256(str(data["token"]).encode()).hexdigest()[:16]
    for kind, token in (("access", data["token"]), ("refresh", data["refresh_token"])):
        if token is not None:
            shared = {"network": data["network"], "account": data["id"], "app": "", "family": family}
            times = {"issued_at": 0.0, "expires_at": data["expires_at"] if kind == "access" else None}
            Grants(db).put(Grant(token=token, kind=kind, scopes=data["scopes"], **shared, **times))
