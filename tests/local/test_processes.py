import asyncio
import json
import os
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from dravo.local import postgres
from dravo.local.errors import AlreadyRunningError
from dravo.local.launch import started
from dravo.local.process import Child, end_leftovers
from local.processes import family, python, shell, sleeper, wait_until

Ours = Callable[[], set[int]]

HOUSE = """
import asyncio, json
from pathlib import Path
from dravo.local import postgres, valkey
from dravo.local.process import ChildSpec
from dravo.local.supervisor import Supervisor

async def say(pids):
    print(json.dumps(pids), flush=True)

async def main(folder):
    async with Supervisor(say) as house:
        await house.start(postgres.prepare(folder, durable=False).spec, valkey.prepare(folder).spec)
        await house.start(ChildSpec(name="sleeper", argv=["sleep", "60"], data_dir=folder))
        await house.watch()

asyncio.run(main(Path(sys.argv[1])))
"""


def test_killed_parent_leaves_nobody_behind(tmp_path: Path) -> None:
    with subprocess.Popen(python(HOUSE, str(tmp_path)), stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        pids = [json.loads(parent.stdout.readline()) for _ in range(3)][-1]
        children = family(parent.pid)
        assert set(pids.values()) < set(children)
        assert len(children) > 3, "the workers of Postgres are there too"
        parent.kill()
    wait_until(lambda: not any(started(pid) == life for pid, life in children.items()))
    assert not list(tmp_path.glob("postgres-*/postmaster.pid")), "Postgres has ended in order"
    with postgres.prepare(tmp_path, durable=False):
        pass


@pytest.mark.parametrize("after_seconds", [0.1, 0.3, 0.6])
def test_parent_killed_during_the_first_start_leaves_nobody_and_can_start_again(
    tmp_path: Path, after_seconds: float
) -> None:
    with subprocess.Popen(python(HOUSE, str(tmp_path)), stdout=subprocess.PIPE) as parent:
        with pytest.raises(subprocess.TimeoutExpired):
            parent.wait(after_seconds)
        children = family(parent.pid)
        parent.kill()
    wait_until(lambda: not any(started(pid) == life for pid, life in children.items()))
    with postgres.prepare(tmp_path, durable=False):
        pass


def test_child_of_a_living_process_is_not_started_twice(tmp_path: Path) -> None:
    child = Child(sleeper(tmp_path))
    try:
        wait_until(child.spec.pid_file.exists)
        with pytest.raises(AlreadyRunningError, match=f"process {child.pid}"):
            Child(child.spec)
    finally:
        child.stop()
    assert not child.spec.pid_file.exists()


def record(data_dir: Path, pid: int, life: str | None) -> Path:
    """The pid file of a child whose starter is dead."""
    pid_file = data_dir / "run" / "orphan.pid"
    pid_file.parent.mkdir()
    dead = {"owner": os.getpid(), "owner_started": "an earlier life", "signals": [15], "grace_seconds": 0.1}
    pid_file.write_text(json.dumps({"pid": pid, "started": life, **dead}))
    return pid_file


@pytest.mark.parametrize("script", ["exec sleep 60", "trap '' TERM; sleep 60; sleep 60"])
def test_orphan_of_a_dead_parent_is_ended_at_the_next_start(tmp_path: Path, script: str) -> None:
    with subprocess.Popen(["sh", "-c", script], start_new_session=True) as orphan:
        pid_file = record(tmp_path, orphan.pid, started(orphan.pid))
        end_leftovers(tmp_path)
        assert orphan.wait() < 0
    assert not pid_file.exists()


def test_process_that_got_the_pid_of_an_orphan_is_left_alone(tmp_path: Path) -> None:
    with subprocess.Popen(["sleep", "60"]) as stranger:
        pid_file = record(tmp_path, stranger.pid, "an earlier life")
        end_leftovers(tmp_path)
        assert stranger.poll() is None
        stranger.kill()
    assert not pid_file.exists()


def test_child_that_does_not_listen_is_killed_after_its_grace(tmp_path: Path, ours: Ours) -> None:
    child = Child(shell(tmp_path, "trap '' TERM; echo deaf; sleep 60; sleep 60", grace_seconds=0.1))
    wait_until(lambda: child.spec.log_tail() == "deaf")
    child.stop()
    assert not child.is_alive()
    assert ours() == set()


def test_what_a_dead_child_has_started_is_swept_up(tmp_path: Path) -> None:
    child = Child(shell(tmp_path, "sleep 60 & echo $!"))
    wait_until(lambda: not child.is_alive())
    grandchild = int(child.spec.log_tail())
    wait_until(lambda: started(grandchild) is None)
    child.stop()


async def test_cancelled_ending_kills_at_once(tmp_path: Path) -> None:
    child = Child(shell(tmp_path, "trap '' TERM; echo deaf; sleep 60; sleep 60", grace_seconds=60))
    wait_until(lambda: child.spec.log_tail() == "deaf")
    ending = asyncio.create_task(child.end())
    await asyncio.sleep(0)
    ending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await ending
    assert not child.is_alive()


def test_child_may_not_be_started_from_a_passing_thread(tmp_path: Path) -> None:
    refusals = []

    def start() -> None:
        try:
            Child(sleeper(tmp_path))
        except RuntimeError as error:
            refusals.append(str(error))

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    assert refusals == ["Start sleeper from the main thread, or it dies with this one."]
