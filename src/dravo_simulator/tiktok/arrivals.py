"""Getting the media of a publish onto TikTok's disks: pulled from URLs, or put together out of chunks, then read and judged.

It goes on by itself from the moment it can, one task for each publish, whoever asks.
"""

import contextlib

from dravo_simulator.blobs import Received, TooLarge
from dravo_simulator.errands import Errands
from dravo_simulator.fetch import Fetcher, FetchFailed
from dravo_simulator.probe import Facts, probe
from dravo_simulator.store import Stored
from dravo_simulator.tiktok import limits
from dravo_simulator.tiktok.publishes import DIRECT, RUNNING, arrived, is_whole
from dravo_simulator.world import World

OK = 200


class Arrivals(Errands):
    """``app.state.arrivals``: one errand for each publish."""

    def __init__(self, fetcher: Fetcher, world: World) -> None:
        super().__init__(self._gather)
        self._fetcher = fetcher
        self._world = world

    async def settle(self) -> None:
        """Gathers what any publish waits for."""
        waiting = [name for name in self._world.store.watched("tiktok") if self._waiting(name) is not None]
        await self.wait(waiting)

    async def _gather(self, publish_id: str) -> None:
        # A reset takes the files that are being written, and then nobody waits for them any more.
        with contextlib.suppress(FileNotFoundError):
            publish = self._waiting(publish_id)
            while publish is not None:
                publish = await self._take_next(publish)

    async def _take_next(self, publish: Stored) -> Stored | None:
        """Adds one medium to those that are here already; one that is bad spoils the post, and TikTok does not say which."""
        received, facts, fault = None, None, None
        try:
            received = await self._read(publish)
            facts = await probe(received.path)
            fault = self._fault_of(publish, received, facts)
        except FetchFailed:
            fault = f"{publish.data['media_type'].lower()}_pull_failed"
        except TooLarge:
            fault = "file_format_check_failed" if publish.data["media_type"] == "VIDEO" else "picture_size_check_failed"
        current = self._waiting(publish.id)
        if current is None or fault is not None:
            if received is not None:
                received.discard()
            if current is not None:
                with self._world.store.transaction():
                    arrived(self._world, current, fail_reason=fault)
                self._discard_parts(current)
            return None
        assert received is not None, "without a fault there is a medium"
        assert facts is not None, "and it was understood"
        return self._keep(current, received, facts)

    def _keep(self, publish: Stored, received: Received, facts: Facts) -> Stored | None:
        with self._world.store.transaction():
            blob = self._world.store.blobs.keep(received, facts.content_type, facts)
            media = [*publish.data["media"], blob.sha256]
            pulled = publish.data["bytes"] + blob.size if publish.data["upload"] is None else publish.data["bytes"]
            publish = self._world.change("tiktok", publish, media=media, bytes=pulled)
            if len(media) == max(1, len(publish.data["urls"])):
                publish = arrived(self._world, publish)
        if not publish.data["is_here"]:
            return publish
        self._discard_parts(publish)
        return None

    async def _read(self, publish: Stored) -> Received:
        """The next file on disk. A server that redirects has not given it."""
        blobs, data = self._world.store.blobs, publish.data
        if data["upload"] is not None:
            return await blobs.join([blobs.part(part["part"]) for part in data["parts"]])
        most = limits.MOST_VIDEO_BYTES
        if data["media_type"] == "PHOTO":
            most = 2 * limits.MOST_PHOTO_MEGABYTES * self._world.settings.tiktok_megabyte
        url = data["urls"][len(data["media"])]
        async with self._fetcher.opened(url, seconds=limits.PULL_SECONDS) as answer:
            if answer.status != OK:
                raise FetchFailed(f"status {answer.status}")
            return await blobs.receive(answer.chunks, at_most=most)

    def _fault_of(self, publish: Stored, received: Received, facts: Facts | None) -> str | None:
        """A draft may be longer than its creator's posts: they can trim it in the app."""
        if publish.data["media_type"] == "PHOTO":
            return limits.fault_of_photo(facts, received.size, self._world.settings.tiktok_megabyte)
        longest = limits.LONGEST_SECONDS
        if publish.data["post_mode"] == DIRECT:
            account = self._world.account("tiktok", by="id", value=publish.account)
            assert account is not None, "accounts do not go away"
            longest = account.attributes["max_video_post_duration_sec"]
        return limits.fault_of_video(facts, longest)

    def _waiting(self, publish_id: str) -> Stored | None:
        """The publish as it is now, while it waits: it may have been cancelled, or forgotten by a reset."""
        publish = self._world.store.get("tiktok", "publish", publish_id)
        return publish if publish is not None and _is_waiting(publish) else None

    def _discard_parts(self, publish: Stored) -> None:
        for part in publish.data["parts"]:
            self._world.store.blobs.discard(part["part"])


def _is_waiting(publish: Stored) -> bool:
    return publish.data["status"] in RUNNING and is_whole(publish) and not publish.data["is_here"]
