from datetime import timedelta
from typing import Any

import httpx
import pytest
import respx

from dravo.kit.http import AnswerLost
from dravo.platforms.base import Found, NotFound, Sent
from dravo.platforms.errors import RateLimited, Transient, Unsettled
from dravo.platforms.tiktok.chunks import LastChunkSent
from dravo.platforms.tiktok.finding import photo_finder, video_finder
from dravo.platforms.tiktok.listing import PostList
from dravo.platforms.tiktok.photos import PhotoPost
from dravo.platforms.tiktok.videos import Upload, upload_video
from platforms.memory_run import SENT_AT, Paused
from platforms.tiktok.material import (
    API,
    LIST,
    UPLOAD,
    Address,
    LookingRun,
    film,
    job,
    ok,
    publish_to_the_end,
    refused,
    status,
    statuses,
    takes_a_video,
    willing,
)

LACKS = status("PROCESSING_UPLOAD", uploaded_bytes=0)
WHOLE = status("PROCESSING_UPLOAD", uploaded_bytes=4)


async def upload(network: respx.MockRouter) -> Upload:
    willing(network)
    return await upload_video(LookingRun(), "Hello", film(b"0123"), job().options)


async def looked(find: Any, sent: Sent = Sent(SENT_AT)) -> tuple[Found[Any] | NotFound, list[int]]:  # noqa: B008
    """What a look comes to, and the seconds that it waited in between."""
    pauses: list[int] = []
    while True:
        try:
            return await find(sent), pauses
        except Paused as pause:
            pauses.append(pause.after.seconds)
            assert len(pauses) < 20


@pytest.mark.parametrize(
    "arrived",
    [WHOLE, status("PUBLISH_COMPLETE"), status("SEND_TO_USER_INBOX"), status("FAILED", fail_reason="internal")],
)
async def test_a_video_of_which_tiktok_has_all_is_found_without_sending_anything(
    network: respx.MockRouter, arrived: httpx.Response
) -> None:
    statuses(network, arrived)
    run = LookingRun(may_probe=True)
    found, pauses = await looked(video_finder(run, await upload(network)))
    assert isinstance(found, Found)
    assert found.answer.refused is None
    assert (pauses, run.names) == ([], [])


async def test_the_status_is_given_time_to_show_what_has_arrived(network: respx.MockRouter) -> None:
    statuses(network, refused(400, "invalid_publish_id"), LACKS, WHOLE)
    run = LookingRun(may_probe=True)
    found, pauses = await looked(video_finder(run, await upload(network)))
    assert isinstance(found, Found)
    assert pauses == [10, 30]
    assert run.may_probe


@pytest.mark.parametrize("seen", [LACKS, status("PROCESSING_UPLOAD"), refused(400, "invalid_publish_id")])
@pytest.mark.parametrize("answer", [httpx.Response(201), httpx.Response(416, headers={"content-range": "bytes 0-3/4"})])
async def test_the_end_is_sent_once_more_where_the_status_does_not_show_it(
    network: respx.MockRouter, seen: httpx.Response, answer: httpx.Response
) -> None:
    statuses(network, seen)
    put = network.put(UPLOAD).mock(return_value=answer)
    found, pauses = await looked(video_finder(LookingRun(may_probe=True), await upload(network)))
    assert isinstance(found, Found)
    assert (pauses, put.call_count) == ([10, 30], 1)


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (LACKS, NotFound.absent),
        (status("PROCESSING_UPLOAD", uploaded_bytes="many"), NotFound.unknown),
        (status("PROCESSING_UPLOAD"), NotFound.unknown),
        (status("BRAND_NEW", uploaded_bytes=0), NotFound.unknown),
        (refused(400, "invalid_publish_id"), NotFound.unknown),
    ],
)
@pytest.mark.parametrize("answer", [403, 404, None])
async def test_a_video_that_cannot_be_ended_is_known_only_where_tiktok_says_that_it_lacks_bytes(
    network: respx.MockRouter, seen: httpx.Response, expected: NotFound, answer: int | None
) -> None:
    statuses(network, seen)
    network.put(UPLOAD).mock(return_value=httpx.Response(answer or 500))
    run = LookingRun(may_probe=answer is not None)
    refusal = Found(LastChunkSent(publish_id="v1", refused=answer))
    found, _ = await looked(video_finder(run, await upload(network)))
    assert found == (refusal if answer and expected is NotFound.absent else expected)


@pytest.mark.parametrize("later", [LACKS, WHOLE])
async def test_an_end_that_was_lost_and_is_refused_is_sent_anew_only_where_it_stays_missing(
    network: respx.MockRouter, later: httpx.Response
) -> None:
    willing(network)
    network.put(UPLOAD).mock(side_effect=[AnswerLost, httpx.Response(403)])
    statuses(network, *[LACKS] * 5, later, status("PROCESSING_UPLOAD"), status("PUBLISH_COMPLETE"))
    run = LookingRun(may_probe=True)
    if later is WHOLE:
        published, pauses = await publish_to_the_end(job(film(b"0123")), run)
        assert published.raw["status"] == "PUBLISH_COMPLETE"
        assert [pause.after.seconds for pause in pauses] == [10, 30, 60, 60, 60, 60]
        return
    with pytest.raises(Transient) as raised:
        await publish_to_the_end(job(film(b"0123")), run)
    assert (raised.value.code, run.refuted) == ("upload_failed", ["publish"])


@pytest.mark.parametrize("answer", [httpx.Response(500), httpx.Response(416), httpx.Response(206)])
async def test_a_second_sending_that_tells_nothing_leads_to_another_look(
    network: respx.MockRouter, answer: httpx.Response
) -> None:
    statuses(network, LACKS, LACKS, LACKS, WHOLE)
    put = network.put(UPLOAD).mock(return_value=answer)
    find = video_finder(LookingRun(may_probe=True), await upload(network))
    with pytest.raises(Transient) as raised:
        await looked(find)
    assert raised.value.code == "upload_unconfirmed"
    assert isinstance((await looked(find))[0], Found)
    assert put.call_count == 1


async def test_a_lost_end_of_a_video_is_published_once(network: respx.MockRouter) -> None:
    address = Address(loses=frozenset({0}))
    takes_a_video(network, address)
    statuses(network, LACKS, WHOLE, status("PUBLISH_COMPLETE"))
    run = LookingRun(may_probe=True)
    published, pauses = await publish_to_the_end(job(film(b"0123")), run)
    assert published.raw["status"] == "PUBLISH_COMPLETE"
    assert address.calls == [(0, 3)]
    assert [pause.after.seconds for pause in pauses] == [10]


def seen(post_id: str, *, title: str = "Hello", description: str = "", after: float = 0) -> dict[str, Any]:
    """A public post as the list shows it, made so many seconds after the call was sent."""
    created = int((SENT_AT + timedelta(seconds=after)).timestamp())
    return {"id": post_id, "title": title, "video_description": description, "create_time": created}


def page(*posts: dict[str, Any], cursor: int | None = None) -> httpx.Response:
    return ok(videos=list(posts), cursor=cursor or 0, has_more=cursor is not None)


def public(text: str = "Hello", **options: Any) -> Any:
    return job(text=text, scopes=["video.list"], **({"privacy_level": "PUBLIC_TO_EVERYONE"} | options))


async def test_a_lost_photo_post_is_found_in_the_list(network: respx.MockRouter) -> None:
    willing(network)
    network.post(f"{API}/content/init/").mock(side_effect=AnswerLost)
    network.post(LIST).mock(return_value=page(seen("71", after=20), seen("70", title="Other")))
    published, pauses = await publish_to_the_end(public(), LookingRun())
    assert published.platform_post_id == "71"
    assert published.platform_post_url == "https://www.tiktok.com/@acme/video/71"
    assert (published.raw, pauses) == ({"id": "71"}, [])


@pytest.mark.parametrize(
    "post",
    [
        public(privacy_level="SELF_ONLY"),
        public(post_mode="MEDIA_UPLOAD"),
        job(privacy_level="PUBLIC_TO_EVERYONE", scopes=["video.publish"]),
    ],
)
async def test_photos_that_no_list_would_show_are_not_looked_for(network: respx.MockRouter, post: Any) -> None:
    willing(network)
    network.post(f"{API}/content/init/").mock(side_effect=AnswerLost)
    listed = network.post(LIST)
    with pytest.raises(Unsettled):
        await publish_to_the_end(post, LookingRun())
    assert not listed.called


@pytest.mark.parametrize(
    ("posts", "found"),
    [
        ([seen("1", description="Hello", title="")], "1"),
        ([seen("1", title=" Hello\n")], "1"),
        ([seen("1", after=-59)], "1"),
        ([seen("1", after=-62)], None),
        ([seen("1", after=3599)], "1"),
        ([seen("1", after=3602)], None),
        ([seen("1", title="Hello you")], None),
        ([seen("1", title="", description="")], None),
        ([seen("1"), seen("2")], None),
        ([seen("1"), seen("bound")], "1"),
        ([seen("bound")], None),
        ([], None),
    ],
)
async def test_exactly_one_post_with_the_words_of_that_time_is_taken(
    network: respx.MockRouter, posts: list[dict[str, Any]], found: str | None
) -> None:
    network.post(LIST).mock(return_value=page(*posts))
    answer, _ = await looked(photo_finder(public(), LookingRun()), Sent(SENT_AT, frozenset({"bound"})))
    assert answer == (NotFound.unknown if found is None else Found(PhotoPost(post_id=found)))


async def test_a_post_that_may_be_another_deliverys_is_not_taken(network: respx.MockRouter) -> None:
    listed = network.post(LIST).mock(return_value=page(seen("1")))
    answer, pauses = await looked(photo_finder(public(), LookingRun()), Sent(SENT_AT, unnamed=True))
    assert (answer, listed.called, pauses) == (NotFound.unknown, False, [30, 60, 120])


async def test_words_are_the_same_in_whichever_form_of_unicode(network: respx.MockRouter) -> None:
    network.post(LIST).mock(return_value=page(seen("1", title="e\u0301")))
    answer, _ = await looked(photo_finder(public("\u00e9 "), LookingRun()))
    assert answer == Found(PhotoPost(post_id="1"))


@pytest.mark.parametrize(
    ("letter", "number", "ending", "is_ours"),
    [
        ("a", 99, "…", False),
        ("a", 100, "…", True),
        ("a", 147, "...", True),
        ("a", 100, "", False),
        ("a", 139, "", False),
        ("a", 140, "", True),
        ("a", 150, "", True),
        ("a", 151, "", False),
        ("é", 75, "", True),  # 150 bytes
        ("é", 74, "\ufffd", True),
        ("😀", 75, "", True),  # 150 UTF-16 units
        ("😀", 74, "\ud83d", True),
        ("😀", 150, "", True),
        ("😀", 100, "", False),
    ],
    ids=ascii,
)
def test_a_text_that_the_list_cuts_is_known_by_its_beginning(
    letter: str, number: int, ending: str, *, is_ours: bool
) -> None:
    shown = letter * number + ending
    (listed,) = PostList.model_validate({"videos": [seen("1", title=shown)]}).videos
    assert listed.says(letter * 200) == is_ours
    assert not listed.says("b" + letter * 199)


async def test_the_list_is_given_minutes_and_read_as_far_back_as_the_call(network: respx.MockRouter) -> None:
    others = [seen(str(number), title="Other") for number in range(3)]
    first = [page(*others), page(*others), page(*others)]
    far = [page(*others, cursor=9), page(seen("1"), seen("2", after=-90), cursor=8)]
    listed = network.post(LIST).mock(side_effect=[*first, *far])
    answer, pauses = await looked(photo_finder(public(), LookingRun()))
    assert answer == Found(PhotoPost(post_id="1"))
    assert pauses == [30, 60, 120]
    assert b'"cursor":9' in listed.calls.last.request.content


async def test_a_list_without_an_end_or_that_is_refused_proves_nothing(network: respx.MockRouter) -> None:
    listed = network.post(LIST).mock(return_value=page(seen("1"), cursor=9))
    assert (await looked(photo_finder(public(), LookingRun())))[0] is NotFound.unknown
    assert listed.call_count == 4 * 5
    for answer in (refused(401, "scope_not_authorized"), refused(400, "invalid_params")):
        network.post(LIST).mock(return_value=answer)
        assert (await looked(photo_finder(public(), LookingRun())))[0] is NotFound.unknown


@pytest.mark.parametrize(
    ("answer", "kind"), [(refused(429, "rate_limit_exceeded"), RateLimited), (httpx.Response(502), Transient)]
)
async def test_a_list_that_may_be_read_later_is_read_later(
    network: respx.MockRouter, answer: httpx.Response, kind: type[Exception]
) -> None:
    network.post(LIST).mock(return_value=answer)
    with pytest.raises(kind):
        await looked(photo_finder(public(), LookingRun()))
