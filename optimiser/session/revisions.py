"""Scenarios as a revision of a git repository has them, without a second checkout: ``main:plans``.

What is asked for is written into a temporary folder with an index of its own, so that line ends
and filters are those of a checkout, and neither the repository nor its working tree is touched.
"""

from __future__ import annotations

import contextlib
import os
import posixpath
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from optimiser import paths
from optimiser.errors import UsageError
from optimiser.language import tr
from optimiser.scenario import library

__all__ = ["Revision", "checked_out", "revision_of"]

#: what a scenario can be made of; a repository may hold much else
_ENDINGS: Final = (".yaml", ".yml", ".json", ".csv", ".tsv", ".txt", ".xlsx", ".gitattributes")
_LINKS: Final = b"120000"
_FILE: Final = b"100"
_MOST_BYTES: Final = 10 * 1024 * 1024  # of a file that a scenario is read from


@dataclass(frozen=True)
class Revision:
    """A path in a revision, as it was typed.

    Attributes:
        text: all of it.
        name: the revision.
        path: from the top of the repository, or, if it begins with ``./``, from here.
    """

    text: str
    name: str
    path: str


def revision_of(text: str, /) -> Revision | None:
    """``main:plans`` as a revision and a path; None where it is a path or a library name.

    >>> revision_of("main:plans")
    Revision(text='main:plans', name='main', path='plans')
    >>> revision_of("plans"), revision_of(r"C:\\plans")
    (None, None)
    """
    name, colon, path = text.partition(":")
    # a single letter is a drive of Windows
    if not colon or len(name) < 2 or text in library() or paths.kind(text) is not None:
        return None
    return Revision(text, name, path)


@contextlib.contextmanager
def checked_out(wanted: Sequence[Revision], /, *, whole: bool = False) -> Iterator[list[Path]]:
    """Where each of these is, while this lasts.

    Args:
        wanted: revisions with paths.
        whole: whether a scenario may be made of files outside of its folder.

    Raises:
        UsageError: there is no git, no repository, no such revision, or no such path in it.
    """
    with contextlib.ExitStack() as folders:
        found = []
        for one in wanted:
            folder = folders.enter_context(tempfile.TemporaryDirectory(prefix="optimise-"))
            found.append(_written(one, Path(folder).resolve(), whole=whole))
        yield found


def _written(wanted: Revision, folder: Path, /, *, whole: bool) -> Path:
    git = _Git.here(wanted)
    commit = git.commit(wanted)
    path = _path_in(wanted, git.prefix)
    kind = git.kind(commit, path)
    if kind not in ("tree", "blob"):
        beside = posixpath.normpath(posixpath.join(git.prefix, wanted.path))
        near = git.prefix and git.kind(commit, beside) in ("tree", "blob")
        raise UsageError(
            tr("there is no '{path}' in {revision}", path=path or ".", revision=wanted.name),
            help=tr("from this folder it is {text}", text=f"{wanted.name}:./{wanted.path}")
            if near
            else tr("name a path from the top of the repository, as git does: main:scenarios"),
        )
    inside = "" if whole else path if kind == "tree" else posixpath.dirname(path)
    tree = Path(tempfile.mkdtemp(dir=folder))
    git.write(commit, inside, tree)
    return tree / path


def _path_in(wanted: Revision, prefix: str) -> str:
    """The path from the top of the repository; empty for the top itself."""
    text = wanted.path
    if text.startswith(("./", "../")) or text in (".", ".."):
        text = posixpath.join(prefix, text)
    found = posixpath.normpath(text) if text else "."
    if found.startswith(("/", "..")):
        raise UsageError(
            tr("'{path}' is not in the repository", path=wanted.path),
            help=tr("name a path from the top of the repository, as git does: main:scenarios"),
        )
    return "" if found == "." else found


@dataclass(frozen=True)
class _Git:
    """The repository around the working folder.

    Attributes:
        folder: where it keeps what it has.
        prefix: the working folder, from the top of it.
    """

    folder: str
    prefix: str

    @classmethod
    def here(cls, wanted: Revision) -> _Git:
        done = _asked("rev-parse", "--absolute-git-dir")
        if done.returncode:
            raise UsageError(
                tr(
                    "there is no file '{text}', and no git repository here: {reason}",
                    text=wanted.text,
                    reason=_said(done),
                ),
                help=tr("name a file or folder, or change into the repository"),
            )
        prefix = _asked("rev-parse", "--show-prefix").stdout
        return cls(os.fsdecode(done.stdout).rstrip("\n"), os.fsdecode(prefix).rstrip("\n"))

    def commit(self, wanted: Revision) -> str:
        revision = f"{wanted.name}^{{commit}}"
        done = _asked("rev-parse", "--verify", "--quiet", "--end-of-options", revision)
        if done.returncode or not done.stdout.strip():
            raise UsageError(
                tr(
                    "there is no file '{text}', and no revision '{revision}'",
                    text=wanted.text,
                    revision=wanted.name,
                ),
                help=tr(
                    "name a branch, a tag or a commit that is here; a shallow clone has few: "
                    "git fetch origin {revision}",
                    revision=wanted.name,
                ),
            )
        return os.fsdecode(done.stdout).strip()

    @staticmethod
    def kind(commit: str, path: str) -> str:
        """What is at a path: tree, blob, or nothing."""
        return os.fsdecode(_asked("cat-file", "-t", f"{commit}:{path}").stdout).strip()

    def write(self, commit: str, inside: str, tree: Path) -> None:
        """Write the files below a folder of a commit that a scenario can be made of."""
        own = [] if not inside else ["--", inside]
        listing = _asked(
            "ls-tree", "-r", "-z", "-l", "--full-tree", commit, *own, literal=True
        ).stdout
        names = []
        for entry in filter(None, listing.split(b"\0")):
            described, _, name = entry.partition(b"\t")
            mode, _, _, size = described.split()
            small = size.isdigit() and int(size) <= _MOST_BYTES
            if mode == _LINKS or (
                mode.startswith(_FILE) and small and os.fsdecode(name).lower().endswith(_ENDINGS)
            ):
                names.append(name)
        place = ("--git-dir", self.folder, "--work-tree", str(tree))
        index = {"GIT_INDEX_FILE": str(tree.with_name("index"))}
        for command, given in (
            (("read-tree", "--no-sparse-checkout", commit), None),
            (("checkout-index", "-z", "-f", "-q", "--stdin"), b"\0".join([*names, b""])),
        ):
            done = _asked(*place, *command, given=given, environment=index, folder=tree)
            if done.returncode:
                raise UsageError(
                    tr("git cannot write {commit}: {reason}", commit=commit, reason=_said(done)),
                    help=tr("see what git fsck says, or name a folder instead"),
                )


def _asked(
    *words: str,
    given: bytes | None = None,
    environment: dict[str, str] | None = None,
    folder: Path | None = None,
    literal: bool = False,
) -> subprocess.CompletedProcess[bytes]:
    """What git answers, whatever its user set: no hook is run, nothing is asked back, and nothing
    in the repository is written.
    """
    settings = ("core.hooksPath=/dev/null", "core.splitIndex=false", "core.fsmonitor=false")
    said = [part for setting in settings for part in ("-c", setting)]
    own = {
        "LC_ALL": "C",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_LITERAL_PATHSPECS": "1" if literal else "0",
    }
    try:
        return subprocess.run(
            ["git", *said, *words],
            input=given if given is not None else b"",
            env={**os.environ, **own, **(environment or {})},
            cwd=folder,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        raise UsageError(
            tr("there is no git here"), help=tr("install it, or name a file or folder")
        ) from None


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    """The first line of what git said against it."""
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[0].removeprefix("fatal: ") if lines else tr("no reason is given")
