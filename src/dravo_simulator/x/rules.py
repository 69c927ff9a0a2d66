"""What X checks before a post exists, in the order in which it is checked here: which comes first is not documented."""

import re

from dravo_simulator.store import JSON, Stored
from dravo_simulator.world import Account, World
from dravo_simulator.x import errors, limits, texts, uploads
from dravo_simulator.x.schemas import EXCLUSIVE, CreatePost

DAY_SECONDS = 86400
MOST_IMAGES = 4


def check_shape(world: World, post: CreatePost) -> None:
    """What does not fit together, whoever sends it: 400."""
    given = [name for name in EXCLUSIVE if getattr(post, name) is not None]
    if len(given) > 1:
        raise errors.invalid(f"You can only provide one of {', '.join(EXCLUSIVE)}", **{name: [] for name in given})
    if not post.text.strip() and post.media is None and post.card_uri is None:
        raise errors.invalid("text is required unless media is provided", text=post.text)
    if post.reply and post.reply_settings and world.settings.x_reply_settings_on_replies == "refuse":
        raise errors.invalid("reply_settings cannot be set on a reply", reply_settings=post.reply_settings)
    if post.made_with_ai and post.media is None and world.settings.x_ai_without_media == "refuse":
        raise errors.invalid("made_with_ai requires media", made_with_ai="true")
    if post.poll is not None:
        _check_options(world, post.poll.options)


def _check_options(world: World, options: list[str]) -> None:
    """What the schema allows of a poll's options and no page speaks of. X's words for it are not documented."""
    said = [texts.same(option) for option in options]
    if not all(said) and world.settings.x_blank_poll_options == "refuse":
        raise errors.invalid("poll.options: may not be blank", **{"poll.options": options})
    if len(set(said)) < len(said) and world.settings.x_equal_poll_options == "refuse":
        raise errors.invalid("poll.options: must be different", **{"poll.options": options})


def check_text(world: World, account: Account, post: CreatePost) -> None:
    tier = subscription_of(account)
    limit = texts.PREMIUM_LIMIT if tier in world.settings.x_long_post_tiers else texts.LIMIT
    if texts.weighted_length(post.text) > limit:
        raise errors.not_permitted()
    cashtags = texts.cashtags(post.text)
    if len(cashtags if world.settings.x_cashtags_count == "all" else set(cashtags)) > 1:
        # One cashtag per post since 2026-04-16 (changelog). X's words for it are not documented.
        raise errors.too_many_cashtags()
    if post.for_super_followers_only and not account.attributes["subscriptions"]:
        if world.settings.x_subscribers_only_refusal == 400:
            text = "for_super_followers_only is not allowed for this user"
            raise errors.invalid(text, for_super_followers_only="true")
        raise errors.not_permitted()


def parent_of(world: World, account: Account, post: CreatePost) -> Stored | None:
    """The post that is replied to: one's own, or one whose author summoned the caller."""
    if post.reply is None:
        return None
    parent = _living(world, post.reply.in_reply_to_tweet_id)
    if parent is None:
        named = {"reply.in_reply_to_tweet_id": post.reply.in_reply_to_tweet_id}
        raise errors.invalid("Your reply tweet ID is invalid.", **named)
    if parent.account == account.id or _summons(parent, account):
        return parent
    root = _living(world, parent.data["conversation"]) or parent
    if root.data["reply_settings"] != "everyone" and root.account != account.id and not _summons(root, account):
        raise errors.restricted_conversation()
    if world.settings.x_plan == "self_serve":
        raise errors.not_your_conversation()
    return parent


def check_quote(world: World, post: CreatePost) -> None:
    """Quote posts left the self-serve plans on 2026-04-16 (changelog)."""
    if post.quote_tweet_id is None:
        return
    if world.settings.x_plan == "self_serve":
        raise errors.not_your_conversation()
    if _living(world, post.quote_tweet_id) is None:
        raise errors.invalid("Your quote tweet ID is invalid.", quote_tweet_id=post.quote_tweet_id)


def media_of(world: World, account: Account, post: CreatePost) -> list[Stored]:
    """The uploads: the caller's own or shared with the caller, usable, and four images, one GIF or one video."""
    if post.media is None:
        return []
    ids = post.media.media_ids
    found = [upload for media_id in ids if (upload := world.store.get("x", "media", media_id)) is not None]
    usable = [
        upload
        for upload in found
        if account.id in upload.data["owners"]
        and upload.data["category"] in limits.POSTABLE
        and upload.data["expires_at"] > world.now()
        and uploads.is_ready(world, upload)
    ]
    alone = any(upload.data["category"] != "tweet_image" for upload in usable)
    if len(usable) != len(ids) or len(set(ids)) != len(ids) or len(ids) > (1 if alone else MOST_IMAGES):
        raise errors.invalid(uploads.INVALID_IDS, **{"media.media_ids": ids})
    return usable


def check_duplicate(world: World, account: Account, post: CreatePost, media: list[Stored]) -> None:
    """Refuses what was posted before, also when that was deleted since. A post without text passes unless media count."""
    compares = world.settings.x_duplicate_compares
    if (post.text or compares == "everything") and world.earlier(
        "x", content_of(world, account, post, media), world.settings.x_duplicate_seconds
    ):
        raise errors.duplicate()


def content_of(world: World, account: Account, post: CreatePost, media: list[Stored]) -> list[object]:
    """What makes a post the same as another."""
    compares = world.settings.x_duplicate_compares
    content: list[object] = [account.id, texts.same(post.text)]
    if compares != "text":
        content.append(post.reply.in_reply_to_tweet_id if post.reply else None)
    if compares == "everything":
        poll = post.poll.model_dump() if post.poll else None
        place = post.geo.place_id if post.geo else None
        content += [[upload.data["sha256"] for upload in media], poll, place]
    return content


def check_update_limit(world: World, account: Account) -> None:
    """The product's own cap on an account, over all apps."""
    most = world.settings.x_update_limit
    if most is not None and not world.count_sliding(f"x updates {account.id}", most, DAY_SECONDS):
        raise errors.over_update_limit(world.settings)


def subscription_of(account: Account) -> str:
    """Basic, Premium, PremiumPlus or None, as ``subscription_type`` tells it."""
    given: str | None = account.attributes["subscription_type"]
    return given or ("Premium" if account.attributes["premium"] else "None")


def options_of(account: Account, post: CreatePost) -> JSON:
    """What of the body the ledger keeps beside text and media. A place is dropped when the account's location is off."""
    without = {"text", "media"} | (set() if account.attributes["geo"] else {"geo"})
    options: JSON = post.model_dump(exclude_defaults=True, exclude=without)
    beside = post.media.model_dump(exclude_defaults=True, exclude={"media_ids"}) if post.media else {}
    return options | ({"media": beside} if beside else {})


def _living(world: World, post_id: str) -> Stored | None:
    found = world.store.get("x", "post", post_id)
    return None if found is None or found.data["deleted"] else found


def _summons(post: Stored, account: Account) -> bool:
    return re.search(rf"(?<!\w)@{re.escape(account.handle)}(?!\w)", post.data["written"], re.IGNORECASE) is not None
