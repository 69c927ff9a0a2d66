"""An account's tokens: sealed before they touch a row, opened only where a call is about to be made."""

from collections.abc import Mapping
from typing import Any

from dravo.kit.crypto import Cipher


def _place(account_id: str) -> str:
    return f"accounts/{account_id}/credentials"


def seal_credentials(cipher: Cipher, account_id: str, credentials: Mapping[str, Any]) -> bytes:
    """`credentials` must hold `access_token`; bound to the account, so that a swapped row does not open."""
    if not credentials.get("access_token"):
        raise ValueError("credentials without an access_token")
    return cipher.seal(dict(credentials), place=_place(account_id))


def open_credentials(cipher: Cipher, account_id: str, sealed: bytes) -> dict[str, Any]:
    """Raises Unreadable when the key is gone, or the value was changed or moved."""
    opened: dict[str, Any] = cipher.open(sealed, place=_place(account_id))
    return opened
