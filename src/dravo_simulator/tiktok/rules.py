"""What a direct post must say of itself, and what its creator's profile and the app's standing allow."""

from dravo_simulator.tiktok import errors, quotas
from dravo_simulator.tiktok.schemas import DirectInfo
from dravo_simulator.world import Account, World


def privacy_options(account: Account) -> list[str]:
    first = "FOLLOWER_OF_CREATOR" if account.attributes["private"] else "PUBLIC_TO_EVERYONE"
    return [first, "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"]


def check_creator(world: World, account: Account) -> None:
    """Raises what stands against any publish of this creator."""
    code = quotas.refusal_of(world, account)
    if code is not None:
        raise errors.refused(world, code)


def check_direct(world: World, account: Account, info: DirectInfo) -> None:
    """Raises what stands against this one."""
    check_creator(world, account)
    toggles = {info.brand_content_toggle, info.brand_organic_toggle}
    if None in toggles and world.settings.tiktok_brand_toggles == "required":
        raise errors.invalid_param(world, "brand_content_toggle and brand_organic_toggle are required")
    if info.privacy_level is None:
        raise errors.refused(world, "privacy_level_option_mismatch")
    is_hidden = account.attributes["private"] and info.privacy_level == "SELF_ONLY"
    if not account.attributes["audited"] and not is_hidden:
        raise errors.refused(world, "unaudited_client_can_only_post_to_private_accounts")
    if info.privacy_level not in privacy_options(account):
        raise errors.refused(world, "privacy_level_option_mismatch")
    is_branded = info.brand_content_toggle and info.privacy_level == "SELF_ONLY"
    if is_branded and world.settings.tiktok_branded_private == "refuse":
        raise errors.invalid_param(world, "branded content cannot be private")


def check_draft(world: World, account: Account) -> None:
    """Raises what stands against another draft: its owner says in the app who may see it, and how."""
    check_creator(world, account)
    if not quotas.has_room_for_a_draft(world, account):
        raise errors.refused(world, "spam_risk_too_many_pending_share")
