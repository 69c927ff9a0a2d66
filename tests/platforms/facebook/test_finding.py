import httpx
import pytest
import respx

from dravo.platforms.base import Found, NotFound, Sent
from dravo.platforms.errors import Transient
from dravo.platforms.facebook.finding import comment_finder, post_finder, video_finder
from platforms.facebook.material import (
    EDGE,
    GRAPH,
    NOT_YET,
    OUT,
    PAGE,
    job,
    listed,
    node,
    ok,
    photo,
    publish,
    refused,
    said,
    seen,
    takes_photos,
)
from platforms.memory_run import SENT_AT, MemoryRun

NEXT = {"next": "https://e.com"}
LINK = "https://example.com/a"


async def found(
    network: respx.MockRouter, answer: httpx.Response, *photos: str, link: str | None = None, bound: str = ""
) -> str | NotFound:
    network.get(f"{EDGE}/published_posts").mock(return_value=answer)
    looked = await post_finder(MemoryRun(), PAGE, "Hello", photos, link)(Sent(SENT_AT, frozenset({bound})))
    return looked.answer.id if isinstance(looked, Found) else looked


async def test_a_lost_post_is_found_and_its_id_is_the_answer(network: respx.MockRouter) -> None:
    takes_photos(network)
    feed = network.post(f"{EDGE}/feed").mock(return_value=refused(2, status=500))
    posts = listed(seen("77_9", "x"), seen("77_8", "p0", "p1"))
    network.get(f"{EDGE}/published_posts").mock(return_value=posts)
    assert (await publish(job([photo(0), photo(1)]), MemoryRun())).platform_post_id == "77_8"
    assert feed.call_count == 1


async def test_a_text_is_found_by_words_and_time(network: respx.MockRouter) -> None:
    posts = listed(seen("77_9", message="Other"), seen("77_8", message=" Hello\n"), seen("77_7", ago=3600))
    assert await found(network, posts) == "77_8"


async def test_of_two_alike_each_delivery_finds_its_own(network: respx.MockRouter) -> None:
    posts = listed(seen("77_9"), seen("77_8"))
    assert await found(network, posts) is NotFound.unknown
    assert await found(network, posts, bound="77_9") == "77_8"


@pytest.mark.parametrize(
    ("post", "answer"),
    [
        (seen("77_8"), "77_8"),
        (seen("77_8", url=LINK), "77_8"),
        (seen("77_8", url=f"{LINK}/"), "77_8"),
        (seen("77_8", "5"), NotFound.unknown),
    ],
)
async def test_a_text_with_a_card_is_found_with_it_and_without(
    network: respx.MockRouter, post: dict[str, object], answer: object
) -> None:
    assert await found(network, listed(post), link=LINK) == answer


async def test_a_card_with_an_id_is_known_by_where_it_leads(network: respx.MockRouter) -> None:
    card = {"data": [{"target": {"id": "5", "url": f"https://l.facebook.com/l.php?u={LINK}"}}]}
    post = seen("77_8") | {"attachments": card}
    assert await found(network, listed(post), link=LINK) == "77_8"
    assert await found(network, listed(post)) is NotFound.unknown


@pytest.mark.parametrize(
    ("posts", "photos", "answer"),
    [
        (listed(), [], NotFound.unlisted),
        (listed(seen("77_8", message="Other")), [], NotFound.unlisted),
        (listed(seen("77_8"), seen("77_9")), [], NotFound.unknown),
        (listed(seen("77_8", "link")), [], NotFound.unknown),
        (listed(seen("77_8", message="Newer"), seen("77_7", ago=3600)), [], NotFound.unlisted),
        # A second one in a row would be refused: sending settles nothing.
        (listed(seen("77_7", ago=3600)), [], NotFound.unknown),
        (listed(seen("77_8", "x"), seen("77_9", message="Newer", ago=-5)), ["p0"], NotFound.unlisted),
        (listed(seen("77_8")), ["p0"], NotFound.unknown),
        (listed(seen("77_9", message="Other"), paging=NEXT), [], NotFound.unknown),
        (listed(seen("77_9", message="Other", ago=3600), paging=NEXT), [], NotFound.unlisted),
    ],
)
async def test_none_several_and_doubtful_ones_are_not_taken(
    network: respx.MockRouter, posts: httpx.Response, photos: list[str], answer: NotFound
) -> None:
    assert await found(network, posts, *photos) is answer


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (node("processing", publishing={"status": "in_progress"}), True),
        (node("ready", publishing=OUT), True),
        (node("ready", publishing={"status": "completed"}), True),
        (node("ready", publishing={"publish_status": "scheduled"}), True),
        (node("ready", published=True), True),
        (node("error"), True),
        (node("upload_complete", publishing=NOT_YET), NotFound.absent),
        (node("ready", publishing=NOT_YET), NotFound.absent),
        (node("ready", publishing={"publish_status": "draft"}), NotFound.absent),
        (node("upload_complete", published=False), NotFound.absent),
        (node("upload_complete"), NotFound.unknown),
        (said(id="500"), NotFound.unknown),
    ],
)
async def test_a_video_tells_whether_it_was_ordered_to_be_published(
    network: respx.MockRouter, answer: httpx.Response, verdict: bool | NotFound
) -> None:
    network.get(f"{GRAPH}/500").mock(return_value=answer)
    looked = await video_finder(MemoryRun(), PAGE, "500")(Sent(SENT_AT))
    assert (isinstance(looked, Found) or looked) == verdict


@pytest.mark.parametrize(
    "answer", [node("processing", publishing=NOT_YET), node("", processing={"status": "in_progress"}), refused(100, 33)]
)
async def test_a_video_that_does_not_tell_yet_is_looked_at_again(
    network: respx.MockRouter, answer: httpx.Response
) -> None:
    network.get(f"{GRAPH}/500").mock(return_value=answer)
    with pytest.raises(Transient):
        await video_finder(MemoryRun(), PAGE, "500")(Sent(SENT_AT))


def comment(comment_id: str, *, author: str | None = None, message: str = "First", ago: int = 0) -> dict[str, object]:
    return seen(comment_id, message=message, ago=ago) | ({"from": {"id": author}} if author else {})


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (listed(comment("c", author="77")), "c"),
        (listed(comment("c")), "c"),
        (listed(comment("c", author="77"), comment("d", author="5")), "c"),
        (listed(comment("d", author="5")), NotFound.unlisted),
        (listed(comment("c", message="Other")), NotFound.unlisted),
        (listed(comment("c", ago=3600)), NotFound.unlisted),
        (listed(), NotFound.unlisted),
        (listed(comment("c"), comment("d")), NotFound.unknown),
        (listed(comment("c", message="Other"), paging=NEXT), NotFound.unknown),
    ],
)
async def test_a_lost_comment_is_known_by_words_time_and_author(
    network: respx.MockRouter, answer: httpx.Response, verdict: str | NotFound
) -> None:
    network.get(f"{GRAPH}/77_1/comments").mock(return_value=answer)
    looked = await comment_finder(MemoryRun(), PAGE, "77_1", "First")(Sent(SENT_AT))
    assert (looked.answer.id if isinstance(looked, Found) else looked) == verdict


@pytest.mark.parametrize(("author", "unconfirmed"), [("77", False), ("5", True)])
async def test_a_comment_that_is_not_found_is_left_to_people(
    network: respx.MockRouter, author: str, unconfirmed: bool
) -> None:
    network.post(f"{EDGE}/feed").mock(return_value=ok())
    sent = network.post(f"{GRAPH}/77_1/comments").mock(return_value=refused(2, status=500))
    network.get(f"{GRAPH}/77_1/comments").mock(return_value=listed(comment("c", author=author)))
    run = MemoryRun()
    await publish(job(first_comment="First"), run)
    assert [code for code, _ in run.warnings] == ["first_comment_unconfirmed"] * unconfirmed
    assert sent.call_count == 1
