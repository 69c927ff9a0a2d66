import pytest

from dravo.platforms.errors import OutcomeUnknown, PlatformError, RateLimited, Transient
from dravo.platforms.tiktok.chunks import LastChunkSent, Plan, UploadLost, send_chunk, send_last_chunk
from platforms.tiktok.material import UPLOAD, film, reply

PLAN = Plan(43, 10)
MEDIUM = film()


@pytest.mark.parametrize(
    ("plan", "count", "last"),
    [
        (Plan(50_000_123, 10_000_000), 5, (40_000_000, 50_000_123)),
        (Plan(4_194_304, 4_194_304), 1, (0, 4_194_304)),
        (Plan(150_000_000, 64_000_000), 2, (64_000_000, 150_000_000)),
        (Plan.of(1), 1, (0, 1)),
        (Plan.of(4_194_304), 1, (0, 4_194_304)),
        (Plan.of(10_485_759), 1, (0, 10_485_759)),
        (Plan.of(10_485_760), 2, (5_242_880, 10_485_760)),
        (Plan.of(50_000_123), 9, (44_444_552, 50_000_123)),
        (Plan.of(4 * 1024**3), 819, (4_289_722_880, 4 * 1024**3)),
    ],
)
def test_a_file_is_cut_by_the_rules_of_the_guide(plan: Plan, count: int, last: tuple[int, int]) -> None:
    assert (plan.count, plan.last_start, plan.end_of(plan.last_start)) == (count, *last)
    starts = range(0, plan.last_start, plan.chunk_size)
    assert [plan.end_of(start) for start in starts] == [*starts[1:], plan.last_start][: len(starts)]


@pytest.mark.parametrize("size", [1, 4_999_999, 10_485_759, 10_485_760, 64_000_001, 64 * 1024**2 + 1, 4 * 1024**3])
def test_chunks_are_within_both_readings_of_a_megabyte(size: int) -> None:
    plan = Plan.of(size)
    assert 1 <= plan.count <= 1000
    assert plan.count == 1 or 5 * 1024**2 <= plan.chunk_size <= 64_000_000
    assert plan.end_of(plan.last_start) - plan.last_start < plan.chunk_size + 1000
    assert plan.count > 1 or size <= 64_000_000


@pytest.mark.parametrize(
    ("told", "received"),
    [
        (0, 0),
        (10, 10),
        (9, 10),
        (30, 30),
        (29, 30),
        (43, 43),
        (42, 43),
        (40, None),
        (5, None),
        (44, None),
        (None, None),
    ],
)
def test_progress_is_understood_as_a_count_and_as_a_position(told: int | None, received: int | None) -> None:
    assert PLAN.boundary(told) == received


@pytest.mark.parametrize(
    ("status", "content_range", "received"),
    [
        (206, "bytes 0-20/43", 20),
        (206, "bytes 0-19/43", 20),
        (206, None, 20),
        (206, "bytes 0-10/43", 20),
        (201, None, 20),
        (416, "bytes 0-20/43", 20),
        (416, "bytes 0-19/43", 20),
        (416, "bytes 0-0/43", 0),
        (416, "bytes 0-42/43", 43),
        (416, "bytes 0-13/43", None),
        (416, "nonsense", None),
        (416, None, None),
    ],
)
def test_what_an_answer_says_of_a_chunk(status: int, content_range: str | None, received: int | None) -> None:
    headers = {} if content_range is None else {"content_range": content_range}
    assert send_chunk(UPLOAD, MEDIUM, PLAN, 10).read(reply(status, **headers)).received == received


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, UploadLost),
        (403, UploadLost),
        (404, UploadLost),
        (429, RateLimited),
        (500, Transient),
        (503, Transient),
        (200, Transient),
        (302, Transient),
    ],
)
def test_a_chunk_that_is_not_taken(status: int, kind: type[Exception]) -> None:
    with pytest.raises(kind) as raised:
        send_chunk(UPLOAD, MEDIUM, PLAN, 10).read(reply(status))
    assert isinstance(raised.value, PlatformError | UploadLost)
    assert raised.value.raw == {"http_status": status}


@pytest.mark.parametrize(
    ("status", "content_range", "refused"),
    [
        (201, None, None),
        (206, "bytes 0-43/43", None),
        (206, "bytes 0-42/43", None),
        (416, "bytes 0-43/43", None),
        (416, "bytes 0-42/43", None),
        (206, "bytes 0-30/43", 206),
        (416, "bytes 0-29/43", 416),
        (400, None, 400),
        (403, None, 403),
        (404, None, 404),
    ],
)
def test_what_an_answer_says_of_the_last_chunk(status: int, content_range: str | None, refused: int | None) -> None:
    headers = {} if content_range is None else {"content_range": content_range}
    sent = send_last_chunk("v1", UPLOAD, MEDIUM, PLAN).read(reply(status, **headers))
    assert sent == LastChunkSent(publish_id="v1", refused=refused)


def test_a_last_chunk_that_older_code_kept_can_still_be_read() -> None:
    assert LastChunkSent.model_validate({"refused": None}).publish_id is None


@pytest.mark.parametrize(
    ("status", "kind"),
    [(206, OutcomeUnknown), (416, OutcomeUnknown), (200, OutcomeUnknown), (500, OutcomeUnknown), (429, RateLimited)],
)
def test_a_last_chunk_of_which_nothing_is_known_is_looked_for(status: int, kind: type[PlatformError]) -> None:
    call = send_last_chunk("v1", UPLOAD, MEDIUM, PLAN)
    assert call.effect
    with pytest.raises(kind):
        call.read(reply(status))


def test_chunks_are_given_the_time_that_their_bytes_take() -> None:
    plan = Plan.of(50_000_123)
    request = send_chunk(UPLOAD, MEDIUM, plan, 0).request
    assert request.timeout_seconds == 60 + 5_555_569 / 50_000
    assert request.auth == "none"
