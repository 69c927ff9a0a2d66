"""One post to one TikTok creator."""

from datetime import timedelta

from dravo.platforms.base import Found, NotFound, Published, PublishJob, Run, Sent
from dravo.platforms.errors import Rejected
from dravo.platforms.tiktok import client
from dravo.platforms.tiktok.client import Accepted, CreatorInfo, Status
from dravo.platforms.tiktok.options import TikTokOptions

CREATOR_KEPT = timedelta(minutes=10)
"""What a creator may do can change at any time, so an attempt that comes later asks anew (docs `query-creator-info`)."""
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (2, 5, 15, 60))
PATIENCE = timedelta(hours=6)
"""Posts have been seen in progress for more than half an hour without ever failing (postiz-app#1883)."""

POSTED = frozenset({"PUBLISH_COMPLETE"})
DELIVERED = frozenset({"SEND_TO_USER_INBOX", "PUBLISH_COMPLETE"})
"""A draft's end is the inbox; the creator may have posted it already when we ask."""

Job = PublishJob[TikTokOptions]


class TikTokAdapter:
    """Ask what the creator may do, hand over the photos' addresses once, and wait for what TikTok makes of them."""

    async def publish(self, job: Job, run: Run) -> Published:
        username = job.profile.handle
        if job.options.posts_directly():
            creator = await run.step("creator", client.creator_info(), keep_for=CREATOR_KEPT)
            _agree(job.options, creator, run)
            username = creator.creator_username or username
        accepted = await run.commit(
            "publish", client.publish_photos(job.text, job.media, job.options), find=_cannot_be_found
        )
        status = await _processed(run, accepted.publish_id, POSTED if job.options.posts_directly() else DELIVERED)
        post_id = status.public_id()
        url = client.url_of(username, post_id) if post_id and username else None
        return Published(post_id, url, raw={"publish_id": accepted.publish_id, **status.model_dump()})


def _agree(options: TikTokOptions, creator: CreatorInfo, run: Run) -> None:
    """What was asked for against what the creator may do."""
    if options.audience() not in creator.privacy_level_options:
        raise Rejected(
            "privacy_level_not_allowed",
            f"The creator may not post as {options.audience()}; TikTok allows {', '.join(creator.privacy_level_options)}.",
            pointer="/platform_options/tiktok/privacy_level",
        )
    if creator.comment_disabled and options.disable_comment is False:
        run.warn("option_without_effect", "disable_comment: the creator has comments switched off for all posts.")


async def _cannot_be_found(_sent: Sent) -> Found[Accepted] | NotFound:
    """Without the publish_id TikTok has nothing to ask: not even whether it began to pull (docs read 2026-11-23)."""
    return NotFound.unknown


async def _processed(run: Run, publish_id: str, done: frozenset[str]) -> Status:
    """The post's end at TikTok. A refusal of the question itself says nothing about the post, so it is asked again."""

    async def ready() -> Status | None:
        try:
            seen = await run.look(client.status(publish_id))
        except Rejected:
            return None
        if seen.status == "FAILED":
            run.refute("publish", {"publish_id": publish_id, **seen.model_dump()})
            raise client.failure(publish_id, seen)
        return seen if seen.status in done else None

    return await run.wait("processed", ready, answer=Status, every=PAUSES, at_most=PATIENCE)
