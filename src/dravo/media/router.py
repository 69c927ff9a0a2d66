"""`/v1/media`: bytes in, assets out."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from dravo.auth.dependencies import ResourcesDep, requires
from dravo.auth.schemas import Caller
from dravo.kit.errors import FieldError, Problem, validation_problem
from dravo.kit.storage import StorageUnavailable
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
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": description, "content": {"application/problem+json": {"schema": {"type": "object"}}}}
    for status, description in {
        400: "Not exactly one part named `file`, an empty file, or a damaged one",
        401: "No valid credential",
        403: "The credential lacks the scope `media`",
        413: "Over 100 MB",
        415: "Not multipart/form-data, or a file of a type that is not taken",
        502: "The object store failed",
        503: "Postgres cannot be reached",
    }.items()
}


@router.post("", status_code=201, responses=_PROBLEMS, openapi_extra=_MULTIPART)
async def upload_media(
    request: Request, caller: Annotated[Caller, Depends(requires("media"))], resources: ResourcesDep
) -> MediaView:
    """Store a picture or video for 60 days and answer the address to use in `media_urls`."""
    async with uploaded_file(request) as file:
        try:
            asset = await ingest(resources, caller.workspace_id, caller.environment, file)
        except UnusableMedia as unusable:
            raise _refusal(unusable) from None
        except StorageUnavailable as error:
            raise Problem(
                502, "upstream_error", "The object store failed", "The file was not stored; send it again later."
            ) from error
    return view_of(resources.settings.public_url, asset)


def _refusal(unusable: UnusableMedia) -> Problem:
    if unusable.reason == "unknown":
        return Problem(415, "unsupported_media_type", "The file is not of a type that we take", str(unusable))
    return validation_problem([FieldError("/file", f"{unusable.reason}_file", str(unusable))])
