"""How the tests find their way on the wall."""

from playwright.async_api import Locator, Page


def card(page: Page, network: str, words: str) -> Locator:
    return page.locator(f"#{network} article", has_text=words)


async def load(page: Page) -> None:
    """Scrolls to every picture, which is when it loads."""
    for picture in await page.locator("img").all():
        await picture.evaluate("async image => { image.scrollIntoView(); await image.decode() }")


async def colour(words: Locator) -> str:
    return str(await words.evaluate("element => getComputedStyle(element).color"))
