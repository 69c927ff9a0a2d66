"""`/v1/media`: bytes in, assets out."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from dravo.auth.dependencies import ResourcesDep, requires
from dravo.auth.schemas import Caller
from dravo.kit.errors import FieldError, Problem, validation_problem
from dravo.media.ingest import ingest
from dravo.media.inspection import UnusableMedia
from dravo.media.schemas import MediaView, view_of
from dravo.media.upload import uploaded_file

router = APIRouter(prefix="/v1/media", tags=["media"])

_MULTIPART = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "additionalProperties": False,
                    "properties": {
                        "file": {
                            "type": "string",
                            "format": "binary",
                            "description": "At most 100 MB of JPEG, PNG, WebP, GIF, MP4, MOV or WebM, told by the bytes",
                        }
                    },
                }
            }
        },
    }
}
_REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"description": "Not exactly one part named `file`, an empty file, or a damaged one."},
    413: {"description": "The file is over 100 MB."},
    415: {"description": "Not multipart/form-data, or a file of a type that is not taken."},
    502: {"description": "The object store failed; nothing was stored."},
}


@router.post("", status_code=201, responses=_REFUSALS, openapi_extra=_MULTIPART)
async def upload_media(
    request: Request, caller: Annotated[Caller, Depends(requires("media"))], resources: ResourcesDep
) -> MediaView:
    """Store a picture or video for 60 days and answer the address to use in `media_urls`."""
    async with uploaded_file(request) as file:
        try:
            asset = await ingest(resources, caller.workspace_id, caller.environment, file)
        except UnusableMedia as unusable:
            raise _refusal(unusable) from None
    return view_of(resources.settings.public_url, asset)


def _refusal(unusable: UnusableMedia) -> Problem:
    if unusable.reason == "unknown":
        return Problem(415, "unsupported_media_type", "The file is not of a type that we take", str(unusable))
    return validation_problem([FieldError("/file", f"{unusable.reason}_file", str(unusable))])
