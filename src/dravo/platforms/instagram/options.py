"""What a client may say about a post to Instagram beyond its text and media."""

from pydantic import Field

from dravo.kit.schemas import HttpUrl, StrictModel
from dravo.platforms.instagram.people import Collaborators, UserTags


class InstagramOptions(StrictModel):
    """`platform_options.instagram`."""

    story: bool | None = Field(
        None, description="Publishes the medium as a story, which takes one medium and shows no text."
    )
    first_comment: str | None = Field(
        None,
        max_length=5000,
        description="A comment of the account's own under the new post, for hashtags say. If it fails, the post stands and "
        "the result carries a warning. Stories take none.",
    )
    share_to_feed: bool | None = Field(None, description="Whether a reel also shows in the feed.")
    location_id: str | None = Field(
        None, max_length=5000, description="The id of a Facebook Page with a place, at which the post is located."
    )
    user_tags: UserTags | None = Field(
        None,
        description="At most 20 accounts to tag: an object with username, x and y, a list of such objects, JSON text of them, "
        "or usernames between commas, which are placed at the centre. A carousel is tagged on its first image; a reel's tags "
        "have no place in it.",
    )
    collaborators: Collaborators | None = Field(
        None, description="At most 3 usernames to invite as authors, as a list or between commas."
    )
    alt_text: str | None = Field(
        None,
        max_length=5000,
        description="What the image shows, for those who do not see it; Instagram takes 1000 characters. In a carousel every "
        "image gets it; videos and stories have none.",
    )
    cover_url: HttpUrl | None = Field(
        None, description="The address of an image that becomes a reel's cover; it goes before thumb_offset."
    )
    thumb_offset: int | None = Field(
        None, ge=0, le=2_147_483_647, description="Where in a reel its cover is taken from, in milliseconds."
    )
    audio_name: str | None = Field(None, max_length=5000, description="The name of a reel's own sound.")
