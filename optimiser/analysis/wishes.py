"""Limits that are wished for: comparisons as constraints have them, read from what is typed."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from optimiser.errors import UsageError
from optimiser.expressions import (
    ComparisonChain,
    ExpressionError,
    Member,
    Name,
    PhaseReference,
    names,
    parse,
    walk,
)
from optimiser.language import listed, tr

if TYPE_CHECKING:
    from optimiser.expressions import Tree
    from optimiser.scenario import Scenario

__all__ = ["Wish", "measured", "wishes"]


@dataclass(frozen=True)
class Wish:
    """One comparison of two expressions.

    Attributes:
        text: what was typed, of which it may be a part.
        left: what is compared.
        operator: <=, >= or ==.
        right: with what.
    """

    text: str
    left: Tree
    operator: str
    right: Tree

    @property
    def tree(self) -> ComparisonChain:
        """The comparison as an expression."""
        return ComparisonChain((self.operator,), (self.left, self.right))

    @property
    def phase(self) -> str:
        """The phase that it is about, where it is about one."""
        found = {n.phase for n in walk(self.tree) if isinstance(n, PhaseReference)}
        return found.pop() if len(found) == 1 else ""


def wishes(scenario: Scenario, texts: Sequence[str], /) -> tuple[Wish, ...]:
    """The comparisons that are typed, those of a chain one by one; numbers stand on the right.

    Raises:
        UsageError: a text is no comparison, or names what is not there.
    """
    found = []
    for text in dict.fromkeys(texts):
        option = f'--where "{text}"'
        tree = _parsed(text, option, constraint=True)
        assert isinstance(tree, ComparisonChain)
        _known(scenario, tree, option)
        for operator, (left, right) in zip(tree.operators, pairwise(tree.operands), strict=True):
            if _fixed(scenario, left) and not _fixed(scenario, right):
                turned = operator.translate(str.maketrans("<>", "><"))
                found.append(Wish(text, right, turned, left))
            else:
                found.append(Wish(text, left, operator, right))
    return tuple(found)


def measured(scenario: Scenario, text: str, /) -> Name | PhaseReference:
    """The objective or indicator that is named, also in one phase: ``capex["2027"]``.

    Raises:
        UsageError: it is none.
    """
    text = unicodedata.normalize("NFKC", text.strip())
    tree = _parsed(text, f"'{text}'", constraint=False)
    own = list(dict.fromkeys([*scenario.indicators, *scenario.objectives]))
    name = tree.id if isinstance(tree, Name) else ""
    if isinstance(tree, PhaseReference):
        _known(scenario, tree, f"'{text}'")
        name = tree.indicator
    if name not in own:
        _refuse_figure(scenario, name)
        raise _unknown(tr("unknown indicator '{name}'", name=text), name or text, "indicators", own)
    assert isinstance(tree, Name | PhaseReference)
    return tree


def _parsed(text: str, option: str, *, constraint: bool) -> Tree:
    try:
        tree = parse(text, constraint=constraint)
    except ExpressionError as error:
        place = text[error.start : error.end]
        said = tr("{message}: '{place}'", message=error.message, place=place)
        problem = said if place else error.message
        raise UsageError(
            tr("{option}: {problem}", option=option, problem=problem), help=error.help
        ) from None
    if constraint and not isinstance(tree, ComparisonChain):
        raise UsageError(
            tr("{option} compares nothing", option=option), help=tr("write for example: cost <= 9")
        )
    return tree


def _known(scenario: Scenario, tree: Tree, option: str) -> None:
    """Insist that every name means something."""
    own = [*scenario.indicators, *scenario.objectives]
    for leaf in names(tree):
        match leaf:
            case Name(id=name):
                _known_name(scenario, name, [*own, *scenario.technologies], option)
            case Member(owner=owner, member=member):
                technology = scenario.technologies.get(owner)
                parts = [] if technology is None else [*technology.levels]
                if technology is not None and technology.scale is not None:
                    parts.append("scale")
                if member not in parts:
                    full = f"{owner}.{member}"
                    raise _unknown_in(option, full, [f"{owner}.{part}" for part in parts])
            case PhaseReference(indicator=name, phase=phase):
                _known_in_phase(scenario, name, phase, option)
            case _:
                raise UsageError(
                    tr("{option} may not use fitted models", option=option),
                    help=tr("name an indicator that uses the model"),
                )


def _known_name(scenario: Scenario, name: str, own: list[str], option: str) -> None:
    if name in scenario.by_phase:
        raise UsageError(
            tr("'{name}' has a value of its own in each phase", name=name),
            help=tr("write for example: {example}", example=f'{name}["{scenario.phases[0].name}"]'),
        )
    known = [*own, *scenario.parameters, *scenario.variables]
    if name not in known:
        _refuse_figure(scenario, name)
        raise _unknown_in(option, name, known)


def _known_in_phase(scenario: Scenario, name: str, phase: str, option: str) -> None:
    phases = [one.name for one in scenario.phases]
    if name not in scenario.indicators and name not in scenario.by_phase:
        raise _unknown_in(option, name, [*scenario.indicators])
    if unicodedata.normalize("NFKC", phase) not in phases:
        if not phases:
            raise UsageError(
                tr("the scenario has no phases"), help=tr("write {name} alone", name=name)
            )
        raise _unknown(tr("unknown phase '{phase}'", phase=phase), phase, "phases", phases)


def _refuse_figure(scenario: Scenario, name: str) -> None:
    if name in scenario.figures:
        raise UsageError(
            tr("figure '{name}' is reported only: plans are not searched for by it", name=name),
            help=tr("optimise decide --where chooses listed plans by it"),
        )


def _unknown_in(option: str, name: str, known: Collection[str]) -> UsageError:
    return _unknown(
        tr("unknown name '{name}' in {option}", name=name, option=option), name, "names", known
    )


def _unknown(message: str, name: str, kind: str, known: Collection[str]) -> UsageError:
    from optimiser.scenario.diagnostics import did_you_mean
    from optimiser.scenario.diagnostics import known as all_known

    near = did_you_mean(name, known) or (all_known(kind, known) if known else "")
    return UsageError(message, help=near or tr("known: {names}", names=listed(known)))


def _fixed(scenario: Scenario, tree: Tree) -> bool:
    """Whether every plan has the same value."""
    return all(isinstance(leaf, Name) and leaf.id in scenario.parameters for leaf in names(tree))
