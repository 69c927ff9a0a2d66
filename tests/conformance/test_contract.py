"""What every entry of the registry must look like from outside; tests/architecture reads what is inside."""

import inspect
from datetime import date
from typing import get_type_hints

import pytest
from pydantic import ValidationError

from conformance.cases import CASES
from dravo.kit.schemas import StrictModel
from dravo.platforms.base import Draft, Findings, Platform, Profile, Published
from dravo.platforms.registry import PLATFORMS, PlatformOptions
from dravo.settings import Settings

each_platform = pytest.mark.parametrize("platform", PLATFORMS.values(), ids=lambda platform: platform.name)


def test_every_network_of_the_registry_has_a_case() -> None:
    assert {case.platform for case in CASES} == set(PLATFORMS)


@each_platform
def test_an_entry_is_whole(platform: Platform) -> None:
    assert PLATFORMS[platform.name] is platform
    assert platform.name.isidentifier()
    assert platform.name.islower()
    assert platform.title
    assert platform.hosts
    assert all("/" not in host and "." in host for host in platform.hosts)
    assert platform.name in PlatformOptions.model_fields


@each_platform
def test_options_are_strict_at_the_door_and_lenient_in_the_book(platform: Platform) -> None:
    assert issubclass(platform.options, StrictModel)
    platform.options()  # every option may be left out
    assert all(field.description for field in platform.options.model_fields.values())
    with pytest.raises(ValidationError):
        platform.options.model_validate({"of_next_year": 1})
    assert platform.options.model_validate({"of_next_year": 1}, strict=False, extra="ignore") == platform.options()


@each_platform
def test_the_adapter_is_a_stateless_publisher(platform: Platform) -> None:
    assert inspect.iscoroutinefunction(platform.adapter.publish)
    assert list(inspect.signature(platform.adapter.publish).parameters) == ["job", "run"]
    assert get_type_hints(type(platform.adapter).publish)["return"] is Published
    assert not getattr(platform.adapter, "__dict__", {})


@each_platform
def test_check_answers_findings_and_does_not_wait(platform: Platform) -> None:
    assert not inspect.iscoroutinefunction(platform.check)
    findings = platform.check(Draft("", [], platform.options(), Profile("1", "handle")))
    assert isinstance(findings, Findings)
    for finding in (*findings.errors, *findings.warnings):
        assert finding.pointer.startswith("/")
        assert finding.code
        assert finding.message


@each_platform
def test_what_a_deployment_may_set_is_what_the_network_reads(platform: Platform, settings: Settings) -> None:
    assert settings.of_network(platform.name) == platform.config().model_dump()
    assert platform.concern(settings.of_network(platform.name), date(2026, 12, 1)) is None
