"""What an app that TikTok has not audited may begin: posts for their creator alone, of accounts that are private.

Source: TikTok docs `content-sharing-guidelines` (read 2026-11-23). TikTok refuses both with the same code.
"""

from dataclasses import replace
from typing import TypeVar

from pydantic import BaseModel

from dravo.kit.http import Reply
from dravo.platforms.base import Call
from dravo.platforms.errors import Misconfigured, Rejected
from dravo.platforms.tiktok.options import ROOT, TikTokOptions

A = TypeVar("A", bound=BaseModel)


def with_audience_to_blame(call: Call[A], options: TikTokOptions) -> Call[A]:
    """A call that begins a post. One for more people than its creator is refused for that, and holds no other post."""
    if not options.posts_directly() or options.audience() == "SELF_ONLY":
        return call

    def read(reply: Reply) -> A:
        try:
            return call.read(reply)
        except Misconfigured as refused:
            if refused.code != "app_not_audited":
                raise
            message = (
                "TikTok has not audited the app: until then it takes SELF_ONLY alone. Set privacy_level to SELF_ONLY, or have "
                "the app audited."
            )
            raise Rejected("app_not_audited", message, raw=refused.raw, pointer=f"{ROOT}/privacy_level") from refused

    return replace(call, read=read)
