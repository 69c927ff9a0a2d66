"""Bringing a post's media to LinkedIn, and waiting until a post with them would be seen.

A post whose medium fails to be processed later exists and is seen by nobody, so it is not created before.
"""

from collections.abc import Mapping
from datetime import timedelta

from dravo.platforms.base import PublishJob, Run
from dravo.platforms.errors import Rejected
from dravo.platforms.linkedin import images, videos
from dravo.platforms.linkedin.authors import Author
from dravo.platforms.linkedin.client import pointer_of
from dravo.platforms.linkedin.config import LinkedInConfig
from dravo.platforms.linkedin.options import LinkedInOptions
from dravo.platforms.linkedin.processing import MediumState, processed, state_of
from dravo.platforms.marks import pause
from dravo.platforms.media import Medium

IMAGE_EVERY = [timedelta(seconds=seconds) for seconds in (2, 5, 10, 20, 60)]
VIDEO_EVERY = [timedelta(seconds=seconds) for seconds in (5, 10, 20, 40, 60)]
"""Every question counts against a budget of 150 calls a day for each member."""

IMAGE_READY_WITHIN = timedelta(minutes=10)
VIDEO_READY_WITHIN = timedelta(minutes=30)

FORMS: Mapping[str, str] = {"image": "a JPEG, PNG or GIF", "video": "an MP4"}


async def upload_media(job: PublishJob[LinkedInOptions], run: Run, author: Author, config: LinkedInConfig) -> list[str]:
    """The URNs of the post's media, in their order, ready to be shown. Raises Rejected when LinkedIn cannot use one."""
    version = config.version
    if [medium.kind for medium in job.media] == ["video"]:
        return [await _upload_video(job.media[0], run, author, config)]
    urns = [await _upload_image(medium, run, author, version) for medium in job.media]
    if author.is_page:
        for medium, urn in zip(job.media, urns, strict=True):
            question = state_of(urn, version, pointer_of(medium))
            name = f"image-{medium.index}-ready"
            state = await processed(run, name, question, every=IMAGE_EVERY, at_most=IMAGE_READY_WITHIN)
            _accept(medium, urn, state)
    elif urns:
        await let_settle(run, config)
    return urns


async def _upload_image(medium: Medium, run: Run, author: Author, version: str) -> str:
    name = f"image-{medium.index}"
    upload = await run.step(name, images.start_upload(author, version, pointer_of(medium)), keep_for=images.KEPT_FOR)
    await run.step(f"{name}-bytes", images.send_bytes(upload.upload_url, medium))
    return upload.image


async def _upload_video(medium: Medium, run: Run, author: Author, config: LinkedInConfig) -> str:
    """Each part is a step of its own, so that a run that dies goes on with the part it died in."""
    start = videos.start_upload(author, medium, config.version)
    upload = await run.step("video", start, keep_for=videos.KEPT_FOR)
    question = state_of(upload.video, config.version, pointer_of(medium))
    etags = []
    for number, part in enumerate(upload.parts):
        sent = await run.step(f"video-part-{number:04}", videos.send_part(part, medium))
        etags.append(sent.etag)
    try:
        await run.step("video-finalize", videos.finalize(author, medium, upload, etags, config.version))
    except Rejected:
        # A call whose answer was lost may have done it before, and LinkedIn does not say how it takes a second one.
        if (await run.look(question)).status not in {"PROCESSING", "AVAILABLE"}:
            raise
    state = await processed(run, "video-ready", question, every=VIDEO_EVERY, at_most=VIDEO_READY_WITHIN)
    _accept(medium, upload.video, state)
    if state.status == "FORBIDDEN":
        await let_settle(run, config)
    return upload.video


async def let_settle(run: Run, config: LinkedInConfig) -> None:
    """Members' tokens may not ask whether an image is ready, so it is given a moment."""
    await pause(run, "media-settle", timedelta(seconds=config.image_wait_seconds))


def _accept(medium: Medium, urn: str, state: MediumState) -> None:
    if state.status == "PROCESSING_FAILED":
        raise Rejected(
            "media_processing_failed",
            unusable(medium.kind, state),
            pointer=pointer_of(medium),
            raw={medium.kind: urn, "status": state.status, "reason": state.reason},
        )


def unusable(kind: str, state: MediumState) -> str:
    """That the processing of a medium has failed, as a sentence for the user."""
    because = f" ({state.reason})" if state.reason else ""
    return f"LinkedIn could not process the {kind}{because}; send {FORMS[kind]} that opens elsewhere."
