"""The wall's column of TikTok as a person's browser shows it."""

import pytest
from playwright.async_api import Page, expect

from simulator.wall_in_a_browser.looking import card, colour, load
from simulator.wall_scene_tiktok import COVER
from support.browser import Visit

pytestmark = pytest.mark.xdist_group("browser")

# The middle of the frame that a player shows before it plays: red, green and blue.
POSTER = """async video => {
  const image = new Image();
  image.src = video.poster;
  await image.decode();
  const brush = document.createElement("canvas").getContext("2d");
  brush.drawImage(image, -image.naturalWidth / 2, -image.naturalHeight / 2);
  return [...brush.getImageData(0, 0, 1, 1).data].slice(0, 3);
}"""
# The number of the slide that is wholly seen.
SEEN = """slides => slides.scrollLeft / slides.clientWidth + 1"""


async def test_a_video_stands_upright_under_its_caption_and_shows_the_frame_of_its_cover(page: Page) -> None:
    post = card(page, "tiktok", "A film of TikTok")
    box = await post.locator(".phone").bounding_box()
    assert box is not None
    assert box["height"] / box["width"] == pytest.approx(16 / 9, abs=0.02)
    red, _, blue = await post.locator("video").evaluate(POSTER)
    assert blue > red + 50, "the second half, where the cover is"
    text = post.locator(".caption .text")
    assert await text.locator(".mention, .tag").all_inner_texts() == ["@grace", "#weaving"]
    assert await colour(text.locator(".tag")) != await colour(text)
    for words in ("@ada.weaves", "Creator labeled as AI-generated", "♫ original sound - ada.weaves", "Everyone"):
        await expect(post.get_by_text(words, exact=True)).to_be_visible()
    assert await post.get_by_role("list", name="Limits").locator("li").all_inner_texts() == [
        "Duets off",
        "Stitches off",
    ]


async def test_what_a_player_is_worked_with_is_not_under_the_caption(page: Page) -> None:
    post = card(page, "tiktok", "A film of TikTok")
    caption, video = [await post.locator(part).bounding_box() for part in (".caption", "video")]
    assert caption is not None
    assert video is not None
    assert video["y"] + video["height"] - (caption["y"] + caption["height"]) >= 60


async def test_photos_begin_with_their_cover_and_are_swiped(fresh: Visit) -> None:
    post = card(fresh.page, "tiktok", "Four looms")
    slides = post.get_by_role("group", name="4 photos")
    await slides.scroll_into_view_if_needed()
    assert await slides.evaluate(SEEN) == COVER + 1
    await expect(slides.get_by_text(f"{COVER + 1}/4")).to_be_in_viewport()
    for number, slide in enumerate(await slides.locator(".slide").all()):
        bright = await slide.locator(".dots i").evaluate_all("all => all.map(dot => dot.className)")
        assert bright == ["here" if at == number else "" for at in range(4)]
    await slides.focus()
    await fresh.page.keyboard.press("ArrowLeft")
    arrived = "slides => Math.abs(slides.scrollLeft - slides.clientWidth) < 3"
    await fresh.page.wait_for_function(arrived, arg=await slides.element_handle())


async def test_photos_say_who_sees_them_what_they_promote_and_what_is_off(fresh: Visit) -> None:
    post = card(fresh.page, "tiktok", "Four looms")
    for words in ("Friends", "Paid partnership", "♫ Recommended sound", "Comments off"):
        await expect(post.get_by_text(words, exact=True)).to_be_visible()
    await expect(post.locator(".phone > .badge .icon")).to_be_visible()
    await post.get_by_text("more", exact=True).click()
    await expect(post.locator(".text")).to_contain_text("That is the end of a long story.")


async def test_a_draft_is_news_in_the_inbox_of_its_owner(page: Page) -> None:
    await load(page)
    drafts = page.locator("#tiktok .draft")
    assert [" ".join(words.split()) for words in await drafts.locator(".notice").all_inner_texts()] == [
        "Inbox of ada.weaves Simulated TikTok app sent a video. Tap to edit and post.",
        "Inbox of ada.weaves Simulated TikTok app sent 2 photos. Tap to edit and post.",
    ]
    for draft in await drafts.all():
        await expect(draft.get_by_text("Draft", exact=True).first).to_be_visible()
        await expect(draft.locator(".rail")).to_have_count(0)
