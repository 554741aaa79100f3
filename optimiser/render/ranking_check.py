"""What becomes of a ranking when plans get worse or leave, or another method is taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from optimiser.language import listed, tr
from optimiser.ranking import methods
from optimiser.render.layout import Field, apart

if TYPE_CHECKING:
    from rich.console import RenderableType

    from optimiser.analysis.rank_reversals import RankingCheck, Reversals

__all__ = ["ranking_check"]

_SHOWN = 3


def ranking_check(
    checked: RankingCheck, /, *, width: int | None = None
) -> Iterator[RenderableType]:
    """The tests one a line, what can still reverse, and the first plans of the methods."""
    title = tr("rank reversals (Wang and Triantaphyllou 2008), measured by the ranges of the run")
    yield Text(title, style="bold")
    words = (_worse, _transitive, _alone)
    for test, say in zip(checked.tests, words, strict=True):
        yield Text(say(test), style="" if test.holds else "yellow")
    leans = methods()[checked.method].leans_on
    yield Text(
        tr("with these ranges the order of two plans still hinges on {what}", what=tr(leans))
        if leans
        else tr("with these ranges no other plan can turn the order of two plans round")
    )
    if not checked.fixed:
        yield Text(
            tr(
                "the ranges are those of the listed plans, and a plan that joins may widen them; "
                "range: [worst, best] at an objective keeps them"
            )
        )
    yield ""
    yield from _first(checked, width)


def _first(checked: RankingCheck, width: int | None, /) -> Iterator[RenderableType]:
    """The methods by the plans that they put first."""
    by_plans: dict[tuple[str, ...], list[str]] = {}
    for method, plans in checked.first.items():
        by_plans.setdefault(plans, []).append(method)
    first = [
        listed(some) if len(some) <= _SHOWN else tr("{number} plans alike", number=len(some))
        for some in by_plans
    ]
    fields = [
        Field(tr("first plan"), first, left=True),
        Field(tr("by"), [_pieces(names) for names in by_plans.values()], words=True),
    ]
    yield from apart(fields, width, keys=1)
    if not checked.agree:
        yield Text(tr("warning: methods disagree on the first plan"), style="yellow")


def _pieces(names: Sequence[str], /) -> list[str]:
    """Names with what stands between them, between which a cell may wrap."""
    between = tr(", ").rstrip()
    return [name + between for name in names[:-1]] + list(names[-1:])


def _worse(test: Reversals, /) -> str:
    if test.holds:
        return tr(
            "test 1, a worse plan in place of another: the first stays first ({tried} of {of} "
            "plans replaced, {cases} cases)",
            tried=test.tried,
            of=test.of,
            cases=test.cases,
        )
    worse, old, new = test.found[0]
    return tr(
        "test 1, a worse plan in place of another: another becomes first in {number} of {cases} "
        "cases; where {worse} gets worse, {new} takes the place of {old}",
        number=len(test.found),
        cases=test.cases,
        worse=worse,
        new=new,
        old=old,
    )


def _transitive(test: Reversals, /) -> str:
    if test.holds:
        return tr(
            "test 2, plans two by two: transitive (the first {tried} of {of} plans)",
            tried=test.tried,
            of=test.of,
        )
    a, b, c = test.found[0]
    return tr(
        "test 2, plans two by two: not transitive; {a} is not behind {b}, nor {b} behind {c}, yet "
        "{c} is before {a}",
        a=a,
        b=b,
        c=c,
    )


def _alone(test: Reversals, /) -> str:
    if test.holds:
        return tr(
            "test 3, plans two by two: in the order of the whole list (the first {tried} of {of} "
            "plans)",
            tried=test.tried,
            of=test.of,
        )
    a, b = test.found[0]
    return tr(
        "test 3, plans two by two: {number} of {cases} pairs are in another order than in the "
        "whole list; {a} is before {b} there, {b} before {a} alone",
        number=len(test.found),
        cases=test.cases,
        a=a,
        b=b,
    )
