"""The wall as a person's browser shows it: a real chromium, a real simulator, posts sent over the networks' own calls."""

from collections.abc import AsyncIterator
from typing import Literal

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from simulator.wall_scene import ALTS, EVIL, FILM_SECONDS, LONG, LOOMS, DistantSim
from support.browser import Visit, opened, visited
from support.simulator import Simulator

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


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with opened() as running:
        yield running


@pytest.fixture(scope="module")
async def url(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """The wall of a simulator to which everything has been posted."""
    simulator = Simulator.start(tmp_path_factory.mktemp("wall"), verified_origin="http://127.0.0.1:9")
    sim = DistantSim(simulator.url)
    try:
        await sim.publish()
        yield f"{simulator.url}/wall"
    finally:
        await sim.close()
        simulator.child.stop()


@pytest.fixture(scope="module")
async def page(browser: Browser, url: str) -> AsyncIterator[Page]:
    """The wall for all tests that only look."""
    async with visited(browser, url) as visit:
        yield visit.page


@pytest.fixture
async def fresh(browser: Browser, url: str) -> AsyncIterator[Visit]:
    """The wall for one test that clicks."""
    async with visited(browser, url) as visit:
        yield visit


def card(page: Page, network: str, words: str) -> Locator:
    return page.locator(f"#{network} article", has_text=words)


async def load(page: Page) -> None:
    """Scrolls to every picture, which is when it loads."""
    for picture in await page.locator("img").all():
        await picture.evaluate("async image => { image.scrollIntoView(); await image.decode() }")


async def colour(words: Locator) -> str:
    return str(await words.evaluate("element => getComputedStyle(element).color"))


async def test_every_network_has_its_column(page: Page) -> None:
    assert await page.title() == "The wall"
    headings = await page.locator("h2 > span").all_inner_texts()
    assert headings == ["X", "LinkedIn", "Facebook", "Instagram", "TikTok"]
    for heading in await page.locator("h2").all():
        assert await heading.is_visible()
    await expect(page.locator("#facebook .empty")).to_have_text("Nothing posted on Facebook yet.")
    await expect(page.locator("#x article")).to_have_count(11)
    await expect(page.locator("#linkedin article")).to_have_count(8)


async def test_a_text_of_x_has_coloured_links_tags_and_mentions(page: Page) -> None:
    text = card(page, "x", "The looms are back").locator(".text")
    await expect(text).to_have_text(f"The looms are back, @grace_dev! See {LOOMS} about #weaving and $YARN")
    plain = await colour(text)
    coloured = text.locator("a, .tag, .mention")
    assert await coloured.all_inner_texts() == ["@grace_dev", LOOMS, "#weaving", "$YARN"]
    for part in await coloured.all():
        assert await colour(part) != plain
    await expect(text.locator("a")).to_have_attribute("href", LOOMS)


async def test_a_text_of_linkedin_has_coloured_what_leads_somewhere(page: Page) -> None:
    text = card(page, "linkedin", "Thanks to").locator(".text")
    await expect(text).to_have_text(f"Thanks to Looms and Sons for #nothing and #weaving: {LOOMS}")
    coloured = text.locator("a, .tag, .mention")
    assert await coloured.all_inner_texts() == ["Looms and Sons", "#weaving", LOOMS]
    for part in await coloured.all():
        assert await colour(part) != await colour(text)


async def test_a_thread_of_x_is_read_from_top_to_bottom(page: Page) -> None:
    thread = card(page, "x", "One: choose the yarn")
    texts = thread.locator(".text")
    assert await texts.all_inner_texts() == [
        "One: choose the yarn",
        "Two: dress the loom",
        "Three: weave",
        "The first comment below One",
    ]
    boxes = [await text.bounding_box() for text in await texts.all()]
    heights = [box["y"] for box in boxes if box is not None]
    assert len(heights) == 4
    assert heights == sorted(heights)
    await expect(thread.get_by_text("Replying to @ada_dev")).to_have_count(3)


async def test_a_poll_shows_its_options(page: Page) -> None:
    poll = card(page, "x", "Which yarn?").get_by_role("group", name="Poll")
    for option in ("Wool", "Linen", "Silk"):
        await expect(poll.get_by_text(option)).to_be_visible()
    await expect(poll.get_by_text("left")).to_be_visible()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("From here", "Place 01a9a39529b27f36"),
        ("Imagined", "Made with AI"),
        ("For those who pay", "Subscribers only"),
    ],
)
async def test_what_x_says_beside_a_post_can_be_read(page: Page, words: str, said: str) -> None:
    await expect(card(page, "x", words).get_by_text(said)).to_be_visible()
    await expect(page.get_by_text(said)).to_have_count(1)


async def test_a_long_post_of_x_unfolds(fresh: Visit) -> None:
    text = card(fresh.page, "x", "A shuttle carries").locator(".text")
    assert "That is the end" not in await text.inner_text()
    await text.get_by_text("Show more").click()
    assert " ".join((await text.inner_text()).split()) == LONG
    await expect(text.get_by_text("Show more")).to_be_hidden()


async def test_every_picture_is_there_with_its_alternative_text(page: Page) -> None:
    await load(page)
    for network, most in (("x", 7), ("linkedin", 6)):
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
    ):
        shown = card(page, network, words).locator("img")
        assert [await picture.get_attribute("alt") for picture in await shown.all()] == alts
    await expect(card(page, "x", "It moves").get_by_text("GIF", exact=True)).to_be_visible()


@pytest.mark.parametrize(("network", "words"), [("x", "Four discs"), ("linkedin", "Several pictures")])
async def test_an_alternative_text_can_be_read(fresh: Visit, network: str, words: str) -> None:
    figures = card(fresh.page, network, words).locator("figure")
    for figure, alt in zip(await figures.all(), ALTS[network], strict=True):
        await expect(figure.get_by_text(alt)).to_be_hidden()
        await figure.get_by_text("ALT", exact=True).click()
        await expect(figure.get_by_text(alt)).to_be_visible()
        assert await figure.evaluate(READABLE)


@pytest.mark.parametrize(("network", "words"), [("x", "A film of X"), ("linkedin", "A film of LinkedIn")])
async def test_a_video_plays_and_can_be_sought_in(fresh: Visit, network: str, words: str) -> None:
    found = card(fresh.page, network, words).locator("video")
    await found.scroll_into_view_if_needed()
    video = await found.element_handle()
    await fresh.page.wait_for_function("video => video.readyState >= 1", arg=video)
    seen = await found.evaluate("video => [video.videoWidth, video.videoHeight, video.duration]")
    assert seen == [640, 360, pytest.approx(FILM_SECONDS, abs=0.2)]
    await found.evaluate("video => { video.muted = true; return video.play() }")
    await fresh.page.wait_for_function("video => video.currentTime > 0.2", arg=video)
    await found.evaluate("video => video.pause()")
    for moment, reddish in ((FILM_SECONDS * 0.75, False), (FILM_SECONDS * 0.25, True)):
        await found.evaluate("(video, moment) => { video.currentTime = moment }", moment)
        await fresh.page.wait_for_function("video => !video.seeking && video.readyState >= 2", arg=video)
        red, _, blue, _ = await found.evaluate(
            """video => {
              const brush = document.createElement("canvas").getContext("2d");
              brush.drawImage(video, -600, -170);
              return [...brush.getImageData(10, 10, 1, 1).data];
            }"""
        )
        assert (red > blue + 50) is reddish
        assert (blue > red + 50) is not reddish


async def test_an_article_is_a_card_with_picture_title_and_domain(page: Page) -> None:
    await load(page)
    link = card(page, "linkedin", "An article").locator("a.linkcard")
    for words in ("Looms explained", "How cloth is made.", "example.com"):
        await expect(link.get_by_text(words, exact=True)).to_be_visible()
    await expect(link).to_have_attribute("href", LOOMS)
    width, height, seen = await link.locator("img").evaluate(
        "image => [image.naturalWidth, image.naturalHeight, image.clientWidth / image.clientHeight]"
    )
    assert (width, height, seen) == (1200, 627, pytest.approx(1.91, abs=0.05))


async def test_linkedin_says_who_speaks_and_to_whom(page: Page) -> None:
    member, organization = card(page, "linkedin", "For my connections"), card(page, "linkedin", "News from the page")
    await expect(member.locator(".who b")).to_have_text("Grace Hopper")
    await expect(member.get_by_text("Connections only")).to_be_visible()
    await expect(member.get_by_text("Repost", exact=True)).to_be_visible()
    await expect(organization.locator(".who b")).to_have_text("Looms and Sons")
    await expect(organization.get_by_text("posted by Grace Hopper")).to_be_visible()
    await expect(organization.get_by_text("Anyone")).to_be_visible()
    await expect(organization.get_by_text("Repost", exact=True)).to_have_count(0)
    await expect(organization.get_by_text("does not allow reposts")).to_be_visible()
    assert await member.locator(".replies .text").all_inner_texts() == ["A comment of my own", "And another"]


async def test_a_text_that_linkedin_cut_tells_what_was_lost(fresh: Visit) -> None:
    lost = card(fresh.page, "linkedin", "We lose")
    await expect(lost.locator(".text")).to_have_text("We lose ")
    whole = lost.get_by_text("We lose (everything after the parenthesis")
    await expect(whole).to_be_hidden()
    await lost.get_by_text("Cut off here").click()
    await expect(whole).to_be_visible()


async def test_strangers_words_do_nothing_even_where_nothing_forbids_them(browser: Browser, url: str) -> None:
    """The page's policy is put aside, so that only the escaping stands between the words and the browser."""
    async with visited(browser, url, bypass_csp=True) as visit:
        page = visit.page
        await load(page)
        for network in ("x", "linkedin"):
            await expect(card(page, network, "Hostile").locator(".text")).to_have_text(f"Hostile {EVIL}")
        await expect(card(page, "linkedin", "Hostile").locator(".linkcard b")).to_have_text(EVIL)
        await page.locator("#x").get_by_text("ALT", exact=True).first.click()
        assert await page.evaluate("[typeof window.ran, document.scripts.length]") == ["undefined", 0]
        assert visit.dialogs == []


async def test_nothing_fails_and_nothing_leaves_this_machine(fresh: Visit, url: str) -> None:
    await load(fresh.page)
    await expect(fresh.page.locator("video")).to_have_count(2)
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


@pytest.mark.parametrize("width", [390, 1280])
async def test_the_page_is_never_wider_than_its_window(browser: Browser, url: str, width: int) -> None:
    async with visited(browser, url, width=width) as visit:
        await load(visit.page)
        seen = await visit.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert seen == [width, width]
        outside = await visit.page.locator("article").evaluate_all(
            "cards => cards.filter(card => card.getBoundingClientRect().right > innerWidth).length"
        )
        assert outside == 0
