"""What is compared with what: two scenarios or results, or those of two folders by their names."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from optimiser import paths
from optimiser.errors import Diagnostic, OptimiseError, ScenarioError, UsageError
from optimiser.language import tr
from optimiser.results import Result
from optimiser.results.places import RESULT_FILE, is_result
from optimiser.results.store import run_folders
from optimiser.scenario import library
from optimiser.session.obtaining import Obtained, obtained
from optimiser.session.outputs import inputs_of, of_result
from optimiser.session.repairing import TypedScenario
from optimiser.session.request import Request, open_scenario
from optimiser.session.revisions import checked_out, revision_of
from optimiser.session.scenario_folders import ENDINGS, is_folder, nothing_in, scenario_files

if TYPE_CHECKING:
    from optimiser.engine import Progress
    from optimiser.scenario import Scenario

__all__ = [
    "Opened",
    "Side",
    "SidePair",
    "opened",
    "paired",
    "solved",
]


@dataclass(frozen=True)
class Side:
    """A scenario or a result.

    Attributes:
        label: how messages call it.
        path: where it is; elsewhere than it is called where it is of a revision.
        root: how ``path`` begins in the place of ``label``, where that is elsewhere: what is there,
            and what is said.
    """

    label: str
    path: str
    root: tuple[str, str] = ("", "")

    def told(self, text: str, /) -> str:
        """A text with the files in it as messages call them."""
        here, said = self.root
        return text.replace(here, said) if here else text

    def found(self, diagnostic: Diagnostic, /) -> Diagnostic:
        """A finding about it, the same way."""
        file, message = self.told(diagnostic.file), self.told(diagnostic.message)
        return replace(diagnostic, file=file, message=message)


@dataclass(frozen=True)
class SidePair:
    """Two that are compared; one of them is None where the other is new, or gone."""

    base: Side | None
    new: Side | None
    folders: bool = False

    @property
    def members(self) -> tuple[Side, ...]:
        """Those that are there."""
        return tuple(one for one in (self.base, self.new) if one is not None)


@dataclass(frozen=True, eq=False)
class Opened:
    """A member that was read, and, where it is a scenario, not yet solved.

    Attributes:
        member: which.
        result: the saved one.
        scenario: the one that was read.
        findings: warnings about that.
        error: why there is neither.
        began: when it began to be read, of the monotonic clock.
        typed: the same scenario with the places of what is written in it.
        inputs: the files that were read.
    """

    member: Side
    result: Result | None = None
    scenario: Scenario | None = None
    findings: tuple[Diagnostic, ...] = ()
    error: OptimiseError | None = None
    began: float = 0.0
    typed: TypedScenario | None = field(default=None, repr=False)
    inputs: tuple[Path, ...] = field(default=(), repr=False)

    @property
    def of(self) -> Scenario | None:
        """The scenario that it is, or is a result of."""
        return self.scenario if self.result is None else self.result.scenario

    def place(self, path: tuple[str | int, ...] = (), /) -> tuple[str, int]:
        """The file, as messages call it, and the line in which a value is written; the line is 0
        where that is not known.
        """
        if path and self.typed is not None:
            file, _, line = self.typed.place(path).rpartition(":")
            if line.isdigit() and line != "0":
                return self.member.told(file), int(line)
        return ("" if self.of is None else self.member.told(self.of.file)), 0


@contextlib.contextmanager
def paired(base: str, news: Sequence[str], /, *, whole: bool = False) -> Iterator[list[SidePair]]:
    """What is compared with what, while this lasts: folders by the names of the files in them.

    Args:
        base: a scenario, a result, or a folder of them; of a revision where it is ``REV:PATH``.
        news: as many as there are to be compared with it.
        whole: whether scenarios may be made of files outside of their folder.

    Raises:
        UsageError: a folder is compared with what is none, or holds nothing; or a revision cannot
            be had.
    """
    revisions = {text: revision_of(text) for text in (base, *news)}
    wanted = [one for one in revisions.values() if one is not None]
    with checked_out(wanted, whole=whole) as places:
        there = dict(zip((one.text for one in wanted), places, strict=True))
        sides = [_side(text, there.get(text)) for text in (base, *news)]
        for text, side in zip(news, sides[1:], strict=True):
            if isinstance(side, Side) != isinstance(sides[0], Side):
                raise UsageError(
                    tr("of {base} and {new} one is a folder", base=base, new=text),
                    help=tr("compare two folders, or a file with a file"),
                )
        yield [pair for side in sides[1:] for pair in _pairs(sides[0], side)]


def _pairs(
    base: Side | Mapping[str, Side], new: Side | Mapping[str, Side], /
) -> Iterator[SidePair]:
    if isinstance(base, Side) and isinstance(new, Side):
        yield SidePair(base, new)
    elif not isinstance(base, Side) and not isinstance(new, Side):
        for name in sorted({**base, **new}):
            yield SidePair(base.get(name), new.get(name), folders=True)


def _side(text: str, place: Path | None, /) -> Side | Mapping[str, Side]:
    """What one of the paths stands for: one thing, or by name all that a folder holds."""
    here = text if place is None else str(place)
    if not is_folder(here) or paths.kind(Path(here, RESULT_FILE)) is not None:
        said = text.removesuffix(Path(text).name)
        if place is not None:
            return Side(text, here, (f"{place.parent}{os.sep}", said))
        of_library = library().get(text)
        # its files are told without the folder of this program
        return Side(text, here, (f"{of_library.parent}{os.sep}", "") if of_library else ("", ""))
    folder = Path(here)
    inside = scenario_files(folder)[0] or run_folders(folder)
    if not inside:
        raise nothing_in(text)
    said = text if text.endswith(("/", ":")) else f"{text}/"
    root = ("", "") if place is None else (f"{place}{os.sep}", said)
    names = [_name(path, folder) for path in inside]
    return {
        # a.yaml beside a.yml
        path.relative_to(folder).as_posix() if names.count(name) > 1 else name: Side(
            str(path) if place is None else said + path.relative_to(folder).as_posix(),
            str(path),
            root,
        )
        for name, path in zip(names, inside, strict=True)
    }


def _name(path: Path, folder: Path, /) -> str:
    """What pairs are found by: ``north/plant`` of ``plans/north/plant.yaml``."""
    inside = path.relative_to(folder)
    return (inside.with_suffix("") if inside.suffix in ENDINGS else inside).as_posix()


def opened(member: Side, request: Request, /) -> Opened:
    """A member that was read; what is wrong with it is kept, since there is more to tell."""
    with paths.seeing() as seen:
        found = _opened(member, request)
    return replace(found, inputs=(Path(member.path), *seen, *_inputs(found)))


def _inputs(found: Opened, /) -> tuple[Path, ...]:
    """The files of a result, and those that its scenario was read from."""
    if found.result is None:
        return ()
    return (*of_result(found.member.path), *inputs_of(found.result.scenario))


def _opened(member: Side, request: Request, /) -> Opened:
    began = time.monotonic()
    try:
        if is_result(member.path):
            return Opened(member, Result.load(member.path), began=began)
        scenario, findings = open_scenario(member.path, request, began=began, or_result=True)
    except OptimiseError as error:
        return Opened(member, error=_told(error, member))
    if scenario.files and ":" in member.label:
        file = member.told(scenario.files[0].as_posix())
        scenario = scenario.traced(scenario.sources, files=scenario.files, file=file)
    return Opened(
        member,
        scenario=scenario,
        findings=tuple(map(member.found, findings)),
        began=began,
        typed=TypedScenario(member.path, request),
    )


def _told(error: OptimiseError, member: Side, /) -> OptimiseError:
    message, help = member.told(error.message), member.told(error.help)
    if isinstance(error, ScenarioError):
        findings = tuple(map(member.found, error.diagnostics))
        return ScenarioError(message, help=help, diagnostics=findings)
    return type(error)(message, help=help)


def solved(
    one: Opened, request: Request, /, *, on_progress: Callable[[Progress], None] | None = None
) -> Obtained:
    """The result of a member, saved, or solved now or before.

    Raises:
        OptimiseError: there is none, which reading it has shown, or solving it.
    """
    if one.error is not None:
        raise one.error
    if one.result is not None:
        return Obtained(one.result)
    assert one.scenario is not None
    return obtained(one.scenario, one.findings, request, began=one.began, on_progress=on_progress)
