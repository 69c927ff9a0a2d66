"""The door is these tests' own way in."""

from support.door import door

__all__ = ["door"]
