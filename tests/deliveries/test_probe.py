"""A probe sends a lost commit once more, where the network tells a second one from the first: once, in its time."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dravo.kit.http import AnswerLost, Reply, Request
from dravo.platforms.base import Call, Found, NotFound, Published, PublishJob, Run, Sent
from dravo.platforms.registry import PLATFORMS
from support.engine import Engine
from support.network import NAME, FakeOptions, Id, reply

WITHIN = timedelta(minutes=8)


class ProbingAdapter:
    """Publishes, and finds a lost post by sending it again."""

    async def publish(self, job: PublishJob[FakeOptions], run: Run) -> Published:
        request = Request(method="POST", host="fake.test", path="/publish", json={"text": job.text})
        call = Call(request, Id, lambda answer: Id.model_validate(answer.json()), effect=True)

        async def find(_sent: Sent) -> Found[Id] | NotFound:
            seen = await run.probe(replace(call, read=read_probe), within=WITHIN)
            return NotFound.unknown if seen is None else Found(seen)

        post = await run.commit("publish", call, find=find)
        return Published(post.id, None)


def read_probe(answer: Reply) -> Id:
    return Id.model_validate(answer.json())


@pytest.fixture
def probing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setitem(PLATFORMS, NAME, replace(PLATFORMS[NAME], adapter=ProbingAdapter()))
    engine.network.on("/publish", AnswerLost("reset"), reply({"id": "p1"}))
    return engine


async def test_a_probe_in_its_time_settles_the_delivery(probing: Engine) -> None:
    key = await probing.post()
    await probing.run(key)
    await probing.move(60)
    published = await probing.run(key)
    assert (published.status, published.platform_post_id) == ("published", "p1")
    assert probing.network.count("/publish") == 2
    (commit,) = await probing.book.commits(key)
    assert commit.state == "confirmed"
    assert commit.probed_at is not None
    kinds = sorted(entry.kind for entry in await probing.book.timeline(key))
    assert kinds == ["attempt", "attempt", "commit", "probe"]


async def test_a_probe_waits_until_the_first_one_can_no_longer_arrive(probing: Engine) -> None:
    key = await probing.post()
    await probing.run(key)
    waiting = await probing.run_when_due(key)
    assert (waiting.status, waiting.waiting_for) == ("queued", "look")
    assert probing.network.count("/publish") == 1
    (commit,) = await probing.book.commits(key)
    assert (waiting.due_at - commit.send_before).total_seconds() == pytest.approx(30, abs=1)
    assert (await probing.run_when_due(key)).status == "published"


async def test_a_probe_that_comes_too_late_sends_nothing(probing: Engine) -> None:
    key = await probing.post()
    await probing.run(key)
    await probing.move(9 * 60)
    assert (await probing.run(key)).status == "unconfirmed"
    assert probing.network.count("/publish") == 1


async def test_a_commit_is_probed_once_though_the_answer_is_lost_again(probing: Engine) -> None:
    key = await probing.post()
    probing.network.on("/publish", AnswerLost("reset"))
    await probing.run(key)
    await probing.move(60)
    assert (await probing.run(key)).status == "unconfirmed"
    await probing.book.run("UPDATE deliveries SET status = 'queued', due_at = dravo_now()")
    assert (await probing.run(key)).status == "unconfirmed"
    assert probing.network.count("/publish") == 2


async def test_another_body_than_the_first_is_never_sent(probing: Engine) -> None:
    key = await probing.post()
    await probing.run(key)
    await probing.book.run("UPDATE posts SET text = 'changed since'")
    await probing.move(60)
    assert (await probing.run(key)).status == "unconfirmed"
    assert probing.network.count("/publish") == 1
