"""The wall's columns of X and LinkedIn as a person's browser shows them."""

import pytest
from playwright.async_api import Page, expect

from simulator.wall_in_a_browser.looking import card, colour, load
from simulator.wall_material import LONG, LOOMS
from support.browser import Visit

pytestmark = pytest.mark.xdist_group("browser")


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
