"""Five simulated networks behind one origin, for the test environment, the demo and the tests.

Nothing here imports ``dravo`` and nothing there imports this: both sides read the networks' own documentation, so one
misreading cannot pass twice.
"""
