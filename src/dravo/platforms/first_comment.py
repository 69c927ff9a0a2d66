"""The first comment under a post, the same for every network that has comments."""

from typing import TypeVar

from pydantic import BaseModel

from dravo.platforms.base import Call, Find, Run
from dravo.platforms.errors import CredentialsExpired, Misconfigured, Rejected, Unsettled

A = TypeVar("A", bound=BaseModel)


async def first_comment(run: Run, call: Call[A], *, find: Find[A]) -> None:
    """Commit a first comment under a published post. Whatever becomes of it, the post stands: failures are warnings.

    Where the deployment is wrong, the comment waits with all else that it holds.
    """
    try:
        await run.commit("first_comment", call, find=find)
    except (Rejected, Misconfigured, CredentialsExpired) as error:
        if isinstance(error, Misconfigured) and error.scope == "deployment":
            raise
        code = error.code if error.code == "first_comment_forbidden" else "first_comment_failed"
        run.warn(code, f"The post is published; its first comment was refused: {error.message}")
    except Unsettled:
        run.warn(
            "first_comment_unconfirmed",
            "The post is published; the answer to its first comment was lost, so look at the post before commenting by hand.",
        )
