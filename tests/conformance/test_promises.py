"""The same promises for every network of the registry, against networks that answer over real sockets."""

import json
from datetime import timedelta

from conformance.cases import Case, each, each_with_comments
from conformance.house import COMMENT, WORDS, House, codes, id_of
from dravo.kit.http import NotSent, Reply, Request
from support.tampering import Tampered, die


@each
async def test_the_plainest_post_is_published_once(house: House, case: Case) -> None:
    posted = await house.post(case)
    wire = Tampered(house.network)
    delivery = await house.until_final(posted, wire)
    assert (delivery.status, delivery.error_code, delivery.attempts) == ("published", None, 1)
    assert codes(delivery) == case.warnings
    (post,) = await house.control.effects(posted.profile)
    assert post["text"] == (WORDS if case.shows_text else "")
    assert len(post["media"]) == len(case.media) + ("thumbnail" in str(case.options))
    comments = await house.control.effects(posted.profile, "comment")
    assert [comment["text"] for comment in comments] == [COMMENT] * case.has_comments
    assert sum(map(case.publishes, wire.sent)) == 1
    assert await house.book.events() == ["post.published"]
    assert (await house.book.post_of(posted.key)).status == "published"


@each
async def test_a_crash_at_any_call_before_it_is_sent_is_survived(house: House, case: Case) -> None:
    for number in range(40):
        posted = await house.post(case)
        wire = Tampered(house.network, at=number, before=die)
        died = await house.run_or_die(posted, wire)
        if not died:
            assert number >= (2 if case.at_once else 2 + len(case.media))
            return
        delivery = await house.until_final(posted)
        posts, comments = await house.effects(posted)
        if case.publishes(wire.sent[-1]) and not case.tells_absence:
            # The intent was stored: whether it was sent only the network could tell, and this one does not.
            assert (delivery.status, posts, comments) == ("unconfirmed", 0, 0), number
        else:
            assert (delivery.status, posts) == ("published", 1), number
            if case.comments(wire.sent[-1]):
                assert (codes(delivery), comments) == (("first_comment_unconfirmed",), 0)
            else:
                assert (codes(delivery), comments) == (case.warnings, int(case.has_comments)), number
    raise AssertionError("there is no end of calls")


@each
async def test_a_crash_at_any_call_after_its_answer_is_survived(house: House, case: Case) -> None:
    for number in range(40):
        posted = await house.post(case)
        wire = Tampered(house.network, at=number, after=die)
        died = await house.run_or_die(posted, wire)
        if not died:
            return
        delivery = await house.until_final(posted)
        posts, comments = await house.effects(posted)
        assert posts == 1, number
        lost_post, lost_comment = case.publishes(wire.sent[-1]), case.comments(wire.sent[-1])
        if lost_post and not case.can_be_asked:
            assert (delivery.status, comments) == ("unconfirmed", 0)
            continue
        assert (delivery.status, comments) == ("published", int(case.has_comments)), number
        unknown = lost_comment and not case.comment_can_be_asked
        assert codes(delivery) == (("first_comment_unconfirmed",) if unknown else case.warnings), number
    raise AssertionError("there is no end of calls")


async def lose_the_answer(house: House, case: Case, wanted: str, action: str = "drop_after") -> Tampered:
    """A transport on which the answer to the call that publishes (or comments) is lost, after the effect (or before)."""
    lost = False

    async def before(request: Request) -> None:
        nonlocal lost
        if not lost and getattr(case, wanted)(request):
            lost = True
            await house.control.fault(case.platform, action)

    return Tampered(house.network, before=before)


@each
async def test_a_lost_answer_never_makes_a_second_post(house: House, case: Case) -> None:
    posted = await house.post(case)
    wire = await lose_the_answer(house, case, "publishes")
    delivery = await house.until_final(posted, wire)
    assert delivery.status == ("published" if case.can_be_asked else "unconfirmed")
    assert await house.effects(posted) == (1, int(case.can_be_asked and case.has_comments))
    if case.can_be_asked:
        effect = (await house.control.effects(posted.profile))[0]
        assert delivery.platform_post_id == id_of(effect)
    await house.time.move(timedelta(days=2))
    await house.run(posted, wire)
    assert sum(map(case.publishes, wire.sent)) == 1


@each
async def test_a_look_never_takes_the_post_of_another_delivery(house: House, case: Case) -> None:
    """The same words twice: the first is there, the second never arrived, and nothing more is done to the first."""
    first = await house.post(case)
    await house.until_final(first)
    effects = await house.effects(first)
    second = await house.post_again(first)
    delivery = await house.until_final(second, await lose_the_answer(house, case, "publishes", "drop_before"))
    is_sent_again = case.tells_absence and not case.refuses_the_last_words
    assert delivery.status == ("published" if is_sent_again else "unconfirmed")
    posts, comments = await house.effects(first)
    assert (posts, comments) == (effects[0] + is_sent_again, effects[1] * (1 + is_sent_again))
    if delivery.platform_post_id is not None:
        assert delivery.platform_post_id != (await house.book.delivery(first.key)).platform_post_id


@each
async def test_of_two_alike_a_look_finds_its_own(house: House, case: Case) -> None:
    first = await house.post(case)
    await house.until_final(first)
    second = await house.post_again(first)
    delivery = await house.until_final(second, await lose_the_answer(house, case, "publishes"))
    assert delivery.status == ("published" if case.can_be_asked else "unconfirmed")
    if case.can_be_asked and delivery.platform_post_id is not None:
        assert delivery.platform_post_id != (await house.book.delivery(first.key)).platform_post_id
    assert (await house.effects(first))[0] == 2


@each_with_comments
async def test_a_lost_answer_never_makes_a_second_comment(house: House, case: Case) -> None:
    posted = await house.post(case)
    delivery = await house.until_final(posted, await lose_the_answer(house, case, "comments"))
    assert delivery.status == "published"
    assert codes(delivery) == (() if case.comment_can_be_asked else ("first_comment_unconfirmed",))
    assert await house.effects(posted) == (1, 1)


@each
async def test_every_call_that_prepares_may_fail(house: House, case: Case) -> None:
    """A 500, and a cut connection right after it: nothing happened, so it is tried again."""
    await disturb_every_step(house, case, ["status", "drop_before"])


@each
async def test_every_call_that_prepares_may_be_answered_by_a_broken_edge(house: House, case: Case) -> None:
    await disturb_every_step(house, case, ["garbage"])


async def disturb_every_step(house: House, case: Case, actions: list[str]) -> None:
    """For each call in turn: disturb it, and the calls after it, if they are no commits."""
    for number in range(40):
        posted = await house.post(case)
        wire = Disturbed(house, case, number, actions)
        delivery = await house.until_final(posted, wire)
        assert (delivery.status, codes(delivery)) == ("published", case.warnings), number
        assert await house.effects(posted) == (1, int(case.has_comments)), number
        if len(wire.sent) <= number:
            return
    raise AssertionError("there is no end of calls")


class Disturbed(Tampered):
    """From call `number` on, so many calls are disturbed as there are actions, commits excepted."""

    def __init__(self, house: House, case: Case, number: int, actions: list[str]) -> None:
        async def disturb(request: Request) -> None:
            turn = len(self.sent) - 1 - number
            if 0 <= turn < len(actions) and case.is_step(request):
                await house.control.fault(case.platform, actions[turn])

        super().__init__(house.network, before=disturb)


def limited(platform: str, until: float) -> Reply:
    """How each network says "later", with its own way of telling when."""
    graph = {"error": {"message": "limit", "type": "OAuthException", "code": 4}}
    usage = '{"1": [{"type": "pages", "estimated_time_to_regain_access": 10}]}'
    bodies: dict[str, tuple[int, dict[str, str], str]] = {
        "x": (429, {"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(int(until))}, '{"title": "Too Many"}'),
        "linkedin": (429, {"retry-after": "600"}, '{"status": 429, "message": "throttle"}'),
        "facebook": (400, {"x-business-use-case-usage": usage}, json.dumps(graph)),
        "instagram": (400, {"x-business-use-case-usage": usage}, json.dumps(graph)),
        "tiktok": (429, {}, '{"data": {}, "error": {"code": "rate_limit_exceeded", "message": "slow", "log_id": ""}}'),
    }
    status, headers, body = bodies[platform]
    return Reply(status, headers, body.encode())


@each
async def test_a_rate_limit_is_waited_out(house: House, case: Case) -> None:
    posted = await house.post(case)
    now = (await house.book.now()).timestamp()
    once = [limited(case.platform, now + 600)]

    async def limit(request: Request) -> Reply | None:
        return once.pop() if once and case.publishes(request) else None

    wire = Tampered(house.network, before=limit)
    delivery = await house.run(posted, wire)
    while delivery.waiting_for != "rate_limit":  # some wait for their network first
        delivery = await house.run(posted, wire)
    assert (delivery.status, delivery.attempts, delivery.error_class) == ("queued", 0, "rate_limited")
    paused_until = (await house.book.account_of(posted.key)).paused_until
    of_one_post = case.platform == "tiktok"  # it counts each kind of calls by itself, so the account's others go on
    assert (paused_until is None) == of_one_post
    said, until = (60, delivery.due_at) if of_one_post else (600, paused_until)
    assert until is not None
    assert now + said - 1 <= until.timestamp() <= now + said + 60
    assert await house.effects(posted) == (0, 0)
    assert (await house.until_final(posted, wire)).status == "published"
    assert await house.effects(posted) == (1, int(case.has_comments))


@each
async def test_a_refused_token_ends_the_delivery_and_disconnects_the_account(house: House, case: Case) -> None:
    posted = await house.post(case, token="a-token-that-nobody-issued")
    delivery = await house.until_final(posted)
    assert (delivery.status, delivery.error_class) == ("failed", "reauth")
    assert delivery.error_code == "account_needs_reconnect"
    assert (await house.book.account_of(posted.key)).reconnect_reason
    assert await house.effects(posted) == (0, 0)


async def not_sent(case: Case, house: House) -> Tampered:
    """A transport that does not get the call that publishes through, once."""
    once = [NotSent("no route")]

    async def refuse(request: Request) -> None:
        if once and case.publishes(request):
            raise once.pop()

    return Tampered(house.network, before=refuse)


@each
async def test_steps_that_older_code_kept_are_done_again(house: House, case: Case) -> None:
    posted = await house.post(case)
    wire = await not_sent(case, house)
    while (await house.run(posted, wire)).waiting_for != "retry":
        pass
    await house.book.run("""UPDATE steps SET sealed = NULL, answer = '{"shape of last year": true}'""")
    before = len(wire.sent)
    delivery = await house.until_final(posted, wire)
    assert (delivery.status, codes(delivery)) == ("published", case.warnings)
    assert case.is_step(wire.sent[before]) or not case.has_steps
    assert await house.effects(posted) == (1, int(case.has_comments))


@each
async def test_a_commit_that_older_code_kept_is_looked_for_and_never_sent_again(house: House, case: Case) -> None:
    posted = await house.post(case)
    published = False

    async def die_after_publishing(request: Request) -> None:
        nonlocal published
        if published:
            await die(request)
        published = case.publishes(request)

    wire = Tampered(house.network, before=die_after_publishing)
    assert await house.run_or_die(posted, wire)
    assert (await house.book.delivery(posted.key)).publish_state == "confirmed"
    await house.book.run("""UPDATE commits SET answer = '{"shape of last year": true}' WHERE name = 'publish'""")
    wire = Tampered(house.network)
    delivery = await house.until_final(posted, wire)
    assert delivery.status == ("published" if case.can_be_asked else "unconfirmed")
    assert not any(map(case.publishes, wire.sent))
    assert len(await house.control.effects(posted.profile)) == 1


@each
async def test_stored_options_are_read_leniently(house: House, case: Case) -> None:
    posted = await house.post(case)
    await house.book.run(
        "UPDATE posts SET platform_options = jsonb_set(platform_options, ARRAY[CAST(:name AS text), 'of_next_year'], 'true')",
        name=case.platform,
    )
    assert (await house.until_final(posted)).status == "published"
