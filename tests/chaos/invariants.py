"""Those of the thirteen invariants that the book alone can break, each a question that should have no answer."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True)
class Row:
    """A delivery with its post's words and its account's name on the network."""

    id: str
    workspace_id: str
    account_id: str
    platform: str
    status: str
    publish_state: str | None
    error_code: str | None
    platform_post_id: str | None
    lease_token: str | None
    next_look_at: datetime | None
    due_at: datetime
    post_id: str
    post_status: str
    text: str
    profile: str


QUESTIONS: dict[str, str] = {
    "2: {} is neither final, nor due within a day, nor leased": """
        SELECT id FROM deliveries
        WHERE status IN ('queued', 'processing') AND coalesce(lease_until, due_at) NOT BETWEEN
              dravo_now() - interval '1 day' AND dravo_now() + interval '1 day'
    """,
    "5: {} has ended without an effect and has an open commit": """
        SELECT d.id FROM deliveries d JOIN commits c ON c.delivery_id = d.id AND c.workspace_id = d.workspace_id
        WHERE d.status IN ('failed', 'canceled') AND c.state IN ('open', 'confirmed')
    """,
    "4: {} is published and its publish is not confirmed": """
        SELECT d.id FROM deliveries d WHERE d.status = 'published' AND NOT EXISTS (
            SELECT FROM commits c WHERE c.delivery_id = d.id AND c.workspace_id = d.workspace_id
              AND c.name = 'publish' AND c.state = 'confirmed')
    """,
    "6: {} has two live commits of one name": """
        SELECT delivery_id FROM commits WHERE state IN ('open', 'confirmed') GROUP BY workspace_id, delivery_id, name
        HAVING count(*) > 1
    """,
    "7: {} holds an answer to a call whose intent was settled before it was stored": """
        SELECT delivery_id FROM commits WHERE settled_at < opened_at
    """,
    "7: {} has a commit that was opened after its end": """
        SELECT d.id FROM deliveries d JOIN commits c ON c.delivery_id = d.id AND c.workspace_id = d.workspace_id
        WHERE d.status = 'published' AND c.opened_at > d.published_at
    """,
    "8: {} has two live leases": """
        SELECT account_id FROM deliveries WHERE lease_token IS NOT NULL GROUP BY workspace_id, environment, account_id
        HAVING count(*) > 1
    """,
    "12: {} is final and no event tells of it": """
        SELECT p.id FROM posts p WHERE p.status IN ('published', 'partial', 'failed', 'canceled', 'unconfirmed')
        AND NOT EXISTS (
            SELECT FROM webhook_events e WHERE e.workspace_id = p.workspace_id AND e.environment = p.environment
              AND e.data ->> 'id' = p.id
              AND e.event_type = 'post.' || CASE p.status WHEN 'partial' THEN 'published' ELSE p.status END)
    """,
    "13: {} is bound to two deliveries": """
        SELECT platform_post_id FROM deliveries WHERE platform_post_id IS NOT NULL
        GROUP BY workspace_id, environment, platform, platform_post_id HAVING count(*) > 1
    """,
}


async def in_the_book(session: AsyncSession) -> list[str]:
    """A sentence for each violation that the tables show."""
    found = []
    for sentence, question in QUESTIONS.items():
        found += [sentence.format(name) for name in await session.scalars(text(question))]
    return found
