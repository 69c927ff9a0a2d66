"""The pages that a member has a role on."""

from dataclasses import dataclass

from dravo_simulator.store import JSON
from dravo_simulator.world import Account

POSTING_ROLES = {"ADMINISTRATOR", "DIRECT_SPONSORED_CONTENT_POSTER", "CONTENT_ADMIN"}
"""Who may post as the page (Posts API page, view of 2026-06)."""


@dataclass(frozen=True)
class Page:
    urn: str
    name: str
    role: str
    state: str

    @property
    def takes_posts(self) -> bool:
        return self.role in POSTING_ROLES and self.state == "APPROVED"

    @property
    def number(self) -> str:
        return self.urn.rpartition(":")[2]


def pages_of(account: Account) -> list[Page]:
    """Each page and role, in the order the account was given them."""
    return [Page(**page) for page in account.attributes["pages"]]


def may_post_as(account: Account, urn: str) -> bool:
    return urn in postable(account.attributes)


def postable(attributes: JSON) -> list[str]:
    """The URNs of the pages that the member may post as, each once."""
    pages = [Page(**page) for page in attributes["pages"]]
    return list(dict.fromkeys(page.urn for page in pages if page.takes_posts))
