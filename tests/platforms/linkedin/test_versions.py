from datetime import date

import pytest
from pydantic import ValidationError

from dravo.platforms.linkedin.config import LinkedInConfig
from dravo.platforms.linkedin.versions import SUNSETS, VERSION, concern
from dravo.settings import Settings


def test_the_version_in_use_has_a_sunset_on_record() -> None:
    assert SUNSETS[VERSION] == date(2027, 9, 15)
    assert "202512" not in SUNSETS


@pytest.mark.parametrize(
    ("version", "today", "said"),
    [
        ("202609", date(2026, 11, 24), None),
        ("202609", date(2027, 7, 16), None),
        ("202609", date(2027, 7, 17), "in 60 days"),
        ("202609", date(2027, 9, 14), "in 1 days"),
        ("202609", date(2027, 9, 15), "since 2027-09-15"),
        ("202609", date(2030, 1, 1), "since 2027-09-15"),
        ("202511", date(2026, 11, 24), "since 2026-11-16"),
        ("202512", date(2026, 11, 24), "Nothing is known of version 202512"),
        ("202306", date(2026, 11, 24), "Nothing is known of version 202306"),
    ],
)
def test_version_is_a_concern_when_it_is_unknown_over_or_nearly_so(version: str, today: date, said: str | None) -> None:
    found = concern(version, today)
    if said is None:
        assert found is None
    else:
        assert found is not None
        assert said in found
        assert "DRAVO_LINKEDIN_VERSION" in found


def test_settings_and_config_agree_on_what_holds_where_nothing_is_set() -> None:
    defaults = {
        name.removeprefix("linkedin_"): field.default
        for name, field in Settings.model_fields.items()
        if name.startswith("linkedin_")
    }
    assert LinkedInConfig().model_dump() == defaults
    assert LinkedInConfig.of({}) == LinkedInConfig()


@pytest.mark.parametrize(
    "config", [{"version": "1"}, {"version": "202609 "}, {"image_wait_seconds": -1}, {"comment_text": "html"}]
)
def test_setting_without_sense_is_refused(config: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        LinkedInConfig.of(config)
