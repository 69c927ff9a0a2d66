"""The wall: what a person sees of each kind of post, and what a page full of strangers' words must never do."""

import html
import re

import pytest

from dravo_simulator.wall_text import address, domain, folded, marked
from simulator.harness import JSON, Sim, bearer, picture
from simulator.linkedin_calls import PAGE, POSTS, at, comment, editor, headers, image, mp4, posted, video
from simulator.wall_entries import column, page, record, shown

EVIL = """<script>alert(1)</script>"><img src=x onerror=alert(1)> & 'quotes'"""
TAGS = {"user_tags": [{"username": EVIL, "x": 0.5, "y": 0.5}, {"username": EVIL}]}
HOSTILE_POSTS = [
    ("x", {}),
    ("linkedin", {"poll": {"question": EVIL, "options": [{"text": EVIL}], "settings": {"duration": EVIL}}}),
    ("facebook", {"edge": EVIL}),
    ("facebook", {"edge": "video_reels"}),
    ("instagram", {"media_type": EVIL}),
    ("instagram", {"media_type": "REELS", "share_to_feed": True, "cover": {"sha256": EVIL}}),
    ("instagram", {"media_type": "STORIES"}),
    ("tiktok", {}),
]


async def test_nothing_but_its_own_pictures_videos_and_style_may_load(sim: Sim) -> None:
    policy = (await sim.client.get("/wall")).headers["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules == {
        "default-src": "'none'",
        "img-src": "'self'",
        "media-src": "'self'",
        "style-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    style = await sim.client.get("/wall/wall.css")
    assert (style.status_code, style.headers["content-type"].partition(";")[0]) == (200, "text/css")
    assert "url(" not in style.text
    assert "@import" not in style.text


@pytest.mark.parametrize(("network", "more"), HOSTILE_POSTS)
async def test_strangers_words_stay_words(sim: Sim, network: str, more: JSON) -> None:
    picture_of = shown(sim, picture("PNG"), "image/png", alt_text=EVIL) | TAGS
    options = {
        "title": EVIL,
        "link": "javascript:alert(1)",
        "author": EVIL,
        "visibility": EVIL,
        "privacy_level": EVIL,
        "geo": {"place_id": EVIL},
        "poll": {"options": [EVIL], "duration_minutes": 5},
        "truncated": True,
        "commentary": EVIL,
        "collaborators": [EVIL],
        "location_id": EVIL,
        "audio_name": EVIL,
        "article": {"source": "javascript:alert(1)", "title": EVIL, "description": EVIL},
    }
    await record(sim, network, text=EVIL, media=[picture_of, picture_of], options=options | more)
    await record(sim, network, 2, "comment", text=EVIL, parent="1")
    seen = await page(sim)
    for opened in re.findall(r"<(\w+)([^>]*)>", seen):
        assert opened[0] != "script"
        assert not re.search(r"\son\w+=", re.sub(r'"[^"]*"', '""', opened[1]))
    assert "javascript:" not in re.sub(r">[^<]*<", "><", seen)
    assert "&lt;script&gt;alert(1)" in seen


async def test_every_address_on_the_page_is_its_own_or_a_link_to_click(sim: Sim) -> None:
    for network in ("x", "linkedin", "facebook", "instagram", "tiktok"):
        await record(sim, network, text="see https://example.com/a", media=[shown(sim, picture(), "image/jpeg")])
    seen = await page(sim)
    assert set(re.findall(r'src="([^"]*)"', seen)) == {
        f"/wall/media/{sha}" for sha in re.findall(r"media/(\w{64})", seen)
    }
    for link in re.findall(r'<a href="http[^>]*>', seen):
        assert 'rel="nofollow noopener noreferrer"' in link


async def test_links_tags_and_mentions_are_coloured_as_the_network_does(sim: Sim) -> None:
    text = "Hi @ada_dev, #engine $TSLA: see https://example.com/a_b?x=1&y=2. mail me@example.com C#"
    assert str(marked(text, "x")) == (
        'Hi <span class="mention">@ada_dev</span>, <span class="tag">#engine</span> <span class="mention">$TSLA</span>: see '
        '<a href="https://example.com/a_b?x=1&amp;y=2" rel="nofollow noopener noreferrer">https://example.com/a_b?x=1&amp;y=2</a>'
        ". mail me@example.com C#"
    )
    assert "mention" not in marked(text, "facebook")
    assert "<a " not in marked(text, "instagram")
    assert str(marked("#dead #live by Ada", "linkedin", ["Ada", "#live"])) == (
        '#dead <span class="tag">#live</span> by <span class="mention">Ada</span>'
    )


def test_a_long_text_is_folded_between_two_words() -> None:
    assert folded("short", 10) == ("short", "")
    assert folded("one two three", 9) == ("one two ", "three")
    assert folded("x" * 12, 10) == ("x" * 10, "x" * 2)


def test_a_card_names_the_host_and_leads_to_the_web_only() -> None:
    assert (domain("https://www.example.com/a"), domain("http://[bad")) == ("example.com", "http://[bad")
    assert (address("https://example.com"), address("data:text/html,x")) == ("https://example.com", "#")


async def test_a_thread_of_x_is_one_card_of_replies(sim: Sim) -> None:
    await record(sim, "x", 1, text="First")
    await record(sim, "x", 2, "comment", text="Second", parent="1")
    await record(sim, "x", 3, "comment", text="Third", parent="2")
    seen = await column(sim, "x")
    assert seen.count("<article") == 1
    assert 'class="card thread"' in seen
    assert seen.count("Replying to") == 2
    assert seen.index("First") < seen.index("Second") < seen.index("Third")


async def test_a_poll_of_x_has_its_choices_and_the_time_that_is_left(sim: Sim) -> None:
    await record(sim, "x", options={"poll": {"options": ["Tabs", "Spaces"], "duration_minutes": 1440}})
    seen = await column(sim, "x")
    assert seen.count('class="choice"') == 2
    for seconds, left in ((0, "1 day left"), (60, "23 hours left"), (86_310 - 60, "1 minute left"), (60, "less than")):
        sim.clock.now += seconds
        assert left in await column(sim, "x")
    sim.clock.now += 3600
    assert "Final results" in await column(sim, "x")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"made_with_ai": True}, "Made with AI"),
        ({"for_super_followers_only": True}, "Subscribers only"),
        ({"geo": {"place_id": "01a9"}}, "Place 01a9"),
        ({"reply_settings": "mentionedUsers"}, "Only mentioned accounts can reply"),
        ({"paid_partnership": True}, "Paid partnership"),
    ],
)
async def test_what_x_says_about_a_post_is_written_on_it(sim: Sim, options: JSON, words: str) -> None:
    await record(sim, "x", 1, text="plain")
    assert words not in await column(sim, "x")
    await record(sim, "x", 2, options=options)
    assert words in await column(sim, "x")


async def test_a_long_post_of_x_waits_behind_show_more(sim: Sim) -> None:
    await record(sim, "x", text="word " * 100)
    seen = await column(sim, "x")
    assert "<summary>Show more</summary>" in seen
    assert seen.count("word") == 100


@pytest.mark.parametrize(("network", "number", "grid", "beyond"), [("x", 4, "n4", None), ("linkedin", 8, "n5", "+3")])
async def test_pictures_form_a_grid_with_their_alternative_texts(
    sim: Sim, network: str, number: int, grid: str, beyond: str | None
) -> None:
    media = [
        shown(sim, picture(colour=f"#{index}0{index}0{index}0"), "image/jpeg", f"alt {index}")
        for index in range(number)
    ]
    await record(sim, network, media=media)
    seen = await column(sim, network)
    assert f'class="pictures {grid}"' in seen
    assert '<details class="alt"><summary title="alt 0">ALT</summary><p>alt 0</p></details>' in seen
    assert (f'class="more">{beyond}' in seen) is (beyond is not None)


async def test_a_gif_says_that_it_is_one(sim: Sim) -> None:
    await record(sim, "x", media=[shown(sim, picture("GIF"), "image/gif")])
    assert ">GIF</span>" in await column(sim, "x")


async def test_a_video_can_be_played_and_sought_in(sim: Sim) -> None:
    account = await sim.account("linkedin")
    content = mp4()
    await posted(sim, account, content={"media": {"id": await video(sim, account, content)}})
    source = re.search(r'<video src="([^"]+)" controls', await column(sim, "linkedin"))
    assert source is not None
    whole = await sim.client.get(source[1])
    assert (whole.status_code, whole.content, whole.headers["content-type"]) == (200, content, "video/mp4")
    assert whole.headers["accept-ranges"] == "bytes"
    assert whole.headers["x-content-type-options"] == "nosniff"
    part = await sim.client.get(source[1], headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, content[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(content)}"
    assert (await sim.client.get(source[1], headers={"Range": "bytes=-5"})).content == content[-5:]
    beyond = await sim.client.get(source[1], headers={"Range": f"bytes={len(content)}-"})
    assert beyond.status_code == 416


@pytest.mark.parametrize("name", ["0" * 64, "..%2f..%2fetc%2fpasswd", "%2e%2e"])
async def test_a_medium_that_is_not_kept_is_not_found(sim: Sim, name: str) -> None:
    assert (await sim.client.get(f"/wall/media/{name}")).status_code == 404


async def test_a_member_and_a_page_of_linkedin_look_different(sim: Sim) -> None:
    account = await editor(sim, name="Looms and Sons")
    await posted(sim, account, "by me", visibility="CONNECTIONS")
    await posted(sim, account, "by the page", author=PAGE, isReshareDisabledByAuthor=True)
    of_page, of_member = re.findall(r"<article.*?</article>", await column(sim, "linkedin"), re.DOTALL)
    assert ("Looms and Sons" in of_page, "avatar page" in of_page, "posted by Editor" in of_page) == (True, True, True)
    assert ("Anyone" in of_page, "Repost</span>" in of_page) == (True, False)
    assert ("Looms and Sons" in of_member, "Connections only" in of_member) == (False, True)
    assert "Repost</span>" in of_member


async def test_a_link_card_of_linkedin_has_picture_title_and_domain(sim: Sim) -> None:
    account = await sim.account("linkedin")
    thumbnail = await image(sim, account, picture("PNG"))
    article = {"source": "https://www.example.com/a", "title": "Looms", "description": "How", "thumbnail": thumbnail}
    await posted(sim, account, content={"article": article})
    await posted(sim, account, content={"article": {"source": "https://example.com/b"}})
    bare, full = re.findall(r'<a class="linkcard.*?</a>', await column(sim, "linkedin"), re.DOTALL)
    assert ("<img" in full, "<b>Looms</b>" in full, "<small>example.com</small>" in full) == (True, True, True)
    assert ("<img" in bare, "<b>https://example.com/b</b>" in bare) == (False, True)


async def test_a_text_that_linkedin_cut_shows_that_it_was_cut(sim: Sim) -> None:
    account = await sim.account("linkedin")
    await posted(sim, account, r"whole \(text\)")
    assert "Cut off here" not in await column(sim, "linkedin")
    await posted(sim, account, "we lose (everything")
    seen = await column(sim, "linkedin")
    assert '<p class="text">we lose </p>' in seen
    assert "Cut off here" in seen
    assert "<pre>we lose (everything</pre>" in seen


async def test_comments_of_linkedin_stand_below_and_name_the_author(sim: Sim) -> None:
    account, other = await sim.account("linkedin"), await sim.account("linkedin", handle="other")
    urn = await posted(sim, account, "The post")
    await comment(sim, account, urn, "My own")
    await comment(sim, other, urn, "A stranger")
    seen = await column(sim, "linkedin")
    assert seen.index("The post") < seen.index('class="replies"') < seen.index("My own") < seen.index("A stranger")
    assert seen.count(">Author</span>") == 1
    assert "2 comments" in seen


async def test_what_is_deleted_or_edited_is_shown_so(sim: Sim) -> None:
    account = await editor(sim)
    urn, gone = await posted(sim, account, "Before"), await posted(sim, account, "Regretted")
    await comment(sim, account, gone, "Below it")
    patch = {"patch": {"$set": {"commentary": "After"}}}
    await sim.client.post(at(POSTS, urn), json=patch, headers=headers(account, "PARTIAL_UPDATE"))
    await sim.client.delete(at(POSTS, gone), headers=headers(account, "DELETE"))
    seen = await column(sim, "linkedin")
    assert ("After" in seen, "· Edited" in seen) == (True, True)
    assert ("Before" in seen, "Regretted" in seen, "Below it" in seen) == (False, False, False)


async def test_replies_on_x_outlive_the_post_above_them(sim: Sim) -> None:
    account = await sim.account("x")
    tweets = "/api.x.com/2/tweets"
    above = (await sim.client.post(tweets, json={"text": "Above"}, headers=bearer(account))).json()["data"]["id"]
    reply = {"text": "Below", "reply": {"in_reply_to_tweet_id": above}}
    assert (await sim.client.post(tweets, json=reply, headers=bearer(account))).status_code == 201
    assert (await sim.client.delete(f"{tweets}/{above}", headers=bearer(account))).status_code == 200
    seen = await column(sim, "x")
    assert ("Above" in seen, "Below" in seen) == (False, True)


async def test_a_document_is_a_file_to_take_along(sim: Sim) -> None:
    account = await sim.account("linkedin")
    known = sim.app.world.account("linkedin", by="id", value=account["platform_account_id"])
    assert known is not None
    document = {"content_type": "application/pdf", "size_bytes": 2000, "sha256": "0" * 64}
    sim.app.world.record(known, "post", "1", text="", media=[document], options={"title": "Report"})
    seen = await column(sim, "linkedin")
    assert re.search(r'<a class="file" href="/wall/media/0{64}" download>application/pdf, 2.0 kB</a>', seen)
    assert "Report" in seen


async def test_the_networks_without_posts_say_so(sim: Sim) -> None:
    assert html.unescape(await page(sim)).count("yet.") == 5
