"""A publish as the ledger shows it, from the moment it is posted or lies in the inbox."""

from dravo_simulator.store import JSON, Stored
from dravo_simulator.tiktok.publishes import DIRECT
from dravo_simulator.world import World, medium


def record(world: World, publish: Stored, at: float) -> None:
    account = world.account("tiktok", by="id", value=publish.account)
    assert account is not None, "accounts do not go away"
    world.record(
        account,
        "post",
        publish.id,
        text=caption(publish),
        media=media(world, publish),
        options=_options(world, publish),
        at=at,
    )


def caption(publish: Stored) -> str:
    """What stands below it: a video's title, the description of photos."""
    return str(publish.data["info"].get("title" if publish.data["media_type"] == "VIDEO" else "description", ""))


def media(world: World, publish: Stored) -> list[JSON]:
    """Its files in order, photos with the address they were pulled from."""
    shown: list[JSON] = []
    for index, sha256 in enumerate(publish.data["media"]):
        blob = world.store.blob(sha256)
        assert blob is not None, "it was kept"
        is_photo = publish.data["media_type"] == "PHOTO"
        shown.append(medium(blob, url=publish.data["urls"][index] if is_photo else None))
    return shown


def cover_ms(world: World, publish: Stored) -> int:
    """The frame of a video that is its cover: what does not lie within it means the first one."""
    [film] = media(world, publish)
    asked = int(publish.data["info"].get("video_cover_timestamp_ms", 0))
    return asked if 0 <= asked <= film.get("duration_ms", 0) else 0


def _options(world: World, publish: Stored) -> JSON:
    data = publish.data
    beside_text = "title" if data["media_type"] == "VIDEO" else "description"
    options: JSON = {"media_type": data["media_type"], "post_mode": data["post_mode"]}
    options |= {name: value for name, value in data["info"].items() if name != beside_text}
    if data["media_type"] == "PHOTO":
        options["photo_cover_index"] = data["cover_index"]
    elif "video_cover_timestamp_ms" in options:
        options["video_cover_timestamp_ms"] = cover_ms(world, publish)
    if data["post_mode"] != DIRECT:
        options["inbox"] = True
    if data["public_ids"]:
        options["publicaly_available_post_id"] = data["public_ids"]
    return options
