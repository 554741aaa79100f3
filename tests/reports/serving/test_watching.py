"""What counts as a save, however an editor writes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from optimiser import paths
from optimiser.errors import ScenarioError
from optimiser.reports.serving import watching
from optimiser.reports.serving.watching import Watch
from optimiser.scenario import load
from tests.reports.serving.served import write


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "_SETTLED", 0.05)
    monkeypatch.setattr(watching, "_MISSING", 0.3)


def watch(*files: Path) -> Watch:
    found = Watch()
    found.rest_on({file: paths.seen_now(file) for file in files})
    return found


def saves(found: Watch, seconds: float = 0.6) -> int:
    """How many saves are noticed within so many seconds."""
    end, count = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        count += found.saved()
        time.sleep(0.01)
    return count


@pytest.fixture
def file(tmp_path: Path) -> Path:
    found = tmp_path / "a.yaml"
    found.write_text("one")
    return found


def in_place(file: Path) -> None:
    file.write_text("two")


def by_rename(file: Path) -> None:
    beside = file.with_suffix(".tmp")
    beside.write_text("two")
    os.replace(beside, file)


def by_moving_away(file: Path) -> None:
    """As vim does with a backup: for a moment there is no file."""
    file.rename(file.with_suffix(".bak"))
    time.sleep(0.1)
    file.write_text("two")


def same_size_and_time(file: Path) -> None:
    stat = file.stat()
    file.write_text("two")
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))


@pytest.mark.parametrize("way", [in_place, by_rename, by_moving_away, same_size_and_time])
def test_a_save_counts_once(way: Callable[[Path], None], file: Path) -> None:
    found = watch(file)
    assert saves(found, 0.1) == 0
    way(file)
    assert saves(found) == 1


def test_a_file_written_in_parts_counts_once(file: Path) -> None:
    found, count = watch(file), 0
    with file.open("w") as opened:
        for part in range(8):
            opened.write(f"{part}\n")
            opened.flush()
            count += saves(found, 0.03)
    assert count == 0
    assert saves(found) == 1


def test_an_empty_file_is_given_time(file: Path) -> None:
    found = watch(file)
    file.write_text("")
    assert saves(found, 0.15) == 0
    file.write_text("two")
    assert saves(found) == 1
    file.write_text("")
    assert saves(found) == 1, "it stays empty"


def test_the_same_again_is_no_save(file: Path) -> None:
    found = watch(file)
    file.write_text("one")
    os.utime(file, (1, 1))
    assert saves(found, 0.2) == 0
    file.write_text("two")
    found.saved()
    file.write_text("one")
    assert saves(found, 0.2) == 0


def test_what_was_read_is_what_counts(file: Path) -> None:
    """Saved between reading and watching: that is noticed."""
    found = Watch()
    with paths.seeing() as read:
        paths.content(file)
    file.write_text("two")
    found.rest_on(read)
    assert saves(found) == 1


def test_what_appears_and_disappears_counts(file: Path, tmp_path: Path) -> None:
    missing = tmp_path / "b.csv"
    found = watch(file, missing)
    missing.write_text("x")
    assert saves(found) == 1
    missing.unlink()
    assert saves(found) == 1
    missing.mkdir()
    assert saves(found) == 1


def test_every_file_that_a_scenario_names_is_seen(tmp_path: Path) -> None:
    """Those that are not there, and those of a scenario that is wrong, too."""
    (tmp_path / "part").mkdir()
    base, data = tmp_path / "base.yaml", tmp_path / "part" / "measures.csv"
    write(base, catalogue="part/measures.csv")
    data.write_text("id,gain,cost\nd,1,1\n", encoding="utf-8")
    top = tmp_path / "top.yaml"
    top.write_text("optimise: 1\nname: top\nextends: base.yaml\n", encoding="utf-8")

    def seen() -> dict[str, bool]:
        with paths.seeing() as found, suppress(ScenarioError):
            load(top)
        return {
            path.relative_to(tmp_path).as_posix(): one.digest is not None
            for path, one in found.items()
            if path.is_relative_to(tmp_path)
        }

    whole = {"top.yaml": True, "base.yaml": True, "part/measures.csv": True}
    assert seen() == whole
    top.write_text("optimise: 1\nname: top\nextends: base.yaml\nobjectives: 7\n", encoding="utf-8")
    assert seen() == whole
    data.unlink()
    assert seen() == {**whole, "part/measures.csv": False}
    base.write_text("optimise: [", encoding="utf-8")
    assert seen() == {"top.yaml": True, "base.yaml": True}
    base.unlink()
    assert seen() == {"top.yaml": True, "base.yaml": False}


def test_nothing_is_kept_outside() -> None:
    with paths.seeing() as found:
        pass
    paths.content(__file__)
    assert found == {}


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        return
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert paths.seen_now(pipe).digest == b""
