"""The limits of a scenario that can be changed, one number or one rule each: what a change costs,
and how it is written.

A limit is loosened by a number s >= 0, its slack:

    left <= 8             left <= 8 + s               constraints, limits of phases
    left <= right         left <= right + s           where decisions move both sides
    at_most 3             at_most 3 + s, s whole      groups
    max 10                max 10 + s                  variables, amounts
    a requires b          left out where s = 1        prerequisites, exclusions

Its price is |change| / |old bound|; of a bound of 0 the change is a share of how far the two sides
can be apart, and a rule that is left out costs 1.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Literal

from optimiser.analysis.decimals import decimal_text
from optimiser.analysis.tolerances import FURTHEST
from optimiser.language import stored
from optimiser.scenario.format.rules import Prerequisite, rules_of

if TYPE_CHECKING:
    from optimiser.formulate import Model
    from optimiser.formulate.reaches import SidesApart
    from optimiser.scenario import Scenario
    from optimiser.scenario.format.schema import Formula

__all__ = ["Changeable", "changeable", "moved", "operands", "overrides"]

_ZERO, _ONE = Fraction(0), Fraction(1)
#: how many times its own size the bound of a variable may move, and that of an amount, which may
#: have as many more steps
_FURTHER: Final = 1_000
_MORE_AMOUNTS: Final = 3

_Placed = tuple[int, "SidesApart"]  # a comparison by its place among the model's

Kind = Literal["constraint", "phase", "group", "rule", "decision"]


@dataclass(frozen=True)
class Changeable:
    """One limit.

    Attributes:
        kind: of what it is.
        group: what rows are called that it stands in; of a decision its column.
        names: what it answers to, the first of them in answers.
        paths: where ``--set`` changes it, several where one rule is written twice.
        old: its bound; None of a rule that is there or not, and where no one number bounds.
        sense: +1 where it rises to let more in, -1 where it falls.
        price: of a change by 1.
        most: the largest change that is looked at.
        certain: whether no larger one could help.
        step: what changes are whole multiples of; None where any.
        operand: of a constraint, which operand of its comparison it is.
        text: the operand, or the number, as it is written.
        reached: which of the model's comparisons it loosens.
        upper: of these, whether it lets their difference be more; else less.
    """

    kind: Kind
    group: str
    names: tuple[str, ...]
    paths: tuple[str, ...]
    old: Fraction | None
    sense: int
    price: Fraction
    most: Fraction
    certain: bool = True
    step: Fraction | None = None
    operand: int = 0
    text: str = ""
    reached: tuple[int, ...] = ()
    upper: bool = True

    @property
    def name(self) -> str:
        """As answers call it."""
        return self.names[0]


def changeable(model: Model, /) -> tuple[Changeable, ...]:
    """Every limit of a scenario that can be changed, in the order of the file: decisions, rules,
    groups, constraints, limits of phases.
    """
    scenario = model.scenario
    bounds = [*map(_written, (*_variables(scenario), *_amounts(scenario)))]
    by_name = {domain.name: domain for domain in model.at().decisions}
    wider: dict[str, tuple[Fraction | float, Fraction | float]] = {}
    for limit in bounds:
        domain = by_name[limit.group]
        low, high = wider.get(
            limit.group,
            (
                -float("inf") if domain.lower is None else domain.lower,
                float("inf") if domain.upper is None else domain.upper,
            ),
        )
        wider[limit.group] = (
            (low, high + limit.most) if limit.sense > 0 else (low - limit.most, high)
        )
    # how far the sides are apart is a matter of the scenario as it is, how much could be asked for
    # one of the bounds that are moved
    own = model.reaches({})
    further = model.reaches(wider)
    both = [
        replace(one, low=far.low, high=far.high, size=one.size)
        for one, far in zip(own, further, strict=True)
    ]
    reached = iter(enumerate(both))
    return (
        *bounds,
        *_rules(scenario),
        *_groups(scenario),
        *map(_written, _constraints(scenario, reached)),
        *map(_written, _phases(scenario, list(reached))),
    )


def _written(limit: Changeable) -> Changeable:
    """A limit that is changed no further than a scenario can write."""
    return limit if limit.most <= FURTHEST else replace(limit, most=FURTHEST, certain=False)


def _variables(scenario: Scenario) -> Iterator[Changeable]:
    for name, variable in scenario.variables.items():
        if variable.values is not None or variable.type == "binary":
            continue
        ends = {
            key: scenario.number(written)
            for key, written in (("min", variable.min), ("max", variable.max))
            if written is not None and not written.infinite
        }
        for key, old in ends.items():
            between = abs(ends["max"] - ends["min"]) if len(ends) > 1 else _ZERO
            size = abs(old) or between or _ONE
            yield Changeable(
                "decision",
                name,
                (f"{name}.{key}", name, f"variables.{name}.{key}"),
                (f"variables.{name}.{key}",),
                old,
                1 if key == "max" else -1,
                1 / size,
                _FURTHER * max(size, between),
                certain=False,
                step=_ONE if variable.type == "integer" else None,
            )


def _amounts(scenario: Scenario) -> Iterator[Changeable]:
    for name, technology in scenario.technologies.items():
        scale = technology.scale
        if scale is None:
            continue
        old = scenario.number(scale.max)
        step = None if scale.step is None else scenario.number(scale.step)
        low = scenario.number(scale.min)
        # amounts that are steps from the least: a max between two of them moves to the next
        before = old if step is None else low + (old - low) // step * step
        further = _MORE_AMOUNTS * old
        most = _FURTHER * old if step is None else step * max(1, further // step)
        yield Changeable(
            "decision",
            f"{name}.scale",
            (f"{name}.scale.max", name, f"technologies.{name}.scale.max"),
            (f"technologies.{name}.scale.max",),
            before,
            1,
            1 / old,
            most,
            certain=False,
            step=step,
        )


def _rules(scenario: Scenario) -> Iterator[Changeable]:
    """Prerequisites and exclusions; one that is written twice is one."""
    found: dict[object, Changeable] = {}
    for name, technology in scenario.technologies.items():
        lists = [("requires", i) for i in range(len(technology.requires))]
        lists += [("requires_any", i) for i in range(len(technology.requires_any))]
        lists += [("excludes", i) for i in range(len(technology.excludes))]
        for rule, (key, place) in zip(rules_of(name, technology), lists, strict=True):
            path = f"technologies.{name}.{key}.{place}"
            same: object = rule.text
            group = rule.text
            if isinstance(rule, Prerequisite):
                lead = int(scenario.number(rule.lead))
                if lead:
                    group = stored(
                        "{technology} requires {needed} {lead} before",
                        technology=name,
                        needed=rule.wanted[0],
                        lead=lead,
                    )
                    same = group
            else:
                same = frozenset(rule.members)
            if same in found:
                found[same] = replace(found[same], paths=(*found[same].paths, path))
                continue
            names = (group, name, path, f"technologies.{name}.{key}")
            found[same] = Changeable("rule", group, names, (path,), None, 1, _ONE, _ONE, step=_ONE)
    yield from found.values()


def _groups(scenario: Scenario) -> Iterator[Changeable]:
    for name, group in scenario.groups.items():
        rows = stored("group {group}", group=name)
        for key, senses in (("at_least", (-1,)), ("at_most", (1,)), ("exactly", (-1, 1))):
            written: Formula | None = getattr(group, key)
            if written is None:
                continue
            old = scenario.number(written)
            for sense in senses:
                most = len(group.of) - old if sense > 0 else old
                if most > 0:
                    path = f"groups.{name}.{key}"
                    size = abs(old) or Fraction(len(group.of))
                    yield Changeable(
                        "group", rows, (name, path), (path,), old, sense, 1 / size, most, step=_ONE
                    )


def _constraints(scenario: Scenario, reached: Iterator[_Placed]) -> Iterator[Changeable]:
    for name, constraint in scenario.constraints.items():
        texts, operators = operands(constraint.expr.text)
        phases = scenario.constraint_phases(name)
        links = [[next(reached) for _ in operators] for _ in phases]
        for i, operator in enumerate(operators):
            yield from _link(name, texts, operator, i, [row[i] for row in links])


def _link(
    name: str, texts: Sequence[str], operator: str, i: int, placed: Sequence[_Placed]
) -> Iterator[Changeable]:
    """The limit, or the two of an equality, that one comparison is, in each of its phases."""
    found = [reach for _, reach in placed]
    left, right = ("bottom", "top") if operator == ">=" else ("top", "bottom")
    fixed = [[getattr(reach, side) for reach in found] for side in (left, right)]
    ends = (i == 0, i == len(texts) - 2)
    # a number between two comparisons belongs to both, and is left alone
    choices = [place for place in (1, 0) if ends[place]]
    chosen = next((p for p in choices if None not in fixed[p]), next(iter(choices), None))
    if chosen is None:
        return
    values = set(fixed[chosen])
    old = values.pop() if len(values) == 1 else None
    sizes = [abs(value) for value in fixed[chosen] if value is not None]
    spans = [reach.size for reach in found if reach.size is not None]
    size = max(sizes, default=_ZERO) or max(spans, default=_ZERO) or _ONE
    up = 1 if (chosen == 1) == (operator == "<=") else -1
    for sense in (1, -1) if operator == "==" else (up,):
        # an equality holds up to where top is the most, and down to where it is the least
        over = operator != "==" or (sense > 0) == (chosen == 1)
        reach = [r.high if over else (None if r.low is None else -r.low) for r in found]
        known = [most for most in reach if most is not None]
        most = max(known, default=_ZERO) if len(known) == len(reach) else None
        if most is not None and most <= 0:
            continue
        path = f"constraints.{name}.expr"
        yield Changeable(
            "constraint",
            name,
            (name, path, f"constraints.{name}"),
            (path,),
            old,
            sense,
            1 / size,
            1000 * size if most is None else most,
            certain=most is not None,
            operand=i + chosen,
            text=texts[i + chosen].strip(),
            reached=tuple(place for place, _ in placed),
            upper=over,
        )


def _phases(scenario: Scenario, found: Sequence[_Placed]) -> Iterator[Changeable]:
    names = dict.fromkeys(name for phase in scenario.phases for name in phase.limits)
    order = [(n, p) for n in names for p, phase in enumerate(scenario.phases) if n in phase.limits]
    own = dict(zip(order, found, strict=True))
    for place, phase in enumerate(scenario.phases):
        for name, written in phase.limits.items():
            # what is carried over, each of the later limits can be short of
            later = [
                reach
                for (n, p), reach in own.items()
                if n == name and (p == place or (scenario.carry_over and p > place))
            ]
            mine = [reach for _, reach in later]
            old = scenario.number(scenario.acting(written, place))
            spans = [reach.size for reach in mine if reach.size is not None]
            highs = [reach.high for reach in mine]
            known = [high for high in highs if high is not None]
            size = abs(old) or max(spans, default=_ZERO) or _ONE
            most = max(known) if len(known) == len(highs) else 1000 * size
            if most <= 0:
                continue
            path = f"phases.{place}.limits.{name}"
            group = stored("limit of {name} in {phase}", name=name, phase=phase.name)
            yield Changeable(
                "phase",
                group,
                (group, f"{name}@{phase.name}", name, path, f"limits.{name}"),
                (path,),
                old,
                1,
                1 / size,
                most,
                certain=len(known) == len(highs),
                text=written.text,
                reached=tuple(index for index, _ in later),
            )


def operands(text: str, /) -> tuple[list[str], list[str]]:
    """The operands and the operators of a comparison as it is written.

    >>> operands("0 <= max(a, b) <= x['a <= b']")
    (['0 ', ' max(a, b) ', " x['a <= b']"], ['<=', '<='])
    """
    parts, operators, start, depth, quote, place = [], [], 0, 0, "", 0
    while place < len(text):
        character = text[place]
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif depth == 0 and text[place : place + 2] in ("<=", ">=", "=="):
            parts.append(text[start:place])
            operators.append(text[place : place + 2])
            place += 1
            start = place + 1
        place += 1
    return [*parts, text[start:]], operators


def moved(limit: Changeable, change: Fraction, /) -> str:
    """The number, operand or null that a limit becomes when it is changed by so much."""
    if limit.kind == "rule":
        return "null"
    if limit.old is not None:
        return decimal_text(limit.old + limit.sense * change)
    return f"{limit.text} {'+' if limit.sense > 0 else '-'} {decimal_text(change)}"


def overrides(
    scenario: Scenario, changes: Mapping[Changeable, Fraction], /
) -> dict[Changeable, tuple[str, ...]]:
    """How each change is typed behind ``--set``, the value of a constraint with all of its changes;
    in an order in which positions in lists stay right.
    """
    found: dict[Changeable, tuple[str, ...]] = {}
    for limit, change in changes.items():
        if limit.kind == "constraint":
            texts, operators = operands(scenario.constraints[limit.name].expr.text)
            for other, by in changes.items():
                if other.group == limit.group and other.kind == "constraint":
                    blank = " " if other.operand else ""
                    texts[other.operand] = f"{blank}{moved(other, by)} "
            text = "".join(itertools.chain(*itertools.zip_longest(texts, operators, fillvalue="")))
            found[limit] = (f"{limit.paths[0]}={_scalar(text.strip())}",)
        else:
            found[limit] = tuple(f"{path}={moved(limit, change)}" for path in limit.paths)
    return dict(sorted(found.items(), key=lambda item: _last_first(item[0])))


def _scalar(text: str) -> str:
    """An expression as YAML reads it back: in quotes where it would take a part for something else,
    a list (``- x <= 3``), a comment (``x["a #1"]``) or a mapping.
    """
    if not (text.startswith("-") or " #" in text or ": " in text):
        return text
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def _last_first(limit: Changeable) -> tuple[bool, int]:
    """Rules from the last of a list to the first: each that is removed moves those behind it."""
    if limit.kind != "rule":
        return False, 0
    return True, -int(limit.paths[0].rpartition(".")[2])
