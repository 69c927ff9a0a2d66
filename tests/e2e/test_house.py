"""The real processes, as a person runs them: `dravo up`, HTTP from outside, kill -9, Ctrl-C, and once more."""

import asyncio
import hashlib
import io
import json
import os
import signal
import stat
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from conformance.samples import tall_film
from dravo.local.ports import free_port

pytestmark = pytest.mark.timeout(240)
FINAL = {"published", "failed", "canceled", "unconfirmed"}


class Up:
    """One `dravo up` as a child process, and a client of what it serves."""

    def __init__(self, data_dir: Path, port: int, simulator_port: int) -> None:
        self.data_dir, self.port, self.simulator_port = data_dir, port, simulator_port
        self.process = self._start(port, simulator_port)

    def _start(self, port: int, simulator_port: int) -> subprocess.Popen[bytes]:
        ports = ["--port", str(port), "--simulator-port", str(simulator_port)]
        with self.data_dir.with_suffix(".log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "dravo", "up", "--data-dir", str(self.data_dir), *ports],
                stdout=log,
                stderr=log,
                env={
                    **os.environ,
                    "DRAVO_LEASE_SECONDS": "2",
                    "DRAVO_HEARTBEAT_SECONDS": "0.5",
                    "DRAVO_COMMIT_SECONDS": "4",
                },
            )

    @property
    def facts(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.data_dir / "dev.json").read_text())
        return found

    async def until_up(self) -> dict[str, Any]:
        await until(lambda: (self.data_dir / "dev.json").exists() or self.process.poll() is not None)
        assert self.process.poll() is None, self.data_dir.with_suffix(".log").read_text()
        return self.facts

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=60)

    def processes(self) -> list[int]:
        """Every living process that has to do with this data folder."""
        return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and self._mine(entry)]

    def _mine(self, entry: Path) -> bool:
        needle = str(self.data_dir).encode()
        try:
            return needle in (entry / "cmdline").read_bytes() or needle in (entry / "environ").read_bytes()
        except OSError:  # it is gone, or not ours to read
            return False


async def until(true: Any, seconds: float = 60) -> None:
    """Poll until the world is as asked; the only sleep of these tests, and bounded."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - another process will not set our event
            await asyncio.sleep(0.05)


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    house = Up(tmp_path / "house", free_port(), free_port())
    yield house
    if house.process.poll() is None:
        house.process.send_signal(signal.SIGTERM)
        house.process.wait(timeout=60)


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (1080, 1080), "teal").save(file, "JPEG")
    return file.getvalue()


async def finished(client: httpx.AsyncClient, post_id: str) -> dict[str, Any]:
    async with asyncio.timeout(120):
        while True:
            post: dict[str, Any] = (await client.get(f"/v1/posts/{post_id}")).json()
            if all(result["status"] in FINAL for result in post["results"]):
                return post
            await asyncio.sleep(0.05)


def body(facts: dict[str, Any], text: str, media_url: str) -> dict[str, Any]:
    return {
        "account_ids": list(facts["accounts"].values()),
        "text": text,
        "media_urls": [media_url],
        "platform_options": {
            "facebook": {"first_comment": "from facebook"},
            "instagram": {"first_comment": "from instagram", "alt_text": "teal"},
            "tiktok": {"first_comment": "nowhere to go"},
            "linkedin": {"first_comment": "from linkedin"},
            "x": {"first_comment": "from x", "reply_settings": "following"},
        },
    }


async def test_a_post_survives_its_worker_and_reaches_five_networks_exactly_once(up: Up) -> None:
    facts = await up.until_up()
    assert stat.S_IMODE((up.data_dir / "dev.json").stat().st_mode) == 0o600
    variables = up.data_dir / "house.env"
    assert stat.S_IMODE(variables.stat().st_mode) == 0o600
    listing = await asyncio.create_subprocess_exec(
        *("bash", "-c", f"set -a; . {variables}; {sys.executable} -m dravo accounts list"),
        stdout=asyncio.subprocess.PIPE,
    )
    listed = (await listing.communicate())[0].decode()
    assert all(account in listed for account in facts["accounts"].values())
    assert set(facts) == {"base_url", "simulator_url", "api_key", "accounts", "pids"}
    auth = {"authorization": f"Bearer {facts['api_key']}"}
    async with (
        httpx.AsyncClient(base_url=facts["base_url"], headers=auth, timeout=30) as client,
        httpx.AsyncClient(base_url=facts["simulator_url"], timeout=30) as simulator,
    ):
        media = (await client.post("/v1/media", files={"file": ("a.jpg", picture(), "image/jpeg")})).json()
        # Slow enough that the containers of Instagram and TikTok outlive the worker.
        await simulator.post("/_control/settings", json={"processing_seconds": 3})
        first = await client.post("/v1/posts", json=body(facts, "Killed in flight", media["public_url"]))
        assert first.status_code == 202
        post_id = first.json()["id"]
        await published(client, post_id, {"x", "linkedin", "facebook"})
        os.kill(facts["pids"]["worker"], signal.SIGKILL)
        post = await finished(client, post_id)
        assert {result["platform"]: result["status"] for result in post["results"]} == dict.fromkeys(
            facts["accounts"], "published"
        )
        assert post["status"] == "published"
        tiktok = next(result for result in post["results"] if result["platform"] == "tiktok")
        assert [warning["code"] for warning in tiktok["warnings"]] == ["first_comment_not_supported"]

        ledger = (await simulator.get("/_control/ledger")).json()["items"]
        counted = Counter((entry["network"], entry["kind"]) for entry in ledger)
        assert counted == Counter(
            {(network, "post"): 1 for network in facts["accounts"]}
            | {(network, "comment"): 1 for network in facts["accounts"] if network != "tiktok"}
        )
        await until(lambda: up.facts["pids"]["worker"] != facts["pids"]["worker"])
        await a_film_goes_to_three_networks(client, simulator, facts)
        ledger = (await simulator.get("/_control/ledger")).json()["items"]
        wall = (await simulator.get("/wall")).text
        assert "Killed in flight" in wall
        timeline = (await client.get(f"/v1/posts/{post_id}/timeline")).json()["items"]
        assert {entry["name"] for entry in timeline} >= {"publish", "first_comment", "container", "ready", "processed"}
        assert facts["api_key"] not in json.dumps(timeline)

    assert up.end(signal.SIGTERM) == 0
    assert not variables.exists()
    await until(lambda: up.processes() == [])

    again = Up(up.data_dir, up.port, up.simulator_port)
    try:
        facts_again = await again.until_up()
        assert (facts_again["api_key"], facts_again["accounts"]) == (facts["api_key"], facts["accounts"])
        async with httpx.AsyncClient(base_url=facts["base_url"], headers=auth) as client:
            assert (await client.get(f"/v1/posts/{post_id}")).json()["status"] == "published"
        async with httpx.AsyncClient(base_url=facts["simulator_url"]) as simulator:
            assert (await simulator.get("/_control/ledger")).json()["items"] == ledger

        second = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "dravo", "up", "--data-dir", str(up.data_dir)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await second.communicate()
        assert second.returncode == 1
        assert b"already runs" in said
        assert again.process.poll() is None

        again.process.kill()
        again.process.wait(timeout=30)
        await until(lambda: again.processes() == [])
    finally:
        again.process.kill()
        again.process.wait(timeout=30)


async def a_film_goes_to_three_networks(
    client: httpx.AsyncClient, simulator: httpx.AsyncClient, facts: dict[str, Any]
) -> None:
    """Its bytes are sent to Facebook and to TikTok and pulled by Instagram, from the addresses of this house."""
    film, cover = tall_film(), picture()
    video = (await client.post("/v1/media", files={"file": ("a.mp4", film.content, "video/mp4")})).json()
    still = (await client.post("/v1/media", files={"file": ("a.jpg", cover, "image/jpeg")})).json()
    networks = ("facebook", "instagram", "tiktok")
    accepted = await client.post(
        "/v1/posts",
        json={
            "account_ids": [facts["accounts"][network] for network in networks],
            "text": "A film",
            "media_urls": [video["public_url"]],
            "platform_options": {
                "facebook": {"as_reel": True},
                "instagram": {"share_to_feed": True, "cover_url": still["public_url"], "audio_name": "Hum"},
            },
        },
    )
    post = await finished(client, accepted.json()["id"])
    assert [(result["status"], result["warnings"]) for result in post["results"]] == [("published", [])] * 3
    ledger = (await simulator.get("/_control/ledger")).json()["items"]
    facebook, instagram, tiktok = (
        next(entry for entry in ledger if entry["network"] == network and entry["text"] == "A film")
        for network in networks
    )
    assert facebook["options"]["edge"] == "video_reels"
    assert (instagram["options"]["product"], instagram["options"]["audio_name"]) == ("REELS", "Hum")
    assert instagram["options"]["cover"]["sha256"] == hashlib.sha256(cover).hexdigest()
    for entry in (facebook, instagram, tiktok):
        assert [medium["sha256"] for medium in entry["media"]] == [hashlib.sha256(film.content).hexdigest()]
    pulled = instagram["media"][0]["url"]
    assert pulled.startswith(facts["base_url"])
    assert (await client.get(pulled)).status_code == 404  # its attempt is over


async def published(client: httpx.AsyncClient, post_id: str, platforms: set[str]) -> None:
    async with asyncio.timeout(60):
        while True:
            post = (await client.get(f"/v1/posts/{post_id}")).json()
            if {result["platform"] for result in post["results"] if result["status"] == "published"} >= platforms:
                return
            await asyncio.sleep(0.02)
