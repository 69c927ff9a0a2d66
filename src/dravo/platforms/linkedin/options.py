"""What a client may say about a post to LinkedIn beyond its text and media."""

from typing import Annotated, Literal

from pydantic import Field

from dravo.kit.schemas import HttpUrl, StrictModel

Text = Annotated[str, Field(max_length=5000)]


class Article(StrictModel):
    """A link shown as a card. LinkedIn does not read the page: what is not said here is not shown."""

    source: HttpUrl = Field(description="The address that the card leads to.")
    title: Text | None = Field(None, description="The card's title, at most 400 characters.")
    description: Text | None = Field(None, description="The card's description.")
    thumbnail: HttpUrl | None = Field(
        None,
        description="The public address of the card's picture. If it cannot be had, the card goes without it and the result "
        "carries a warning.",
    )


class LinkedInOptions(StrictModel):
    """`platform_options.linkedin`."""

    visibility: Literal["PUBLIC", "CONNECTIONS"] | None = Field(
        None,
        description="Who sees the post: everybody (the default), or a member's connections. Organizations post publicly.",
    )
    disable_reshare: bool | None = Field(None, description="Whether others are kept from resharing the post.")
    alt_texts: list[Text] | None = Field(
        None, description="What the images show, by index of media_urls, at most 4086 characters each."
    )
    article: Article | None = Field(None, description="A link card; has no effect beside media.")
    author: str | None = Field(
        None,
        max_length=5000,
        pattern=r"^urn:li:(person|organization):[A-Za-z0-9_\-]+$",
        description="The author's URN: the connected account's own, which is the default, or that of a page that its member "
        "may post for.",
    )
    first_comment: Text | None = Field(
        None,
        description="A comment under the new post, at most 1250 characters. If it fails, the post stands and the result "
        "carries a warning.",
    )
