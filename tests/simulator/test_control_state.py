import hashlib
import json
import sqlite3
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from dravo_simulator.probe import probe
from simulator.harness import JSON, Sim, bearer, moving_gif, picture, video
from simulator.x_calls import one_shot, posted, processed, with_media


async def test_the_clock_can_be_set_and_goes_on_from_there(sim: Sim) -> None:
    moment = datetime(2027, 2, 3, 4, 5, 6, tzinfo=UTC)
    answer = await sim.client.post("/_control/clock", json={"set": moment.isoformat()})
    assert answer.json() == {"now": moment.timestamp(), "now_at": "2027-02-03T04:05:06.000Z"}
    sim.clock.now += 10
    assert (await sim.client.get("/_control/clock")).json()["now"] == moment.timestamp() + 10
    await sim.client.post("/_control/clock", json={"advance_seconds": 5})
    assert (await sim.client.get("/_control/clock")).json()["now"] == moment.timestamp() + 15
    account = await sim.account("x", expires_in=60)
    later = moment + timedelta(seconds=75)
    await sim.client.post("/_control/clock", json={"set": later.isoformat()})
    assert (await sim.client.get("/api.x.com/2/users/me", headers=bearer(account))).status_code == 401


@pytest.mark.parametrize(
    "order",
    [{}, {"set": "2027-02-03T04:05:06"}, {"set": "soon"}, {"set": "2027-02-03T04:05:06Z", "advance_seconds": 1}],
)
async def test_a_clock_order_says_one_thing(sim: Sim, order: JSON) -> None:
    assert (await sim.client.post("/_control/clock", json=order)).status_code == 422


@pytest.mark.parametrize(
    "order", [{"advance_seconds": -0.001}, {"set": "2026-11-18T00:00:00Z"}, {"advance_seconds": 1e300}]
)
async def test_the_clock_goes_neither_back_nor_out_of_the_calendar(sim: Sim, order: JSON) -> None:
    before = (await sim.client.get("/_control/clock")).json()
    refused = await sim.client.post("/_control/clock", json=order)
    assert (refused.status_code, "the clock" in refused.json()["error"]) == (422, True)
    assert (await sim.client.get("/_control/clock")).json() == before


async def test_settings_can_be_read_and_wrong_ones_are_refused(sim: Sim) -> None:
    await sim.settings(x_plan="enterprise")
    assert (await sim.client.get("/_control/settings")).json()["x_plan"] == "enterprise"
    for wrong in ({"x_plan": "free"}, {"x_surprise": 1}, {"processing_seconds": -1}):
        assert (await sim.client.post("/_control/settings", json=wrong)).status_code == 422


async def test_the_ledger_says_what_a_medium_is(sim: Sim) -> None:
    account = await sim.account("x")
    image = (await one_shot(sim, account, picture("PNG", (50, 40)))).json()["data"]["id"]
    await posted(sim, account, text="a", **with_media(image))
    await posted(sim, account, text="b", **with_media(await processed(sim, account, video(size=(64, 48)))))
    first, second = [item["media"][0] for item in await sim.ledger()]
    assert {"kind": "image", "content_type": "image/png", "width": 50, "height": 40}.items() <= first.items()
    assert first["size_bytes"] == len(picture("PNG", (50, 40)))
    assert {"kind": "video", "content_type": "video/mp4", "width": 64, "height": 48}.items() <= second.items()
    assert len(second["sha256"]) == 64


async def test_media_lie_in_files_that_end_with_the_process_or_stay_with_the_state(tmp_path: Path) -> None:
    for state in (None, str(tmp_path / "state.sqlite")):
        sim = Sim(state)
        account = await sim.account("x")
        media_id = (await one_shot(sim, account, picture())).json()["data"]["id"]
        await posted(sim, account, text="a", **with_media(media_id))
        blob = sim.app.world.store.blob((await sim.ledger())[0]["media"][0]["sha256"])
        assert blob is not None
        assert blob.path.read_bytes() == picture()
        await sim.close()
        assert blob.path.exists() == (state is not None)


async def test_reset_removes_the_files(sim: Sim) -> None:
    account = await sim.account("x")
    await one_shot(sim, account, picture())
    folder = sim.app.world.store.blobs.part("any").parent.parent
    assert [path for path in folder.rglob("*") if path.is_file()]
    await sim.client.post("/_control/reset")
    assert [path for path in folder.rglob("*") if path.is_file()] == []
    assert (await one_shot(sim, await sim.account("x"), picture())).status_code == 200


async def test_a_state_file_of_release_0_1_goes_on(tmp_path: Path) -> None:
    state = tmp_path / "old.sqlite"
    account = {
        "network": "x",
        "id": "1400000000000000001",
        "handle": "ada",
        "display_name": "Ada",
        "token": "x-old",
        "refresh_token": "xr-old",
        "expires_at": 4e9,
        "scopes": ["tweet.read", "tweet.write", "users.read"],
        "attributes": {"premium": True, "subscriptions": False},
        "extras": {},
    }
    item = {"network": "x", "account": account["id"], "kind": "post", "id": "7", "text": "old", "media": []}
    item |= {"options": {}, "at": "2026-11-18T00:00:00.000Z"}
    with sqlite3.connect(state) as db:
        db.executescript(
            """
            CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
            CREATE TABLE numbers (number INTEGER PRIMARY KEY AUTOINCREMENT);
            CREATE TABLE blobs (sha256 TEXT PRIMARY KEY, content_type TEXT NOT NULL, bytes BLOB NOT NULL);
            CREATE TABLE accounts (network TEXT NOT NULL, id TEXT NOT NULL, handle TEXT NOT NULL,
                token TEXT NOT NULL UNIQUE, data TEXT NOT NULL, PRIMARY KEY (network, id), UNIQUE (network, handle));
            CREATE TABLE objects (seq INTEGER PRIMARY KEY AUTOINCREMENT, network TEXT NOT NULL, kind TEXT NOT NULL,
                id TEXT NOT NULL, account TEXT NOT NULL, at REAL NOT NULL, data TEXT NOT NULL,
                UNIQUE (network, kind, id));
            CREATE TABLE ledger (seq INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, item TEXT NOT NULL);
            """
        )
        values = ("x", account["id"], "ada", "x-old", json.dumps(account))
        db.execute("INSERT INTO accounts VALUES (?, ?, ?, ?, ?)", values)
        db.execute("INSERT INTO blobs VALUES ('to be found', 'image/jpeg', ?)", (picture(),))
        db.execute("INSERT INTO ledger (at, item) VALUES (0, ?)", (json.dumps(item),))
    db.close()

    for _ in range(2):  # brought up to date by the first start, left alone by the second
        sim = Sim(str(state))
        known = await sim.account("x", handle="ada")
        assert (known["access_token"], known["refresh_token"]) == ("x-old", "xr-old")
        assert known["attributes"]["geo"] is True
        await sim.client.post("/_control/settings", json={"refuse_duplicates": False})
        await posted(sim, known, text="a long text " * 50)
        assert (await sim.ledger())[0]["text"] == "old"
        assert sim.app.world.store.blobs.part("any").parent.parent == Path(f"{state}.media")
        shown = await sim.client.get(f"/wall/media/{hashlib.sha256(picture()).hexdigest()}")
        assert shown.content == picture()
        await sim.close()


async def test_the_prober_tells_what_a_file_is(tmp_path: Path) -> None:
    files = {
        "a.mp4": video(sound="aac"),
        "a.mov": video(form="mov"),
        "a.webm": video(codec="libvpx-vp9", form="webm"),
        "a.ts": video(form="mpegts"),
        "a.gif": moving_gif(5),
        "a.txt": b"words",
        "cut.mp4": video()[:100],
    }
    facts = {}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
        facts[name] = await probe(tmp_path / name)
    film = facts["a.mp4"]
    assert film is not None
    assert (film.kind, film.content_type, film.width, film.height) == ("video", "video/mp4", 64, 48)
    assert (film.video_codec, film.audio_codec, film.audio_profile) == ("h264", "aac", "LC")
    assert (film.pixel_format, film.fps, film.frames) == ("yuv420p", 10.0, None)
    assert film.duration_ms == pytest.approx(1000, abs=50)
    kinds = {name: found and found.content_type for name, found in facts.items()}
    assert kinds == {
        "a.mp4": "video/mp4",
        "a.mov": "video/quicktime",
        "a.webm": "video/webm",
        "a.ts": "video/mp2t",
        "a.gif": "image/gif",
        "a.txt": None,
        "cut.mp4": None,
    }
    moving = facts["a.gif"]
    assert moving is not None
    assert (moving.kind, moving.frames, moving.duration_ms) == ("image", 5, None)


async def test_a_picture_that_lies_on_its_side_is_measured_upright(tmp_path: Path) -> None:
    turned = Image.new("RGB", (60, 40))
    exif = Image.Exif()
    exif[0x0112] = 6
    turned.save(tmp_path / "a.jpg", exif=exif)
    facts = await probe(tmp_path / "a.jpg")
    assert facts is not None
    assert (facts.width, facts.height) == (40, 60)


async def test_a_film_that_lies_on_its_side_is_measured_upright(tmp_path: Path) -> None:
    content = bytearray(video(size=(64, 48)))
    matrix = content.index(b"tkhd") + 44  # ISO 14496-12, 8.3.2: the track header ends in the matrix and the size
    quarter_turn = (0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000)
    content[matrix : matrix + 36] = struct.pack(">9i", *quarter_turn)
    (tmp_path / "a.mp4").write_bytes(content)
    facts = await probe(tmp_path / "a.mp4")
    assert facts is not None
    assert (facts.width, facts.height) == (48, 64)
