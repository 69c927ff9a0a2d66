"""Measurements of what Dravo promises about its own use of a machine; run by hand, no part of the tests (docs/benchmarks.md)."""
