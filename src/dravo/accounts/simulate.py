"""Accounts on the simulated networks, for the test environment."""

from collections.abc import Mapping
from typing import Any

from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from dravo.accounts.connect import Tenant, connect
from dravo.kit.http import AnswerLost, NetworkHttp, NotSent, Request, UnreadableAnswer
from dravo.resources import Resources


class SimulatorUnavailable(Exception):
    """The simulator cannot be reached, or answered something else than an account."""


class SimulatedApp(BaseModel):
    """The app that the simulator's tokens are for; what renews them."""

    client_id: str
    client_secret: str


class SimulatedProfile(BaseModel):
    """What the simulator tells of an account that it has made, tokens included."""

    platform_account_id: str
    handle: str
    display_name: str
    access_token: str
    refresh_token: str | None
    expires_at: AwareDatetime | None
    scopes: list[str] = Field(default_factory=list)
    app: SimulatedApp | None = None
    extras: dict[str, Any] = Field(default_factory=dict)


async def simulate(
    resources: Resources,
    workspace_id: str,
    platform: str,
    handle: str | None = None,
    attributes: Mapping[str, Any] | None = None,
) -> str:
    """Make (or find) a simulated profile and connect it; the account's id. Raises SimulatorUnavailable.

    `attributes` say what is special about it (docs/simulator.md lists them); without them it is the plainest of its network.
    """
    simulator_url = resources.settings.simulator_url
    if simulator_url is None:
        raise SimulatorUnavailable("no simulator is configured; set DRAVO_SIMULATOR_URL")
    profile = await _order(resources.networks["test"], simulator_url, platform, handle, attributes)
    credentials = {"access_token": profile.access_token, "scopes": profile.scopes}
    if profile.refresh_token is not None:
        credentials["refresh_token"] = profile.refresh_token
    if profile.app is not None:
        credentials |= profile.app.model_dump()
    async with resources.db.transaction() as session:
        return await connect(
            session,
            resources.cipher,
            Tenant(workspace_id, "test"),
            platform=platform,
            platform_account_id=profile.platform_account_id,
            handle=profile.handle,
            display_name=profile.display_name,
            connection_type="simulated",
            traits=profile.extras,
            credentials=credentials,
            token_expires_at=profile.expires_at,
        )


async def _order(
    network: NetworkHttp, simulator_url: str, platform: str, handle: str | None, attributes: Mapping[str, Any] | None
) -> SimulatedProfile:
    order = {"network": platform, "attributes": dict(attributes or {})} | ({} if handle is None else {"handle": handle})
    request = Request(method="POST", url=f"{simulator_url}/_control/accounts", json=order, auth="none")
    try:
        reply = await network.send(request, token="")
        if not reply.ok:
            said = reply.body[:500].decode("utf-8", "replace")
            raise SimulatorUnavailable(f"the simulator at {simulator_url} answered {reply.status}: {said}")
        return SimulatedProfile.model_validate(reply.json())
    except (NotSent, AnswerLost) as error:
        raise SimulatorUnavailable(
            f"no simulator answers at {simulator_url}; start it with: dravo simulator"
        ) from error
    except (UnreadableAnswer, ValidationError) as error:
        raise SimulatorUnavailable(f"what answers at {simulator_url} is no simulator of ours") from error
