"""A real server of files, for simulators that pull media while they run in a process of their own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Quiet(SimpleHTTPRequestHandler):
    """A server of files that says nothing of it."""

    def log_message(self, *_said: object) -> None:
        pass


@contextmanager
def hosting(folder: Path) -> Iterator[str]:
    """The origin where what is in the folder can be pulled from."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            serving.join()
