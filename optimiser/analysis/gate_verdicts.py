"""Gates: conditions on a comparison that decide an exit code."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from optimiser.analysis.comparing import compare, repetitions
from optimiser.analysis.measure_words import measure_words, number_words
from optimiser.analysis.settling import SETTLING
from optimiser.errors import GateError, ScenarioError, UsageError
from optimiser.scenario import nearest
from optimiser.scenario.format.gates import Gate, parse_gate

if TYPE_CHECKING:
    from optimiser.analysis.comparing import Comparison
    from optimiser.analysis.measures import Measure
    from optimiser.results import Result

__all__ = [
    "Judged",
    "Outcome",
    "Verdict",
    "compare_all",
    "enforce",
    "failures",
    "judge",
    "read_gates",
]


Outcome = Literal["pass", "fail", "not proven"]


@dataclass(frozen=True)
class Verdict:
    """What a gate says of a comparison.

    Attributes:
        gate: as it was written.
        outcome: whether NEW is no worse than tolerated whatever the true values are, worse whatever
            they are, or neither is proven.
        strict: whether what is not proven fails.
        message: the values it rests on.
        noise: whether the difference is within what other seeds give.
    """

    gate: str
    outcome: Outcome
    message: str
    strict: bool = False
    noise: bool = False

    @property
    def passed(self) -> bool:
        """Whether the gate lets NEW through."""
        return self.outcome == "pass" or (self.outcome == "not proven" and not self.strict)


@dataclass(frozen=True, eq=False)
class Judged:
    """A comparison, and what each gate says of it."""

    comparison: Comparison
    verdicts: tuple[Verdict, ...]


def compare_all(
    base: Result,
    news: Sequence[Result],
    gates: Sequence[Gate],
    /,
    *,
    strict: bool = False,
    seconds: float = SETTLING,
) -> tuple[Judged, ...]:
    """Set several results against BASE, each with ``gates``, BASE's own and its own.

    Args:
        base: what is compared with.
        news: what is judged.
        gates: of the caller.
        strict: whether a gate that is not decided fails.
        seconds: that may be spent on plans of BASE of which it is not known whether they are lost.

    Raises:
        ScenarioError: the objectives differ, or a gate names something that is not there.
    """
    again = repetitions(base)
    found = []
    for new in news:
        comparison = compare(base, new, repeats=(again, repetitions(new)), seconds=seconds)
        asked = read_gates(
            [*(gate.text for gate in gates), *base.scenario.gates, *new.scenario.gates]
        )
        found.append(
            Judged(comparison, tuple(judge(gate, comparison, strict=strict) for gate in asked))
        )
    return tuple(found)


def read_gates(texts: Iterable[str], /) -> tuple[Gate, ...]:
    """Gates from their texts, each once.

    Raises:
        ScenarioError: one of them is no gate.
    """
    found = []
    for text in dict.fromkeys(text.strip() for text in texts):
        try:
            found.append(parse_gate(text))
        except ValueError as error:
            raise ScenarioError(
                f"gate '{text}': {error}", help="write METRIC:THRESHOLD, for example hypervolume:1%"
            ) from None
    return tuple(found)


def enforce(judged: Iterable[Judged], /) -> None:
    """Insist on every gate.

    Raises:
        GateError: one or more failed.
    """
    for error in failures(judged):
        raise error


def failures(judged: Iterable[Judged], /) -> tuple[GateError, ...]:
    """The error that the gates which let nothing through make together, if there are any."""
    stopped = [verdict for one in judged for verdict in one.verdicts if not verdict.passed]
    parts = []
    for outcome, words in (("fail", "failed"), ("not proven", "not proven (--strict)")):
        names = [verdict.gate for verdict in stopped if verdict.outcome == outcome]
        if names:
            parts.append(
                f"{len(names)} {'gate' if len(names) == 1 else 'gates'} {words}: "
                f"{', '.join(dict.fromkeys(names))}"
            )
    help = "compare shows which plans and values changed; where that is meant, compare with it"
    return (GateError("; ".join(parts), help=help),) if parts else ()


def judge(gate: Gate, comparison: Comparison, /, *, strict: bool = False) -> Verdict:
    """Hold a gate against a comparison.

    Args:
        gate: what is tolerated.
        comparison: of two results.
        strict: whether what is not proven fails.

    Raises:
        ScenarioError: it names an objective or a reference plan that is not there.
    """
    if gate.metric == "plan":
        verdict = _judge_reference(gate, comparison)
    elif gate.metric == "top":
        verdict = _judge_top(gate, comparison)
    else:
        verdict = _judge_measure(gate, _measure(gate, comparison))
    return replace(verdict, strict=strict)


def _judge_top(gate: Gate, comparison: Comparison, /) -> Verdict:
    base, new = comparison.top
    words = f"best rank: {', '.join(base)}; now {', '.join(new)}"
    if not all(comparison.exact):
        sides = " and ".join(
            side for side, exact in zip(("BASE", "NEW"), comparison.exact, strict=True) if not exact
        )
        return Verdict(
            gate.text,
            "not proven",
            f"{words}; {sides} {'is' if len(sides) < 5 else 'are'} not complete on exact ground",
        )
    return Verdict(gate.text, "pass" if set(base) & set(new) else "fail", words)


def _measure(gate: Gate, comparison: Comparison, /) -> Measure:
    if gate.metric == "best":
        if gate.subject not in comparison.best:
            raise _unknown(gate, "objective", comparison.best)
        return comparison.best[gate.subject]
    whole = {
        "hypervolume": comparison.hypervolume,
        "epsilon": comparison.epsilon,
        "lost-plans": comparison.lost_plans,
    }
    return whole[gate.metric]


def _judge_measure(gate: Gate, measure: Measure, /) -> Verdict:
    if gate.threshold is None:
        raise UsageError(
            f"gate '{gate.text}' needs a threshold", help=f"write it as '{gate.text}:1%'"
        )
    if measure.unlike:
        return Verdict(gate.text, "fail", f"{measure.unlike}: unlike units cannot be compared")
    threshold = Fraction(gate.threshold)
    low, high = measure.excess(threshold, gate.relative)
    outcome: Outcome = "fail" if low > 0 else "pass" if high <= 0 else "not proven"
    words = (
        f"{measure_words(gate.metric, measure)}; {_tolerated(threshold, gate, measure)} worse is "
        "tolerated"
    )
    noise = outcome == "not proven" and Fraction(0) < measure.listed <= measure.noise
    if outcome == "not proven" and measure.noise > 0:
        words += f"; other seeds differ by {number_words(measure.noise)}"
    return Verdict(gate.text, outcome, words, noise=noise)


def _tolerated(threshold: Fraction, gate: Gate, measure: Measure, /) -> str:
    """How much, as a number where that is known."""
    if not gate.relative:
        return number_words(threshold)
    ends = (
        measure.base_known if measure.reference is None else (measure.reference, measure.reference)
    )
    if threshold and any(map(math.isinf, ends)):
        return f"{number_words(threshold * 100)} %"
    texts = [number_words(threshold * abs(Fraction(end))) if threshold else "0" for end in ends]
    return texts[0] if texts[0] == texts[1] else f"{number_words(threshold * 100)} %"


def _judge_reference(gate: Gate, comparison: Comparison, /) -> Verdict:
    for side, plans in (("BASE", comparison.references[0]), ("NEW", comparison.references[1])):
        if gate.subject not in plans:
            raise _unknown(gate, f"reference plan of {side}", plans)
    before, now = (plans[gate.subject] for plans in comparison.references)
    words = f"{gate.subject}: {before}; now {now}"
    if "within tolerance" in (before, now):
        return Verdict(
            gate.text, "not proven", f"{words}; what holds within tolerance only takes no part"
        )
    if gate.event == "infeasible":
        return Verdict(gate.text, "fail" if now == "infeasible" != before else "pass", words)
    unknown = ("listed", "not known to be dominated")
    if before == "dominated" or (now != "dominated" and now not in unknown):
        return Verdict(gate.text, "pass", words)
    return Verdict(
        gate.text, "not proven" if now in unknown or before in unknown else "fail", words
    )


def _unknown(gate: Gate, what: str, known: Iterable[str], /) -> ScenarioError:
    names = list(known)
    near = nearest(gate.subject, names)
    hint = f"did you mean '{near}'? " if near else ""
    return ScenarioError(
        f"gate '{gate.text}': '{gate.subject}' is no {what}",
        help=f"{hint}known: {', '.join(names) or 'none'}",
    )
