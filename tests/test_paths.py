"""What the system answers about paths, in words; folders that change by one rename."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from optimiser import paths
from optimiser.errors import UsageError
from optimiser.results import folder as writing
from optimiser.results.folder import copy_aside, write_folder, write_text
from tests.syntax import parsed

ROOT = Path(__file__).parents[1]
FIRST = {"a.txt": "first", "b.txt": "first"}
SECOND = {"a.txt": "second", "b.txt": "second"}


def held(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


# ---- asking


def _loop(folder: Path) -> Path:
    (folder / "loop").symlink_to("loop")
    return folder / "loop"


def _dangling(folder: Path) -> Path:
    (folder / "away").symlink_to(folder / "nowhere" / "x")
    return folder / "away"


REFUSED: dict[str, Callable[[Path], Path]] = {
    "a link to itself": _loop,
    "a name too long": lambda folder: folder / ("x" * 300),
    "a zero byte": lambda folder: Path(f"{folder}/a\0b"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_told_is_an_error_with_the_path_and_the_reason(
    name: str, tmp_path: Path
) -> None:
    path = REFUSED[name](tmp_path)
    for ask in (paths.kind, paths.is_file, paths.is_folder, paths.content):
        with pytest.raises(UsageError, match="cannot") as caught:
            ask(path)
        assert str(path) in caught.value.message
    for write in (write_text, lambda at, text: write_folder(at, {"a": text})):
        with pytest.raises(UsageError, match="cannot write"):
            write(path, "x")
    assert not paths.same_file(path, tmp_path)


def test_what_is_not_there_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "no", _dangling(tmp_path), tmp_path / "file" / "below"):
        assert paths.kind(path) is None
        with pytest.raises(FileNotFoundError):
            paths.content(path)
    assert paths.kind(tmp_path) == "folder"
    assert paths.kind(tmp_path / "file") == "file"
    assert paths.kind(os.devnull) == "other"


def test_what_may_not_be_looked_at_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To root nothing is forbidden."""

    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.stat", forbidden)
    with pytest.raises(UsageError, match=r"cannot look at .*x: Permission denied"):
        paths.kind(tmp_path / "x")


#: what asks the system by itself: the one place, the writer, and files that nobody else names
_ASK = {
    "__main__.py",
    "commands/completing.py",
    "language.py",
    "paths.py",
    "results/folder.py",
    "session/outputs.py",
    "session/earlier_runs.py",
    "scenario/source/foreign_files.py",
    "scenario/source/library.py",
    "session/starting.py",
    "render/failure.py",
    "results/versions.py",
}
_CALLS = frozenset(
    [
        "exists",
        "is_dir",
        "is_file",
        "is_symlink",
        "read_text",
        "read_bytes",
        "write_text",
        "write_bytes",
        "mkdir",
        "touch",
    ]
)


def asking(source: str) -> list[str]:
    """The calls in a file that ask the system about a path."""
    found = []
    for node in ast.walk(parsed(source)):
        if not isinstance(node, ast.Call):
            continue
        if (
            isinstance(node.func, ast.Attribute)
            and node.func.attr in _CALLS
            and not (isinstance(node.func.value, ast.Name) and node.func.value.id == "paths")
            and ast.unparse(node.func.value) != "super()"
        ):
            found.append(node.func.attr)
        if isinstance(node.func, ast.Name) and node.func.id == "open":
            found.append("open")
    return found


def test_one_place_asks_the_system() -> None:
    package = ROOT / "optimiser"
    for file in sorted(package.rglob("*.py")):
        if file.relative_to(package).as_posix() not in _ASK:
            assert asking(file.read_text(encoding="utf-8")) == [], file
    assert asking("Path(x).exists() or open(y)") == ["exists", "open"]


def test_a_pipe_that_nobody_fills_keeps_nobody_waiting(tmp_path: Path) -> None:
    """A stranger's folder with one in the place of ``result.json`` did, for ever."""
    pipe = tmp_path / "result.json"
    os.mkfifo(pipe)
    for path in (pipe, Path(os.devnull)):
        with pytest.raises(UsageError, match=r"cannot read .*no file"):
            paths.content(path)
    assert paths.content(os.devnull, pipes=True) == b""


def test_what_is_no_file_is_read_only_where_it_was_named(tmp_path: Path) -> None:
    """Also through a link, also a socket; and a device without an end is read to some point."""
    import socket

    (tmp_path / "link").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        for name in ("link", "socket"):
            with pytest.raises(UsageError, match=rf"cannot read .*{name}: "):
                paths.content(tmp_path / name)
    assert paths.content("/dev/zero", most=7, pipes=True) == bytes(7)


def test_a_device_without_an_end_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``plot --answer`` and ``sweep --vary`` of a link to /dev/zero had no end."""
    monkeypatch.setattr(paths, "_MOST_STREAMED", 10_000)
    with pytest.raises(UsageError, match="gives more than 100 MB"):
        paths.content("/dev/zero", pipes=True)
    whole = tmp_path / "whole"
    whole.write_bytes(bytes(10_001))
    assert len(paths.content(whole)) == 10_001


def test_the_working_folder_may_be_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was an internal error."""
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(UsageError, match="cannot find the working folder"):
        paths.working_folder()


# ---- writing


def test_a_stream_is_written_as_it_goes_on(tmp_path: Path) -> None:
    """It was replaced by a new file where it leads to one."""
    words = (
        "import sys; from pathlib import Path; from optimiser.results.folder import write_text; "
        "print('before', flush=True); write_text(Path('/dev/stdout'), 'x\\n'); print('after')"
    )
    with (tmp_path / "out").open("wb") as out:
        subprocess.run([sys.executable, "-c", words], cwd=ROOT, check=True, stdout=out)
    assert (tmp_path / "out").read_text(encoding="utf-8") == "before\nx\nafter\n"


@pytest.mark.parametrize("exchange", [True, False])
def test_a_folder_changes_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchange: bool
) -> None:
    place = tmp_path / "r"
    if not exchange:
        monkeypatch.setattr(writing, "_exchange", lambda *_: False)
    write_folder(place, FIRST)
    (place / "notes.txt").write_text("mine", encoding="utf-8")
    write_folder(place, SECOND)
    assert held(place) == {**SECOND, "notes.txt": "mine"}
    write_folder(place, {"a.txt": "third"}, without=("b.txt", "c.txt"))
    assert held(place) == {"a.txt": "third", "notes.txt": "mine"}
    assert [path.name for path in tmp_path.iterdir()] == ["r"]


def test_folders_inside_are_left_alone(tmp_path: Path) -> None:
    place = tmp_path / "r"
    write_folder(place, FIRST)
    (place / "inner").mkdir()
    (place / "inner" / "x").write_text("mine", encoding="utf-8")
    write_folder(place, SECOND)
    assert (place / "inner" / "x").read_text(encoding="utf-8") == "mine"
    assert (place / "a.txt").read_text(encoding="utf-8") == "second"


def test_the_working_folder_stays_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_folder(Path(), FIRST)
    write_folder(Path(), SECOND)
    assert held(Path()) == SECOND == held(tmp_path)


_KILLED = """
import os, sys
from pathlib import Path
from optimiser.results.folder import write_folder
left = int(sys.argv[2])
def hook(event, arguments):
    global left
    if event in ("os.rename", "os.link", "os.chmod", "os.rmdir", "os.remove", "tempfile.mkdtemp",
                 "tempfile.mkstemp", "shutil.rmtree"):
        left -= 1
        if not left:
            os.kill(os.getpid(), 9)
sys.addaudithook(hook)
write_folder(Path(sys.argv[1]), {"a.txt": "second", "b.txt": "second"})
"""


@pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="no folders are exchanged")
def test_a_kill_leaves_one_or_the_other(tmp_path: Path) -> None:
    """It left a new file beside an old one, and temporary files for ever."""
    for moment in range(1, 40):
        place = tmp_path / str(moment) / "r"
        write_folder(place, FIRST)
        words = [sys.executable, "-c", _KILLED, str(place), str(moment)]
        ended = subprocess.run(words, cwd=ROOT, check=False).returncode
        assert held(place) in (FIRST, SECOND)
        write_folder(place, SECOND)
        assert [path.name for path in place.parent.iterdir()] == ["r"]
        assert held(place) == SECOND
        if ended == 0:
            break
        assert ended == -9
        shutil.rmtree(place.parent)
    assert moment > 5


def test_what_the_living_write_is_not_swept(tmp_path: Path) -> None:
    own, dead = writing._prefix(), f".optimise-{writing._host()}-999999999-"
    other = ".optimise-abcdef-999999999-"
    for prefix in (own, dead, other):
        (tmp_path / f"{prefix}x1").mkdir()
        (tmp_path / f"{prefix}x2").touch()
    old = tmp_path / f"{other}x2"
    os.utime(old, (0, 0))
    (tmp_path / ".optimise").mkdir()
    write_text(tmp_path / "file", "x")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [".optimise", "file", f"{own}x1", f"{own}x2", f"{other}x1"]
    )


def test_a_copy_aside_is_a_folder_of_its_own(tmp_path: Path) -> None:
    write_folder(tmp_path / "r", {**FIRST, "c.txt": "first"})
    copy_aside(tmp_path / "r", tmp_path / "s", ("a.txt", "b.txt", "d.txt"))
    write_folder(tmp_path / "r", SECOND)
    assert held(tmp_path / "s") == FIRST


@pytest.mark.parametrize("name", ["a.txt", "c.txt"])
def test_a_folder_in_the_place_of_a_file_is_no_file_to_replace(tmp_path: Path, name: str) -> None:
    """It was gone, with what was in it; or some files were written, and it was said that none
    could be.
    """
    inner = tmp_path / "r" / name
    inner.mkdir(parents=True)
    (inner / "x").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match=f"{name} in it is a folder"):
        write_folder(tmp_path / "r", FIRST, without=("c.txt",))
    assert [path.name for path in (tmp_path / "r").iterdir()] == [name]
    assert (inner / "x").read_text(encoding="utf-8") == "mine"


@pytest.mark.skipif(os.name == "nt", reason="permissions are other ones there")
@pytest.mark.parametrize("exchange", [True, False])
def test_who_may_read_a_file_may_read_what_replaces_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchange: bool
) -> None:
    """A private file was open to all once it was written again."""
    if not exchange:
        monkeypatch.setattr(writing, "_exchange", lambda *_: False)
    write_folder(tmp_path / "r", FIRST)
    write_text(tmp_path / "t.csv", "first")
    for mode in (0o600, 0o664):
        for file in (tmp_path / "r" / "a.txt", tmp_path / "t.csv"):
            file.chmod(mode)
        write_folder(tmp_path / "r", SECOND)
        write_text(tmp_path / "t.csv", "second")
        for file in (tmp_path / "r" / "a.txt", tmp_path / "t.csv"):
            assert file.stat().st_mode & 0o777 == mode


@pytest.mark.skipif(sys.platform != "linux", reason="other systems hand groups on by themselves")
def test_a_folder_that_hands_its_group_on_goes_on_doing_so(tmp_path: Path) -> None:
    """The colleagues of whoever ran first could not write their own results there."""
    tmp_path.chmod(0o2775)
    write_folder(tmp_path / "r", FIRST)
    assert (tmp_path / "r").stat().st_mode & 0o2000
    write_folder(tmp_path / "r", SECOND)
    assert (tmp_path / "r").stat().st_mode & 0o2000


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root gives folders away")
def test_a_folder_of_others_stays_theirs(tmp_path: Path) -> None:
    """Exchanged for a new one it was of whoever wrote last, and of no group of theirs."""
    write_folder(tmp_path / "r", FIRST)
    os.chown(tmp_path / "r", 12345, 12345)
    write_folder(tmp_path / "r", SECOND)
    found = (tmp_path / "r").stat()
    assert (found.st_uid, found.st_gid) == (12345, 12345)
    assert held(tmp_path / "r") == SECOND
    assert [path.name for path in tmp_path.iterdir()] == ["r"]


_LOCKED = """
import sys, time
from pathlib import Path
from optimiser.results.folder import one_at_a_time
place = Path(sys.argv[1]) / "results"
for _ in range(20):
    with one_at_a_time(place):
        number = int((place / "n").read_text()) if (place / "n").exists() else 0
        time.sleep(0.002)
        (place / "n").write_text(str(number + 1))
"""


@pytest.mark.skipif(os.name == "nt", reason="folders are not locked there")
def test_what_is_decided_by_looking_is_decided_by_one_process_at_a_time(tmp_path: Path) -> None:
    words = [sys.executable, "-c", _LOCKED, str(tmp_path)]
    started = [subprocess.Popen(words, cwd=ROOT) for _ in range(3)]
    assert [process.wait() for process in started] == [0, 0, 0]
    assert (tmp_path / "results" / "n").read_text(encoding="utf-8") == "60"


@pytest.mark.skipif(os.name == "nt", reason="folders are not locked there")
def test_who_is_stopped_with_the_lock_stops_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "_PATIENCE", 0.05)
    with writing.one_at_a_time(tmp_path), writing.one_at_a_time(tmp_path):
        write_text(tmp_path / "x", "x")
    assert [path.name for path in tmp_path.iterdir()] == ["x"]
