"""What Instagram says when it refuses, by the number that tells it best (Error codes page, 2026-06-02)."""

from dravo_simulator import graph
from dravo_simulator.wire import Refusal
from dravo_simulator.world import World

SENTENCES: dict[int, tuple[int, str]] = {
    2207003: (-2, "It takes too long to download the media"),
    2207004: (36000, "The image is too large to download"),
    2207005: (36001, "The image format is not supported; it must be JPEG"),
    2207006: (24, "The requested media does not exist"),
    2207008: (24, "The media builder with this creation id does not exist"),
    2207009: (36003, "The aspect ratio of the image is not supported"),
    2207010: (36004, "The caption was too long"),
    2207018: (110, "The user id or username cannot be found"),
    2207020: (-2, "The media has expired"),
    2207023: (100, "Unknown media type"),
    2207026: (352, "The video format is not supported"),
    2207027: (9007, "Media ID is not available: the media is not ready for publishing"),
    2207028: (100, "A carousel needs 2 to 10 photos or videos"),
    2207040: (100, "More than 20 tags with @ are not allowed"),
    2207042: (9, "The limit of posts in 24 hours is reached"),
    2207051: (4, "Action is blocked to protect the community"),
    2207052: (9004, "The media could not be fetched from this URI"),
    2207057: (1, "The thumbnail offset must be within the length of the video"),
    2207082: (100, "The media could not be uploaded: a silent video has no audio to name"),
}
"""Subcode: code and message. 2207082 stands in peers' logs as the text of a container's status and nowhere else."""
NOT_FETCHED = {2207003, 2207052}


def refusal(world: World, subcode: int, more: str = "") -> Refusal:
    """The refusal of that number; ``more`` adds to its sentence."""
    code, message = SENTENCES[subcode]
    return graph.refusal(world, code, f"{message}. {more}" if more else message, subcode=subcode)
