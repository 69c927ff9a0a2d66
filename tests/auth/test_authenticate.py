"""Who is let in."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from dravo.auth import api_keys, service
from dravo.kit.db import now
from dravo.kit.errors import Problem
from dravo.models import ApiKey
from dravo.resources import Resources, opened
from dravo.settings import Settings
from support.clock import Clock
from support.door import Door, assert_problem, make_key, opened_door


async def refused(resources: Resources, header: str | None) -> Problem:
    with pytest.raises(Problem) as caught:
        await service.authenticate(resources, header)
    return caught.value


async def test_key_names_its_workspace_environment_and_scopes(resources: Resources, workspace: str) -> None:
    key = await make_key(resources, workspace, "live", ("posts:read",))
    caller = await service.authenticate(resources, f"Bearer {key}")
    assert (caller.workspace_id, caller.environment, caller.scopes) == (workspace, "live", frozenset({"posts:read"}))


async def test_scheme_is_read_in_any_case(resources: Resources, workspace: str) -> None:
    key = await make_key(resources, workspace)
    assert (await service.authenticate(resources, f"bEaReR  {key}")).workspace_id == workspace


async def test_key_that_was_never_made_is_refused(resources: Resources, workspace: str) -> None:
    problem = await refused(resources, f"Bearer {api_keys.generate('test')}")
    assert (problem.status, problem.code) == (401, "invalid_credentials")
    assert problem.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc", "Bearer dra_test_x", "Bearer a b c"])
async def test_missing_and_malformed_credentials_are_refused_without_a_query(
    settings: Settings, header: str | None
) -> None:
    nowhere = Settings.model_validate(settings.model_dump() | {"database_url": "postgresql://a@127.0.0.1:9/x"})
    async with opened(nowhere) as resources:
        assert (await refused(resources, header)).status == 401


async def test_key_without_its_scheme_is_refused(resources: Resources, workspace: str) -> None:
    key = await make_key(resources, workspace)
    for header in (key, f"Basic {key}", f"Token {key}"):
        assert (await refused(resources, header)).status == 401


async def test_revoked_key_is_refused_at_once(resources: Resources, workspace: str) -> None:
    key = await make_key(resources, workspace)
    async with resources.db.transaction() as session:
        await session.execute(update(ApiKey).values(revoked_at=now()))
    assert (await refused(resources, f"Bearer {key}")).status == 401


async def test_key_ends_by_the_databases_clock(resources: Resources, workspace: str, clock: Clock) -> None:
    async with resources.db.transaction() as session:
        at = (await session.execute(select(now()))).scalar_one()
        _, key = await service.create_key(
            session, workspace, "test", "brief", ("posts:read",), expires_at=at + timedelta(hours=1)
        )
    assert await service.authenticate(resources, f"Bearer {key}")
    await clock.move(timedelta(hours=2))
    assert (await refused(resources, f"Bearer {key}")).status == 401


async def test_test_key_without_a_simulator_is_unavailable(settings: Settings, door: Door) -> None:
    live = await make_key(door.resources, door.workspace_id, "live")
    async with opened(Settings.model_validate(settings.model_dump() | {"simulator_url": None})) as without:
        problem = await refused(without, f"Bearer {door.key}")
        assert (problem.status, problem.code) == (503, "unavailable")
        assert problem.headers["Retry-After"]
        assert (await service.authenticate(without, f"Bearer {live}")).environment == "live"
        with pytest.raises(service.NoTestEnvironment):
            service.require_environment(without, "test")
        service.require_environment(without, "live")


async def test_only_a_hash_of_the_key_is_stored(resources: Resources, workspace: str) -> None:
    key = await make_key(resources, workspace)
    async with resources.db.transaction() as session:
        whole_row = (await session.execute(select(func.to_jsonb(func.row(*ApiKey.__table__.columns))))).scalar_one()
    assert key not in str(whole_row)
    assert key[-20:] not in str(whole_row)


async def test_missing_scope_is_403_and_missing_credential_401(door: Door) -> None:
    async with opened_door(door.resources, door.workspace_id, "test", ("accounts:read",)) as reader:
        assert_problem(await reader.http.get("/v1/posts"), 403, "insufficient_scope")
        assert (await reader.http.get("/v1/accounts")).status_code == 200
    answer = await door.http.get("/v1/posts", headers={"authorization": ""})
    assert_problem(answer, 401, "invalid_credentials")
    assert answer.headers["www-authenticate"] == "Bearer"
