"""The one module that imports httpx: calls to networks, and guarded fetches of users' URLs.

A call to a network is *described* first (`Request`) and sent later, so that it can be hashed, journaled, shown and tested
without a socket. What matters after a failure is how far it got, and that is all that the exceptions say:
`NotSent` (no byte of the request left) or `AnswerLost` (it may have arrived).
"""

import asyncio
import contextlib
import functools
import hashlib
import io
import json
import ssl
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import IO, Any, Literal
from urllib.parse import urlsplit

import httpx
import httpx_secure

from dravo.kit import crashpoints
from dravo.kit.addresses import Address, addresses_of, is_public
from dravo.kit.schemas import url_problem

MAX_ANSWER_BYTES = 4 * 1024 * 1024
"""No network's answer to an API call is longer; more than that is not an answer."""

USER_AGENT = "Dravo/0.1"

CONNECT_SECONDS = 10.0
"""The longest that a connection is waited for, within a request's own time."""


class NotSent(Exception):
    """The request never left: no connection, or the deadline passed before the first byte. Sending again is safe."""


class AnswerLost(Exception):
    """At least one byte left and no whole answer came back. The network may have acted on it."""


class UnreadableAnswer(Exception):
    """The answer is not what its content type promises (HTML from an edge, cut JSON)."""


@dataclass(frozen=True, slots=True)
class Payload:
    """Bytes to send, described before they are read: type, length in bytes, and how to read them.

    `sha256` identifies them: the digest (hex), for a part of a file the whole file's digest and the range.
    """

    content_type: str
    size_bytes: int
    sha256: str
    open: Callable[[], AsyncIterator[bytes]] = field(compare=False)

    async def read(self) -> bytes:
        """All bytes at once; for pictures and bounded parts, never for videos."""
        return b"".join([chunk async for chunk in self.open()])


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP call to a network, before it is sent. It never holds a token: the transport signs it.

    `host` is the network's real host name; in the test environment the transport leads it to the simulator.
    Address, headers, query and form stand in no repr: an upload address or a renewal of tokens has secrets there.
    `url` replaces host and path when the network handed out an address (upload URLs); it is used verbatim.
    """

    method: Literal["GET", "POST", "PUT", "DELETE", "PATCH"]
    host: str = ""
    path: str = ""
    url: str = field(default="", repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    json: Any = None
    form: Mapping[str, str] | None = field(default=None, repr=False)
    files: Mapping[str, Payload] = field(default_factory=dict)
    content: Payload | None = None
    auth: Literal["bearer", "oauth", "none"] = "bearer"
    timeout_seconds: float = 30.0

    def fingerprint(self) -> str:
        """SHA-256 (hex) over everything that the network would act on; headers and tokens left out."""
        body = {
            "method": self.method,
            "host": self.host,
            "path": self.path,
            "url": self.url,
            "query": dict(self.query),
            "json": self.json,
            "form": None if self.form is None else dict(self.form),
            "files": {name: [part.content_type, part.sha256] for name, part in self.files.items()},
            "content": None if self.content is None else [self.content.content_type, self.content.sha256],
        }
        return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Reply:
    """A network's whole answer. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The body as JSON. Raises UnreadableAnswer."""
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise UnreadableAnswer(f"HTTP {self.status}, {len(self.body)} bytes that are not JSON") from error


class NetworkHttp:
    """Sends described requests: signs them, bounds them in time, follows no redirect, repeats nothing.

    `simulator_url` is the origin of the simulator when this transport serves the test environment: every real host is a
    path prefix there. None means the real networks over https.
    """

    def __init__(self, client: httpx.AsyncClient, *, simulator_url: str | None) -> None:
        self._client = client
        self._simulator_url = simulator_url

    def url_of(self, request: Request) -> str:
        if request.url:
            return request.url
        origin = f"{self._simulator_url}/{request.host}" if self._simulator_url else f"https://{request.host}"
        return origin + request.path

    def host_of(self, request: Request) -> str:
        """The real host that a request is meant for, also where the simulator stands in for it."""
        if not request.url:
            return request.host
        own = f"{self._simulator_url}/"
        if self._simulator_url and request.url.startswith(own):
            return request.url.removeprefix(own).partition("/")[0]
        return urlsplit(request.url).hostname or ""

    async def send(self, request: Request, *, token: str, before: float | None = None) -> Reply:
        """Send once and read the whole answer.

        `before` is a `time.monotonic()` instant: when it has passed at the moment the first byte would leave, nothing is
        sent. Raises NotSent or AnswerLost.
        """
        progress = _Progress(before)
        try:
            async with asyncio.timeout(request.timeout_seconds), contextlib.AsyncExitStack() as lent:
                built = await self._build(request, token, lent)
                built.extensions["trace"] = progress.trace
                return await _read_whole(await self._client.send(built, stream=True))
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, TimeoutError, _TooLate, _TooLong) as error:
            reason = f"{type(error).__name__} from {request.host or 'the upload address'}"
            if progress.sent or not isinstance(error, _BEFORE_SENDING):
                raise AnswerLost(reason) from error
            raise NotSent(reason) from error

    async def _build(self, request: Request, token: str, lent: contextlib.AsyncExitStack) -> httpx.Request:
        """The request with its files in memory until `lent` is closed.

        httpx ties request and answer into a cycle, which only the garbage collector undoes, at its leisure: closing the
        files frees their bytes at once. From files it sends in small pieces, too, where bytes would be copied whole.
        """
        headers = {"user-agent": USER_AGENT, **request.headers}
        if request.auth != "none":
            headers["authorization"] = f"{'OAuth' if request.auth == 'oauth' else 'Bearer'} {token}"
        parts = {
            name: (name, lent.enter_context(io.BytesIO(await part.read())), part.content_type)
            for name, part in request.files.items()
        }
        content = None
        if request.content is not None:
            content = request.content.open()
            headers |= {"content-type": request.content.content_type, "content-length": str(request.content.size_bytes)}
        return self._client.build_request(
            request.method,
            self.url_of(request),
            params=dict(request.query) or None,
            headers=headers,
            json=request.json,
            data=None if request.form is None else dict(request.form),
            files=parts or None,
            content=content,
            timeout=httpx.Timeout(request.timeout_seconds, connect=CONNECT_SECONDS, pool=CONNECT_SECONDS),
        )


class _TooLate(Exception):
    """The monotonic deadline passed before the first byte."""


class _TooLong(Exception):
    """The answer exceeds MAX_ANSWER_BYTES."""


_BEFORE_SENDING = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
    httpx.InvalidURL,
    ssl.SSLError,
    TimeoutError,
    _TooLate,
)


class _Progress:
    """Watches httpcore's events to know whether a byte has left, and stops a request whose time is over just before."""

    def __init__(self, before: float | None) -> None:
        self.sent = False
        self._before = before

    async def trace(self, event: str, _info: Mapping[str, Any]) -> None:
        if event.endswith("send_request_headers.started"):
            if self._before is not None and time.monotonic() >= self._before:
                raise _TooLate
            self.sent = True
        elif event.endswith("send_request_headers.complete"):
            crashpoints.first_byte_left()


async def _read_whole(response: httpx.Response) -> Reply:
    body = bytearray()
    try:
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > MAX_ANSWER_BYTES:
                raise _TooLong
    finally:
        await response.aclose()
    return Reply(response.status_code, {name.lower(): value for name, value in response.headers.items()}, bytes(body))


@functools.cache
def _trusted() -> ssl.SSLContext:
    """The authorities that TLS believes: the same for every client, and reading them takes tens of milliseconds."""
    return httpx.create_ssl_context(trust_env=False)


def network_client() -> httpx.AsyncClient:
    """A pooled client for calls to networks: no redirects, no retries, nothing taken from the environment."""
    return httpx.AsyncClient(
        verify=_trusted(),
        trust_env=False,
        follow_redirects=False,
        cookies=_no_cookies(),
        timeout=httpx.Timeout(30, connect=CONNECT_SECONDS, pool=CONNECT_SECONDS),
        limits=httpx.Limits(max_connections=200, max_keepalive_connections=50, keepalive_expiry=5),
    )


def _no_cookies() -> CookieJar:
    """One client serves every workspace: a cookie that one answer sets must not travel with another's request."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=[]))


class Refused(Exception):
    """A user's URL cannot be fetched, and trying again will not help. Private and unreachable are not told apart."""


class TooLarge(Refused):
    """The document is longer than the caller takes."""


class Unavailable(Exception):
    """A public host failed to answer (5xx, timeout, cut short); trying again may help."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A user's document: its bytes, and the content type that the host claims (never trusted)."""

    body: bytes
    claimed_type: str


_UNREACHABLE = "it cannot be reached from here"
"""The one sentence for private, unresolvable and unreachable, so that nobody maps our network by asking."""


_NO_WAY_THERE = (
    httpx_secure.SSRFProtectionError,
    httpx.ConnectError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)


class GuardedHttp:
    """Fetches users' URLs: public addresses only, 3 redirects, bounded size and time.

    Every hop is checked twice: before the connection, so that a private address is not even knocked at, and on the
    connected address, so that a name that changes its mind in between gains nothing. `may_connect` is the rule, given
    the address and the port.
    """

    MAX_REDIRECTS = 3

    def __init__(
        self, *, may_connect: Callable[[Address, int], bool] = lambda address, _port: is_public(address)
    ) -> None:
        self._may_connect = may_connect
        client = httpx.AsyncClient(
            verify=_trusted(),
            trust_env=False,
            follow_redirects=True,
            max_redirects=self.MAX_REDIRECTS,
            cookies=_no_cookies(),
            timeout=httpx.Timeout(30, connect=10),
            headers={"user-agent": USER_AGENT, "accept-encoding": "identity"},
            event_hooks={"request": [self._check_hop]},
        )
        self._client = httpx_secure.httpx_ssrf_protection(
            client,
            check_globally_reachable=False,  # our own rule is stricter: it looks into tunnels, and bars multicast
            custom_validator=lambda _host, address, port: self._may_connect(address, port),
            dns_cache_ttl=30,
        )

    async def fetch(self, url: str, *, max_bytes: int, timeout_seconds: float = 60) -> Fetched:
        """GET a small document into memory. Raises as `fetch_into`."""
        body = io.BytesIO()
        claimed_type = await self.fetch_into(url, body, max_bytes=max_bytes, timeout_seconds=timeout_seconds)
        return Fetched(body.getvalue(), claimed_type)

    async def fetch_into(self, url: str, sink: IO[bytes], *, max_bytes: int, timeout_seconds: float = 60) -> str:
        """GET `url`, write what comes to `sink`, and answer the content type that the host claims (never trusted).

        Raises TooLarge, Refused (private, unresolvable, 4xx, loops) or Unavailable (5xx, timeouts, cut short).
        """
        try:
            async with asyncio.timeout(timeout_seconds), self._client.stream("GET", url) as response:
                _accept(response, max_bytes)
                size = 0
                async for chunk in response.aiter_raw():
                    size += len(chunk)
                    if size > max_bytes:
                        raise TooLarge(f"it is longer than {max_bytes} bytes")
                    sink.write(chunk)
                return str(response.headers.get("content-type", ""))
        except _NO_WAY_THERE as error:
            raise Refused(_UNREACHABLE) from error
        except (httpx.TooManyRedirects, httpx.DecodingError) as error:
            raise Refused("it is not a plain document behind at most 3 redirects") from error
        except (httpx.HTTPError, TimeoutError) as error:
            raise Unavailable("the host did not answer, or not to the end") from error

    async def _check_hop(self, request: httpx.Request) -> None:
        """Called before every request, redirects included."""
        if url_problem(str(request.url)):
            raise Refused(_UNREACHABLE)
        port = request.url.port or {"http": 80, "https": 443}[request.url.scheme]
        try:
            found = await addresses_of(request.url.host, port)
        except (OSError, UnicodeError) as error:
            raise Refused(_UNREACHABLE) from error
        if not all(self._may_connect(address, port) for address in found):
            raise Refused(_UNREACHABLE)

    async def aclose(self) -> None:
        await self._client.aclose()


def _accept(response: httpx.Response, max_bytes: int) -> None:
    if response.status_code >= 500 or response.status_code == 429:
        raise Unavailable(f"the host answered {response.status_code}")
    if response.status_code != 200:
        raise Refused(f"the host answered {response.status_code}")
    promised = response.headers.get("content-length", "")
    if promised.isdecimal() and int(promised) > max_bytes:
        raise TooLarge(f"it is longer than {max_bytes} bytes")
