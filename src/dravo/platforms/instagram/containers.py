"""The calls that prepare a post in containers, as bytes: Instagram fills these from our public addresses in its own time.

What each kind of post takes is from the Instagram platform pages `ig-user/media` and `content-publishing` (read 2026-09-11).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dravo.kit.http import Reply
from dravo.platforms._graph.wire import Id, compact
from dravo.platforms.base import Call, PublishJob
from dravo.platforms.errors import Rejected
from dravo.platforms.instagram.client import Account
from dravo.platforms.instagram.kinds import kind_of
from dravo.platforms.instagram.options import InstagramOptions
from dravo.platforms.instagram.people import UserTag
from dravo.platforms.media import Medium

Job = PublishJob[InstagramOptions]
Form = dict[str, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A container to be made. `pointer` leads to its medium in the request, `films` says whether a video is in it."""

    name: str
    call: Call[Id]
    pointer: str
    films: bool


def single(job: Job, account: Account, name: str) -> Wanted:
    """The container of a post of one medium."""
    medium = job.media[0]
    match kind_of(job):
        case "story":
            form = _story(medium, job.options)
        case "reel":
            form = _reel(medium, job)
        case _:
            form = {"image_url": medium.public_url, **_about_post(job), **_tags(job.options.user_tags)}
            form |= _alt_text(job.options)
    return _wanted(account, name, form, [medium], job.options)


def children(job: Job, account: Account, name: str) -> list[Wanted]:
    """The containers of a carousel's media. Captions, places and collaborators belong to the parent, or Instagram refuses."""
    pictures = [medium for medium in job.media if medium.kind == "image"]
    made = []
    for medium in job.media:
        form = {"is_carousel_item": "true"}
        if medium.kind == "video":
            form |= {"media_type": "VIDEO", "video_url": medium.public_url}
        else:
            form |= {"image_url": medium.public_url, **_alt_text(job.options)}
            form |= _tags(job.options.user_tags if medium is pictures[0] else None)
        made.append(_wanted(account, f"{name}-{medium.index}", form, [medium], job.options))
    return made


def parent(job: Job, account: Account, name: str, finished: Sequence[str]) -> Wanted:
    """The container of a carousel of finished children."""
    form = {"media_type": "CAROUSEL", "children": ",".join(finished), **_about_post(job)}
    return _wanted(account, name, form, job.media, job.options)


def _story(medium: Medium, options: InstagramOptions) -> Form:
    """Of all options a story takes tags only."""
    url = "video_url" if medium.kind == "video" else "image_url"
    return {"media_type": "STORIES", url: medium.public_url, **_tags(options.user_tags)}


def _reel(medium: Medium, job: Job) -> Form:
    options, cover = job.options, job.attachments.get("cover")
    form = {"media_type": "REELS", "video_url": medium.public_url, **_about_post(job)}
    if options.user_tags:
        form["user_tags"] = compact([{"username": tag.username} for tag in options.user_tags])
    if cover is not None:
        form["cover_url"] = cover.public_url
    elif options.thumb_offset is not None:
        form["thumb_offset"] = str(options.thumb_offset)
    if options.share_to_feed is not None:
        form["share_to_feed"] = "true" if options.share_to_feed else "false"
    if options.audio_name and options.audio_name.strip() and medium.details.audio_codec != "":
        form["audio_name"] = options.audio_name
    return form


def _about_post(job: Job) -> Form:
    about, options = {"caption": job.text}, job.options
    if options.collaborators:
        about["collaborators"] = compact(options.collaborators)
    if options.location_id and options.location_id.strip():
        about["location_id"] = options.location_id.strip()
    return about


def _alt_text(options: InstagramOptions) -> Form:
    return {"alt_text": options.alt_text} if options.alt_text and options.alt_text.strip() else {}


def _tags(tags: Sequence[UserTag] | None) -> Form:
    return {"user_tags": compact([tag.model_dump() for tag in tags])} if tags else {}


def _wanted(
    account: Account, name: str, form: Mapping[str, str], media: Sequence[Medium], options: InstagramOptions
) -> Wanted:
    pointer = f"/media_urls/{media[0].index}" if len(media) == 1 else "/media_urls"
    call = account.post((account.id, "media"), Id, form, right="publish", effect=False)
    films = any(medium.kind == "video" for medium in media)
    return Wanted(name, _pointing(call, pointer, options), pointer, films)


_OF_MEDIA = frozenset(
    [
        "aspect_ratio_not_supported",
        "media_invalid",
        "media_too_large",
        "media_too_small",
        "media_type_not_supported",
        "media_unreachable",
    ]
)


_PLACE_INVALID = "INVALID_LOCATION_ID"
"""In the words of a refusal of the place; the number beside them is not documented."""


def _pointing(call: Call[Id], medium: str, options: InstagramOptions) -> Call[Id]:
    """The same call; a refusal for the medium, the place, or a name among tags or collaborators leads to where it was said."""

    def read(reply: Reply) -> Id:
        try:
            return call.read(reply)
        except Rejected as refused:
            if _PLACE_INVALID in str(refused.raw):
                raise Rejected(
                    "location_invalid",
                    "Instagram knows no place by this location_id; send the id of a Facebook Page that has a place, or leave it "
                    "out.",
                    raw=refused.raw,
                    pointer="/platform_options/instagram/location_id",
                ) from refused
            pointer = refused.pointer
            if refused.code in _OF_MEDIA:
                pointer = medium
            elif refused.code == "username_unknown" and bool(options.user_tags) != bool(options.collaborators):
                named = "user_tags" if options.user_tags else "collaborators"
                pointer = f"/platform_options/instagram/{named}"
            raise Rejected(refused.code, refused.message, raw=refused.raw, pointer=pointer) from refused

    return replace(call, read=read)
