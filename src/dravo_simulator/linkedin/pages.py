"""The pages that a member has a role on."""

from dataclasses import dataclass

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
    def number(self) -> str:
        return self.urn.rpartition(":")[2]


def pages_of(account: Account) -> list[Page]:
    """Each page and role, in the order the account was given them."""
    return [Page(**page) for page in account.attributes["pages"]]


def may_post_as(account: Account, urn: str) -> bool:
    return any(
        page.urn == urn and page.role in POSTING_ROLES and page.state == "APPROVED" for page in pages_of(account)
    )
