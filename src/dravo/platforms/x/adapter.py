"""Publishing to X: upload the pictures, create the post, reply to it with the first comment."""

from dravo.platforms.base import Find, Found, NotFound, Published, PublishJob, Run, Sent, first_comment
from dravo.platforms.errors import Misconfigured, Rejected
from dravo.platforms.x import client
from dravo.platforms.x.client import CreatedPost
from dravo.platforms.x.options import XOptions
from dravo.platforms.x.timeline import Wanted, the_one


class XAdapter:
    """One post to one X account."""

    async def publish(self, job: PublishJob[XOptions], run: Run) -> Published:
        media_ids = []
        for medium in job.media:
            uploaded = await run.step(
                f"upload-{medium.index}", client.upload_image(medium), keep_for=client.MEDIA_LIVES_FOR
            )
            media_ids.append(uploaded.id)
        user_id = job.profile.platform_account_id
        post = await run.commit(
            "publish",
            client.create_post(client.post_body(job.text, media_ids, job.options)),
            find=_finder(run, user_id, Wanted(job.text, len(media_ids), job.options.reply_to)),
            binds=lambda created: created.id,
        )
        comment = job.options.first_comment
        if comment and comment.strip():
            await first_comment(
                run,
                client.create_post(client.comment_body(comment, post.id)),
                find=_finder(run, user_id, Wanted(comment, 0, post.id)),
            )
        return Published(post.id, client.post_url(job.profile.handle, post.id), raw={"id": post.id, "text": post.text})


def _finder(run: Run, user_id: str, wanted: Wanted) -> Find[CreatedPost]:
    """Looks on the account's own timeline, which may lag: it can show that a post is there, never that it is not."""

    async def find(sent: Sent) -> Found[CreatedPost] | NotFound:
        try:
            timeline = await run.look(client.own_posts(user_id, since=sent.opened_at - client.WINDOW_BEFORE))
        except (Rejected, Misconfigured):
            # Without read access X cannot be asked; that says nothing about the post.
            return NotFound.unknown
        post = the_one(timeline, wanted, sent.opened_at, sent.bound)
        return Found(CreatedPost(id=post.id, text=post.text)) if post else NotFound.unknown

    return find
