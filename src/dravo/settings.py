"""All configuration, from `DRAVO_*` environment variables; the only reader of the environment."""

import base64
import binascii
import itertools
import os
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

Seconds = Annotated[float, Field(gt=0)]


class DatabaseSettings(BaseSettings):
    """What is needed to reach the database and nothing else: enough to migrate it, without a secret beside."""

    model_config = SettingsConfigDict(env_prefix="DRAVO_", extra="ignore", frozen=True, hide_input_in_errors=True)

    database_url: SecretStr = Field(description="Postgres 15 or later: postgresql://user:password@host:port/name")

    @field_validator("database_url", "redis_url", "storage_url", check_fields=False)
    @classmethod
    def _address(cls, value: SecretStr | str | None, info: ValidationInfo) -> SecretStr | str | None:
        schemes = _SCHEMES[str(info.field_name)]
        url = value.get_secret_value() if isinstance(value, SecretStr) else value
        if url is not None and not _is_address(url, schemes):
            raise ValueError(f"must be an address that begins with {' or '.join(f'{name}://' for name in schemes)}")
        return value

    @cached_property
    def sqlalchemy_url(self) -> str:
        return "postgresql+asyncpg://" + self.database_url.get_secret_value().partition("://")[2]


class Settings(DatabaseSettings):
    """What a deployment decides. Each field is the variable `DRAVO_<NAME>`; `.env.example` lists them all."""

    redis_url: SecretStr | None = Field(
        None, description="Redis 6.2+ or Valkey; without it deliveries still go out, a little later"
    )
    encryption_keys: Annotated[tuple[tuple[str, SecretStr], ...], NoDecode] = Field(
        description="id:key pairs, comma separated, newest first; a key is 32 bytes in base64 (openssl rand -base64 32)"
    )
    public_url: str = Field("http://127.0.0.1:8800", description="Origin at which clients and networks reach the API")
    simulator_url: str | None = Field(
        None, description="Origin of the simulator; without it there is no test environment"
    )
    storage_url: str = Field(description="Where media live: file:///folder, s3://bucket/prefix, gs://… or az://…")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level that is logged")
    log_format: Literal["text", "json"] = Field("json", description="text for people, json for machines")
    metrics_token: SecretStr | None = Field(
        None,
        min_length=16,
        description="What whoever reads /metrics shows as a bearer token, 16 characters at least (openssl rand -hex 16); without it "
        "there is no /metrics",
    )

    lease_seconds: Seconds = Field(
        60, description="How long a claimed delivery belongs to its worker without a heartbeat"
    )
    heartbeat_seconds: Seconds = Field(15, description="How often a worker renews its lease")
    dispatch_seconds: Seconds = Field(0.5, description="Pause between two looks for due deliveries")
    ring_again_seconds: Seconds = Field(10, description="After how long a ring counts as lost")
    commit_seconds: Seconds = Field(30, description="The longest that a call that publishes may take")
    commit_margin_seconds: Seconds = Field(
        10, description="How soon after its stored intent such a call must begin, and by how much its lease outlives it"
    )
    look_seconds: Annotated[tuple[Seconds, ...], NoDecode] = Field(
        (5, 30, 120, 600, 3600, 21600),
        description="When the network is asked after a lost answer: seconds from the call, comma separated, rising; after the third "
        "fruitless look the delivery shows as unconfirmed",
    )
    quarantine_seconds: Seconds = Field(
        60,
        description="How long after the last moment of a lost call the network's word that nothing came of it begins to count, "
        "and how far apart it must say so twice",
    )
    list_quarantine_seconds: Seconds = Field(
        3600,
        description="The same where only a list of posts says so, which may lag; the longest lag that is reckoned with",
    )
    patience_factor: float = Field(
        1,
        gt=0,
        le=10,
        description="Multiplies what deliveries wait: looks, quarantine, questions to a network that works on a post, canaries; "
        "below 1 for sandboxes and tests only",
    )
    poison_after: int = Field(
        3, ge=2, description="After how many workers that died at the same step of a delivery it is given up"
    )
    retry_base_seconds: Seconds = Field(
        15, description="First bound of the retry backoff; it doubles, with full jitter"
    )
    retry_cap_seconds: Seconds = Field(900, description="Largest bound of the retry backoff")
    late_after: timedelta = Field(
        timedelta(hours=24), description="After how long an unsent post is failed as missed_schedule"
    )
    jobs_per_queue: int = Field(20, ge=1, description="Deliveries that one worker runs at once for one network")
    grace_seconds: Seconds = Field(40, description="How long a stopping worker lets running steps end")

    facebook_version: str = Field(
        "v26.0",
        pattern=r"^v[0-9]+\.[0-9]+$",
        description="Version of Meta's Graph API that is spoken for Facebook Pages",
    )
    facebook_vertical_as_reel: bool = Field(
        True,
        description="Whether a vertical video goes to Facebook as a reel where the post does not say: as a normal one Facebook "
        "may keep it as a draft",
    )
    instagram_version: str = Field(
        "v26.0", pattern=r"^v[0-9]+\.[0-9]+$", description="Version of Meta's Graph API that is spoken for Instagram"
    )
    linkedin_version: str = Field(
        "202609",
        pattern=r"^20[0-9]{4}$",
        description="Version of LinkedIn's API that is spoken; src/dravo/platforms/linkedin/versions.py knows when each ends",
    )
    linkedin_image_wait_seconds: float = Field(
        5,
        ge=0,
        description="Pause before a member's post with images: LinkedIn does not tell members when one is ready",
    )
    linkedin_comment_text: Literal["plain", "little"] = Field(
        "little", description="How LinkedIn reads comments: as its little text with escapes, or as plain text"
    )
    linkedin_probe: bool = Field(
        False,
        description="Whether a member's post whose answer was lost is sent once more within 8 minutes, so that LinkedIn's "
        "refusal of the duplicate names the first one; off, it ends as unconfirmed",
    )
    linkedin_member_calls_per_day: int = Field(
        150,
        ge=0,
        description="Calls a day that LinkedIn allows the app for each member, kept to before they are made; 0 where its product "
        "has no such limit",
    )
    x_video_long_side: int = Field(1280, ge=32, description="Most pixels on the longer side of a video for X")
    x_video_short_side: int = Field(1024, ge=32, description="Most pixels on the shorter side of a video for X")
    x_resend_after_looks: bool = Field(
        False,
        description="Whether a post to X whose answer was lost and that the account's timeline does not show is sent again; the "
        "timeline may lag, so that can make a second one; off, it stays unconfirmed",
    )

    def of_network(self, name: str) -> dict[str, object]:
        """What is set about one network, by the names of its own settings: `linkedin_version` is `version` of `linkedin`."""
        start = f"{name}_"
        return {
            field.removeprefix(start): getattr(self, field)
            for field in type(self).model_fields
            if field.startswith(start)
        }

    @field_validator("public_url", "simulator_url")
    @classmethod
    def _origin(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.strip("/") or parts.query:
            raise ValueError("must be an origin such as https://dravo.example.com, without a path")
        return f"{parts.scheme}://{parts.netloc}"

    @field_validator("look_seconds", mode="before")
    @classmethod
    def _numbers(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else value

    @field_validator("look_seconds")
    @classmethod
    def _rising(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        if not value or any(later <= earlier for earlier, later in itertools.pairwise(value)):
            raise ValueError("needs at least one number, each larger than the one before")
        return value

    @field_validator("encryption_keys", mode="before")
    @classmethod
    def _keys(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple((pair.partition(":")[0].strip(), pair.partition(":")[2].strip()) for pair in value.split(","))

    @field_validator("encryption_keys")
    @classmethod
    def _long_enough(cls, value: tuple[tuple[str, SecretStr], ...]) -> tuple[tuple[str, SecretStr], ...]:
        for key_id, secret in value:
            if not key_id or len(_decoded(secret)) != 32 or len(set(_decoded(secret))) < 8:
                raise ValueError(
                    "each is id:key with 32 random bytes in base64; make one with: openssl rand -base64 32"
                )
        if not value:
            raise ValueError("needs at least one key")
        return value

    @cached_property
    def keys(self) -> dict[str, bytes]:
        """Key id → 32 bytes; the first one encrypts, all decrypt."""
        return {key_id: _decoded(secret) for key_id, secret in self.encryption_keys}


_SCHEMES = {
    "database_url": ("postgresql", "postgres", "postgresql+asyncpg"),
    "redis_url": ("redis", "rediss", "unix"),
    "storage_url": ("file", "s3", "gs", "az"),
}


def _is_address(url: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in schemes and parts.port != 0 and "://" in url
    except ValueError:  # a port that is no number
        return False


def _decoded(secret: SecretStr) -> bytes:
    try:
        return base64.b64decode(secret.get_secret_value(), validate=True)
    except binascii.Error:
        return b""


class CrashSettings(BaseSettings):
    """Set by tests that kill workers at named places, and by nobody else; see `dravo.kit.crashpoints`."""

    model_config = SettingsConfigDict(env_prefix="DRAVO_", extra="ignore", frozen=True)

    crash_orders: Path | None = None


class LocalSettings(BaseSettings):
    """What `dravo up` takes from outside instead of starting or making it itself."""

    model_config = SettingsConfigDict(env_prefix="DRAVO_", extra="ignore", frozen=True, hide_input_in_errors=True)

    database_url: SecretStr | None = None
    redis_url: SecretStr | None = None
    encryption_keys: SecretStr | None = None
    storage_url: str | None = None
    lease_seconds: str = "15"
    heartbeat_seconds: str = "4"
    commit_seconds: str = "10"
    commit_margin_seconds: str = "3"
    log_format: str = "text"


def child_environment(**overrides: str) -> dict[str, str]:
    """This process's environment for a child, with these `DRAVO_<NAME>` variables on top."""
    return {**os.environ, **{f"DRAVO_{name.upper()}": value for name, value in overrides.items()}}
