import pytest

from dravo.platforms.facebook.links import card_link, leads_to


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("no address", None),
        ("see example.com", None),
        ("https://example.com", "https://example.com"),
        ("See https://example.com/a?b=c&d=%20#e.", "https://example.com/a?b=c&d=%20#e"),
        ("See (https://example.com/a), or https://second.example", "https://example.com/a"),
        ("See https://en.wikipedia.org/wiki/Bell_(instrument).", "https://en.wikipedia.org/wiki/Bell_(instrument)"),
        ("“https://example.com/a”", "https://example.com/a"),
        ("<https://example.com/a>", "https://example.com/a"),
        ("HTTPS://Example.com/A", "HTTPS://Example.com/A"),
        ("https://example.com/ä", "https://example.com/ä"),
        ("https://www.facebook.com/dravo", None),
        ("https://m.facebook.com/dravo and https://example.com", "https://example.com"),
        ("http://localhost/a, https://[ and https://example.com.", "https://example.com"),
        ("https://fb.me/1 https://facebook.com/2", None),
        ("https://fb.me/1", None),
        ("https://facebook.com.example/a", "https://facebook.com.example/a"),
        ("https://notfacebook.com/a", "https://notfacebook.com/a"),
        ("http://localhost/a", None),
        ("https://[", None),
        ("https://...", None),
        ("ftp://example.com/a", None),
    ],
)
def test_the_first_address_that_may_have_a_card_gets_one(text: str, link: str | None) -> None:
    assert card_link(text) == link


@pytest.mark.parametrize(
    ("shown", "same"),
    [
        ("https://example.com/a", True),
        ("https://example.com/a/", True),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.com%2Fa&h=x", True),
        ("https://example.com/b", False),
        (None, False),
    ],
)
def test_a_card_is_known_by_where_it_leads(shown: str | None, same: bool) -> None:
    assert leads_to(shown, "https://example.com/a") is same
