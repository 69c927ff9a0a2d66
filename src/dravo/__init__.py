"""Dravo: one API for every social network, on your own machines."""

__version__ = "0.1.0"
