"""How much a worker's memory grows while it sends a large video, and how fast it sends. Run with `make bench-streaming`."""
