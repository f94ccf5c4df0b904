"""Who runs here, told by a lock; logs that stay small."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from tools.local import logs
from tools.local.state import SystemLock, SystemState, has_users, is_running, read_state, using, write_state

STATE = SystemState(pid=1, mode="up", started="2026-11-23T12:00:00+00:00", services={"orchestrator": "127.0.0.1:1"})


def test_a_state_counts_while_its_supervisor_lives(tmp_path: Path) -> None:
    lock = SystemLock(tmp_path)
    assert read_state(tmp_path) is None
    assert lock.acquire()
    assert is_running(tmp_path)
    assert read_state(tmp_path) is None, "nothing was written yet"
    write_state(tmp_path, STATE)
    assert read_state(tmp_path) == STATE
    lock.release()
    assert read_state(tmp_path) is None
    assert not (tmp_path / "system.json").exists()


def test_a_file_left_by_a_killed_supervisor_does_not_count(tmp_path: Path) -> None:
    write_state(tmp_path, STATE)
    (tmp_path / "system.lock").touch()
    assert read_state(tmp_path) is None
    lock = SystemLock(tmp_path)
    assert lock.acquire()
    lock.release()


def test_who_looks_is_not_taken_for_a_supervisor(tmp_path: Path) -> None:
    with (tmp_path / "system.lock").open("wb") as looking:
        fcntl.flock(looking, fcntl.LOCK_SH)
        assert not is_running(tmp_path)


def test_there_is_one_supervisor(tmp_path: Path) -> None:
    first = SystemLock(tmp_path)
    assert first.acquire()
    assert not SystemLock(tmp_path).acquire()
    first.release()
    second = SystemLock(tmp_path)
    assert second.acquire()
    second.release()


def test_a_broken_or_foreign_file_is_no_state(tmp_path: Path) -> None:
    lock = SystemLock(tmp_path)
    assert lock.acquire()
    for text in ("{", "[]", '{"version": 99}', '{"version": 1, "nonsense": 1}', '{"version": 1}'):
        (tmp_path / "system.json").write_text(text)
        assert read_state(tmp_path) is None
    lock.release()


def test_users_are_seen_while_they_are_there(tmp_path: Path) -> None:
    assert not has_users(tmp_path)
    with using(tmp_path), using(tmp_path):
        assert has_users(tmp_path)
    assert not has_users(tmp_path)
    with using(tmp_path / "missing"):
        assert not has_users(tmp_path / "missing")


def test_a_log_that_grew_is_moved_aside_while_its_writer_goes_on(tmp_path: Path) -> None:
    writer = logs.open_log(tmp_path, "a")
    os.write(writer, b"old line\n" * 100)
    logs.bound(tmp_path, "a", 10_000)
    assert (tmp_path / "a.log").stat().st_size == 900
    logs.bound(tmp_path, "a", 500)
    os.write(writer, b"new line\n")
    os.close(writer)
    assert (tmp_path / "a.log").read_bytes() == b"new line\n"
    assert (tmp_path / "a.log.1").stat().st_size == 900


def test_each_start_begins_a_new_log_and_keeps_one_before(tmp_path: Path) -> None:
    for number in range(3):
        logs.start_afresh(tmp_path, "a")
        writer = logs.open_log(tmp_path, "a")
        os.write(writer, b"run %d\n\nlast words\n" % number)
        os.close(writer)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.log", "a.log.1"]
    assert logs.last_words(tmp_path, "a") == ["run 2", "last words"]
    assert logs.last_words(tmp_path, "missing") == []
