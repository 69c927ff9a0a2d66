"""Posts of the simulated LinkedIn: what is refused, what is kept, what is read back."""

from typing import Any

import pytest

from simulator.harness import JSON, Sim, picture
from simulator.linkedin_calls import PAGE, POSTS, at, author, body, editor, headers, image, post, posted, read_post

ARTICLE = {"source": "https://example.com/a", "title": "Title", "description": "Words"}


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"author": "urn:li:person:somebody"}, 403, "ACCESS_DENIED"),
        ({"author": PAGE}, 403, "ACCESS_DENIED"),
        ({"surprise": 1}, 400, "INVALID_VALUE_FOR_FIELD"),
        ({"visibility": "EVERYONE"}, 400, "INVALID_VALUE_FOR_FIELD"),
        ({"lifecycleState": "DRAFT"}, 400, "INVALID_VALUE_FOR_FIELD"),
        ({"isReshareDisabledByAuthor": "no"}, 400, "INVALID_VALUE_FOR_FIELD"),
        ({"distribution": {"feedDistribution": "NONE"}}, 400, "INVALID_VALUE_FOR_FIELD"),
        ({"commentary": "  "}, 400, "INVALID_VALUE_BLANK_FIELD"),
        ({"content": {}}, 400, "INVALID_VALUE_FOR_FIELD"),
        ({"content": {"article": ARTICLE, "poll": None, "media": {"id": "urn:li:image:1"}}}, 400, None),
        ({"content": {"media": {"id": "urn:li:image:unknown"}}}, 400, "INVALID_URN_ID"),
        ({"content": {"media": {"id": "urn:li:share:1"}}}, 400, "INVALID_URN_TYPE"),
        ({"content": {"article": {"source": "example.com"}}}, 400, "INVALID_VALUE_FOR_FIELD"),
        ({"content": {"article": ARTICLE | {"title": "x" * 401}}}, 400, "FIELD_LENGTH_TOO_LONG"),
        ({"content": {"article": ARTICLE | {"thumbnail": "https://example.com/a.png"}}}, 400, "INVALID_URN_TYPE"),
    ],
)
async def test_a_bad_post_is_refused(sim: Sim, change: JSON, status: int, code: str | None) -> None:
    refused = await post(sim, await sim.account("linkedin"), **change)
    assert refused.status_code == status
    assert code in {None, refused.json()["code"]}
    assert await sim.ledger() == []


@pytest.mark.parametrize("blank", [{"title": "  "}, {"description": "\n\u3000"}], ids=str)
async def test_whether_an_article_may_have_blank_words_is_a_setting(sim: Sim, blank: JSON) -> None:
    account, content = await sim.account("linkedin"), {"article": ARTICLE | blank}
    refused = await post(sim, account, content=content)
    assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_VALUE_BLANK_FIELD")
    [where] = refused.json()["errorDetails"]["inputErrors"]
    assert where["input"]["inputPath"]["fieldPath"] == f"content.article.{next(iter(blank))}"
    await sim.settings(linkedin_blank_article_text="accept")
    assert (await post(sim, account, content=content)).status_code == 201


async def test_a_refusal_for_lack_of_permission_has_number_100(sim: Sim) -> None:
    refused = await post(sim, await sim.account("linkedin", scopes=["openid", "profile"]))
    assert (refused.status_code, refused.json()["serviceErrorCode"]) == (403, 100)
    assert "posts.CREATE" in refused.json()["message"]


@pytest.mark.parametrize(
    ("role", "state", "status"),
    [
        ("ADMINISTRATOR", "APPROVED", 201),
        ("DIRECT_SPONSORED_CONTENT_POSTER", "APPROVED", 201),
        ("CONTENT_ADMIN", "APPROVED", 201),
        ("ANALYST", "APPROVED", 403),
        ("ADMINISTRATOR", "REQUESTED", 403),
    ],
)
async def test_a_page_is_posted_for_by_those_with_a_posting_role(sim: Sim, role: str, state: str, status: int) -> None:
    account = await editor(sim, role=role, state=state)
    assert (await post(sim, account, author=PAGE)).status_code == status


async def test_each_kind_of_author_needs_its_scope(sim: Sim) -> None:
    await editor(sim)
    member_only = await sim.account("linkedin", handle="editor", scopes=["w_member_social"])
    assert (await post(sim, member_only, "a", author=PAGE)).status_code == 403
    assert (await post(sim, member_only, "a")).status_code == 201
    page_only = await sim.account("linkedin", handle="editor", scopes=["w_organization_social"])
    assert (await post(sim, page_only, "b", author=PAGE)).status_code == 201
    assert (await post(sim, page_only, "b")).status_code == 403
    assert (await post(sim, member_only, "c")).status_code == 201, "an earlier token keeps its scopes"


async def test_connections_are_a_members_only(sim: Sim) -> None:
    account = await editor(sim)
    assert (await post(sim, account, visibility="CONNECTIONS")).status_code == 201
    assert (await post(sim, account, visibility="CONNECTIONS", author=PAGE)).status_code == 400


async def test_the_ledger_holds_everything_that_was_sent(sim: Sim) -> None:
    account = await editor(sim)
    thumbnail = await image(sim, account, picture("PNG"), owner=PAGE)
    urn = await posted(
        sim,
        account,
        "Read this",
        author=PAGE,
        visibility="LOGGED_IN",
        isReshareDisabledByAuthor=True,
        content={"article": ARTICLE | {"thumbnail": thumbnail}},
    )
    assert urn.startswith("urn:li:share:")
    (item,) = await sim.ledger()
    assert (item["id"], item["account"], item["text"]) == (urn, account["platform_account_id"], "Read this")
    assert item["options"] == {
        "author": PAGE,
        "visibility": "LOGGED_IN",
        "distribution": {"feedDistribution": "MAIN_FEED"},
        "isReshareDisabledByAuthor": True,
        "article": ARTICLE | {"thumbnail": thumbnail},
    }
    assert [medium["content_type"] for medium in item["media"]] == ["image/png"]


async def test_a_poll_and_a_reshare_without_words_are_kept(sim: Sim) -> None:
    account = await sim.account("linkedin")
    asked = {"question": "Which?", "options": [{"text": "a"}, {"text": "b"}], "settings": {"duration": "ONE_DAY"}}
    urn = await posted(sim, account, content={"poll": asked})
    await posted(sim, account, "", reshareContext={"parent": urn})
    first, second = await sim.ledger()
    assert (first["options"]["poll"], second["options"]["reshare"]) == (asked, urn)


async def test_the_same_post_within_ten_minutes_names_the_first(sim: Sim) -> None:
    account = await sim.account("linkedin")
    urn = await posted(sim, account)
    sim.clock.now += 599
    refused = await post(sim, account)
    assert refused.status_code == 422
    assert set(refused.json()) == {"status", "message", "errorDetailType", "errorDetails"}
    assert refused.json()["message"].endswith(f"Content is a duplicate of {urn}")
    assert refused.json()["errorDetails"]["inputErrors"] == [
        {"description": "Duplicate post is detected", "input": {}, "code": "DUPLICATE_POST"}
    ]
    sim.clock.now += 1
    assert (await post(sim, account)).status_code == 201


@pytest.mark.parametrize("switch", [{"linkedin_duplicate_seconds": 10}, {"refuse_duplicates": False}])
async def test_the_window_of_duplicates_can_be_another_or_none(sim: Sim, switch: JSON) -> None:
    account = await sim.account("linkedin")
    await sim.settings(**switch)
    await posted(sim, account)
    sim.clock.now += 10
    assert (await post(sim, account)).status_code == 201


async def test_author_media_and_article_make_a_post_another(sim: Sim) -> None:
    account = await editor(sim)
    await posted(sim, account)
    pictured = {"media": {"id": await image(sim, account, picture())}}
    for change in ({"author": PAGE}, {"content": {"article": ARTICLE}}, {"content": pictured}):
        await posted(sim, account, **change)
        assert (await post(sim, account, **change)).status_code == 422
    await sim.settings(linkedin_duplicate_by="text")
    await posted(sim, account, "another")
    assert (await post(sim, account, "another", content={"article": ARTICLE})).status_code == 422


@pytest.mark.parametrize("ghost", ["off", "deleted", "invented"])
async def test_a_deleted_post_may_haunt_its_author(sim: Sim, ghost: str) -> None:
    account = await sim.account("linkedin")
    await sim.settings(linkedin_ghost_duplicate=ghost)
    urn = await posted(sim, account)
    await sim.client.delete(at(POSTS, urn), headers=headers(account, "DELETE"))
    answers = [await post(sim, account), await post(sim, account)]
    if ghost == "off":
        assert [answer.status_code for answer in answers] == [201, 422]
        return
    named = [answer.json()["message"].rpartition(" ")[2] for answer in answers]
    assert (set(named) == {urn}) is (ghost == "deleted")
    assert len(await sim.ledger()) == 1


async def test_the_finder_is_for_pages_and_lists_the_newest_first(sim: Sim) -> None:
    account = await editor(sim)
    urns = []
    for number in range(3):
        urns.append(await posted(sim, account, f"number {number}", author=PAGE))
        sim.clock.now += 1
    await posted(sim, account, "by the member")

    async def found(**asked: Any) -> list[str]:
        answer = await sim.client.get(
            POSTS, params={"q": "author", "author": PAGE} | asked, headers=headers(account, "FINDER")
        )
        assert answer.status_code == 200, answer.text
        return [element["id"] for element in answer.json()["elements"]]

    assert await found() == urns[::-1]
    assert await found(count=1, start=1) == [urns[1]]
    patch = {"patch": {"$set": {"commentary": "edited"}}}
    await sim.client.post(at(POSTS, urns[0]), json=patch, headers=headers(account, "PARTIAL_UPDATE"))
    assert await found(sortBy="LAST_MODIFIED") == [urns[0], urns[2], urns[1]]
    assert await found(sortBy="CREATED") == urns[::-1]
    refused = await sim.client.get(
        POSTS, params={"q": "author", "author": author(account)}, headers=headers(account, "FINDER")
    )
    assert refused.status_code == 403
    assert "partnerApiPosts" in refused.json()["message"]


async def test_a_post_is_read_with_its_times_by_page_tokens_only(sim: Sim) -> None:
    account = await editor(sim)
    urn = await posted(sim, account, author=PAGE)
    seen = await read_post(sim, account, urn)
    assert (seen["id"], seen["author"], seen["lifecycleState"]) == (urn, PAGE, "PUBLISHED")
    assert seen["createdAt"] == seen["publishedAt"] == seen["lastModifiedAt"] == int(sim.clock.now * 1000)
    member = await sim.account("linkedin")
    own = await posted(sim, member)
    assert (await sim.client.get(at(POSTS, own), headers=headers(member))).status_code == 403
    await sim.settings(linkedin_members_read_posts=True)
    assert (await read_post(sim, member, own))["id"] == own
    assert (await sim.client.get(at(POSTS, urn), headers=headers(member))).status_code == 403


async def test_an_edit_changes_the_text_alone(sim: Sim) -> None:
    account = await editor(sim)
    urn = await posted(sim, account, author=PAGE)
    sim.clock.now += 60
    path, named = at(POSTS, urn), headers(account, "PARTIAL_UPDATE")
    bad: list[JSON] = [{"patch": {"$set": {"visibility": "PUBLIC"}}}, {"patch": {}}, {"commentary": "x"}]
    for refused in bad:
        assert (await sim.client.post(path, json=refused, headers=named)).status_code == 400
    answer = await sim.client.post(path, json={"patch": {"$set": {"commentary": "Edited"}}}, headers=named)
    assert (answer.status_code, answer.content) == (204, b"")
    seen = await read_post(sim, account, urn)
    assert (seen["commentary"], seen["lastModifiedAt"] - seen["createdAt"]) == ("Edited", 60_000)
    other = await sim.account("linkedin", handle="other")
    refused_edit = await sim.client.post(
        path, json={"patch": {"$set": {"commentary": "Mine"}}}, headers=headers(other, "PARTIAL_UPDATE")
    )
    assert refused_edit.status_code == 403


async def test_a_delete_is_answered_alike_twice(sim: Sim) -> None:
    account = await editor(sim)
    urn = await posted(sim, account, author=PAGE)
    other = await sim.account("linkedin", handle="other")
    assert (await sim.client.delete(at(POSTS, urn), headers=headers(other, "DELETE"))).status_code == 403
    for _ in range(2):
        assert (await sim.client.delete(at(POSTS, urn), headers=headers(account, "DELETE"))).status_code == 204
    assert (await sim.client.get(at(POSTS, urn), headers=headers(account))).status_code == 404
    found = await sim.client.get(POSTS, params={"q": "author", "author": PAGE}, headers=headers(account, "FINDER"))
    assert found.json()["elements"] == []


async def test_a_post_can_be_made_again_by_its_own_description(sim: Sim) -> None:
    """The body of the pages, without the fields that have a default."""
    account = await sim.account("linkedin")
    plain = body(account)
    del plain["isReshareDisabledByAuthor"], plain["distribution"]["targetEntities"]
    assert (await sim.client.post(POSTS, json=plain, headers=headers(account))).status_code == 201
