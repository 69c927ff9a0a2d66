"""The part of the wall's scene that is on Facebook and Instagram, sent through the Graph API as it is documented."""

import json
from typing import Any

import httpx

from simulator.harness import JSON, Sim, bearer
from simulator.wall_material import COLOURS, EVIL, LONG, LOOMS, drawn, film

FACEBOOK, VIDEOS, INSTAGRAM = (
    f"/{host}/v26.0" for host in ("graph.facebook.com", "graph-video.facebook.com", "graph.instagram.com")
)
TALL, WIDE = (900, 1600), (800, 600)
SQUARE_TAGS = [("ada.weaves", 0.5, 0.5), ("linus", 0.02, 0.05), ("the_name_has_thirty_letters_ok", 0.98, 0.97)]
SLIDE_TAGS = [[("grace", 0.25, 0.3)], [("margaret", 0.7, 0.6)]]
STORY_TAGS = [("grace", 0.5, 0.5), ("linus", 0.1, 0.9)]
"""Names and where they are, in parts of the picture: an only one, two slides of which the second is cropped, a wide story."""
ALTS = {
    "facebook": [f"A disc on {colour}" for colour in (*COLOURS, "navy")],
    "instagram": ["A disc on teal, " + "of which there is more to say, " * 24],
}


async def on_facebook(sim: Sim) -> None:
    page = await sim.account("facebook", handle="looms", name="Looms and Sons")
    feed = f"{FACEBOOK}/{page['platform_account_id']}/feed"
    said = await _sent(sim, page, feed, message=f"The looms are back #weaving {LOOMS}")
    for message in ("A comment of the Page", "And another"):
        await _sent(sim, page, f"{FACEBOOK}/{said['id']}/comments", message=message)
    await _sent(sim, page, feed, message="A link", link=LOOMS)
    await _sent(sim, page, feed, message=LONG)
    for number in (1, 2, 3, 4, 7):
        await _album(sim, page, f"An album of {number}", [*COLOURS, "navy", "olive", "maroon"][:number])
    where = f"/{page['platform_account_id']}"
    url = sim.host("/film.mp4", film())
    await _sent(sim, page, f"{VIDEOS}{where}/videos", file_url=url, description="A film of Facebook")
    begun = await _sent(sim, page, f"{FACEBOOK}{where}/video_reels", upload_phase="start")
    upload = begun["upload_url"].removeprefix("https://")
    told = {"Authorization": f"OAuth {page['access_token']}", "file_url": sim.host("/tall.mp4", film((540, 960)))}
    _taken(await sim.client.post("/" + upload[upload.index("rupload") :], headers=told))
    finish = {"upload_phase": "finish", "video_state": "PUBLISHED", "description": "A reel of Facebook"}
    await _sent(sim, page, f"{FACEBOOK}{where}/video_reels", video_id=begun["video_id"], **finish)
    await _sent(sim, page, feed, message=f"Hostile {EVIL}")


async def on_instagram(sim: Sim) -> None:
    ada = await sim.account("instagram", handle="ada.weaves", name="Ada Weaver")
    square = _hosted(sim, "square.jpg", "teal", (800, 800))
    tagged = {"image_url": square, "user_tags": _tags(SQUARE_TAGS), "alt_text": ALTS["instagram"][0]}
    more = {"collaborators": json.dumps(["grace", "linus"]), "location_id": "1234567"}
    media = await _published(sim, ada, **tagged, **more, caption="Found with @grace #weaving")
    await _sent(sim, ada, f"{INSTAGRAM}/{media}/comments", message="First!")
    children = [
        await _container(
            sim, ada, is_carousel_item="true", image_url=_hosted(sim, f"{colour}.jpg", colour, size), **also
        )
        for colour, size, also in (
            ("peru", (800, 1000), {"user_tags": _tags(SLIDE_TAGS[0])}),
            ("slateblue", (1200, 800), {"user_tags": _tags(SLIDE_TAGS[1])}),
        )
    ]
    moving = {"is_carousel_item": "true", "media_type": "VIDEO", "video_url": sim.host("/film.mp4", film())}
    children.append(await _container(sim, ada, **moving))
    await _published(sim, ada, media_type="CAROUSEL", children=",".join(children), caption="Three slides " + LONG)
    reel = {"media_type": "REELS", "video_url": sim.host("/tall.mp4", film((540, 960)))}
    cover = {"cover_url": _hosted(sim, "cover.jpg", "olive", TALL), "audio_name": "Shuttle song"}
    people = json.dumps([{"username": "grace"}, {"username": "linus"}])
    await _published(sim, ada, **reel, **cover, share_to_feed="true", user_tags=people, caption="A reel with a cover")
    await _published(sim, ada, **reel, thumb_offset="3000", caption="A film of Instagram")
    await _published(sim, ada, **reel, share_to_feed="false", caption="A reel apart")
    await _published(sim, ada, image_url=square, alt_text=EVIL, caption=f"Hostile {EVIL}")
    story = {"media_type": "STORIES", "image_url": _hosted(sim, "wide.jpg", "seagreen", WIDE)}
    await _published(sim, ada, **story, user_tags=_tags(STORY_TAGS))
    await _published(sim, ada, media_type="STORIES", video_url=reel["video_url"])
    unplaced = {"user_tags": json.dumps([{"username": "margaret"}])}
    await _published(sim, ada, media_type="STORIES", image_url=_hosted(sim, "tall.jpg", "indigo", TALL), **unplaced)
    grace = await sim.account("instagram", handle="grace", name="Grace Hopper")
    await _published(sim, grace, image_url=square, caption="Another profile")


async def _album(sim: Sim, page: JSON, message: str, colours: list[str]) -> None:
    where = f"{FACEBOOK}/{page['platform_account_id']}"
    photos = []
    for colour in colours:
        picture = {"source": (f"{colour}.png", drawn(colour), "image/png")}
        form = {"published": "false", "alt_text_custom": f"A disc on {colour}"}
        photos.append(_taken(await sim.client.post(f"{where}/photos", data=form, files=picture, headers=bearer(page))))
    media = {f"attached_media[{at}]": json.dumps({"media_fbid": photo["id"]}) for at, photo in enumerate(photos)}
    await _sent(sim, page, f"{where}/feed", message=message, **media)


async def _published(sim: Sim, account: JSON, **form: str) -> str:
    creation_id = await _container(sim, account, **form)
    return str((await _sent(sim, account, f"{INSTAGRAM}/me/media_publish", creation_id=creation_id))["id"])


async def _container(sim: Sim, account: JSON, **form: str) -> str:
    return str((await _sent(sim, account, f"{INSTAGRAM}/me/media", **form))["id"])


async def _sent(sim: Sim, account: JSON, path: str, **form: Any) -> JSON:
    return _taken(await sim.client.post(path, data=form, headers=bearer(account)))


def _taken(answer: httpx.Response) -> JSON:
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def _hosted(sim: Sim, name: str, colour: str, size: tuple[int, int]) -> str:
    return sim.host(f"/{name}", drawn(colour, size, "JPEG"))


def _tags(people: list[tuple[str, float, float]]) -> str:
    return json.dumps([{"username": name, "x": x, "y": y} for name, x, y in people])
