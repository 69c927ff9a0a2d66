"""Looking for a post whose answer was lost.

A video is known by its publish_id before it is posted, so TikTok is asked for it by name. Photos are not: without the answer
TikTok has nothing to ask by, and only the list of the creator's public posts may show them.
"""

from datetime import timedelta

from dravo.platforms.base import Find, Found, NotFound, PublishJob, Run, Sent
from dravo.platforms.errors import CredentialsExpired, Misconfigured, OutcomeUnknown, Rejected, Transient
from dravo.platforms.marks import pause
from dravo.platforms.tiktok.chunks import LastChunkSent, send_last_chunk
from dravo.platforms.tiktok.listing import SCOPE, ListedPost, posts_since
from dravo.platforms.tiktok.options import TikTokOptions
from dravo.platforms.tiktok.photos import PhotoPost
from dravo.platforms.tiktok.statuses import told
from dravo.platforms.tiktok.videos import Upload

STATUS_LAGS = (timedelta(seconds=10), timedelta(seconds=30))
"""Between the looks at a status that does not tell that the end of a video has arrived."""

SENT_AGAIN_WITHIN = timedelta(days=1)
"""An upload's address lives for an hour. What is sent there later posts nothing, and its refusal tells that the upload is over."""

LIST_LAGS = tuple(timedelta(seconds=seconds) for seconds in (30, 60, 120))
"""Between the looks at a list that does not show the photos yet: TikTok pulls and moderates them first."""

MADE_WITHIN = timedelta(hours=1)
"""After the call: TikTok gives a pull no longer than that."""

_SHORTLY = timedelta(seconds=30)


def video_finder(run: Run, upload: Upload) -> Find[LastChunkSent]:
    """Whether the end of a video has arrived, by the status; where that does not tell, by sending the same bytes once more.

    An upload posts once, however often its last chunk comes. One that failed counts as arrived: the wait that follows tells why.
    So does one whose end is refused now while TikTok says that it lacks it: the wait decides whether that stays so.
    """

    async def find(_sent: Sent) -> Found[LastChunkSent] | NotFound:
        publish_id, size = upload.place.publish_id, upload.plan.size
        seen = await told(run, publish_id)
        if seen is not None and seen.has_whole(size):
            return Found(LastChunkSent(publish_id=publish_id, refused=None))
        for number, span in enumerate(STATUS_LAGS):
            await pause(run, f"not-arrived-{number}", span)
        lacks_bytes = seen is not None and seen.lacks_bytes(size)
        sent = await _sent_again(run, upload)
        if sent is not None and (sent.refused is None or lacks_bytes):
            return Found(sent)
        return NotFound.absent if lacks_bytes else NotFound.unknown

    return find


async def _sent_again(run: Run, upload: Upload) -> LastChunkSent | None:
    """What TikTok says to the last chunk when it comes once more; None where it may not be sent.

    Raises Transient where that does not tell either, so that the status is asked again.
    """
    call = send_last_chunk(upload.place.publish_id, upload.place.upload_url, upload.medium, upload.plan)
    try:
        return await run.probe(call, within=SENT_AGAIN_WITHIN)
    except OutcomeUnknown as lost:
        message = "TikTok does not tell yet whether the end of the video has arrived; it is asked again."
        raise Transient("upload_unconfirmed", message, raw=lost.raw, retry_after=_SHORTLY) from lost


def photo_finder(job: PublishJob[TikTokOptions], run: Run) -> Find[PhotoPost]:
    """By words and time, among the creator's public posts. Exactly one is taken; that there is none proves nothing.

    TikTok lists a post once it is moderated, which may take hours. Needs the scope video.list. While another delivery of these
    words has no post that is known to be its, any that is listed may be that one's.
    """

    async def find(sent: Sent) -> Found[PhotoPost] | NotFound:
        if not job.options.posts_publicly() or SCOPE not in (job.profile.scopes or ()):
            return NotFound.unknown
        alike = [] if sent.unnamed else await _alike(job.text, run, sent)
        if not alike:
            for number, span in enumerate(LIST_LAGS):
                await pause(run, f"unlisted-{number}", span)
        return Found(PhotoPost(post_id=alike[0].id)) if len(alike) == 1 else NotFound.unknown

    return find


async def _alike(text: str, run: Run, sent: Sent) -> list[ListedPost]:
    """The public posts that may be the lost one; none where the list is too long, or refused."""
    try:
        listed = await posts_since(run, sent.opened_at) or []
    except (Rejected, CredentialsExpired):
        return []
    except Misconfigured as refused:
        if refused.scope == "deployment":
            raise
        return []
    return [
        each
        for each in listed
        if each.id not in sent.bound and each.created_at <= sent.opened_at + MADE_WITHIN and each.says(text)
    ]
