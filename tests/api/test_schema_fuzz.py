"""schemathesis over our own OpenAPI, against a served API: what is documented is what is answered, and never a 5xx."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from dravo.auth import service
from dravo.local.ports import free_port
from dravo.local.probe import http_probe
from dravo.local.process import Child, ChildSpec
from dravo.resources import Resources


@pytest.fixture
async def served(resources: Resources, tmp_path: Path) -> AsyncIterator[str]:
    """The origin of an API process over this worker's database."""
    settings = resources.settings
    assert settings.redis_url is not None
    port = free_port()
    spec = ChildSpec(
        name="api",
        argv=[sys.executable, "-m", "dravo", "api", "--port", str(port)],
        data_dir=tmp_path,
        env={
            **os.environ,
            "DRAVO_DATABASE_URL": settings.database_url.get_secret_value(),
            "DRAVO_REDIS_URL": settings.redis_url.get_secret_value(),
            "DRAVO_ENCRYPTION_KEYS": ",".join(
                f"{name}:{key.get_secret_value()}" for name, key in settings.encryption_keys
            ),
            "DRAVO_STORAGE_URL": settings.storage_url,
            "DRAVO_SIMULATOR_URL": settings.simulator_url or "",
        },
        ready=http_probe(port, "/healthz"),
    )
    child = Child(spec)
    await child.until_ready()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await child.end()


async def test_the_api_answers_what_its_openapi_document_says(
    served: str, resources: Resources, workspace: str, tmp_path: Path
) -> None:
    async with resources.db.transaction() as session:
        _, key = await service.create_key(session, workspace, "test", "fuzz")
    process = await asyncio.create_subprocess_exec(
        *(
            sys.executable,
            "-m",
            "schemathesis.cli",
            "run",
            f"{served}/openapi.json",
            "-H",
            f"Authorization: Bearer {key}",
        ),
        *("--max-examples", "15", "--phases", "examples,coverage,fuzzing", "--seed", "1", "--no-color"),
        # Ids that exist, cursors and time are not in the schema: a valid-looking request may well be refused.
        *("--exclude-checks", "positive_data_acceptance"),
        cwd=tmp_path,  # it leaves notes where it runs
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()[-4000:]
