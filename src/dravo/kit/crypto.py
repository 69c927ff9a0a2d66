"""Secrets at rest: AES-256-GCM, with the place of the value as associated data, so that a swapped row is refused.

And signatures under the same keys, for names that we hand out and want to know again.
"""

import base64
import hmac
import json
import secrets
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12
_SIGNATURE_BYTES = 16


class Unreadable(Exception):
    """A sealed value cannot be opened: its key is not configured any more, or it was moved or changed."""


class Cipher:
    """Seals JSON values and signs names. The newest key seals and signs, every configured key opens and knows.

    The key's id stands before the ciphertext.
    """

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._keys = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self._signing = {key_id: hmac.digest(key, b"signatures", "sha256") for key_id, key in keys.items()}
        self._newest = next(iter(keys))

    def seal(self, value: Any, *, place: str) -> bytes:
        """`place` names row and column, for example `accounts/acc_…/credentials`."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._keys[self._newest].encrypt(nonce, json.dumps(value).encode(), place.encode())
        return self._newest.encode() + b":" + nonce + sealed

    def open(self, sealed: bytes, *, place: str) -> Any:
        """Raises Unreadable."""
        key_id, _, rest = sealed.partition(b":")
        key = self._keys.get(key_id.decode("ascii", "replace"))
        if key is None:
            raise Unreadable(f"the key '{key_id[:20].decode('ascii', 'replace')}' is not in DRAVO_ENCRYPTION_KEYS")
        try:
            return json.loads(key.decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], place.encode()))
        except InvalidTag:
            raise Unreadable(f"the secret at {place} was changed, moved, or sealed with another key") from None

    def signature(self, name: str, purpose: str) -> str:
        """22 characters (128 bits) that nobody makes without a key; those of one purpose say nothing for another."""
        return _signed(self._signing[self._newest], name, purpose)

    def is_signature(self, signature: str, name: str, purpose: str) -> bool:
        """Whether one of the configured keys has signed the name for this purpose."""
        return any(hmac.compare_digest(signature, _signed(key, name, purpose)) for key in self._signing.values())


def _signed(key: bytes, name: str, purpose: str) -> str:
    digest = hmac.digest(key, f"{purpose}\n{name}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest[:_SIGNATURE_BYTES]).decode().rstrip("=")
