"""Which network a call is about: its host tells, and on the hosts that Meta's two share an id in its path."""

from dravo_simulator.hosts import networks_of, split
from dravo_simulator.world import World

OBJECTS = {"facebook": ("post", "photo", "video", "comment"), "instagram": ("container", "media", "item")}
"""What an account has that a path may name, by network."""


def owner_of(world: World, object_id: str) -> str | None:
    """The network of Meta that an account or an object of that id belongs to."""
    for network, kinds in OBJECTS.items():
        is_account = world.account(network, by="id", value=object_id) is not None
        if is_account or any(world.store.get(network, kind, object_id) is not None for kind in kinds):
            return network
    return None


def networks_addressed(world: World, path: str) -> list[str]:
    """The networks that a call may be about: both of a shared host where its path names nobody's object, as with ``me``."""
    host, rest = split(path)
    networks = networks_of(host)
    if len(networks) > 1:
        owners = [owner for part in rest.split("/") if (owner := owner_of(world, part)) is not None]
        return owners[:1] or networks
    return networks
