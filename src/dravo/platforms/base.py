"""The contract between the engine and a network: what an adapter is given, what it may do, what it answers.

An adapter is straight-line code that may die between any two lines and be run again. It describes calls (`Call`) and
hands them to a `Run`, which sends, signs and journals them. It never sees a token, a clock, a database or a queue.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Annotated, Any, Generic, Literal, Protocol, TypeVar

from pydantic import BaseModel, BeforeValidator, Field

from dravo.kit.http import Reply, Request
from dravo.platforms.budgets import Budget
from dravo.platforms.media import Attachment, DraftMedium, ImageForm, Medium

A = TypeVar("A", bound=BaseModel)
O = TypeVar("O", bound=BaseModel)  # noqa: E741 - O for options, beside A for answer

CommitName = Literal["publish", "first_comment"]
Config = Mapping[str, Any]
"""What the deployment says about one network: the settings `DRAVO_<NETWORK>_…`, by their names without that beginning."""


@dataclass(frozen=True, slots=True)
class Profile:
    """The account as its network knows it. `traits` are facts that change what is allowed, `scopes` what its token may do
    (None: not known).

    Known traits: `premium` (X, bool), `author_urn` (LinkedIn, str) and `organizations` (LinkedIn, URNs of the pages that
    the member may post for), `page_id` (Facebook), `ig_user_id` (Instagram), `login` (Instagram: "instagram" or "facebook",
    the way its token was got, which decides the host).
    """

    platform_account_id: str
    handle: str
    traits: Mapping[str, Any] = field(default_factory=dict)
    scopes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Draft(Generic[O]):
    """A post to one account, as far as it is known: at the door, and again before it is sent."""

    text: str
    media: Sequence[DraftMedium]
    options: O
    profile: Profile
    config: Config = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong or without effect. `pointer` is a JSON pointer into the create request."""

    pointer: str
    code: str
    message: str


@dataclass(slots=True)
class Findings:
    """What a network's rules say of a draft: errors refuse it, warnings travel with the result."""

    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)

    def error(self, pointer: str, code: str, message: str) -> None:
        self.errors.append(Finding(pointer, code, message))

    def warn(self, pointer: str, code: str, message: str) -> None:
        self.warnings.append(Finding(pointer, code, message))


@dataclass(frozen=True, slots=True)
class PublishJob(Generic[O]):
    """All that an adapter needs to know to publish one post to one account.

    `attachments` holds, by name, those pictures of the network's `attachments` that could be had.
    """

    text: str
    media: Sequence[Medium]
    options: O
    profile: Profile
    attachments: Mapping[str, Medium] = field(default_factory=dict)
    config: Config = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Published:
    """The end of a delivery. Both are None where the network does not tell them (TikTok posts that are not public)."""

    platform_post_id: str | None
    platform_post_url: str | None
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call(Generic[A]):
    """One call to a network, described: what is sent, and how its answer is read.

    `read` answers the model or raises a PlatformError; pydantic's ValidationError and UnreadableAnswer are translated by
    the engine (nothing happened, or outcome unknown, by `effect`). `effect` marks a call that the world can see: only
    `Run.commit` sends those. `secret` answers (upload URLs) are kept encrypted.
    """

    request: Request
    answer: type[A]
    read: Callable[[Reply], A]
    effect: bool = False
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """What is known of a call whose answer was lost: the time (database clock) at which its intent was stored.

    `bound` are the account's posts that belong to other deliveries already: none of them can be the one looked for.
    `unnamed`: another delivery of the same text to the account was sent shortly before or since, and which post it became is
    not known, so a post with that text may be either's.
    """

    opened_at: datetime
    bound: frozenset[str] = frozenset()
    unnamed: bool = False


@dataclass(frozen=True, slots=True)
class Found(Generic[A]):
    """The effect is there; `answer` stands in for the lost one."""

    answer: A


class NotFound(Enum):
    """Why a look did not find it: the network says that nothing came of it (`absent`), a complete list of what there is does not
    show it (`unlisted`: lists may lag), or the network cannot say.
    """

    absent = "absent"
    unlisted = "unlisted"
    unknown = "unknown"


Find = Callable[[Sent], Awaitable[Found[A] | NotFound]]


class Run(Protocol):
    """What the engine offers an adapter. Every method may end the adapter's run: let such exceptions pass."""

    @property
    def sent(self) -> bool:
        """Whether `publish` has been sent and was not refused: what is left is to look for it, or to finish."""
        ...

    @property
    def times_refuted(self) -> int:
        """How often, since the post was made or retried by hand, the network took it and said later that nothing came of it."""
        ...

    async def step(self, name: str, call: Call[A], *, keep_for: timedelta | None = None) -> A:
        """Send a call that is safe to repeat, unless its answer is kept from an earlier run; answers are kept `keep_for`.

        Names are unique within a post; the kept answer counts only for the same request.
        """
        ...

    async def commit(
        self, name: CommitName, call: Call[A], *, find: Find[A], binds: Callable[[A], str | None] | None = None
    ) -> A:
        """Send a call that must happen at most once. Intent is stored before, answer after.

        `binds` reads the network's post id out of the answer; it is stored with the answer, and a post that is bound to
        another delivery is not taken for this one's.
        After a lost answer `find` looks at the network. Raises Unsettled when looking did not settle it.
        """
        ...

    async def look(self, call: Call[A]) -> A:
        """Send a call that only reads; nothing is kept. For `find` and `ready`."""
        ...

    async def probe(self, call: Call[A], *, within: timedelta) -> A | None:
        """Inside `find`: send the lost commit once more, where the network itself tells a second one from the first.

        At most once for each commit, written down before it is sent, and within `within` of its intent: None when that does
        not hold. While the first one may still arrive the delivery waits.
        """
        ...

    async def wait(
        self,
        name: str,
        ready: Callable[[], Awaitable[A | None]],
        *,
        answer: type[A],
        every: Sequence[timedelta],
        at_most: timedelta,
    ) -> A:
        """Ask `ready` until it answers something other than None, giving the worker back in between.

        `every` are the pauses between questions, the last one repeated. Over `at_most` since the first question: before a
        confirmed publish the steps begin anew, after it the delivery is unconfirmed.
        """
        ...

    def refute(self, name: CommitName, evidence: Mapping[str, Any]) -> None:
        """The network took the commit and says now that nothing came of it; raise the verdict right after."""
        ...

    def warn(self, code: str, message: str) -> None:
        """Add a warning to the result; the same code and message count once."""
        ...


@dataclass(frozen=True, slots=True)
class App:
    """The app at the network for which an account gave its consent."""

    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Consent:
    """What an account's owner has given us, for the call that renews it. None: the account has no such thing."""

    profile: Profile
    access_token: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    app: App | None = None
    config: Config = field(default_factory=dict)


LONGEST_SPAN = 10 * 366 * 86400


def _span(value: Any) -> int | None:
    sensible = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= LONGEST_SPAN
    return int(value) if sensible else None


class Tokens(BaseModel):
    """A network's answer to a refresh. None: it said nothing of it (or nothing that makes sense). Spans in seconds.

    A refresh token that came with it works once, so nothing beside the tokens may make the answer unreadable.
    """

    access_token: str = Field(min_length=1, repr=False)
    refresh_token: str | None = Field(None, repr=False)
    expires_in: Annotated[int | None, BeforeValidator(_span)] = None
    scope: Annotated[str | None, BeforeValidator(lambda value: value if isinstance(value, str) else None)] = None


class NoConfig(BaseModel):
    """A network about which a deployment has nothing to set."""


class Adapter(Protocol[O]):
    """A network's side of the house. Adapters hold no state."""

    async def publish(self, job: PublishJob[O], run: Run) -> Published: ...


@dataclass(frozen=True, slots=True)
class Platform:
    """A network's entry in the registry.

    `hosts` are all that it may be called at. `config` is the shape of what a deployment may set about it. `image_form` says
    what form a picture of a draft must have (None: whatever it has); `attachments` names the pictures beside `media_urls`.
    `refresh` describes the call that renews an account's tokens; None where the network has none, or this consent cannot be
    renewed. Tokens that end within `renew_before` are renewed before they are used. `rest` reads in an answer that the
    account had better rest, and for how long. `concern` tells what is wrong with the deployment's settings on a day, or
    soon will be. `budgets` are the limits that it publishes, to be kept before it is called.
    """

    name: str
    title: str
    options: type[BaseModel]
    check: Callable[[Draft[Any]], Findings]
    adapter: Adapter[Any]
    hosts: frozenset[str]
    config: type[BaseModel] = NoConfig
    image_form: Callable[[Draft[Any], DraftMedium], ImageForm | None] = lambda _draft, _medium: None
    attachments: Callable[[Draft[Any]], Sequence[Attachment]] = lambda _draft: ()
    refresh: Callable[[Consent], Call[Tokens] | None] = lambda _consent: None
    renew_before: timedelta = timedelta(seconds=60)
    rest: Callable[[Reply], timedelta | None] = lambda _reply: None
    concern: Callable[[Config, date], str | None] = lambda _config, _today: None
    budgets: Sequence[Budget] = ()
