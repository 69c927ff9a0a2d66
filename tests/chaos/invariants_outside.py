"""Those of the thirteen invariants that show only where the networks' own record is laid beside the book.

What no record can show: that a stale lease writes nothing (7) is seen here by its consequences alone, a second effect or a commit
after the end; the refusal itself is shown by tests/deliveries/test_claims.py.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from chaos.invariants import Row
from dravo.accounts.budgets import declared, scope_id, taken_of
from dravo.models import Account
from dravo.settings import Settings

Seen = Mapping[str, Any]

COMMENTS = """
SELECT a.platform_account_id AS profile, c.state FROM commits c
JOIN deliveries d ON d.workspace_id = c.workspace_id AND d.environment = c.environment AND d.id = c.delivery_id
JOIN accounts a ON a.workspace_id = d.workspace_id AND a.environment = d.environment AND a.id = d.account_id
WHERE c.name = 'first_comment'
"""


def bound_to_another(rows: Sequence[Row], posts: Sequence[Seen]) -> list[str]:
    """13: deliveries that are bound to a post which is there and is not theirs."""
    shown = {(post["account"], post["id"]): " ".join(post["text"].split()) for post in posts if "id" in post}
    found = []
    for row in rows:
        words = shown.get((row.profile, row.platform_post_id or ""))
        if words and words[:40] != " ".join(row.text.split())[:40]:
            found.append(f"13: {row.id} is bound to {row.platform_post_id}, which is another post of its account")
    return found


async def comments(session: AsyncSession, effects: Sequence[Seen]) -> list[str]:
    """4 and 5 for first comments, which are told by their accounts: as many as were confirmed, and no more than were sent."""
    # Two under one post are one here: they are counted as doubled elsewhere.
    shown = Counter(account for account, _ in {(effect["account"], effect.get("parent")) for effect in effects})
    states: dict[str, Counter[str]] = defaultdict(Counter)
    for profile, state in await session.execute(text(COMMENTS)):
        states[profile][state] += 1
    found = []
    for profile in sorted(shown.keys() | states.keys()):
        confirmed, number = states[profile]["confirmed"], shown[profile]
        if number < confirmed:
            found.append(f"4: {profile} has {confirmed} confirmed first comments and shows {number}")
        if number > confirmed + states[profile]["open"]:
            found.append(f"5: {profile} shows {number} first comments, of which {confirmed} are confirmed")
    return found


async def budgets(session: AsyncSession, settings: Settings) -> list[str]:
    """11: budgets of which more was taken within their window than there is; kept times older than the window are no matter."""
    found = []
    accounts = (await session.scalars(select(Account))).all()
    taken = await taken_of(session, accounts)
    for account in accounts:
        for budget in declared(account, settings):
            times = sorted(
                taken.get((account.platform, budget.scope, scope_id(budget, account) or "", budget.name), [])
            )
            if any(later - first < budget.window for first, later in zip(times, times[budget.limit :], strict=False)):
                found.append(f"11: more than {budget.limit} were taken of {budget.name} of {account.id} at once")
    return found


def other_peoples_tokens(rows: Sequence[Row], calls: Sequence[Seen]) -> list[str]:
    """9: calls whose path names another account than their token's, or with a token of nobody to whom anything is posted.

    One token may be another's for good: that of the Page by which an Instagram account is reached, and of no second one.
    """
    accounts = {row.profile for row in rows}
    signed = [(call["number"], call["account"], _named(call["path"]) & accounts) for call in calls if call["account"]]
    stands_for: dict[str, set[str]] = defaultdict(set)
    for _, owner, named in signed:
        if owner not in accounts:
            stands_for[owner] |= named
    found = []
    for number, owner, named in signed:
        if owner not in accounts and len(stands_for[owner]) != 1:
            found.append(f"9: call {number} has the token of {owner}, to whom nothing is posted")
        elif owner in accounts:
            found += [f"9: call {number} is about {other} and has the token of {owner}" for other in named - {owner}]
    return found


def _named(path: str) -> set[str]:
    """What a path may name an account by: a part of it, or what a part begins with."""
    parts = path.split("/")
    return {*parts, *(part.partition("_")[0] for part in parts)}
