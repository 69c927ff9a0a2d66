"""A post of text with a card for its first address, and the same without it where Facebook makes none.

Which of the two goes is kept: when the answer to the second is lost, a later run must know that it was that one.
"""

from dravo.platforms.base import Run
from dravo.platforms.errors import Rejected
from dravo.platforms.facebook import posts
from dravo.platforms.facebook.client import Page
from dravo.platforms.facebook.finding import post_finder
from dravo.platforms.facebook.posts import CreatedPost
from dravo.platforms.marks import reached_before, was_reached

_LEFT_OUT = "card-left-out"


async def publish_linked(run: Run, page: Page, text: str, link: str) -> CreatedPost:
    """The post with its card, else without it and with a warning."""
    post = await _with_card(run, page, text, link)
    if post is None:
        # Nothing was created, and the card alone may be to blame.
        find = post_finder(run, page, text, (), link, bare=True)
        post = await run.commit("publish", posts.without_card(page, text), find=find, binds=lambda created: created.id)
    if post.bare:
        run.warn("link_card_left_out", f"The post is published without a card: Facebook does not make one for {link}.")
    return post


async def _with_card(run: Run, page: Page, text: str, link: str) -> CreatedPost | None:
    """The post with its card; None where Facebook refuses it for the card, now or in an earlier run."""
    if await was_reached(run, _LEFT_OUT):
        return None
    call, find = posts.publish_post(page, text, link=link), post_finder(run, page, text, (), link)
    try:
        return await run.commit("publish", call, find=find, binds=lambda created: created.id)
    except Rejected as refused:
        if not posts.is_for_its_link(refused):
            raise
    await reached_before(run, _LEFT_OUT)
    return None
