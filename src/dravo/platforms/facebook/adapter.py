"""One post to one Facebook Page."""

from collections.abc import Sequence
from datetime import timedelta

from dravo.platforms._graph.wire import Id, same_text, within
from dravo.platforms.base import Find, Found, NotFound, Published, PublishJob, Run, Sent, first_comment
from dravo.platforms.facebook import client
from dravo.platforms.facebook.options import FacebookOptions

PHOTO_KEPT = timedelta(hours=23)
"""Facebook deletes photos that no post took after about 24 hours (Page reference `photos`, read 2026-09-11)."""


class FacebookAdapter:
    """Photos are handed over unpublished first, even a single one: their ids tell the post again if its answer is lost."""

    async def publish(self, job: PublishJob[FacebookOptions], run: Run) -> Published:
        page = client.page_of(job.profile)
        photos = []
        for i, medium in enumerate(job.media):
            photo = await run.step(f"photo-{i}", client.upload_photo(page, medium), keep_for=PHOTO_KEPT)
            photos.append(photo.id)
        post = await run.commit(
            "publish",
            client.publish_post(page, job.text, photos),
            find=_find_post(run, page, job.text, photos),
            binds=lambda created: created.id,
        )
        said = job.options.first_comment
        if said and said.strip():
            await first_comment(run, client.comment(post.id, said), find=_find_comment(run, page, post.id, said))
        return Published(post.id, client.url_of(post.id), raw={"id": post.id, "photo_ids": photos})


def _find_post(run: Run, page: str, text: str, photos: Sequence[str]) -> Find[Id]:
    async def find(sent: Sent) -> Found[Id] | NotFound:
        listed = await run.look(client.published_posts(page))
        matches, doubts = [], 0
        for post in listed.data:
            if (
                post.id in sent.bound
                or not within(post.created_time, sent.opened_at)
                or not same_text(text, post.message)
            ):
                continue
            shown = post.target_ids()
            if set(photos) <= shown if photos else not shown:
                matches.append(post)
            elif not photos or not shown:
                # The same words at the right time, and either a link preview or photos that Facebook does not name.
                doubts += 1
        if len(matches) == 1:
            return Found(Id(id=matches[0].id))
        goes_on = listed.paging is not None and listed.paging.next is not None
        unseen = goes_on and all(within(post.created_time, sent.opened_at) for post in listed.data)
        return NotFound.unknown if matches or doubts or unseen or _in_a_row(text, listed) else NotFound.absent

    return find


def _in_a_row(text: str, listed: client.PagePosts) -> bool:
    """Whether the Page's last post has the same words: Facebook would refuse a second one (506), so sending settles nothing."""
    last = max(listed.data, key=lambda post: post.created_time, default=None)
    return last is not None and same_text(text, last.message)


def _find_comment(run: Run, page: str, post_id: str, text: str) -> Find[Id]:
    async def find(sent: Sent) -> Found[Id] | NotFound:
        listed = await run.look(client.comments(post_id))
        alike = [
            comment
            for comment in listed.data
            if within(comment.created_time, sent.opened_at) and same_text(text, comment.message)
        ]
        if len(alike) == 1 and (alike[0].author is None or alike[0].author.id == page):
            return Found(Id(id=alike[0].id))
        goes_on = listed.paging is not None and listed.paging.next is not None
        return NotFound.unknown if alike or goes_on else NotFound.absent

    return find
