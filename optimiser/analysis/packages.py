"""What has to be adopted with a technology: the smallest set of others that its prerequisites ask
for.

Everything that ``requires`` names comes with it, and what that requires. Of each list of
``requires_any`` one member comes: the choice with the fewest technologies in all, of equally small
ones the first as the file lists them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from optimiser.scenario.format.phases import Timing, timing

if TYPE_CHECKING:
    from optimiser.scenario import Scenario
    from optimiser.scenario.format.schema import Technology

__all__ = ["Package", "conflicts", "package", "started"]

# Lists of alternatives branch; so many partial choices are looked at, which is far more than
# scenarios written by hand need.
_MOST_CHOICES: Final = 20_000

Modes = dict[str, str]


@dataclass(frozen=True)
class Package:
    """A technology in one mode, and what comes with it.

    Attributes:
        cells: technology -> cell, the technology itself first; one entry where it needs nothing.
        chosen: member -> the alternatives it was chosen from.
        possible: whether no two of them exclude one another, and each can start early enough.
    """

    cells: Mapping[str, str]
    chosen: Mapping[str, tuple[str, ...]]
    possible: bool = True


def package(scenario: Scenario, name: str, mode: str, /) -> Package:
    """A technology with the smallest set of technologies that it needs.

    Args:
        scenario: the scenario.
        name: the technology.
        mode: its cell: ``1``, a level or an amount.
    """
    best: tuple[Modes, dict[str, tuple[str, ...]]] | None = None
    stack: list[tuple[Modes, dict[str, tuple[str, ...]]]] = [({name: mode}, {})]
    looked = 0
    while stack and looked < _MOST_CHOICES:
        modes, chosen = stack.pop()
        looked += 1
        closed = _closed(scenario, modes)
        if closed is None or (best is not None and len(closed) >= len(best[0])):
            continue
        lists = next(_open_lists(scenario, closed), None)
        if lists is None:
            if not any(conflicts(scenario, closed)):
                best = closed, chosen
            continue
        # The last one pushed is looked at first: the order of the file among equally small choices.
        for member in reversed(lists):
            owner, level = _parts(scenario, member)
            stack.append(({**closed, owner: level}, {**chosen, member: lists}))
    if best is None:
        closed = _closed(scenario, {name: mode}) or {name: mode}
        return Package(_in_order(scenario, name, closed), {}, possible=False)
    cells = _in_order(scenario, name, best[0])
    return (
        Package(cells, best[1])
        if _in_time(scenario, cells)
        else Package(cells, best[1], possible=False)
    )


def started(scenario: Scenario, cells: Mapping[str, str], /) -> dict[str, str]:
    """The cells with the earliest phase in which each can start, after what it needs; without
    phases as they are.
    """
    if not scenario.phases:
        return dict(cells)
    names = [phase.name for phase in scenario.phases]
    starts = _starts(scenario, cells)
    return {
        name: f"{cell}@{names[min(starts[name], len(names) - 1)]}" for name, cell in cells.items()
    }


def conflicts(scenario: Scenario, cells: Mapping[str, str], /) -> Iterator[tuple[str, str]]:
    """Pairs of adopted technologies that exclude one another."""
    for name in cells:
        for other in scenario.technologies[name].excludes:
            if _adopts(cells, other):
                yield name, other


def _adopts(cells: Mapping[str, str], member: str) -> bool:
    owner, _, level = member.partition(".")
    return owner in cells and (not level or cells[owner] == level)


def _closed(scenario: Scenario, modes: Modes) -> Modes | None:
    """With everything that is required without a choice; None where two modes of one technology
    are.
    """
    closed, waiting = dict(modes), list(modes)
    while waiting:
        for requirement in scenario.technologies[waiting.pop()].requires:
            member = str(requirement)
            if _adopts(closed, member):
                continue
            owner, level = _parts(scenario, member)
            if owner in closed:
                return None
            closed[owner] = level
            waiting.append(owner)
    return closed


def _open_lists(scenario: Scenario, cells: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """The alternatives of which none is adopted, without those that would need another mode of an
    adopted technology.
    """
    for name in cells:
        for members in scenario.technologies[name].requires_any:
            if not any(_adopts(cells, member) for member in members):
                yield tuple(member for member in members if member.partition(".")[0] not in cells)


def _parts(scenario: Scenario, member: str) -> tuple[str, str]:
    """The technology of a member and the cell that adopts it: the level it names, else the first,
    or the smallest amount.
    """
    owner, _, level = member.partition(".")
    return owner, level or _first_mode(scenario, scenario.technologies[owner])


def _first_mode(scenario: Scenario, technology: Technology) -> str:
    if technology.levels:
        return next(iter(technology.levels))
    if technology.scale is None:
        return "1"
    value = scenario.number(technology.scale.min)
    return str(value.numerator) if value.denominator == 1 else repr(float(value))


def _in_order(scenario: Scenario, name: str, modes: Modes) -> dict[str, str]:
    others = modes.keys() - {name}
    if len(others) > 1:
        place = {other: i for i, other in enumerate(scenario.technologies)}
        return {name: modes[name], **{o: modes[o] for o in sorted(others, key=place.__getitem__)}}
    return {name: modes[name], **{other: modes[other] for other in others}}


def _starts(scenario: Scenario, cells: Mapping[str, str]) -> dict[str, int]:
    """The earliest phase of each, as a position; beyond the last where there is none."""
    starts = {name: _timing(scenario, name, cell).earliest for name, cell in cells.items()}
    for _ in cells:
        before = dict(starts)
        for name in cells:
            technology = scenario.technologies[name]
            for requirement in technology.requires:
                owner = requirement.technology.partition(".")[0]
                if owner in starts:
                    starts[name] = max(
                        starts[name], starts[owner] + int(scenario.number(requirement.lead))
                    )
            for members in technology.requires_any:
                first = min(
                    (starts[m.partition(".")[0]] for m in members if _adopts(cells, m)), default=0
                )
                starts[name] = max(starts[name], first)
        if before == starts:
            break
    return starts


def _in_time(scenario: Scenario, cells: Mapping[str, str]) -> bool:
    if not scenario.phases:
        return True
    starts = _starts(scenario, cells)
    return all(starts[name] <= _timing(scenario, name, cell).latest for name, cell in cells.items())


def _timing(scenario: Scenario, name: str, cell: str) -> Timing:
    technology = scenario.technologies[name]
    return timing(
        technology,
        technology.levels.get(cell),
        {phase.name: i for i, phase in enumerate(scenario.phases)},
    )
