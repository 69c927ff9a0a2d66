"""Photos on their way to Facebook, each by its address and unpublished.

Source: Page reference `photos` (read 2026-09-11). Even a single photo goes so: its id is known before the post is sent, and
tells the post again if its answer is lost.
"""

import re
from datetime import timedelta

from dravo.platforms._graph.wire import Id, words_of
from dravo.platforms.base import Call, PublishJob, Run
from dravo.platforms.errors import PlatformError, Rejected, Transient
from dravo.platforms.facebook.client import Page, about, pointer_of
from dravo.platforms.facebook.options import FacebookOptions
from dravo.platforms.marks import too_often
from dravo.platforms.media import Medium

KEPT_FOR = timedelta(hours=23)
"""Facebook deletes photos that no post took after about 24 hours."""

FETCHES = 4
"""How often Facebook is asked to fetch a photo. One of several has been seen to fail by chance (postiz-app PR#1900, mixpost#197)."""

READINGS = 3
"""How often for a photo that it calls no image, which is what it says of an address that gave it nothing as well."""

_NO_IMAGE = 2069019
_SHORTLY = timedelta(seconds=5)


def upload_photo(page: Page, medium: Medium) -> Call[Id]:
    """POST /{page}/photos: Facebook fetches the photo and shows it to nobody yet."""
    form = {"url": medium.public_url, "published": "false"}
    return page.graph.post((page.id, "photos"), Id, form, effect=False, timeout_seconds=60)


async def upload_photos(job: PublishJob[FacebookOptions], run: Run, page: Page) -> list[str]:
    """The ids of the post's photos, in their order. Raises Rejected, naming the photo that Facebook cannot use."""
    return [await _uploaded(medium, run, page) for medium in job.media]


async def _uploaded(medium: Medium, run: Run, page: Page) -> str:
    name = f"photo-{medium.index}"
    try:
        with about(medium):
            return (await run.step(name, upload_photo(page, medium), keep_for=KEPT_FOR)).id
    except Rejected as refused:
        if refused.raw.get("error", {}).get("error_subcode") != _NO_IMAGE:
            raise
        raise await _unread(run, name, refused) from refused
    except Transient as failure:
        if failure.code != "media_unreachable" or not await too_often(run, f"{name}-unreachable", FETCHES - 1):
            raise
        message = (
            f"Facebook could not fetch the photo in {FETCHES} tries; look whether the address in DRAVO_PUBLIC_URL is reached from "
            "the internet, and for medium_pulled in the log."
        )
        raise Rejected(failure.code, message, raw=failure.raw, pointer=pointer_of(medium)) from failure


async def _unread(run: Run, name: str, refused: Rejected) -> PlatformError:
    """What follows where Facebook calls a photo no image: another try, and after some of them the refusal."""
    if not await too_often(run, f"{name}-unread", READINGS - 1):
        message = "Facebook cannot read the photo, or could not fetch it; look for medium_pulled in the log."
        return Transient(refused.code, message, raw=refused.raw, retry_after=_SHORTLY)
    message = (
        f"Facebook cannot read the photo, or could not fetch it, in {READINGS} tries; see that the address in DRAVO_PUBLIC_URL is "
        "reached from the internet and look for medium_pulled in the log: if it was pulled, send a JPEG or PNG that opens "
        f"elsewhere.{words_of(refused.raw['error'])}"
    )
    return Rejected(refused.code, message, raw=refused.raw, pointer=refused.pointer)


def photo_named(refused: Rejected, photo_ids: list[str]) -> Rejected:
    """A refusal of the post that names one of its photos by id leads to that photo."""
    words = str(refused.raw)
    named = [index for index, photo in enumerate(photo_ids) if re.search(rf"(?<!\w){re.escape(photo)}(?!\w)", words)]
    if len(named) != 1:
        return refused
    return Rejected(refused.code, refused.message, raw=refused.raw, pointer=f"/media_urls/{named[0]}")
