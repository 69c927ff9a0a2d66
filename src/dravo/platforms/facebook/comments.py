"""Comments by the Page. Sources: Pages API `comments-mentions` (page of 2026-04-16), brightbean-studio PR#84."""

from dataclasses import replace

from pydantic import AwareDatetime, Field

from dravo.kit.http import Reply
from dravo.platforms._graph.wire import Answer, Id, Paging, words_of
from dravo.platforms.base import Call
from dravo.platforms.errors import CredentialsExpired, Rejected
from dravo.platforms.facebook.client import Page

SCOPE = "pages_manage_engagement"
_SECURITY_CHECK = 1404006


class Author(Answer):
    """Who wrote a comment; left out where the token may not know."""

    id: str


class Comment(Answer):
    """A comment, as far as it is needed to know it again."""

    id: str
    created_time: AwareDatetime
    message: str | None = None
    author: Author | None = Field(None, alias="from")


class Comments(Answer):
    """Comments under a post, and whether there are more."""

    data: list[Comment]
    paging: Paging | None = None


def comment(page: Page, post_id: str, text: str) -> Call[Id]:
    """POST /{post}/comments. A missing permission or task is the comment's affair and not the account's: the post stands."""
    call = page.graph.post((post_id, "comments"), Id, {"message": text}, effect=True)

    def read(reply: Reply) -> Id:
        try:
            return call.read(reply)
        except CredentialsExpired as refused:
            error = refused.raw.get("error", {})
            checked = error.get("error_subcode") == _SECURITY_CHECK
            if refused.code != "permission_missing" and not checked:
                raise
            message = (
                "Meta asks for a security check before the Page may comment; pass it, and see that the account has the "
                f"permission {SCOPE}."
                if checked
                else f"the permission {SCOPE} was not granted, or the connected user has no role on the Page that may moderate "
                "it; reconnect the account with both."
            )
            raise Rejected("first_comment_forbidden", message + words_of(error), raw=refused.raw) from refused

    return replace(call, read=read)


def comments(page: Page, post_id: str) -> Call[Comments]:
    """GET /{post}/comments, to look for one whose answer was lost."""
    query = {"fields": "id,message,from,created_time", "limit": "100"}
    return page.graph.get((post_id, "comments"), Comments, query)
