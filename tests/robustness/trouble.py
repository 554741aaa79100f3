"""Places that cannot be read, written or even looked at."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from random import Random

from tests.robustness.bases import TALL
from tests.robustness.judging import Trial, judge, judge_result
from tests.robustness.lines import LINES, furnished
from tests.robustness.running import Server, snapshot
from tests.robustness.tables import HEAD

__all__ = ["OBSTACLES", "paths", "replaced"]

_LONG = "n" * 300


def _unreadable(folder: Path) -> str:
    (folder / "closed").mkdir()
    (folder / "closed" / "case.yaml").write_text(TALL, encoding="utf-8")
    (folder / "closed").chmod(0)
    return "closed"


def _unsearchable(folder: Path) -> str:
    _unreadable(folder)
    return "closed/case.yaml"


def _unreadable_file(folder: Path) -> str:
    (folder / "secret.yaml").write_text(TALL, encoding="utf-8")
    (folder / "secret.yaml").chmod(0)
    return "secret.yaml"


def _unwritable(folder: Path) -> str:
    (folder / "fixed").mkdir()
    (folder / "fixed").chmod(0o555)
    return "fixed"


def _inside_unwritable(folder: Path) -> str:
    _unwritable(folder)
    return "fixed/new/r"


def _unwritable_result(folder: Path) -> str:
    shutil.copytree(folder / "sound", folder / "kept")
    (folder / "kept").chmod(0o555)
    return "kept"


def _unreadable_result(folder: Path) -> str:
    shutil.copytree(folder / "sound", folder / "kept")
    (folder / "kept" / "result.json").chmod(0)
    return "kept"


def _long(_folder: Path) -> str:
    return _LONG


def _long_path(_folder: Path) -> str:
    return "/".join(["n" * 200] * 30)


def _loop(folder: Path) -> str:
    (folder / "loop").symlink_to("loop")
    return "loop"


def _inside_loop(folder: Path) -> str:
    return _loop(folder) + "/case.yaml"


def _dangling(folder: Path) -> str:
    (folder / "dangling").symlink_to("nowhere")
    return "dangling"


def _far_dangling(folder: Path) -> str:
    (folder / "dangling").symlink_to("no/where")
    return "dangling"


def _file_as_folder(_folder: Path) -> str:
    return "tall.yaml/r"


def _zero_byte_name(_folder: Path) -> str:
    return "a\ud800b"


def _odd_bytes(folder: Path) -> str:
    name = os.fsdecode(b"odd\xff.yaml")
    (folder / name).write_text(TALL, encoding="utf-8")
    return name


def _socket(folder: Path) -> str:
    end = socket.socket(socket.AF_UNIX)
    here = os.getcwd()
    try:
        os.chdir(folder)  # the name of a socket is short
        end.bind("plug")
    finally:
        os.chdir(here)
        end.close()
    return "plug"


def _empty(_folder: Path) -> str:
    return ""


def _device(_folder: Path) -> str:
    return "/dev/full"


def _folder_in_place(folder: Path) -> str:
    """Folders where files are to be."""
    for name in ("result.json", "front.csv", "case.yaml"):
        (folder / "odd" / name).mkdir(parents=True)
    return "odd"


def _forbidden_folder_inside(folder: Path) -> str:
    """A folder that is searched, and holds one that may not be."""
    (folder / "many" / "inner").mkdir(parents=True)
    (folder / "many" / "a.yaml").write_text(TALL, encoding="utf-8")
    (folder / "many" / "inner").chmod(0)
    (folder / "many" / "self").symlink_to("self")
    return "many"


OBSTACLES: Mapping[str, Callable[[Path], str]] = {
    "a folder that may not be read": _unreadable,
    "a file in a folder that may not be searched": _unsearchable,
    "a file that may not be read": _unreadable_file,
    "a folder that may not be written": _unwritable,
    "a new folder in one that may not be written": _inside_unwritable,
    "a result that may not be written": _unwritable_result,
    "a result that may not be read": _unreadable_result,
    "a name too long": _long,
    "a path too long": _long_path,
    "a link to itself": _loop,
    "a file behind a link to itself": _inside_loop,
    "a dangling link": _dangling,
    "a dangling link to a missing folder": _far_dangling,
    "a file in place of a folder": _file_as_folder,
    "a name that is no text": _zero_byte_name,
    "a name in another encoding": _odd_bytes,
    "a socket": _socket,
    "no name": _empty,
    "a device": _device,
    "folders in place of files": _folder_in_place,
    "a forbidden folder inside": _forbidden_folder_inside,
}

# Where @ stands the obstacle stands.
_COMMANDS = [
    ("check", "@"),
    ("run", "@"),
    ("run", "tall.yaml", "-o", "@"),
    ("run", "tall.yaml", "-o", "@/r"),
    ("run", "tall.yaml", "-o", "r", "--csv", "@"),
    ("run", "tall.yaml", "-o", "r", "--at", "@"),
    ("run", "tall.yaml", "-o", "@", "--resume"),
    ("run", "extending.yaml", "-o", "r"),
    ("run", "catalogued.yaml", "-o", "r"),
    ("show", "@"),
    ("rank", "@"),
    ("verify", "@"),
    ("verify", "@/result.json"),
    ("compare", "sound", "@"),
    ("compare", "@", "sound"),
    ("export", "sound", "-o", "@"),
    ("export", "sound", "-o", "@.md"),
    ("export", "@", "-o", "out.md"),
    ("assess", "@"),
    ("assess", "tall.yaml", "--measured", "@"),
    ("init", "--from", "@"),
    ("init", "@"),
    ("init", "@/new"),
]
# of the lines of all commands every so many-th is tried in one case
_SHARE = 4
_NAMES = frozenset(
    (
        "tall.yaml",
        "sound",
        "plans.csv",
        "plans.xlsx",
        "a.json",
        "measured.csv",
        "swept",
        "table.csv",
        "caps.csv",
    )
)


def replaced(rng: Random) -> Iterator[tuple[str, ...]]:
    """The lines of all commands, one path of each replaced."""
    for line in LINES:
        for at, word in enumerate(line.words):
            if at and (word in _NAMES or word in line.made):
                suffix = "." + word.partition(".")[2] if "." in word else ""
                other = rng.choice(["@", f"@{suffix}", f"@/{word}"])
                yield (*line.words[:at], other, *line.words[at + 1 :])


def paths(rng: Random, server: Server, folder: Path, trial: Trial, /) -> None:
    """An obstacle at the end of a path that a command reads or writes."""
    names = list(OBSTACLES)
    name = names[trial.number % len(names)]
    furnished(folder)
    place = OBSTACLES[name](folder)
    quoted = place.replace("\ud800", "").replace('"', "")
    text = TALL.replace("name: tall", f'name: tall\nextends: "{os.fsencode(quoted)!r}"', 1)
    (folder / "extending.yaml").write_text(text, encoding="utf-8")
    data = HEAD.format(catalogue=f'"{os.fsencode(quoted).decode(errors="replace")}"')
    (folder / "catalogued.yaml").write_text(data, encoding="utf-8")
    trial.words = name
    before = snapshot(folder / "sound")
    if os.geteuid() == 0 and not shutil.which("setpriv") and "may not" in name:
        return
    share = trial.number // len(names) % _SHARE
    for words in [*_COMMANDS, *replaced(rng)][share::_SHARE]:
        line = [word.replace("@", place) for word in words]
        if "\ud800" in place:
            line = [word.replace("\ud800", "\udcff") for word in line]
        ended = server.run(folder, *line)
        judge(trial, ended)
        computed = words[:2] == ("run", "tall.yaml") and not {"--at", "--resume"} & set(words)
        for made in ("r", "sw"):
            shutil.rmtree(folder / made, ignore_errors=True)
        # what is refused before anything is solved is refused in other words
        failed = ended.code == 1 or (ended.code == 2 and "cannot" in ended.err)
        if computed and failed and "score" not in ended.out:
            said = ended.err[:200]
            trial.add("lost", f"{' '.join(line)[:120]}: plans were not printed: {said}")
    if snapshot(folder / "sound") != before and place != "sound":
        trial.add("lost", "the sound result was changed")
    for base, folders, files in os.walk(folder):
        for inner in folders:
            if not Path(base, inner).is_symlink():
                Path(base, inner).chmod(0o755)
        for left in [*folders, *files]:
            # implicit solves are kept
            if left.startswith(".") and ".optimise" not in (left, Path(base).name):
                trial.add("left", f"{left[:60]} in {Path(base).name}")
    judge_result(trial, folder / "r", missing=True)
