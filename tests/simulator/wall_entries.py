"""Entries put into the ledger by hand, and what the wall makes of them."""

import re
from typing import Any

from dravo_simulator.world import medium
from simulator.harness import JSON, Sim


def shown(sim: Sim, content: bytes, content_type: str, alt_text: str | None = None) -> JSON:
    """A medium in the ledger, as if some network had taken it."""
    return medium(sim.app.world.store.add_blob(content, content_type), alt_text=alt_text)


async def record(sim: Sim, network: str, number: int = 1, kind: Any = "post", **more: Any) -> None:
    """An effect in the ledger, whatever the network would have checked before."""
    described = await sim.account(network)
    account = sim.app.world.account(network, by="id", value=described["platform_account_id"])
    assert account is not None
    sim.app.world.record(account, kind, str(number), **{"text": "", **more})


async def page(sim: Sim) -> str:
    answer = await sim.client.get("/wall")
    assert answer.status_code == 200
    return answer.text


async def column(sim: Sim, network: str) -> str:
    found = re.search(rf'<section class="column {network}".*?</section>', await page(sim), re.DOTALL)
    assert found is not None
    return found[0]
