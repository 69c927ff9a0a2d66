"""What is logged is ours: libraries that tell addresses, tokens in them included, are heard only when something is wrong."""

import subprocess
import sys

import pytest

PROGRAM = """
import logging
from dravo.kit import log

log.configure({level!r}, "json")
for name in ("httpx", "httpcore.http11", "httpcore.connection"):
    logging.getLogger(name).info("GET https://a.test/?access_token=secret-in-an-address")
    logging.getLogger(name).debug("secret-in-an-address")
log.get("dravo.tests").info("heard", user_agent="a crawler", media_id="media_1", generation=2, range="", token="secret")
"""


@pytest.mark.parametrize("level", ["info", "debug"])
def test_addresses_that_libraries_tell_are_never_heard(level: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(level=level)], capture_output=True, text=True, check=True, timeout=60
    )
    said = done.stdout + done.stderr
    assert "secret" not in said
    assert all(f'"{name}"' in said for name in ("heard", "user_agent", "media_id", "generation", "range"))
