"""What routes ask for: the process's resources, and a caller with a scope.

Dependencies are `async def`: a plain function would be sent to a thread and back on every request.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request

from dravo.auth import service
from dravo.auth.schemas import Caller, Scope
from dravo.kit.errors import Problem
from dravo.resources import Resources


async def resources_of(request: Request) -> Resources:
    found: Resources = request.app.state.resources
    return found


ResourcesDep = Annotated[Resources, Depends(resources_of)]


def requires(scope: Scope) -> Callable[..., Awaitable[Caller]]:
    """A dependency that answers the caller, 401 without a valid credential, 403 when the credential lacks `scope`."""

    async def caller_with_scope(request: Request, resources: ResourcesDep) -> Caller:
        shown = request.headers.getlist("authorization")
        # Of two credentials nobody could say which one is meant.
        caller = await service.authenticate(resources, shown[0] if len(shown) == 1 else None)
        if scope not in caller.scopes:
            raise Problem(
                403,
                "insufficient_scope",
                "The credential does not allow this",
                f"This call needs the scope '{scope}'; make a key that has it.",
            )
        return caller

    caller_with_scope.__dict__["scope"] = scope
    return caller_with_scope
