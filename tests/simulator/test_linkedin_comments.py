"""Comments of the simulated LinkedIn."""

from simulator.harness import JSON, Sim
from simulator.linkedin_calls import PAGE, POSTS, at, comment, comments_of, editor, headers, posted


async def unhurried(sim: Sim, **page: str) -> JSON:
    """An editor whose comments are not counted."""
    await sim.settings(linkedin_comments_per_minute=None)
    return await editor(sim, **page)


async def test_a_comment_lands_under_its_post(sim: Sim) -> None:
    account = await sim.account("linkedin")
    urn = await posted(sim, account)
    answer = await comment(sim, account, urn, r"more \#here")
    assert answer.status_code == 201
    number = answer.headers["x-restli-id"]
    assert answer.json()["id"] == number
    assert answer.json()["commentUrn"] == f"urn:li:comment:(urn:li:activity:{urn.rpartition(':')[2]},{number})"
    _, item = await sim.ledger()
    assert (item["kind"], item["parent"], item["text"]) == ("comment", urn, "more #here")
    assert item["options"] == {"actor": account["extras"]["author_urn"], "commentary": r"more \#here"}


async def test_a_comment_may_be_shown_to_the_letter(sim: Sim) -> None:
    account = await unhurried(sim)
    urn = await posted(sim, account)
    await comment(sim, account, urn, r"a \(b\) (c)")
    await sim.settings(linkedin_comment_text="plain")
    await comment(sim, account, urn, r"a \(b\) (c)")
    _, little, plain = await sim.ledger()
    assert (little["text"], little["options"]["truncated"]) == ("a (b) ", True)
    assert plain["text"] == r"a \(b\) (c)"


async def test_the_actor_must_be_one_that_the_token_speaks_for(sim: Sim) -> None:
    account = await unhurried(sim)
    urn = await posted(sim, account)
    assert (await comment(sim, account, urn, actor=PAGE)).status_code == 201
    assert (await comment(sim, account, urn, actor="urn:li:person:somebody")).status_code == 403
    analyst = await sim.account(
        "linkedin", handle="analyst", attributes={"organizations": [{"urn": PAGE, "role": "ANALYST"}]}
    )
    assert (await comment(sim, analyst, urn, actor=PAGE)).status_code == 403


async def test_commenting_may_need_the_feed_permissions(sim: Sim) -> None:
    account = await unhurried(sim)
    urn = await posted(sim, account)
    await sim.settings(linkedin_comment_permission="feed")
    refused = await comment(sim, account, urn)
    assert (refused.status_code, refused.json()["serviceErrorCode"]) == (403, 100)
    assert (await comment(sim, account, urn, actor=PAGE)).status_code == 403
    feed = ["w_member_social_feed", "w_organization_social_feed"]
    vetted = await sim.account("linkedin", handle="editor", scopes=feed)
    assert (await comment(sim, vetted, urn)).status_code == 201
    assert (await comment(sim, vetted, urn, actor=PAGE)).status_code == 201


async def test_a_comment_is_checked(sim: Sim) -> None:
    account = await unhurried(sim)
    urn = await posted(sim, account)
    assert (await comment(sim, account, urn, "")).status_code == 400
    assert (await comment(sim, account, urn, object="urn:li:share:1")).status_code == 400
    assert (await comment(sim, account, "urn:li:share:1")).status_code == 404
    assert (await comment(sim, account, urn, surprise=1)).status_code == 400
    assert (await comment(sim, account, urn, "x" * 1251)).json()["code"] == "FIELD_LENGTH_TOO_LONG"
    assert (await comment(sim, account, urn, "x" * 1250)).status_code == 201


async def test_a_reply_hangs_on_its_comment(sim: Sim) -> None:
    account = await unhurried(sim)
    urn = await posted(sim, account)
    first = (await comment(sim, account, urn)).json()
    assert (await comment(sim, account, urn, "reply", parentComment=first["commentUrn"])).status_code == 201
    item = (await sim.ledger())[-1]
    assert (item["parent"], item["options"]["parentComment"]) == (first["id"], first["commentUrn"])
    refused = await comment(sim, account, urn, parentComment="urn:li:comment:(urn:li:activity:1,2)")
    assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_URN_ID")


async def test_a_member_comments_once_a_minute(sim: Sim) -> None:
    account, other = await sim.account("linkedin"), await sim.account("linkedin", handle="other")
    urn = await posted(sim, account)
    assert (await comment(sim, account, urn)).status_code == 201
    refused = await comment(sim, account, urn, "second")
    assert refused.status_code == 429
    assert refused.json()["message"].startswith("Comment create throttled")
    assert (await comment(sim, other, urn)).status_code == 201
    sim.clock.now += 60
    assert (await comment(sim, account, urn, "second")).status_code == 201


async def test_a_refused_comment_does_not_count(sim: Sim) -> None:
    account = await sim.account("linkedin")
    urn = await posted(sim, account)
    assert (await comment(sim, account, urn, "")).status_code == 400
    assert (await comment(sim, account, urn)).status_code == 201


async def test_a_new_post_may_not_be_there_for_comments_yet(sim: Sim) -> None:
    account = await sim.account("linkedin")
    await sim.settings(linkedin_activity_lag_seconds=20)
    urn = await posted(sim, account)
    refused = await comment(sim, account, urn)
    assert refused.status_code == 404
    assert "Unable to obtain activity" in refused.json()["message"]
    sim.clock.now += 20
    assert (await comment(sim, account, urn)).status_code == 201


async def test_comments_are_listed_and_read_by_page_tokens_only(sim: Sim) -> None:
    account = await unhurried(sim)
    urn = await posted(sim, account)
    made = [(await comment(sim, account, urn, text)).json()["id"] for text in ("one", "two")]
    listed = await sim.client.get(comments_of(urn), headers=headers(account))
    assert [(element["id"], element["message"]["text"]) for element in listed.json()["elements"]] == [
        (made[1], "two"),
        (made[0], "one"),
    ]
    one = await sim.client.get(comments_of(urn, made[0]), headers=headers(account))
    assert one.json()["message"]["text"] == "one"
    member = await sim.account("linkedin")
    assert (await sim.client.get(comments_of(urn), headers=headers(member))).status_code == 403
    assert (await sim.client.get(comments_of(urn, made[0]), headers=headers(member))).status_code == 403


async def test_a_comment_is_deleted_by_its_id(sim: Sim) -> None:
    account, other = await unhurried(sim), await sim.account("linkedin")
    urn = await posted(sim, account)
    path = comments_of(urn, (await comment(sim, account, urn)).json()["id"])
    assert (await sim.client.delete(path, headers=headers(other))).status_code == 403
    assert (await sim.client.delete(path, headers=headers(account))).status_code == 204
    assert (await sim.client.delete(path, headers=headers(account))).status_code == 404
    assert (await sim.client.get(comments_of(urn), headers=headers(account))).json()["elements"] == []


async def test_a_deleted_post_takes_no_comments(sim: Sim) -> None:
    account = await sim.account("linkedin")
    urn = await posted(sim, account)
    await sim.client.delete(at(POSTS, urn), headers=headers(account, "DELETE"))
    assert (await comment(sim, account, urn)).status_code == 404
