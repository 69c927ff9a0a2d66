"""Pictures and documents of the simulated LinkedIn."""

import io

import pytest
from PIL import Image

from simulator.harness import Sim, bearer, picture
from simulator.linkedin_calls import (
    DOCUMENTS,
    IMAGES,
    PAGE,
    ask_upload,
    at,
    author,
    editor,
    headers,
    image,
    post,
    posted,
    read_post,
    status,
)


async def test_a_post_with_two_images_has_them_in_the_ledger(sim: Sim) -> None:
    account = await sim.account("linkedin")
    urns = [await image(sim, account, picture("PNG", colour=colour)) for colour in ("red", "blue")]
    images = [{"id": urns[0], "altText": "red"}, {"id": urns[1]}]
    urn = await posted(sim, account, r"Two \(2\) pictures #teal", content={"multiImage": {"images": images}})
    assert urn.startswith("urn:li:ugcPost:")
    (item,) = await sim.ledger()
    assert (item["text"], [medium.get("alt_text") for medium in item["media"]]) == (
        "Two (2) pictures #teal",
        ["red", None],
    )
    assert item["media"][0]["width"] == 40


async def test_an_image_is_put_with_its_owners_token(sim: Sim) -> None:
    account, other = await sim.account("linkedin"), await sim.account("linkedin", handle="other")
    asked = await ask_upload(sim, account)
    assert asked["uploadUrl"].startswith("http://sim.test/www.linkedin.com/dms-uploads/")
    assert asked["uploadUrlExpiresAt"] > sim.clock.now * 1000
    put = sim.client.put
    assert (await put(asked["uploadUrl"], content=picture())).status_code == 401
    assert (await put(asked["uploadUrl"], content=picture(), headers=bearer(other))).status_code == 404
    assert (await put(asked["uploadUrl"], content=picture(), headers=bearer(account))).status_code == 201


async def test_an_upload_url_expires(sim: Sim) -> None:
    account = await sim.account("linkedin")
    asked = await ask_upload(sim, account)
    sim.clock.now = asked["uploadUrlExpiresAt"] / 1000
    refused = await sim.client.put(asked["uploadUrl"], content=picture(), headers=bearer(account))
    assert (refused.status_code, refused.json()["code"]) == (400, "EXPIRED_UPLOAD_URL")


@pytest.mark.parametrize(
    ("kind", "size", "answered"),
    [("WEBP", (40, 40), 415), ("BMP", (40, 40), 415), ("PNG", (6000, 6026), 400), ("PNG", (6000, 6025), 201)],
)
async def test_kind_and_pixels_of_a_picture_are_limited(
    sim: Sim, kind: str, size: tuple[int, int], answered: int
) -> None:
    account = await sim.account("linkedin")
    asked = await ask_upload(sim, account)
    answer = await sim.client.put(asked["uploadUrl"], content=picture(kind, size), headers=bearer(account))
    assert answer.status_code == answered


async def test_what_is_no_picture_is_refused(sim: Sim) -> None:
    account = await sim.account("linkedin")
    asked = await ask_upload(sim, account)
    refused = await sim.client.put(asked["uploadUrl"], content=b"not a picture", headers=bearer(account))
    assert (refused.status_code, refused.json()["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize(("frames", "answered"), [(250, 201), (251, 400)])
async def test_a_gif_has_250_frames_at_most(sim: Sim, frames: int, answered: int) -> None:
    buffer = io.BytesIO()
    pictures = [Image.new("L", (4, 4), number) for number in range(frames)]
    pictures[0].save(buffer, "GIF", save_all=True, append_images=pictures[1:], duration=20)
    account = await sim.account("linkedin")
    asked = await ask_upload(sim, account)
    answer = await sim.client.put(asked["uploadUrl"], content=buffer.getvalue(), headers=bearer(account))
    assert answer.status_code == answered


async def test_a_limit_of_bytes_can_be_set(sim: Sim) -> None:
    account = await sim.account("linkedin")
    await sim.settings(linkedin_image_bytes=100)
    asked = await ask_upload(sim, account)
    answer = await sim.client.put(asked["uploadUrl"], content=picture(), headers=bearer(account))
    assert answer.status_code == 413


async def test_an_image_must_be_uploaded_and_belong_to_the_author(sim: Sim) -> None:
    account = await editor(sim)
    waiting = (await ask_upload(sim, account))["image"]
    refused = await post(sim, account, content={"media": {"id": waiting}})
    assert (refused.status_code, refused.json()["code"]) == (400, "MEDIA_ASSET_WAITING_UPLOAD")
    of_the_page = await image(sim, account, picture(), owner=PAGE)
    refused = await post(sim, account, content={"media": {"id": of_the_page}})
    assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_URN_ID")
    assert (await post(sim, account, author=PAGE, content={"media": {"id": of_the_page}})).status_code == 201


async def test_an_upload_is_not_begun_for_somebody_else(sim: Sim) -> None:
    account = await sim.account("linkedin")
    order = {"initializeUploadRequest": {"owner": PAGE}}
    params = {"action": "initializeUpload"}
    assert (await sim.client.post(IMAGES, params=params, json=order, headers=headers(account))).status_code == 403
    order["initializeUploadRequest"]["owner"] = author(account)
    nothing = await sim.client.post(IMAGES, params={"action": "upload"}, json=order, headers=headers(account))
    assert nothing.status_code == 400


async def test_an_image_is_processing_until_it_is_available(sim: Sim) -> None:
    account = await editor(sim)
    asked = await ask_upload(sim, account, owner=PAGE)
    assert (await status(sim, account, IMAGES, asked["image"]))["status"] == "WAITING_UPLOAD"
    await sim.client.put(asked["uploadUrl"], content=picture(), headers=bearer(account))
    assert (await status(sim, account, IMAGES, asked["image"]))["status"] == "PROCESSING"
    sim.clock.now += 2
    assert (await status(sim, account, IMAGES, asked["image"]))["status"] == "AVAILABLE"


async def test_a_member_token_may_not_ask_for_an_image(sim: Sim) -> None:
    account = await sim.account("linkedin")
    urn = await image(sim, account, picture())
    refused = await sim.client.get(at(IMAGES, urn), headers=headers(account))
    assert refused.status_code == 403
    assert "image resource is forbidden" in refused.json()["message"]


@pytest.mark.parametrize("number", [1, 21])
async def test_several_images_are_two_to_twenty(sim: Sim, number: int) -> None:
    account = await sim.account("linkedin")
    urn = await image(sim, account, picture())
    images = [{"id": urn}] * number
    assert (await post(sim, account, content={"multiImage": {"images": images}})).status_code == 400
    twenty = {"multiImage": {"images": [{"id": urn}] * 20}}
    assert (await post(sim, account, content=twenty)).status_code == 201


async def test_an_alternative_text_has_4086_characters_at_most(sim: Sim) -> None:
    account = await sim.account("linkedin")
    urn = await image(sim, account, picture())
    assert (await post(sim, account, content={"media": {"id": urn, "altText": "x" * 4087}})).status_code == 400
    assert (await post(sim, account, content={"media": {"id": urn, "altText": "x" * 4086}})).status_code == 201


async def test_an_image_that_fails_takes_its_post_away(sim: Sim) -> None:
    account = await editor(sim)
    order = {"network": "linkedin", "action": "fail", "reason": "BROKEN"}
    assert (await sim.client.post("/_control/faults", json=order)).status_code == 201
    urn = await image(sim, account, picture(), owner=PAGE)
    accepted = await posted(sim, account, author=PAGE, content={"media": {"id": urn}})
    assert (await read_post(sim, account, accepted))["lifecycleState"] == "PUBLISH_REQUESTED"
    sim.clock.now += 2
    assert await status(sim, account, IMAGES, urn) == {
        "id": urn,
        "owner": PAGE,
        "status": "PROCESSING_FAILED",
        "processingFailureReason": "BROKEN",
    }
    assert (await read_post(sim, account, accepted))["lifecycleState"] == "PUBLISH_FAILED"
    assert await sim.ledger() == []
    refused = await post(sim, account, "later", author=PAGE, content={"media": {"id": urn}})
    assert refused.json()["code"] == "MEDIA_ASSET_PROCESSING_FAILED"


async def test_a_document_needs_a_title(sim: Sim) -> None:
    account = await editor(sim)
    asked = await ask_upload(sim, account, DOCUMENTS, owner=PAGE)
    put = sim.client.put
    assert (await put(asked["uploadUrl"], content=b"text", headers=bearer(account))).status_code == 415
    assert (await put(asked["uploadUrl"], content=b"%PDF-1.7 ...", headers=bearer(account))).status_code == 201
    sim.clock.now += 2
    assert (await status(sim, account, DOCUMENTS, asked["document"]))["status"] == "AVAILABLE"
    media = {"id": asked["document"]}
    assert (await post(sim, account, author=PAGE, content={"media": media})).status_code == 400
    await posted(sim, account, author=PAGE, content={"media": media | {"title": "Report"}})
    (item,) = await sim.ledger()
    assert (item["media"][0]["content_type"], item["options"]["title"]) == ("application/pdf", "Report")
