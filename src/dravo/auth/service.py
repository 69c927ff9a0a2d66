"""Who is calling, and making the keys that callers show."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from dravo.auth import api_keys, queries
from dravo.auth.schemas import DEFAULT_SCOPES, Caller, Scope
from dravo.kit.db import now
from dravo.kit.errors import Problem
from dravo.kit.ids import new_id
from dravo.models import ApiKey, Workspace
from dravo.resources import Resources


class NoTestEnvironment(Exception):
    """No simulator is configured, so there is no test environment that a key could open."""


async def authenticate(resources: Resources, authorization_header: str | None) -> Caller:
    """The caller behind an `Authorization` header. Raises Problem 401, or 503 for a test key without a simulator.

    The key is read on every request, so that revoking it acts at once on every process.
    """
    scheme, _, credential = (authorization_header or "").partition(" ")
    parsed = api_keys.parse(credential.strip(" "))
    if scheme.lower() != "bearer" or parsed is None:
        raise _invalid_credentials()
    async with resources.db.transaction() as session:
        key = await queries.usable_key(session, parsed.environment, parsed.key_hash)
    if key is None:
        raise _invalid_credentials()
    if key.environment == "test" and not resources.has_test_environment:
        raise Problem(
            503,
            "unavailable",
            "There is no test environment",
            "This deployment has no simulator; set DRAVO_SIMULATOR_URL, or use a live key.",
            headers={"Retry-After": "60"},
        )
    return Caller(key.workspace_id, key.environment, frozenset(key.scopes))


def _invalid_credentials() -> Problem:
    return Problem(
        401,
        "invalid_credentials",
        "The credential is not valid",
        "Send 'Authorization: Bearer <API key>' with a key that is neither revoked nor expired.",
        headers={"WWW-Authenticate": "Bearer"},
    )


def require_environment(resources: Resources, environment: str) -> None:
    """To be asked before a test key is made. Raises NoTestEnvironment."""
    if environment == "test" and not resources.has_test_environment:
        raise NoTestEnvironment


async def create_key(
    session: AsyncSession,
    workspace_id: str,
    environment: str,
    name: str,
    scopes: Sequence[Scope] = DEFAULT_SCOPES,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """A new key and its text, which is stored nowhere. Whether `environment` exists here is `require_environment`'s."""
    text = api_keys.generate(environment)
    parsed = api_keys.parse(text)
    assert parsed is not None
    key = ApiKey(
        workspace_id=workspace_id,
        environment=environment,
        id=new_id("key"),
        name=name,
        prefix=parsed.prefix,
        key_hash=parsed.key_hash,
        scopes=list(dict.fromkeys(scopes)),
        created_at=now(),
        expires_at=expires_at,
        revoked_at=None,
    )
    session.add(key)
    await session.flush()
    return key, text


async def create_workspace(session: AsyncSession, name: str) -> Workspace:
    workspace = Workspace(id=new_id("ws"), name=name, created_at=now())
    session.add(workspace)
    await session.flush()
    return workspace
