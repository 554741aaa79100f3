"""Several comparisons in one call: one pair after the other, and what came of each, whether it
could be compared or not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optimiser.analysis import gate_verdicts, records
from optimiser.analysis.scenario_changes import scenario_changes
from optimiser.errors import OptimiseError, ScenarioError
from optimiser.language import tr
from optimiser.session.obtaining import Obtained
from optimiser.session.pairing import Opened, Side, SidePair, opened, solved
from optimiser.session.request import Request
from optimiser.session.requirements import Required, shortfalls

if TYPE_CHECKING:
    from optimiser.analysis.gate_verdicts import Judged
    from optimiser.engine import Progress
    from optimiser.scenario.format.gates import Gate

__all__ = ["Compared", "ComparisonRequest", "compared", "inputs", "opened_all"]


@dataclass(frozen=True)
class ComparisonRequest:
    """What is asked of each comparison.

    Attributes:
        request: of the runs of scenarios.
        gates: of the caller.
        strict: whether a gate that is not decided fails.
        require: the proof that is asked of both sides.
    """

    request: Request
    gates: Sequence[Gate] = ()
    strict: bool = False
    require: Required | None = None


@dataclass(frozen=True, eq=False)
class Compared:
    """What came of a pair.

    Attributes:
        pair: which.
        record: for other programs.
        sides: the two results; none where they are not compared.
        judged: the comparison and its gates; None where there is none.
        errors: what was wrong, a required proof that is missing included.
    """

    pair: SidePair
    record: dict[str, Any]
    sides: tuple[Obtained, ...] = ()
    judged: Judged | None = None
    errors: tuple[OptimiseError, ...] = ()

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C ended the run of a side."""
        return any(one.interrupted for one in self.sides)


def opened_all(pairs: Sequence[SidePair], request: Request, /) -> dict[Side, Opened]:
    """Everything that is compared, read before any of it is solved."""
    members = dict.fromkeys(member for pair in pairs for member in pair.members)
    return {member: opened(member, request) for member in members}


def inputs(found: dict[Side, Opened], /) -> list[Path]:
    """The files that all of it was read from."""
    return [file for one in found.values() for file in one.inputs]


def compared(
    pairs: Sequence[SidePair],
    read: dict[Side, Opened],
    asked: ComparisonRequest,
    /,
    *,
    on_progress: Callable[[Progress], None] | None = None,
) -> Iterator[Compared]:
    """Compare pair after pair; one that cannot be compared is no obstacle to the others.

    Args:
        pairs: what belongs together.
        read: what :func:`opened_all` gave.
        asked: of each.
        on_progress: called now and then with how far a run is.
    """
    known: dict[Side, Obtained] = {}
    for pair in pairs:
        own = replace(
            asked, gates=[one for one in asked.gates if _concerns(one, pair, pairs, read)]
        )
        found = _compared(pair, read, known, own, on_progress)
        yield found
        if found.interrupted:
            return
        if pair.folders:
            known.clear()  # nobody asks for them again


def _concerns(
    gate: Gate, pair: SidePair, pairs: Sequence[SidePair], read: Mapping[Side, Opened]
) -> bool:
    """Whether a gate of the caller is for this pair: scenarios of a folder need not all have the
    objective or the plan that it names, but one of them must.
    """
    return not gate.subject or _has(read, pair, gate) or not any(_has(read, p, gate) for p in pairs)


def _has(read: Mapping[Side, Opened], pair: SidePair, gate: Gate) -> bool:
    """Whether BASE has what a gate names."""
    scenario = None if pair.base is None else read[pair.base].of
    if scenario is None:
        return False
    return gate.subject in (scenario.objectives if gate.metric == "best" else scenario.plans)


def _labelled(error: OptimiseError, pair: SidePair) -> OptimiseError:
    """An error that says which of many pairs it is about; findings have their places."""
    if not pair.folders or (isinstance(error, ScenarioError) and error.diagnostics):
        return error
    name = "" if pair.new is None else pair.new.label
    return type(error)(tr("{label}: {words}", label=name, words=error.message), help=error.help)


def _compared(
    pair: SidePair,
    read: dict[Side, Opened],
    known: dict[Side, Obtained],
    asked: ComparisonRequest,
    on_progress: Callable[[Progress], None] | None,
) -> Compared:
    names = [None if member is None else member.label for member in (pair.base, pair.new)]
    sides = [read[member] for member in pair.members]
    place = sides[-1].place()[0]
    errors = list(dict.fromkeys(one.error for one in sides if one.error is not None))
    if len(sides) < 2 or errors:
        record = records.of_unpaired(names[0], names[1], errors=errors, file=place)
        return Compared(pair, record, errors=tuple(_labelled(one, pair) for one in errors))
    results: list[Obtained] = []
    try:
        for one in sides:
            if one.member not in known:
                known[one.member] = _same_as(results, one) or solved(
                    one, asked.request, on_progress=on_progress
                )
            results.append(known[one.member])
        base, new = (one.result for one in results)
        judged = gate_verdicts.compare_all(base, [new], asked.gates, strict=asked.strict)[0]
    except OptimiseError as error:
        record = records.of_unpaired(names[0], names[1], errors=[error], file=place)
        return Compared(pair, record, tuple(results), errors=(_labelled(error, pair),))
    record = records.of_comparison(
        str(names[0]),
        str(names[1]),
        judged,
        places=[_gate_place(sides[1], verdict.gate) for verdict in judged.verdicts],
        changes=scenario_changes(
            base.scenario,
            new.scenario,
            before=sides[0].place,
            now=sides[1].place,
        ),
    )
    record["unchanged"] = pair.folders and _unchanged(results, judged)
    lacking = (
        shortfalls(
            zip(map(str, names), (base, new), strict=True), asked.require, gap=asked.request.gap
        )
        if asked.require
        else ()
    )
    return Compared(pair, record, tuple(results), judged, lacking)


def _unchanged(sides: Sequence[Obtained], judged: Judged) -> bool:
    """Whether both are one scenario, and no gate says anything against it."""
    return (
        all(verdict.outcome == "pass" for verdict in judged.verdicts)
        and len({one.result.scenario.scenario_hash for one in sides}) == 1
        and not any(one.result.front.proof.stopped for one in sides)
    )


def _same_as(before: Sequence[Obtained], one: Opened) -> Obtained | None:
    """The result of the other side, where both are one scenario: it is solved once."""
    for other in before:
        scenario = one.scenario
        if scenario is None or other.result.front.proof.stopped:
            continue
        if other.base is None and scenario.scenario_hash == other.result.scenario.scenario_hash:
            result = replace(other.result, scenario=scenario)
            return replace(other, result=result, findings=one.findings)
    return None


def _gate_place(new: Opened, gate: str) -> tuple[str, int]:
    """Where a gate is told: at its line in NEW, else at what it is about."""
    scenario = new.of
    if scenario is None:
        return "", 0
    own = [text.strip() for text in scenario.gates]
    metric, _, rest = gate.partition(".")
    subject = rest.partition(":")[0]
    section = {"best": "objectives", "plan": "plans"}.get(metric)
    if gate in own:
        return new.place(("gates", own.index(gate)))
    return new.place(() if section is None else (section, subject))
