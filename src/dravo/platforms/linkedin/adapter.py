"""Publishing to LinkedIn: upload the images, create the post, comment under it."""

from datetime import timedelta

from dravo.platforms.base import (
    Find,
    Found,
    NotFound,
    Published,
    PublishJob,
    Run,
    Sent,
    first_comment,
)
from dravo.platforms.errors import Misconfigured, Rejected
from dravo.platforms.linkedin import client
from dravo.platforms.linkedin.authors import is_organization, own_urn
from dravo.platforms.linkedin.client import CreatedComment, CreatedPost, ImageState
from dravo.platforms.linkedin.options import LinkedInOptions
from dravo.platforms.linkedin.search import Wanted, the_one

ASK_AGAIN = [timedelta(seconds=seconds) for seconds in (2, 5, 10, 20, 60)]
"""Every question counts against a budget of 150 calls a day for each member."""

READY_WITHIN = timedelta(minutes=10)


class LinkedInAdapter:
    """One post by one LinkedIn member or organization."""

    async def publish(self, job: PublishJob[LinkedInOptions], run: Run) -> Published:
        author = _author(job)
        images = await _upload_images(job, run, author)
        if is_organization(author):
            for index, image in enumerate(images):
                await _image_ready(run, index, image)
        body = client.post_body(author, job.text, images, job.options)
        link = job.options.article.source if job.options.article and not images else ""
        post = await run.commit(
            "publish",
            client.create_post(body),
            find=_finder(run, author, Wanted(job.text, images, link)),
            binds=lambda created: created.urn,
        )
        comment = job.options.first_comment
        if comment and comment.strip():
            call = client.create_comment(client.comment_body(author, post.urn, comment))
            await first_comment(run, call, find=_nobody_can_say)
        return Published(post.urn, client.post_url(post.urn), raw={"urn": post.urn})


def _author(job: PublishJob[LinkedInOptions]) -> str:
    """The post's author. Raises Rejected when the account is known to be another, before anything is sent."""
    asked, own = job.options.author, own_urn(job.profile)
    if asked and asked != own and job.profile.traits.get("author_urn"):
        raise Rejected(
            "author_not_allowed",
            f"This account posts to LinkedIn as {own}; leave the author out, or connect the account of the other author.",
            pointer="/platform_options/linkedin/author",
        )
    return asked or own


async def _upload_images(job: PublishJob[LinkedInOptions], run: Run, author: str) -> list[str]:
    images = []
    for medium in job.media:
        upload = await run.step(f"image-{medium.index}", client.start_image_upload(author))
        await run.step(f"image-{medium.index}-bytes", client.send_image(upload.upload_url, medium))
        images.append(upload.image)
    return images


async def _image_ready(run: Run, index: int, image: str) -> None:
    """Wait until LinkedIn has processed an image: a post with one that fails later is seen by nobody.

    Members' tokens may not ask, so their posts follow right after the upload.
    """

    async def ready() -> ImageState | None:
        state = await run.look(client.image_state(image))
        if state.status == "PROCESSING_FAILED":
            raise Rejected(
                "media_processing_failed",
                "LinkedIn could not process the image; send a JPEG, PNG or GIF that opens elsewhere.",
                pointer=f"/media_urls/{index}",
                raw={"image": image, "status": state.status},
            )
        return state if state.status in {"AVAILABLE", "FORBIDDEN"} else None

    await run.wait(f"image-{index}-ready", ready, answer=ImageState, every=ASK_AGAIN, at_most=READY_WITHIN)


def _finder(run: Run, author: str, wanted: Wanted) -> Find[CreatedPost]:
    """Organizations can list their posts; of a member's posts LinkedIn tells nothing."""

    async def find(sent: Sent) -> Found[CreatedPost] | NotFound:
        if not is_organization(author):
            return NotFound.unknown
        try:
            posts = await run.look(client.posts_of(author))
        except (Rejected, Misconfigured):
            # Without r_organization_social LinkedIn cannot be asked; that says nothing about the post.
            return NotFound.unknown
        seen = the_one(posts, wanted, sent.opened_at, sent.bound)
        return seen if isinstance(seen, NotFound) else Found(CreatedPost(urn=seen.id))

    return find


async def _nobody_can_say(_sent: Sent) -> Found[CreatedComment] | NotFound:
    """Whether a lost comment is there: LinkedIn's answer to that question is not documented for the tokens we hold."""
    return NotFound.unknown
