"""The first comment under a published post. Whatever becomes of it, the post stands: failures are warnings."""

from dravo.platforms.base import Run
from dravo.platforms.errors import CredentialsExpired, Misconfigured, Rejected, Unsettled
from dravo.platforms.linkedin import comments
from dravo.platforms.linkedin.config import LinkedInConfig
from dravo.platforms.linkedin.finding import comment_finder


async def comment_under(run: Run, author: str, post: str, text: str, config: LinkedInConfig) -> None:
    """Commit the comment. A missing permission is told apart, since it is the app's and comes back with every post."""
    body = comments.body_of(author, post, text, config.comment_text)
    find = comment_finder(run, author, post, text, config)
    try:
        await run.commit("first_comment", comments.create(body, config.version), find=find)
    except Rejected as refused:
        if refused.code == "first_comment_forbidden":
            run.warn("first_comment_forbidden", f"The post is published without its first comment. {refused.message}")
        else:
            _warn_of_refusal(run, refused)
    except (Misconfigured, CredentialsExpired) as refused:
        _warn_of_refusal(run, refused)
    except Unsettled:
        run.warn(
            "first_comment_unconfirmed",
            "The post is published; the answer to its first comment was lost, so look at the post before commenting by hand.",
        )


def _warn_of_refusal(run: Run, refused: Rejected | Misconfigured | CredentialsExpired) -> None:
    run.warn("first_comment_failed", f"The post is published; its first comment was refused: {refused.message}")
