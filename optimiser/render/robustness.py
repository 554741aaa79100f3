"""The plans over samples of the uncertain parameters, as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from optimiser.language import tr, trn
from optimiser.render.front_table import TOP, title
from optimiser.render.layout import Field, apart
from optimiser.render.terminal import plain
from optimiser.results.claim_words import percent
from optimiser.results.wording import headings, readable_or

if TYPE_CHECKING:
    from rich.console import RenderableType

    from optimiser.analysis.robust import Robustness, RobustPlan

__all__ = ["robustness"]


def robustness(
    found: Robustness, /, *, top: int = TOP, width: int | None = None
) -> Iterator[RenderableType]:
    """How often plans hold and stay efficient, what their objectives come to, where they stay
    efficient, and which parameter matters.
    """
    listed = len(found.result.front)
    shown = [*found.plans[: min(top, listed)], *found.plans[listed:]]
    yield from title(found.result)
    yield Text(_drawn(found))
    yield ""
    yield from apart(_shares(found, shown), width, keys=1)
    if listed > top:
        more = listed - top
        yield Text(trn("and {number} more plan", "and {number} more plans", more))
    for k in range(len(found.result.front.columns)):
        yield from _spreads(found, shown, k, width)
    yield from _regions(shown, width)
    yield from _influences(found, width)
    yield ""
    for note in found.notes:
        yield Text(tr("note: {note}", note=plain(note)))


def _drawn(found: Robustness) -> str:
    count, parameters = len(found.drawn.values), max(map(len, found.influences.values()))
    if count == 1:
        return trn(
            "one sample of {number} uncertain parameter, seed {seed}",
            "one sample of {number} uncertain parameters, seed {seed}",
            parameters,
            seed=found.seed,
        )
    return trn(
        "{samples} samples of {number} uncertain parameter, seed {seed}",
        "{samples} samples of {number} uncertain parameters, seed {seed}",
        parameters,
        samples=f"{count:,}",
        seed=found.seed,
    )


def _spreads(
    found: Robustness, shown: Sequence[RobustPlan], k: int, width: int | None
) -> Iterator[RenderableType]:
    """One objective, or that it is the same at every sample."""
    heading = headings(found.result.front.columns)[k]
    own = [one.spreads[k] for one in shown]
    unit = f" ({plain(heading.unit)})" if heading.unit else ""
    words = f"{plain(heading.title)} {heading.arrow}{unit}"
    yield ""
    name = found.result.front.columns[k].name
    if all(one.mean is None for one in own):
        yield Text(tr("{objective}: undefined at every sample", objective=words))
        return
    moved = any(one.total for one in found.influences[name].values())
    if not moved and all(one.p5 == one.p95 == one.worst for one in own):
        yield Text(tr("{objective}: the same at every sample", objective=words))
        return
    parts = [
        [one.mean for one in own],
        [one.p5 for one in own],
        [one.p95 for one in own],
        [one.worst for one in own],
        [one.cvar for one in own],
    ]
    texts = readable_or([value for part in parts for value in part], "")
    names = (
        tr("mean"),
        tr("5 %"),
        tr("95 %"),
        tr("worst"),
        tr("CVaR {level:g} %", level=100 * found.level),
    )
    yield Text(words, style="bold")
    fields = [
        _named(shown),
        *(
            Field(name, texts[place * len(own) : (place + 1) * len(own)])
            for place, name in enumerate(names)
        ),
    ]
    yield from apart(fields, width, keys=1)


def _named(shown: Sequence[RobustPlan]) -> Field:
    names = [
        f"{one.plan.id} {plain(one.plan.name)}" if one.plan.name else one.plan.id for one in shown
    ]
    return Field(tr("plan"), names, left=True)


def _shares(found: Robustness, shown: Sequence[RobustPlan]) -> list[Field]:
    ranks = found.result.ranking.rank
    fields = [
        Field(tr("rank"), ["" if p.plan.row is None else str(ranks[p.plan.row]) for p in shown]),
        _named(shown),
        Field(tr("holds in"), [percent(one.feasible) for one in shown]),
        Field(tr("efficient in"), [percent(one.efficient) for one in shown]),
    ]
    if found.ideals is not None:
        fields += [
            Field(
                tr("largest regret"),
                ["" if one.regret is None else percent(one.regret.max) for one in shown],
            ),
            Field(
                tr("mean regret"),
                ["" if one.regret is None else percent(one.regret.mean) for one in shown],
            ),
        ]
    return fields


def _regions(shown: Sequence[RobustPlan], width: int | None) -> Iterator[RenderableType]:
    limited = [one for one in shown if one.region is not None and one.region.limits]
    if not limited:
        return
    fields = [
        _named(limited),
        Field(tr("density"), [percent(r.density) for p in limited if (r := p.region)]),
        Field(tr("coverage"), [percent(r.coverage) for p in limited if (r := p.region)]),
        Field("", [plain(r.words).split() for p in limited if (r := p.region)], words=True),
    ]
    yield ""
    yield Text(tr("Where plans stay efficient"), style="bold")
    yield from apart(fields, width, keys=1)


def _influences(found: Robustness, width: int | None) -> Iterator[RenderableType]:
    """The parameters that matter to an objective, those that matter most first."""
    rows = []
    for heading, own in zip(
        headings(found.result.front.columns), found.influences.values(), strict=True
    ):
        ordered = sorted(own.items(), key=lambda pair: -pair[1].total)
        rows += [(plain(heading.title), name, one) for name, one in ordered if one.total]
    if not rows:
        return
    fields = [
        Field(tr("objective"), [title for title, _, _ in rows], left=True),
        Field(tr("parameter"), [plain(name) for _, name, _ in rows], left=True),
        Field(tr("alone"), [percent(one.first) for _, _, one in rows]),
        Field(tr("with others"), [percent(one.total) for _, _, one in rows]),
        Field(tr("± (95 %)"), [percent(one.error) for _, _, one in rows]),
    ]
    yield ""
    yield Text(
        tr("Which parameter matters: its share of the variance (Sobol indices)"), style="bold"
    )
    yield from apart(fields, width, keys=1)
