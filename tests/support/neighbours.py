"""Another workspace on the same installation, which must notice nothing."""

from dataclasses import replace

from dravo.kit.ids import new_id
from support.book import Book


async def another_workspace(book: Book) -> Book:
    """The book of a new workspace, in the same environment."""
    workspace_id = new_id("ws")
    await book.run(
        "INSERT INTO workspaces (id, name, created_at) VALUES (:id, 'Neighbours', dravo_now())", id=workspace_id
    )
    return replace(book, workspace_id=workspace_id)
