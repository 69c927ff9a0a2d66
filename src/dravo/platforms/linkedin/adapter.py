"""Publishing to LinkedIn: bring the media there, create the post, comment under it."""

from collections.abc import Mapping
from types import MappingProxyType

from dravo.platforms.base import Call, Find, Published, PublishJob, Run, first_comment
from dravo.platforms.errors import Rejected, Transient
from dravo.platforms.linkedin import comments, posts
from dravo.platforms.linkedin.authors import Author, author_of
from dravo.platforms.linkedin.config import LinkedInConfig
from dravo.platforms.linkedin.finding import comment_finder, post_finder
from dravo.platforms.linkedin.marks import reached_before
from dravo.platforms.linkedin.options import LinkedInOptions
from dravo.platforms.linkedin.posts import CreatedPost
from dravo.platforms.linkedin.search import Wanted
from dravo.platforms.linkedin.uploading import upload_media, upload_thumbnail

TRIED_AGAIN: Mapping[str, int] = MappingProxyType({"media_not_uploaded": 3, "write_conflict": 1})
"""How often a post is tried again that LinkedIn refuses for such a reason; then the refusal is final."""


class LinkedInAdapter:
    """One post by one LinkedIn member or organization."""

    async def publish(self, job: PublishJob[LinkedInOptions], run: Run) -> Published:
        author = author_of(job)
        config = LinkedInConfig.of(job.config)
        media = await upload_media(job, run, author, config)
        thumbnail = await upload_thumbnail(job, run, author, config)
        body = posts.body_of(author.urn, job.text, media, job.options, thumbnail=thumbnail)
        call = posts.create(author, body, config.version)
        link = job.options.article.source if job.options.article and not media else ""
        wanted = Wanted(job.text, media, link)
        post = await _create(run, call, post_finder(run, author, wanted, call, config))
        await _commented(job, run, author, post.urn)
        return Published(post.urn, posts.address_of(post.urn), raw={"urn": post.urn})


async def _create(run: Run, call: Call[CreatedPost], find: Find[CreatedPost]) -> CreatedPost:
    """Commit the post. Raises Rejected in place of a refusal that has come too often."""
    try:
        return await run.commit("publish", call, find=find, binds=lambda created: created.urn)
    except Transient as refused:
        tries = TRIED_AGAIN.get(refused.code)
        if tries is not None and await _too_often(run, refused.code, tries):
            message = f"{refused.message} It was tried {tries + 1} times."
            raise Rejected(refused.code, message, raw=refused.raw) from refused
        raise


async def _too_often(run: Run, code: str, tries: int) -> bool:
    """Whether so many earlier runs ended in the same way; this one is counted."""
    for number in range(1, tries + 1):
        if not await reached_before(run, f"{code.replace('_', '-')}-{number}"):
            return False
    return True


async def _commented(job: PublishJob[LinkedInOptions], run: Run, author: Author, post: str) -> None:
    text = job.options.first_comment
    if text and text.strip():
        config = LinkedInConfig.of(job.config)
        body = comments.body_of(author.urn, post, text, config.comment_text)
        call = comments.create(author, body, config.version)
        await first_comment(run, call, find=comment_finder(run, author, post, text, config))
