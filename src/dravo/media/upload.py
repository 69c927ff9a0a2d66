"""Reads `multipart/form-data` with one file in it, bounded while it is read."""

import contextlib
from collections.abc import AsyncGenerator, AsyncIterator
from typing import IO

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from dravo.kit.errors import FieldError, Problem, validation_problem
from dravo.media.ingest import MAX_FILE_BYTES

MAX_BODY_BYTES = MAX_FILE_BYTES + 64 * 1024
"""The file, and room for the boundaries and headers around it."""


class _TooLong(Exception):
    """The body exceeds the limit."""


class _OneFile(MultiPartParser):
    """The framework's parser, for one file and nothing else, told where the body has to end.

    By itself it takes a body without a last boundary for a whole one, and forgets to close the file of the part that
    was cut. What `_counted` raises, it cleans up after.
    """

    def __init__(self, request: Request) -> None:
        super().__init__(request.headers, self._counted(request), max_files=1, max_fields=0)
        self._has_ended = False

    def on_end(self) -> None:
        self._has_ended = True

    async def _counted(self, request: Request) -> AsyncGenerator[bytes, None]:
        size = 0
        async for chunk in request.stream():
            size += len(chunk)
            if size > MAX_BODY_BYTES:
                raise _TooLong
            yield chunk
        if not self._has_ended:
            raise MultiPartException("no last boundary")


@contextlib.asynccontextmanager
async def uploaded_file(request: Request) -> AsyncIterator[IO[bytes]]:
    """The one part named `file` as a temporary file, which is gone after the block.

    Raises Problem 400 (other or no parts, empty, cut short), 413 (over 100 MB, as soon as that is seen) and 415.
    """
    _check_headers(request)
    try:
        form = await _OneFile(request).parse()
    except _TooLong:
        raise _too_large() from None
    except ClientDisconnect:
        raise _malformed("The body ended before its last boundary.") from None
    except MultiPartException:
        # The parser's own words can repeat what was sent; these cover its cases.
        raise _malformed("Send exactly one part, named 'file', with a file name, and end with the boundary.") from None
    try:
        part = form.get("file")
        if not isinstance(part, UploadFile):
            raise validation_problem(
                [FieldError("/file", "required", "is required: one part of this name with a file")]
            )
        if not part.size:
            raise validation_problem(
                [FieldError("/file", "empty_file", "is empty; send the bytes of a picture or video")]
            )
        if part.size > MAX_FILE_BYTES:
            raise _too_large()
        yield part.file
    finally:
        await form.close()


def _check_headers(request: Request) -> None:
    """Charset and content encoding are the business of the guard that stands before every route."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "multipart/form-data":
        raise Problem(
            415,
            "unsupported_media_type",
            "The body's type is not read here",
            "Send multipart/form-data with one part named 'file'.",
        )
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > MAX_BODY_BYTES:
        raise _too_large()


def _too_large() -> Problem:
    return Problem(
        413, "payload_too_large", "The file is too large", "A file may have at most 100 MB (100 000 000 bytes)."
    )


def _malformed(detail: str) -> Problem:
    return Problem(400, "validation_error", "The request is not valid", detail)
