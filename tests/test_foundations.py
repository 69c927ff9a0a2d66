from dravo.resources import Resources


async def test_a_workspace_can_be_made(resources: Resources, workspace: str) -> None:
    assert workspace.startswith("ws_")
