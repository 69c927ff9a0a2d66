"""Inside a child process that reads a stranger's file: the limits it gives itself before it looks."""

import resource
import sys

MEMORY_BYTES = 2 * 1024**3


def confine(*, cpu_seconds: int, file_bytes: int) -> None:
    """Bound this process from now on: its memory, its time, and how long a file it writes may become."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # elsewhere the limit is refused or ignored
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
