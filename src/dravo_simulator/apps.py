"""OAuth apps: who may ask an account's owner for consent, and where the answer may be sent."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True)
class App:
    network: str
    client_id: str
    client_secret: str | None
    """None: a public client, which proves itself by PKCE alone."""
    name: str
    redirect_uris: list[str] | None
    """Compared to the letter; None allows every https URI and every loopback one."""
    scopes: list[str]
    """What its products let it ask for."""
    refreshable: bool = True
    """Whether the network gives it refresh tokens: on LinkedIn only approved apps get them."""

    def may_redirect_to(self, uri: str) -> bool:
        if self.redirect_uris is not None:
            return uri in self.redirect_uris
        try:
            parts = urlsplit(uri)
        except ValueError:
            return False
        if parts.fragment or not parts.hostname:
            return False
        return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


def _seeded(network: str, name: str, client_id: str, scopes: str, *, refreshable: bool = False) -> App:
    return App(
        network=network,
        client_id=client_id,
        client_secret=f"simulated-{network}-secret",
        name=f"Simulated {name} app",
        redirect_uris=None,
        scopes=scopes.split(),
        refreshable=refreshable,
    )


SEEDED = {
    app.network: app
    for app in (
        _seeded(
            "x",
            "X",
            "simulated-x-app",
            "tweet.read tweet.write users.read media.write offline.access",
            refreshable=True,
        ),
        _seeded(
            "linkedin",
            "LinkedIn",
            "simulated-linkedin-app",
            "openid profile email w_member_social w_organization_social r_organization_social"
            " r_organization_admin rw_organization_admin",
        ),
        _seeded(
            "facebook",
            "Facebook",
            "1000000000000001",
            "public_profile pages_show_list pages_read_engagement pages_read_user_content pages_manage_posts"
            " pages_manage_engagement business_management instagram_basic instagram_content_publish"
            " instagram_manage_comments ads_management ads_read",
        ),
        _seeded(
            "instagram",
            "Instagram",
            "1000000000000002",
            "instagram_business_basic instagram_business_content_publish instagram_business_manage_comments"
            " instagram_business_manage_messages instagram_business_manage_insights",
        ),
        _seeded(
            "tiktok",
            "TikTok",
            "simulated-tiktok-app",
            "user.info.basic user.info.profile user.info.stats video.publish video.upload video.list",
            refreshable=True,
        ),
    )
}
"""The apps that are there from the start: their names never change, so that a client can be configured once.

Meta names an app by a number; the Instagram app's is not that of the Facebook app it belongs to (Business login, 2026-03-13).
"""


class Apps:
    """The table ``apps``, beside those that are there from the start."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def get(self, network: str, client_id: str) -> App | None:
        seeded = SEEDED.get(network)
        if seeded is not None and seeded.client_id == client_id:
            return seeded
        query = "SELECT data FROM apps WHERE network = ? AND client_id = ?"
        row = self._db.execute(query, (network, client_id)).fetchone()
        return None if row is None else App(**json.loads(row[0]))

    def add(self, app: App) -> None:
        self._db.execute("INSERT INTO apps VALUES (?, ?, ?)", (app.network, app.client_id, json.dumps(asdict(app))))

    def all(self) -> Iterator[App]:
        yield from SEEDED.values()
        for row in self._db.execute("SELECT data FROM apps ORDER BY rowid").fetchall():
            yield App(**json.loads(row[0]))
