"""The wall's columns of Facebook and Instagram as a person's browser shows them."""

import pytest
from playwright.async_api import Locator, Page, expect

from simulator.wall_in_a_browser.looking import card, colour, load
from simulator.wall_material import LONG, LOOMS
from simulator.wall_scene_meta import SLIDE_TAGS, SQUARE_TAGS, STORY_TAGS
from support.browser import Visit

pytestmark = pytest.mark.xdist_group("browser")

# The middles of the marks in parts of the picture, whose margins or edges are out of its box where the shapes differ.
MARKS = """figure => {
  const image = figure.querySelector("img"), box = image.getBoundingClientRect();
  const scale = (getComputedStyle(image).objectFit === "cover" ? Math.max : Math.min)(
    box.width / image.naturalWidth, box.height / image.naturalHeight);
  const [width, height] = [image.naturalWidth * scale, image.naturalHeight * scale];
  return [...figure.querySelectorAll("circle")].map(mark => mark.getBoundingClientRect()).map(mark => [
    (mark.x + mark.width / 2 - box.x - (box.width - width) / 2) / width,
    (mark.y + mark.height / 2 - box.y - (box.height - height) / 2) / height,
  ]);
}"""
# The names that are not wholly within their picture.
OUTSIDE = """figure => {
  const box = figure.getBoundingClientRect();
  return [...figure.querySelectorAll(".spot")].filter(name => {
    const place = name.getBoundingClientRect();
    return place.left < box.left || place.right > box.right + 1 || place.top < box.top || place.bottom > box.bottom;
  }).map(name => name.textContent);
}"""


async def boxes(found: Locator) -> list[tuple[int, int, int, int]]:
    """Left, top, width and height of each, in pixels."""
    places = [await one.bounding_box() for one in await found.all()]
    return [
        (round(at["x"]), round(at["y"]), round(at["width"]), round(at["height"])) for at in places if at is not None
    ]


async def test_facebook_colours_what_leads_somewhere(page: Page) -> None:
    post = card(page, "facebook", "The looms are back")
    text = post.locator(".text").first
    await expect(text).to_have_text(f"The looms are back #weaving {LOOMS}")
    coloured = text.locator("a, .tag")
    assert await coloured.all_inner_texts() == ["#weaving", LOOMS]
    for part in await coloured.all():
        assert await colour(part) != await colour(text)
    await expect(post.locator(".who b")).to_have_text("Looms and Sons")
    await expect(post.locator(".who small")).to_contain_text("Public")


async def test_comments_of_facebook_stand_below_their_post(page: Page) -> None:
    post = card(page, "facebook", "The looms are back")
    assert await post.locator(".replies .text").all_inner_texts() == ["A comment of the Page", "And another"]
    await expect(post.get_by_text("2 comments")).to_be_visible()
    [[_, actions, *_], [_, first, *_], [_, second, *_]] = await boxes(post.locator(".actions, .reply"))
    assert actions < first < second


async def test_a_link_of_facebook_is_a_card_with_its_domain(page: Page) -> None:
    link = card(page, "facebook", "A link").locator("a.linkcard")
    await expect(link.get_by_text("example.com", exact=True)).to_be_visible()
    await expect(link).to_have_attribute("href", LOOMS)


@pytest.mark.parametrize(("number", "rows"), [(1, [1]), (2, [2]), (3, [1, 2]), (4, [2, 2]), (7, [2, 3])])
async def test_an_album_of_facebook_fills_its_rows(page: Page, number: int, rows: list[int]) -> None:
    await load(page)
    album = card(page, "facebook", f"An album of {number}").locator(".pictures")
    [(left, _, width, _)] = await boxes(album)
    figures = await boxes(album.locator("figure"))
    tops = sorted({top for _, top, *_ in figures})
    assert [sum(1 for figure in figures if figure[1] == top) for top in tops] == rows
    for top in tops:
        row = [figure for figure in figures if figure[1] == top]
        assert row[0][0] == pytest.approx(left, abs=2)
        assert row[-1][0] + row[-1][2] == pytest.approx(left + width, abs=2)
    await expect(album.get_by_text("+2", exact=True)).to_have_count(1 if number == 7 else 0)


async def test_a_reel_of_facebook_is_upright_and_says_that_it_is_one(page: Page) -> None:
    reel, film = card(page, "facebook", "A reel of Facebook"), card(page, "facebook", "A film of Facebook")
    [(_, _, width, height)] = await boxes(reel.locator("video"))
    assert height / width == pytest.approx(16 / 9, abs=0.02)
    await expect(reel.get_by_text("Reel", exact=True)).to_be_visible()
    await expect(film.get_by_text("Reel", exact=True)).to_have_count(0)


@pytest.mark.parametrize(
    ("network", "words", "more"), [("facebook", "A shuttle", "See more"), ("instagram", "Three slides", "more")]
)
async def test_a_long_text_unfolds(fresh: Visit, network: str, words: str, more: str) -> None:
    text = card(fresh.page, network, words).locator(".text")
    assert "That is the end" not in await text.inner_text()
    await text.get_by_text(more, exact=True).click()
    assert LONG in " ".join((await text.inner_text()).split())
    await expect(text.get_by_text(more, exact=True)).to_be_hidden()


async def test_a_profile_of_instagram_has_a_grid_three_wide(page: Page) -> None:
    await load(page)
    profile = page.locator("#instagram .profile").filter(has_text="Ada Weaver")
    await expect(profile.locator("> .who b")).to_have_text("ada.weaves")
    await expect(profile.get_by_text("6 posts")).to_be_visible()
    tiles = await boxes(profile.locator(".tile"))
    assert [left for left, *_ in tiles[:2]] == [left for left, *_ in tiles[3:]]
    assert len({left for left, *_ in tiles}) == 3
    marks = [await tile.locator(".badge").all_inner_texts() for tile in await profile.locator(".tile").all()]
    assert marks == [[], ["Reel"], ["Reel"], ["3 slides"], []]


async def test_a_tile_and_a_ring_lead_to_what_they_show(fresh: Visit) -> None:
    page = fresh.page
    await page.get_by_role("link", name="Reel: A reel with a cover").click()
    await expect(card(page, "instagram", "A reel with a cover")).to_be_in_viewport()
    await page.get_by_role("navigation", name="Stories").get_by_role("link", name="ada.weaves").click()
    await expect(page.locator(".story").first).to_be_in_viewport()


async def test_stories_stand_upright_beside_each_other_with_their_end(page: Page) -> None:
    await load(page)
    stories = page.locator("#instagram .stories .story")
    await expect(stories).to_have_count(3)
    tops = {top for _, top, *_ in await boxes(stories)}
    assert len(tops) == 1
    for _, _, width, height in await boxes(stories.locator("figure")):
        assert height / width == pytest.approx(16 / 9, abs=0.02)
    await expect(stories.first.get_by_text("until")).to_be_visible()
    await expect(stories.last.get_by_text("Mentioned: @margaret")).to_be_visible()


async def test_people_are_marked_where_they_were_tagged(page: Page) -> None:
    await load(page)
    slides = card(page, "instagram", "Three slides").locator(".slide figure")
    for figure, tags in (
        (card(page, "instagram", "Found with").locator("figure"), SQUARE_TAGS),
        (slides.nth(0), SLIDE_TAGS[0]),
        (slides.nth(1), SLIDE_TAGS[1]),
        (page.locator(".story figure").first, STORY_TAGS),
    ):
        assert await figure.evaluate(MARKS) == [pytest.approx(place, abs=0.01) for _, *place in tags]
        assert await figure.locator(".spot").all_inner_texts() == [f"@{name}" for name, *_ in tags]
        assert await figure.evaluate(OUTSIDE) == []


async def test_the_slides_of_a_carousel_have_one_shape_and_are_reached_by_scrolling(fresh: Visit) -> None:
    carousel = card(fresh.page, "instagram", "Three slides").get_by_role("group", name="3 slides")
    slides = carousel.locator(".slide")
    await expect(slides).to_have_count(3)
    assert len({(width, height) for _, _, width, height in await boxes(slides.locator("figure"))}) == 1
    await carousel.focus()
    for number in range(3):
        arrived = "([all, number]) => Math.abs(all.scrollLeft - number * all.clientWidth) < 3"
        await fresh.page.wait_for_function(arrived, arg=[await carousel.element_handle(), number])
        await expect(slides.nth(number).get_by_text(f"{number + 1}/3")).to_be_in_viewport()
        await fresh.page.keyboard.press("ArrowRight")


async def test_instagram_says_who_made_a_post_and_where(page: Page) -> None:
    header = card(page, "instagram", "Found with").locator(".who")
    await expect(header.locator("b")).to_have_text("ada.weaves, grace and linus")
    await expect(header.get_by_text("Place 1234567")).to_be_visible()
    text = card(page, "instagram", "Found with").locator("> .text")
    assert await text.locator(".tag, .mention").all_inner_texts() == ["@grace", "#weaving"]
    assert await card(page, "instagram", "Found with").locator(".replies .text").all_inner_texts() == ["First!"]


async def test_a_reel_of_instagram_tells_its_people_its_sound_and_where_it_is_shown(page: Page) -> None:
    reel = card(page, "instagram", "A reel with a cover")
    for words in ("People: @grace @linus", "♪ ada.weaves · Shuttle song", "Reel · also in the feed"):
        await expect(reel.get_by_text(words)).to_be_visible()
    await expect(reel.locator("circle")).to_have_count(0)
    poster = await reel.locator("video").get_attribute("poster")
    await expect(page.locator(f'.tile img[src="{poster}"]')).to_have_count(1)
    apart = card(page, "instagram", "A reel apart")
    await expect(apart.get_by_text("Reel · not in the feed")).to_be_visible()
    await expect(page.get_by_role("link", name="A reel apart")).to_have_count(0)
