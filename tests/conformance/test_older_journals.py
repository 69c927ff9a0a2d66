"""Journals as the last release wrote them, cut at every line: this release goes on from each and publishes once."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from conformance.cases import CASES, Case
from conformance.house import House, Posted
from dravo.kit.http import NotSent, Reply, Request
from support.tampering import Tampered

JOURNALS: dict[str, Any] = json.loads((Path(__file__).parent / "older_journals.json").read_text())
BY_NAME = {case.name: case for case in CASES}
PREFIXES = [
    (name, length) for name, told in JOURNALS.items() if name != "release" for length in range(len(told["steps"]) + 1)
]
each_prefix = pytest.mark.parametrize(("name", "length"), PREFIXES)
each_journal = pytest.mark.parametrize("name", [name for name in JOURNALS if name != "release"])


class Overheard(Tampered):
    """Keeps the network's answers, and does not get the call that publishes through, if asked so."""

    def __init__(self, house: House, case: Case, *, publish: bool) -> None:
        async def refuse(request: Request) -> None:
            if not publish and case.publishes(request):
                raise NotSent("no route")

        super().__init__(house.network, before=refuse)
        self.answers: list[tuple[Request, Reply]] = []

    async def send(self, request: Request, *, token: str, before: float | None = None) -> Reply:
        answer = await super().send(request, token=token, before=before)
        self.answers.append((request, answer))
        return answer

    def values(self, case: Case) -> dict[str, str]:
        """What stands for the placeholders of a journal."""
        found = {}
        for request, answer in self.answers:
            said = json.loads(answer.body) if answer.body else {}
            if request.path.endswith(("/photos", "/media")) and request.method == "POST":
                found["media"] = said["id"]
            elif request.host.startswith("graph.") and case.publishes(request):
                found["post"] = said["id"]
            elif request.host.startswith("graph.") and case.comments(request):
                found["comment"] = said["id"]
            elif request.host == "open.tiktokapis.com":
                found |= {"publish": said["data"]["publish_id"]} if case.publishes(request) else {}
            elif request.path == "/2/media/upload":
                found["media"] = said["data"]["id"]
            elif request.query.get("action") == "initializeUpload":
                found |= {"media": said["value"]["image"], "upload_url": said["value"]["uploadUrl"]}
            elif case.publishes(request):
                found["post"] = answer.headers.get("x-restli-id") or said["data"]["id"]
            elif case.comments(request):
                found["comment"] = answer.headers.get("x-restli-id") or said["data"]["id"]
        return found


def filled(template: Any, values: Mapping[str, str]) -> Any:
    return json.loads(re.sub(r"\{(\w+)\}", lambda hit: values[hit[1]], json.dumps(template)))


async def write_journal(house: House, posted: Posted, steps: list[Any], values: Mapping[str, str]) -> None:
    """Put the older release's steps in place of this one's; their hashes are those of the calls they stood for."""
    kept = await house.book.steps(posted.key)
    await house.book.run("DELETE FROM steps")
    for name, answer, secret in steps:
        sealed = house.resources.cipher.seal(filled(answer, values), place=f"steps/{posted.key.id}/1/{name}")
        await house.book.run(
            "INSERT INTO steps (workspace_id, environment, delivery_id, generation, name, request_hash, answer, sealed, "
            "questions, started_at) VALUES (:workspace, 'test', :delivery, 1, :name, :hash, CAST(:answer AS jsonb), :sealed, "
            "0, dravo_now())",
            workspace=posted.key.workspace_id,
            delivery=posted.key.id,
            name=name,
            hash=kept[name].request_hash if name in kept else "",
            answer=None if secret else json.dumps(filled(answer, values)),
            sealed=sealed if secret else None,
        )


@each_prefix
async def test_steps_of_the_last_release_are_gone_on_from(house: House, name: str, length: int) -> None:
    case = BY_NAME[name]
    posted = await house.post(case)
    wire = Overheard(house, case, publish=False)
    while (await house.run(posted, wire)).waiting_for != "retry":
        pass
    await write_journal(house, posted, JOURNALS[name]["steps"][:length], wire.values(case))
    resumed = Tampered(house.network)
    assert (await house.until_final(posted, resumed)).status == "published"
    assert await house.effects(posted) == (1, int(case.has_comments))
    if length == len(JOURNALS[name]["steps"]):
        written = [request for request in resumed.sent if request.method != "GET"]
        assert case.publishes(written[0]), "what was prepared is used"


@each_journal
@pytest.mark.parametrize("commented", [False, True])
async def test_commits_of_the_last_release_are_never_sent_again(house: House, name: str, *, commented: bool) -> None:
    """Its answers are understood: the post is not looked for, and not made again."""
    case = BY_NAME[name]
    posted = await house.post(case)
    wire = Overheard(house, case, publish=True)
    assert (await house.until_final(posted, wire)).status == "published"
    values = wire.values(case)
    await write_journal(house, posted, JOURNALS[name]["steps"], values)
    for commit in ("publish", "first_comment")[: 1 + case.has_comments]:
        await house.book.run(
            "UPDATE commits SET answer = CAST(:answer AS jsonb) WHERE name = :name",
            answer=json.dumps(filled(JOURNALS[name][commit], values)),
            name=commit,
        )
    if not commented:
        await house.book.run("DELETE FROM commits WHERE name = 'first_comment'")
    await house.book.run("UPDATE deliveries SET status = 'queued', due_at = dravo_now()")
    resumed = Tampered(house.network)
    delivery = await house.until_final(posted, resumed)
    assert (delivery.status, delivery.platform_post_id) == ("published", values.get("post"))
    assert not any(case.publishes(request) for request in resumed.sent)
    assert sum(case.comments(request) for request in resumed.sent) == (case.has_comments and not commented)
