"""The guarded client against real sockets: what respx would never see."""

import asyncio
import http.server
import io
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any

import pytest

from dravo.kit import http as kit_http
from dravo.kit.addresses import Address, is_public
from dravo.kit.http import GuardedHttp, Refused, TooLarge, Unavailable

UNREACHABLE = "it cannot be reached from here"


class Host(http.server.ThreadingHTTPServer):
    """Answers by path, and remembers what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.asked: list[str] = []
        self.cookies: list[str | None] = []
        self.elsewhere = ""
        self.release = threading.Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class _Answers(http.server.BaseHTTPRequestHandler):
    server: Host

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the base class
        return

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.server.cookies.append(self.headers.get("cookie"))
        if self.path.startswith("/status/"):
            self._answer(int(self.path.rsplit("/", 1)[1]), b"no")
        elif self.path == "/loop":
            self._redirect("/loop")
        elif self.path == "/away":
            self._redirect(self.server.elsewhere)
        elif self.path == "/long":
            self._endless()
        elif self.path == "/slow":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"a")
            self.wfile.flush()
            self.server.release.wait(30)
        elif self.path == "/cut":
            self.send_response(200)
            self.send_header("content-length", "100")
            self.end_headers()
            self.wfile.write(b"only this")
        else:
            self._answer(200, b"a document")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", "image/png")
        self.send_header("set-cookie", "who=me")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _redirect(self, to: str) -> None:
        self.send_response(302)
        self.send_header("location", to)
        self.send_header("content-length", "0")
        self.end_headers()

    def _endless(self) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            for _ in range(1000):
                self.wfile.write(b"x" * 65536)
        except OSError:
            return  # the reader had enough, which is what the test wants


@contextmanager
def served() -> Iterator[Host]:
    host = Host()
    thread = threading.Thread(target=host.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield host
    finally:
        host.release.set()
        host.shutdown()
        thread.join()
        host.server_close()


@pytest.fixture
def host() -> Iterator[Host]:
    with served() as running:
        yield running


def only(port: int) -> Callable[[Address, int], bool]:
    """A rule that lets one local port pass for a public host."""
    return lambda address, asked: asked == port or is_public(address)


async def refusal(guarded: GuardedHttp, url: str) -> str:
    try:
        with pytest.raises(Refused) as caught:
            await guarded.fetch(url, max_bytes=1000, timeout_seconds=10)
    finally:
        await guarded.aclose()
    return str(caught.value)


@pytest.mark.parametrize(
    "name",
    [
        "127.0.0.1",
        "127.1.2.3",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::1]",
        "localhost",
        "LOCALHOST.",
        "0.0.0.0",
        "[::]",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "127.1",
        "0177.0.0.1",
        "169.254.169.254",
        "10.0.0.1",
        "host.invalid",
    ],
)
async def test_a_private_address_is_refused_however_it_is_written(host: Host, name: str) -> None:
    assert await refusal(GuardedHttp(), f"http://{name}:{host.port}/") == UNREACHABLE
    assert host.asked == []


async def test_an_unreachable_host_is_refused_in_the_same_words_as_a_private_one(host: Host) -> None:
    with served() as gone:
        port = gone.port
    assert await refusal(GuardedHttp(may_connect=only(port)), f"http://127.0.0.1:{port}/") == UNREACHABLE


async def test_a_name_that_turns_private_after_the_first_look_is_refused_at_the_connection(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def public_at_first(_name: str, _port: int) -> list[Address]:
        return [ip_address("93.184.215.14")]

    monkeypatch.setattr(kit_http, "addresses_of", public_at_first)
    assert await refusal(GuardedHttp(), f"http://localhost:{host.port}/") == UNREACHABLE
    assert host.asked == []


async def test_a_name_with_one_private_address_among_public_ones_is_refused(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def mixed(_name: str, _port: int) -> list[Address]:
        return [ip_address("93.184.215.14"), ip_address("127.0.0.1")]

    monkeypatch.setattr(kit_http, "addresses_of", mixed)
    assert await refusal(GuardedHttp(), f"http://both.example:{host.port}/") == UNREACHABLE
    assert host.asked == []


@pytest.mark.parametrize(
    "to", ["http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://[::ffff:127.0.0.1]:{port}/"]
)
async def test_a_redirect_to_a_private_address_is_refused(host: Host, to: str) -> None:
    with served() as inner:
        host.elsewhere = to.format(port=inner.port)
        assert await refusal(GuardedHttp(may_connect=only(host.port)), f"{host.url}/away") == UNREACHABLE
        assert inner.asked == []
    assert host.asked == ["/away"]


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://127.0.0.1/x", "http://user:secret@127.0.0.1:{port}/"])
async def test_a_redirect_to_another_scheme_or_with_a_password_is_refused(host: Host, to: str) -> None:
    host.elsewhere = to.format(port=host.port)
    assert await refusal(GuardedHttp(may_connect=only(host.port)), f"{host.url}/away") == UNREACHABLE
    assert host.asked == ["/away"]


async def test_three_redirects_are_followed_and_no_more(host: Host) -> None:
    said = await refusal(GuardedHttp(may_connect=only(host.port)), f"{host.url}/loop")
    assert "redirects" in said
    assert len(host.asked) == 4


@pytest.mark.parametrize("status", [404, 403, 410, 204, 206])
async def test_an_answer_without_a_document_is_final(host: Host, status: int) -> None:
    said = await refusal(GuardedHttp(may_connect=only(host.port)), f"{host.url}/status/{status}")
    assert said == f"the host answered {status}"


@pytest.mark.parametrize("path", ["/status/500", "/status/503", "/status/429", "/cut"])
async def test_a_host_in_trouble_may_be_asked_again(host: Host, path: str) -> None:
    guarded = GuardedHttp(may_connect=only(host.port))
    with pytest.raises(Unavailable):
        await guarded.fetch(host.url + path, max_bytes=1000)
    await guarded.aclose()


async def test_a_body_that_does_not_come_ends_at_the_time_limit(host: Host) -> None:
    guarded = GuardedHttp(may_connect=only(host.port))
    begun = time.monotonic()
    with pytest.raises(Unavailable):
        await guarded.fetch(f"{host.url}/slow", max_bytes=1000, timeout_seconds=0.3)
    assert time.monotonic() - begun < 5
    await guarded.aclose()


async def test_a_body_over_the_limit_is_cut_off_while_it_is_read(host: Host) -> None:
    guarded = GuardedHttp(may_connect=only(host.port))
    sink = io.BytesIO()
    with pytest.raises(TooLarge):
        await guarded.fetch_into(f"{host.url}/long", sink, max_bytes=200_000)
    assert len(sink.getvalue()) <= 200_000
    await guarded.aclose()


async def test_a_body_that_announces_its_excess_is_not_read(host: Host) -> None:
    guarded = GuardedHttp(may_connect=only(host.port))
    with pytest.raises(TooLarge):
        await guarded.fetch(f"{host.url}/doc", max_bytes=3)
    await guarded.aclose()


async def test_a_document_comes_with_its_claimed_type_and_leaves_no_cookie_behind(host: Host) -> None:
    guarded = GuardedHttp(may_connect=only(host.port))
    for _ in range(2):
        fetched = await guarded.fetch(f"{host.url}/doc", max_bytes=1000)
    assert (fetched.body, fetched.claimed_type) == (b"a document", "image/png")
    assert host.cookies == [None, None]
    await guarded.aclose()


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700:4700::1111", True),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::808:808", True),
        ("2002:808:808::1", True),
        ("100.64.0.1", False),
        ("192.0.0.8", False),
        ("198.18.0.1", False),
        ("203.0.113.9", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("64:ff9b:1::808:808", False),
        ("2002:a00:1::1", False),
        ("2001:0:a00:1::1", False),
        ("2001:db8::1", False),
        ("::808:808", False),
        ("fe80::1", False),
        ("fec0::1", False),
        ("fd00::1", False),
        ("ff02::1", False),
    ],
)
def test_public_is_only_what_stays_public_when_unwrapped(address: str, public: bool) -> None:
    assert is_public(ip_address(address)) is public


def test_the_default_rule_is_the_public_one() -> None:
    guarded = GuardedHttp()
    assert not guarded._may_connect(ip_address("127.0.0.1"), 80)
    asyncio.run(guarded.aclose())
