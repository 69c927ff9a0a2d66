"""Every error that the documentation and other publishers tell of, with its verdict on a step and on a commit.

Of Meta's own two words for a fault that passes ("try again" and "wait") the second is a limit; exceptions are a container that
is not ready or not found yet, which are asked for again soon. What the app's owner can put right (3, 104, 2500) holds the post,
and a token of the wrong kind asks for another one.
"""

import pytest

from dravo.platforms._graph.error_table import ROWS, row_of
from dravo.platforms.errors import (
    CredentialsExpired,
    Misconfigured,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    Rejected,
    Transient,
)
from platforms.graph.test_error_table import read, refusal

TABLE: list[tuple[int | None, int | None, type[PlatformError], type[PlatformError]]] = [
    (-2, 2207003, Transient, Transient),
    (-2, 2207020, Rejected, Rejected),
    (-1, 2207001, Transient, OutcomeUnknown),
    (-1, 2207032, Transient, Transient),
    (-1, 2207053, Transient, Transient),
    (None, 1346003, Rejected, Rejected),
    (None, 1349125, Rejected, Rejected),
    (None, 1363040, Rejected, Rejected),
    (None, 1363047, Transient, Transient),
    (None, 1363127, Rejected, Rejected),
    (None, 1363128, Rejected, Rejected),
    (None, 1363129, Rejected, Rejected),
    (None, 1366046, Rejected, Rejected),
    (None, 1366051, Rejected, OutcomeUnknown),
    (None, 1404006, CredentialsExpired, CredentialsExpired),
    (None, 1404078, CredentialsExpired, CredentialsExpired),
    (None, 1404102, Rejected, Rejected),
    (None, 1404112, CredentialsExpired, CredentialsExpired),
    (None, 1609008, Rejected, Rejected),
    (None, 1609010, Transient, Transient),
    (None, 2061006, Rejected, Rejected),
    (None, 2069019, Rejected, Rejected),
    (None, 2207077, Transient, Transient),
    (None, 2207081, Rejected, Rejected),
    (None, 2207082, Rejected, Rejected),
    (None, 2207085, Rejected, Rejected),
    (None, 4854002, CredentialsExpired, CredentialsExpired),
    (1, None, Transient, OutcomeUnknown),
    (1, 2207057, Rejected, Rejected),
    (1, 2853006, CredentialsExpired, CredentialsExpired),
    (2, None, Transient, OutcomeUnknown),
    (3, None, Misconfigured, Misconfigured),
    (4, None, RateLimited, RateLimited),
    (4, 2207051, RateLimited, OutcomeUnknown),
    (9, 2207042, RateLimited, RateLimited),
    (10, None, CredentialsExpired, CredentialsExpired),
    (17, None, RateLimited, RateLimited),
    (24, 2207006, Rejected, Rejected),
    (24, 2207008, Transient, OutcomeUnknown),
    (25, 2207050, CredentialsExpired, CredentialsExpired),
    (32, None, RateLimited, RateLimited),
    (100, None, Rejected, Rejected),
    (100, 33, Rejected, OutcomeUnknown),
    (100, 2207023, Rejected, Rejected),
    (100, 2207028, Rejected, Rejected),
    (100, 2207035, Rejected, Rejected),
    (100, 2207036, Rejected, Rejected),
    (100, 2207037, Rejected, Rejected),
    (100, 2207040, Rejected, Rejected),
    (102, None, CredentialsExpired, CredentialsExpired),
    (104, None, Misconfigured, Misconfigured),
    (110, 2207018, Rejected, Rejected),
    (190, None, CredentialsExpired, CredentialsExpired),
    (190, 458, CredentialsExpired, CredentialsExpired),
    (190, 459, CredentialsExpired, CredentialsExpired),
    (190, 460, CredentialsExpired, CredentialsExpired),
    (190, 463, CredentialsExpired, CredentialsExpired),
    (190, 464, CredentialsExpired, CredentialsExpired),
    (190, 467, CredentialsExpired, CredentialsExpired),
    (190, 492, CredentialsExpired, CredentialsExpired),
    (190, 2069032, CredentialsExpired, CredentialsExpired),
    (200, None, CredentialsExpired, CredentialsExpired),
    (200, 2069030, Rejected, Rejected),
    (200, 2069031, Rejected, Rejected),
    (200, 2069033, Rejected, Rejected),
    (210, None, Rejected, Rejected),
    (283, None, CredentialsExpired, CredentialsExpired),
    (324, None, Rejected, Rejected),
    (341, None, RateLimited, RateLimited),
    (352, 2207026, Rejected, Rejected),
    (368, None, RateLimited, RateLimited),
    (368, 1390008, RateLimited, RateLimited),
    (382, None, Rejected, Rejected),
    (389, None, Rejected, Rejected),
    (506, None, Rejected, OutcomeUnknown),
    (613, None, RateLimited, RateLimited),
    (2500, None, Misconfigured, Misconfigured),
    (6000, None, Rejected, Rejected),
    (6001, None, Transient, Transient),
    (9004, 2207052, Transient, Transient),
    (9007, 2207027, Transient, Transient),
    (36000, 2207004, Rejected, Rejected),
    (36001, 2207005, Rejected, Rejected),
    (36003, 2207009, Rejected, Rejected),
    (36004, 2207010, Rejected, Rejected),
    (80001, None, RateLimited, RateLimited),
    (80002, None, RateLimited, RateLimited),
    (1609005, None, Rejected, Rejected),
]
"""Code, subcode, and what follows on a step and on a commit. Without a code: the subcode says it, whatever the code."""


@pytest.mark.parametrize(("code", "subcode", "on_step", "on_commit"), TABLE)
def test_a_code_means_this_on_a_step_and_that_on_a_commit(
    code: int | None, subcode: int | None, on_step: type[PlatformError], on_commit: type[PlatformError]
) -> None:
    answer = refusal(100 if code is None else code, subcode)
    assert type(read(answer, "step")) is on_step
    assert type(read(answer, "commit")) is on_commit


@pytest.mark.parametrize(("code", "subcode"), [(code, subcode) for code, subcode, *_ in TABLE])
@pytest.mark.parametrize("status", [500, 503])
def test_a_server_that_failed_leaves_a_commit_open_whatever_it_says(
    code: int | None, subcode: int | None, status: int
) -> None:
    answer = refusal(100 if code is None else code, subcode, status=status)
    assert type(read(answer, "commit")) is OutcomeUnknown


@pytest.mark.parametrize(
    ("subcode", "on_commit"), [(subcode, on_commit) for code, subcode, _, on_commit in TABLE if code is None]
)
@pytest.mark.parametrize("code", [1, 2])
def test_a_subcode_settles_a_fault_of_the_server_only_by_a_reason_that_lasts(
    code: int, subcode: int, on_commit: type[PlatformError]
) -> None:
    settled = OutcomeUnknown if on_commit is Transient else on_commit
    assert type(read(refusal(code, subcode), "commit")) is settled


def test_the_table_is_walked_whole() -> None:
    walked = {(code, subcode) for code, subcode, *_ in TABLE}
    assert len(walked) == len(TABLE) == 88
    assert {key for key in ROWS if key not in walked} == set()
    assert all(row_of(code, subcode) is not None for code, subcode in walked)
