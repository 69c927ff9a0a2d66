import tempfile
from datetime import timedelta

import pytest

from dravo.kit.ids import new_id
from dravo.media.ingest import ingest
from dravo.media.schemas import public_url_of
from dravo.media.service import Foreign, Unknown, resolve
from dravo.models.media import MediaAsset
from dravo.resources import Resources
from support import media
from support.clock import Clock

OURS = "https://Dravo.example"


@pytest.fixture
async def asset(resources: Resources, workspace: str) -> MediaAsset:
    with tempfile.TemporaryFile() as file:
        file.write(media.picture("PNG"))
        return await ingest(resources, workspace, "live", file)


async def meaning(
    resources: Resources, workspace: str, url: str, *, public_url: str = OURS, environment: str = "live"
) -> MediaAsset | Foreign | Unknown:
    async with resources.db.transaction() as session:
        [found] = await resolve(
            session, public_url=public_url, workspace_id=workspace, environment=environment, urls=[url]
        )
    return found


@pytest.mark.parametrize(
    "origin",
    [
        "https://dravo.example",
        "HTTPS://DRAVO.EXAMPLE",
        "https://dravo.example:443",
        "http://dravo.example:80",
        "https://dravo.example.",
    ],
)
async def test_our_address_is_its_asset_however_the_origin_is_written(
    resources: Resources, workspace: str, asset: MediaAsset, origin: str
) -> None:
    found = await meaning(resources, workspace, f"{origin}/u/{asset.id}.png")
    assert isinstance(found, MediaAsset)
    assert found.id == asset.id


@pytest.mark.parametrize(
    "path",
    [
        "/u/{id}",
        "/u/{id}.jpg",
        "/u/{id}.png?download=1",
        "/u/{id}.png?",
        "/u/{id}.png#x",
        "/u/{id}.png/",
        "/u/../u/{id}.png",
        "/./u/{id}.png",
        "//u/{id}.png",
        "/x/../u/{id}.png",
        "/x/%2e%2e/u/{id}.png",
        "/%75/{id}.png",
        "/%2575/{id}.png",
        "/u%2f{id}.png",
        "/x%2f..%2fu/{id}.png",
        "/u/media_{other}.png",
        "/u/",
        "/u",
        "/u/%00",
        "/u/../etc/passwd",
    ],
)
async def test_whatever_else_lies_under_our_media_address_is_unknown(
    resources: Resources, workspace: str, asset: MediaAsset, path: str
) -> None:
    url = OURS + path.format(id=asset.id, other=new_id("x").removeprefix("x_"))
    assert isinstance(await meaning(resources, workspace, url), Unknown)


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/u/{id}.png",
        "https://dravo.example.evil.example/u/{id}.png",
        "https://dravo.example:8443/u/{id}.png",
        "https://dravo.example/ux/{id}.png",
        "https://dravo.example/",
        "https://dravo.example",
        "https://dravo.example/x/u/{id}.png",
        "https://[::1]/u/{id}.png",
    ],
)
async def test_every_other_url_is_foreign(resources: Resources, workspace: str, asset: MediaAsset, url: str) -> None:
    assert isinstance(await meaning(resources, workspace, url.format(id=asset.id)), Foreign)


async def test_hosts_are_compared_as_addresses_and_in_punycode(
    resources: Resources, workspace: str, asset: MediaAsset
) -> None:
    pairs = [
        ("http://[::1]:8800", "http://[0:0:0:0:0:0:0:1]:8800"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("http://127.0.0.1:8800", "http://127.0.0.1:8800"),
    ]
    for public_url, origin in pairs:
        found = await meaning(resources, workspace, f"{origin}/u/{asset.id}.png", public_url=public_url)
        assert isinstance(found, MediaAsset), origin


async def test_an_asset_of_another_tenant_or_environment_is_unknown(
    resources: Resources, workspace: str, asset: MediaAsset
) -> None:
    url = public_url_of(OURS, asset)
    assert isinstance(await meaning(resources, new_id("ws"), url), Unknown)
    assert isinstance(await meaning(resources, workspace, url, environment="test"), Unknown)


async def test_an_expired_asset_is_unknown(
    resources: Resources, workspace: str, asset: MediaAsset, clock: Clock
) -> None:
    await clock.move(timedelta(days=61))
    assert isinstance(await meaning(resources, workspace, public_url_of(OURS, asset)), Unknown)


async def test_answers_come_in_the_order_of_the_urls(resources: Resources, workspace: str, asset: MediaAsset) -> None:
    urls = ["https://a.example/1", public_url_of(OURS, asset), f"{OURS}/u/nothing", public_url_of(OURS, asset)]
    async with resources.db.transaction() as session:
        found = await resolve(session, public_url=OURS, workspace_id=workspace, environment="live", urls=urls)
    assert [type(each) for each in found] == [Foreign, MediaAsset, Unknown, MediaAsset]
