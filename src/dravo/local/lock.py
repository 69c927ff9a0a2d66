"""One house per data folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dravo.local.errors import AlreadyRunningError, DataFolderError


@contextmanager
def exclusive(data_dir: Path) -> Iterator[None]:
    """Hold the data folder (made when absent) for this process; the kernel lets go when the process dies.

    Raises AlreadyRunningError when another process holds it, DataFolderError when it may not be written to.
    """
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(data_dir / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except (PermissionError, FileExistsError, NotADirectoryError) as error:
        raise DataFolderError(
            f"The data folder {data_dir} cannot be used: {error.strerror}. "
            "It may belong to another user (was it made as root?); choose another folder, or change its owner."
        ) from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(lock, 32, 0).decode().strip() or "unknown"
            raise AlreadyRunningError(
                f"Dravo already runs on {data_dir} (process {holder}). Stop that one first, or choose another folder."
            ) from error
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
        yield
        # The file stays: removing it would let two processes hold two files of the same name.
        os.ftruncate(lock, 0)
    finally:
        os.close(lock)
