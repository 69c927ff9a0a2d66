"""Engines that are broken on purpose: the judge must find every one of them out, where it acquits the honest one."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from chaos.checker import Verdict, check
from conformance.cases import CASES
from conformance.house import House
from conformance.test_promises import lose_the_answer
from dravo.deliveries import claims, commits, dispatch, looks, queries, retry, runner, sending
from dravo.deliveries.retry import Decision
from dravo.kit.leases import Lease
from dravo.lifecycle import states
from dravo.lifecycle.states import Status
from dravo.platforms.errors import OutcomeUnknown, Rejected, Transient
from dravo.platforms.x import search
from support.tampering import ProcessDeath, Tampered, die

BY_NAME = {case.name: case for case in CASES}
Scenario = Callable[[House], Awaitable[Verdict]]
Break = Callable[[pytest.MonkeyPatch], None]


async def judged(house: House, **allowed: Any) -> Verdict:
    ledger = (await house.control.http.get("/_control/ledger")).json()["items"]
    calls = (await house.control.http.get("/_control/calls")).json()["items"]
    ours = [item for item in ledger if item["text"] != "By hand"]
    return await check(house.resources.db, ours, calls=calls, **allowed)


async def dies_with_the_answer(house: House) -> Verdict:
    """The process ends when the network has published and before anything is written down."""
    posted = await house.post(BY_NAME["linkedin-organization"], comment=False)
    publish = BY_NAME["linkedin-organization"].publishes

    async def dying(request: Any) -> None:
        if publish(request):
            await die(request)

    with pytest.raises(ProcessDeath):
        await house.until_final(posted, Tampered(house.network, after=dying))
    await house.until_final(posted)
    return await judged(house)


async def loses_the_answer(house: House) -> Verdict:
    posted = await house.post(BY_NAME["facebook-text"], comment=False)
    await house.until_final(posted, await lose_the_answer(house, posted.case, "publishes"))
    return await judged(house)


async def wakes_up_too_late(house: House) -> Verdict:
    """A worker sleeps until its lease is over and another has the delivery; then it hears of a refusal."""
    posted = await house.post(BY_NAME["linkedin-organization"], comment=False)

    async def sleeping(_request: Any) -> None:
        await house.time.move_to((await house.book.delivery(posted.key)).lease_until or await house.book.now())
        await dispatch.round_of_dispatch(house.resources, [posted.case.platform])
        assert await claims.claim(house.resources.db, posted.key, Lease(60)) is not None
        raise Rejected("too_late", "This comes too late.")

    await runner.deliver(_with(house, Tampered(house.network, at=0, before=sleeping)), posted.key, random=lambda: 0.5)
    if (await house.book.delivery(posted.key)).status != "failed":
        await house.until_final(posted)
    return await judged(house)


async def is_lost_beside_another(house: House) -> Verdict:
    """The post never arrived; somebody has written another one by hand meanwhile."""
    posted = await house.post(BY_NAME["x-poll"], comment=False)
    by_hand = {"text": "By hand"}
    headers = {"authorization": f"Bearer {posted.token}"}
    answer = await house.control.http.post("/api.x.com/2/tweets", json=by_hand, headers=headers)
    assert answer.is_success, answer.text
    await house.until_final(posted, await lose_the_answer(house, posted.case, "publishes", "drop_before"))
    return await judged(house, allowed_unconfirmed=1)


async def meets_a_bad_moment(house: House) -> Verdict:
    posted = await house.post(BY_NAME["linkedin-organization"], comment=False)
    await house.control.fault("linkedin", "status", status=503)
    await house.until_final(posted)
    return await judged(house)


async def has_two_accounts(house: House) -> Verdict:
    for words in ("To the first account", "To the second account"):
        await house.until_final(await house.post(BY_NAME["x-poll"], comment=False, words=words))
    return await judged(house)


async def lags(house: House) -> Verdict:
    await house.control.settings(facebook_list_lag_seconds=900.0)
    return await loses_the_answer(house)


def _with(house: House, network: Any) -> Any:
    return replace(house.resources, networks={"test": network})


def intent_after_the_call(patch: pytest.MonkeyPatch) -> None:
    async def send(self: Any, name: Any, call: Any, binds: Any) -> Any:
        answer = await self._claimed.sender.ask(name, "commit", call)
        commit, _ = await self._intend(name, call)
        await self._confirm(commit, answer, binds)
        return answer

    patch.setattr(commits.Commits, "_send", send)


def lease_without_a_fence(patch: pytest.MonkeyPatch) -> None:
    move = states.move

    async def unfenced(*given: Any, lease_token: str | None = None, **more: Any) -> bool:
        del lease_token
        return await move(*given, **more)

    async def always(*_: Any) -> bool:
        return True

    patch.setattr(states, "move", unfenced)
    patch.setattr(queries, "holds", always)


def blind_retry(patch: pytest.MonkeyPatch) -> None:
    ask = sending.Sender.ask

    async def hopeful(self: Any, *given: Any, **more: Any) -> Any:
        try:
            return await ask(self, *given, **more)
        except OutcomeUnknown as lost:
            raise Transient("network_unreachable", "Once more.") from lost

    patch.setattr(sending.Sender, "ask", hopeful)


def takes_the_newest(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(search, "those_alike", lambda posts, *_: {post.id: post for post in list(posts)[:1]})


def fails_at_the_first_error(patch: pytest.MonkeyPatch) -> None:
    decide = retry.decide

    def hasty(failure: Any, at: Any, *more: Any) -> Decision:
        if isinstance(failure, Transient) and not at.sent:
            return Decision(Status.failed, error_code=failure.code, error_class="transient", error_message="No.")
        return decide(failure, at, *more)

    patch.setattr(retry, "decide", hasty)


def believes_a_list_at_once(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(looks.Looks, "absence_counts_from", lambda _self, commit, _found: commit.opened_at)


def keeps_the_first_token(patch: pytest.MonkeyPatch) -> None:
    ask = sending.Sender.ask
    first: list[str] = []

    async def forgetful(self: Any, *given: Any, **more: Any) -> Any:
        first.append(self.token)
        self.token = first[0]
        return await ask(self, *given, **more)

    patch.setattr(sending.Sender, "ask", forgetful)


MUTANTS: list[tuple[Break, Scenario, str]] = [
    (intent_after_the_call, dies_with_the_answer, "3:"),
    (lease_without_a_fence, wakes_up_too_late, "failed=1 (expected 0)"),
    (blind_retry, loses_the_answer, "3:"),
    (takes_the_newest, is_lost_beside_another, "4:"),
    (fails_at_the_first_error, meets_a_bad_moment, "failed=1 (expected 0)"),
    (believes_a_list_at_once, lags, "3:"),
    (keeps_the_first_token, has_two_accounts, "9:"),
]


@pytest.mark.parametrize(("broken", "scenario", "found"), MUTANTS, ids=[mutant.__name__ for mutant, _, _ in MUTANTS])
async def test_a_broken_engine_is_found_out_and_the_honest_one_is_not(
    house: House, monkeypatch: pytest.MonkeyPatch, broken: Break, scenario: Scenario, found: str
) -> None:
    honest = await scenario(house)
    assert honest.ok, (honest.line(), honest.violations)
    await house.book.run("DELETE FROM posts")
    await house.book.run("DELETE FROM webhook_events")
    await house.control.reset()
    await house.time.clock.reset()
    broken(monkeypatch)
    caught = await scenario(house)
    assert not caught.ok
    assert any(found in said for said in [*caught.violations, caught.line()]), (caught.line(), caught.violations)


async def test_a_life_of_posts_on_every_network_is_acquitted(house: House) -> None:
    kinds = (
        "x",
        "linkedin-organization",
        "facebook-photos",
        "facebook-video",
        "instagram-by-facebook",
        "instagram-story",
    )
    for name in (*kinds, "tiktok-video", "tiktok-video-draft"):
        await house.until_final(await house.post(BY_NAME[name], comment=BY_NAME[name].has_comments))
    verdict = await judged(house)
    assert verdict.ok, verdict.violations
    assert verdict.line() == "published=8 failed=0 (expected 0) lost=0 duplicated=0 unconfirmed=0 (allowed 0)"
