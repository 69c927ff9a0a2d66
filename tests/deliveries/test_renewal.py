"""Tokens that are refused or end are renewed once, and the delivery goes on from its journal."""

import asyncio
from dataclasses import dataclass, field, replace

import pytest

from dravo.accounts import refresh
from dravo.accounts.credentials import open_credentials, seal_credentials
from dravo.kit.http import AnswerLost, NotSent, Reply, Request
from dravo.kit.ids import Key
from dravo.platforms.base import Call, Consent, Tokens
from dravo.platforms.errors import CredentialsExpired, Misconfigured, Transient
from dravo.platforms.registry import PLATFORMS
from support.book import TOKEN
from support.engine import Engine
from support.network import NAME, Id, reply

COMMENTED = {"fake": {"first_comment": "First!"}}
NEW = {"access_token": "new-access-token", "refresh_token": "new-refresh-token", "expires_in": 7200}


def refresh_call(consent: Consent) -> Call[Tokens] | None:
    """As a network may have it: 400 is a dead refresh token, 401 a wrong app."""

    def read(answer: Reply) -> Tokens:
        if answer.status == 400:
            raise CredentialsExpired("The refresh token is dead.")
        if answer.status == 401:
            raise Misconfigured("app_credentials_refused", "The app is unknown.", scope="app")
        return Tokens.model_validate(answer.json())

    app = consent.app
    if app is None or consent.refresh_token is None:
        return None
    form = {"refresh_token": consent.refresh_token, "client_id": app.client_id, "client_secret": app.client_secret}
    return Call(Request(method="POST", host="fake.test", path="/token", form=form, auth="none"), Tokens, read)


@dataclass
class Refreshing:
    engine: Engine
    forms: list[dict[str, str]] = field(default_factory=list)

    async def post(self, **more: object) -> Key:
        account = await self.engine.book.account(
            NAME, refresh_token="old-refresh-token", client_id="app", client_secret="app-secret"
        )
        return (await self.engine.book.post(account, **more))[0]  # type: ignore[arg-type]  # passed through

    async def secrets(self, key: Key) -> dict[str, str]:
        account = await self.engine.book.account_of(key)
        return open_credentials(self.engine.resources.cipher, account.id, account.credentials)


@pytest.fixture
def refreshing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Refreshing:
    monkeypatch.setitem(PLATFORMS, NAME, replace(PLATFORMS[NAME], refresh=refresh_call))
    engine.adapter.read = read_id
    engine.network.on("/token", reply(NEW))
    return Refreshing(engine)


def read_id(answer: Reply) -> Id:
    if answer.status == 401:
        raise CredentialsExpired("The network refuses the token.")
    return Id.model_validate(answer.json())


async def test_a_refused_token_is_renewed_and_the_step_sent_again(engine: Engine, refreshing: Refreshing) -> None:
    key = await refreshing.post()
    engine.network.on("/prepare", reply(status=401), reply({"id": "1"}))
    published = await engine.run(key)
    assert published.status == "published"
    assert engine.network.calls == ["/prepare", "/token", "/prepare", "/publish"]
    assert engine.network.tokens == [TOKEN, "", "new-access-token", "new-access-token"]
    account = await engine.book.account_of(key)
    assert (account.token_version, account.refreshing_until, account.reconnect_reason) == (2, None, None)
    assert account.token_expires_at is not None
    assert (account.token_expires_at - account.token_since).total_seconds() == pytest.approx(7200, abs=1)
    assert (await refreshing.secrets(key))["refresh_token"] == "new-refresh-token"


async def test_a_refused_publish_is_closed_and_sent_again_with_the_new_token(
    engine: Engine, refreshing: Refreshing
) -> None:
    key = await refreshing.post(options=COMMENTED)
    engine.network.on("/publish", reply(status=401), reply({"id": "p1"}))
    published = await engine.run(key)
    assert (published.status, published.platform_post_id) == ("published", "p1")
    assert await engine.book.commit_states(key) == [
        ("publish", "refused"),
        ("publish", "confirmed"),
        ("first_comment", "confirmed"),
    ]


async def test_a_refused_first_comment_is_sent_again_with_the_new_token(engine: Engine, refreshing: Refreshing) -> None:
    key = await refreshing.post(options=COMMENTED)
    engine.network.on("/comment", reply(status=401), reply({"id": "c1"}))
    published = await engine.run(key)
    assert (published.status, published.warnings) == ("published", [])
    assert engine.network.count("/publish") == 1


@pytest.mark.parametrize("path", ["/prepare", "/publish"])
async def test_a_renewed_token_that_is_not_known_everywhere_yet_is_tried_again(
    engine: Engine, refreshing: Refreshing, path: str
) -> None:
    key = await refreshing.post()
    engine.network.on(path, reply(status=401), reply(status=401), reply({"id": "1"}))
    waiting = await engine.run(key)
    assert (waiting.status, waiting.error_code) == ("queued", "token_not_live_yet")
    assert (await engine.run_when_due(key)).status == "published"
    assert engine.network.count("/token") == 1


async def test_a_renewed_token_that_stays_refused_asks_for_reconnecting(engine: Engine, refreshing: Refreshing) -> None:
    key = await refreshing.post()
    engine.network.on("/prepare", reply(status=401))
    assert (await engine.run(key)).status == "queued"
    await engine.move(15)
    failed = await engine.run(key)
    assert (failed.status, failed.error_class) == ("failed", "reauth")
    assert engine.network.count("/token") == 1
    assert (await engine.book.account_of(key)).reconnect_reason == "The network refuses the token."


async def test_a_permission_that_is_missing_is_no_reason_to_renew(engine: Engine, refreshing: Refreshing) -> None:
    def read(answer: Reply) -> Id:
        raise CredentialsExpired("A scope is missing.", code="permission_missing", renewable=False)

    engine.adapter.read = read
    failed = await engine.run(await refreshing.post())
    assert (failed.status, failed.error_code) == ("failed", "permission_missing")
    assert engine.network.count("/token") == 0


async def test_who_connects_the_account_anew_under_way_is_not_disconnected(
    engine: Engine, refreshing: Refreshing
) -> None:
    """The old token is refused while a newer one is in the book: that one is taken."""
    key = await refreshing.post()

    async def reconnected(_request: Request) -> Reply:
        account = await engine.book.account_of(key)
        sealed = seal_credentials(engine.resources.cipher, account.id, {"access_token": "by hand"})
        await engine.book.run(
            "UPDATE accounts SET token_version = token_version + 1, token_since = dravo_now(), credentials = :sealed",
            sealed=sealed,
        )
        return reply(status=401)

    engine.network.on("/prepare", reconnected, reply({"id": "1"}))
    assert (await engine.run(key)).status == "published"
    assert engine.network.tokens[-1] == "by hand"
    assert (await engine.book.account_of(key)).reconnect_reason is None


@pytest.mark.parametrize("status", [400, 401, 500])
async def test_a_published_post_stays_published_though_its_tokens_cannot_be_renewed(
    engine: Engine, refreshing: Refreshing, status: int
) -> None:
    key = await refreshing.post(options=COMMENTED)
    engine.network.on("/comment", reply(b"no", 503), reply(status=401))
    engine.adapter.read = read_or_transient
    waiting = await engine.run(key)
    assert (waiting.status, waiting.publish_state) == ("queued", "confirmed")
    await engine.book.run("UPDATE accounts SET token_expires_at = dravo_now()")
    engine.network.on("/token", reply(status=status))
    published = await engine.until_final(key)
    assert published.status == "published"
    assert [warning["code"] for warning in published.warnings] == ["first_comment_failed"]


def read_or_transient(answer: Reply) -> Id:
    if answer.status == 503:
        raise Transient("busy", "The network is busy.")
    return read_id(answer)


@pytest.mark.parametrize("span", [7200.5, "7200", -1, 10**15, float("inf"), None, True])
async def test_an_odd_lifetime_loses_no_tokens(engine: Engine, refreshing: Refreshing, span: object) -> None:
    key = await refreshing.post()
    engine.network.on("/prepare", reply(status=401), reply({"id": "1"}))
    engine.network.on("/token", reply(NEW | {"expires_in": span}))
    assert (await engine.run(key)).status == "published"
    assert engine.network.count("/token") == 1
    assert (await refreshing.secrets(key))["refresh_token"] == "new-refresh-token"


async def test_a_worker_that_stops_in_a_renewal_stores_what_comes_of_it(engine: Engine, refreshing: Refreshing) -> None:
    key = await refreshing.post()
    asked, answer = asyncio.Event(), asyncio.Event()

    async def slow(_request: Request) -> Reply:
        asked.set()
        await answer.wait()
        return reply(NEW)

    engine.network.on("/prepare", reply(status=401))
    engine.network.on("/token", slow)
    running = asyncio.create_task(engine.run(key))
    await asked.wait()
    running.cancel()
    await asyncio.sleep(0)
    answer.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert (await refreshing.secrets(key))["refresh_token"] == "new-refresh-token"


async def test_a_renewal_that_was_late_brings_the_account_back(engine: Engine, refreshing: Refreshing) -> None:
    """Its worker was paused; another one met the used-up refresh token meanwhile and asked for reconnecting."""
    key = await refreshing.post()
    account = await engine.book.account_of(key)

    async def late(_request: Request) -> Reply:
        await engine.book.run("UPDATE accounts SET reconnect_reason = 'used up', refreshing_until = NULL")
        return reply(NEW)

    engine.network.on("/token", late)
    await refresh.refreshed(engine.resources, PLATFORMS[NAME], account)
    assert (await engine.book.account_of(key)).reconnect_reason is None


async def test_a_token_of_seconds_ago_is_tried_again_rather_than_given_up(
    engine: Engine, refreshing: Refreshing
) -> None:
    key = await refreshing.post()
    await engine.book.run("UPDATE accounts SET token_since = dravo_now()")
    engine.network.on("/prepare", reply(status=401), reply({"id": "1"}))
    waiting = await engine.run(key)
    assert (waiting.status, waiting.error_code) == ("queued", "token_not_live_yet")
    assert engine.network.count("/token") == 0
    assert (await engine.run_when_due(key)).status == "published"


async def test_a_token_that_is_known_to_end_is_renewed_before_it_is_refused(
    engine: Engine, refreshing: Refreshing
) -> None:
    key = await refreshing.post()
    await engine.book.run("UPDATE accounts SET token_expires_at = dravo_now() + interval '30 seconds'")
    assert (await engine.run(key)).status == "published"
    assert engine.network.calls == ["/token", "/prepare", "/publish"]


async def test_a_dead_refresh_token_asks_for_reconnecting(engine: Engine, refreshing: Refreshing) -> None:
    key = await refreshing.post()
    engine.network.on("/prepare", reply(status=401))
    engine.network.on("/token", reply(status=400))
    failed = await engine.run(key)
    assert (failed.status, failed.error_class) == ("failed", "reauth")
    account = await engine.book.account_of(key)
    assert account.reconnect_reason == "The refresh token is dead."
    assert (account.token_version, account.refreshing_until) == (1, None)


async def test_a_wrong_app_burns_no_post(engine: Engine, refreshing: Refreshing) -> None:
    key = await refreshing.post()
    engine.network.on("/prepare", reply(status=401))
    engine.network.on("/token", reply(status=401))
    waiting = await engine.run(key)
    assert (waiting.status, waiting.waiting_for, waiting.error_class) == ("queued", "configuration", "misconfigured")


@pytest.mark.parametrize("answer", [NotSent("no route"), reply(b"<html>", 200)], ids=["not sent", "garbage"])
async def test_a_renewal_that_did_not_happen_disconnects_nobody(
    engine: Engine, refreshing: Refreshing, answer: NotSent | Reply
) -> None:
    key = await refreshing.post()
    engine.network.on("/prepare", reply(status=401))
    engine.network.on("/token", answer)
    waiting = await engine.run(key)
    assert (waiting.status, waiting.error_code) == ("queued", "tokens_not_renewed")
    assert (await engine.book.account_of(key)).reconnect_reason is None


async def test_a_lost_answer_to_a_renewal_is_asked_for_once_more(engine: Engine, refreshing: Refreshing) -> None:
    key = await refreshing.post()
    engine.network.on("/prepare", reply(status=401), reply({"id": "1"}))
    engine.network.on("/token", AnswerLost("reset"), reply(NEW))
    assert (await engine.run(key)).status == "published"
    assert engine.network.count("/token") == 2


async def test_a_network_that_names_no_new_refresh_token_leaves_the_old_one(
    engine: Engine, refreshing: Refreshing
) -> None:
    key = await refreshing.post()
    engine.network.on("/prepare", reply(status=401), reply({"id": "1"}))
    engine.network.on("/token", reply({"access_token": "new-access-token"}))
    assert (await engine.run(key)).status == "published"
    assert (await refreshing.secrets(key))["refresh_token"] == "old-refresh-token"
    assert (await engine.book.account_of(key)).token_expires_at is None


async def test_of_many_at_once_one_renews_and_all_have_the_new_tokens(engine: Engine, refreshing: Refreshing) -> None:
    key = await refreshing.post()
    account = await engine.book.account_of(key)
    busy_codes: set[str] = set()

    async def ask() -> str:
        for _ in range(200):
            try:
                secrets = await refresh.refreshed(engine.resources, PLATFORMS[NAME], account)
            except Transient as busy:
                busy_codes.add(busy.code)
                await asyncio.sleep(0.02)
            else:
                return str(secrets.values["access_token"])
        raise AssertionError("still being renewed")

    assert await asyncio.gather(*[ask() for _ in range(12)]) == ["new-access-token"] * 12
    assert engine.network.count("/token") == 1
    assert busy_codes <= {"tokens_being_renewed"}


async def test_whoever_connects_the_account_anew_meanwhile_wins(engine: Engine, refreshing: Refreshing) -> None:
    key = await refreshing.post()
    account = await engine.book.account_of(key)

    async def reconnected(_request: Request) -> Reply:
        await engine.book.run("UPDATE accounts SET token_version = token_version + 1")
        return reply(NEW)

    engine.network.on("/token", reconnected)
    secrets = await refresh.refreshed(engine.resources, PLATFORMS[NAME], account)
    assert secrets.values["access_token"] == TOKEN
    assert (await refreshing.secrets(key))["access_token"] == TOKEN


async def test_no_token_old_or_new_stands_anywhere_in_the_book(engine: Engine, refreshing: Refreshing) -> None:
    key = await refreshing.post()
    engine.network.on("/prepare", reply({"you": TOKEN}, status=401), reply({"id": "1", "you": "new-access-token"}))
    await engine.run(key)
    everything = await engine.book.everything()
    for secret in (TOKEN, "new-access-token", "old-refresh-token", "new-refresh-token", "app-secret"):
        assert secret not in everything
