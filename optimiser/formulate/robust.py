"""The robust counterpart: what objectives and constraints become where parameters are uncertain.

Every objective is taken by itself (Kuroiwa and Lee 2012), as a loss, that is as minimised; a limit
``left <= right`` as the loss ``left - right``, which is at most 0. Each loss becomes one number a
plan:

| kind | an objective becomes | a limit holds |
|---|---|---|
| expected | its mean over the distributions | in the mean |
| worst | its largest value over the ranges | everywhere in the ranges |
| gamma:G | its largest value with at most G parameters off | whichever G parameters are off |
| cvar:A | the mean of the worst share 1 - A of the sample | the mean of its worst share does |
| regret | its largest distance to the sample's best | at every vector of the sample |

An equality holds in the mean, elsewhere at every value. What is no polynomial of the uncertain
numbers, or has no worst value that is found exactly, is taken over the sample; that is said.

References:
    D. Kuroiwa, G. M. Lee, On robust multiobjective optimization, Vietnam Journal of Mathematics 40
        (2012) 305-317.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from optimiser.errors import UsageError
from optimiser.expressions import sum_of_largest
from optimiser.formulate.decisions import decisions_of, domains_of
from optimiser.formulate.horizon import Horizon
from optimiser.formulate.parts import AssembledObjective, Bound, Wanted
from optimiser.formulate.robust_moments import expected
from optimiser.formulate.robust_numbers import UncertainNumbers, depending, sources_of
from optimiser.formulate.robust_ranges import corners, ends_apart, protected
from optimiser.formulate.robust_samples import average, regret, tail
from optimiser.formulate.robust_tails import tail_functions
from optimiser.formulate.vocabulary import Vocabulary
from optimiser.formulate.wants import objectives_of
from optimiser.language import joined, stored, tr

if TYPE_CHECKING:
    from optimiser.engine.problem import Domain
    from optimiser.formulate.decisions import Number
    from optimiser.formulate.robust_numbers import Expanded, UncertainParameter
    from optimiser.front import Column
    from optimiser.scenario import Formula, Scenario
    from optimiser.scenario.format.robust import Robust

__all__ = ["curved_objectives", "insist_certain", "robust_column", "wanted"]


_FEW: Final = 4  # parameters that are named one by one


def wanted(
    scenario: Scenario,
    sense: Robust,
    names: Vocabulary[Horizon],
    domains: Sequence[Domain],
    nominal: Wanted,
    /,
) -> Wanted:
    """What is wanted in a robust sense.

    Args:
        scenario: whose parameters are uncertain.
        sense: the scenario's.
        names: their nodes, in a graph that grows.
        domains: of the n decisions.
        nominal: the same at the parameters' own values.

    Raises:
        UsageError: there is something that no counterpart is known for.
    """
    counterpart = _Counterpart(sense, UncertainNumbers(scenario, names.graph, domains))
    bounds = tuple(one for bound in nominal.bounds for one in counterpart.bounds(bound))
    if sense.added:
        parts = [
            (weight, AssembledObjective(name, names.indicator(name), sign))
            for name, sign, weight in sense.added
        ]
        objectives = tuple(counterpart.added(one, parts) for one in nominal.objectives)
    else:
        objectives = tuple(
            counterpart.objective(objective, place)
            for place, objective in enumerate(nominal.objectives)
        )
    return Wanted(objectives, tuple(dict.fromkeys(bounds)), counterpart.note)


def robust_column(sense: Robust, column: Column, /) -> Column:
    """How an objective is shown: a regret is minimised, and has no target and no range that were
    meant for the objective itself.
    """
    if sense.kind != "regret":
        return column
    return replace(column, sense="minimise", target=None, range=None)


def insist_certain(scenario: Scenario, asking: Iterable[Callable[[Number], object]], /) -> None:
    """Refuse what decides which plans there are and is uncertain.

    Args:
        scenario: in a robust sense.
        asking: functions of the scenario's numbers, which are called with them.

    Raises:
        UsageError: one of these numbers depends on a parameter with a range.
    """
    sources = sources_of(scenario)
    uncertain = depending(scenario, sources)

    def number(formula: Formula) -> Fraction:
        from optimiser.scenario.format.values import named

        for leaf in formula.names:
            if named(leaf) in uncertain:
                raise UsageError(
                    tr(
                        "'{formula}' is uncertain, and says what may be chosen at all",
                        formula=formula.text,
                    ),
                    help=tr("write a number for bounds, amounts and delays, or a constraint"),
                )
        return scenario.number(formula)

    for ask in asking:
        ask(number)


class _Counterpart:
    """Makes losses robust, and remembers what that rests on."""

    def __init__(self, sense: Robust, numbers: UncertainNumbers, /) -> None:
        self._sense, self._numbers, self._graph = sense, numbers, numbers.graph
        self._vectors = sense.vectors()
        self._sampled: list[str] = []

    @property
    def note(self) -> str:
        """What the objectives and constraints rest on."""
        robust, sources = self._sense.text, self._numbers.sources
        count, seed = len(self._vectors), self._sense.seed
        if self._sense.kind in ("cvar", "regret"):
            words = stored(
                "{robust} over a sample of {count} values (seed {seed})",
                robust=robust,
                count=count,
                seed=seed,
            )
            unproven = stored("the best values that regret is measured from are not all proven")
            return words if self._sense.proven else joined(words, unproven)
        names = ", ".join(source.name for source in sources)
        ranged = self._sense.kind != "expected"
        if len(sources) > _FEW and ranged:
            number = len(sources)
            over = stored(
                "{robust} over the ranges of {number} parameters", robust=robust, number=number
            )
        elif ranged:
            over = stored("{robust} over the ranges of {names}", robust=robust, names=names)
        else:
            over = stored("{robust} over the distributions of the parameters", robust=robust)
        if not self._sampled:
            return over
        few = stored(
            "{names}: over a sample of {count} values (seed {seed}) instead, as it is not known "
            "how to do without",
            names=", ".join(dict.fromkeys(self._sampled)),
            count=count,
            seed=seed,
        )
        return joined(over, few)

    def objective(self, objective: AssembledObjective, place: int, /) -> AssembledObjective:
        """An objective in the robust sense."""
        node = self._numbers.over(objective.node)
        sign, sources = objective.sign, self._numbers.used(node)
        loss = self._graph.sum([(sign, node)])
        if self._sense.kind == "regret":
            least = [sign * Fraction(row[place]) for row in self._sense.ideals]
            return replace(objective, node=regret(self._graph, self._over(loss), least), sign=1)
        if not sources:
            return replace(objective, node=node)
        losses = self._robust(loss, sources, objective.name)
        most = losses[0] if len(losses) == 1 else sum_of_largest(self._graph, 1, losses)
        return replace(objective, node=self._graph.sum([(sign, most)]))

    def added(
        self, objective: AssembledObjective, parts: Sequence[tuple[Fraction, AssembledObjective]], /
    ) -> AssembledObjective:
        """The sum of robust objectives, by their weights: not the robust sum, whose parts would
        have their worst at one vector.
        """
        terms = [
            (weight, self.objective(one, place).node) for place, (weight, one) in enumerate(parts)
        ]
        return replace(objective, node=self._graph.sum(terms, self._sense.constant))

    def bounds(self, bound: Bound, /) -> Iterator[Bound]:
        """A comparison in the robust sense, as one or several."""
        node = self._numbers.over(bound.node)
        sources = self._numbers.used(node)
        if not sources:
            yield replace(
                bound,
                node=node,
                top=self._numbers.over(bound.top),
                bottom=self._numbers.over(bound.bottom),
            )
            return
        sides = (self._numbers.over(bound.top), self._numbers.over(bound.bottom))
        if bound.equality and self._sense.kind != "expected":
            nodes = list(self._everywhere(node, sources, bound.group))
        else:
            nodes = self._robust(node, sources, bound.group)
        # the right side stays a number where it is one, so that tolerances are shares of it
        bottom = self._numbers.at(sides[1], self._numbers.expanded(sides[1]), {})
        for own in nodes:
            top = self._graph.sum([(1, own), (1, bottom)])
            yield replace(bound, node=own, top=top, bottom=bottom)

    def _robust(self, loss: int, sources: Sequence[UncertainParameter], name: str) -> list[int]:
        """Nodes whose largest one is the loss in the robust sense."""
        sense = self._sense
        if sense.kind == "regret":
            return self._over(loss)
        expanded = self._numbers.expanded(loss)
        if sense.kind == "cvar":
            worst = len(self._vectors) * (1 - sense.number)
            few = (
                None
                if expanded is None
                else tail_functions(self._numbers, expanded, self._vectors, worst)
            )
            return few or [tail(self._graph, self._over(loss), worst)]
        if sense.kind == "expected":
            mean = None if expanded is None else expected(expanded, sources)
            if mean is None:
                self._sampled.append(name)
                mean = average(self._graph, self._over(loss))
            return [mean]
        return self._worst(loss, expanded, sources, name)

    def _worst(
        self, loss: int, expanded: Expanded | None, sources: Sequence[UncertainParameter], name: str
    ) -> list[int]:
        most = self._sense.number if self._sense.kind == "gamma" else None
        if expanded is not None and expanded.affine:
            return [protected(self._numbers, expanded, sources, most=most)]
        found = None if expanded is None else corners(expanded, sources, most=most)
        if found is not None:
            return [self._numbers.at(loss, expanded, corner) for corner in found]
        if most is not None:
            raise UsageError(
                tr(
                    "--robust {text}: {name} is not linear in the uncertain parameters",
                    text=self._sense.text,
                    name=name,
                ),
                help=tr("--robust worst and --robust cvar:0.9 look at a sample instead"),
            )
        self._sampled.append(name)
        ends = [
            {key: value for source in sources for key, value in source.ends[side].items()}
            for side in (0, 1)
        ]
        return [*self._over(loss), *(self._numbers.at(loss, expanded, end) for end in ends)]

    def _everywhere(
        self, node: int, sources: Sequence[UncertainParameter], name: str
    ) -> Iterator[int]:
        """What is 0 where an equality holds at every value."""
        expanded = self._numbers.expanded(node)
        if self._sense.kind in ("worst", "gamma") and expanded is not None and expanded.affine:
            yield from ends_apart(self._numbers, expanded, sources)
            return
        if self._sense.kind in ("worst", "gamma"):
            self._sampled.append(name)
        yield from self._over(node)

    def _over(self, node: int) -> list[int]:
        """A node at every vector of the sample."""
        expanded = self._numbers.expanded(node)
        return [self._numbers.at(node, expanded, vector) for vector in self._vectors]


def curved_objectives(scenario: Scenario, /) -> list[str]:
    """The objectives that are not affine in all uncertain numbers together."""
    decisions = decisions_of(scenario)
    names = Vocabulary(
        scenario,
        lambda names: Horizon(scenario, decisions, names.graph, formula=names.formula),
    )
    numbers = UncertainNumbers(
        scenario, names.graph, domains_of(scenario, decisions, scenario.number)
    )
    found = []
    for objective in objectives_of(scenario, names):
        expanded = numbers.expanded(numbers.over(objective.node))
        if expanded is None or not expanded.affine:
            found.append(objective.name)
    return found
