"""What is open about TikTok's consent, its tokens and its webhooks: a switch for each."""

from typing import Literal

from pydantic import BaseModel


class TikTokAuthorizationSwitches(BaseModel):
    tiktok_pkce: Literal["hex", "base64url", "refused"] = "hex"
    """How a ``code_challenge`` is spelled: pages say hex, libraries do as RFC 7636, and some web apps may send none."""
    tiktok_tokens: Literal["2h", "24h"] = "2h"
    """Lives of access and refresh tokens: 2 hours and 180 days, each refresh token once (pages of 2026-11); or 24 hours and a
    year, in which the refresh token stays the same (older pages)."""
    tiktok_invalid_grant_status: Literal[400, 200] = 400
    """The status of the answer ``invalid_grant``; 200 has been seen."""
    tiktok_webhooks_twice: bool = False
    """Every event is sent twice, as "at least once" allows."""
