"""Gates: conditions on a comparison that decide an exit code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from optimiser.errors import GateError, ScenarioError, UsageError
from optimiser.scenario import nearest
from optimiser.scenario.gates import Gate, parse_gate

if TYPE_CHECKING:
    from optimiser.analysis.comparing import Comparison, Judged
    from optimiser.analysis.measures import Measure

__all__ = ["Verdict", "enforce", "judge", "read_gates"]


@dataclass(frozen=True)
class Verdict:
    """What a gate says of a comparison.

    Attributes:
        gate: as it was written.
        passed: whether NEW is no worse than tolerated.
        noise: whether the difference is within what other seeds give, and so decides nothing.
        message: the values it rests on.
    """

    gate: str
    passed: bool
    noise: bool
    message: str


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
            raise ScenarioError(f"gate '{text}': {error}", help="write METRIC:THRESHOLD, for example hypervolume:1%") from None
    return tuple(found)


def enforce(judged: Iterable[Judged], /) -> None:
    """Insist on every gate.

    Raises:
        GateError: one or more failed.
    """
    failed = [verdict for one in judged for verdict in one.verdicts if not verdict.passed]
    if failed:
        names = ", ".join(dict.fromkeys(verdict.gate for verdict in failed))
        raise GateError(f"{len(failed)} {'gate' if len(failed) == 1 else 'gates'} failed: {names}")


def judge(gate: Gate, comparison: Comparison, /) -> Verdict:
    """Hold a gate against a comparison.

    Raises:
        ScenarioError: it names an objective or a reference plan that is not there.
    """
    if gate.metric == "plan":
        return _judge_reference(gate, comparison)
    if gate.metric == "top":
        base, new = comparison.top
        changed = not set(base) & set(new)
        return Verdict(gate.text, not changed, False, f"best rank: {', '.join(base)}; now {', '.join(new)}")
    return _judge_measure(gate, _measure(gate, comparison))


def _measure(gate: Gate, comparison: Comparison, /) -> Measure:
    if gate.metric == "best":
        if gate.subject not in comparison.best:
            raise _unknown(gate, "objective", comparison.best)
        return comparison.best[gate.subject]
    whole = {"hypervolume": comparison.hypervolume, "epsilon": comparison.epsilon, "lost-plans": comparison.lost_plans}
    return whole[gate.metric]


def _judge_measure(gate: Gate, measure: Measure, /) -> Verdict:
    if gate.threshold is None:
        raise UsageError(f"gate '{gate.text}' needs a threshold")
    allowed = Fraction(gate.threshold) * (abs(measure.reference) if gate.relative else 1)
    worse = measure.worse
    exceeded = worse > allowed + measure.rounding
    noise = exceeded and worse <= measure.noise
    words = f"{measure.words}; {_number(allowed)} worse is tolerated"
    if noise:
        words += f"; other seeds differ by {_number(measure.noise)}"
    return Verdict(gate.text, not exceeded or noise, noise, words)


def _judge_reference(gate: Gate, comparison: Comparison, /) -> Verdict:
    for side, plans in (("BASE", comparison.references[0]), ("NEW", comparison.references[1])):
        if gate.subject not in plans:
            raise _unknown(gate, f"reference plan of {side}", plans)
    before, now = (plans[gate.subject] for plans in comparison.references)
    worsened = gate.event == now != before
    return Verdict(gate.text, not worsened, False, f"{gate.subject}: {before}; now {now}")


def _unknown(gate: Gate, what: str, known: Iterable[str], /) -> ScenarioError:
    names = list(known)
    near = nearest(gate.subject, names)
    hint = f"did you mean '{near}'? " if near else ""
    return ScenarioError(f"gate '{gate.text}': '{gate.subject}' is no {what}", help=f"{hint}known: {', '.join(names) or 'none'}")


def _number(value: Fraction, /) -> str:
    return f"{float(value):.6g}"
