"""What happens on the networks while nobody calls: whoever looks at the whole world brings it up to now first."""

from starlette.datastructures import State
from starlette.requests import Request

from dravo_simulator.facebook import publishing as facebook
from dravo_simulator.tiktok import state as tiktok


async def settle(request: Request) -> None:
    """Brings everything unfinished up to now."""
    await settle_world(request.app.state)


async def settle_world(state: State) -> None:
    await tiktok.settle_world(state)
    await state.pulls.settle()
    facebook.settle(state.world)
    await state.webhooks.settle()
