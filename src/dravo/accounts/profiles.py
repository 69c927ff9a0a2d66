"""An account's row as its network's adapter knows it."""

from collections.abc import Mapping
from typing import Any

from dravo.models import Account
from dravo.platforms.base import Profile


def profile_of(account: Account, secrets: Mapping[str, Any]) -> Profile:
    """`secrets` are the opened credentials, which also say what the token may do; empty where they cannot be opened."""
    scopes = secrets.get("scopes")
    return Profile(
        account.platform_account_id,
        account.handle,
        account.traits,
        frozenset(map(str, scopes)) if scopes else None,
    )
