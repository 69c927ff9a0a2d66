"""The world's hosts, as far as media are fetched from them."""

from collections.abc import Callable
from typing import IO, Any

from support import media

URL = "https://pictures.example/a.png"


class Web:
    """Every host gives the same answer."""

    def __init__(self) -> None:
        self.body: bytes | Exception = media.picture("PNG")
        self.asked: list[str] = []
        self.before_answering: Callable[[], Any] | None = None

    async def answer(self, url: str, sink: IO[bytes]) -> str:
        self.asked.append(url)
        if self.before_answering is not None:
            await self.before_answering()
        if isinstance(self.body, Exception):
            raise self.body
        sink.write(self.body)
        return "text/html"
