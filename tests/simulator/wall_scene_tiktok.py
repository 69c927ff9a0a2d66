"""The part of the wall's scene that is on TikTok, sent through the Content Posting API as it is documented."""

from typing import Any

from simulator import tiktok_calls as tiktok
from simulator.harness import JSON, Sim
from simulator.wall_material import COLOURS, EVIL, LONG, drawn, film

COVER = 2
"""The photo that is the cover, from 0."""
TALL = (900, 1600)


async def on_tiktok(sim: Sim) -> None:
    ada = await sim.account("tiktok", handle="ada.weaves", name="Ada Weaver", attributes=tiktok.OPEN)
    upright = film((540, 960))
    public: JSON = {"privacy_level": "PUBLIC_TO_EVERYONE"}
    told = {"video_cover_timestamp_ms": 3000, "is_aigc": True, "disable_duet": True, "disable_stitch": True}
    film_id = await tiktok.post_video(
        sim, ada, upright, **public, **told, title="A film of TikTok with @grace #weaving"
    )
    await _processed(sim, ada, film_id)
    urls = [sim.host(f"/tiktok-{colour}.jpg", drawn(colour, TALL, "JPEG")) for colour in COLOURS]
    friends: JSON = {"privacy_level": "MUTUAL_FOLLOW_FRIENDS", "brand_content_toggle": True, "disable_comment": True}
    await _photos(sim, ada, urls, **friends, auto_add_music=True, title="Four looms", description="Four photos " + LONG)
    await _photos(sim, ada, [sim.host("/wide.jpg", drawn("seagreen", (800, 600), "JPEG"))], description="For me alone")
    await _photos(sim, ada, urls[:2], "MEDIA_UPLOAD", title="Draft", description="A draft of photos")
    data = await tiktok.init_draft(sim, ada, tiktok.cut(len(upright)))
    assert await tiktok.upload(sim, data["upload_url"], upright) == [201]
    await _processed(sim, ada, data["publish_id"])
    own = {"brand_organic_toggle": True}
    hostile_id = await tiktok.post_video(sim, ada, film(), **public, **own, title=f"Hostile {EVIL}")
    await _processed(sim, ada, hostile_id)


async def _photos(sim: Sim, account: JSON, urls: list[str], mode: str = "DIRECT_POST", **info: Any) -> None:
    order = tiktok.photos(urls, mode, **({"title": ""} | info))
    order["source_info"]["photo_cover_index"] = COVER if len(urls) > COVER else 0
    answer = await tiktok.call(sim, account, "content/init/", order)
    assert tiktok.code(answer) == "ok", answer.text
    await _processed(sim, account, answer.json()["data"]["publish_id"])


async def _processed(sim: Sim, account: JSON, publish_id: str) -> None:
    """Photos are pulled in the background: asks until they are there, so that posts stand in the order they were made."""
    while (state := (await tiktok.status(sim, account, publish_id))["status"]).startswith("PROCESSING"):
        pass
    assert state in {"PUBLISH_COMPLETE", "SEND_TO_USER_INBOX"}
