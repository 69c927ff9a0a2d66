from collections.abc import Sequence
from typing import Any

import httpx
import pytest
import respx

from dravo.platforms.base import Found, NotFound, PublishJob, Sent
from dravo.platforms.errors import Misconfigured, RateLimited, Transient
from dravo.platforms.instagram.client import PublishedMedia
from dravo.platforms.instagram.finding import comment_finder, media_finder
from dravo.platforms.instagram.options import InstagramOptions
from platforms.instagram.material import ACME, BASE, film, job, ok, page, picture, refused, seen, state, story
from platforms.memory_run import SENT_AT, KeepingRun, MemoryRun, Paused

Post = PublishJob[InstagramOptions]


async def look(post: Post | None = None, bound: Sequence[str] = ()) -> Found[PublishedMedia] | NotFound:
    return (await looks(post, bound))[0]


async def looks(
    post: Post | None = None, bound: Sequence[str] = ()
) -> tuple[Found[PublishedMedia] | NotFound, list[float]]:
    """What looking has come to, and the pauses in seconds that it took."""
    find, pauses = media_finder(post or job(), KeepingRun(), ACME, "c1"), list[float]()
    while True:
        try:
            return await find(Sent(SENT_AT, frozenset(bound))), pauses
        except Paused as paused:
            pauses.append(paused.after.total_seconds())


def found(media: str | None) -> Found[PublishedMedia]:
    return Found(PublishedMedia(id=media))


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        ("FINISHED", NotFound.absent),
        ("EXPIRED", NotFound.absent),
        ("ERROR", NotFound.absent),
        ("IN_PROGRESS", NotFound.unknown),
        ("A_NEW_ONE", NotFound.unknown),
    ],
)
async def test_the_container_tells_whether_it_was_published(
    meta: respx.MockRouter, status: str, answer: NotFound
) -> None:
    meta.get(f"{BASE}/c1").mock(return_value=state(status))
    assert await looks() == (answer, [])


OURS = seen("m1")
LISTS: list[tuple[Post, list[dict[str, Any]], str | None]] = [
    (job(), [OURS], "m1"),
    (job(), [seen("m2", caption="Other"), OURS, seen("m0", ago=61)], "m1"),
    (job(), [seen("m1", caption=" Hello\n")], "m1"),
    (job(), [seen("m1", kind=None)], "m1"),
    (job(), [OURS, OURS], "m1"),
    (job(), [OURS, seen("m2")], None),
    (job(), [], None),
    (job(), [seen("m1", kind="REELS")], None),
    (job(), [seen("m1", caption=None)], None),
    (job(), [seen("m1", ago=59)], "m1"),
    (job(), [seen("m1", ago=61)], None),
    (job(), [seen("m1", ago=-595)], "m1"),
    (job(), [seen("m1", ago=-605)], None),
    (job([picture(0), film(1)]), [OURS, seen("m2", kind="REELS")], "m1"),
    (job([film()]), [OURS, seen("m2", kind="REELS")], "m2"),
]


@pytest.mark.parametrize(("post", "listed", "media"), LISTS)
async def test_a_published_container_is_the_one_media_with_its_words_time_and_kind(
    meta: respx.MockRouter, post: Post, listed: list[dict[str, Any]], media: str | None
) -> None:
    meta.get(f"{BASE}/c1").mock(return_value=state("PUBLISHED"))
    meta.get(f"{BASE}/17/media").mock(return_value=page(listed))
    assert await look(post) == found(media)


async def test_another_deliverys_post_is_not_taken(meta: respx.MockRouter) -> None:
    meta.get(f"{BASE}/c1").mock(return_value=state("PUBLISHED"))
    meta.get(f"{BASE}/17/media").mock(return_value=page([OURS, seen("m2")]))
    assert await look(bound=["m2"]) == found("m1")


async def test_a_list_is_read_to_its_end(meta: respx.MockRouter) -> None:
    meta.get(f"{BASE}/c1").mock(return_value=state("PUBLISHED"))
    others = [seen(f"m{number}", caption="Other") for number in range(2, 5)]
    listed = meta.get(f"{BASE}/17/media").mock(side_effect=[page(others, "one"), page(others, "two"), page([OURS])])
    assert await look() == found("m1")
    assert [call.request.url.params.get("after") for call in listed.calls] == [None, "one", "two"]


async def test_one_alike_on_a_later_page_makes_it_two(meta: respx.MockRouter) -> None:
    meta.get(f"{BASE}/c1").mock(return_value=state("PUBLISHED"))
    meta.get(f"{BASE}/17/media").mock(side_effect=[page([OURS], "one"), page([seen("m2")])])
    assert await look() == found(None)


async def test_a_list_is_not_read_beyond_what_is_older_than_the_call(meta: respx.MockRouter) -> None:
    meta.get(f"{BASE}/c1").mock(return_value=state("PUBLISHED"))
    listed = meta.get(f"{BASE}/17/media").mock(return_value=page([OURS, seen("m0", ago=100)], "on"))
    assert await look() == found("m1")
    assert listed.call_count == 1


async def test_in_a_list_without_end_nothing_is_sure(meta: respx.MockRouter) -> None:
    meta.get(f"{BASE}/c1").mock(return_value=state("PUBLISHED"))
    listed = meta.get(f"{BASE}/17/media").mock(return_value=page([OURS], "on"))
    assert await look() == found(None)
    assert listed.call_count == 5


@pytest.mark.parametrize("listing", [refused(100, 33), refused(100), refused(3), refused(10), refused(190)])
async def test_a_list_that_is_refused_costs_the_id_only(meta: respx.MockRouter, listing: httpx.Response) -> None:
    meta.get(f"{BASE}/c1").mock(return_value=state("PUBLISHED"))
    meta.get(f"{BASE}/17/media").mock(return_value=listing)
    assert await look() == found(None)


@pytest.mark.parametrize(
    ("lists", "media", "pauses"),
    [
        ([[], [OURS]], "m1", [20]),
        ([[], [seen("m2", caption="Other")], [], [OURS]], "m1", [20, 60, 120]),
        ([[], [OURS, seen("m2")]], None, [20]),
        ([[], [], [], []], None, [20, 60, 120]),
        ([[OURS, seen("m2")]], None, []),
    ],
)
async def test_a_list_that_does_not_show_the_media_yet_is_asked_again_for_some_minutes(
    meta: respx.MockRouter, lists: list[list[dict[str, Any]]], media: str | None, pauses: list[float]
) -> None:
    meta.get(f"{BASE}/c1").mock(return_value=state("PUBLISHED"))
    asked = meta.get(f"{BASE}/17/media").mock(side_effect=[page(listed) for listed in lists])
    assert await looks() == (found(media), pauses)
    assert asked.call_count == len(lists)


OUR_STORY, HANDMADE = story("s1"), story("s2", ago=-5)
STORIES: list[tuple[list[list[dict[str, Any]]], str | None, list[float]]] = [
    ([[OUR_STORY], [OUR_STORY]], "s1", [60]),
    ([[OUR_STORY, story("s0", ago=2)]] * 2, "s1", [60]),
    ([[OUR_STORY, story("s3", media_type="VIDEO")]] * 2, "s1", [60]),
    ([[story("s1", ago=-595)]] * 2, "s1", [60]),
    ([[], [OUR_STORY], [OUR_STORY]], "s1", [20, 60]),
    ([[HANDMADE], [OUR_STORY, HANDMADE]], None, [60]),
    ([[HANDMADE], [OUR_STORY]], None, [60]),
    ([[OUR_STORY, HANDMADE]], None, []),
    ([[story("s0", ago=2)]] * 4, None, [20, 60, 120]),
    ([[story("s1", ago=-605)]] * 4, None, [20, 60, 120]),
    ([[story("s3", media_type="VIDEO")]] * 4, None, [20, 60, 120]),
]


@pytest.mark.parametrize(("lists", "media", "pauses"), STORIES)
async def test_a_story_is_the_only_one_since_the_call_at_two_looks(
    meta: respx.MockRouter, lists: list[list[dict[str, Any]]], media: str | None, pauses: list[float]
) -> None:
    meta.get(f"{BASE}/c1").mock(return_value=state("PUBLISHED"))
    asked = meta.get(f"{BASE}/17/stories").mock(side_effect=[page(listed) for listed in lists])
    assert await looks(job(story=True)) == (found(media), pauses)
    assert asked.call_count == len(lists)


async def test_a_film_is_looked_for_among_the_films(meta: respx.MockRouter) -> None:
    meta.get(f"{BASE}/c1").mock(return_value=state("PUBLISHED"))
    meta.get(f"{BASE}/17/stories").mock(return_value=page([OUR_STORY, story("s3", media_type="VIDEO")]))
    assert await look(job([film()], story=True)) == found("s3")


async def test_another_deliverys_story_is_not_taken(meta: respx.MockRouter) -> None:
    meta.get(f"{BASE}/c1").mock(return_value=state("PUBLISHED"))
    meta.get(f"{BASE}/17/stories").mock(return_value=page([OUR_STORY, HANDMADE]))
    assert await look(job(story=True), bound=["s2"]) == found("s1")


@pytest.mark.parametrize("status", [refused(100, 33), refused(100, 33, status=500)])
async def test_a_hidden_container_is_known_by_its_media(meta: respx.MockRouter, status: httpx.Response) -> None:
    meta.get(f"{BASE}/c1").mock(return_value=status)
    meta.get(f"{BASE}/17/media").mock(return_value=page([OURS]))
    assert await look() == found("m1")


@pytest.mark.parametrize("listing", [page([]), page([OURS, seen("m2")]), refused(100, 33), refused(10)])
async def test_a_hidden_container_without_a_sure_media_is_looked_for_again(
    meta: respx.MockRouter, listing: httpx.Response
) -> None:
    meta.get(f"{BASE}/c1").mock(return_value=refused(100, 33))
    meta.get(f"{BASE}/17/media").mock(return_value=listing)
    with pytest.raises(Transient):
        await look()


async def test_a_hidden_containers_story_is_not_known_by_its_time_alone(meta: respx.MockRouter) -> None:
    meta.get(f"{BASE}/c1").mock(return_value=refused(100, 33))
    meta.get(f"{BASE}/17/stories").mock(return_value=page([OUR_STORY]))
    with pytest.raises(Transient):
        await look(job(story=True))


@pytest.mark.parametrize(("failing", "error"), [(httpx.Response(502), Transient), (refused(4), RateLimited)])
async def test_a_look_that_fails_for_the_moment_is_not_an_answer(
    meta: respx.MockRouter, failing: httpx.Response, error: type[Exception]
) -> None:
    meta.get(f"{BASE}/c1").mock(return_value=failing)
    with pytest.raises(error):
        await look()
    meta.get(f"{BASE}/c1").mock(return_value=state("PUBLISHED"))
    meta.get(f"{BASE}/17/media").mock(return_value=failing)
    with pytest.raises(error):
        await look()


def comment(username: str | None = "acme", text: str = "First", key: str = "k1", ago: float = 0) -> dict[str, Any]:
    said = seen(key, ago=ago) | {"text": text}
    return said | ({"username": username} if username else {})


@pytest.mark.parametrize(
    ("handle", "comments", "expected"),
    [
        ("@Acme", [comment(), comment("fan", "Nice")], "k1"),
        ("acme", [comment(None)], "k1"),
        ("", [comment()], "k1"),
        ("acme", [comment(ago=59), comment(key="k0", ago=61)], "k1"),
        ("acme", [comment("fan")], NotFound.unknown),
        ("acme", [comment(), comment(key="k2")], NotFound.unknown),
        ("acme", [comment(text="Other")], NotFound.unlisted),
        ("acme", [comment(ago=61)], NotFound.unlisted),
    ],
)
async def test_a_lost_comment_is_found_by_author_words_and_time(
    meta: respx.MockRouter, handle: str, comments: list[dict[str, Any]], expected: str | NotFound
) -> None:
    account = type(ACME)("17", handle, ACME.login, ACME.graph)
    meta.get(f"{BASE}/m1/comments").mock(return_value=page(comments))
    answer = await comment_finder(MemoryRun(), account, "m1", "First")(Sent(SENT_AT))
    assert (answer.answer.id if isinstance(answer, Found) else answer) == expected


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([page([comment("fan", "Nice")], "one"), page([comment()])], "k1"),
        ([page([comment()], "one"), page([comment(key="k2")])], NotFound.unknown),
        ([page([comment("fan", "Nice")], "one"), page([])], NotFound.unlisted),
        ([page([comment()], "on")] * 5, NotFound.unknown),
        ([refused(100, 33)], NotFound.unknown),
        ([ok(data=[])], NotFound.unlisted),
    ],
)
async def test_comments_are_read_page_by_page(
    meta: respx.MockRouter, answers: list[httpx.Response], expected: str | NotFound
) -> None:
    meta.get(f"{BASE}/m1/comments").mock(side_effect=answers)
    answer = await comment_finder(MemoryRun(), ACME, "m1", "First")(Sent(SENT_AT))
    assert (answer.answer.id if isinstance(answer, Found) else answer) == expected


async def test_a_look_that_the_deployment_forbids_is_no_answer(meta: respx.MockRouter) -> None:
    meta.get(f"{BASE}/m1/comments").mock(return_value=refused(2500))
    with pytest.raises(Misconfigured):
        await comment_finder(MemoryRun(), ACME, "m1", "First")(Sent(SENT_AT))
