"""What a client may say about a post to a Facebook Page beyond its text and media."""

from pydantic import Field

from dravo.kit.schemas import StrictModel


class FacebookOptions(StrictModel):
    """`platform_options.facebook`."""

    as_reel: bool | None = Field(
        None,
        description="True publishes a video as a reel, false as a normal video. Left out, a vertical video that can be a reel "
        "becomes one. On a post without a video, or with one that cannot be a reel, it has no effect and is reported.",
    )
    first_comment: str | None = Field(
        None,
        max_length=5000,
        description="A comment of the Page's own under the new post. If it fails, the post stands and the result carries "
        "a warning.",
    )
