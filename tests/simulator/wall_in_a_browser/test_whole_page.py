"""The wall as a person's browser shows it: what holds for all of its columns."""

from typing import Literal

import pytest
from playwright.async_api import Browser, Page, expect

from simulator.wall_in_a_browser.looking import card, load
from simulator.wall_material import EVIL, FILM_SECONDS
from simulator.wall_scene import ALTS
from support.browser import Visit, visited

# Where pytest-xdist keeps groups together, one worker has the only browser.
pytestmark = pytest.mark.xdist_group("browser")

# Whether the button and the beginning of the text can be seen in the picture, and the end after scrolling to it.
READABLE = """figure => {
  const [alt, button, text] = [".alt", ".alt summary", ".alt p"].map(name => figure.querySelector(name));
  const place = element => element.getBoundingClientRect();
  const begins = place(button).top >= place(figure).top && place(text).top + 20 < place(figure).bottom;
  alt.scrollTop = alt.scrollHeight;
  return begins && place(text).bottom <= place(figure).bottom;
}"""


async def test_every_network_has_its_column(page: Page) -> None:
    assert await page.title() == "The wall"
    headings = await page.locator("h2 > span").all_inner_texts()
    assert headings == ["X", "LinkedIn", "Facebook", "Instagram", "TikTok"]
    for heading in await page.locator("h2").all():
        assert await heading.is_visible()
    for network, articles in (("x", 11), ("linkedin", 8), ("facebook", 11), ("instagram", 10), ("tiktok", 6)):
        await expect(page.locator(f"#{network} article")).to_have_count(articles)


async def test_every_picture_is_there_with_its_alternative_text(page: Page) -> None:
    await load(page)
    for network, most in (("x", 7), ("linkedin", 6), ("facebook", 15), ("instagram", 12), ("tiktok", 7)):
        pictures = page.locator(f"#{network} img")
        await expect(pictures).to_have_count(most)
        for picture in await pictures.all():
            assert await picture.evaluate("image => image.naturalWidth") > 0
            box = await picture.bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) > 50
    for network, words, alts in (
        ("x", "Four discs", ALTS["x"]),
        ("x", "It moves", ["A colour that waves"]),
        ("x", "Imagined", ["A disc nobody drew"]),
        ("x", "Hostile", [EVIL]),
        ("linkedin", "Several pictures", ALTS["linkedin"]),
        ("facebook", "An album of 7", ALTS["facebook"]),
        ("instagram", "Found with", ALTS["instagram"]),
        ("instagram", "Hostile", [EVIL]),
    ):
        shown = card(page, network, words).locator("img")
        assert [await picture.get_attribute("alt") for picture in await shown.all()] == alts
    await expect(card(page, "x", "It moves").get_by_text("GIF", exact=True)).to_be_visible()


@pytest.mark.parametrize(
    ("network", "words"),
    [
        ("x", "Four discs"),
        ("linkedin", "Several pictures"),
        ("facebook", "An album of 7"),
        ("instagram", "Found with"),
    ],
)
async def test_an_alternative_text_can_be_read(fresh: Visit, network: str, words: str) -> None:
    figures = card(fresh.page, network, words).locator("figure")
    for figure, alt in zip(await figures.all(), ALTS[network], strict=True):
        await expect(figure.get_by_text(alt)).to_be_hidden()
        await figure.get_by_text("ALT", exact=True).click()
        await expect(figure.get_by_text(alt)).to_be_visible()
        assert await figure.evaluate(READABLE)


@pytest.mark.parametrize(
    ("network", "words", "size"),
    [
        ("x", "A film of X", (640, 360)),
        ("linkedin", "A film of LinkedIn", (640, 360)),
        ("facebook", "A film of Facebook", (640, 360)),
        ("facebook", "A reel of Facebook", (540, 960)),
        ("instagram", "A film of Instagram", (540, 960)),
        ("tiktok", "A film of TikTok", (540, 960)),
    ],
)
async def test_a_video_plays_and_can_be_sought_in(
    fresh: Visit, network: str, words: str, size: tuple[int, int]
) -> None:
    found = card(fresh.page, network, words).locator("video")
    await found.scroll_into_view_if_needed()
    video = await found.element_handle()
    await fresh.page.wait_for_function("video => video.readyState >= 1", arg=video)
    seen = await found.evaluate("video => [video.videoWidth, video.videoHeight, video.duration]")
    assert seen == [*size, pytest.approx(FILM_SECONDS, abs=0.2)]
    await found.evaluate("video => { video.muted = true; return video.play() }")
    await fresh.page.wait_for_function("video => video.currentTime > 0.2", arg=video)
    await found.evaluate("video => video.pause()")
    for moment, reddish in ((FILM_SECONDS * 0.75, False), (FILM_SECONDS * 0.25, True)):
        await found.evaluate("(video, moment) => { video.currentTime = moment }", moment)
        await fresh.page.wait_for_function("video => !video.seeking && video.readyState >= 2", arg=video)
        red, _, blue, _ = await found.evaluate(
            """video => {
              const brush = document.createElement("canvas").getContext("2d");
              brush.drawImage(video, 40 - video.videoWidth, -170);
              return [...brush.getImageData(10, 10, 1, 1).data];
            }"""
        )
        assert (red > blue + 50) is reddish
        assert (blue > red + 50) is not reddish


async def test_strangers_words_do_nothing_even_where_nothing_forbids_them(browser: Browser, url: str) -> None:
    """The page's policy is put aside, so that only the escaping stands between the words and the browser."""
    async with visited(browser, url, bypass_csp=True) as visit:
        page = visit.page
        await load(page)
        for network in ("x", "linkedin", "facebook"):
            await expect(card(page, network, "Hostile").locator(".text")).to_have_text(f"Hostile {EVIL}")
        await expect(card(page, "instagram", "Hostile").locator(".text")).to_contain_text(EVIL)
        await expect(card(page, "linkedin", "Hostile").locator(".linkcard b")).to_have_text(EVIL)
        await expect(card(page, "tiktok", "Hostile").locator(".text")).to_contain_text(EVIL.partition("src=")[0])
        for network in ("x", "instagram"):
            await card(page, network, "Hostile").get_by_text("ALT", exact=True).click()
        assert await page.evaluate("[typeof window.ran, document.scripts.length]") == ["undefined", 0]
        assert visit.dialogs == []


async def test_nothing_fails_and_nothing_leaves_this_machine(fresh: Visit, url: str) -> None:
    await load(fresh.page)
    await expect(fresh.page.locator("video")).to_have_count(13)
    assert {address.split("/wall")[0] for address in fresh.requested} == {url.removesuffix("/wall")}
    assert f"{url}/wall.css" in fresh.requested
    assert fresh.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_stands_out_from_what_is_behind_it(
    browser: Browser, url: str, scheme: Literal["light", "dark"]
) -> None:
    async with visited(browser, url, scheme=scheme) as visit:
        for hidden in await visit.page.locator("details").all():
            await hidden.evaluate("element => { element.open = true }")
        assert await visit.faint(4.5) == []
        background = await visit.page.locator("#x .card").first.evaluate(
            "card => getComputedStyle(card).backgroundColor"
        )
        assert background == {"light": "rgb(255, 255, 255)", "dark": "rgb(0, 0, 0)"}[scheme]


@pytest.mark.parametrize("width", [390, 1440])
async def test_the_page_is_never_wider_than_its_window(browser: Browser, url: str, width: int) -> None:
    async with visited(browser, url, width=width) as visit:
        await load(visit.page)
        seen = await visit.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert seen == [width, width]
        outside = await visit.page.locator("article").evaluate_all(
            "cards => cards.filter(card => card.getBoundingClientRect().right > innerWidth).length"
        )
        assert outside == 0


@pytest.mark.parametrize("width", [900, 1440])
async def test_the_five_networks_stand_side_by_side(browser: Browser, url: str, width: int) -> None:
    """On a narrow window the columns are scrolled sideways, and the page itself is not."""
    async with visited(browser, url, width=width) as visit:
        columns = visit.page.locator(".column")
        tops = await columns.evaluate_all("all => all.map(column => column.getBoundingClientRect().top)")
        assert len(tops) == 5
        assert len(set(tops)) == 1
        assert await visit.page.evaluate("document.documentElement.scrollWidth") == width
        await columns.last.scroll_into_view_if_needed()
        await expect(columns.last.get_by_role("heading")).to_be_in_viewport()
