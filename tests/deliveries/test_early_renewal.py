"""Tokens that are good for a while yet: renewed early, once, and at nobody's cost; and tokens of the wrong kind."""

from dataclasses import replace
from datetime import timedelta

import pytest

from deliveries.test_renewal import Refreshing, read_id, refresh_call
from dravo.accounts.credentials import seal_credentials
from dravo.kit.http import Reply
from dravo.platforms.base import Run
from dravo.platforms.errors import CredentialsExpired
from dravo.platforms.registry import PLATFORMS
from support.engine import Engine
from support.network import NAME, Id, reply

NEW = {"access_token": "new-access-token", "expires_in": 7200}


@pytest.fixture
def refreshing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Refreshing:
    """A network that renews living tokens only, so that it is done long before their end."""
    monkeypatch.setitem(
        PLATFORMS, NAME, replace(PLATFORMS[NAME], refresh=refresh_call, renew_before=timedelta(days=30))
    )
    engine.adapter.read = read_id
    engine.network.on("/token", reply(NEW))
    return Refreshing(engine)


async def ends(engine: Engine, days: int, *, age: str = "2 days") -> None:
    await engine.book.run(
        f"UPDATE accounts SET token_expires_at = dravo_now() + interval '{days} days', "
        f"token_since = dravo_now() - interval '{age}'"
    )


async def test_tokens_are_renewed_as_early_as_their_network_needs_it(engine: Engine, refreshing: Refreshing) -> None:
    key = await refreshing.post()
    await ends(engine, 29)
    assert (await engine.run(key)).status == "published"
    assert engine.network.calls == ["/token", "/prepare", "/publish"]


async def test_tokens_that_last_longer_are_left_alone(engine: Engine, refreshing: Refreshing) -> None:
    key = await refreshing.post()
    await ends(engine, 31)
    assert (await engine.run(key)).status == "published"
    assert engine.network.count("/token") == 0


async def test_a_renewal_that_fails_early_holds_nothing_back(engine: Engine, refreshing: Refreshing) -> None:
    engine.network.on("/token", reply(status=400))
    key = await refreshing.post()
    await ends(engine, 29)
    assert (await engine.run(key)).status == "published"
    account = await engine.book.account_of(key)
    assert (account.token_version, account.reconnect_reason) == (1, None)


@pytest.mark.parametrize("status", [200, 400])
async def test_a_delivery_that_waits_long_renews_early_once(
    engine: Engine, refreshing: Refreshing, status: int
) -> None:
    """Each question to its network is a claim; what is renewed ends as early as before, or is refused."""
    engine.network.on("/token", reply(NEW, status))
    engine.adapter.waits = True
    engine.network.on("/ready", *[reply({"id": "no"})] * 5, reply({"id": "yes"}))
    key = await refreshing.post()
    await ends(engine, 29)
    assert (await engine.until_final(key)).status == "published"
    assert engine.network.count("/token") == 1


async def test_a_token_of_today_is_not_renewed_early(engine: Engine, refreshing: Refreshing) -> None:
    key = await refreshing.post()
    await ends(engine, 29, age="23 hours")
    assert (await engine.run(key)).status == "published"
    assert engine.network.count("/token") == 0


def of_the_wrong_kind(answer: Reply) -> Id:
    if answer.status == 401:
        raise CredentialsExpired("Another kind of token is wanted.", at_once=True, code="wrong_token_kind")
    return Id.model_validate(answer.json())


async def test_a_token_of_the_wrong_kind_is_exchanged_however_young_it_is(
    engine: Engine, refreshing: Refreshing
) -> None:
    engine.adapter.read = of_the_wrong_kind
    engine.network.on("/prepare", reply(status=401), reply({"id": "1"}))
    key = await refreshing.post()
    await engine.book.run("UPDATE accounts SET token_since = dravo_now()")
    assert (await engine.run(key)).status == "published"
    assert engine.network.calls == ["/prepare", "/token", "/prepare", "/publish"]


async def test_a_kind_that_stays_wrong_ends_the_delivery_at_once(engine: Engine, refreshing: Refreshing) -> None:
    engine.adapter.read = of_the_wrong_kind
    engine.network.on("/prepare", reply(status=401))
    key = await refreshing.post()
    failed = await engine.run(key)
    assert (failed.status, failed.error_code) == ("failed", "wrong_token_kind")
    assert engine.network.count("/token") == 1


def never_renewable(answer: Reply) -> Id:
    if answer.status == 401:
        raise CredentialsExpired("The network refuses the token.", renewable=False)
    return Id.model_validate(answer.json())


async def test_a_refusal_of_a_token_of_seconds_ago_may_pass_though_nothing_renews_it(
    engine: Engine, refreshing: Refreshing
) -> None:
    engine.adapter.read = never_renewable
    engine.network.on("/prepare", reply(status=401), reply({"id": "1"}))
    key = await refreshing.post()
    await engine.book.run("UPDATE accounts SET token_since = dravo_now()")
    waiting = await engine.run(key)
    assert (waiting.status, waiting.error_code) == ("queued", "token_not_live_yet")
    assert (await engine.run_when_due(key)).status == "published"
    assert engine.network.count("/token") == 0


async def test_an_account_that_is_connected_anew_meanwhile_goes_on_with_what_it_got(
    engine: Engine, refreshing: Refreshing
) -> None:
    engine.adapter.read = never_renewable
    key = await refreshing.post()
    account = await engine.book.account_of(key)

    async def refuse(_request: object) -> Reply:
        sealed = seal_credentials(engine.resources.cipher, account.id, {"access_token": "of-another-consent"})
        await engine.book.run(
            "UPDATE accounts SET token_version = token_version + 1, credentials = :sealed", sealed=sealed
        )
        return reply(status=401)

    engine.network.on("/prepare", refuse, reply({"id": "1"}))
    assert (await engine.run(key)).status == "published"
    assert engine.network.tokens[-1] == "of-another-consent"


async def test_the_token_that_an_account_came_with_is_renewed_however_young_the_account_is(
    engine: Engine, refreshing: Refreshing
) -> None:
    """It may have been hours old when it was registered."""
    key = await refreshing.post()
    await engine.book.run("UPDATE accounts SET token_since = dravo_now() - interval '1 minute'")
    engine.network.on("/prepare", reply(status=401), reply({"id": "1"}))
    assert (await engine.run(key)).status == "published"
    assert engine.network.count("/token") == 1


async def test_a_post_that_was_taken_is_not_said_to_be_lost_with_the_account(
    engine: Engine, refreshing: Refreshing
) -> None:
    async def refuse(_run: Run) -> None:
        raise CredentialsExpired("The network refuses the token.", renewable=False)

    engine.adapter.after_publish = refuse
    unsettled = await engine.run(await refreshing.post())
    assert (unsettled.status, unsettled.publish_state) == ("unconfirmed", "confirmed")
    message = str(unsettled.error_message)
    assert message.startswith("The network has taken the post")
    assert message.endswith("The network refuses the token.")
