"""What is put to the upload URLs of a video: its parts, and if asked for a thumbnail and captions."""

from starlette.requests import Request
from starlette.responses import Response

from dravo_simulator.linkedin import errors, media
from dravo_simulator.linkedin.images import received_picture
from dravo_simulator.linkedin.videos import part_sizes
from dravo_simulator.wire import world_of


async def put(request: Request) -> Response:
    """One part, to its own URL. No token is needed and one that comes along is not looked at; nor is the size of the part."""
    video = media.awaited(request, "video")
    number = int(request.path_params["number"])
    if number >= len(part_sizes(video.data["size"])):
        raise errors.not_found("the part")
    world = world_of(request)
    received = await world.store.blobs.receive(request.stream())
    part_id = f"{video.id} {number}"
    etag = f"/ambry-video/signedId/{world.token('')[:32]}"
    replaced = world.store.get("linkedin", "video_part", part_id)
    with world.store.transaction():
        kept = {"number": number, "etag": etag, "size": received.size, "file": received.path.name}
        world.create("linkedin", "video_part", part_id, video.id, kept)
    if replaced is not None:
        world.store.blobs.discard(replaced.data["file"])
    return Response(status_code=200, headers={"etag": etag})


async def put_thumbnail(request: Request) -> Response:
    """A still picture in place of the one that LinkedIn would choose. Which headers it wants is not documented."""
    video = media.awaited(request, "video")
    received, facts = await received_picture(request)
    world = world_of(request)
    with world.store.transaction():
        blob = world.store.blobs.keep(received, facts.content_type, facts)
        world.change("linkedin", video, thumbnail=blob.sha256)
    return Response(status_code=201)


async def put_captions(request: Request) -> Response:
    """Taken and forgotten: nobody reads them here."""
    media.awaited(request, "video")
    async for _ in request.stream():
        pass
    return Response(status_code=201)
