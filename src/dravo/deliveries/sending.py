"""Sending one described call for a delivery, and leaving an entry in its timeline."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ValidationError

from dravo.deliveries.budgets import Budgets
from dravo.deliveries.exchanges import shown_reply, shown_request
from dravo.kit import crashpoints
from dravo.kit.http import AnswerLost, NetworkHttp, NotSent, Reply, Request, UnreadableAnswer
from dravo.kit.ids import new_id
from dravo.kit.leases import Lease
from dravo.kit.storage import StorageUnavailable
from dravo.models import Delivery, TimelineEntry
from dravo.platforms.base import Call
from dravo.platforms.errors import OutcomeUnknown, PlatformError, StepsExpired, Transient

A = TypeVar("A", bound=BaseModel)


LONGEST_REST = timedelta(days=1)
"""What an answer can make of an account's calls; whoever asks for more is asked again then."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Times of a call with an effect, in seconds: the longest that it may take, and the margin around it.

    It begins at most a margin after its intent was stored, and its lease outlives it by a margin.
    """

    commit_seconds: float = 30.0
    margin_seconds: float = 10.0


EntryKind = Literal["step", "commit", "look", "probe", "attempt"]


def _place(name: str, kind: EntryKind) -> crashpoints.Place:
    """Where a worker may be made to die with its call on the wire."""
    if kind in {"commit", "probe"}:
        return "comment-first-byte" if name == "first_comment" else "first-byte"
    return "looking" if kind == "look" else "upload-chunk"


@dataclass(slots=True)
class Sender:
    """Signs calls with the account's token and writes down what was said, without the secrets."""

    http: NetworkHttp
    delivery: Delivery
    lease: Lease
    token: str = field(repr=False)
    secrets: Sequence[str] = field(repr=False)
    bounds: Bounds = Bounds()
    hosts: frozenset[str] = frozenset()
    """Where the token may go. A network's answer may name any address to upload to."""
    rest_of: Callable[[Reply], timedelta | None] = lambda _reply: None
    """Reads in an answer how long the account had better rest."""
    budgets: Budgets | None = None
    """What its calls are taken from; a commit's is taken before its intent is stored (`Claimed.take`)."""
    rest: timedelta | None = None
    """The longest rest that an answer of this claim has asked for."""
    answered: bool = False
    """Whether the network's API has answered a call of this claim as it should; an upload address is no part of it."""
    looks: int = 0
    looks_answered: int = 0
    _entries: list[TimelineEntry] = field(default_factory=list)

    def use(self, secrets: Mapping[str, Any]) -> None:
        """Sign with new tokens from now on; the old ones stay secret."""
        self.token = str(secrets["access_token"])
        self.secrets = [*self.secrets, *(value for value in secrets.values() if isinstance(value, str))]

    async def ask(self, name: str, kind: EntryKind, call: Call[A], *, before: float | None = None) -> A:
        """Send and read one call. `before` is the monotonic instant by which it must begin. Raises PlatformErrors only."""
        self._refuse_strangers(call.request)
        if kind in {"step", "look"} and self.budgets is not None:
            await self.budgets.take(call)
        self.looks += kind == "look"
        started = datetime.now(UTC)
        request = replace(call.request, timeout_seconds=self.bounds.commit_seconds) if call.effect else call.request
        reply: Reply | None = None
        outcome = "done"
        deadline = self.lease.deadline if before is None else min(before, self.lease.deadline)
        crashpoints.will_leave(_place(name, kind), self.delivery.id)
        try:
            reply = await self.http.send(request, token=self.token, before=deadline)
            self.rest = min(max(self.rest or timedelta(), self.rest_of(reply) or timedelta()), LONGEST_REST) or None
            answer = call.read(reply)
            self.looks_answered += kind == "look"
            self.answered = self.answered or not request.url
            return answer
        except NotSent as error:
            outcome = "not sent"
            raise Transient("network_unreachable", "The network could not be reached; nothing was sent.") from error
        except (AnswerLost, UnreadableAnswer, ValidationError, RecursionError) as error:
            outcome = "answer lost" if isinstance(error, AnswerLost) else "unreadable answer"
            if call.effect:
                raise OutcomeUnknown("The call was sent and no usable answer came back.") from error
            raise Transient("network_unreachable", "The network gave no usable answer.") from error
        except StorageUnavailable as error:
            outcome = "cut short"
            if call.effect:
                raise OutcomeUnknown("The call was cut short on our side.") from error
            raise Transient("media_unavailable", "The media storage did not give the bytes to send.") from error
        except PlatformError as error:
            outcome = error.code
            raise
        except StepsExpired:
            outcome = "expired"
            raise
        finally:
            self.note(name, kind, outcome, started=started, exchange=(request, reply))

    def _refuse_strangers(self, request: Request) -> None:
        if request.url and request.auth != "none" and self.hosts and self.http.host_of(request) not in self.hosts:
            raise Transient(
                "unexpected_address",
                f"The network named an address outside of its own hosts ({self.http.host_of(request)}); no token is sent there.",
            )

    def remark(self, reason: str) -> None:
        """Say what the newest look has shown."""
        if self._entries and self._entries[-1].kind == "look":
            self._entries[-1].reason = reason

    def note(
        self,
        name: str,
        kind: EntryKind,
        outcome: str,
        *,
        started: datetime,
        exchange: tuple[Request, Reply | None] | None = None,
        reason: str | None = None,
        next_attempt_at: datetime | None = None,
    ) -> None:
        """Add an entry; it is stored with the journal's next write."""
        request, reply = exchange or (None, None)
        self._entries.append(
            TimelineEntry(
                workspace_id=self.delivery.workspace_id,
                environment=self.delivery.environment,
                id=new_id("tle"),
                delivery_id=self.delivery.id,
                name=name,
                kind=kind,
                attempt=self.delivery.attempts + 1,
                started_at=started,
                finished_at=datetime.now(UTC),
                outcome=outcome,
                request=None if request is None else shown_request(request, self.secrets),
                answer=None if reply is None else shown_reply(reply, self.secrets),
                reason=reason,
                next_attempt_at=next_attempt_at,
            )
        )

    def taken_entries(self) -> list[TimelineEntry]:
        """The entries not yet stored; they are the caller's now."""
        taken, self._entries = self._entries, []
        return taken
