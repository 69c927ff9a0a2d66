"""The text of API keys."""

import hashlib

import pytest

from dravo.auth import api_keys


@pytest.mark.parametrize("environment", ["live", "test"])
def test_generated_key_is_read_back_with_its_environment_and_hash(environment: str) -> None:
    text = api_keys.generate(environment)
    parsed = api_keys.parse(text)
    assert parsed is not None
    assert parsed.environment == environment
    assert parsed.key_hash == hashlib.sha256(text.encode()).digest()
    assert text.startswith(parsed.prefix)
    assert len(text) == len("dra_live_") + 49


def test_all_keys_have_one_length_and_none_is_like_another() -> None:
    keys = {api_keys.generate("live") for _ in range(200)}
    assert len(keys) == 200
    assert {len(key) for key in keys} == {58}


def test_one_wrong_character_anywhere_is_noticed_without_a_query() -> None:
    text = api_keys.generate("test")
    for i in range(len(text)):
        for other in "aZ0":
            if text[i] != other:
                assert api_keys.parse(text[:i] + other + text[i + 1 :]) is None


def test_key_of_one_environment_cannot_be_made_one_of_the_other() -> None:
    assert api_keys.parse(api_keys.generate("test").replace("dra_test_", "dra_live_")) is None


@pytest.mark.parametrize(
    "text", ["", "dra_live_", "dra_live_" + "0" * 49, "sk_live_abc", "dra_prod_" + "a" * 49, "é" * 58]
)
def test_other_texts_are_no_keys(text: str) -> None:
    assert api_keys.parse(text) is None


def test_white_space_around_a_key_is_no_part_of_it() -> None:
    assert api_keys.parse(api_keys.generate("live") + "\n") is None
