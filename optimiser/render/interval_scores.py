"""The plans that are left when scores are intervals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.text import Text

from optimiser.language import listed, tr, trn
from optimiser.render.front_table import title
from optimiser.render.layout import Field, measured, tables
from optimiser.render.terminal import plain
from optimiser.results.claim_words import percent
from optimiser.results.wording import decision_words, headings, readable_columns, titled_words

if TYPE_CHECKING:
    from rich.console import RenderableType

    from optimiser.analysis.interval_scores import IntervalSet

__all__ = ["interval_set"]

_PLANS = 20  # that are shown


def interval_set(found: IntervalSet, /, *, width: int | None = None) -> Iterator[RenderableType]:
    """How many there are, the first of them, and what they adopt."""
    count, back = len(found.ids), int((~found.efficient).sum())
    yield from title(found.result)
    yield Text(
        trn(
            "{number} plan is beaten by no other wherever in its range each of these is: {names}.",
            "{number} plans are beaten by no other wherever in its range each of these is: "
            "{names}.",
            count,
            names=listed(map(plain, found.parameters)),
        ),
        style="bold",
    )
    yield Text(
        trn(
            "{number} of them is beaten at the parameters' own values, and is back.",
            "{number} of them are beaten at the parameters' own values, and are back.",
            back,
        )
    )
    yield ""
    yield from _plans(found, width)
    if count > _PLANS:
        yield Text(trn("{number} more plan: --json", "{number} more plans: --json", count - _PLANS))
    yield from _technologies(found)
    yield Text(
        trn(
            "{number} plan holds the constraints at the parameters' own values; looked at exactly",
            "{number} plans hold the constraints at the parameters' own values; each looked at "
            "exactly",
            found.looked_at,
        )
    )


def _plans(found: IntervalSet, width: int | None) -> Iterator[RenderableType]:
    """The first of them, those that are efficient at the parameters' own values before others."""
    scenario = found.result.scenario
    shown = slice(0, _PLANS)
    columns = readable_columns(found.y[shown].T.tolist())
    names = found.result.front.decision_columns
    words = [
        " + ".join(
            decision_words(scenario, name, cell)
            for name, cell in zip(names, cells, strict=True)
            if cell != "0"
        )
        or tr("nothing adopted")
        for cells in found.cells[shown]
    ]
    heads = headings(found.result.front.columns)
    fields = [
        Field(tr("plan"), list(found.ids[shown]), left=True),
        *(measured(head, cells) for head, cells in zip(heads, columns, strict=True)),
        Field("", ["" if own else tr("back") for own in found.efficient[shown]], left=True),
        Field(tr("decisions"), [plain(text).split() for text in words], words=True),
    ]
    for table in tables(fields, width, keys=1):
        yield table
        yield ""


def _technologies(found: IntervalSet) -> Iterator[RenderableType]:
    scenario = found.result.scenario
    titles = {name: plain(titled_words(scenario, name, "")) for name in found.core_index}
    core = [titles[name] for name, share in found.core_index.items() if share == 1.0]
    out = [titles[name] for name, share in found.core_index.items() if share == 0.0]
    some = {n: share for n, share in found.core_index.items() if 0.0 < share < 1.0}
    if core:
        yield Text(tr("in every plan: {decisions}", decisions=listed(core)))
    if some:
        ordered = sorted(some, key=lambda name: -some[name])
        shares = [
            tr("{name} ({words})", name=titles[name], words=percent(some[name])) for name in ordered
        ]
        yield Text(tr("in some: {decisions}", decisions=listed(shares)))
    if out:
        yield Text(tr("in none: {decisions}", decisions=listed(out)))
