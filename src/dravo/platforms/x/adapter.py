"""Publishing to X: upload the media, create the post, reply to it with the first comment."""

from collections.abc import Sequence

from dravo.platforms.base import Published, PublishJob, Run
from dravo.platforms.errors import Rejected
from dravo.platforms.first_comment import first_comment
from dravo.platforms.x import client, uploads
from dravo.platforms.x.client import CreatedPost
from dravo.platforms.x.config import XConfig
from dravo.platforms.x.media_client import pointer_of
from dravo.platforms.x.options import XOptions
from dravo.platforms.x.refusals import MEDIA
from dravo.platforms.x.search import finder
from dravo.platforms.x.timeline import Wanted

Job = PublishJob[XOptions]


class XAdapter:
    """One post to one X account."""

    async def publish(self, job: Job, run: Run) -> Published:
        media_ids = [await uploads.media_id(run, medium, f"upload-{medium.index}") for medium in job.media]
        try:
            post = await _created(job, run, media_ids)
        except Rejected as refused:
            if not media_ids or refused.code != "media_refused":
                raise
            # X says so of media that are unfit, and of media that it has lost: they are brought once more, and no third time.
            again = [await uploads.media_id(run, medium, f"upload-{medium.index}-again") for medium in job.media]
            post = await _created(job, run, again)
        await _commented(job, run, post)
        return Published(post.id, client.post_url(job.profile.handle, post.id), raw={"id": post.id, "text": post.text})


async def _created(job: Job, run: Run, media_ids: Sequence[str]) -> CreatedPost:
    """Commit the post. A refusal for its media is about the one medium, where there is one; X does not tell among several."""
    try:
        return await run.commit(
            "publish",
            client.create_post(client.post_body(job.text, media_ids, job.options)),
            find=finder(
                run,
                job.profile.platform_account_id,
                Wanted(job.text, len(media_ids), job.options.reply_to),
                XConfig.of(job.config),
            ),
            binds=lambda created: created.id,
        )
    except Rejected as refused:
        if refused.pointer != MEDIA or len(job.media) != 1:
            raise
        raise Rejected(refused.code, refused.message, raw=refused.raw, pointer=pointer_of(job.media[0])) from refused


async def _commented(job: Job, run: Run, post: CreatedPost) -> None:
    comment = job.options.first_comment
    if comment and comment.strip():
        await first_comment(
            run,
            client.create_post(client.comment_body(comment, post.id)),
            find=finder(run, job.profile.platform_account_id, Wanted(comment, 0, post.id), XConfig.of(job.config)),
        )
