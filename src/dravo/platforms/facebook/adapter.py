"""Publishing to a Facebook Page: bring the media there, publish, wait for a video, comment under it."""

from dataclasses import dataclass
from typing import Any

from dravo.platforms.base import Published, PublishJob, Run
from dravo.platforms.errors import Rejected
from dravo.platforms.facebook import comments, posts, reels, videos
from dravo.platforms.facebook.cards import publish_linked
from dravo.platforms.facebook.client import Page, naming, page_of, url_of
from dravo.platforms.facebook.eligibility import surface_of
from dravo.platforms.facebook.finding import comment_finder, post_finder, video_finder
from dravo.platforms.facebook.links import card_link
from dravo.platforms.facebook.nodes import VideoNode
from dravo.platforms.facebook.options import FacebookOptions
from dravo.platforms.facebook.photos import photo_named, upload_photos
from dravo.platforms.facebook.posts import CreatedPost
from dravo.platforms.facebook.publishing import published
from dravo.platforms.first_comment import first_comment
from dravo.platforms.media import Medium

Job = PublishJob[FacebookOptions]

OF_THE_VIDEO = frozenset(
    {
        "aspect_ratio_not_supported",
        "duration_not_supported",
        "frame_rate_not_supported",
        "media_invalid",
        "media_too_small",
        "media_unreachable",
        "resolution_not_supported",
    }
)
"""Refusals of the order to publish that are for the video and not for its text."""


@dataclass(frozen=True, slots=True)
class Made:
    """What stands on the Page: its id and address, what it is commented on by, and what else Facebook named."""

    id: str
    url: str
    commented_by: str
    raw: dict[str, Any]


class FacebookAdapter:
    """One post to one Page: text with or without a card, photos, a video or a reel."""

    async def publish(self, job: Job, run: Run) -> Published:
        page = page_of(job)
        film = next((medium for medium in job.media if medium.kind == "video"), None)
        made = await (_post(job, run, page) if film is None else _film(job, run, page, film))
        said = job.options.first_comment
        if said and said.strip():
            on = made.commented_by
            await first_comment(run, comments.comment(page, on, said), find=comment_finder(run, page, on, said))
        return Published(made.id, made.url, raw=made.raw)


async def _post(job: Job, run: Run, page: Page) -> Made:
    """A text, with photos or with a card for its first address."""
    photos = await upload_photos(job, run, page)
    link = None if photos else card_link(job.text)
    post = await (_unlinked(job, run, page, photos) if link is None else publish_linked(run, page, job.text, link))
    return Made(post.id, url_of(post.id), post.id, {"id": post.id, "photo_ids": photos})


async def _unlinked(job: Job, run: Run, page: Page, photos: list[str]) -> CreatedPost:
    call, find = posts.publish_post(page, job.text, photos), post_finder(run, page, job.text, photos)
    try:
        return await run.commit("publish", call, find=find, binds=lambda created: created.id)
    except Rejected as refused:
        raise photo_named(refused, photos) from refused


async def _film(job: Job, run: Run, page: Page, film: Medium) -> Made:
    """A video or a reel. Its id is known before it is published, so that it can be asked for by name."""
    surface = await surface_of(job, run)
    if surface.reel:
        video_id = await reels.upload_reel(run, page, film)
        call = reels.publish_reel(page, video_id, job.text)
    else:
        upload = await videos.upload_video(run, page, film)
        video_id, call = upload.video_id, videos.publish_video(page, upload, job.text)
    try:
        accepted = await run.commit(
            "publish", call, find=video_finder(run, page, video_id), binds=lambda _accepted: video_id
        )
    except Rejected as refused:
        raise (naming(refused, film) if refused.code in OF_THE_VIDEO else refused) from refused
    node = await published(run, page, video_id, film, reel=surface.reel)
    post_id = node.post_id or accepted.post_id
    raw = {"id": video_id, "post_id": post_id, "reel": surface.reel}
    return Made(video_id, _address(node, video_id, reel=surface.reel), _commented_by(page, video_id, post_id), raw)


def _commented_by(page: Page, video_id: str, post_id: str | None) -> str:
    """The post where Facebook names it whole; else the video, which takes comments as well (brightbean-studio PR#90)."""
    return post_id if post_id and post_id.startswith(f"{page.id}_") else video_id


def _address(node: VideoNode, video_id: str, *, reel: bool) -> str:
    """Where people see it: as Facebook says, which may leave its own host out."""
    told = node.permalink_url or ""
    if told.startswith("/"):
        return f"https://www.facebook.com{told}"
    if told.startswith("https://"):
        return told
    return f"https://www.facebook.com/reel/{video_id}" if reel else url_of(video_id)
