"""The picture of a link card: brought to LinkedIn like a post's images, and left out with a warning where that does not work.

No post is refused or held for it. What became of it is kept, so that each later run sends the same post and says the same.
"""

from datetime import timedelta

from pydantic import BaseModel

from dravo.platforms.base import PublishJob, Run
from dravo.platforms.errors import Misconfigured, Rejected, Transient
from dravo.platforms.linkedin import images
from dravo.platforms.linkedin.authors import Author
from dravo.platforms.linkedin.config import LinkedInConfig
from dravo.platforms.linkedin.options import LinkedInOptions
from dravo.platforms.linkedin.processing import MediumState, state_of
from dravo.platforms.linkedin.uploading import IMAGE_EVERY, IMAGE_READY_WITHIN, let_settle, unusable
from dravo.platforms.marks import too_often
from dravo.platforms.media import Medium

TRIES = 3
"""How often an upload is tried that fails for the moment."""

QUESTIONS = 6
"""How often LinkedIn is asked whether the picture is ready: a minute and a half, by the pauses between."""


class Thumbnail(BaseModel):
    """The picture's URN, or what came in its way."""

    urn: str | None
    trouble: str | None


async def upload_thumbnail(
    job: PublishJob[LinkedInOptions], run: Run, author: Author, config: LinkedInConfig
) -> str | None:
    """The URN of a link card's picture; None when the card has none, or goes without it."""
    picture = job.attachments.get("thumbnail")
    if picture is None or job.media or job.options.article is None:
        return None

    async def brought() -> Thumbnail:
        return await _brought(picture, run, author, config)

    thumbnail = await run.wait(
        "thumbnail-brought", brought, answer=Thumbnail, every=[timedelta()], at_most=timedelta(days=1)
    )
    if thumbnail.trouble:
        warn_left_out(run, thumbnail.trouble)
    return thumbnail.urn


def warn_left_out(run: Run, trouble: str) -> None:
    """Tell that the card has no picture."""
    run.warn("thumbnail_failed", f"The link card is published without its picture: {trouble}")


async def _brought(picture: Medium, run: Run, author: Author, config: LinkedInConfig) -> Thumbnail:
    """The picture or what is wrong with it. Raises what may pass, at most twice."""
    try:
        return await _uploaded(picture, run, author, config)
    except Rejected as refused:
        return Thumbnail(urn=None, trouble=refused.message)
    except Misconfigured as forbidden:
        if forbidden.scope == "deployment":
            raise
        return Thumbnail(urn=None, trouble="LinkedIn forbids its upload without naming a permission that is missing.")
    except Transient as failure:
        if not await too_often(run, "thumbnail-failed", TRIES - 1):
            raise
        return Thumbnail(urn=None, trouble=f"its upload has failed {TRIES} times ({failure.code}).")


async def _uploaded(picture: Medium, run: Run, author: Author, config: LinkedInConfig) -> Thumbnail:
    begun = await run.step("thumbnail", images.start_thumbnail(author, config.version), keep_for=images.KEPT_FOR)
    if begun.upload is None:
        return Thumbnail(urn=None, trouble=begun.refused)
    sent = await run.step("thumbnail-bytes", images.send_thumbnail(begun.upload.upload_url, picture))
    if sent.refused:
        return Thumbnail(urn=None, trouble=sent.refused)
    urn = begun.upload.image
    if not author.is_page:
        await let_settle(run, config)
        return Thumbnail(urn=urn, trouble=None)
    state = await _state(run, urn, config.version)
    if state.status == "PROCESSING_FAILED":
        return Thumbnail(urn=None, trouble=unusable("image", state))
    if state.goes_on:
        return Thumbnail(urn=None, trouble="LinkedIn takes too long to process it.")
    return Thumbnail(urn=urn, trouble=None)


async def _state(run: Run, urn: str, version: str) -> MediumState:
    """The end of the processing, or how far it is when LinkedIn has been asked often enough."""

    async def ready() -> MediumState | None:
        state = await run.look(state_of(urn, version))
        over = not state.goes_on or await too_often(run, "thumbnail-asked", QUESTIONS - 1)
        return state if over else None

    return await run.wait("thumbnail-ready", ready, answer=MediumState, every=IMAGE_EVERY, at_most=IMAGE_READY_WITHIN)
