"""The judge: joins what the networks saw with what the book says, and names every broken promise.

It knows nothing of how the engine works. The effects come from the simulator's append-only ledger, one item for each thing that
readers of a network could see; the rest from the tables. A run is right when the line says so and no violation is left.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text

from chaos import invariants_outside as outside
from chaos.invariants import Row, in_the_book
from dravo.kit.db import Database
from dravo.settings import Settings

Effect = Mapping[str, Any]

DELIVERIES = """
SELECT d.id, d.workspace_id, d.account_id, d.platform, d.status, d.publish_state, d.error_code, d.platform_post_id,
       d.lease_token, d.next_look_at, d.due_at, p.id AS post_id, p.status AS post_status, p.text, a.platform_account_id AS profile
FROM deliveries d
JOIN posts p ON p.workspace_id = d.workspace_id AND p.environment = d.environment AND p.id = d.post_id
JOIN accounts a ON a.workspace_id = d.workspace_id AND a.environment = d.environment AND a.id = d.account_id
"""


@dataclass
class Verdict:
    """What came of a run. `violations` are sentences that begin with the number of the invariant."""

    published: int = 0
    failed: int = 0
    expected_failed: int = 0
    lost: int = 0
    duplicated: int = 0
    unconfirmed: int = 0
    allowed_unconfirmed: int = 0
    deliveries: int = 0
    violations: list[str] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    """Each delivery that did not end published, with why: what to look at where there are more of them than there may be."""

    @property
    def ok(self) -> bool:
        return (
            not self.violations
            and self.lost == self.duplicated == 0
            and self.failed == self.expected_failed
            and self.unconfirmed <= self.allowed_unconfirmed
        )

    def line(self) -> str:
        return (
            f"published={self.published} failed={self.failed} (expected {self.expected_failed}) lost={self.lost} "
            f"duplicated={self.duplicated} unconfirmed={self.unconfirmed} (allowed {self.allowed_unconfirmed})"
        )


async def check(
    db: Database,
    ledger: Sequence[Effect],
    *,
    expected_failed: int = 0,
    allowed_unconfirmed: int = 0,
    accepted: Collection[str] = (),
    calls: Sequence[Mapping[str, Any]] = (),
    settings: Settings | None = None,
    still_running: bool = False,
) -> Verdict:
    """Judge everything in the book against everything in the ledger.

    Each delivery is told by its account and words; of posts that show no words (stories, drafts) an account has one. `accepted`
    are posts that were answered with 202; `calls` what the networks were asked, and `settings` those by which budgets are kept to, where that is to be judged, too. With `still_running`
    a delivery may be under way.
    """
    posts = [effect for effect in ledger if effect["kind"] == "post"]
    comments = [effect for effect in ledger if effect["kind"] == "comment"]
    async with db.transaction() as session:
        rows = [Row(**row) for row in (await session.execute(text(DELIVERIES))).mappings()]
        violations = await in_the_book(session)
        violations += await outside.comments(session, comments)
        violations += await outside.budgets(session, settings) if settings is not None else []
    verdict = Verdict(expected_failed=expected_failed, allowed_unconfirmed=allowed_unconfirmed, deliveries=len(rows))
    verdict.violations = violations + outside.bound_to_another(rows, posts) + outside.other_peoples_tokens(rows, calls)
    _count(verdict, rows, posts, still_running=still_running)
    _comments(verdict, comments)
    missing = set(accepted) - {row.post_id for row in rows}
    verdict.violations += [f"1: {post} was answered with 202 and is not in the book" for post in sorted(missing)]
    return verdict


def _count(verdict: Verdict, rows: Sequence[Row], effects: Sequence[Effect], *, still_running: bool) -> None:
    seen = Counter(_name(effect["account"], effect["text"]) for effect in effects if effect["text"])
    wordless = Counter(effect["account"] for effect in effects if not effect["text"])
    deliveries = Counter(row.profile for row in rows)
    known: set[tuple[str, str]] = set()
    for row in rows:
        name = _name(row.profile, row.text)
        known.add(name)
        number = seen[name] + (wordless[row.profile] if deliveries[row.profile] == 1 else 0)
        status = row.status
        verdict.published += status == "published"
        verdict.failed += status == "failed"
        verdict.unconfirmed += status == "unconfirmed"
        if status in {"failed", "unconfirmed"}:
            verdict.ends.append(f"{row.id} on {row.platform} is {status} ({row.error_code})")
        if number > 1:
            verdict.duplicated += number - 1
            verdict.violations.append(f"3: {row.id} has {number} effects on {row.platform}")
        if status == "published" and number == 0:
            verdict.lost += 1
            verdict.violations.append(f"4: {row.id} is published and {row.platform} shows nothing")
        if status == "published" and row.publish_state != "confirmed":
            verdict.violations.append(f"4: {row.id} is published with a publish that is {row.publish_state}")
        if status in {"failed", "canceled"} and number:
            invariant = 10 if status == "canceled" else 5
            verdict.violations.append(f"{invariant}: {row.id} is {status} and {row.platform} shows it")
        if status not in {"published", "failed", "canceled", "unconfirmed"} and not still_running:
            verdict.lost += 1
            verdict.violations.append(f"2: {row.id} is still {status}")
    strange = sum(number for name, number in seen.items() if name not in known)
    strange += sum(number for profile, number in wordless.items() if deliveries[profile] != 1)
    if strange:
        verdict.violations.append(f"9: accounts show {strange} posts that nobody asked of them")


def _comments(verdict: Verdict, comments: Sequence[Effect]) -> None:
    """One first comment under a post. Those of all posts have the same words, so they are told by the post that they are under."""
    under = Counter((comment["account"], str(comment.get("parent"))) for comment in comments)
    for (account, parent), number in under.items():
        if number > 1:
            verdict.duplicated += number - 1
            verdict.violations.append(f"3: {account} has {number} first comments under {parent}")


def _name(account: str, words: str) -> tuple[str, str]:
    """Networks change white space and cut; the words of these tests begin with what tells them apart."""
    return account, " ".join(str(words).split())[:40]
