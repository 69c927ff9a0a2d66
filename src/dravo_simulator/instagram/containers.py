"""POST /{ig}/media: a container, whose medium is pulled meanwhile or at once."""

from starlette.requests import Request
from starlette.responses import Response

from dravo_simulator import graph, processing
from dravo_simulator.instagram import errors, pulling, surfaces
from dravo_simulator.instagram.door import account_of, is_by_facebook, need, own
from dravo_simulator.instagram.parameters import options_of
from dravo_simulator.instagram.statuses import DAY_SECONDS, status_of
from dravo_simulator.instagram.surfaces import Surface
from dravo_simulator.store import JSON
from dravo_simulator.wire import origin

MOST_CONTAINERS_A_DAY = 400
CHILDREN = range(2, 11)
URLS = {"image": "image_url", "video": "video_url"}


async def create(request: Request) -> Response:
    call = await graph.read(request, "instagram")
    account_of(call, request)
    need(call, "basic", "publish")
    surface = surfaces.surface_of(call)
    call = surfaces.fitting(call, surface)
    _check_stories(call, surface)
    data = _begun(call, surface)
    if surface.kind == "CAROUSEL":
        data["children"] = await _children(request, call)
    world = call.world
    if not world.count_sliding(f"instagram containers {call.account.id}", MOST_CONTAINERS_A_DAY, DAY_SECONDS):
        raise graph.refusal(world, 80002, "There have been too many calls to this Instagram account")
    data["processing"] = processing.begin(request, world, world.settings.processing_seconds)
    if data["url"] is not None and world.settings.instagram_fetch == "at_create":
        pulled = await pulling.pull(request.app.state.crawler, world, data)
        if pulled.fault is not None and pulled.is_refused_at_once(data["medium"]):
            raise errors.refusal(world, pulled.fault)
    else:
        pulled = None
    with world.store.transaction():
        if pulled is not None:
            data |= pulling.kept(world, data, pulled)
        container_id = str(17_900_000_000_000_000 + world.store.number())
        world.create("instagram", "container", container_id, call.account.id, data)
        if data["is_waiting"] and data["url"] is not None:
            world.store.watch("instagram", container_id)
    answer: JSON = {"id": container_id}
    if data["is_resumable"]:
        answer["uri"] = _upload_uri(request, container_id)
    return graph.answer(answer)


def _check_stories(call: graph.Call, surface: Surface) -> None:
    is_creator = call.account.attributes.get("account_type") == "MEDIA_CREATOR"
    if surface.kind == "STORIES" and is_creator and call.world.settings.instagram_creator_stories == "refuse":
        raise graph.refusal(call.world, 10, "Stories are for business accounts", status=403)


def _begun(call: graph.Call, surface: Surface) -> JSON:
    """The data of a container that has neither medium nor items yet."""
    is_resumable = _is_resumable(call)
    url = None if surface.medium is None else call.text(URLS[surface.medium])
    if surface.medium is not None and (url is None) != is_resumable:
        raise call.invalid(f"Either {URLS[surface.medium]} or upload_type=resumable is required")
    return {
        "kind": surface.kind,
        "medium": surface.medium,
        "options": options_of(call, surface),
        "url": url,
        "is_resumable": is_resumable,
        "is_waiting": surface.medium is not None,
        "sha256": None,
        "cover": None,
        "children": [],
        "media_id": None,
    }


def _is_resumable(call: graph.Call) -> bool:
    """Uploads are for the host of Facebook Login alone, whose tokens the upload host takes (Content publishing page)."""
    given = call.text("upload_type")
    if given is None:
        return False
    if given != "resumable" or not is_by_facebook(call):
        raise call.invalid("Param upload_type is not supported here")
    return True


async def _children(request: Request, call: graph.Call) -> list[str]:
    """``children`` as a comma separated text or a list; each a finished item of the same account."""
    given = call.parameters.get("children")
    ids = call.structure("children") if not isinstance(given, str) or given.startswith("[") else given.split(",")
    if not isinstance(ids, list) or len(ids) not in CHILDREN:
        raise errors.refusal(call.world, 2207028)
    names = [str(child_id).strip() for child_id in ids]
    await request.app.state.pulls.settle(*names)
    for name in names:
        child = own(call, "container", name)
        if child is None or child.data["kind"] != "CHILD":
            raise errors.refusal(call.world, 2207006)
        if status_of(call.world, child) != "FINISHED":
            raise errors.refusal(call.world, 2207020 if status_of(call.world, child) == "EXPIRED" else 2207027)
    return names


def _upload_uri(request: Request, container_id: str) -> str:
    version = request.path_params["version"]
    return f"{origin(request)}/rupload.facebook.com/ig-api-upload/{version}/{container_id}"
