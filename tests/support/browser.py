"""A real browser for the pages: Debian's chromium, driven by Playwright, which never fetches one of its own."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
from playwright.async_api import Browser, ConsoleMessage, Dialog, Page, Request, ViewportSize, async_playwright

# A container has no sandbox and no graphics; and nothing that chromium does by itself may go out.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

LETTERS = """
() => {
  const parsed = colour => {
    const [red, green, blue, alpha = 1] = colour.match(/[\\d.]+/g).map(Number);
    return [red, green, blue, alpha];
  };
  const over = ([r, g, b, a], below) => [r, g, b].map((part, at) => part * a + below[at] * (1 - a)).concat(1);
  const light = colour => colour.slice(0, 3).map(part => part / 255)
    .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const contrast = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  // Every colour that may be behind a letter: a gradient has several, and what is not solid lets through what is below.
  const behind = element => {
    if (element === null) return [[255, 255, 255, 1]];
    const { backgroundColor, backgroundImage } = getComputedStyle(element);
    const here = backgroundImage.match(/rgba?\\([^)]*\\)/g) ?? [backgroundColor];
    const colours = here.map(parsed);
    if (colours.every(colour => colour[3] === 1)) return colours;
    return colours.flatMap(colour => behind(element.parentElement).map(below => over(colour, below)));
  };
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    const words = [...element.childNodes].filter(node => node.nodeType === Node.TEXT_NODE)
      .map(node => node.textContent.trim()).join(" ").trim();
    if (!words || !element.checkVisibility() || element.closest("[aria-hidden=true]")) continue;
    const colour = parsed(getComputedStyle(element).color);
    found.push([Math.min(...behind(element).map(below => contrast(over(colour, below), below))), words]);
  }
  return found;
}
"""
"""Every visible text with its contrast, by the formula of WCAG 2.2 ("contrast ratio", "relative luminance")."""


@asynccontextmanager
async def opened() -> AsyncIterator[Browser]:
    """The browser. Without one the tests are skipped, but not where REQUIRE_BROWSER says that there must be one."""
    program = shutil.which("chromium")
    if program is None:
        lacking = "there is no chromium: apt-get install chromium"
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail(lacking)
        pytest.skip(lacking)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()


@dataclass
class Visit:
    """One look at a page, and what the browser had to say about it."""

    page: Page
    requested: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", lambda request: self.requested.append(request.url))
        self.page.on("requestfailed", self._missed)
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", self._asked)

    async def faint(self, least: float) -> list[tuple[float, str]]:
        """The texts that stand out from what is behind them by less than that."""
        letters: list[tuple[float, str]] = await self.page.evaluate(LETTERS)
        assert letters
        return [(round(contrast, 2), words) for contrast, words in letters if contrast < least]

    def _missed(self, request: Request) -> None:
        # A player that has read enough of a video for its first picture breaks off by itself.
        if request.resource_type != "media" or request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"not loaded: {request.url}: {request.failure}")

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    async def _asked(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        await dialog.dismiss()


@asynccontextmanager
async def visited(
    browser: Browser, url: str, *, width: int = 1280, scheme: Literal["light", "dark"] = "light", **options: Any
) -> AsyncIterator[Visit]:
    """A page in a window of its own that remembers nothing; `options` are those of Playwright's `new_context`."""
    window = ViewportSize(width=width, height=900)
    context = await browser.new_context(viewport=window, color_scheme=scheme, **options)
    try:
        visit = Visit(await context.new_page())
        answer = await visit.page.goto(url)
        assert answer is not None
        assert answer.ok
        yield visit
    finally:
        await context.close()
