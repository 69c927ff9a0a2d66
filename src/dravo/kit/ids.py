"""Ids: a prefix that tells the kind, 48 bits of milliseconds (so that they sort by time) and 80 bits that nobody guesses."""

import secrets
import time
from typing import NamedTuple

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: no i, l, o, u."""


class Key(NamedTuple):
    """The key of a row: every table's rows are named by workspace, environment and id."""

    workspace_id: str
    environment: str
    id: str


def new_id(prefix: str) -> str:
    """For example `post_01jd…`, 26 characters after the underscore."""
    number = (int(time.time() * 1000) << 80) | secrets.randbits(80)
    return prefix + "_" + "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))
