"""Whether the process lives, and whether it can serve."""

from alembic.script import ScriptDirectory
from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy import text

from dravo.auth.dependencies import ResourcesDep
from dravo.kit.db import MIGRATIONS
from dravo.kit.errors import Problem

router = APIRouter(tags=["operations"])

HEAD = ScriptDirectory(str(MIGRATIONS)).get_current_head()
"""The newest revision that this code knows."""


class Health(BaseModel):
    """The process answers."""

    status: str = "ok"


class Readiness(BaseModel):
    """`degraded`: everything works, and deliveries begin a little later, since Redis is away."""

    status: str
    database: str
    redis: str


@router.get("/healthz", summary="Is the process alive")
async def healthz() -> Health:
    return Health()


@router.get("/readyz", summary="Can the process serve", responses={503: {"description": "It cannot serve now."}})
async def readyz(resources: ResourcesDep) -> Readiness:
    """Asks Postgres (and whether its schema is the one that this code knows) and Redis."""
    async with resources.db.transaction() as session:
        exists = await session.scalar(text("SELECT to_regclass('alembic_version')"))
        revision = await session.scalar(text("SELECT version_num FROM alembic_version")) if exists else None
    if revision != HEAD:
        raise Problem(
            503,
            "unavailable",
            "The database's schema is another one",
            f"It is at revision {revision or 'none'} and this code wants {HEAD}; run: dravo db upgrade",
            headers={"Retry-After": "5"},
        )
    redis = await resources.queue.ping()
    return Readiness(status="ok" if redis else "degraded", database="ok", redis="ok" if redis else "unreachable")
