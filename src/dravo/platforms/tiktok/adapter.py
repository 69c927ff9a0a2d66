"""Publishing to TikTok: ask what the creator may do, bring a video there or name the photos, and wait for what becomes of them."""

from collections.abc import Collection
from datetime import timedelta

from dravo.platforms.base import Published, PublishJob, Run
from dravo.platforms.media import Medium
from dravo.platforms.tiktok.chunks import send_last_chunk
from dravo.platforms.tiktok.client import MEDIA, pointer_of
from dravo.platforms.tiktok.creator import KEPT_FOR as CREATOR_KEPT_FOR
from dravo.platforms.tiktok.creator import agree, creator_info
from dravo.platforms.tiktok.finding import photo_finder, video_finder
from dravo.platforms.tiktok.options import TikTokOptions
from dravo.platforms.tiktok.photos import publish_photos
from dravo.platforms.tiktok.statuses import DELIVERED, POSTED, Status, processed, with_public_id
from dravo.platforms.tiktok.videos import KEPT_FOR as UPLOAD_KEPT_FOR
from dravo.platforms.tiktok.videos import upload_video

Job = PublishJob[TikTokOptions]


class TikTokAdapter:
    """One post of one TikTok creator: a video or photos, published directly or put into the creator's inbox."""

    async def publish(self, job: Job, run: Run) -> Published:
        film = next((medium for medium in job.media if medium.kind == "video"), None)
        # An upload was ordered for what the creator might do then: it outlives the question, and is not begun anew for it.
        username = await _creator(job, run, CREATOR_KEPT_FOR if film is None else UPLOAD_KEPT_FOR)
        return await (_photos(job, run, username) if film is None else _video(job, run, username, film))


async def _creator(job: Job, run: Run, keep_for: timedelta) -> str:
    """The creator's name. Of a direct post also whether the creator may have it so; a draft asks nothing."""
    if not job.options.posts_directly():
        return job.profile.handle
    creator = await run.step("creator", creator_info(), keep_for=keep_for)
    agree(creator, job.options, job.media, run)
    return creator.creator_username or job.profile.handle


async def _video(job: Job, run: Run, username: str, film: Medium) -> Published:
    """TikTok posts it as soon as its last chunk has arrived."""
    upload = await upload_video(run, job.text, film, job.options)
    call = send_last_chunk(upload.place.publish_id, upload.place.upload_url, film, upload.plan)
    sent = await run.commit("publish", call, find=video_finder(run, upload))
    publish_id, size = sent.publish_id or upload.place.publish_id, upload.plan.size
    status = await processed(run, publish_id, _done(job), pointer_of(film), size=size, refused=sent.refused)
    return await _published(job, run, username, publish_id, status)


async def _photos(job: Job, run: Run, username: str) -> Published:
    """TikTok pulls and posts them as soon as it has been told where they are."""
    call = publish_photos(job.text, job.media, job.options)
    made = await run.commit("publish", call, find=photo_finder(job, run), binds=lambda post: post.post_id)
    if made.publish_id is None:
        return Published(made.post_id, _address(username, made.post_id), raw={"id": made.post_id})
    media = pointer_of(job.media[0]) if len(job.media) == 1 else MEDIA
    status = await processed(run, made.publish_id, _done(job), media)
    return await _published(job, run, username, made.publish_id, status)


def _done(job: Job) -> Collection[str]:
    """The words for the end of such a post."""
    return POSTED if job.options.posts_directly() else DELIVERED


async def _published(job: Job, run: Run, username: str, publish_id: str, status: Status) -> Published:
    """The end of the delivery. Other posts than public ones have no id, and a public one's may come a moment later."""
    if job.options.posts_publicly():
        status = await with_public_id(run, publish_id, status)
    raw = {"publish_id": publish_id, **status.model_dump(mode="json", exclude_none=True)}
    return Published(status.public_id, _address(username, status.public_id), raw=raw)


def _address(username: str, post_id: str | None) -> str | None:
    """Where people see a public post; TikTok leads from there to where it shows photos."""
    if not username or post_id is None:
        return None
    return f"https://www.tiktok.com/@{username.removeprefix('@')}/video/{post_id}"
