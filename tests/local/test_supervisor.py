import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from redis.asyncio import Redis

from dravo.local import supervisor, valkey
from dravo.local.errors import ChildFailedError, LocalError
from dravo.local.process import ChildSpec
from dravo.local.supervisor import History, Supervisor
from local.processes import shell, sleeper

Ours = Callable[[], set[int]]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    original = History.after_death

    def without_pause(history: History, lived_seconds: float, *, was_ready: bool, killed: bool = False) -> float | None:
        pause = original(history, lived_seconds, was_ready=was_ready, killed=killed)
        return None if pause is None else 0.0

    monkeypatch.setattr(History, "after_death", without_pause)


class Changes:
    """Remembers what the supervisor told."""

    def __init__(self) -> None:
        self.told: asyncio.Queue[dict[str, int]] = asyncio.Queue()

    async def __call__(self, pids: dict[str, int]) -> None:
        await self.told.put(pids)

    async def next(self) -> dict[str, int]:
        async with asyncio.timeout(10):
            return await self.told.get()


async def test_killed_child_is_started_again_on_its_port_and_told(tmp_path: Path, quick: None, ours: Ours) -> None:
    changes = Changes()
    server = valkey.prepare(tmp_path)
    async with Supervisor(changes) as house:
        await house.start(server.spec, sleeper(tmp_path))
        assert list(await changes.next()) == ["valkey"]
        before = await changes.next()
        os.kill(before["valkey"], 9)
        after = await changes.next()
        assert after["valkey"] != before["valkey"]
        assert after["sleeper"] == before["sleeper"]
        async with Redis.from_url(server.url) as bell:
            assert await bell.ping()
        assert ours() == set(after.values())
    assert ours() == set()
    assert list((tmp_path / "run").iterdir()) == []


async def test_children_are_ended_in_reverse_order(tmp_path: Path) -> None:
    order = tmp_path / "order"
    changes = Changes()
    names = ["book", "bell", "door"]
    script = 'trap "echo {0} >> {1}; exit" TERM; echo on > {2}/{0}; while :; do sleep 0.02; done'

    def spec(name: str) -> ChildSpec:
        async def trap_is_set() -> bool:
            return (tmp_path / name).exists()

        argv = ["sh", "-c", script.format(name, order, tmp_path)]
        return ChildSpec(name=name, argv=argv, data_dir=tmp_path, ready=trap_is_set)

    async with Supervisor(changes) as house:
        await house.start(*map(spec, names))
        watching = asyncio.create_task(house.watch())
        await house.stop()
        await watching
    assert order.read_text().split() == names[::-1]


async def test_child_that_dies_at_every_start_ends_the_run_with_its_log(
    tmp_path: Path, quick: None, ours: Ours
) -> None:
    async with Supervisor(Changes()) as house:
        await house.start(
            sleeper(tmp_path),
            shell(tmp_path, f"echo once >> {tmp_path}/lives; echo no such setting; exit 3"),
        )
        with pytest.raises(ChildFailedError, match=r"(?s)shell died 5 times at its start.*no such setting") as failure:
            await house.watch()
        assert "sleeper" not in str(failure.value)
    assert (tmp_path / "lives").read_text().split() == ["once"] * 5
    assert ours() == set()


async def test_child_that_is_never_ready_is_told_with_its_log(tmp_path: Path, ours: Ours) -> None:
    async def never() -> bool:
        return False

    spec = ChildSpec(
        name="mute",
        argv=["sh", "-c", "echo still thinking; exec sleep 60"],
        data_dir=tmp_path,
        ready=never,
        ready_within_seconds=0.3,
    )
    with pytest.raises(ChildFailedError, match=r"(?s)mute was not ready within 0\.3 s.*still thinking"):
        async with Supervisor(Changes()) as house:
            await house.start(spec)
    assert ours() == set()


async def test_program_that_does_not_exist_is_told(tmp_path: Path, quick: None) -> None:
    async def never() -> bool:
        return False

    spec = ChildSpec(name="ghost", argv=["/no/such/program"], data_dir=tmp_path, ready=never)
    with pytest.raises(ChildFailedError, match="Cannot run /no/such/program: No such file"):
        async with Supervisor(Changes()) as house:
            await house.start(spec)


async def test_given_up_child_is_named_beside_the_error_that_it_caused(tmp_path: Path, quick: None) -> None:
    async def migrate_without_database() -> None:
        async with Supervisor(Changes()) as house:
            await house.start(shell(tmp_path, "exit 3"))
            await asyncio.wait(house._keepers)  # nobody hears of it
            raise ConnectionError("no database")

    with pytest.raises(ConnectionError) as failure:
        await migrate_without_database()
    assert "shell died 5 times" in failure.value.__notes__[0]


async def test_error_of_the_callback_ends_the_run(tmp_path: Path, ours: Ours) -> None:
    async def full_disk(pids: dict[str, int]) -> None:
        raise OSError("disk is full")

    with pytest.raises(OSError, match="disk is full"):
        async with Supervisor(full_disk) as house:
            await house.start(sleeper(tmp_path))
    assert ours() == set()


async def test_stop_during_a_start_ends_the_start(tmp_path: Path, ours: Ours) -> None:
    asked = asyncio.Event()

    async def never() -> bool:
        asked.set()
        return False

    spec = ChildSpec(name="slow", argv=["sleep", "60"], data_dir=tmp_path, ready=never)
    house = Supervisor(Changes())
    starting = asyncio.create_task(house.start(spec, sleeper(tmp_path)))
    await asked.wait()
    await house.stop()
    with pytest.raises(LocalError, match="Stopped while slow"):
        await starting
    assert ours() == set()


def test_pause_doubles_up_to_five_seconds_and_begins_anew_after_a_steady_life() -> None:
    history = History()
    pauses = [history.after_death(2, was_ready=True) for _ in range(7)]
    assert pauses == [0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]
    assert history.after_death(10, was_ready=True) == 0.2
    assert supervisor._STILLBIRTHS == 5


def test_five_stillbirths_in_a_row_are_the_end_and_a_real_life_between_is_not() -> None:
    history = History()
    lives = [(0.5, True), (0.9, True), (20, False), (0.1, True), (1.5, True), (0.5, True)]
    assert None not in [history.after_death(lived, was_ready=ready) for lived, ready in lives]
    assert [history.after_death(0.5, was_ready=True) is None for _ in range(4)] == [False, False, False, True]


def test_a_child_that_is_killed_from_outside_is_always_started_again() -> None:
    history = History()
    assert None not in [history.after_death(0.1, was_ready=True, killed=True) for _ in range(20)]


def test_a_child_that_has_lived_well_is_never_given_up() -> None:
    history = History()
    history.after_death(60, was_ready=True)
    assert None not in [history.after_death(0.1, was_ready=False) for _ in range(20)]
