"""Who stands behind a Page: the person with a role on it, and the Instagram account that is linked to it.

A person is no account of the simulator: Pages whose attribute ``user`` is the same belong to the same one, and a Page without
it has a person to itself.
"""

import hashlib
import re
from dataclasses import dataclass

from dravo_simulator.world import Account, World


@dataclass(frozen=True)
class Person:
    """A Facebook user. ``id`` follows from the handle, so that it is the same after a restart."""

    id: str
    handle: str

    @property
    def name(self) -> str:
        return re.sub(r"[._-]+", " ", self.handle).title()


def person_of(page: Account) -> Person:
    return person_called(page.attributes.get("user") or page.handle)


def person_called(handle: str) -> Person:
    return Person(_number(handle, 10_220_000_000_000_000), handle)


def pages_of(world: World, person: str) -> list[Account]:
    """The Pages that a person (by id) may do something on, oldest first."""
    return [page for page in world.accounts("facebook") if person_of(page).id == person and tasks_of(page)]


def tasks_of(page: Account) -> list[str]:
    return list(page.attributes.get("tasks", EVERY_TASK))


def instagram_of(world: World, page: Account) -> Account | None:
    """The Instagram account linked to a Page; the newest where several say so."""
    linked = [account for account in world.accounts("instagram") if account.attributes.get("page") == page.handle]
    return linked[-1] if linked else None


def page_of_instagram(world: World, account: Account) -> Account | None:
    handle = account.attributes.get("page")
    return None if handle is None else world.account("facebook", by="handle", value=handle)


def business_of(page: Account) -> str | None:
    """The name of the business portfolio that a Page belongs to."""
    name: str | None = page.attributes.get("business")
    return name


def business_id(name: str) -> str:
    return _number(name, 2_030_000_000_000_000)


def by_facebook(account: Account) -> bool:
    """Whether it is an Instagram account that apps get into by its Page (`InstagramAttributes.login`)."""
    return account.network == "instagram" and account.attributes.get("login") == "facebook"


def scoped_id(account: Account) -> str:
    """What ``id`` of ``/me`` is on graph.instagram.com: the account's number for this app, not its own."""
    return str(24_000_000_000_000_000 + int(account.id) % 1_000_000_000_000)


def _number(name: str, base: int) -> str:
    return str(base + int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]))


EVERY_TASK = ["ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MANAGE", "MESSAGING", "MODERATE"]
"""What a person with full control of a Page may do (Page reference, ``tasks``)."""
