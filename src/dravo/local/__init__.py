"""A Postgres and a Valkey of one's own, and the processes of a house on one machine.

Imports nothing of dravo and nothing but the standard library.
"""
