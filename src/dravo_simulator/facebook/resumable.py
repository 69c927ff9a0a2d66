"""Meta's Resumable Upload API: a file goes to a session of the app's, and a handle stands for it (Video publishing guide).

``POST /{app}/uploads`` opens the session, ``POST /upload:…`` takes its bytes, and ``/{page}/videos`` takes the handle.
"""

from starlette.requests import Request
from starlette.responses import Response

from dravo_simulator import graph
from dravo_simulator.blobs import Received, TooLarge
from dravo_simulator.facebook import limits
from dravo_simulator.store import Stored
from dravo_simulator.wire import world_of


async def begin(request: Request) -> Response:
    graph.check_version(request)
    world = world_of(request)
    query = request.query_params
    grant = graph.live_grant(world, graph.token_of(request, dict(query)))
    if request.path_params["object_id"] not in {"app", grant.app}:
        raise graph.no_such_object(world, str(request.path_params["object_id"]), request.method)
    length = query.get("file_length", "")
    if not length.isdecimal() or not 0 < int(length) <= limits.MOST_BYTES or not query.get("file_type"):
        raise graph.refusal(world, 100, "The parameters file_length and file_type are required")
    with world.store.transaction():
        session_id = world.token("upload:MTphdHRhY2htZW50Oj")
        world.create("facebook", "file", session_id, grant.app, {"size": int(length), "received": 0, "parts": []})
    return graph.answer({"id": session_id})


async def upload(request: Request) -> Response:
    """The bytes from ``file_offset`` on. The answer's ``h`` is the handle."""
    file = _session(request)
    world = world_of(request)
    if request.headers.get("file_offset") != str(file.data["received"]):
        raise graph.refusal(world, 100, f"The file_offset must be {file.data['received']}")
    try:
        left = file.data["size"] - file.data["received"]
        received = await world.store.blobs.receive(request.stream(), at_most=left)
    except TooLarge as large:
        raise graph.refusal(world, 100, "More bytes than file_length says") from large
    parts = [*file.data["parts"], received.path.name]
    with world.store.transaction():
        handle = f"4:{file.id.removeprefix('upload:')}"
        world.change("facebook", file, parts=parts, received=file.data["received"] + received.size)
    return graph.answer({"h": handle})


async def progress(request: Request) -> Response:
    file = _session(request)
    return graph.answer({"id": file.id, "file_offset": file.data["received"]})


async def taken(call: graph.Call, handle: str) -> Received:
    """The file that a handle stands for, once all of it is there."""
    file = call.world.store.get("facebook", "file", f"upload:{handle.removeprefix('4:')}")
    if file is None or not handle.startswith("4:") or file.account != call.account.app:
        raise call.invalid("The handle of the file is not known")
    if file.data["received"] < file.data["size"]:
        raise call.invalid("The file was not uploaded completely")
    return await call.world.store.blobs.join([call.world.store.blobs.part(name) for name in file.data["parts"]])


def _session(request: Request) -> Stored:
    graph.check_version(request)
    world = world_of(request)
    grant = graph.live_grant(world, graph.token_of(request, dict(request.query_params)))
    file = world.store.get("facebook", "file", f"upload:{request.path_params['session']}")
    if file is None or file.account != grant.app:
        raise graph.refusal(world, 100, "There is no such upload session")
    return file
