"""Publishing to LinkedIn: bring the media there, create the post, comment under it."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from dravo.platforms.base import Call, Find, Published, PublishJob, Run
from dravo.platforms.errors import Rejected, Transient
from dravo.platforms.first_comment import first_comment
from dravo.platforms.linkedin import comments, posts
from dravo.platforms.linkedin.authors import Author, author_of
from dravo.platforms.linkedin.config import LinkedInConfig
from dravo.platforms.linkedin.finding import comment_finder, post_finder
from dravo.platforms.linkedin.options import LinkedInOptions
from dravo.platforms.linkedin.posts import CreatedPost
from dravo.platforms.linkedin.refusals import MEDIA, medium_named
from dravo.platforms.linkedin.search import Wanted
from dravo.platforms.linkedin.thumbnails import upload_thumbnail, warn_left_out
from dravo.platforms.linkedin.uploading import upload_media
from dravo.platforms.marks import too_often

TRIED_AGAIN: Mapping[str, int] = MappingProxyType({"media_not_uploaded": 3, "write_conflict": 1})
"""How often a post is tried again that LinkedIn refuses for such a reason; then the refusal is final."""


class LinkedInAdapter:
    """One post by one LinkedIn member or organization."""

    async def publish(self, job: PublishJob[LinkedInOptions], run: Run) -> Published:
        author = author_of(job)
        config = LinkedInConfig.of(job.config)
        media = await upload_media(job, run, author, config)
        thumbnail = await upload_thumbnail(job, run, author, config)
        calls = _calls(job, author, config.version, media, thumbnail)
        link = job.options.article.source if job.options.article and not media else ""
        find = post_finder(run, author, Wanted(job.text, media, link), calls, config)
        try:
            post = await _create(run, calls[0], find, media)
        except Rejected as refused:
            if thumbnail is None or not _is_for(refused, thumbnail):
                raise
            # Nothing was created, and the card's picture alone is to blame.
            post = await _create(run, calls[1], find, media)
        if post.bare:
            warn_left_out(run, "LinkedIn cannot use it; send a JPEG, PNG or GIF that opens elsewhere.")
        await _commented(job, run, author, post.urn)
        return Published(post.urn, posts.address_of(post.urn), raw={"urn": post.urn})


def _calls(
    job: PublishJob[LinkedInOptions], author: Author, version: str, media: Sequence[str], thumbnail: str | None
) -> list[Call[CreatedPost]]:
    """The call for the post, and where its card has a picture the same without it."""
    body = posts.body_of(author.urn, job.text, media, job.options, thumbnail=thumbnail)
    calls = [posts.create(author, body, version)]
    if thumbnail is not None:
        bare = posts.body_of(author.urn, job.text, media, job.options)
        calls.append(posts.create(author, bare, version, bare=True))
    return calls


def _is_for(refused: Rejected, thumbnail: str) -> bool:
    """Whether a post with a card was refused for the card's picture, its only medium."""
    return refused.code in {"media_processing_failed", "media_not_uploaded"} or thumbnail in str(refused.raw)


async def _create(run: Run, call: Call[CreatedPost], find: Find[CreatedPost], media: Sequence[str]) -> CreatedPost:
    """Commit the post. Raises Rejected in place of a refusal that has come too often; one for a medium names it."""
    try:
        return await run.commit("publish", call, find=find, binds=lambda created: created.urn)
    except Transient as refused:
        tries = TRIED_AGAIN.get(refused.code)
        if tries is None or not await too_often(run, refused.code.replace("_", "-"), tries):
            raise
        message = f"{refused.message} It was tried {tries + 1} times; post again later."
        pointer = medium_named(refused.raw, media) if refused.code == "media_not_uploaded" else None
        raise Rejected(refused.code, message, raw=refused.raw, pointer=pointer) from refused
    except Rejected as refused:
        if refused.pointer != MEDIA:
            raise
        pointer = medium_named(refused.raw, media)
        raise Rejected(refused.code, refused.message, raw=refused.raw, pointer=pointer) from refused


async def _commented(job: PublishJob[LinkedInOptions], run: Run, author: Author, post: str) -> None:
    text = job.options.first_comment
    if text and text.strip():
        config = LinkedInConfig.of(job.config)
        body = comments.body_of(author.urn, post, text, config.comment_text)
        call = comments.create(author, body, config.version)
        await first_comment(run, call, find=comment_finder(run, author, post, text, config))
