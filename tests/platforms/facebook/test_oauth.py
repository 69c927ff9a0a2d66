import traceback

import httpx
import pytest
import respx

from dravo.kit.http import Reply
from dravo.platforms.base import Call, Consent, Profile, Tokens
from dravo.platforms.errors import CredentialsExpired, PlatformError, RateLimited, Transient
from dravo.platforms.facebook import PLATFORM
from platforms.facebook.material import refused, said
from platforms.memory_run import TOKEN, real_hosts

USER, PAGES = "user-s3cret", "page-s3cret"


def consent(access: str = PAGES, refresh: str | None = USER, **config: str) -> Consent:
    return Consent(Profile("77", "page"), access_token=access, refresh_token=refresh, config=config)


def call(of: Consent | None = None) -> Call[Tokens]:
    made = PLATFORM.refresh(of or consent())
    assert made is not None
    return made


def read(response: httpx.Response) -> Tokens:
    return call().read(Reply(response.status_code, dict(response.headers), response.content))


async def test_a_pages_token_is_asked_for_with_the_users() -> None:
    with respx.mock:
        route = respx.route().mock(return_value=said(access_token=PAGES, id="77"))
        await real_hosts().send(call().request, token=TOKEN)
        request = route.calls.last.request
    assert str(request.url) == "https://graph.facebook.com/v26.0/77?fields=access_token"
    assert (request.method, request.headers["authorization"]) == ("GET", f"Bearer {USER}")
    assert USER not in str(request.url)


def test_the_users_token_is_kept_for_the_next_time() -> None:
    assert read(said(access_token="page-new", id="77")) == Tokens(access_token="page-new", refresh_token=USER)


def test_an_account_with_a_users_token_alone_gets_its_pages() -> None:
    alone = call(consent(access=USER, refresh=None))
    assert alone.request.headers["authorization"] == f"Bearer {USER}"
    tokens = alone.read(Reply(200, {}, b'{"access_token": "page-new"}'))
    assert (tokens.access_token, tokens.refresh_token, tokens.expires_in) == ("page-new", USER, None)


def test_an_account_without_any_token_cannot_be_renewed() -> None:
    assert PLATFORM.refresh(consent(access="", refresh=None)) is None


def test_the_page_and_the_version_are_the_accounts_own() -> None:
    other = Consent(Profile("1", "page", {"page_id": "9"}), access_token=USER, config={"version": "v31.0"})
    assert call(other).request.path == "/v31.0/9"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (said(id="77"), CredentialsExpired),
        (said(access_token="", id="77"), CredentialsExpired),
        (refused(10), CredentialsExpired),
        (refused(102), CredentialsExpired),
        (refused(190, 460), CredentialsExpired),
        (refused(200, status=403), CredentialsExpired),
        (refused(210), CredentialsExpired),
        (refused(299), CredentialsExpired),
        (refused(100, 33), Transient),
        (refused(100), Transient),
        (refused(506), Transient),
        (refused(987654), Transient),
        (refused(17), RateLimited),
        (refused(2, status=500), Transient),
        (httpx.Response(502, content=b"<html>"), Transient),
        (httpx.Response(200, content=b"<html>"), Transient),
        (httpx.Response(200, json=[]), Transient),
        (said(access_token=["page-s3cret"]), Transient),
    ],
)
def test_an_answer_without_a_token_means_what_it_says(answer: httpx.Response, error: type[PlatformError]) -> None:
    with pytest.raises(error) as raised:
        read(answer)
    assert raised.value.message.partition(" Meta says:")[0].endswith(".")


@pytest.mark.parametrize(
    "answer",
    [
        said(access_token=[PAGES]),
        *[refused(code, message=f"Malformed access token {USER}") for code in (190, 100, 210, 987654)],
    ],
)
def test_no_secret_is_in_what_is_raised(answer: httpx.Response) -> None:
    with pytest.raises(PlatformError) as raised:
        read(answer)
    told = "".join(traceback.format_exception(raised.value)) + str(raised.value.raw)
    assert "s3cret" not in told
    assert "s3cret" not in repr(call())
