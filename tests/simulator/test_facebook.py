import json
from typing import Any

import httpx
import pytest

from simulator.harness import JSON, Sim, bearer, picture

GRAPH = "/graph.facebook.com/v26.0"


async def call(sim: Sim, account: JSON, edge: str, **form: Any) -> httpx.Response:
    return await sim.client.post(f"{GRAPH}/{edge}", data=form, headers=bearer(account))


async def test_a_text_post_with_link_can_be_read_back(sim: Sim) -> None:
    page = await sim.account("facebook")
    page_id = page["extras"]["page_id"]
    answer = await call(sim, page, f"{page_id}/feed", message="Read this", link="https://example.com/a")
    post_id = answer.json()["id"]
    assert post_id.startswith(f"{page_id}_")

    node = await sim.client.get(f"{GRAPH}/{post_id}", params={"fields": "permalink_url"}, headers=bearer(page))
    assert node.json() == {"id": post_id, "permalink_url": f"https://www.facebook.com/{post_id}"}
    fields = "id,message,created_time,application,permalink_url,attachments{target,subattachments{target}}"
    posts = await sim.client.get(f"{GRAPH}/{page_id}/published_posts", params={"fields": fields}, headers=bearer(page))
    [seen] = posts.json()["data"]
    assert (seen["message"], seen["application"]["name"]) == ("Read this", "Simulated app")
    [item] = await sim.ledger()
    assert (item["id"], item["text"], item["options"]["link"]) == (post_id, "Read this", "https://example.com/a")


async def test_photos_are_pulled_first_and_posted_together(sim: Sim) -> None:
    page = await sim.account("facebook")
    page_id = page["extras"]["page_id"]
    photos = []
    for name in ("a", "b"):
        url = sim.host(f"/{name}.jpg", picture(colour="red" if name == "a" else "blue"))
        answer = await call(sim, page, f"{page_id}/photos", url=url, published="false", alt_text_custom=name)
        assert set(answer.json()) == {"id"}
        photos.append(answer.json()["id"])
    assert await sim.ledger() == []

    indexed = {f"attached_media[{index}]": json.dumps({"media_fbid": photo}) for index, photo in enumerate(photos)}
    post_id = (await call(sim, page, f"{page_id}/feed", message="Two", **indexed)).json()["id"]
    [item] = await sim.ledger()
    assert [medium["alt_text"] for medium in item["media"]] == ["a", "b"]
    node = await sim.client.get(f"{GRAPH}/{post_id}?fields=attachments", headers=bearer(page))
    [album] = node.json()["attachments"]["data"]
    assert [photo["target"]["id"] for photo in album["subattachments"]["data"]] == photos
    story = await sim.client.get(f"{GRAPH}/{photos[0]}?fields=page_story_id", headers=bearer(page))
    assert story.json()["page_story_id"] == post_id


async def test_a_published_photo_is_a_post_that_takes_comments(sim: Sim) -> None:
    page = await sim.account("facebook")
    form = {"caption": "Look", "access_token": page["access_token"]}
    answer = await sim.client.post(f"{GRAPH}/me/photos", data=form, files={"source": ("a.png", picture("PNG"))})
    post_id = answer.json()["post_id"]
    comment = await sim.client.post(f"{GRAPH}/{post_id}/comments", json={"message": "first"}, headers=bearer(page))
    assert comment.json()["id"].startswith(post_id.partition("_")[2] + "_")
    listed = await sim.client.get(f"{GRAPH}/{post_id}/comments?fields=id,message,from", headers=bearer(page))
    assert [found["message"] for found in listed.json()["data"]] == ["first"]
    assert [(item["kind"], item.get("parent")) for item in await sim.ledger()] == [("post", None), ("comment", post_id)]


async def test_unknown_parameters_are_refused_unless_the_switch_is_off(sim: Sim) -> None:
    page = await sim.account("facebook")
    assert (await call(sim, page, "me/feed", message="a", surprise="1")).json()["error"]["code"] == 100
    await sim.settings(strict_parameters=False)
    assert (await call(sim, page, "me/feed", message="a", surprise="1")).status_code == 200


@pytest.mark.parametrize(
    ("edge", "form", "code"),
    [
        ("me/feed", {}, 100),
        ("me/feed", {"message": "a", "published": "perhaps"}, 100),
        ("me/feed", {"message": "a", "attached_media": '[{"media_fbid":"1"}]'}, 100),
        ("me/photos", {"caption": "no picture"}, 324),
        ("me/photos", {"url": "http://elsewhere.test/a.jpg"}, 324),
        ("me/photos", {"url": "http://media.test/missing.jpg"}, 324),
        ("me/photos", {"url": "http://media.test/page.html"}, 324),
        ("1/feed", {"message": "a"}, 100),
        ("1_2/comments", {"message": "a"}, 100),
    ],
)
async def test_a_bad_call_is_refused_in_the_envelope(sim: Sim, edge: str, form: JSON, code: int) -> None:
    sim.host("/page.html", b"<html>")
    answer = await call(sim, await sim.account("facebook"), edge, **form)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)
    assert answer.json()["error"]["fbtrace_id"]
    assert await sim.ledger() == []


async def test_the_same_message_twice_in_a_row_is_a_duplicate(sim: Sim) -> None:
    page = await sim.account("facebook")
    assert (await call(sim, page, "me/feed", message="a")).status_code == 200
    assert (await call(sim, page, "me/feed", message="a")).json()["error"]["code"] == 506
    await sim.settings(refuse_duplicates=False)
    assert (await call(sim, page, "me/feed", message="a")).status_code == 200
    assert len(await sim.ledger()) == 2


async def test_tokens_are_told_apart(sim: Sim) -> None:
    instagram = await sim.account("instagram")
    reader = await sim.account("facebook", scopes=["pages_read_engagement"])
    assert (await sim.client.post(f"{GRAPH}/me/feed", data={"message": "a"})).json()["error"]["code"] == 2500
    wrong = (await call(sim, instagram, "me/feed", message="a")).json()["error"]
    assert (wrong["code"], wrong["error_subcode"]) == (190, 2069032)
    denied = await call(sim, reader, "me/feed", message="a")
    assert (denied.status_code, denied.json()["error"]["code"]) == (403, 200)
    old = await sim.client.post("/graph.facebook.com/v2.0/me/feed", data={"message": "a"}, headers=bearer(reader))
    assert old.json()["error"]["code"] == 2500
