"""Compiled code is loaded from where nobody else can have put it, and a cache never ends a run."""

from __future__ import annotations

import errno
import os
import pickle
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from optimiser.engine.exact.kernel import cache
from optimiser.engine.exact.kernel.compiled import compiling

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="caches lie in the user's profile there"
)


@pytest.fixture
def directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], Path | None]:
    """The folder that a new process would take, with a home and a temporary folder of its own."""
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    return cache.directory.__wrapped__


def modes(folder: Path) -> set[int]:
    return {place.stat().st_mode & 0o777 for place in (folder, folder.parent)}


def test_a_new_folder_is_closed_to_others(
    directory: Callable[[], Path | None], tmp_path: Path
) -> None:
    before = os.umask(0)
    try:
        folder = directory()
    finally:
        os.umask(before)
    assert folder is not None
    assert folder.is_relative_to(tmp_path / "cache" / "optimise")
    assert modes(folder) == {0o700}
    assert (tmp_path / "cache").stat().st_mode & 0o777 == 0o700
    assert directory() == folder


def opened(folder: Path, _other: Path) -> None:
    folder.chmod(0o777)


def opened_above(folder: Path, _other: Path) -> None:
    folder.parent.chmod(0o775)


def anybodys(folder: Path, _other: Path) -> None:
    folder.parent.parent.chmod(0o777)


def linked(folder: Path, other: Path) -> None:
    folder.rename(other)
    folder.symlink_to(other)


def linked_above(folder: Path, other: Path) -> None:
    folder.parent.rename(other)
    folder.parent.symlink_to(other)


def with_open_file(folder: Path, _other: Path) -> None:
    folder.chmod(0o755)
    folder.parent.chmod(0o755)
    (folder / "inner").mkdir()
    (folder / "inner" / "a.nbc").write_bytes(pickle.dumps("code"))
    (folder / "inner" / "a.nbc").chmod(0o666)


def with_link(folder: Path, other: Path) -> None:
    other.mkdir()
    (folder / "inner").symlink_to(other)


def a_strangers(folder: Path, _other: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    os.chown(folder, 12345, 12345)


def with_a_strangers_file(folder: Path, _other: Path) -> None:
    (folder / "a.nbi").write_bytes(b"")
    a_strangers(folder / "a.nbi", _other)


@pytest.mark.parametrize(
    "spoil",
    [
        opened,
        opened_above,
        anybodys,
        linked,
        linked_above,
        with_open_file,
        with_link,
        a_strangers,
        with_a_strangers_file,
    ],
)
def test_code_that_another_may_have_written_is_not_loaded(
    spoil: Callable[[Path, Path], None], directory: Callable[[], Path | None], tmp_path: Path
) -> None:
    """Pickles from a folder of a predictable name ran as whoever solved something."""
    good = directory()
    assert good is not None
    spoil(good, tmp_path / "other")
    second = directory()
    assert second is not None
    assert second.is_relative_to(tmp_path / "temporary")
    spoil(second, tmp_path / "another")
    if spoil is not anybodys:
        assert directory() is None
    else:  # what the system calls temporary is open to all and sticky
        (tmp_path / "temporary").chmod(0o1777)
        assert directory() == second


def test_a_folder_that_the_user_names_is_held_to_the_same(
    directory: Callable[[], Path | None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = tmp_path / "named"
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(named))
    first = directory()
    assert first is not None
    assert first.parent == named
    named.chmod(0o777)
    again = directory()
    assert again is not None
    assert again.parent != named


def test_nothing_that_can_be_written_is_no_cache(
    directory: Callable[[], Path | None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "file"))
    assert directory() is None
    monkeypatch.setattr(compiling, "directory", lambda: None)
    assert compiling.entry(successor)(1) == 2


def successor(n: int) -> int:
    return n + 1


def test_a_damaged_cache_is_compiled_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "directory", lambda: tmp_path)
    assert compiling.entry(successor)(1) == 2
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.suffix for path in kept} == {".nbi", ".nbc"}
    for path in kept:
        path.write_bytes(path.read_bytes()[:-20])
    assert compiling.entry(successor)(1) == 2
    for path in kept:
        path.write_bytes(b"no pickle")
    assert compiling.entry(successor)(1) == 2


def test_a_full_disk_ends_no_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(compiling, "directory", lambda: tmp_path)
    monkeypatch.setattr("numba.core.caching.IndexDataCacheFile.save", full)
    assert compiling.entry(successor)(1) == 2
    monkeypatch.setattr("numba.core.caching.tempfile.TemporaryFile", full)
    assert compiling.entry(successor)(1) == 2
