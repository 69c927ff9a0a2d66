"""When a post of a Page becomes visible: at once, at its time, or when its video is ready."""

from dravo_simulator.world import World


def settle(world: World) -> None:
    """Publishes what was due meanwhile."""
