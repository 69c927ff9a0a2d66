"""The simulator's settings about Meta's consent and tokens: a switch for each fact that its documentation leaves open."""

from typing import Literal

from pydantic import BaseModel


class MetaOAuthSwitches(BaseModel):
    facebook_second_exchange: Literal["new", "same"] = "new"
    """What exchanging a long-lived user token brings: 60 more days in a new token, or the same token and what is left of it."""
    facebook_data_access: Literal["told", "enforced"] = "told"
    """Whether the end of data access is only told by debug_token, or refuses calls with the token as well."""
    instagram_code_reply: Literal["flat", "wrapped"] = "flat"
    """The answer to a code: the token itself, as clients in use read it, or inside ``data``, as the page shows it."""
    instagram_permissions: Literal["list", "string"] = "list"
    """How that answer names the permissions."""
    instagram_code_user_id: Literal["scoped", "account"] = "scoped"
    """What ``user_id`` of that answer is: the number for this app, or the account's own, which ``/me`` tells in any case."""
    instagram_scoped_ids: Literal["accept", "refuse"] = "accept"
    """Whether that number stands for the account in paths too, on graph.instagram.com."""
    instagram_refresh: Literal["new", "same"] = "new"
    """Whether refreshing brings another token, or 60 more days for the same one."""
