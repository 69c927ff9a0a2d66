"""The engine in this process, for the tests of the judge; the house of real processes, for those of the faults."""

from conformance.conftest import control, house, media_server, resources, simulator

__all__ = ["control", "house", "media_server", "resources", "simulator"]
