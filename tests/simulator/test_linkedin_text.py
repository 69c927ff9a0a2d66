import pytest

from dravo_simulator.lengths import length
from dravo_simulator.linkedin.littletext import Rules, read, unescaped
from simulator.harness import Sim
from simulator.linkedin_calls import PAGE, editor, post, posted, read_post


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("plain text, no tricks", "plain text, no tricks"),
        (
            r"price \(net\) \*10\* \_a\_ \~ \@home \\ \| \{\} \[x\] \<b\> \#no",
            "price (net) *10* _a_ ~ @home \\ | {} [x] <b> #no",
        ),
        ("cut here (and lost", "cut here "),
        ("mail me@example.com", "mail me"),
        ("snake_case", "snake"),
        ("a #tag and {hashtag|\\#|other}!", "a #tag and #other!"),
        ("C# is cut", "C"),
        ("by @[Ada Lovelace](urn:li:person:aB3-x) herself", "by Ada Lovelace herself"),
        ("by @[Ada](urn:li:planet:1) herself", "by "),
        ("see https://example.com/a_b~c#d and go on", "see https://example.com/a_b~c#d and go on"),
        ("two\nlines", "two\nlines"),
        ("ends in a backslash \\", "ends in a backslash "),
        ("a\\b", "a"),
    ],
)
def test_readers_see_the_text_up_to_the_first_bad_character(written: str, seen: str) -> None:
    assert read(written).text == seen


@pytest.mark.parametrize("character", list("\\|{}@[]()<>#*_~"))
def test_every_reserved_character_ends_a_text_when_bare_and_stays_when_escaped(character: str) -> None:
    assert read(f"before{character} after").text == "before"
    assert read(f"before\\{character} after").text == f"before{character} after"


def test_what_is_read_back_is_little_text_that_means_the_same() -> None:
    seen = read(r"a #tag, \(so\) @[Ada](urn:li:person:x) and https://example.com/a_b")
    assert seen.canonical == r"a {hashtag|\#|tag}, \(so\) @[Ada](urn:li:person:x) and https://example.com/a_b"
    assert (seen.mentions, seen.hashtags, seen.rest) == ({"Ada": "urn:li:person:x"}, ["#tag"], "")
    assert read(seen.canonical).text == seen.text
    assert unescaped(seen.canonical) == seen.text


def test_parentheses_may_be_plain() -> None:
    assert read(r"a (b) \(c\)", Rules(parentheses_reserved=False)).text == "a (b) (c)"


def test_a_link_may_be_cut_at_its_own_reserved_characters() -> None:
    seen = read("see https://example.com/a_b and on", Rules(links_cut=True))
    assert (seen.text, seen.rest) == ("see https://example.com/a", "_b and on")


@pytest.mark.parametrize(
    ("text", "utf16", "code_points", "graphemes"),
    [("abc", 3, 3, 3), ("👍🏽", 4, 2, 1), ("e\u0301", 2, 2, 1), ("👩\u200d👧", 5, 3, 1), ("🇫🇷🇩🇪", 8, 4, 2)],
)
def test_a_text_is_as_long_as_its_unit_says(text: str, utf16: int, code_points: int, graphemes: int) -> None:
    assert length(text, "utf16") == utf16
    assert length(text, "code_points") == code_points
    assert length(text, "graphemes") == graphemes


async def test_a_cut_text_is_answered_with_201_and_the_ledger_tells_both(sim: Sim) -> None:
    await posted(sim, await sim.account("linkedin"), "we lose (everything")
    (item,) = await sim.ledger()
    assert item["text"] == "we lose "
    assert (item["options"]["commentary"], item["options"]["truncated"]) == ("we lose (everything", True)


async def test_the_ledger_tells_which_hashtags_and_mentions_lead_somewhere(sim: Sim) -> None:
    await posted(sim, await sim.account("linkedin"), r"\#dead #live @[Ada](urn:li:person:x) Bob")
    options = (await sim.ledger())[0]["options"]
    assert (options["hashtags"], options["mentions"]) == (["#live"], {"Ada": "urn:li:person:x"})


async def test_an_escaped_text_is_not_called_cut(sim: Sim) -> None:
    await posted(sim, await sim.account("linkedin"), r"nothing \(is lost\)")
    (item,) = await sim.ledger()
    assert item["text"] == "nothing (is lost)"
    assert "truncated" not in item["options"]


async def test_a_bad_character_may_be_refused_instead(sim: Sim) -> None:
    account = await sim.account("linkedin")
    await sim.settings(linkedin_bad_text="refuse")
    refused = await post(sim, account, "we lose (everything")
    assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_VALUE_FOR_FIELD")
    assert await sim.ledger() == []


async def test_the_switches_for_parentheses_and_links_reach_the_post(sim: Sim) -> None:
    account = await sim.account("linkedin")
    await sim.settings(linkedin_parentheses_reserved=False, linkedin_links_cut=True)
    await posted(sim, account, "(so) https://example.com/a_b")
    assert (await sim.ledger())[0]["text"] == "(so) https://example.com/a"


async def test_three_thousand_characters_are_the_most(sim: Sim) -> None:
    account = await sim.account("linkedin")
    assert (await post(sim, account, "x" * 2999 + r"\_")).status_code == 201
    refused = await post(sim, account, "x" * 3001)
    assert (refused.status_code, refused.json()["code"]) == (400, "FIELD_LENGTH_TOO_LONG")


async def test_escapes_may_count_and_the_unit_may_be_another(sim: Sim) -> None:
    account = await sim.account("linkedin")
    await sim.settings(linkedin_escapes_count=True)
    assert (await post(sim, account, "x" * 2999 + r"\_")).status_code == 400
    assert (await post(sim, account, "👍" * 1501)).status_code == 400
    await sim.settings(linkedin_length_unit="code_points")
    assert (await post(sim, account, "👍" * 1501)).status_code == 201


async def test_a_post_is_read_back_with_templates_and_as_far_as_it_was_not_cut(sim: Sim) -> None:
    account = await editor(sim)
    urn = await posted(sim, account, r"a #tag \(ok\) and (lost", author=PAGE)
    assert (await read_post(sim, account, urn))["commentary"] == r"a {hashtag|\#|tag} \(ok\) and "
