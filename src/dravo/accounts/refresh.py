"""Renewing an account's tokens: one caller at a time, and whoever comes second uses what the first one got.

Networks give refresh tokens that work once (X docs, `oauth-2-0/user-access-token`, read 2026-08-22). Two callers with one of
these would lose the account, so the account is held while it is renewed, and what comes back is stored only over the
version that it was asked with.
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from pydantic import ValidationError
from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from dravo.accounts.credentials import open_credentials, seal_credentials
from dravo.accounts.profiles import profile_of
from dravo.kit import log
from dravo.kit.crashpoints import passing
from dravo.kit.crypto import Unreadable
from dravo.kit.db import DatabaseUnavailable, now
from dravo.kit.http import AnswerLost, NotSent, UnreadableAnswer
from dravo.kit.unbroken import unbroken
from dravo.models import Account
from dravo.platforms.base import App, Consent, Platform, Tokens
from dravo.platforms.errors import CredentialsExpired, PlatformError, Transient
from dravo.resources import Resources

HELD = 3.0
"""For how many times the longest call an account is held for a renewal: two calls, and the time to store what they brought."""

STORED_WITHIN = 0.8
"""Of one longest call: what a network has answered must not be forgotten because Postgres restarts, and the account is still
held then."""

_log = log.get(__name__)


@dataclass(frozen=True, slots=True)
class Secrets:
    """An account's opened credentials, and which of its versions they are."""

    version: int
    values: Mapping[str, Any] = field(repr=False)


def is_possible(resources: Resources, platform: Platform, account: Account) -> bool:
    """Whether the network renews tokens and the account has what it takes."""
    try:
        secrets = open_credentials(resources.cipher, account.id, account.credentials)
    except Unreadable:
        return False
    return platform.refresh(_consent(resources, platform, account, secrets)) is not None


def _consent(resources: Resources, platform: Platform, account: Account, secrets: Mapping[str, Any]) -> Consent:
    client_id = secrets.get("client_id")
    return Consent(
        profile_of(account, secrets),
        access_token=str(secrets.get("access_token") or ""),
        refresh_token=secrets.get("refresh_token"),
        app=App(str(client_id), str(secrets.get("client_secret") or "")) if client_id else None,
        config=resources.settings.of_network(platform.name),
    )


async def newer_than(resources: Resources, seen: Account) -> Secrets | None:
    """The account's secrets, where somebody has renewed them or connected it anew since `seen` was read."""
    async with resources.db.transaction() as session:
        return await _newer(session, resources, seen)


async def refreshed(resources: Resources, platform: Platform, seen: Account) -> Secrets:
    """The account's secrets, newer than those of `seen`, from the network or from whoever renewed them meanwhile.

    Raises CredentialsExpired (it must be reconnected), Transient (somebody is at it, or the network did not answer),
    Misconfigured or RateLimited. Once asked, the answer is stored though the caller is cancelled.
    """
    newer = await _hold(resources, seen)
    if newer is not None:
        return newer
    return await unbroken(_renew(resources, platform, seen))


async def _hold(resources: Resources, seen: Account) -> Secrets | None:
    """Hold the account for us (None), or answer the secrets that another has got. Raises Transient while another is at it."""
    async with resources.db.transaction() as session:
        held = await session.scalar(
            update(Account)
            .where(
                *_is(seen),
                Account.token_version == seen.token_version,
                or_(Account.refreshing_until.is_(None), Account.refreshing_until <= now()),
            )
            .values(refreshing_until=now() + timedelta(seconds=HELD * resources.settings.commit_seconds))
            .returning(Account.id)
        )
        if held is not None:
            return None
        newer = await _newer(session, resources, seen)
    if newer is None:
        message = "The account's tokens are being renewed; the delivery is tried again."
        raise Transient("tokens_being_renewed", message, retry_after=timedelta(seconds=5))
    return newer


async def _newer(session: AsyncSession, resources: Resources, seen: Account) -> Secrets | None:
    account = await session.scalar(select(Account).where(*_is(seen)).execution_options(populate_existing=True))
    if account is None or account.token_version == seen.token_version:
        return None
    return Secrets(account.token_version, open_credentials(resources.cipher, account.id, account.credentials))


async def _renew(resources: Resources, platform: Platform, seen: Account) -> Secrets:
    secrets = open_credentials(resources.cipher, seen.id, seen.credentials)
    try:
        passing("refresh-asked", seen.id)
        tokens = await _asked(resources, platform, seen, secrets)
        passing("refresh-answered", seen.id)
    except PlatformError as failure:
        async with resources.db.transaction() as session:
            newer = await _newer(session, resources, seen)
            await session.execute(
                update(Account)
                .where(*_is(seen), Account.token_version == seen.token_version)
                .values(refreshing_until=None)
            )
        if newer is not None and isinstance(failure, CredentialsExpired):
            return newer
        raise
    _log.info("tokens_renewed", account_id=seen.id, platform=platform.name)
    return await _stored(resources, seen, _merged(secrets, tokens), tokens)


async def _asked(resources: Resources, platform: Platform, seen: Account, secrets: Mapping[str, Any]) -> Tokens:
    """Ask the network. An answer that was lost may have used the refresh token up; it is tried once more, to know."""
    call = platform.refresh(_consent(resources, platform, seen, secrets))
    if call is None:
        raise CredentialsExpired("The account's tokens cannot be renewed; reconnect the account.")
    request = replace(call.request, timeout_seconds=resources.settings.commit_seconds)
    silence: Exception | None = None
    for _ in range(2):
        try:
            return call.read(await resources.networks[seen.environment].send(request, token=""))
        except NotSent as failure:
            silence = failure
            break
        except (AnswerLost, UnreadableAnswer, ValidationError) as failure:
            silence = failure
    message = "The network did not answer when the account's tokens were to be renewed; it is asked again."
    raise Transient("tokens_not_renewed", message) from silence


def _merged(secrets: Mapping[str, Any], tokens: Tokens) -> dict[str, Any]:
    """What the network did not say stays: above all a refresh token is never replaced by nothing."""
    merged = dict(secrets) | {"access_token": tokens.access_token}
    if tokens.refresh_token:
        merged["refresh_token"] = tokens.refresh_token
    if tokens.scope:
        merged["scopes"] = tokens.scope.replace(",", " ").split()
    return merged


async def _stored(resources: Resources, seen: Account, secrets: dict[str, Any], tokens: Tokens) -> Secrets:
    """Store what came back, unless somebody connected the account anew meanwhile: then theirs counts.

    Whoever found the old refresh token used up in the meantime has asked for reconnecting; that is over as well.
    """
    values = {
        "credentials": seal_credentials(resources.cipher, seen.id, secrets),
        "token_version": seen.token_version + 1,
        "token_since": now(),
        "token_expires_at": None if tokens.expires_in is None else now() + timedelta(seconds=tokens.expires_in),
        "refreshing_until": None,
        "reconnect_reason": None,
    }
    until = time.monotonic() + STORED_WITHIN * resources.settings.commit_seconds
    while True:
        try:
            async with resources.db.transaction() as session:
                stored = await session.scalar(
                    update(Account)
                    .where(*_is(seen), Account.token_version == seen.token_version)
                    .values(**values)
                    .returning(Account.id)
                )
                newer = None if stored is not None else await _newer(session, resources, seen)
        except DatabaseUnavailable:
            if time.monotonic() > until:
                raise
            await asyncio.sleep(0.5)
        else:
            return newer or Secrets(seen.token_version + 1, secrets)


def _is(account: Account) -> tuple[Any, ...]:
    return (
        Account.workspace_id == account.workspace_id,
        Account.environment == account.environment,
        Account.id == account.id,
    )
