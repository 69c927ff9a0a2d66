"""Multipart bodies of X's media calls."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request

from dravo_simulator.x import errors


@asynccontextmanager
async def opened_form(request: Request) -> AsyncIterator[FormData]:
    """The form of a request, whose large files lie on disk until the end of the block."""
    try:
        form = await request.form()
    except HTTPException as broken:
        raise errors.invalid("The multipart body cannot be read") from broken
    try:
        yield form
    finally:
        await form.close()
