"""Which pages a member of the simulated LinkedIn may see and speak for."""

from typing import Any

import httpx
import pytest

from simulator.harness import JSON, Sim
from simulator.linkedin_calls import API, PAGE, author, headers

ACLS = f"{API}/rest/organizationAcls"
OTHER = "urn:li:organization:4712"
DECORATED = "(elements*(*,organization~(localizedName)))"


async def member(sim: Sim, **more: Any) -> JSON:
    pages = [
        {"urn": PAGE, "name": "Looms and Sons", "role": "ADMINISTRATOR"},
        {"urn": OTHER, "name": "Engines", "role": "CONTENT_ADMIN"},
        {"urn": OTHER, "name": "Engines", "role": "ANALYST"},
        {"urn": PAGE, "name": "Looms and Sons", "role": "CONTENT_ADMIN", "state": "REVOKED"},
    ]
    return await sim.account("linkedin", attributes={"organizations": pages}, **more)


async def acls(sim: Sim, account: JSON, **asked: Any) -> httpx.Response:
    return await sim.client.get(ACLS, params={"q": "roleAssignee"} | asked, headers=headers(account, "FINDER"))


async def elements(sim: Sim, account: JSON, **asked: Any) -> list[JSON]:
    answer = await acls(sim, account, **asked)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["elements"])


async def test_each_role_is_an_element(sim: Sim) -> None:
    account = await member(sim)
    first, *rest = await elements(sim, account)
    assert first == {
        "organization": PAGE,
        "role": "ADMINISTRATOR",
        "state": "APPROVED",
        "roleAssignee": author(account),
    }
    assert [(element["organization"], element["role"]) for element in rest] == [
        (OTHER, "CONTENT_ADMIN"),
        (OTHER, "ANALYST"),
        (PAGE, "CONTENT_ADMIN"),
    ]


@pytest.mark.parametrize(
    ("asked", "pages"),
    [
        ({"role": "ADMINISTRATOR", "state": "APPROVED"}, [PAGE]),
        ({"role": "CONTENT_ADMIN", "state": "APPROVED"}, [OTHER]),
        ({"role": "CONTENT_ADMIN"}, [OTHER, PAGE]),
        ({"role": "DIRECT_SPONSORED_CONTENT_POSTER"}, []),
        ({"start": 1, "count": 2}, [OTHER, OTHER]),
    ],
)
async def test_roles_and_states_are_filters(sim: Sim, asked: JSON, pages: list[str]) -> None:
    assert [element["organization"] for element in await elements(sim, await member(sim), **asked)] == pages


async def test_an_administrators_scope_is_needed(sim: Sim) -> None:
    for scope, status in (
        ("r_organization_admin", 200),
        ("rw_organization_admin", 200),
        ("w_organization_social", 403),
    ):
        assert (await acls(sim, await member(sim, scopes=[scope]))).status_code == status


async def test_another_finder_is_not_known(sim: Sim) -> None:
    assert (await acls(sim, await member(sim), q="organization")).status_code == 400


async def test_a_decoration_comes_when_asked_and_may_be_missing(sim: Sim) -> None:
    account = await member(sim)
    first, second, *_ = await elements(sim, account, projection=DECORATED)
    assert first["organization~"] == {"id": 4711, "localizedName": "Looms and Sons", "vanityName": "looms-and-sons"}
    await sim.settings(linkedin_acl_decorated=False)
    first, second, *_ = await elements(sim, account, projection=DECORATED)
    assert "organization~" not in first
    assert second["organization~"]["localizedName"] == "Engines"


async def test_the_page_may_be_named_in_another_field(sim: Sim) -> None:
    await sim.settings(linkedin_acl_field="organizationTarget")
    first = (await elements(sim, await member(sim)))[0]
    assert first["organizationTarget"] == PAGE
    assert "organization" not in first


async def test_a_member_without_pages_has_none(sim: Sim) -> None:
    account = await sim.account("linkedin", scopes=["r_organization_admin"])
    assert await elements(sim, account) == []
