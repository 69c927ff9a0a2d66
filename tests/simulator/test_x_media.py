import base64

import httpx
import pytest

from simulator.harness import JSON, Sim, bearer, moving_gif, picture, video
from simulator.x_calls import API, UPLOAD, one_shot, posted, processed, tweet, with_media

INVALID = "Your media IDs are invalid."


async def media_ids(sim: Sim, account: JSON, count: int) -> list[str]:
    answers = [await one_shot(sim, account, picture(size=(40 + number, 40))) for number in range(count)]
    return [answer.json()["data"]["id"] for answer in answers]


async def describe(sim: Sim, account: JSON, media_id: str, text: str) -> httpx.Response:
    body = {"id": media_id, "metadata": {"alt_text": {"text": text}}}
    return await sim.client.post(f"{API}/2/media/metadata", json=body, headers=bearer(account))


async def in_json(sim: Sim, account: JSON, **body: object) -> httpx.Response:
    return await sim.client.post(UPLOAD, json=body, headers=bearer(account))


@pytest.mark.parametrize(
    ("kind", "content_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")]
)
async def test_a_picture_in_one_go(sim: Sim, kind: str, content_type: str) -> None:
    answer = await one_shot(sim, await sim.account("x"), picture(kind))
    assert answer.status_code == 200
    data = answer.json()["data"]
    assert data == {
        "id": data["id"],
        "media_key": f"3_{data['id']}",
        "size": len(picture(kind)),
        "expires_after_secs": 86400,
        "image": {"image_type": content_type, "w": 40, "h": 40},
    }


async def test_a_picture_as_base64(sim: Sim) -> None:
    account = await sim.account("x")
    content = base64.b64encode(picture()).decode()
    answer = await in_json(sim, account, media=content, media_category="tweet_image")
    assert answer.json()["data"]["size"] == len(picture())
    assert (await in_json(sim, account, media="not base64!", media_category="tweet_image")).status_code == 400
    assert (await in_json(sim, account, media_category="tweet_image")).status_code == 400
    assert (await in_json(sim, account, media=content)).status_code == 400
    listed = await in_json(sim, account, media=content, media_category="tweet_image", additional_owners=["1"])
    assert listed.status_code == 400
    body = {"headers": bearer(account), "content": picture()}
    assert (await sim.client.post(UPLOAD, **body)).status_code == 415  # type: ignore[arg-type]


@pytest.mark.parametrize("more", [{"media_type": "image/png"}, {"shared": "false"}, {"command": "INIT"}, {"name": "a"}])
async def test_the_one_shot_upload_has_three_fields(sim: Sim, more: dict[str, str]) -> None:
    account = await sim.account("x")
    assert (await one_shot(sim, account, picture(), **more)).status_code == 400
    assert (await one_shot(sim, account, picture(), additional_owners="1,2")).status_code == 200


async def test_the_older_specification_has_other_categories_and_fields(sim: Sim) -> None:
    account = await sim.account("x")
    assert (await one_shot(sim, account, moving_gif(), "tweet_gif")).status_code == 200
    assert (await one_shot(sim, account, picture(), "amplify_video")).status_code == 400
    await sim.settings(x_simple_upload="2.159")
    assert (await one_shot(sim, account, moving_gif(), "tweet_gif")).status_code == 400
    assert (await one_shot(sim, account, picture(), media_type="image/png", shared="false")).status_code == 200


async def test_an_image_over_five_megabytes_is_refused(sim: Sim) -> None:
    account = await sim.account("x")
    padded = picture() + bytes(5 * 1024 * 1024 - len(picture()))
    assert (await one_shot(sim, account, padded)).status_code == 200
    assert (await one_shot(sim, account, padded + b"\0")).status_code == 400


async def test_four_images_or_one_gif_or_one_video_never_mixed(sim: Sim) -> None:
    account = await sim.account("x")
    images = await media_ids(sim, account, 4)
    gif = await processed(sim, account, moving_gif(), category="tweet_gif", media_type="image/gif")
    film = await processed(sim, account, video())
    for mixed in ([gif, images[0]], [film, images[0]], [film, gif], [images[0], images[0]]):
        answer = await tweet(sim, account, text="a", **with_media(*mixed))
        assert (answer.status_code, answer.json()["errors"][0]["message"]) == (400, INVALID)
        assert answer.json()["errors"][0]["parameters"] == {"media.media_ids": mixed}
    for number, alone in enumerate((images, [gif], [film])):
        assert (await tweet(sim, account, text=str(number), **with_media(*alone))).status_code == 201
    four, moving, filmed = await sim.ledger()
    assert len(four["media"]) == 4
    assert [medium["content_type"] for medium in moving["media"] + filmed["media"]] == ["image/gif", "video/mp4"]
    assert filmed["media"][0]["kind"] == "video"
    assert filmed["media"][0]["duration_ms"] == pytest.approx(1000, abs=150)


async def test_a_text_is_not_needed_where_there_is_media(sim: Sim) -> None:
    account = await sim.account("x")
    [media_id] = await media_ids(sim, account, 1)
    assert (await tweet(sim, account, **with_media(media_id))).status_code == 201


async def test_media_for_messages_are_not_for_posts(sim: Sim) -> None:
    account = await sim.account("x")
    media_id = (await one_shot(sim, account, picture(), "dm_image")).json()["data"]["id"]
    assert (await tweet(sim, account, text="a", **with_media(media_id))).status_code == 400


async def test_an_additional_owner_may_post_anothers_media(sim: Sim) -> None:
    owner, friend = await sim.account("x"), await sim.account("x", handle="friend")
    answer = await one_shot(sim, owner, picture(), additional_owners=friend["platform_account_id"])
    assert (await tweet(sim, friend, text="a", **with_media(answer.json()["data"]["id"]))).status_code == 201


async def test_alt_text_is_for_pictures_and_gifs_of_ones_own(sim: Sim) -> None:
    account, other = await sim.account("x"), await sim.account("x", handle="other")
    [image] = await media_ids(sim, account, 1)
    gif = await processed(sim, account, moving_gif(), category="tweet_gif", media_type="image/gif")
    film = await processed(sim, account, video())
    described = await describe(sim, account, image, "x" * 1000)
    assert described.json()["data"] == {
        "id": image,
        "associated_metadata": {"alt_text": {"text": "x" * 1000}},
    }
    assert (await describe(sim, account, gif, "moving")).status_code == 200
    assert (await describe(sim, account, image, "x" * 1001)).status_code == 400
    assert (await describe(sim, account, film, "a film")).status_code == 400
    assert (await describe(sim, other, image, "mine now")).status_code == 400
    assert (await describe(sim, account, "1", "nothing")).status_code == 400
    await posted(sim, account, text="a", **with_media(gif))
    assert (await sim.ledger())[0]["media"][0]["alt_text"] == "moving"


async def test_media_lapse_after_a_day(sim: Sim) -> None:
    account = await sim.account("x")
    [media_id] = await media_ids(sim, account, 1)
    sim.clock.now += 86399
    await posted(sim, account, text="just in time", **with_media(media_id))
    sim.clock.now += 1
    assert (await tweet(sim, account, text="too late", **with_media(media_id))).status_code == 400
    assert (await describe(sim, account, media_id, "too late")).status_code == 400


BAD_VIDEOS = {
    "too wide": lambda: video(size=(1282, 480)),
    "too tall a ratio": lambda: video(size=(64, 256)),
    "too small": lambda: video(size=(30, 30)),
    "too many frames": lambda: video(fps=61),
    "too short": lambda: video(seconds=0.4),
    "too long": lambda: video(seconds=141, fps=1),
    "other codec": lambda: video(codec="mpeg4"),
    "other container": lambda: video(codec="libvpx-vp9", form="webm"),
    "other pixels": lambda: video(pixels="yuv444p"),
}


@pytest.mark.parametrize("name", BAD_VIDEOS)
async def test_a_video_out_of_bounds_passes_the_upload_and_fails_the_post(sim: Sim, name: str) -> None:
    account = await sim.account("x")
    media_id = await processed(sim, account, BAD_VIDEOS[name]())
    query = {"media_id": media_id}
    seen = (await sim.client.get(UPLOAD, params=query, headers=bearer(account))).json()["data"]["processing_info"]
    assert seen == {"state": "succeeded", "progress_percent": 100}
    answer = await tweet(sim, account, text="a", **with_media(media_id))
    assert (answer.status_code, answer.json()["errors"][0]["message"]) == (400, INVALID)


GOOD_VIDEOS = {
    "the largest": lambda: video(size=(1280, 1024)),
    "upright": lambda: video(size=(1024, 1280)),
    "sixty frames": lambda: video(fps=60),
    "as long as may be": lambda: video(seconds=140, fps=1),
    "with sound": lambda: video(sound="aac"),
    "QuickTime": lambda: video(form="mov"),
}


@pytest.mark.parametrize("name", GOOD_VIDEOS)
async def test_a_video_within_bounds_can_be_posted(sim: Sim, name: str) -> None:
    account = await sim.account("x")
    media_id = await processed(sim, account, GOOD_VIDEOS[name]())
    assert (await tweet(sim, account, text="a", **with_media(media_id))).status_code == 201


async def test_some_accounts_may_post_long_videos(sim: Sim) -> None:
    account = await sim.account("x", attributes={"long_videos": True})
    media_id = await processed(sim, account, video(seconds=141, fps=1))
    assert (await tweet(sim, account, text="a", **with_media(media_id))).status_code == 201


async def test_bad_media_may_fail_in_processing_instead(sim: Sim) -> None:
    account = await sim.account("x")
    await sim.settings(x_bad_media="at_processing")
    media_id = await processed(sim, account, video(seconds=141, fps=1))
    query = {"media_id": media_id}
    seen = (await sim.client.get(UPLOAD, params=query, headers=bearer(account))).json()["data"]["processing_info"]
    assert (seen["state"], seen["error"]["code"], seen["error"]["name"]) == ("failed", 3, "UnsupportedMedia")
    assert seen["error"]["message"] == "Duration exceeds max duration of 2.minutes+20.seconds"


@pytest.mark.parametrize("gif", [moving_gif(351, (2, 2)), moving_gif(1, (1281, 2)), moving_gif(2, (2, 1081))])
async def test_a_gif_out_of_bounds_fails_the_post_too(sim: Sim, gif: bytes) -> None:
    account = await sim.account("x")
    media_id = await processed(sim, account, gif, category="tweet_gif", media_type="image/gif")
    assert (await tweet(sim, account, text="a", **with_media(media_id))).status_code == 400


async def test_gifs_may_need_no_processing(sim: Sim) -> None:
    account = await sim.account("x")
    await sim.settings(x_gif_processing=False)
    answer = await one_shot(sim, account, moving_gif(), "tweet_gif")
    assert "processing_info" not in answer.json()["data"]
    media_id = answer.json()["data"]["id"]
    assert media_id in answer.json()["data"]["media_key"]
    assert (await tweet(sim, account, text="a", **with_media(media_id))).status_code == 201
