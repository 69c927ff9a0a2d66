"""The first comment under a post. Source: Instagram platform page `ig-media/comments` (2025-01-21)."""

from dravo.platforms._graph.wire import Id
from dravo.platforms.base import Call, PublishJob, Run
from dravo.platforms.first_comment import first_comment
from dravo.platforms.instagram.client import Account
from dravo.platforms.instagram.finding import comment_finder
from dravo.platforms.instagram.kinds import kind_of
from dravo.platforms.instagram.options import InstagramOptions


def create(account: Account, media: str, text: str) -> Call[Id]:
    """A comment by the account under its own post."""
    return account.post((media, "comments"), Id, {"message": text}, right="comment", effect=True)


async def commented(job: PublishJob[InstagramOptions], run: Run, account: Account, media: str | None) -> None:
    """Comment under the published post, where a comment is asked for and the post can take one."""
    text = job.options.first_comment
    if kind_of(job) == "story" or not text or not text.strip():
        return
    if media is None:
        run.warn(
            "first_comment_failed",
            "The post is published; its id is not known, so its first comment was not sent.",
        )
        return
    await first_comment(run, create(account, media, text), find=comment_finder(run, account, media, text))
