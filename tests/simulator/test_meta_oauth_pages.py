"""Which Pages a person's token brings, with what in their hands."""

from typing import Any

import pytest

from simulator.harness import JSON, Sim, bearer
from simulator.meta_calls import (
    DAY,
    GRAPH,
    SCOPES,
    authorize,
    code,
    consent,
    examined,
    exchange,
    get,
    pages,
    refusal,
    user_token,
)

LINKED = "id,name,access_token,tasks,instagram_business_account{id,username,name,profile_picture_url}"


async def two_pages(sim: Sim, **second: Any) -> tuple[JSON, JSON]:
    """Two Pages of the same person."""
    one = await sim.account("facebook", handle="one", attributes={"user": "ada"})
    two = await sim.account("facebook", handle="two", attributes={"user": "ada"} | second)
    return one, two


def ids(*accounts: JSON) -> list[str]:
    return [account["platform_account_id"] for account in accounts]


async def test_a_person_lists_their_pages_and_nobody_elses(sim: Sim) -> None:
    one, two = await two_pages(sim)
    await sim.account("facebook", handle="stranger")
    token = await user_token(sim, handle="two")
    assert [page["id"] for page in await pages(sim, token)] == ids(one, two)
    me = (await get(sim, f"{GRAPH}/me", token)).json()
    assert me["name"] == "Ada"
    assert (await get(sim, f"{GRAPH}/{me['id']}", token, fields="name")).json() == me


async def test_only_the_pages_that_were_chosen_are_listed(sim: Sim) -> None:
    one, two = await two_pages(sim)
    token = await user_token(sim, handle="one", pages=ids(two))
    assert [page["id"] for page in await pages(sim, token)] == ids(two)
    [scope, *_] = [item for item in (await examined(sim, token))["granular_scopes"] if "target_ids" in item]
    assert scope["target_ids"] == ids(two)
    path = f"{GRAPH}/{one['platform_account_id']}"
    assert refusal(await get(sim, path, token, fields="access_token")) == (100, 33)


async def test_a_page_without_a_role_is_not_listed(sim: Sim) -> None:
    one, two = await two_pages(sim, tasks=[])
    token = await user_token(sim, handle="one")
    assert [page["id"] for page in await pages(sim, token)] == ids(one)
    path = f"{GRAPH}/{two['platform_account_id']}"
    assert refusal(await get(sim, path, token, fields="access_token")) == (100, 33)
    await sim.account("facebook", handle="one", attributes={"tasks": ["ANALYZE"]})
    assert (await pages(sim, token, fields="tasks"))[0]["tasks"] == ["ANALYZE"]


async def test_the_list_has_what_is_asked_for_and_fields_within_fields(sim: Sim) -> None:
    bakery = await sim.account("facebook", handle="bakery", name="The Bakery")
    instagram = await sim.account("instagram", handle="bakes", name="Bakes", attributes={"page": "bakery"})
    token = await user_token(sim, scopes=[*SCOPES, "instagram_basic"], handle="bakery")
    [page] = await pages(sim, token, fields=LINKED)
    assert page.pop("access_token").startswith("EAA")
    picture = page["instagram_business_account"].pop("profile_picture_url")
    assert picture.startswith("http")
    assert page == {
        "id": bakery["platform_account_id"],
        "name": "The Bakery",
        "tasks": ["ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MANAGE", "MESSAGING", "MODERATE"],
        "instagram_business_account": {
            "id": instagram["platform_account_id"],
            "username": "bakes",
            "name": "Bakes",
        },
    }
    [plain] = await pages(sim, token, fields="instagram_business_account")
    assert plain["instagram_business_account"] == {"id": instagram["platform_account_id"]}
    assert set((await pages(sim, token))[0]) == {"id", "name", "category", "tasks", "access_token"}
    asked = await get(sim, f"{GRAPH}/me/accounts", token, fields="id,shoe_size")
    assert refusal(asked) == (100, None)
    asked = await get(sim, f"{GRAPH}/me/accounts", token, fields="instagram_business_account{shoe_size}")
    assert refusal(asked) == (100, None)


async def test_a_linked_account_is_only_seen_with_a_permission_of_instagram(sim: Sim) -> None:
    await sim.account("facebook", handle="bakery")
    await sim.account("instagram", attributes={"page": "bakery"})
    token = await user_token(sim, handle="bakery")
    assert "instagram_business_account" not in (await pages(sim, token, fields=LINKED))[0]


async def test_pages_come_in_pages(sim: Sim) -> None:
    accounts = [
        await sim.account("facebook", handle=f"page{number}", attributes={"user": "ada"}) for number in range(5)
    ]
    token = await user_token(sim, handle="page0")
    seen, asked = [], {"limit": "2", "fields": "id"}
    for more in (True, True, False):
        answer = (await get(sim, f"{GRAPH}/me/accounts", token, **asked)).json()
        seen += [page["id"] for page in answer["data"]]
        assert ("next" in answer["paging"]) is more
        asked |= {"after": answer["paging"]["cursors"]["after"]}
    assert seen == ids(*accounts)
    assert (await get(sim, f"{GRAPH}/me/accounts", token, **asked)).json() == {"data": []}


async def test_the_next_page_can_be_followed_as_it_is(sim: Sim) -> None:
    one, two = await two_pages(sim)
    token = await user_token(sim, handle="one")
    first = await sim.client.get(f"{GRAPH}/me/accounts", params={"access_token": token, "limit": 1, "fields": "name"})
    assert [page["id"] for page in first.json()["data"]] == ids(one)
    second = await sim.client.get(first.json()["paging"]["next"])
    assert [page["id"] for page in second.json()["data"]] == ids(two)


@pytest.mark.parametrize("asked", [{"limit": "0"}, {"limit": "101"}, {"limit": "many"}, {"after": "%"}, {"page": "2"}])
async def test_a_list_that_cannot_be_cut_so_is_refused(sim: Sim, asked: JSON) -> None:
    token = await user_token(sim)
    assert refusal(await get(sim, f"{GRAPH}/me/accounts", token, **asked)) == (100, None)


async def test_without_the_permission_no_page_is_listed(sim: Sim) -> None:
    await consent(sim, scopes=["pages_manage_posts"])
    token = await user_token(sim, scopes=["pages_manage_posts"])
    assert await pages(sim, token) == []


async def test_a_pages_token_of_a_long_lived_one_does_not_end_by_itself(sim: Sim) -> None:
    await sim.account("facebook", handle="bakery")
    token = await user_token(sim, handle="bakery")
    [page] = await pages(sim, token)
    assert (await pages(sim, token))[0]["access_token"] == page["access_token"], "the same each time"
    sim.clock.now += 400 * DAY
    assert (await get(sim, f"{GRAPH}/me", page["access_token"])).json()["name"] == "Bakery"
    assert (await examined(sim, page["access_token"]))["expires_at"] == 0


async def test_a_pages_token_of_a_short_lived_one_ends_with_it(sim: Sim) -> None:
    short = (await exchange(sim, code=await code(sim))).json()["access_token"]
    sim.clock.now += 600
    [page] = await pages(sim, short)
    sim.clock.now += 2999
    assert (await get(sim, f"{GRAPH}/me", page["access_token"])).status_code == 200
    sim.clock.now += 1
    assert refusal(await get(sim, f"{GRAPH}/me", page["access_token"])) == (190, 463)


async def test_one_page_gives_its_token_to_a_persons(sim: Sim) -> None:
    bakery = await sim.account("facebook", handle="bakery", attributes={"token_kind": "user"})
    path = f"{GRAPH}/{bakery['platform_account_id']}"
    answer = (await get(sim, path, bakery["access_token"], fields="access_token,name")).json()
    assert set(answer) == {"id", "name", "access_token"}
    assert answer["access_token"] != bakery["access_token"]
    own = (await get(sim, path, answer["access_token"], fields="access_token")).json()
    assert own["access_token"] == answer["access_token"]
    post = await sim.client.post(f"{path}/feed", data={"message": "Bread"}, headers=bearer(answer))
    assert post.status_code == 200, post.text


async def test_a_persons_token_does_not_post(sim: Sim) -> None:
    bakery = await sim.account("facebook", attributes={"token_kind": "user"})
    assert bakery["expires_at"] is not None
    path = f"{GRAPH}/{bakery['platform_account_id']}/feed"
    assert refusal(await sim.client.post(path, data={"message": "a"}, headers=bearer(bakery))) == (190, 2069032)


async def test_me_is_whoever_the_token_speaks_for(sim: Sim) -> None:
    page = await sim.account("facebook", handle="bakery")
    person = await sim.account("facebook", handle="bakery", attributes={"token_kind": "user", "user": "ada"})
    instagram = await sim.account("instagram")
    assert (await get(sim, f"{GRAPH}/me", page["access_token"])).json()["id"] == page["platform_account_id"]
    assert (await get(sim, f"{GRAPH}/me", person["access_token"])).json()["name"] == "Ada"
    assert refusal(await get(sim, f"{GRAPH}/me", instagram["access_token"])) == (190, None)
    assert (await sim.client.get(f"{GRAPH}/me")).json()["error"]["code"] == 2500


async def test_a_person_without_any_page_left_is_nobody(sim: Sim) -> None:
    person = await sim.account("facebook", handle="bakery", attributes={"token_kind": "user"})
    await sim.account("facebook", handle="bakery", attributes={"user": "ada"})
    assert refusal(await get(sim, f"{GRAPH}/me", person["access_token"])) == (100, 33)


async def test_what_a_person_asks_counts_as_the_apps(sim: Sim) -> None:
    token = await user_token(sim)
    await sim.settings(graph_app_usage=100)
    assert refusal(await get(sim, f"{GRAPH}/me/accounts", token)) == (4, None)


@pytest.mark.parametrize("edge", ["accounts", "permissions", "businesses"])
async def test_a_page_has_no_edges_of_a_person(sim: Sim, edge: str) -> None:
    page = await sim.account("facebook")
    assert refusal(await get(sim, f"{GRAPH}/me/{edge}", page["access_token"])) == (100, None)


async def test_pages_of_a_portfolio_are_found_in_its_own_lists(sim: Sim) -> None:
    one, owned = await two_pages(sim, business="Bakeries Inc")
    served = await sim.account(
        "facebook",
        handle="three",
        attributes={"user": "ada", "business": "Bakeries Inc", "business_edge": "client_pages"},
    )
    token = await user_token(sim, scopes=[*SCOPES, "business_management"], handle="one")
    assert [page["id"] for page in await pages(sim, token)] == ids(one)
    [business] = (await get(sim, f"{GRAPH}/me/businesses", token)).json()["data"]
    assert business["name"] == "Bakeries Inc"
    for edge, account in (("owned_pages", owned), ("client_pages", served)):
        path = f"{GRAPH}/{business['id']}/{edge}"
        [page] = (await get(sim, path, token, fields="id,access_token")).json()["data"]
        assert page["id"] == account["platform_account_id"]
        assert page["access_token"].startswith("EAA")
    assert refusal(await get(sim, f"{GRAPH}/4711/owned_pages", token)) == (100, 33)


async def test_portfolios_need_a_permission_of_their_own(sim: Sim) -> None:
    await two_pages(sim, business="Bakeries Inc")
    token = await user_token(sim, scopes=[*SCOPES, "business_management"], handle="one")
    [business] = (await get(sim, f"{GRAPH}/me/businesses", token)).json()["data"]
    without = await user_token(sim, handle="one")
    assert (await get(sim, f"{GRAPH}/me/businesses", without)).json() == {"data": []}
    assert refusal(await get(sim, f"{GRAPH}/{business['id']}/owned_pages", without)) == (100, 33)


@pytest.mark.parametrize("kind", ["page", "user"])
async def test_an_instagram_account_may_be_used_by_facebook_login(sim: Sim, kind: str) -> None:
    account = await sim.account("instagram", handle="bakes", attributes={"login": "facebook", "token_kind": kind})
    assert account["extras"] == {"login": "facebook", "ig_user_id": account["platform_account_id"]}
    assert account["access_token"].startswith("EAA")
    assert set(account["scopes"]) >= {"instagram_basic", "instagram_content_publish", "instagram_manage_comments"}
    assert account["app"]["client_id"] == "1000000000000001"
    assert (account["expires_at"] is None) == (kind == "page")
    known = await examined(sim, account["access_token"])
    assert (known["type"], known["is_valid"]) == (kind.upper(), True)
    [page] = (await sim.client.get("/_control/accounts", params={"network": "facebook"})).json()["items"]
    assert page["handle"] == "bakes"
    path = f"{GRAPH}/{account['platform_account_id']}"
    assert (await get(sim, path, account["access_token"], fields="username")).json()["username"] == "bakes"
    elsewhere = f"/graph.instagram.com/v26.0/{account['platform_account_id']}"
    assert refusal(await get(sim, elsewhere, account["access_token"])) == (190, None)


async def test_an_account_can_change_how_it_is_used(sim: Sim) -> None:
    before = await sim.account("instagram")
    assert before["extras"]["login"] == "instagram"
    assert before["access_token"].startswith("IGA")
    after = await sim.account("instagram", attributes={"login": "facebook"})
    assert after["platform_account_id"] == before["platform_account_id"]
    assert after["access_token"].startswith("EAA")
    assert (await sim.account("instagram")) == after
    assert (await get(sim, "/graph.instagram.com/v26.0/me", before["access_token"])).status_code == 200


@pytest.mark.parametrize("network", ["facebook", "instagram"])
async def test_meta_has_no_refresh_tokens(sim: Sim, network: str) -> None:
    assert (await sim.account(network))["refresh_token"] is None
    refused = await sim.client.post("/_control/accounts", json={"network": network, "refreshable": True})
    assert refused.status_code == 422


async def test_only_a_token_of_meta_ends_by_a_checkpoint(sim: Sim) -> None:
    refused = await sim.client.post("/_control/accounts", json={"network": "x", "token": "checkpointed"})
    assert (refused.status_code, refused.json()["error"]) == (
        422,
        "only a token of Facebook or Instagram is checkpointed",
    )


async def test_only_facebook_asks_for_pages(sim: Sim) -> None:
    refused = await sim.client.post("/_control/consent", json={"network": "instagram", "pages": ["1"]})
    assert (refused.status_code, refused.json()["error"]) == (422, "only Facebook asks for Pages")


async def test_a_person_chooses_only_pages_that_are_theirs(sim: Sim) -> None:
    other = (await sim.account("facebook", handle="other"))["platform_account_id"]
    mine = await sim.account("facebook", handle="bakery", attributes={"user": "ada"})
    second = (await sim.account("facebook", handle="shop", attributes={"user": "ada"}))["platform_account_id"]

    async def order(**consent: Any) -> tuple[int, Any]:
        answer = await sim.client.post("/_control/consent", json={"network": "facebook", **consent})
        return answer.status_code, answer.json().get("error")

    assert await order(handle="bakery", pages=["1"]) == (422, "pages: ada has no Page 1")
    assert await order(account=mine["platform_account_id"], pages=[second, other]) == (
        422,
        f"pages: ada has no Page {other}",
    )
    assert await order(handle="new", pages=[second]) == (422, f"pages: new has no Page {second}")
    assert "code" not in (await authorize(sim)).headers.get("location", "")
    assert await order(handle="bakery", pages=[second]) == (201, None)
    assert await order(handle="ada", pages=[second]) == (201, None)


async def test_a_person_and_their_tokens_survive_a_restart(tmp_path: Any) -> None:
    state = str(tmp_path / "state.sqlite")
    before = Sim(state)
    await before.account("facebook", handle="bakery")
    token = await user_token(before, handle="bakery")
    [page] = await pages(before, token)
    person = (await get(before, f"{GRAPH}/me", token)).json()
    await before.close()
    after = Sim(state)
    assert (await get(after, f"{GRAPH}/me", token)).json() == person
    assert await pages(after, token) == [page]
    await after.close()
